package draft

import (
	"strings"
	"testing"

	"charte/catalogue/source"
)

// addition returns a known service as "charte add" would add it.
func addition(t *testing.T, name string, with map[string]string) Addition {
	t.Helper()
	entry, err := source.Service(name)
	if err != nil {
		t.Fatal(err)
	}
	return Addition{Entry: entry, Edition: entry.Newest(), With: with}
}

const head = `extends: default # keep
site: { name: { fr: Portail, en: Portal }, controller: Ville }
`

// TestAdd: a service is written into catalogues of many forms, and whatever stands there stays.
func TestAdd(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"no services yet", head, head + "\nservices:\n  - use: vimeo@1\n"},
		{"no line break at the end", strings.TrimSuffix(head, "\n"), head + "\nservices:\n  - use: vimeo@1\n"},
		{"an empty list", head + "services: [] # none\n", head + "services: # none\n  - use: vimeo@1\n"},
		{"after another, with an empty line between them", head + "services:\n\n  # the videos\n  - use: youtube@1\n    acceptsUnknown: true # for now\n\n  - use: google-maps@1\n\n# the end\nlook: { preset: soft }\n",
			head + "services:\n\n  # the videos\n  - use: youtube@1\n    acceptsUnknown: true # for now\n\n  - use: google-maps@1\n\n  - use: vimeo@1\n\n# the end\nlook: { preset: soft }\n@"},
		{"dashes at the margin", head + "services:\n- use: youtube@1\nlanguages: [fr, en]\n", head + "services:\n- use: youtube@1\n- use: vimeo@1\nlanguages: [fr, en]\n@"},
		{"deeper", head + "services:\n      - use: youtube@1", head + "services:\n      - use: youtube@1\n      - use: vimeo@1\n@"},
		{"with Windows line breaks", strings.ReplaceAll(head+"services:\n  - use: youtube@1\n", "\n", "\r\n"), head + "services:\n  - use: youtube@1\n  - use: vimeo@1\n@"},
		{"formerly is there", head + "formerly:\n  # before the summer\n  k3f7ab: [third-party.youtube]\nservices:\n  - use: youtube@1\n",
			head + "formerly:\n  # before the summer\n  k3f7ab: [third-party.youtube]\n  REVISION: [third-party.youtube]\nservices:\n  - use: youtube@1\n  - use: vimeo@1\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, err := source.Read("c.yaml", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			want := strings.ReplaceAll(test.want, "REVISION", before.Revision())
			if kept, asked := strings.CutSuffix(want, "@"); asked { // visitors were asked before
				want = kept + "\nformerly:\n  " + before.Revision() + ": [" + strings.Join(before.Asked(), ", ") + "]\n"
			}
			if strings.Contains(test.text, "\r\n") {
				want = strings.ReplaceAll(want, "\n", "\r\n")
			}
			got, err := Add("c.yaml", test.text, addition(t, "vimeo", nil))
			if err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestAddRefused(t *testing.T) {
	for _, test := range []struct{ name, text, service, want string }{
		{"a list in brackets", head + "services: [{use: youtube@1}]\n", "vimeo", "c.yaml: "},
		{"the service is there", head + "services:\n  - use: vimeo@1\n", "vimeo", `the id is declared twice`},
		{"a catalogue with a mistake", head + "theme: 1\n", "vimeo", `key "theme" is not known`},
		{"no YAML", "a: [", "vimeo", "not valid YAML"},
		{"a line end that is none in an editor", strings.ReplaceAll(head, "\n", "\r") + "services:\n- use: youtube@1\n", "vimeo", "c.yaml: a line ends with a carriage return alone"},
		{"the whole in braces", "{extends: default, without: [], services: [], site: {controller: A}}", "vimeo", "c.yaml: services is written in a way"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Add("c.yaml", test.text, addition(t, test.service, nil))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, %v; want an error with %q", got, err, test.want)
			}
		})
	}
}

// FuzzAdd: whatever stands in a catalogue, either it cannot be added to, or it stays a catalogue with
// all its lines, and has one service more.
func FuzzAdd(f *testing.F) {
	for _, seed := range []string{head, head + "services: []\n", head + "services:\n- use: youtube@1\n", head + "services:\n  - use: youtube@1\n\n\n# end", head + "services:\n  - id: a\n    name: |\n      a\n\n\n"} {
		f.Add(seed)
	}
	entry, err := source.Service("vimeo")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		before, err := source.Read("c.yaml", []byte(text))
		if err != nil {
			return
		}
		added, err := Add("c.yaml", text, Addition{Entry: entry, Edition: entry.Newest()})
		if err != nil {
			return
		}
		after, err := source.Read("c.yaml", []byte(added))
		if err != nil {
			t.Fatalf("%v\n%s", err, added)
		}
		if len(after.Services) != len(before.Services)+1 {
			t.Errorf("%d services, before %d", len(after.Services), len(before.Services))
		}
		rest := added
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "services:") {
				continue
			}
			_, after, found := strings.Cut(rest, line)
			if !found {
				t.Fatalf("the line %q is lost in\n%s", line, added)
			}
			rest = after
		}
	})
}

func TestScalar(t *testing.T) {
	for text, want := range map[string]string{"stats.example.org": "stats.example.org", "12": "12", "012": "012", "true": `"true"`, "No": `"No"`, "a, b": `"a, b"`, "G-1": "G-1", "": `""`, "1.5": `"1.5"`, "a: b": `"a: b"`, "#x": `"#x"`} {
		if got := scalar(text); got != want {
			t.Errorf("scalar(%q) = %s, want %s", text, got, want)
		}
	}
}
