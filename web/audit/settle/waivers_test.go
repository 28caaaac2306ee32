package settle

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"charte/catalogue/source"
	"charte/web/audit/report"
)

var today = time.Date(2026, 11, 29, 23, 30, 0, 0, time.FixedZone("", -5*60*60))

const sound = `waivers:
  - rule: undeclared # for now
    subject: cookie visit_*
    reason: The supplier takes it out.
    until: 2027-03-31
    page: /shop/*
`

func TestReadWaivers(t *testing.T) {
	waivers, err := readWaivers("w.yaml", []byte(sound), today)
	if err != nil {
		t.Fatal(err)
	}
	want := Waiver{report.Waiver{Rule: "undeclared", Subject: "cookie visit_*", Reason: "The supplier takes it out.", Until: "2027-03-31"}, "/shop/*", report.Place{File: "w.yaml", Line: 2, Column: 5}}
	if len(waivers) != 1 || waivers[0] != want {
		t.Errorf("got %+v, want %+v", waivers, want)
	}
}

func TestReadWaiversRefuses(t *testing.T) {
	for _, test := range []struct{ name, from, to, want string }{
		{"nothing wrong", "", "", ""},
		{"nothing but comments", sound, "waivers:\n  # none\n", ""},
		{"an empty list", sound, "waivers: []\n", ""},
		{"the last day that is allowed", "2027-03-31", "2027-11-29", ""},
		{"an empty file", sound, "", "w.yaml:1:1: the file is empty"},
		{"another rule", "undeclared", "undeclard", `w.yaml:2:5: the rule "undeclard" is not known; did you mean "undeclared"?`},
		{"a rule like no other", "undeclared", "xyz", "the rules are before-consent, "},
		{"an expired waiver", "undeclared", "waiver-expired", "cannot be waived"},
		{"no rule", "rule: undeclared # for now\n    ", "", "w.yaml:2:5: the rule is missing"},
		{"no subject", "    subject: cookie visit_*\n", "", "w.yaml:2:5: the subject is missing"},
		{"every subject", "cookie visit_*", `"*"`, `w.yaml:3:5: the subject "*" covers everything`},
		{"a star inside", "visit_*", "v*_x", `has a "*" before its end`},
		{"no reason", "    reason: The supplier takes it out.\n", "", "w.yaml:2:5: the reason is missing"},
		{"a short reason", "The supplier takes it out.", "later éé", `w.yaml:4:5: the reason "later éé" has 8 letters; write 10`},
		{"a reason that is a number", "The supplier takes it out.", "4711", "w.yaml:4:13: the number 4711 where a text was expected"},
		{"no end", "    until: 2027-03-31\n", "", "w.yaml:2:5: until is missing"},
		{"an end that is no day", "2027-03-31", "2027-02-30", `w.yaml:5:5: until "2027-02-30" is not a day`},
		{"an end in words", "2027-03-31", "next year", "is not a day written YYYY-MM-DD"},
		{"an end too far away", "2027-03-31", "2027-11-30", "w.yaml:5:5: until 2027-11-30 is more than 12 months away; write 2027-11-29 or earlier"},
		{"an unknown key", "    page:", "    where:", `w.yaml:6:5: key "where" is not known`},
		{"a misspelt key", "    reason:", "    reasn:", `w.yaml:4:5: key "reasn" is not known; did you mean "reason"?`},
		{"another list", "waivers:", "waiver:", `key "waiver" is not known; did you mean "waivers"?`},
		{"an empty page", "/shop/*", `""`, "w.yaml:6:5: the page is missing"},
		{"the same twice", sound, sound + strings.TrimPrefix(sound, "waivers:\n"), "w.yaml:7:5: this waives the same as the waiver in line 2"},
		{"a text for a waiver", sound, "waivers: [undeclared]\n", "w.yaml:1:11: a text where a mapping"},
		{"no YAML", sound, "waivers: [", "not valid YAML"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := sound
			if test.from != "" {
				text = strings.Replace(sound, test.from, test.to, 1)
			}
			_, err := readWaivers("w.yaml", []byte(text), today)
			var errs source.Errors
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (!errors.As(err, &errs) || len(errs) != 1 || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want one error with %q", err, test.want)
			}
		})
	}
}

// FuzzReadWaivers: whatever the bytes, there are waivers that hold to the rules, or errors with a
// place in the file.
func FuzzReadWaivers(f *testing.F) {
	for _, seed := range []string{sound, "", "waivers:\n", "waivers: []", "waivers: [{}]", "waivers:\n- rule: a\n  rule: b\n", "waivers: [[", "\xff", "waivers:\r\n  - {rule: unseen, subject: '*', until: 2027-01-01}\r\n", "a: &a [*a]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		waivers, err := readWaivers("w.yaml", data, today)
		if err != nil {
			var errs source.Errors
			if !errors.As(err, &errs) || len(errs) == 0 || waivers != nil {
				t.Fatalf("got %v, %T", waivers, err)
			}
			for _, e := range errs {
				if e.File != "w.yaml" || e.Message == "" || !utf8.ValidString(e.Message) || (e.Line == 0) != (e.Column == 0) {
					t.Errorf("error %+v", e)
				}
			}
			return
		}
		for _, w := range waivers {
			if report.RuleNamed(w.Rule) == nil || w.Subject == "" || w.Subject == "*" || utf8.RuneCountInString(w.Reason) < shortestReason || w.Until > "2027-11-29" || w.Place.Line < 1 {
				t.Errorf("read %+v", w)
			}
		}
	})
}

// TestDocumented: the README's waivers can be read.
func TestDocumented(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "```waivers\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("the README has no waivers")
	}
	waivers, err := readWaivers("README.md", []byte(block), time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC))
	if err != nil || len(waivers) == 0 {
		t.Errorf("the README's waivers: %v, %v", waivers, err)
	}
}
