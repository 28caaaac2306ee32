// Package consenttest holds readers of the answer in other languages to what package consent reads.
package consenttest

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/banner/consent"
)

// A Question is what a server knows of a request.
type Question struct {
	Cookies string `json:"cookies"` // the header Cookie, valid UTF-8
	Today   string `json:"today"`   // the day in UTC, "2026-11-23"

	// IDs are what may run or not: categories, services, "category.service", names of cookies, and what nobody declared.
	IDs []string `json:"ids"`
}

// An Answer is what a reader makes of a [Question].
type Answer struct {
	On     string          `json:"on"`     // the day of the answer, "2026-11-23"; empty where there is none
	Allows map[string]bool `json:"allows"` // for each of the question's IDs, whether it may run
}

// randomQuestions is how many questions have random cookies.
const randomQuestions = 5000

// Hold checks that a reader answers as package consent does: to the vectors that the loader is held to as well, and to
// random cookies. ask puts all questions to the reader at once, with a policy as charte build writes it to policy.json.
func Hold(t *testing.T, ask func(t *testing.T, policy []byte, questions []Question) []Answer) {
	t.Helper()
	v := read(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	names, questions := v.questions(rand.New(rand.NewPCG(seed, 0)))
	policy, err := json.Marshal(v.Policy)
	if err != nil {
		t.Fatal(err)
	}
	answers := ask(t, policy, questions)
	if len(answers) != len(questions) {
		t.Fatalf("%d answers to %d questions", len(answers), len(questions))
	}
	failures, answered := 0, 0
	for i, q := range questions {
		want := v.answer(t, q)
		if want.On != "" {
			answered++
		}
		if got := answers[i].On; got != want.On {
			failures++
			t.Errorf("%s, on %s: the answer is of %q, want %q; the cookies are %q", names[i], q.Today, got, want.On, q.Cookies)
		}
		for _, id := range q.IDs {
			if got, told := answers[i].Allows[id]; got != want.Allows[id] || !told {
				failures++
				t.Errorf("%s, on %s: allows %q is %v (told: %v), want %v; the cookies are %q", names[i], q.Today, id, got, told, want.Allows[id], q.Cookies)
			}
		}
		if failures > 20 {
			t.Fatal("and so on")
		}
	}
	if most := len(questions) - randomQuestions/10; answered < randomQuestions/10 || answered > most {
		t.Errorf("%d of %d questions have an answer: too many or too few to tell readers apart", answered, len(questions))
	}
}

// vectors are those of banner/consent/testdata/vectors.json.
type vectors struct {
	Policy consent.Policy
	Read   []struct{ Name, Cookies, Today string }
	Allows []struct {
		Name   string
		Yes    *string
		Allows map[string]bool
	}
}

// read reads the vectors. They are in the module's folder, whichever of its packages is tested.
func read(t testing.TB) vectors {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		} else if !errors.Is(err, fs.ErrNotExist) || filepath.Dir(root) == root {
			t.Fatal("no module is around this folder: ", err)
		}
		root = filepath.Dir(root)
	}
	data, err := os.ReadFile(filepath.Join(root, "banner", "consent", "testdata", "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Read) < 50 || len(v.Allows) < 5 {
		t.Fatalf("only %d + %d vectors", len(v.Read), len(v.Allows))
	}
	return v
}

// questions are all that a reader is asked, and a name for each.
func (v vectors) questions(random *rand.Rand) (names []string, all []Question) {
	const today = "2026-11-23"
	ids := v.ids()
	add := func(name, cookies, today string) {
		names = append(names, name)
		all = append(all, Question{strings.ToValidUTF8(cookies, "\uFFFD"), today, ids})
	}
	for _, row := range v.Read {
		add(row.Name, row.Cookies, row.Today)
	}
	for _, row := range v.Allows {
		if row.Yes != nil {
			add(row.Name, consent.CookieName+"=v=1&on="+today+"&rev="+v.Policy.Revision+"&yes="+*row.Yes, today)
		}
	}
	for range randomQuestions {
		add("at random", v.cookies(random), today)
	}
	return names, all
}

// ids are whatever a question may ask about.
func (v vectors) ids() []string {
	all := []string{"", "*", ".", "marketing", "__proto__", "constructor", "toString", "matomo.statistics", "statistics.", ".matomo", "0"}
	for _, c := range v.Policy.Categories {
		all = append(all, c.ID)
		for _, s := range c.Services {
			all = append(all, s.ID, c.ID+"."+s.ID)
			for _, cookie := range s.Cookies {
				all = append(all, cookie.Name, strings.ReplaceAll(cookie.Name, "*", "1"))
			}
		}
	}
	for _, row := range v.Allows {
		for id := range row.Allows {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// cookies makes a header with up to three answers, most of them such as the program writes, and damages some.
func (v vectors) cookies(random *rand.Rand) string {
	one := func(list ...string) string { return list[random.IntN(len(list))] }
	newest, _ := time.Parse(time.DateOnly, "2026-11-25") // the day after tomorrow
	var cookies []string
	for range 1 + random.IntN(3) {
		choices := map[string]bool{}
		for _, c := range v.Policy.Categories {
			for _, s := range c.Services {
				choices[c.ID+"."+s.ID] = random.IntN(2) == 0
			}
		}
		d, _ := v.Policy.Set(consent.Decision{}, choices, consent.DayOf(newest)-consent.Day(random.IntN(188)))
		cookies = append(cookies, one("", "a=b; ")+consent.CookieName+"="+d.Value()+one("", "", "", "&yes="))
	}
	s := strings.Join(cookies, one("; ", ";"))
	for range random.IntN(4) - 1 {
		at := random.IntN(len(s) + 1)
		s = s[:at] + one("", ";", "; ", " ", "=", "&", "+", ".", "\n", "é", "0", "1", "9", "statistics", "+third-party", "&yes=", "&no=", "&no=statistics",
			"; "+consent.CookieName, "; "+consent.CookieName+"=") + s[min(at+random.IntN(3), len(s)):]
	}
	return s
}

// answer is what package consent makes of a question. Its own tests hold it to the vectors.
func (v vectors) answer(t testing.TB, q Question) Answer {
	t.Helper()
	today, err := time.Parse(time.DateOnly, q.Today)
	if err != nil {
		t.Fatal(err)
	}
	d := v.Policy.Read(q.Cookies, consent.DayOf(today))
	a := Answer{Allows: map[string]bool{}}
	if d.Answered {
		a.On = d.On.String()
	}
	for _, id := range q.IDs {
		a.Allows[id] = v.Policy.Allows(d, id)
	}
	return a
}
