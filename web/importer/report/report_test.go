package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func at(line, column int) told.Place {
	return told.Place{File: "banner.ts", Line: line, Column: column}
}

// full is an import with something of everything.
func full() Import {
	return Import{
		Plan: &plan.Plan{
			Peer: "Klaro 0.7",
			Fates: []plan.Fate{
				{Path: "services[0].cookies", Place: at(41, 5), Outcome: plan.Mapped, To: "services.matomo.cookies"},
				{Path: "styling", Place: at(9, 3), Outcome: plan.Dropped, Why: "Charte's look is in the catalogue under look. Its colours are checked, so that they can be read."},
				{Path: "cookieExpiresAfterDays", Place: at(7, 3), Outcome: plan.Changed, To: "", Why: "Charte keeps an answer for six months."},
				{Path: "additionalClass", Place: at(10, 3), Outcome: plan.Dropped, Why: "Charte's look is in the catalogue under look. Its colours are checked, so that they can be read."},
				{Path: "hideDecline", Place: at(11, 3), Outcome: plan.Dropped, Why: "Charte's notice always has a button that refuses all."},
				{Path: "stylePrefix", Place: at(12, 3), Outcome: plan.Dropped, Why: "Charte's look is in the catalogue under look. Its colours are checked, so that they can be read."},
				{Path: "services[0].default", Place: at(40, 5), Outcome: plan.Dropped, Why: "Charte ticks nothing in advance."},
				{Path: "lang", Place: told.Place{File: "other.js", Line: 1}, Outcome: plan.Mapped, To: "languages"},
				{Path: "signals", Place: told.Place{File: "other.js", Line: 2}, Outcome: plan.Mapped, To: "signals"},
			},
			Mistakes: []plan.Mistake{
				{Rule: plan.NoCookies, Path: "services[1]", Place: at(52, 5), Text: "The service \"chat\" names no cookies."},
				{Rule: plan.PreTicked, Path: "services[0].default", Place: at(40, 5), Text: "A box that is ticked in advance is no consent (GDPR, recital 32). In the catalogue none is.\x1b[31m"},
				{Rule: plan.NoCookies, Path: "services[2]", Place: at(60, 5), Text: "The service \"map\" names no cookies."},
			},
		},
		Notes:     []plan.Fate{{Path: "services[3]", Place: at(70, 5), Outcome: plan.Changed, To: "services.google-maps", Why: "The service \"googleMaps\" is \"google-maps\" in the catalogue."}},
		Files:     []string{"banner.ts", "other.js"},
		Problems:  []told.Problem{{Place: at(80, 1), Text: "The call fetch(…) was not made, since an import has no network."}},
		Catalogue: "mine.yaml", TODOs: 12,
		Tags: []Tag{
			{Place: Place{"index.html", 3, 1}, Tag: "<script data-name=\"matomo\">", Write: "<script data-category=\"audience\" data-service=\"matomo\">", Changed: true},
			{Place: Place{"index.html", 9, 5}, Tag: "<iframe data-name=\"map\x1b[31m\">", Why: "The catalogue has neither a service nor a category for \"map\"."},
			{Place: Place{"layout.ftl", 2, 1}, Tag: "<a onclick=\"klaro.show()\">", Write: "<a\n  data-charte=\"open\">", Why: "Code of a template stands in what would change."},
		},
	}
}

// golden compares a text with a file, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("not as in %s, which -update rewrites:\n%s", file, got)
	}
}

func TestText(t *testing.T) {
	for _, test := range []struct {
		name string
		of   Import
		all  bool
	}{
		{"full", full(), false},
		{"verbose", full(), true},
		{"nothing", Import{Plan: &plan.Plan{Peer: "c15t"}}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := Text(&b, test.of, test.all); err != nil {
				t.Fatal(err)
			}
			for line := range strings.SplitSeq(b.String(), "\n") {
				if utf8.RuneCountInString(line) > width {
					t.Errorf("over %d columns: %q", width, line)
				}
			}
			if strings.ContainsRune(b.String(), 0x1b) {
				t.Error("a terminal would obey it")
			}
			golden(t, test.name+".txt", b.Bytes())
		})
	}
}

func TestJSON(t *testing.T) {
	for _, test := range []struct {
		name string
		of   Import
	}{{"full", full()}, {"nothing", Import{Plan: &plan.Plan{Peer: "c15t"}}}} {
		t.Run(test.name, func(t *testing.T) {
			data, err := JSON(test.of)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(data, []byte("null")) {
				t.Error("a list is null")
			}
			var read Report
			if err := json.Unmarshal(data, &read); err != nil || !reflect.DeepEqual(read, Of(test.of)) {
				t.Errorf("it does not read back: %v", err)
			}
			golden(t, test.name+".json", data)
		})
	}
}

// TestSaidOnce: a reason stands once, whatever stands between its settings, and what is said of a mistake
// is not said again below it.
func TestSaidOnce(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, full(), false); err != nil {
		t.Fatal(err)
	}
	for of, want := range map[string]int{"Charte's look is in the catalogue": 1, "Charte ticks nothing in advance": 0, "services[0].default": 2} {
		if n := strings.Count(b.String(), of); n != want {
			t.Errorf("%q stands there %d times, want %d", of, n, want)
		}
	}
}

