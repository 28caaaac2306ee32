package editor

import (
	"slices"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
	"charte/web/workbench/editor/editortest"
)

// texts are made up: each is its key.
func texts(keys ...string) map[string]map[string]string {
	texts := map[string]string{}
	for _, key := range keys {
		texts[key] = key
	}
	return map[string]map[string]string{"en": texts}
}

// A mounted editor is mounted outside of a browser, too: there go-app calls OnPreRender and not OnMount.
type mounted struct{ Editor }

// OnPreRender implements app.PreRenderer.
func (m *mounted) OnPreRender(ctx app.Context) { m.OnMount(ctx) }

// loaded is an editor with a desk, and the engine that it runs in.
func loaded(t *testing.T, d *editortest.Desk, keys ...string) (*mounted, app.TestEngine) {
	t.Helper()
	e := &mounted{Editor{Desk: d, Texts: texts(keys...)}}
	engine := app.NewTestEngine()
	if err := engine.Load(e); err != nil {
		t.Fatal(err)
	}
	engine.ConsumeAll()
	return e, engine
}

// TestSpoken: dialogs call languages what forms call them.
func TestSpoken(t *testing.T) {
	e := &Editor{Texts: map[string]map[string]string{"en": {"language.de": "German"}, "fr": {"language.de": "allemand"}}}
	for _, test := range []struct{ page, tag, want string }{
		{"en", "de", "German (de)"},
		{"en", "eo", "eo"},
		{"fr", "de", "allemand (de)"},
	} {
		e.speak(test.page)
		for range 2 { // the second time from memory
			if got, form := e.kit.languageName(test.tag), e.tongue.Named(test.tag); got != test.want || got != form {
				t.Errorf("in %s, dialogs call %s %q and forms %q, want %q", test.page, test.tag, got, form, test.want)
			}
		}
	}
}

// TestFollow: the same entry stays chosen where lists have changed.
func TestFollow(t *testing.T) {
	services := func(ids ...string) *desk.State {
		section := desk.Section{Pointer: "/services", Adds: true}
		for i, id := range ids {
			section.Entries = append(section.Entries, desk.Entry{Pointer: "/services/" + string(rune('0'+i)), ID: id})
		}
		return &desk.State{Sections: []desk.Section{{Pointer: "/site"}, section, {Pointer: "/look"}}}
	}
	for _, test := range []struct {
		name      string
		at, entry string
		now       *desk.State
		want      string
		id        string
	}{
		{"at first", "", "", services("a"), "/site", ""},
		{"a section", "/look", "", services("a"), "/look", ""},
		{"where it was", "/services/1", "b", services("a", "b"), "/services/1", "b"},
		{"one before it is new", "/services/1", "b", services("n", "a", "b"), "/services/2", "b"},
		{"one before it is gone", "/services/1", "b", services("b"), "/services/0", "b"},
		{"it has another id", "/services/1", "b", services("a", "c"), "/services/1", "c"},
		{"it is gone, and was the last", "/services/1", "b", services("a"), "/services", ""},
		{"moved to the front", "/services/1", "b", services("b", "a"), "/services/0", "b"},
		{"without an id", "/services/0", "", services("", "a"), "/services/0", ""},
		{"without an id, and gone", "/services/1", "", services(""), "/services", ""},
		{"its section is gone", "/services/0", "a", &desk.State{Sections: []desk.Section{{Pointer: "/site"}}}, "/site", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := &Editor{at: test.at, entry: test.entry, state: test.now, form: &desk.Form{}}
			e.follow()
			if e.at != test.want || e.entry != test.id {
				t.Errorf("chosen is %q (%s), want %q (%s)", e.at, e.entry, test.want, test.id)
			}
			if moved := e.at != test.at; moved != (e.form == nil) {
				t.Errorf("the form of %q is kept for %q", test.at, e.at)
			}
		})
	}
}

// TestConditions: what the status says, and that it says it no longer once that is over.
func TestConditions(t *testing.T) {
	d := editortest.New()
	e, engine := loaded(t, d, "status.away", "status.gone", "status.stale", "status.conflicts", "status.failure", "status.taken", "status.unreadable")
	for _, test := range []struct {
		name string
		do   func()
		want []string
	}{
		{"all is well", func() {}, nil},
		{"nobody answers", func() { d.Fail(desk.CodeAway) }, []string{"status.away"}},
		{"somebody answers again", func() { d.Tell(func(*editortest.Desk) {}) }, nil},
		{"another page", func() { d.Fail(desk.CodeTaken) }, []string{"status.taken"}},
		{"gone and stale", func() { d.Tell(func(d *editortest.Desk) { d.State.Gone, d.State.Preview.Stale = true, true }) }, []string{"status.gone", "status.stale"}},
		{"conflicts", func() {
			d.Tell(func(d *editortest.Desk) {
				d.State.Gone, d.State.Preview.Stale = false, false
				d.State.Conflicts = []desk.Conflict{{ID: "1"}}
			})
		}, []string{"status.conflicts"}},
		{"broken on the disk", func() { d.Tell(func(d *editortest.Desk) { d.State.Unreadable = "a.yaml:1:1" }) }, []string{"status.unreadable", "status.conflicts"}},
		{"mended", func() { d.Tell(func(d *editortest.Desk) { d.State.Unreadable = "" }) }, []string{"status.conflicts"}},
		{"settled", func() { d.Settle("1", "mine", e.update) }, nil},
	} {
		test.do()
		engine.ConsumeAll()
		if got := e.conditions(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestStale: a state that comes late takes nothing back, and one of the same version is taken over.
func TestStale(t *testing.T) {
	d := editortest.New()
	e, engine := loaded(t, d)
	late := *e.state
	d.Tell(func(d *editortest.Desk) { d.State.Unsaved = true })
	engine.ConsumeAll()
	e.update(late, nil)
	engine.ConsumeAll()
	if e.state.Version != late.Version+1 || !e.state.Unsaved {
		t.Errorf("a late state was taken over: version %d", e.state.Version)
	}
	same := *e.state
	same.Unsaved = false
	e.update(same, nil)
	engine.ConsumeAll()
	if e.state.Unsaved {
		t.Error("a state of the same version was not taken over")
	}
	if e.form == nil || e.form.Version != e.state.Version {
		t.Errorf("the form shown is %+v, want that of version %d", e.form, e.state.Version)
	}
}

// TestMayWait: which fields stand under "more".
func TestMayWait(t *testing.T) {
	for _, test := range []struct {
		name  string
		field desk.Field
		want  bool
	}{
		{"nothing of it", desk.Field{Kind: desk.KindText}, true},
		{"a flag that is off", desk.Field{Kind: desk.KindFlag, Otherwise: "false"}, true},
		{"a flag that is on", desk.Field{Kind: desk.KindFlag, Otherwise: "true"}, false},
		{"inherited", desk.Field{Kind: desk.KindText, Otherwise: "x"}, false},
		{"written", desk.Field{Kind: desk.KindText, Written: true}, false},
		{"needed", desk.Field{Kind: desk.KindText, Needed: true}, false},
		{"the cookies", desk.Field{Kind: desk.KindItems, Name: "service.cookies"}, false},
		{"another list", desk.Field{Kind: desk.KindItems, Name: "carryOver.services"}, true},
		{"a finding", desk.Field{Kind: desk.KindText, Findings: []desk.Finding{{}}}, false},
	} {
		if got := mayWait(test.field); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
