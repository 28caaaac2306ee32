package editor

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// stepRows is about how many rows of the translations are rendered within one frame of the screen. A
// table of a hundred services at once would hold up the page.
const stepRows = 8

// stepPause is between two such steps.
const stepPause = 10 * time.Millisecond

// A TranslationsDialog shows all texts of the catalogue side by side, to be edited.
type TranslationsDialog struct {
	app.Compo

	Kit     *DialogKit
	Version int // of the text; a later one has the table asked for anew
	Opening int

	table    *desk.Translations
	rows     []*desk.Row // of the table
	groups   []*rowGroup
	lacks    int  // how many rows lack a text
	long     int  // how many rows have a text that is too long
	shown    int  // how many groups are rendered
	growing  bool // whether more of them are on their way
	fetching bool
	stale    bool // whether the table must be asked for once more
	fault    string

	filter  string          // "all", "missing", "missing LANGUAGE" or "long"; "" is "all"
	kept    map[string]bool // the rows, by rowID, that the filter let through when it was chosen
	compare string          // the language that a narrow page shows beside the default one
}

// A rowGroup is the rows of one section or entry.
type rowGroup struct {
	section string
	title   string
	rows    []*desk.Row
}

// CompoID implements app.DismountEnforcer.
func (t *TranslationsDialog) CompoID() string { return strconv.Itoa(t.Opening) }

// OnMount implements app.Mounter.
func (t *TranslationsDialog) OnMount(ctx app.Context) {
	showDialog(ctx)
	focusInside(ctx, "h2")
	t.fetch(ctx)
}

// OnUpdate implements app.Updater: the text has changed, here or on the disk.
func (t *TranslationsDialog) OnUpdate(ctx app.Context) {
	if t.table == nil || t.table.Version < t.Version {
		t.fetch(ctx)
	}
}

// fetch asks for the table. While an answer is to come, it notes that it must ask once more.
func (t *TranslationsDialog) fetch(ctx app.Context) {
	if t.fetching {
		t.stale = true
		return
	}
	t.fetching, t.stale = true, false
	t.Kit.Desk.Translations(func(table desk.Translations, err error) {
		ctx.Dispatch(func(ctx app.Context) { t.got(ctx, table, err) })
	})
}

func (t *TranslationsDialog) got(ctx app.Context, table desk.Translations, err error) {
	t.fetching = false
	if t.stale {
		t.fetch(ctx)
	}
	t.fault = ""
	if err != nil {
		t.fault = t.Kit.fault(err)
		return
	}
	if t.table != nil && table.Version < max(t.table.Version, t.Kit.accepted) {
		return // a newer one is asked for once the page knows of the newer version
	}
	t.keep(&table)
	t.group()
	t.grow(ctx)
}

// keep takes over a new table. Rows that have not changed stay the same pointers, so that go-app sees at
// once that there is nothing to render.
func (t *TranslationsDialog) keep(table *desk.Translations) {
	before := map[string]*desk.Row{}
	for _, row := range t.rows {
		before[rowID(row)] = row
	}
	t.table, t.Kit.version = table, table.Version
	t.rows, t.lacks, t.long = nil, 0, 0
	for i := range table.Rows {
		row := &table.Rows[i]
		if same := before[rowID(row)]; same != nil && reflect.DeepEqual(same, row) {
			row = same
		}
		t.rows = append(t.rows, row)
		if lets("missing", row) {
			t.lacks++
		}
		if lets("long", row) {
			t.long++
		}
	}
}

// rowID tells a row from the others. A text that the file cannot have has no pointer.
func rowID(row *desk.Row) string {
	if row.Pointer != "" {
		return row.Pointer
	}
	return row.Section + "\x00" + row.Name + "\x00" + row.Title
}

// group puts the rows that the filter lets through into groups.
func (t *TranslationsDialog) group() {
	before := map[string]*rowGroup{}
	for _, group := range t.groups {
		before[group.section] = group
	}
	t.groups = nil
	for _, row := range t.rows {
		if t.kept != nil && !t.kept[rowID(row)] {
			continue
		}
		if n := len(t.groups); n == 0 || t.groups[n-1].section != row.Section {
			t.groups = append(t.groups, &rowGroup{section: row.Section, title: t.titleOf(row)})
		}
		group := t.groups[len(t.groups)-1]
		group.rows = append(group.rows, row)
	}
	for _, group := range t.groups {
		if same := before[group.section]; same != nil && slices.Equal(same.rows, group.rows) {
			group.rows = same.rows
		}
	}
	t.shown = min(t.shown, len(t.groups))
	if t.shown == 0 {
		t.step()
	}
}

// titleOf is the title of the group that a row is in.
func (t *TranslationsDialog) titleOf(row *desk.Row) string {
	if row.Title != "" {
		return row.Title
	}
	section, _, _ := strings.Cut(strings.TrimPrefix(row.Section, "/"), "/")
	return t.Kit.Say("translations.section." + section)
}

// step renders some more groups.
func (t *TranslationsDialog) step() {
	for rows := 0; t.shown < len(t.groups) && rows < stepRows; t.shown++ {
		rows += len(t.groups[t.shown].rows)
	}
}

