package offers

import (
	"cmp"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

func TestAdd(t *testing.T) {
	for name, text := range catalogues(t) {
		t.Run(name, func(t *testing.T) {
			a := desk.Addition{ID: "dailymotion", AcceptsUnknown: true}
			if strings.Contains(text, "id: mesure") {
				a.Category = "mesure"
			}
			got, err := Add("c.yaml", nil, []byte(text), a)
			if err != nil {
				t.Fatal(err)
			}
			keeps(t, text, string(got))
			if !strings.Contains(string(got), "use: dailymotion@") {
				t.Errorf("it is not there in\n%s", got)
			}
			if _, err := Add("c.yaml", nil, got, a); err == nil || !strings.Contains(err.Error(), "already") {
				t.Errorf("it is added twice: %v", err)
			}
		})
	}
}

// TestAddWrites: what was said of a service is written, and nothing else.
func TestAddWrites(t *testing.T) {
	asked := head + "services:\n  - use: vimeo@1\n"
	before, err := source.Read("c.yaml", []byte(asked))
	if err != nil {
		t.Fatal(err)
	}
	kept := "formerly:\n  " + before.Revision() + ": [third-party.vimeo]\n"
	for _, test := range []struct {
		name, text string
		addition   desk.Addition
		want       string // behind the text
		saved      string // "" for the text
	}{
		{"alone", head, desk.Addition{ID: "vimeo"}, "\nservices:\n  - use: vimeo@1\n", ""},
		{"with what the owner knows", head, desk.Addition{ID: "matomo", With: map[string]string{"host": " stats.example.org ", "cnil-mode": "false", "site": ""}, AcceptsUnknown: true}, "\nservices:\n  - use: matomo@1\n    with: { host: stats.example.org }\n    acceptsUnknown: true\n", ""},
		{"in the category that is suggested", head, desk.Addition{ID: "vimeo", Category: "third-party"}, "\nservices:\n  - use: vimeo@1\n", ""},
		{"in another one", head, desk.Addition{ID: "vimeo", Category: "statistics"}, "\nservices:\n  - use: vimeo@1\n    category: statistics\n", ""},
		{"visitors were asked", asked, desk.Addition{ID: "dailymotion", AcceptsUnknown: true}, "  - use: dailymotion@1\n    acceptsUnknown: true\n\nformerly:\n  " + before.Revision() + ": [third-party.vimeo]\n", ""},
		{"nobody was asked of TODOs", unfinished, desk.Addition{ID: "vimeo"}, "  - use: vimeo@1\n", ""},
		{"another service has its cookie", head + "services:\n  - id: mine\n    category: statistics\n    provider: opendatasoft\n    name: { fr: M, en: M }\n    purpose: { fr: M, en: M }\n    cookies:\n      - { name: TODO, purpose: { fr: M, en: M }, lifetime: TODO }\n      - { name: _fbp, purpose: { fr: M, en: M }, lifetime: 3 months }\n",
			desk.Addition{ID: "meta-pixel", AcceptsUnknown: true}, "  - use: meta-pixel@1\n    without: [\"_fbp\"] # another service declares them\n    acceptsUnknown: true\n", ""},
		{"nobody was asked for what is not saved", asked, desk.Addition{ID: "dailymotion", AcceptsUnknown: true}, "  - use: dailymotion@1\n    acceptsUnknown: true\n", head},
		{"what is saved asks, and the text has TODOs", unfinished, desk.Addition{ID: "vimeo"}, "  - use: vimeo@1\n\nformerly:\n  " + before.Revision() + ": [third-party.vimeo]\n", asked},
		{"it is kept already", head + strings.Replace(kept, "[", "[statistics.old, ", 1) + "services:\n  - use: vimeo@1\n", desk.Addition{ID: "dailymotion", AcceptsUnknown: true}, "  - use: dailymotion@1\n    acceptsUnknown: true\n", asked},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Add("c.yaml", []byte(cmp.Or(test.saved, test.text)), []byte(test.text), test.addition)
			if err != nil {
				t.Fatal(err)
			}
			if want := test.text + test.want; string(got) != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestAddRefused(t *testing.T) {
	for _, test := range []struct {
		name, text string
		addition   desk.Addition
		want       string
	}{
		{"a service that nobody knows", head, desk.Addition{ID: "vimoe"}, "vimeo"},
		{"what only the owner knows", head, desk.Addition{ID: "matomo", With: map[string]string{"host": " "}}, "Matomo needs host ("},
		{"a value that cannot be", head, desk.Addition{ID: "matomo", With: map[string]string{"host": "a b\n- use: x"}}, "host"},
		{"a parameter that it does not have", head, desk.Addition{ID: "vimeo", With: map[string]string{"__proto__": "x"}}, "__proto__"},
		{"a category that is not declared", head, desk.Addition{ID: "vimeo", Category: "x\n  - use: youtube@1\u202e"}, `category "x - use: youtube@1" is not declared`},
		{"the category that is suggested is not there", own, desk.Addition{ID: "vimeo"}, "third-party"},
		{"it is there", unfinished, desk.Addition{ID: "matomo", With: map[string]string{"host": "a.example"}}, "the catalogue has Matomo already"},
		{"its id is there", strings.ReplaceAll(own, "mine", "vimeo"), desk.Addition{ID: "vimeo", Category: "mesure"}, "already"},
		{"a list in brackets", head + "services: [{use: youtube@1}]\n", desk.Addition{ID: "vimeo"}, "write this into services:\n  - use: vimeo@1"},
		{"no YAML", "a: [", desk.Addition{ID: "vimeo"}, "not valid YAML"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Add("c.yaml", nil, []byte(test.text), test.addition)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, %v; want an error with %q", got, err, test.want)
			}
		})
	}
}
