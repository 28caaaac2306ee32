package editor

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
	"charte/web/workbench/editor/testdata/dialogs/fake"
)

// held is a desk whose answers wait until the test gives them, in any order.
func held() (d *fake.Desk, give func(i int), calls func() []string) {
	d = fake.New()
	var answers []func()
	var log []string
	d.Run = func(answer func()) { answers = append(answers, answer) }
	d.Log = func(call string) { log = append(log, call) }
	return d, func(i int) { answers[i]() }, func() []string { return log }
}

// TestServiceForm: what a form says is the addition that is sent, and fills the tag.
func TestServiceForm(t *testing.T) {
	matomo, ads := fake.Known()[0], fake.Known()[3]
	for _, test := range []struct {
		name     string
		known    desk.Known
		with     map[string]string
		category string // "" for what the service suggests
		accepts  bool
		want     desk.Addition
		missing  []string
		unfilled []string
		exempt   bool
		tag      []string // parts of it
	}{
		{"nothing said", matomo, nil, "", false, desk.Addition{ID: "matomo", With: map[string]string{}},
			[]string{"host"}, []string{"{host}", "{site}"}, false, []string{`data-category="statistics" data-service="matomo"`, `"{site}"`}},
		{"blanks", matomo, map[string]string{"host": "  "}, "", false, desk.Addition{ID: "matomo", With: map[string]string{}},
			[]string{"host"}, []string{"{host}", "{site}"}, false, nil},
		{"what the catalogue needs", matomo, map[string]string{"host": " a.fr "}, "", false,
			desk.Addition{ID: "matomo", With: map[string]string{"host": "a.fr"}}, nil, []string{"{site}"}, false, []string{"https://a.fr/matomo.php"}},
		{"what the tag needs", matomo, map[string]string{"host": "a.fr", "site": "4"}, "", false,
			desk.Addition{ID: "matomo", With: map[string]string{"host": "a.fr"}}, nil, nil, false, []string{`"setSiteId", "4"`}},
		{"one setting", matomo, map[string]string{"host": "a.fr", "cnil-mode": "true"}, "", false,
			desk.Addition{ID: "matomo", With: map[string]string{"host": "a.fr", "cnil-mode": "true"}}, nil, []string{"{site}"}, false, nil},
		{"all settings", matomo, map[string]string{"host": "a.fr", "cnil-mode": "true", "anonymised-ip": "true"}, "", true,
			desk.Addition{ID: "matomo", With: map[string]string{"host": "a.fr", "cnil-mode": "true", "anonymised-ip": "true"}, AcceptsUnknown: true},
			nil, []string{"{site}"}, true, nil},
		{"a setting taken back", matomo, map[string]string{"host": "a.fr", "cnil-mode": ""}, "", false,
			desk.Addition{ID: "matomo", With: map[string]string{"host": "a.fr"}}, nil, []string{"{site}"}, false, nil},
		{"another category", matomo, map[string]string{"host": "a.fr"}, "third-party", false,
			desk.Addition{ID: "matomo", Category: "third-party", With: map[string]string{"host": "a.fr"}}, nil, []string{"{site}"}, false, []string{`data-category="third-party"`}},
		{"another category in a tag that has one", ads, nil, "third-party", false,
			desk.Addition{ID: "google-ads", Category: "third-party", With: map[string]string{}}, nil, nil, false, []string{`data-category="third-party"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &serviceForm{Kit: kit(fake.New()), Known: &test.known, Version: 3}
			f.OnInit()
			for name, value := range test.with {
				f.with[name] = value
			}
			if test.category != "" {
				f.category = test.category
			}
			f.accepts = test.accepts
			test.want.Version = 3
			if got := f.addition(); !reflect.DeepEqual(got, test.want) {
				t.Errorf("addition %+v, want %+v", got, test.want)
			}
			if got := f.missing(); !slices.Equal(got, test.missing) {
				t.Errorf("missing %q, want %q", got, test.missing)
			}
			if got := f.unfilled(); !slices.Equal(got, test.unfilled) {
				t.Errorf("unfilled %q, want %q", got, test.unfilled)
			}
			if got := f.exempt(); got != test.exempt {
				t.Errorf("exempt %v, want %v", got, test.exempt)
			}
			for _, part := range test.tag {
				if got := f.tag(); !strings.Contains(got, part) {
					t.Errorf("the tag lacks %s: %s", part, got)
				}
			}
		})
	}
}

// TestServiceAdd: nothing is sent while something is missing, and nothing twice.
func TestServiceAdd(t *testing.T) {
	d, give, calls := held()
	known := fake.Known()[0]
	f := &serviceForm{Kit: kit(d), Known: &known}
	engine, ctx := staged(t, f)
	f.add(ctx)
	if len(calls()) != 0 || !f.tried {
		t.Fatalf("with a value missing, the desk was called: %q", calls())
	}
	f.with["host"] = "a.fr"
	f.add(ctx)
	f.add(ctx)
	if got := calls(); len(got) != 1 {
		t.Fatalf("the desk was called: %q", got)
	}
	give(0)
	engine.ConsumeAll()
	if !f.added || f.adding {
		t.Errorf("added %v, adding %v", f.added, f.adding)
	}
}

// TestServicesLate: of two searches, the later one's answer counts, whichever comes last.
func TestServicesLate(t *testing.T) {
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		d, give, _ := held()
		state := fake.State()
		s := &ServicesDialog{Kit: kit(d), State: &state}
		engine, ctx := staged(t, s)
		s.search(ctx)
		s.query = "crisp"
		s.search(ctx)
		for _, i := range order {
			give(i)
			engine.ConsumeAll()
		}
		if len(s.found) != 1 || s.found[0].ID != "crisp" {
			t.Errorf("answers in the order %v: found %d services", order, len(s.found))
		}
	}
}

// TestServicesTyped: a search waits until nothing more is typed.
func TestServicesTyped(t *testing.T) {
	d, _, calls := held()
	state := fake.State()
	s := &ServicesDialog{Kit: kit(d), State: &state}
	engine, ctx := staged(t, s)
	for _, query := range []string{"m", "ma", "mat"} {
		s.typed(ctx, query)
	}
	engine.ConsumeAll()
	if want := []string{`known "mat"`}; !slices.Equal(calls(), want) {
		t.Errorf("searched for %q, want %q", calls(), want)
	}
}

// TestOffersTicks: everything is ticked at first; what is left out is not taken.
func TestOffersTicks(t *testing.T) {
	d, give, calls := held()
	o := &OffersDialog{Kit: kit(d)}
	engine, ctx := staged(t, o)
	o.give(ctx, droppedFile{Name: "report.json", Data: []byte("{}"), Size: 2})
	give(0)
	engine.ConsumeAll()
	if got, want := o.ticked(), []string{"i1", "i2", "i3"}; !slices.Equal(got, want) {
		t.Fatalf("ticked %q, want %q", got, want)
	}
	o.tick(false)
	o.take(ctx)
	if got := len(calls()); got != 1 || o.fault != "offers.none" {
		t.Errorf("with nothing ticked: %d calls, and it says %q", got, o.fault)
	}
	o.tick(true)
	o.left["i2"] = true
	o.take(ctx)
	o.take(ctx)
	give(1)
	engine.ConsumeAll()
	if want := []string{"drop report.json 2", "take o1 i1,i3"}; !slices.Equal(calls(), want) || o.taken != 2 || o.fault != "" {
		t.Errorf("called %q, want %q; taken %d; fault %q", calls(), want, o.taken, o.fault)
	}
}

// TestOffersLate: of two files, the later one's offer counts.
func TestOffersLate(t *testing.T) {
	d, give, _ := held()
	o := &OffersDialog{Kit: kit(d)}
	engine, ctx := staged(t, o)
	o.give(ctx, droppedFile{Name: "report.json", Data: []byte("{}")})
	o.give(ctx, droppedFile{Name: "orejime.json", Data: []byte("{}")})
	for _, i := range []int{1, 0} {
		give(i)
		engine.ConsumeAll()
	}
	if o.offer == nil || o.offer.File != "orejime.json" || o.reading != "" {
		t.Errorf("offer %+v, reading %q", o.offer, o.reading)
	}
}

// TestWordingCommit: a text is sent once nothing more is typed, is sent no second time when the field is
// left, and stays in the field until the server has what was typed last.
func TestWordingCommit(t *testing.T) {
	d, give, calls := held()
	w := &desk.Wording{Language: "de", Pointer: "/site/name/de", Value: "Portal"}
	f := &wordingField{Kit: kit(d), Wording: w}
	f.Kit.version = 7
	engine, ctx := staged(t, f)
	f.commit(ctx) // the field is left without a letter typed
	f.edit(ctx, "P")
	f.edit(ctx, "Pf")
	engine.ConsumeAll()
	f.commit(ctx)
	if want := []string{`set /site/name/de "Pf"`}; !slices.Equal(calls(), want) {
		t.Fatalf("called %q, want %q", calls(), want)
	}
	f.edit(ctx, "Pfo")
	give(0) // the answer to what was typed before
	f.Wording = &desk.Wording{Language: "de", Pointer: w.Pointer, Value: "Pf"}
	f.OnUpdate(ctx)
	if f.draft != "Pfo" {
		t.Errorf("a late answer has overwritten what is typed: %q", f.draft)
	}
	engine.ConsumeAll()
	give(1)
	engine.ConsumeAll()
	if f.dirty {
		t.Error("the server has the text, and the field does not know")
	}
	if f.Kit.accepted != d.Now.Version {
		t.Errorf("version %d has the text, and the dialog knows of %d", d.Now.Version, f.Kit.accepted)
	}
	f.Wording = &desk.Wording{Language: "de", Pointer: w.Pointer, Value: "from the disk"}
	f.OnUpdate(ctx)
	if f.draft != "from the disk" {
		t.Errorf("the field does not follow the file: %q", f.draft)
	}
	f.edit(ctx, "two\r\nlines")
	f.commit(ctx)
	f.edit(ctx, "")
	f.commit(ctx)
	if got, want := calls()[2:], []string{`set /site/name/de "two lines"`, `clear /site/name/de ""`}; !slices.Equal(got, want) {
		t.Errorf("called %q, want %q", got, want)
	}
	engine.ConsumeAll()
}

// TestWordingRefused: what was refused is said, and leaving the field tries again.
func TestWordingRefused(t *testing.T) {
	d, give, calls := held()
	d.Refuses = "change"
	f := &wordingField{Kit: kit(d), Wording: &desk.Wording{Pointer: "/p"}, Prose: true}
	engine, ctx := staged(t, f)
	f.edit(ctx, "two\nlines")
	engine.ConsumeAll()
	give(0)
	engine.ConsumeAll()
	if f.fault != fake.ErrRefused.Error() || !f.dirty || f.draft != "two\nlines" {
		t.Errorf("fault %q, dirty %v, draft %q", f.fault, f.dirty, f.draft)
	}
	d.Refuses = ""
	f.commit(ctx)
	give(1)
	engine.ConsumeAll()
	if f.fault != "" || f.dirty || len(calls()) != 2 {
		t.Errorf("fault %q, dirty %v, calls %q", f.fault, f.dirty, calls())
	}
}

// TestWordingLeft: what is refused after the dialog has closed is told to the page.
func TestWordingLeft(t *testing.T) {
	d, give, _ := held()
	d.Refuses = "change"
	f := &wordingField{Kit: kit(d), Wording: &desk.Wording{Pointer: "/p"}}
	var told string
	f.Kit.leftUndone = func(fault string) { told = fault }
	engine, ctx := staged(t, f)
	f.edit(ctx, "x")
	f.commit(ctx)
	if err := engine.Load(&stage{Child: app.P()}); err != nil {
		t.Fatal(err)
	}
	give(0)
	engine.ConsumeAll()
	if told != fake.ErrRefused.Error() {
		t.Errorf("the page was told %q", told)
	}
}

// TestWordingGone: what was typed just before the dialog has closed is sent, once.
func TestWordingGone(t *testing.T) {
	for _, test := range []struct {
		name string
		left bool // whether the field has lost the focus before
	}{{"at once", false}, {"after the field was left", true}} {
		t.Run(test.name, func(t *testing.T) {
			d, _, calls := held()
			f := &wordingField{Kit: kit(d), Wording: &desk.Wording{Pointer: "/p"}}
			engine, ctx := staged(t, f)
			f.edit(ctx, "x")
			if test.left {
				f.commit(ctx)
			}
			if err := engine.Load(&stage{Child: app.P()}); err != nil {
				t.Fatal(err)
			}
			want := []string{`set /p "x"`}
			if !slices.Equal(calls(), want) {
				t.Errorf("at once it called %q, want %q", calls(), want)
			}
			engine.ConsumeAll()
			if !slices.Equal(calls(), want) {
				t.Errorf("it called %q, want %q", calls(), want)
			}
		})
	}
}

// TestLets: what the filters let through, and what counts as too long.
func TestLets(t *testing.T) {
	row := func(most int, texts ...string) *desk.Row {
		r := &desk.Row{Most: most}
		for i, text := range texts {
			value, otherwise, _ := strings.Cut(text, "|")
			r.Texts = append(r.Texts, desk.Wording{Language: []string{"fr", "en"}[i], Value: value, Otherwise: otherwise})
		}
		return r
	}
	for _, test := range []struct {
		name   string
		row    *desk.Row
		filter []string // those that let it through
	}{
		{"all there", row(0, "un", "one"), nil},
		{"one missing", row(0, "un", ""), []string{"missing", "missing en"}},
		{"the other missing", row(0, "", "one"), []string{"missing", "missing fr"}},
		{"inherited", row(0, "|un", "|one"), nil},
		{"as long as fits", row(3, "été", "one"), nil},
		{"a letter too long", row(3, "étés", "one"), []string{"long"}},
		{"inherited, and too long", row(3, "|étés", "one"), []string{"long"}},
		{"short over a long one", row(3, "un|étés", "one"), nil},
		{"any length", row(0, "un texte très long", "one"), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, filter := range []string{"missing", "missing fr", "missing en", "long"} {
				if got, want := lets(filter, test.row), slices.Contains(test.filter, filter); got != want {
					t.Errorf("%q lets it through: %v, want %v", filter, got, want)
				}
			}
		})
	}
}

// TestTranslationsKeep: a row that has not changed is the same pointer in the next table, and so are the
// rows of its group; a row that has changed is another.
func TestTranslationsKeep(t *testing.T) {
	table := &TranslationsDialog{Kit: kit(fake.New()), shown: 9}
	first, second := fake.Translations(), fake.Translations()
	table.keep(&first)
	table.group()
	rows, groups := table.rows, table.groups
	second.Version = 8
	second.Rows[1].Texts[0].Value = "Autre"
	table.keep(&second)
	table.group()
	for i := range rows {
		if same := rows[i] == table.rows[i]; same != (i != 1) {
			t.Errorf("row %d: the same is %v", i, same)
		}
	}
	for i := range groups {
		same := &groups[i].rows[0] == &table.groups[i].rows[0]
		if same != (i != 1) { // the second group has the row that has changed
			t.Errorf("group %d: the same is %v", i, same)
		}
	}
	if table.Kit.version != 8 || table.lacks != 5 || table.long != 1 {
		t.Errorf("version %d, %d lacking, %d long", table.Kit.version, table.lacks, table.long)
	}
}

// TestRowID: rows are told apart, also those that the file has no place for.
func TestRowID(t *testing.T) {
	rows := []desk.Row{{Pointer: "/a"}, {Pointer: "/b"}, {Section: "/s", Name: "n", Title: "a"}, {Section: "/s", Name: "n", Title: "b"}, {Section: "/s", Name: "m", Title: "a"}, {Section: "/r", Name: "n", Title: "a"}}
	seen := map[string]bool{}
	for i := range rows {
		id := rowID(&rows[i])
		if seen[id] {
			t.Errorf("row %d has the id of another", i)
		}
		seen[id] = true
	}
}

// TestTranslationsLate: an older table never takes the place of a newer one, and what comes while the
// answer is awaited is asked for after it.
func TestTranslationsLate(t *testing.T) {
	d, give, calls := held()
	table := &TranslationsDialog{Kit: kit(d)}
	engine, ctx := staged(t, table)
	table.fetch(ctx)
	table.fetch(ctx)
	table.fetch(ctx)
	if len(calls()) != 1 {
		t.Fatalf("called %q", calls())
	}
	d.All.Version = 9
	give(0) // of version 7
	engine.ConsumeAll()
	if len(calls()) != 2 {
		t.Fatalf("called %q", calls())
	}
	give(1)
	engine.ConsumeAll()
	table.got(ctx, fake.Translations(), nil)
	if table.table.Version != 9 {
		t.Errorf("version %d is shown", table.table.Version)
	}
	table.Kit.accepted = 11
	for _, version := range []int{10, 11} { // the first was on its way when a text was accepted
		late := fake.Translations()
		late.Version = version
		table.got(ctx, late, nil)
		if want := map[int]int{10: 9, 11: 11}[version]; table.table.Version != want {
			t.Errorf("after a table of version %d, %d is shown", version, table.table.Version)
		}
	}
	table.got(ctx, desk.Translations{}, errors.New("no answer"))
	if table.table.Version != 11 || table.fault != "no answer" {
		t.Errorf("after an error: version %d, fault %q", table.table.Version, table.fault)
	}
	engine.ConsumeAll()
}

// TestTranslationsSift: a filter shows what it lets through, and keeps a row that has its text now.
func TestTranslationsSift(t *testing.T) {
	d := fake.New()
	table := &TranslationsDialog{Kit: kit(d)}
	engine, ctx := staged(t, table)
	shown := func() (n int) {
		for _, group := range table.groups[:table.shown] {
			n += len(group.rows)
		}
		return n
	}
	table.fetch(ctx)
	engine.ConsumeAll()
	if got := shown(); got != 8 {
		t.Fatalf("%d rows are shown", got)
	}
	table.sift(ctx, "missing de")
	if got := shown(); got != 5 {
		t.Fatalf("%d rows lack German", got)
	}
	d.Change(desk.Change{Do: desk.DeedSet, Pointer: "/categories/0/summary/de", Value: "zählen"}, func(desk.State, error) {})
	table.fetch(ctx)
	engine.ConsumeAll()
	if got := shown(); got != 5 || table.lacks != 4 {
		t.Errorf("after one was written: %d rows are shown, %d lack a text", got, table.lacks)
	}
	for filter, want := range map[string]int{"missing de": 4, "long": 1, "missing fr": 0, "all": 8} {
		table.sift(ctx, filter)
		engine.ConsumeAll()
		if got := shown(); got != want {
			t.Errorf("%s: %d rows are shown, want %d", filter, got, want)
		}
	}
}

// TestTranslationsGrow: the rows of a large table come in steps, and all come.
func TestTranslationsGrow(t *testing.T) {
	table := &TranslationsDialog{Kit: kit(fake.New())}
	engine, ctx := staged(t, table)
	ctx.Dispatch(func(ctx app.Context) { table.got(ctx, fake.Many(10), nil) })
	engine.ConsumeNext()
	if table.shown != 2 { // of five rows each
		t.Errorf("%d groups are shown at once", table.shown)
	}
	engine.ConsumeNext()
	if table.shown != 4 {
		t.Errorf("%d groups are shown after another step", table.shown)
	}
	engine.ConsumeAll()
	if table.shown != 10 {
		t.Errorf("%d groups of 10 are shown in the end", table.shown)
	}
}

// TestCompared: which language a narrow page shows beside the default one.
func TestCompared(t *testing.T) {
	for _, test := range []struct {
		name      string
		languages []string
		chosen    string
		want      string
	}{
		{"none", nil, "", ""},
		{"one", []string{"fr"}, "", ""},
		{"the default one cannot be chosen", []string{"fr", "en"}, "fr", "en"},
		{"the second", []string{"fr", "en", "de"}, "", "en"},
		{"chosen", []string{"fr", "en", "de"}, "de", "de"},
		{"chosen, and removed from the catalogue", []string{"fr", "en"}, "de", "en"},
	} {
		t.Run(test.name, func(t *testing.T) {
			table := &TranslationsDialog{table: &desk.Translations{Languages: test.languages}, compare: test.chosen}
			if got := table.compared(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestDiffKind: what the lines of a diff are.
func TestDiffKind(t *testing.T) {
	for line, want := range map[string]string{
		"@@ -1,2 +1,3 @@": "place", "+a": "added", "-a": "removed", " a": "same", "": "same", " - a": "same", "--- a": "removed", "+": "added",
	} {
		if got := diffKind(line); got != want {
			t.Errorf("%q is %q, want %q", line, got, want)
		}
	}
}

// TestEffectSave: saving is asked for once, and not while a conflict is open or nothing is unsaved.
func TestEffectSave(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*desk.State)
		saves  int
	}{
		{"unsaved", func(*desk.State) {}, 1},
		{"saved", func(s *desk.State) { s.Unsaved = false }, 0},
		{"gone", func(s *desk.State) { s.Unsaved, s.Gone = false, true }, 1},
		{"conflict", func(s *desk.State) { s.Conflicts = []desk.Conflict{{ID: "c"}} }, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, _, calls := held()
			state := fake.State()
			test.change(&state)
			e := &EffectDialog{Kit: kit(d), State: &state}
			_, ctx := staged(t, e)
			e.save(ctx)
			e.save(ctx)
			if got := len(calls()); got != test.saves {
				t.Errorf("called %q", calls())
			}
		})
	}
}

// TestEffectLate: the answer about an earlier text does not count.
func TestEffectLate(t *testing.T) {
	d, give, calls := held()
	state := fake.State()
	e := &EffectDialog{Kit: kit(d), State: &state}
	engine, ctx := staged(t, e)
	e.ask(ctx)
	later := state
	later.Version++
	e.State = &later
	e.OnUpdate(ctx)
	e.OnUpdate(ctx) // of something else
	if got := len(calls()); got != 2 {
		t.Fatalf("asked %d times about 2 texts", got)
	}
	give(0)
	engine.ConsumeAll()
	if e.effect != nil {
		t.Error("the effect of an earlier text is shown")
	}
	give(1)
	engine.ConsumeAll()
	if e.effect == nil {
		t.Error("the effect is not shown")
	}
}

// TestEffectWhole: a long diff is shown in part at first.
func TestEffectWhole(t *testing.T) {
	state := fake.State()
	e := &EffectDialog{Kit: kit(fake.New()), State: &state, effect: &desk.Effect{Lines: slices.Repeat([]string{"+a"}, firstLines+1)}}
	for _, test := range []struct {
		whole  bool
		lines  int
		button bool
	}{{false, firstLines, true}, {true, firstLines + 1, false}} {
		e.whole = test.whole
		html := markup(t, e).HTML()
		if got := strings.Count(html, `<li class="added">`); got != test.lines || strings.Contains(html, "effect.whole 1") != test.button {
			t.Errorf("whole %v: %d lines, in\n%.300s", test.whole, got, html)
		}
	}
}

// TestEffectLine: the line asks once for each text that is unsaved, after a while, and says nothing of one
// that is saved.
func TestEffectLine(t *testing.T) {
	d, give, calls := held()
	l := &EffectLine{Kit: kit(d), Version: 1}
	engine, ctx := staged(t, l)
	l.OnUpdate(ctx)
	engine.ConsumeAll()
	if len(calls()) != 0 {
		t.Fatalf("nothing is unsaved, and it asked %q", calls())
	}
	l.Unsaved = true
	for l.Version = range 4 {
		l.OnUpdate(ctx)
		l.OnUpdate(ctx)
	}
	engine.ConsumeAll()
	if len(calls()) != 1 {
		t.Fatalf("asked %q", calls())
	}
	give(0)
	engine.ConsumeAll()
	if l.effect == nil {
		t.Error("the effect is not shown")
	}
	l.Unsaved = false
	l.OnUpdate(ctx)
	if l.effect != nil {
		t.Error("the effect of a text that is saved is shown")
	}
}

// TestDialogsShow: one dialog is open at a time, each opening has another number, and what ends an
// earlier opening does not end a later one.
func TestDialogsShow(t *testing.T) {
	state := fake.State()
	d := &Dialogs{Kit: kit(fake.New()), State: &state}
	d.show(DialogServices, nil)
	d.show(DialogEffect, nil)
	if d.open != DialogServices || d.opening != 1 {
		t.Errorf("open is %q, the %dth", d.open, d.opening)
	}
	d.show(DialogOffers, &droppedFile{Name: "a"})
	if d.open != DialogServices {
		t.Errorf("a dropped file has closed what somebody may be typing in: open is %q", d.open)
	}
	d.leave(1)
	d.show(DialogOffers, &droppedFile{Name: "a"})
	d.leave(1)
	if d.open != DialogOffers || d.opening != 2 {
		t.Errorf("open is %q, the %dth", d.open, d.opening)
	}
	d.show(DialogOffers, &droppedFile{Name: "b"})
	if d.dropped.Name != "b" || d.opening != 2 {
		t.Errorf("the file is %q in the %dth opening", d.dropped.Name, d.opening)
	}
	d.leave(2)
	if d.open != "" || d.dropped != nil {
		t.Errorf("open is %q, with %v", d.open, d.dropped)
	}
}

// TestProviderOf: how the provider and the hosts of a known service are told.
func TestProviderOf(t *testing.T) {
	for _, test := range []struct {
		name  string
		known desk.Known
		want  []string
	}{
		{"the site itself", desk.Known{Hosts: []string{"{host}"}}, []string{"services.itself", "services.cookies 0", "services.ownHost"}},
		{"no country", desk.Known{Provider: "P", Cookies: 2}, []string{"P", "services.cookies 2"}},
		{"a country", desk.Known{Provider: "P", Country: "FR", Hosts: []string{"a"}}, []string{"P, FR", "services.cookies 0", "a"}},
		{"more than one host", desk.Known{Provider: "P", Hosts: []string{"a", "b"}}, []string{"P", "services.cookies 0", "services.hosts host a count 1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := factsOf(kit(nil), &test.known); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestFault: an error is told in its own words, or in those that the page has for it.
func TestFault(t *testing.T) {
	k := kit(nil)
	if got := k.fault(fake.ErrRefused); got != fake.ErrRefused.Error() {
		t.Errorf("got %q", got)
	}
	k.Fault = func(error) string { return "refused" }
	if got := k.fault(fake.ErrRefused); got != "refused" {
		t.Errorf("got %q", got)
	}
}

// TestSentence: a sentence is one of the page's words, its placeholders in order.
func TestSentence(t *testing.T) {
	got := kit(nil).sentence(desk.Sentence{Key: "says.everybody", Values: map[string]string{"why": "w", "a": "b"}})
	if want := "says.everybody a b why w"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
