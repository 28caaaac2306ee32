package editor

import (
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
)

// fewChoices is how many choices are shown side by side. More are in a list that opens.
const fewChoices = 5

// A Row is one field of a form: its label, its control, what holds without it, and its findings.
type Row struct {
	app.Compo

	Tongue *Tongue
	Field  *desk.Field
	Drafts map[string]Draft // at and below the field
	Goal   string           // the pointer of what must be shown, if it is in this field
}

// CompoID implements app.DismountEnforcer, so that a field that moves takes no other field's letters.
func (r *Row) CompoID() string { return r.Field.Pointer }

// Render implements app.Composer.
func (r *Row) Render() app.UI {
	f := r.Field
	switch f.Kind {
	case desk.KindTexts, desk.KindProses:
		return r.group(r.wordings()...)
	case desk.KindItems:
		return r.group(r.items()...)
	case desk.KindFlag:
		return r.flag()
	case desk.KindChoices:
		return r.group(r.boxes(), r.first())
	case desk.KindChoice:
		if len(f.Choices) <= fewChoices {
			return r.group(r.radios())
		}
		return r.single(r.list())
	case desk.KindColour:
		return r.single(r.colour())
	case desk.KindYAML:
		return r.single(app.Pre().ID(r.id()).TabIndex(0).Role("group").Aria("label", r.label()).Body(app.Code().Text(firstOf(f.Value, f.Otherwise, r.Tongue.Say("field.nothing")))))
	default:
		return r.single(r.input())
	}
}

func (r *Row) id() string { return elementID(r.Field.Pointer) }

// label is what the field is called. A parameter of a known service is called by what it is, since its key
// means nothing to who does not write YAML.
func (r *Row) label() string {
	return firstOf(r.told(), r.Field.Label, r.Tongue.Label(r.Field.Name))
}

// told is what a known service says of its parameter.
func (r *Row) told() string {
	return firstOf(r.Field.Help[r.Tongue.Language], r.Field.Help["en"], r.Field.Help["fr"])
}

// help says what the field is for, or what fields of its kind may have.
func (r *Row) help() string {
	return r.Tongue.Or("help."+r.Field.Name, r.Tongue.Or("help.kind."+string(r.Field.Kind), ""))
}

// draft is what was typed or chosen in the field.
func (r *Row) draft() (Draft, bool) {
	d, found := r.Drafts[r.Field.Pointer]
	return d, found
}

// value is what the field shows.
func (r *Row) value() string {
	if d, found := r.draft(); found {
		return d.Change.Value
	}
	return r.Field.Value
}

// written reports whether the field has a value of its own.
func (r *Row) written() bool {
	if d, found := r.draft(); found {
		return d.Change.Do != desk.DeedClear
	}
	return r.Field.Written
}

// described are the ids of the texts that describe the field, for aria-describedby.
func (r *Row) described() string {
	ids := []string{r.id() + "-how"}
	if d, _ := r.draft(); len(r.Field.Findings) > 0 || d.Refused != "" {
		ids = append(ids, r.id()+"-why")
	}
	return strings.Join(ids, " ")
}

// wrong reports whether an error keeps the field's value from being used.
func (r *Row) wrong() bool {
	d, _ := r.draft()
	return d.Refused != "" || hasError(r.Field.Findings)
}

func hasError(findings []desk.Finding) bool {
	return slices.ContainsFunc(findings, func(f desk.Finding) bool { return f.Level == desk.LevelError })
}

// marks are the words behind a label.
func (r *Row) marks() app.UI {
	return app.If(r.Field.Needed, func() app.UI {
		return app.Span().Class("mark").Text(" " + r.Tongue.Say("field.needed"))
	})
}