// TestNext: what is to be done is what is left to do.
func TestNext(t *testing.T) {
	const ask, write, todos, problems = "charte import -pages DIR", "as this report says", "Fill in", "could not be read"
	changed, left := Tag{Changed: true}, Tag{}
	for _, test := range []struct {
		name string
		of   Import
		want string
		not  []string
	}{
		{"nobody has looked for tags", Import{}, ask, []string{write, todos, problems}},
		{"there are no tags", Import{Tags: []Tag{}}, "charte check -strict", []string{ask, write}},
		{"all tags are changed", Import{Tags: []Tag{changed}}, "charte check -strict", []string{ask, write}},
		{"a tag is left", Import{Tags: []Tag{changed, left}}, "Write the tag of", []string{ask}},
		{"two tags are left", Import{Tags: []Tag{left, changed, left}}, "Write the 2 tags of", []string{ask}},
		{"one TODO", Import{TODOs: 1, Catalogue: "a.yaml"}, "Fill in the TODO in a.yaml.", nil},
		{"TODOs on the screen", Import{TODOs: 2}, "Fill in the 2 TODOs in the catalogue.", nil},
		{"problems", Import{Problems: make([]told.Problem, 2)}, "Look at the 2 parts that could not be read", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.of.Plan = &plan.Plan{}
			got := strings.Join(Of(test.of).Next, "\n")
			if !strings.Contains(got, test.want) {
				t.Errorf("it does not say %q:\n%s", test.want, got)
			}
			for _, not := range test.not {
				if strings.Contains(got, not) {
					t.Errorf("it says %q:\n%s", not, got)
				}
			}
		})
	}
}

// TestMistakesAbove: a reason leads to the mistakes only where one says what has become of the setting.
func TestMistakesAbove(t *testing.T) {
	here, there := told.Place{File: "a.js", Line: 1}, told.Place{File: "b.js", Line: 1}
	const why = "The reason."
	for _, test := range []struct {
		name  string
		of    plan.Mistake
		above bool
	}{
		{"the same setting", plan.Mistake{Rule: plan.PreTicked, Path: "a.b", Place: here}, true},
		{"another setting", plan.Mistake{Rule: plan.PreTicked, Path: "a.c", Place: here}, false},
		{"a setting of another file", plan.Mistake{Rule: plan.PreTicked, Path: "a.b", Place: there}, false},
		{"what runs without being asked", plan.Mistake{Rule: plan.NotAsked, Path: "a.b", Place: here}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			i := Import{Plan: &plan.Plan{Mistakes: []plan.Mistake{test.of}, Fates: []plan.Fate{{Path: "a.b", Place: here, Outcome: plan.Dropped, Why: why}}}}
			if err := Text(&b, i, false); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(b.String(), "among the mistakes above") != test.above || strings.Contains(b.String(), why) == test.above {
				t.Errorf("want a reason that leads to the mistakes: %t\n%s", test.above, b.String())
			}
		})
	}
}

// TestTame: what a terminal might obey or hide is seen, and line ends are spaces.
func TestTame(t *testing.T) {
	for in, want := range map[string]string{
		"a\nb\tc\rd": "a b c d", "a\x1b[31mb": "a?[31mb", "a\u202eb": "a?b", "a\u00adb": "a?b", "a\u2028b": "a?b", "a\xffb": "a?b", "é": "é",
	} {
		if got := tame(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// TestOrder: what stands in the files that were read comes in their order, whatever is between; what stands
// elsewhere comes after it, by file.
func TestOrder(t *testing.T) {
	i := Import{Plan: &plan.Plan{}, Files: []string{"z.js", "a.js"}}
	for _, place := range []told.Place{{File: "y.js", Line: 9}, {File: "x.js", Line: 5}, {File: "a.js", Line: 2}, {File: "y.js", Line: 1}, {File: "z.js", Line: 7, Column: 4}, {File: "a.js", Line: 1}, {File: "z.js", Line: 7, Column: 3}} {
		i.Problems = append(i.Problems, told.Problem{Place: place})
		i.Plan.Mistakes = append(i.Plan.Mistakes, plan.Mistake{Place: place})
		i.Plan.Fates = append(i.Plan.Fates, plan.Fate{Place: place, Outcome: plan.Dropped}, plan.Fate{Place: place, Outcome: plan.Mapped}, plan.Fate{Place: place, Outcome: plan.Changed})
	}
	const want = "z.js:7:3 z.js:7:4 a.js:1 a.js:2 x.js:5 y.js:1 y.js:9"
	r := Of(i)
	lists := map[string][]Place{}
	for _, p := range r.Problems {
		lists["problems"] = append(lists["problems"], p.Place)
	}
	for _, m := range r.Mistakes {
		lists["mistakes"] = append(lists["mistakes"], m.Place)
	}
	for name, settings := range map[string][]Setting{"dropped": r.Dropped, "mapped": r.Mapped, "changed": r.Changed} {
		for _, s := range settings {
			lists[name] = append(lists[name], s.Place)
		}
	}
	for _, name := range []string{"problems", "mistakes", "dropped", "mapped", "changed"} {
		var got []string
		for _, place := range lists[name] {
			got = append(got, told.Place(place).String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s are at %s, want %s", name, got, want)
		}
	}
}

// TestNothingSilent: each fate, mistake and problem is in the report, with its place.
func TestNothingSilent(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, full(), true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"banner.ts:41:5", "banner.ts:9:3", "banner.ts:10:3", "banner.ts:11:3", "banner.ts:12:3", "banner.ts:7:3", "other.js:1", "banner.ts:52:5", "banner.ts:40:5", "banner.ts:60:5", "banner.ts:70:5", "banner.ts:80:1"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("nothing names %s", want)
		}
	}
}
