package editor

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/bundle/prerender"
	"charte/web/workbench/desk"
	"charte/web/workbench/editor/testdata/dialogs/fake"
)

//go:generate go test . -run TestDialogsGolden -update-dialogs

var updateDialogs = flag.Bool("update-dialogs", false, "rewrite the golden files of the dialogs; read the diff before committing it")

// kit is a kit over a desk, in which each text is its key with what fills its placeholders.
func kit(d DialogDesk) *DialogKit {
	say := func(key string, values ...string) string { return strings.Join(append([]string{key}, values...), " ") }
	return &DialogKit{
		Desk: d, Language: "en", Say: say,
		Count: func(key string, n int) string { return say(key, strconv.Itoa(n)) },
		Label: func(field string) string { return "label of " + field },
	}
}

// A stage is a page around a component, for tests.
type stage struct {
	app.Compo

	Child app.UI

	ctx app.Context
}

func (s *stage) OnPreRender(ctx app.Context) { s.ctx = ctx }
func (s *stage) Render() app.UI              { return app.Div().Body(s.Child) }

// staged mounts a component. go-app does so without a browser, and calls no OnMount then.
func staged(t *testing.T, ui app.UI) (app.TestEngine, app.Context) {
	t.Helper()
	engine, s := app.NewTestEngine(), &stage{Child: ui}
	if err := engine.Load(s); err != nil {
		t.Fatal(err)
	}
	engine.ConsumeAll()
	return engine, s.ctx
}

// markup is what a component shows.
func markup(t *testing.T, ui app.UI) *prerender.Node {
	t.Helper()
	node, err := prerender.Render(ui)
	if err != nil {
		t.Fatal(err)
	}
	return node
}

// TestDialogsGolden compares what the dialogs show with testdata/dialog-NAME.html.
func TestDialogsGolden(t *testing.T) {
	d := fake.New()
	k := kit(d)
	state, saved, torn, gone := fake.State(), fake.State(), fake.State(), fake.State()
	saved.Unsaved = false
	torn.Conflicts = []desk.Conflict{{ID: "c1"}}
	gone.Gone, gone.Unsaved = true, false
	known, offer, effect := fake.Known(), fake.Offer(), fake.Effect()
	nothing := desk.Offer{ID: "o2", File: "orejime.json", Kind: "import", Remarks: []string{"remark"}}
	table := func(change func(*TranslationsDialog)) *TranslationsDialog {
		translations := fake.Translations()
		translations.Rows[0].Texts[1].Findings = []desk.Finding{{Level: desk.LevelError, Message: "too long for a name"}}
		dialog := &TranslationsDialog{Kit: k, Version: 7, Opening: 1, shown: 9}
		dialog.keep(&translations)
		if change != nil {
			change(dialog)
		}
		dialog.group()
		return dialog
	}
	for _, test := range []struct {
		name string
		ui   app.UI
	}{
		{"none", &Dialogs{Kit: k, State: &state}},
		{"fault", &Dialogs{Kit: k, State: &state, fault: "the file is gone"}},
		{"services", &ServicesDialog{Kit: k, State: &state, Opening: 1, answer: true, found: known}},
		{"services-fault", &ServicesDialog{Kit: k, State: &state, Opening: 1, answer: true, fault: "no answer"}},
		{"service", &ServicesDialog{Kit: k, State: &state, Opening: 1, answer: true, found: known[:1], chosen: &known[0]}},
		{"service-tried", &serviceForm{Kit: k, Known: &known[0], tried: true, fault: "not a host"}},
		{"service-declared", &serviceForm{Kit: k, Known: &known[1], Categories: state.Sections[0].Entries}},
		{"service-added", &serviceForm{Kit: k, Known: &known[2], added: true, copied: "copied"}},
		{"service-undeclared-category", &serviceForm{Kit: k, Known: &known[3], Categories: state.Sections[0].Entries}},
		{"offers", &OffersDialog{Kit: k, Opening: 1}},
		{"offers-reading", &OffersDialog{Kit: k, Opening: 1, reading: "report.json", over: true}},
		{"offers-offer", &OffersDialog{Kit: k, Opening: 1, offer: &offer, left: map[string]bool{"i2": true}}},
		{"offers-nothing", &OffersDialog{Kit: k, Opening: 1, offer: &nothing}},
		{"offers-taken-with-todo", &OffersDialog{Kit: k, Opening: 1, offer: &offer, taken: 2, left: map[string]bool{"i1": true}}},
		{"offers-taken", &OffersDialog{Kit: k, Opening: 1, offer: &offer, taken: 2, left: map[string]bool{"i2": true}}},
		{"translations", table(nil)},
		{"translations-none", table(func(d *TranslationsDialog) { d.filter, d.kept = "missing fr", map[string]bool{} })},
		{"translations-compared", table(func(d *TranslationsDialog) { d.compare = "de" })},
		{"translations-looking", &TranslationsDialog{Kit: k, Opening: 1}},
		{"effect", &EffectDialog{Kit: k, State: &state, Opening: 1, effect: &effect}},
		{"effect-looking", &EffectDialog{Kit: k, State: &state, Opening: 1}},
		{"effect-same", &EffectDialog{Kit: k, State: &saved, Opening: 1, effect: &desk.Effect{Asks: "nobody"}}},
		{"effect-conflicts", &EffectDialog{Kit: k, State: &torn, Opening: 1, fault: "no answer"}},
		{"effect-gone", &EffectDialog{Kit: k, State: &gone, Opening: 1, effect: &effect}},
		{"line", &EffectLine{Kit: k, Unsaved: true, effect: &effect}},
		{"line-saved", &EffectLine{Kit: k, effect: &effect}},
	} {
		t.Run(test.name, func(t *testing.T) {
			staged(t, test.ui)
			got, file := markup(t, test.ui).Indented(), filepath.Join("testdata", "dialog-"+test.name+".html")
			if *updateDialogs {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is out of date; run go generate ./web/workbench/editor and read the diff\ngot\n%s", file, got)
			}
		})
	}
}