// how is the help, and what holds without the field.
func (r *Row) how() app.UI {
	f := r.Field
	help := r.help()
	otherwise := f.Otherwise
	switch {
	case f.Kind == desk.KindYAML, f.Kind == desk.KindChoice: // a choice has it among its own
		otherwise = ""
	case f.Kind == desk.KindFlag && otherwise == "false": // as anybody takes it
		otherwise = ""
	case f.Kind == desk.KindFlag:
		otherwise = r.Tongue.Say("flag." + otherwise)
	case f.Kind == desk.KindChoices:
		otherwise = r.choiceLabels(otherwise)
	}
	return app.Div().Class("how").ID(r.id()+"-how").Body(
		app.If(help != "", func() app.UI { return app.P().Text(help) }),
		app.If(r.told() != "" && f.Label != "", func() app.UI {
			return app.P().Body(app.Text(r.Tongue.Say("field.key")+" "), app.Code().Attr("translate", "no").Text(f.Label))
		}),
		app.If(f.Example != "", func() app.UI {
			return app.P().Body(app.Text(r.Tongue.Say("field.example")+" "), app.Code().Attr("translate", "no").Text(f.Example))
		}),
		app.If(f.Kind == desk.KindYAML, func() app.UI { return app.P().Text(r.Tongue.Say("field.yaml")) }),
		app.If(r.lifetime() != "", func() app.UI { return app.P().Class("said").Text(r.lifetime()) }),
		app.If(otherwise != "" && f.Otherwise != r.value(), func() app.UI { return without(r.Tongue, otherwise) }),
	)
}

// lifetime says a lifetime in the page's language; it is empty where there is none that can be read.
func (r *Row) lifetime() string {
	if r.Field.Kind != desk.KindLifetime {
		return ""
	}
	return r.Tongue.lifetime(r.value())
}

// without says what holds where the file says nothing.
func without(t *Tongue, otherwise string) app.UI {
	return app.P().Class("without").Body(app.Text(t.Say("field.without")+" "), app.Span().Text(otherwise))
}

// choiceLabels are what the choices of a list of values are called.
func (r *Row) choiceLabels(values string) string {
	labels := strings.Split(values, ", ")
	for i, value := range labels {
		labels[i] = r.choiceLabel(choiceOf(r.Field.Choices, value))
	}
	return strings.Join(labels, ", ")
}

// choiceOf is the choice of a value.
func choiceOf(choices []desk.Choice, value string) desk.Choice {
	for _, c := range choices {
		if c.Value == value {
			return c
		}
	}
	return desk.Choice{Value: value}
}

// why are the field's findings.
func (r *Row) why() app.UI {
	d, _ := r.draft()
	return beside(r.Tongue, r.id()+"-why", r.Field.Findings, d.Refused)
}

// clears is the button that takes the field out of the file.
func (r *Row) clears() app.UI {
	f := r.Field
	if f.Kind == desk.KindChoice || f.Kind == desk.KindFlag && f.Otherwise == "false" {
		return nil // the control itself can take it out
	}
	return app.If(r.written() && !f.Needed && f.Kind != desk.KindYAML || r.written() && f.Otherwise != "", func() app.UI {
		label := r.Tongue.Say("field.clear", "label", r.label())
		return app.Button().Type("button").Class("quiet clear").Title(label).Body(icon("clear"), unseen(label)).
			OnClick(emit(actionWrite, written{desk.Change{Do: desk.DeedClear, Pointer: f.Pointer}, true}), app.EventScope(f.Pointer))
	})
}

// single is a field with one control.
func (r *Row) single(control app.UI) app.UI {
	label := app.UI(app.Label().For(r.id()).Body(app.Text(r.label()), r.marks()))
	if r.Field.Kind == desk.KindYAML {
		label = app.Div().Class("label").Text(r.label())
	}
	return app.Div().Class("row kind-"+string(r.Field.Kind)).Body(
		app.Div().Class("label-line").Body(label, r.clears()),
		control, r.why(), r.how(),
	)
}

