package fields

import (
	"slices"
	"strings"
	"testing"

	"charte/web/workbench/desk"
)

// TestOrder: what each form begins with, and whether a text is a sentence.
func TestOrder(t *testing.T) {
	const all = "languages: [fr]\ncategories: [{ id: a }]\nproviders: [{ id: b }]\nservices: [{ id: c, cookies: [{ name: d }] }, { use: matomo@1, with: { host: s.example } }]\n"
	for _, test := range []struct{ name, pointer, want string }{
		{"the site", "/site", "name controller charterURL guard cookieDomain"},
		{"a category", "/categories/0", "name summary* description* necessary id"},
		{"a provider", "/providers/0", "name policyURL firstParty id"},
		{"a service", "/services/0", "exempt name purpose* category provider id cookies hosts location*"},
		{"a known service", "/services/1", "use host site cnil-mode anonymised-ip audience-only one-site kept-25-months exempt name purpose* category provider id cookies without hosts location*"},
		{"a cookie", "/services/0/cookies/0", "name purpose* lifetime kind domain"},
		{"words", "/words", "acceptAll refuseAll customise save close manage notice.title notice.body notice.parties notice.consequences* notice.kept* settings.title"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := Look("x.yaml", []byte(all))
			form, item := test.pointer, ""
			if before, _, found := strings.Cut(test.pointer, "/cookies"); found {
				form, item = before, test.pointer
			}
			f, err := o.Form(form)
			if err != nil {
				t.Fatal(err)
			}
			fields := f.Fields
			for _, field := range f.Fields {
				for _, i := range field.Items {
					if i.Pointer == item {
						fields = i.Fields
					}
				}
			}
			var got []string
			for _, f := range fields {
				_, name, _ := strings.Cut(f.Name, ".")
				if name == "with" || name == "setting" {
					name = f.Label
				}
				if f.Kind == desk.KindProses {
					name += "*"
				}
				got = append(got, name)
			}
			if want := strings.Fields(test.want); len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
				t.Errorf("the form has\n%v, want it to begin with\n%v", got, want)
			}
		})
	}
}

// TestInherited: the entries of the catalogue that a file extends are named.
func TestInherited(t *testing.T) {
	for _, test := range []struct{ name, text, section, want string }{
		{"categories", "extends: default\n", "/categories", "Nécessaires, Statistiques, Internes (first-party), Tiers (third-party)"},
		{"providers", "extends: default\n", "/providers", "Opendatasoft"},
		{"services", "extends: default\n", "/services", "Authentification, Sélection de la langue, API (CSRF), Choix concernant vos préférences sur les cookies"},
		{"services that are left out", "extends: default\nwithout: [language, api-csrf]\n", "/services", "Authentification, Choix concernant vos préférences sur les cookies"},
		{"in no list", "extends: default\n", "/site", ""},
		{"of no other catalogue", "languages: [fr]\n", "/categories", ""},
		{"of no YAML", "a: [", "/categories", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, s := range Look("x.yaml", []byte(test.text)).Sections {
				if got := strings.Join(s.Inherited, ", "); s.Pointer == test.section && got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
			}
		})
	}
}