// TestDialogsHostile: no text of a server becomes markup.
func TestDialogsHostile(t *testing.T) {
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	k := kit(fake.New())
	state, known, offer, effect, translations := fake.State(), fake.Known()[0], fake.Offer(), fake.Effect(), fake.Translations()
	known.Name, known.Purpose, known.Remarks, known.Tag, known.Hosts = hostile, hostile, hostile, hostile, []string{hostile}
	known.Unknown, known.Country, known.Kind, known.Provider = []string{hostile}, hostile, hostile, hostile
	known.Parameters[0] = desk.Parameter{ID: hostile, Text: hostile, Example: hostile, Needed: true}
	offer.File, offer.About, offer.Has, offer.Remarks = hostile, hostile, []string{hostile}, []string{hostile}
	offer.Items[0] = desk.OfferItem{ID: hostile, Kind: desk.OfferSite, Title: hostile, Lines: []string{hostile}}
	effect.Lines, effect.Says[1].Values["service"] = []string{hostile, "+" + hostile, "@@" + hostile}, hostile
	row := &translations.Rows[0]
	row.Title, row.Texts[0].Value, row.Texts[1].Value, row.Texts[1].Otherwise = hostile, hostile, "", hostile
	row.Texts[2].Findings = []desk.Finding{{Message: hostile}}
	table := &TranslationsDialog{Kit: k, Opening: 1, shown: 9}
	table.keep(&translations)
	table.group()
	for name, ui := range map[string]app.UI{
		"services":     &ServicesDialog{Kit: k, State: &state, found: []desk.Known{known}, chosen: &known, fault: hostile},
		"offers":       &OffersDialog{Kit: k, offer: &offer, reading: hostile, fault: hostile},
		"effect":       &EffectDialog{Kit: k, State: &state, effect: &effect, fault: hostile},
		"translations": table,
	} {
		t.Run(name, func(t *testing.T) {
			staged(t, ui)
			html := markup(t, ui).HTML()
			if strings.Contains(html, "<script") || strings.Contains(html, "<img") || strings.Contains(html, `""`) {
				t.Errorf("a text is markup in %s", html)
			}
			if !strings.Contains(html, "&lt;script&gt;alert(1)") {
				t.Error("the text is not shown at all")
			}
		})
	}
}