// group is a field with several controls.
func (r *Row) group(controls ...app.UI) app.UI {
	id := r.id()
	return app.Div().Class("row kind-"+string(r.Field.Kind)).ID(id).TabIndex(-1).
		Role("group").Aria("labelledby", id+"-label").Aria("describedby", r.described()).Body(
		app.Div().Class("label-line").Body(
			app.Div().Class("label").ID(id+"-label").Body(app.Text(r.label()), r.marks()),
			r.clears(),
		),
		app.Div().Class("controls").Body(controls...),
		r.why(), r.how(),
	)
}

// input is the control of a field with one text.
func (r *Row) input() app.UI {
	f := r.Field
	return &Input{
		ID: r.id(), Pointer: f.Pointer, Kind: f.Kind, Value: f.Value, Draft: draftOf(r.Drafts, f.Pointer),
		Needed: f.Needed, Described: r.described(), Wrong: r.wrong(),
	}
}

// draftOf is the text of the draft at a pointer; nil for none.
func draftOf(drafts map[string]Draft, pointer string) *string {
	d, found := drafts[pointer]
	if !found {
		return nil
	}
	return &d.Change.Value
}

// wordings are the controls of a text in each language.
func (r *Row) wordings() []app.UI {
	f, t := r.Field, r.Tongue
	kind := desk.KindText
	if f.Kind == desk.KindProses {
		kind = desk.KindProse
	}
	var rows []app.UI
	for _, w := range f.Texts {
		id := elementID(w.Pointer)
		d, drafted := r.Drafts[w.Pointer]
		described := id + "-how"
		if len(w.Findings) > 0 || d.Refused != "" {
			described += " " + id + "-why"
		}
		missing := w.Value == "" && w.Otherwise == "" && !drafted
		rows = append(rows, app.Div().Class("wording").Body(
			app.Label().For(id).Body(
				app.If(len(f.Texts) > 1, func() app.UI { return app.Span().Class("tag").Aria("hidden", true).Text(t.Named(w.Language)) }),
				unseen(t.Say("field.in", "label", r.label(), "language", t.Named(w.Language))),
			),
			&Input{
				ID: id, Pointer: w.Pointer, Kind: kind, Value: w.Value, Draft: draftOf(r.Drafts, w.Pointer), Language: w.Language,
				Needed: f.Needed && w.Otherwise == "", Described: described, Wrong: d.Refused != "" || hasError(w.Findings),
			},
			app.Div().Class("how").ID(id+"-how").Body(
				app.If(w.Otherwise != "" && w.Otherwise != w.Value, func() app.UI { return without(t, w.Otherwise) }),
				app.If(missing && f.Written, func() app.UI { return app.P().Class("missing").Text(t.Say("field.untranslated")) }),
			),
			beside(t, id+"-why", w.Findings, d.Refused),
		))
	}
	return rows
}

// choiceLabel is what a choice is called. Two of the same name are told apart by their values.
func (r *Row) choiceLabel(c desk.Choice) string {
	for _, other := range r.Field.Choices {
		if c.Label != "" && other.Label == c.Label && other.Value != c.Value {
			return c.Label + " (" + c.Value + ")"
		}
	}
	switch r.Field.Name {
	case "catalogue.languages":
		return r.Tongue.Named(c.Value)
	case "service.signals", "category.signals":
		return r.Tongue.Or("signal."+c.Value, c.Value)
	}
	return firstOf(c.Label, r.Tongue.Or("choice."+r.Field.Name+"."+c.Value, c.Value))
}

// nothing is what holds where nothing is chosen.
func (r *Row) nothing() string {
	f := r.Field
	if f.Otherwise != "" {
		return r.Tongue.Say("field.otherwise", "value", r.choiceLabel(choiceOf(f.Choices, f.Otherwise)))
	}
	return r.Tongue.Or("choice."+f.Name+".none", r.Tongue.Say("field.unchosen"))
}

