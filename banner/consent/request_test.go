//go:build !js

package consent

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/web/browser/browsertest"
)

func TestFromRequest(t *testing.T) {
	p := readVectors(t).Policy
	today := DayOf(time.Now())
	accepted := CookieName + "=" + p.AcceptAll(today).Value()
	refused := CookieName + "=" + p.RefuseAll(today).Value()
	for _, test := range []struct {
		name     string
		headers  []string
		answered bool
		granted  int
	}{
		{"no cookies", nil, false, 0},
		{"an acceptance", []string{"sessionid=1; " + accepted}, true, 7},
		{"a refusal", []string{refused}, true, 0},
		{"in the second header of several", []string{"sessionid=1", accepted}, true, 7},
		{"one in each of two headers, the most restrictive wins", []string{accepted, refused}, true, 0},
		{"a year old", []string{CookieName + "=" + p.AcceptAll(today-365).Value()}, false, 0},
		{"of another revision", []string{strings.Replace(accepted, p.Revision, "zzzzzz", 1)}, false, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header["Cookie"] = test.headers
			d := FromRequest(r, p)
			if granted := p.Granted(d); d.Answered != test.answered || len(granted) != test.granted {
				t.Errorf("got answered %v and granted %q, want %v and %d", d.Answered, granted, test.answered, test.granted)
			}

			// The middleware reads the same answer, and adds to Vary.
			w := httptest.NewRecorder()
			w.Header().Set("Vary", "Accept-Encoding")
			var seen Decision
			Middleware(p)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = FromContext(r.Context()) })).ServeHTTP(w, r)
			if !seen.Same(d) {
				t.Errorf("in the context: %+v, want %+v", seen, d)
			}
			if vary := w.Header().Values("Vary"); !slices.Equal(vary, []string{"Accept-Encoding", "Cookie"}) {
				t.Errorf("Vary: %q", vary)
			}
		})
	}
	if d := FromContext(t.Context()); d.Answered {
		t.Errorf("FromContext without the middleware = %+v, want no answer", d)
	}
}

// TestReaders holds the lines of Python and of PHP in README.md to the vectors, and to cookies
// that are made at random.
func TestReaders(t *testing.T) {
	document, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		language, program, deb string
		asks                   string // a program that answers questions with the lines of README.md, in the file reader
	}{
		{"python", "python3", "python3", `
import json, sys
from datetime import date
sys.dont_write_bytecode = True
from reader import allows, tag
def say(q):
    asked = q["Cookies"], q["Rev"]
    today = date.fromisoformat(q["Today"][:10])
    return {"Tag": tag("tags", *asked, today), "Granted": [s for s in q["Services"] if allows(*asked, *s.split("."), today)]}
print(json.dumps([say(q) for q in json.load(sys.stdin)]))`},
		{"php", "php", "php-cli", `<?php
require "reader";
$utc = new DateTimeZone("UTC");
function say($q) {
    global $utc;
    $today = new DateTimeImmutable($q["Today"], $utc);
    $granted = array_filter($q["Services"], fn($s) => allows($q["Cookies"], $q["Rev"], ...[...explode(".", $s), $today]));
    return ["Tag" => tag("tags", $q["Cookies"], $q["Rev"], $today), "Granted" => array_values($granted)];
}
echo json_encode(array_map("say", json_decode(stream_get_contents(STDIN), true)));`},
	} {
		t.Run(test.language, func(t *testing.T) {
			if err := browsertest.InstallProgram(test.program, test.deb); err != nil {
				t.Fatal(err)
			}
			_, rest, found := strings.Cut(string(document), "```"+test.language+"\n")
			lines, _, ended := strings.Cut(rest, "```\n")
			if !found || !ended {
				t.Fatalf("README.md has no lines of %s", test.language)
			}
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "tags"), 0o755); err != nil {
				t.Fatal(err)
			}
			for name, text := range map[string]string{"reader": lines, "reader.py": lines, "ask": test.asks, "tags/answered.html": "answered", "tags/unanswered.html": "unanswered"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			checkReader(t, func(input []byte) []byte {
				command := exec.Command(test.program, "ask")
				command.Dir, command.Stdin = dir, bytes.NewReader(input)
				var stderr strings.Builder
				command.Stderr = &stderr
				output, err := command.Output()
				if err != nil {
					t.Fatalf("%s: %v\n%s%s", test.program, err, output, stderr.String())
				}
				return output
			})
		})
	}
}

