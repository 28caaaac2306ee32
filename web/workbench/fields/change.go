package fields

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
	"charte/catalogue/check"
	"charte/catalogue/edit"
	"charte/web/workbench/desk"
)

// A spot is what a pointer leads to.
type spot struct {
	kind    desk.Kind // of the field around it
	row     *row      // nil within "with" and "words"
	element bool      // an element of a list, or a name of a former banner
	wording bool      // one language of a text
	order   []string  // the keys beside it, in the order in which they are written
}

// spot says what a pointer leads to, and whether that is anything that a catalogue has.
func (r *reading) spot(pointer string) (spot, bool) {
	t, at := top, ""
	steps := stepsOf(pointer)
	for len(steps) > 0 {
		row := t.row(steps[0])
		if row == nil {
			return spot{}, false
		}
		s := spot{kind: row.kind, row: row, order: t.order()}
		around := r.doc.At(at)
		at, steps = edit.Join(at, steps[0]), steps[1:]
		switch {
		case len(steps) == 0:
			return s, true
		case row.kind == section:
			t = row.of
			continue
		case row.kind == list || row.kind == desk.KindItems:
			if !isIndex(steps[0]) || r.doc.At(edit.Join(at, steps[0])) == nil {
				return spot{}, false
			}
			at, steps = edit.Join(at, steps[0]), steps[1:]
			if len(steps) == 0 {
				s.element = true
				return s, true
			}
			t = row.of
			continue
		case translated(row.kind) && len(steps) == 1:
			s.wording, s.order = true, languageOrder(r.languages)
			return s, true
		case row.key == "languages" && len(steps) == 1 && isIndex(steps[0]):
			s.element = true
			return s, true
		case row.kind == pairs && t == &service && len(steps) == 1:
			return r.parameter(around, steps[0])
		case row.kind == pairs && t == &carryOver && len(steps) == 1:
			return spot{kind: desk.KindChoice, row: row, element: true}, true
		case row.kind == pairs && t == top:
			return r.wordSpot(steps)
		}
		return spot{}, false
	}
	return spot{}, false
}

func languageOrder(languages []catalogue.Language) []string {
	var order []string
	for _, language := range languages {
		order = append(order, string(language))
	}
	return order
}

// parameter is the spot of a name under "with".
func (r *reading) parameter(service *edit.Node, name string) (spot, bool) {
	u := r.use(service)
	if u == nil {
		return spot{}, false
	}
	s := spot{kind: desk.KindText}
	for _, p := range u.edition.Parameters {
		s.order = append(s.order, p.ID)
	}
	if u.edition.Exempt != nil {
		for _, setting := range u.edition.Exempt.Requires {
			s.order = append(s.order, setting.ID)
		}
	}
	if u.setting(name) {
		s.kind = desk.KindFlag
	}
	return s, slices.Contains(s.order, name)
}

// wordSpot is the spot of a word; steps begin with its language.
func (r *reading) wordSpot(steps []string) (spot, bool) {
	key := strings.Join(steps[1:], ".")
	if len(steps) < 2 || !slices.Contains(wordKeys(), key) {
		return spot{}, false
	}
	s := spot{kind: desk.KindText, order: wordKeys()}
	if len(steps) > 2 {
		s.order = nil
		for _, word := range wordKeys() {
			if rest, in := strings.CutPrefix(word, steps[1]+"."); in {
				s.order = append(s.order, rest)
			}
		}
	}
	return s, true
}

// Change does what a person at the page asks for. It is an error if the pointer leads to nothing that
// a catalogue has, or if the value cannot be written there; the document then stays.
func Change(d *edit.Document, c desk.Change) (*edit.Document, error) {
	r := read(d)
	switch c.Do {
	case desk.DeedSet:
		return r.set(c.Pointer, c.Value)
	case desk.DeedClear:
		return r.clear(c.Pointer)
	case desk.DeedChoose:
		return r.choose(c.Pointer, c.Values)
	case desk.DeedAdd:
		return r.add(c.Pointer, c.Value)
	case desk.DeedRemove:
		return r.remove(c.Pointer)
	case desk.DeedMove:
		return r.move(c.Pointer, c.To)
	}
	return nil, fmt.Errorf("nothing can be done by %s", quoted(string(c.Do)))
}

// maxValue bounds a value, in bytes. The longest text that a catalogue may have is a third of it.
const maxValue = 64 << 10

// isPointer reports whether a text is a pointer (RFC 6901, 3).
func isPointer(text string) bool { return text == "" || text[0] == '/' }