// flag is a box for what is so or is not.
func (r *Row) flag() app.UI {
	f := r.Field
	on := r.value() == "true" || !r.written() && f.Otherwise == "true"
	return app.Div().Class("row kind-flag").Body(
		app.Div().Class("label-line").Body(
			app.Input().Type("checkbox").ID(r.id()).Checked(on).Aria("describedby", r.described()).Aria("invalid", r.wrong()).
				OnChange(func(ctx app.Context, _ app.Event) {
					ctx.NewActionWithValue(actionWrite, written{flagged(r.Field, ctx.JSSrc().Get("checked").Bool()), true})
				}, app.EventScope(f.Pointer)),
			app.Label().For(r.id()).Body(app.Text(r.label()), r.marks()),
			r.clears(),
		),
		r.why(), r.how(),
	)
}

// flagged is the change of a flag. What is not so without the file need not be in it.
func flagged(f *desk.Field, on bool) desk.Change {
	if !on && f.Otherwise == "false" {
		return desk.Change{Do: desk.DeedClear, Pointer: f.Pointer}
	}
	return desk.Change{Do: desk.DeedSet, Pointer: f.Pointer, Value: strconv.FormatBool(on)}
}

// chosen reports whether a choice is the field's.
func (r *Row) chosen(c desk.Choice) bool {
	if d, found := r.draft(); found {
		if r.Field.Kind == desk.KindChoices {
			return slices.Contains(d.Change.Values, c.Value)
		}
		return d.Change.Do != desk.DeedClear && d.Change.Value == c.Value
	}
	if r.Field.Kind == desk.KindChoices {
		return c.Chosen
	}
	return r.Field.Written && r.Field.Value == c.Value
}

// spare reports whether a choice says the same as choosing nothing. It is not shown, but keeps its place: go-app
// goes by places, so what comes after it would become another choice under the person's hands.
func (r *Row) spare(c desk.Choice) bool {
	return !r.Field.Needed && c.Value == r.Field.Otherwise && !r.chosen(c)
}

// radios are a few choices of which one holds.
//
// They listen for clicks, which arrow keys make as well. Where the last choice is drawn between a key and its
// click, go-app chooses that one again in the middle of the click, and the browser then tells of no change.
func (r *Row) radios() app.UI {
	f := r.Field
	radio := func(label string, chosen, spare bool, change desk.Change) app.UI {
		change.Pointer = f.Pointer
		return app.Label().Class("choice").Hidden(spare).Body(
			app.Input().Type("radio").Name(r.id()).Attr("value", change.Value).Checked(chosen).Disabled(spare).
				OnClick(emit(actionWrite, written{change, true}), app.EventScope(f.Pointer, string(change.Do), change.Value)),
			app.Span().Text(label),
		)
	}
	return app.Div().Class("choices").Body(
		app.If(!f.Needed, func() app.UI { return radio(r.nothing(), !r.written(), false, desk.Change{Do: desk.DeedClear}) }),
		app.Range(f.Choices).Slice(func(i int) app.UI {
			c := f.Choices[i]
			return radio(r.choiceLabel(c), r.chosen(c), r.spare(c), desk.Change{Do: desk.DeedSet, Value: c.Value})
		}),
	)
}

// list is a choice out of many.
func (r *Row) list() app.UI {
	f := r.Field
	nothing := r.Tongue.Say("field.choose")
	if !f.Needed {
		nothing = r.nothing()
	}
	settled := f.Needed && r.written() // what is needed cannot be unchosen
	return app.Select().ID(r.id()).Aria("describedby", r.described()).Aria("invalid", r.wrong()).Body(
		app.Option().Selected(!r.written()).Hidden(settled).Disabled(settled).Text(nothing),
		app.Range(f.Choices).Slice(func(i int) app.UI {
			c := f.Choices[i]
			return app.Option().Attr("value", c.Value).Selected(r.chosen(c)).Hidden(r.spare(c)).Disabled(r.spare(c)).Text(r.choiceLabel(c))
		}),
	).OnChange(func(ctx app.Context, _ app.Event) {
		change := desk.Change{Do: desk.DeedSet, Pointer: f.Pointer, Value: ctx.JSSrc().Get("value").String()}
		if ctx.JSSrc().Get("selectedIndex").Int() == 0 { // go-app leaves out an empty value, and the browser takes the text for one
			change.Do, change.Value = desk.DeedClear, ""
		}
		ctx.NewActionWithValue(actionWrite, written{change, true})
	}, app.EventScope(f.Pointer))
}

