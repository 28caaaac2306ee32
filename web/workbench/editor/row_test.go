package editor_test

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
	"charte/web/workbench/editor"
)

// TestRow: what a field says in words.
func TestRow(t *testing.T) {
	few := []desk.Choice{{Value: "report"}, {Value: "enforce"}}
	for _, test := range []struct {
		name     string
		language string
		field    desk.Field
		has      []string
		lacks    []string
	}{
		{"a parameter is called by what it is", "fr", desk.Field{Name: "service.with", Kind: desk.KindText, Label: "host", Help: map[string]string{"fr": "L'adresse du serveur", "en": "The address"}},
			[]string{">L&#39;adresse du serveur</label>", "Dans le fichier : <code translate=\"no\">host</code>"}, []string{">host</label>"}},
		{"a flag that is off without the file", "en", desk.Field{Name: "service.sale", Kind: desk.KindFlag, Value: "true", Written: true, Otherwise: "false"}, []string{"checked"}, []string{"If left out", "Take out"}},
		{"a flag that is on without the file", "en", desk.Field{Name: "service.sale", Kind: desk.KindFlag, Value: "false", Written: true, Otherwise: "true"}, []string{"If left out: <span>yes</span>", "Take out"}, nil},
		{"a choice of nothing", "en", desk.Field{Name: "site.guard", Kind: desk.KindChoice, Choices: few}, []string{"<span>Do nothing</span>", "<span>Report them</span>"}, []string{"Take out"}},
		{"a choice that holds without the file", "en", desk.Field{Name: "site.guard", Kind: desk.KindChoice, Choices: few, Otherwise: "report"}, []string{"<span>Report them (default)</span>", "<span>Stop them</span>", " hidden"}, []string{"Do nothing"}},
		{"one that the file has as well", "en", desk.Field{Name: "site.guard", Kind: desk.KindChoice, Choices: few, Otherwise: "report", Value: "report", Written: true}, []string{"<span>Report them (default)</span>", "<span>Report them</span>"}, []string{" hidden"}},
		{"a choice that must be made", "en", desk.Field{Name: "site.guard", Kind: desk.KindChoice, Choices: few, Needed: true}, []string{"<span>Report them</span>"}, []string{"Do nothing"}},
		{"languages", "fr", desk.Field{Name: "catalogue.languages", Kind: desk.KindChoices, Otherwise: "de, tlh", Choices: []desk.Choice{{Value: "de"}, {Value: "tlh"}}},
			[]string{"<span>allemand (de)</span>", "<span>tlh</span>", "À défaut : <span>allemand (de), tlh</span>"}, nil},
		{"a default language that is not the first by name", "en", desk.Field{Name: "catalogue.languages", Kind: desk.KindChoices, Choices: []desk.Choice{{Value: "fr", Chosen: true}, {Value: "de", Chosen: true}}},
			[]string{"German (de)", "selected"}, []string{"<option value=\"de\" selected>"}},
		{"one language", "en", desk.Field{Name: "catalogue.languages", Kind: desk.KindChoices, Choices: []desk.Choice{{Value: "de"}, {Value: "fr", Chosen: true}}}, nil, []string{"Default language"}},
		{"two languages", "en", desk.Field{Name: "catalogue.languages", Kind: desk.KindChoices, Choices: []desk.Choice{{Value: "de", Chosen: true}, {Value: "fr", Chosen: true}}},
			[]string{"Default language", "<option value=\"de\" selected>German (de)"}, nil},
		{"two signals", "en", desk.Field{Name: "service.signals", Kind: desk.KindChoices, Choices: []desk.Choice{{Value: "a", Chosen: true}, {Value: "b", Chosen: true}}}, nil, []string{"Default language"}},
		{"signals", "en", desk.Field{Name: "service.signals", Kind: desk.KindChoices, Choices: []desk.Choice{{Value: "ad_storage"}}}, []string{"Google: storage for ads (ad_storage)"}, nil},
		{"what is like others of its kind", "en", desk.Field{Name: "look.radius", Kind: desk.KindLength}, []string{"A number and a unit: “8px”"}, nil},
		{"a text in one language", "en", desk.Field{Name: "site.name", Kind: desk.KindTexts, Texts: []desk.Wording{{Language: "fr", Pointer: "/site/name"}}}, []string{"Name of the site, French (fr)"}, []string{"tag"}},
		{"months", "fr", desk.Field{Name: "cookie.lifetime", Kind: desk.KindLifetime, Value: "13 months"}, []string{">13 mois<"}, nil},
		{"one day", "fr", desk.Field{Name: "cookie.lifetime", Kind: desk.KindLifetime, Value: "1 day"}, []string{">1 jour<"}, nil},
		{"at most", "en", desk.Field{Name: "cookie.lifetime", Kind: desk.KindLifetime, Value: "up to  2 weeks"}, []string{">2 weeks at most<"}, nil},
		{"a session", "fr", desk.Field{Name: "cookie.lifetime", Kind: desk.KindLifetime, Value: "session"}, []string{">Jusqu’à la fermeture du navigateur<"}, nil},
		{"no lifetime", "fr", desk.Field{Name: "cookie.lifetime", Kind: desk.KindLifetime, Value: "13 lunes"}, nil, []string{`class="said"`}},
		{"less than one", "fr", desk.Field{Name: "cookie.lifetime", Kind: desk.KindLifetime, Value: "0 days"}, nil, []string{`class="said"`}},
		{"one word that is no lifetime", "fr", desk.Field{Name: "cookie.lifetime", Kind: desk.KindLifetime, Value: "most"}, nil, []string{`class="said"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.field.Pointer = "/x"
			got := strings.Join(strings.Fields(app.HTMLString(&editor.Row{Tongue: tongue(test.language), Field: &test.field})), " ")
			got = strings.NewReplacer("> ", ">", " <", "<", ` hidden="false"`, "", "selected value=\"de\"", "value=\"de\" selected").Replace(got)
			for _, text := range test.has {
				if text = strings.NewReplacer(": <", ":<").Replace(text); !strings.Contains(got, text) {
					t.Errorf("there is no %q in %s", text, got)
				}
			}
			for _, text := range test.lacks {
				if strings.Contains(got, text) {
					t.Errorf("there is %q in %s", text, got)
				}
			}
		})
	}
}
