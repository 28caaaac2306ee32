//go:build !js

package consent

import (
	"bytes"
	"encoding/json"
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

// TestReaders holds the lines of Python and of PHP in README.md to the vectors.
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
from reader import allows
print(json.dumps([allows(q["Cookies"], q["Rev"], q["Category"], q["Service"], date.fromisoformat(q["Today"][:10])) for q in json.load(sys.stdin)]))`},
		{"php", "php", "php-cli", `<?php
require "reader";
$utc = new DateTimeZone("UTC");
echo json_encode(array_map(fn($q) => allows($q["Cookies"], $q["Rev"], $q["Category"], $q["Service"], new DateTimeImmutable($q["Today"], $utc)), json_decode(stream_get_contents(STDIN), true)));`},
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
			for name, text := range map[string]string{"reader": lines, "reader.py": lines, "ask": test.asks} {
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

// checkReader compares what another reader allows with Policy.Read, for each vector.
// ask takes the questions in JSON, and returns the answers in JSON.
func checkReader(t *testing.T, ask func(input []byte) []byte) {
	// Only the catalogue tells that these are no answers. The lines in README.md do
	// not know the catalogue, so they grant what these cookies name.
	lenient := []string{"a known and an unknown one", "a service that its category covers", "every service of a category in place of it", "an objection to what nobody declared"}
	v := readVectors(t)
	type question struct{ Cookies, Rev, Category, Service, Today string }
	var questions []question
	hours := []string{" 00:00:00", " 12:00:00", " 23:59:59"} // in UTC
	for _, test := range v.Read {
		for _, c := range v.Policy.Categories {
			for _, s := range c.Services {
				if !s.Asks {
					continue
				}
				for _, hour := range hours {
					questions = append(questions, question{test.Cookies, v.Policy.Revision, c.ID, s.ID, test.Today + hour})
				}
			}
		}
	}
	input, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	output := ask(input)
	var answers []bool
	if err := json.Unmarshal(output, &answers); err != nil || len(answers) != len(questions) {
		t.Fatalf("%v: %s", err, output)
	}
	for _, test := range v.Read {
		d := v.Policy.Read(test.Cookies, day(t, test.Today))
		for _, c := range v.Policy.Categories {
			for _, s := range c.Services {
				if !s.Asks {
					continue
				}
				for _, hour := range hours {
					got := answers[0]
					answers = answers[1:]
					if got != d.Grants(c.ID, s.ID) && !slices.Contains(lenient, test.Name) {
						t.Errorf("%s, at%s: allows(%s, %s) = %v, want %v", test.Name, hour, c.ID, s.ID, got, !got)
					}
				}
			}
		}
	}
}