// boxes are choices of which any hold.
func (r *Row) boxes() app.UI {
	f := r.Field
	return app.Div().Class("choices").Body(app.Range(f.Choices).Slice(func(i int) app.UI {
		c := f.Choices[i]
		return app.Label().Class("choice").Body(
			app.Input().Type("checkbox").Checked(r.chosen(c)).OnChange(func(ctx app.Context, _ app.Event) {
				var values []string
				for _, other := range f.Choices {
					on := r.chosen(other)
					if other.Value == c.Value {
						on = ctx.JSSrc().Get("checked").Bool()
					}
					if on {
						values = append(values, other.Value)
					}
				}
				ctx.NewActionWithValue(actionWrite, written{desk.Change{Do: desk.DeedChoose, Pointer: f.Pointer, Values: values}, true})
			}, app.EventScope(f.Pointer, c.Value)),
			app.Span().Text(r.choiceLabel(c)),
		)
	}))
}

// first is which of the languages comes first, where there are several.
func (r *Row) first() app.UI {
	f := r.Field
	var chosen []string
	for _, c := range f.Choices {
		if r.chosen(c) {
			chosen = append(chosen, c.Value)
		}
	}
	if d, found := r.draft(); found {
		chosen = d.Change.Values
	}
	if f.Name != "catalogue.languages" || len(chosen) < 2 {
		return nil
	}
	// The options keep their places: a browser that has one chosen keeps the place, whatever is there then.
	options := slices.Sorted(slices.Values(chosen))
	return app.Label().Class("pick").Body(
		app.Span().Text(r.Tongue.Say("field.firstLanguage")),
		app.Select().Body(app.Range(options).Slice(func(i int) app.UI {
			return app.Option().Attr("value", options[i]).Selected(options[i] == chosen[0]).Text(r.Tongue.Named(options[i]))
		})).OnChange(func(ctx app.Context, _ app.Event) {
			first := ctx.JSSrc().Get("value").String()
			rest := slices.DeleteFunc(slices.Clone(chosen), func(language string) bool { return language == first })
			change := desk.Change{Do: desk.DeedChoose, Pointer: f.Pointer, Values: append([]string{first}, rest...)}
			ctx.NewActionWithValue(actionWrite, written{change, true})
		}, app.EventScope(f.Pointer, strings.Join(chosen, " "))),
	)
}

// colour is a text with one or two colours, and a swatch for each.
func (r *Row) colour() app.UI {
	f := r.Field
	value := firstOf(r.value(), f.Otherwise)
	colours := strings.Fields(value)
	// The swatches have an element of their own: else the control would be another one, without the focus, where a
	// letter makes two colours out of one.
	return app.Div().Class("colours").Body(
		app.Div().Class("swatches").Body(app.Range(colours).Slice(func(i int) app.UI {
			label := r.Tongue.Say("colour.swatch", "label", r.label())
			if len(colours) == 2 {
				label = r.Tongue.Say([]string{"colour.light", "colour.dark"}[i], "label", r.label())
			}
			return app.Input().Type("color").Aria("label", label).Title(label).Attr("value", sixDigits(colours[i])).
				OnInput(func(ctx app.Context, _ app.Event) {
					now := strings.Fields(firstOf(r.value(), r.Field.Otherwise))
					if i < len(now) {
						now[i] = ctx.JSSrc().Get("value").String()
						ctx.NewActionWithValue(actionWrite, written{desk.Change{Do: desk.DeedSet, Pointer: r.Field.Pointer, Value: strings.Join(now, " ")}, true})
					}
				}, app.EventScope(f.Pointer, i))
		})),
		r.input(),
	)
}