// grow renders the rest step by step.
func (t *TranslationsDialog) grow(ctx app.Context) {
	if t.growing || t.shown >= len(t.groups) {
		return
	}
	t.growing = true
	ctx.Defer(func(ctx app.Context) { // after the last step is in the page
		inAnotherTask(ctx, stepPause, func(ctx app.Context) {
			t.growing = false
			t.step()
			t.grow(ctx)
		})
	})
}

// sift chooses a filter. The rows that it lets through stay until another is chosen, though one may
// get the text that it lacked: else it would vanish under the fingers.
func (t *TranslationsDialog) sift(ctx app.Context, filter string) {
	t.filter, t.kept = filter, nil
	if filter != "all" {
		t.kept = map[string]bool{}
		for _, row := range t.rows {
			if lets(filter, row) {
				t.kept[rowID(row)] = true
			}
		}
	}
	t.shown = 0
	t.group()
	t.grow(ctx)
}

// lets reports whether a filter lets a row through.
func lets(filter string, row *desk.Row) bool {
	kind, language, _ := strings.Cut(filter, " ")
	for i := range row.Texts {
		w := &row.Texts[i]
		switch {
		case language != "" && w.Language != language:
		case kind == "missing" && isMissing(w.Value, w.Otherwise):
			return true
		case kind == "long" && isLong(w.Value, w.Otherwise, row.Most):
			return true
		}
	}
	return false
}

// isMissing reports whether a language lacks a text.
func isMissing(value, otherwise string) bool { return value == "" && otherwise == "" }

// isLong reports whether a text has more letters than fit.
func isLong(value, otherwise string, most int) bool {
	return most > 0 && lettersOf(value, otherwise) > most
}

// lettersOf counts the letters of the text that visitors see.
func lettersOf(value, otherwise string) int {
	if value == "" {
		value = otherwise
	}
	return utf8.RuneCountInString(value)
}

// compared is the language that a narrow page shows beside the default one.
func (t *TranslationsDialog) compared() string {
	languages := t.table.Languages
	for _, language := range languages[min(1, len(languages)):] {
		if language == t.compare {
			return language
		}
	}
	if len(languages) > 1 {
		return languages[1]
	}
	return ""
}

// Render implements app.Composer.
func (t *TranslationsDialog) Render() app.UI {
	var body []app.UI
	if t.table == nil {
		if t.fault == "" {
			body = append(body, app.P().Role("status").Text(t.Kit.Say("translations.looking")))
		}
	} else {
		body = append(body, t.tools(), t.grid())
	}
	return dialogFrame(DialogTranslations, t.Opening, t.Kit.Say("translations.title"), t.Kit.Say("translations.close"), append([]app.UI{dialogProblem(t.fault)}, body...), nil)
}

// tools are the filter, the language of a narrow page, and what each language lacks.
func (t *TranslationsDialog) tools() app.UI {
	table := t.table
	type choice struct{ value, label string }
	choices := []choice{
		// go-app leaves out an empty value, and the option would have its text for one.
		{"all", t.Kit.Count("translations.all", len(table.Rows))},
		{"missing", t.Kit.Say("translations.missing", "count", dialogNumber(t.lacks))},
	}
	for _, language := range table.Languages {
		choices = append(choices, choice{"missing " + language,
			t.Kit.Say("translations.missingIn", "language", t.Kit.languageName(language), "count", dialogNumber(table.Missing[language]))})
	}
	choices = append(choices, choice{"long", t.Kit.Say("translations.long", "count", dialogNumber(t.long))})
	var summary []string
	for _, language := range table.Languages {
		if lacking := table.Missing[language]; lacking > 0 {
			summary = append(summary, t.Kit.Say("translations.lacks", "language", t.Kit.languageName(language), "lacking", t.Kit.Count("translations.lacking", lacking)))
		}
	}
	if summary == nil {
		summary = []string{t.Kit.Say("translations.whole")}
	}
	return app.Div().Class("translations-tools").Body(
		app.Div().Class("field").Body(
			app.Label().For("translations-filter").Text(t.Kit.Say("translations.filter")),
			app.Select().ID("translations-filter").
				OnChange(func(ctx app.Context, _ app.Event) { t.sift(ctx, ctx.JSSrc().Get("value").String()) }).
				Body(app.Range(choices).Slice(func(i int) app.UI {
					return app.Option().Value(choices[i].value).Selected(choices[i].value == cmp.Or(t.filter, "all")).Text(choices[i].label)
				})),
		),
		app.If(len(table.Languages) > 1, func() app.UI {
			return app.Div().Class("field", "narrow").Body(
				app.Label().For("translations-compare").Text(t.Kit.Say("translations.compare")),
				app.Select().ID("translations-compare").
					OnChange(func(ctx app.Context, _ app.Event) { t.compare = ctx.JSSrc().Get("value").String() }).
					Body(app.Range(table.Languages[1:]).Slice(func(i int) app.UI {
						language := table.Languages[i+1]
						return app.Option().Value(language).Selected(language == t.compared()).Text(t.Kit.languageName(language))
					})),
			)
		}),
		app.P().Class("count").Role("status").Text(strings.Join(summary, " · ")),
	)
}