func refused(pointer, why string) error {
	return fmt.Errorf("%s: %s", quoted(pointer), why)
}

// set writes a value.
func (r *reading) set(pointer, value string) (*edit.Document, error) {
	s, ok := r.spot(pointer)
	if !ok {
		return nil, refused(pointer, "a catalogue has no such field")
	}
	if len(value) > maxValue {
		return nil, refused(pointer, fmt.Sprintf("the text has %d bytes, %d at most", len(value), maxValue))
	}
	if strings.ContainsRune(value, '\r') {
		value = strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\r", "\n")
	}
	switch s.kind {
	case desk.KindFlag:
		switch value {
		case "true", "false":
			return r.write(pointer, value == "true", s.order)
		case "":
			return r.clear(pointer)
		}
		return nil, refused(pointer, "this is true or false")
	case desk.KindChoice:
		if value == "" && !s.element {
			return r.clear(pointer)
		}
	case desk.KindColour:
		return r.colour(pointer, value, s.order)
	case desk.KindTexts, desk.KindProses:
		return r.setText(pointer, value, s)
	case desk.KindChoices, desk.KindItems, desk.KindYAML, section, list, pairs:
		return nil, refused(pointer, "this is no single value")
	}
	if s.row != nil && s.row.key == "id" {
		return r.rename(pointer, value, s.order)
	}
	return r.write(pointer, value, s.order)
}

// write writes a value at a pointer. order are the keys beside it.
func (r *reading) write(pointer string, value edit.Value, order []string) (*edit.Document, error) {
	around, key := edit.Parent(pointer)
	if n := r.doc.At(around); n != nil && check.Undone(n.Value) {
		return r.doc.Set(around, edit.Map{{Key: key, Value: value}}) // what a draft has left to do
	}
	for n := r.doc.At(around); n == nil && around != ""; n = r.doc.At(around) {
		if s, ok := r.spot(around); ok { // the mapping that gets a new key
			order = s.order
		}
		around, _ = edit.Parent(around)
	}
	return r.doc.Set(pointer, value, order...)
}

// setText writes a text in one language. Where the catalogue has only one, it may stand alone.
func (r *reading) setText(pointer, value string, s spot) (*edit.Document, error) {
	text, language := pointer, ""
	if s.wording {
		text, language = edit.Parent(pointer)
	}
	n := r.doc.At(text)
	isText := n != nil && n.Kind != edit.Mapping && n.Kind != edit.List && n.Kind != edit.Nothing
	isOnly := len(r.languages) == 1 && (!s.wording || language == string(r.languages[0]))
	switch {
	case isOnly && (isText || r.alone && (n == nil || n.Kind == edit.Nothing)):
		if around, ok := r.spot(text); ok {
			return r.write(text, value, around.order)
		}
	case !s.wording:
		return nil, refused(pointer, "this text has a wording for each language")
	case isText:
		return r.doc.Set(text, r.apart(n, language, value))
	case n != nil && n.Kind == edit.List:
		return r.doc.Set(text, edit.Map{{Key: language, Value: value}})
	case n == nil:
		around, ok := r.spot(text)
		if from := r.extendedText(text); ok && len(from) > 0 && slices.Contains(r.languages, catalogue.Language(language)) {
			return r.write(text, r.beside(from, language, value), around.order)
		}
	}
	return r.write(pointer, value, s.order)
}

// extendedText returns a text of the catalogue that this one extends, which does not hold in any
// language once the file has one of its wordings.
func (r *reading) extendedText(pointer string) catalogue.Text {
	around, key := edit.Parent(pointer)
	if t := tableAt(around); r.base != nil && (t == &site || t == &charter) {
		return r.behind(t, nil).texts[key]
	}
	return nil
}

// beside is a text with one wording that is new, beside those that hold now.
func (r *reading) beside(now catalogue.Text, language, value string) edit.Map {
	var text edit.Map
	for _, l := range r.languages {
		switch {
		case string(l) == language:
			text = append(text, edit.Pair{Key: language, Value: value})
		case now[l] != "":
			text = append(text, edit.Pair{Key: string(l), Value: now[l]})
		}
	}
	return text
}

// apart is a text with a language for each wording, in place of one that stands alone.
func (r *reading) apart(n *edit.Node, language, value string) edit.Map {
	var text edit.Map
	for i, l := range r.languages {
		switch {
		case string(l) == language:
			text = append(text, edit.Pair{Key: language, Value: value})
		case i == 0 && !check.Undone(n.Value):
			text = append(text, edit.Pair{Key: string(l), Value: n.Value})
		}
	}
	if !slices.Contains(r.languages, catalogue.Language(language)) {
		text = append(text, edit.Pair{Key: language, Value: value})
	}
	return text
}