// checkReader compares what another reader says with [withoutCatalogue]: what is granted, and
// whether there is an answer. ask takes the questions in JSON, and returns the answers in JSON.
func checkReader(t *testing.T, ask func(input []byte) []byte) {
	v := readVectors(t)
	var services []string // those that ask
	for _, c := range v.Policy.Categories {
		for _, s := range c.Services {
			if s.Asks {
				services = append(services, c.ID+"."+s.ID)
			}
		}
	}
	type question struct {
		Cookies, Rev, Today string
		Services            []string
		name                string
		day                 Day
	}
	var questions []question
	add := func(name, cookies string, today Day, hour string) {
		questions = append(questions, question{cookies, v.Policy.Revision, today.String() + hour, services, name, today})
	}
	for _, test := range v.Read {
		for _, hour := range []string{" 00:00:00", " 12:00:00", " 23:59:59"} { // in UTC
			add(test.Name, test.Cookies, day(t, test.Today), hour)
		}
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 5000 {
		today := day(t, "2026-11-23")
		add("at random", randomCookies(v.Policy, today, random), today, " 12:00:00")
	}

	input, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	output := ask(input)
	var answers []struct {
		Tag     string
		Granted []string
	}
	if err := json.Unmarshal(output, &answers); err != nil || len(answers) != len(questions) {
		t.Fatalf("%v: %.1000s", err, output)
	}
	count := map[string]int{}
	for i, q := range questions {
		read := withoutCatalogue(v.Policy.Revision, q.Cookies, q.day)
		want := "unanswered"
		if read != nil {
			want = "answered"
		}
		count[want]++
		if answers[i].Tag != want {
			t.Errorf("%s, at%s: the tag is %s, want %s; the cookies are %q", q.name, q.Today, answers[i].Tag, want, q.Cookies)
		}
		full := v.Policy.Read(q.Cookies, q.day)
		if full.Answered && read == nil {
			t.Fatalf("%s: package consent reads an answer in %q, and withoutCatalogue none", q.name, q.Cookies)
		}
		for _, s := range services {
			category, service, _ := strings.Cut(s, ".")
			granted := read != nil && !slices.ContainsFunc(read, func(d Decision) bool { return !d.Grants(category, service) })
			if got := slices.Contains(answers[i].Granted, s); got != granted {
				t.Errorf("%s, at %s: allows(%s) = %v, want %v; the cookies are %q", q.name, q.Today, s, got, granted, q.Cookies)
			}
			if granted != full.Grants(category, service) && (full.Answered || !slices.Contains(lenient, q.name)) {
				t.Errorf("%s: allows(%s) = %v, and package consent reads %v; the cookies are %q", q.name, s, granted, !granted, q.Cookies)
			}
		}
	}
	if count["answered"] < 500 || count["unanswered"] < 500 {
		t.Errorf("of the cookies, %v; the test needs 500 of both", count)
	}
}

// lenient names the cookies of which only the catalogue tells that they are no answers. The lines in
// README.md do not know the catalogue, so they grant what these cookies name.
var lenient = []string{"a known and an unknown one", "a service that its category covers", "every service of a category in place of it", "an objection to what nobody declared", "at random"}

// withoutCatalogue reads the answers in a cookie string as a reader can that knows nothing of the
// catalogue but its revision. It returns none if one of the cookies is no answer.
func withoutCatalogue(revision, cookies string, today Day) []Decision {
	var read []Decision
	for _, value := range valuesIn(cookies, CookieName) {
		d, err := parse(value, today)
		for _, names := range []*[]string{&d.Yes, &d.No} {
			*names = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(*names))), func(name string) bool { return name == "" })
		}
		if err != nil || d.Revision != revision || d.Value() != strings.TrimSuffix(value, "&yes=") {
			return nil
		}
		read = append(read, d)
	}
	return read
}

// randomCookies makes a cookie string with up to three answers, most of them such as the program
// writes, and damages some.
func randomCookies(p Policy, today Day, random *rand.Rand) string {
	one := func(list ...string) string { return list[random.IntN(len(list))] }
	var cookies []string
	for range 1 + random.IntN(3) {
		maybe := func(Category, Service) bool { return random.IntN(2) == 0 }
		d := p.decide(today-Day(random.IntN(188))+3, maybe, maybe)
		cookies = append(cookies, one("", "a=b; ")+CookieName+"="+d.Value()+one("", "", "", "&yes="))
	}
	s := strings.Join(cookies, one("; ", ";"))
	for range random.IntN(4) - 1 {
		at := random.IntN(len(s) + 1)
		s = s[:at] + one("", ";", "; ", " ", "=", "&", "+", ".", "\n", "é", "0", "1", "9", "statistics", "+third-party", "&yes=", "&no=", "&no=statistics", "; "+CookieName, "; "+CookieName+"=") + s[min(at+random.IntN(3), len(s)):]
	}
	return s
}