// sixDigits is a colour as a colour input wants it: "#abc" is "#aabbcc". What is no colour, such as one that is
// being typed, is black: a browser warns of anything else.
func sixDigits(colour string) string {
	if len(colour) == 4 && colour[0] == '#' {
		colour = "#" + strings.Repeat(colour[1:2], 2) + strings.Repeat(colour[2:3], 2) + strings.Repeat(colour[3:4], 2)
	}
	if digits, found := strings.CutPrefix(colour, "#"); !found || len(digits) != 6 || strings.Trim(digits, "0123456789abcdefABCDEF") != "" {
		return "#000000"
	}
	return colour
}

// items are the elements of a list, each folded.
func (r *Row) items() []app.UI {
	f := r.Field
	var all []app.UI
	for i := range f.Items {
		item := &f.Items[i]
		goal := ""
		if r.Goal != "" && below(r.Goal, item.Pointer) {
			goal = r.Goal
		}
		all = append(all, &Box{Tongue: r.Tongue, Item: item, Drafts: within(r.Drafts, item.Pointer), Goal: goal, Index: i, Last: i == len(f.Items)-1})
	}
	return append(all, app.Button().Type("button").Class("plain").Body(icon("plus"), app.Text(r.Tongue.Or("add."+f.Name, r.Tongue.Say("add")))).
		OnClick(emit(actionDo, desk.Change{Do: desk.DeedAdd, Pointer: f.Pointer}), app.EventScope(f.Pointer)))
}

// A Box is one element of a list within a form. Its fields are rendered once it is opened, because a service
// may have fifty cookies.
type Box struct {
	app.Compo

	Tongue *Tongue
	Item   *desk.Item
	Drafts map[string]Draft
	Goal   string
	Index  int
	Last   bool

	open bool
}

// CompoID implements app.DismountEnforcer.
func (b *Box) CompoID() string { return b.Item.Pointer }

// OnInit implements app.Initializer.
func (b *Box) OnInit() { b.open = b.Goal != "" }

// OnUpdate implements app.Updater.
func (b *Box) OnUpdate(app.Context) { b.open = b.open || b.Goal != "" }

// Render implements app.Composer.
func (b *Box) Render() app.UI {
	t, item := b.Tongue, b.Item
	open := b.open || !b.Mounted() && b.Goal != "" // app.HTMLString mounts nothing
	errors, warnings := 0, 0
	for _, f := range item.Fields {
		for _, finding := range f.Findings {
			switch finding.Level {
			case desk.LevelError:
				errors++
			case desk.LevelWarning:
				warnings++
			}
		}
	}
	title := firstOf(item.Title, t.Say("item.untitled"))
	return app.Div().Class("box").Body(
		app.Div().Class("head").Body(
			app.Button().Type("button").Class("fold").ID(elementID(item.Pointer)).Aria("expanded", open).Body(
				icon("fold"), app.Span().Class("title").Text(title), badge(t, "errors", errors), badge(t, "warnings", warnings),
			).OnClick(func(app.Context, app.Event) { b.open = !b.open }),
			&Moves{Tongue: t, Pointer: item.Pointer, Title: title, Index: b.Index, Last: b.Last},
		),
		app.If(open, func() app.UI {
			return app.Div().Class("fields").Body(app.Range(item.Fields).Slice(func(i int) app.UI {
				f := &item.Fields[i]
				goal := ""
				if b.Goal != "" && below(b.Goal, f.Pointer) {
					goal = b.Goal
				}
				return &Row{Tongue: t, Field: f, Drafts: within(b.Drafts, f.Pointer), Goal: goal}
			}))
		}),
	)
}