// colour writes one colour, or one for light and one for dark.
func (r *reading) colour(pointer, value string, order []string) (*edit.Document, error) {
	parts := strings.Fields(value)
	n := r.doc.At(pointer)
	if len(parts) != 2 {
		return r.write(pointer, value, order)
	}
	if n == nil || n.Kind != edit.Mapping || child(n, "light") == nil || child(n, "dark") == nil {
		return r.write(pointer, edit.Map{{Key: "light", Value: parts[0]}, {Key: "dark", Value: parts[1]}}, order)
	}
	var changes []change
	for i, key := range []string{"light", "dark"} {
		changes = append(changes, func(d *edit.Document) (*edit.Document, error) { return d.Set(edit.Join(pointer, key), parts[i]) })
	}
	return r.doc.Together(changes...)
}

// clear takes out a key, so that what is behind it holds.
func (r *reading) clear(pointer string) (*edit.Document, error) {
	around, key := edit.Parent(pointer)
	n, parent := r.doc.At(pointer), r.doc.At(around)
	if n == nil || parent == nil || parent.Kind != edit.Mapping {
		s, ok := r.spot(pointer)
		switch {
		case ok && s.wording && parent != nil && parent.Kind == edit.Text && len(r.languages) > 0 && key == string(r.languages[0]):
			return r.clear(around) // a text that stands alone
		case ok && n == nil && !s.element:
			return r.doc, nil // the file does not say it anyway
		}
		return nil, refused(pointer, "the catalogue has no such field")
	}
	switch s, ok := r.spot(pointer); {
	case ok && s.kind == list || pointer == "/site" || pointer == "/charter":
		return nil, refused(pointer, "this is more than one field")
	case pointer == "/languages":
		return r.speak(nil)
	case ok && s.row != nil && s.row.key == "id" && !s.element:
		return r.unname(n, parent)
	}
	return r.without(n, parent)
}

// without takes a key out of a mapping. The last key of an element stays as one to be done, since the
// element would go with it.
func (r *reading) without(n, parent *edit.Node) (*edit.Document, error) {
	for around := parent; around != nil && len(around.Nodes) == 1; around = r.around(around) {
		if s, ok := r.spot(around.Pointer); ok && s.element {
			return r.doc.Set(n.Pointer, "TODO")
		}
	}
	return r.doc.Remove(n.Pointer)
}

// choose writes which of its choices a list has. The elements that stay keep their place.
func (r *reading) choose(pointer string, values []string) (*edit.Document, error) {
	s, ok := r.spot(pointer)
	if !ok || s.kind != desk.KindChoices || s.element {
		return nil, refused(pointer, "this is no list to choose from")
	}
	if len(values) > 200 {
		return nil, refused(pointer, fmt.Sprintf("%d are chosen, 200 at most", len(values)))
	}
	var chosen []string
	for _, value := range values {
		if len(value) > maxValue {
			return nil, refused(pointer, "a text is too long")
		}
		if value != "" && !slices.Contains(chosen, value) {
			chosen = append(chosen, value)
		}
	}
	if pointer == "/languages" {
		if chosen == nil {
			return nil, refused(pointer, "a catalogue has one language at least")
		}
		return r.speak(chosen)
	}
	return r.chosen(r.doc, pointer, chosen, s)
}

// chosen writes a list.
func (r *reading) chosen(d *edit.Document, pointer string, chosen []string, s spot) (*edit.Document, error) {
	now := *r
	now.doc = d
	n := d.At(pointer)
	if len(chosen) == 0 {
		around, _ := edit.Parent(pointer)
		from := r.behind(&service, d.At(around))
		switch {
		case len(from.lists[s.row.key]) > 0:
			return now.write(pointer, edit.Sequence{}, s.order) // else those of the known service would hold
		case n == nil:
			return d, nil
		}
		return now.clear(pointer)
	}
	if n == nil {
		return now.write(pointer, edit.Texts(chosen), s.order)
	}
	if n.Kind != edit.List || len(n.Nodes) == 0 {
		return d.Set(pointer, edit.Texts(chosen))
	}
	var err error
	have := texts(n)
	if !slices.ContainsFunc(have, func(value string) bool { return slices.Contains(chosen, value) }) {
		return d.Set(pointer, edit.Texts(chosen))
	}
	if first := slices.Index(have, chosen[0]); s.row.key == "languages" && slices.Equal(slices.Sorted(slices.Values(have)), slices.Sorted(slices.Values(chosen))) && first > 0 {
		return d.Move(pointer, first, 0) // another default
	}
	for i := len(have) - 1; i >= 0; i-- {
		if !slices.Contains(chosen, have[i]) {
			if d, err = d.Remove(edit.Join(pointer, strconv.Itoa(i))); err != nil {
				return nil, err
			}
			have = slices.Delete(have, i, i+1)
		}
	}
	for _, value := range chosen {
		if !slices.Contains(have, value) {
			if d, err = d.Insert(pointer, len(have), value); err != nil {
				return nil, err
			}
			have = append(have, value)
		}
	}
	return d, nil
}