// grid is the table.
func (t *TranslationsDialog) grid() app.UI {
	table := t.table
	if len(t.groups) == 0 {
		return dialogText("nothing", t.Kit.Say("translations.none"))
	}
	compared := t.compared()
	rows := []app.UI{
		app.Caption().Class("unseen").Text(t.Kit.Say("translations.title")),
		app.THead().Body(app.Tr().Body(
			app.Th().Scope("col").Text(t.Kit.Say("translations.text")),
			app.Range(table.Languages).Slice(func(i int) app.UI {
				language := table.Languages[i]
				return app.Th().Scope("col").Class(columnClass(language, i, compared)).Body(
					app.Span().Text(t.Kit.languageName(language)),
					app.If(table.Missing[language] > 0, func() app.UI {
						return app.Span().Class("lacks").Text(t.Kit.Count("translations.lacking", table.Missing[language]))
					}),
				)
			}),
		)),
	}
	for _, group := range t.groups[:t.shown] {
		rows = append(rows, &translationGroup{Kit: t.Kit, Title: group.title, Rows: group.rows, Languages: table.Languages, Compared: compared})
	}
	return app.Table().Class("translations").Body(rows...)
}

// columnClass tells a narrow page which two columns to show.
func columnClass(language string, column int, compared string) string {
	switch {
	case column == 0:
		return "default"
	case language == compared:
		return "compared"
	}
	return "others"
}

// A translationGroup is the rows of one section or entry.
type translationGroup struct {
	app.Compo

	Kit       *DialogKit
	Title     string
	Rows      []*desk.Row
	Languages []string
	Compared  string

	fields map[string]*wordingField // by the names of their controls, which are the texts' pointers
}

// has notes a field that can be typed in.
func (g *translationGroup) has(f *wordingField) {
	if f.Wording.Pointer == "" {
		return
	}
	if g.fields == nil {
		g.fields = map[string]*wordingField{}
	}
	g.fields[f.Wording.Pointer] = f
}

// loses forgets a field, unless another has taken its place.
func (g *translationGroup) loses(f *wordingField) {
	if g.fields[f.Wording.Pointer] == f {
		delete(g.fields, f.Wording.Pointer)
	}
}

// turn is the turn of the field of a text.
func (g *translationGroup) turn(pointer string) int {
	if f := g.fields[pointer]; f != nil {
		return f.turn
	}
	return 0
}

// in returns an event's control and its field, which is nil where the event is none of a field's.
func (g *translationGroup) in(event app.Event) (control app.Value, f *wordingField) {
	control = event.Get("target")
	return control, g.fields[control.Get("name").String()]
}

// input hears of what is typed in a field.
func (g *translationGroup) input(ctx app.Context, event app.Event) {
	control, f := g.in(event)
	if f == nil {
		return
	}
	letters := control.Get("value").String()
	if draft := f.edit(ctx, letters); draft != letters {
		control.Set("value", draft)
	}
}

// leave hears of a field that loses the focus.
func (g *translationGroup) leave(ctx app.Context, event app.Event) {
	if _, f := g.in(event); f != nil {
		f.commit(ctx)
	}
}

// press hears of keys in a field.
func (g *translationGroup) press(ctx app.Context, event app.Event) {
	_, f := g.in(event)
	if f != nil && !f.Prose && event.Get("key").String() == "Enter" && !event.Get("isComposing").Bool() {
		event.PreventDefault() // a line break is not for this text
		f.commit(ctx)
	}
}

// Render implements app.Composer.
func (g *translationGroup) Render() app.UI {
	rows := []app.UI{app.Tr().Class("group").Body(
		app.Th().Scope("rowgroup").ColSpan(len(g.Languages) + 1).Body(app.Span().Text(g.Title)),
	)}
	for _, row := range g.Rows {
		label, of := g.Kit.Label(row.Name), ""
		if row.Title != g.Title {
			of = row.Title // of a cookie within its service
		}
		cells := []app.UI{app.Th().Scope("row").Body(
			app.Text(label),
			app.If(of != "", func() app.UI { return app.Span().Class("translation-of").Attr("translate", "no").Text(of) }),
		)}
		for i := range row.Texts {
			w := &row.Texts[i]
			cells = append(cells, app.Td().Class(columnClass(w.Language, i, g.Compared)).Body(&wordingField{
				Kit: g.Kit, Group: g, Wording: w, Prose: row.Prose, Most: row.Most, Turn: g.turn(w.Pointer),
				Language: g.Kit.languageName(w.Language),
				Label:    g.Kit.Say("translations.cell", "text", strings.TrimSpace(label+" "+of), "of", g.Title, "language", g.Kit.languageName(w.Language)),
			}))
		}
		rows = append(rows, app.Tr().Body(cells...))
	}
	return app.TBody().OnInput(g.input).On("focusout", g.leave).OnKeyDown(g.press).Body(rows...)
}