// add adds an element to a list. name is its id or its name, "" for one that is free.
func (r *reading) add(pointer, name string) (*edit.Document, error) {
	s, ok := r.spot(pointer)
	if !ok || s.element || s.kind != list && s.kind != desk.KindItems && s.kind != pairs {
		return nil, refused(pointer, "nothing can be added here")
	}
	if len(name) > 200 {
		return nil, refused(pointer, "the name is too long")
	}
	if s.kind == pairs {
		return r.carry(pointer, name, s)
	}
	if name == "" {
		name = "TODO"
		if s.kind == list {
			name = r.free(pointer)
		}
	} else if s.kind == list && r.taken(pointer, name, nil) {
		return nil, refused(pointer, "the id "+quoted(name)+" is taken")
	}
	element := edit.Map{{Key: s.row.first, Value: name}}
	n := r.doc.At(pointer)
	switch {
	case n == nil || n.Kind == edit.Nothing:
		var all edit.Sequence
		if around, _ := edit.Parent(pointer); s.row.of == &host {
			for _, h := range r.inheritedHosts(r.doc.At(around)) { // which would not hold any more
				all = append(all, edit.Map{{Key: "host", Value: h.Host}, {Key: "kind", Value: string(h.Kind)}})
			}
		}
		return r.write(pointer, append(all, element), s.order)
	case n.Kind != edit.List:
		return r.doc.Set(pointer, edit.Sequence{element})
	}
	return r.doc.Insert(pointer, len(n.Nodes), element)
}

// carry adds a name of a former banner.
func (r *reading) carry(pointer, name string, s spot) (*edit.Document, error) {
	if pointer != "/carryOver/services" {
		return nil, refused(pointer, "nothing can be added here")
	}
	if name == "" {
		return nil, refused(pointer, "the name in the former banner is missing")
	}
	if r.doc.At(edit.Join(pointer, name)) != nil {
		return nil, refused(pointer, quoted(name)+" is there already")
	}
	if n := r.doc.At(pointer); n != nil && n.Kind == edit.Mapping && len(n.Nodes) >= 200 { // which package source reads
		return nil, refused(pointer, "200 names are the most")
	}
	return r.write(edit.Join(pointer, name), "TODO", nil)
}

// remove takes an element out of its list, or a key that a catalogue does not have.
func (r *reading) remove(pointer string) (*edit.Document, error) {
	n := r.doc.At(pointer)
	if n == nil || pointer == "" {
		return nil, refused(pointer, "the catalogue has no such element")
	}
	s, ok := r.spot(pointer)
	switch {
	case ok && s.kind == desk.KindChoices && s.element: // a language
		var rest []string
		for _, language := range texts(r.doc.At("/languages")) {
			if language != n.Value {
				rest = append(rest, language)
			}
		}
		return r.choose("/languages", rest)
	case ok && !s.element:
		return nil, refused(pointer, "this is no element of a list")
	}
	if parent := r.around(n); !ok && parent.Kind == edit.Mapping {
		return r.without(n, parent)
	}
	return r.doc.Remove(pointer)
}

// move gives an element of a list another index.
func (r *reading) move(pointer string, to int) (*edit.Document, error) {
	s, ok := r.spot(pointer)
	around, step := edit.Parent(pointer)
	list := r.doc.At(around)
	if !ok || !s.element || list == nil || list.Kind != edit.List || r.doc.At(pointer) == nil {
		return nil, refused(pointer, "this is no element of a list")
	}
	from, err := strconv.Atoi(step)
	if err != nil || to < 0 || to >= len(list.Nodes) {
		return nil, refused(pointer, "the list has no such place")
	}
	return r.doc.Move(around, from, to)
}

// errTaken says that an id is another's.
var errTaken = errors.New("this id is taken")
