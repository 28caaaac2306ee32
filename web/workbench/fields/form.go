package fields

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// unknownKey is the name of a field for what no catalogue has: a key, or a value of another kind.
const unknownKey = "unknown"

// translated reports whether values of a kind have a text for each language.
func translated(kind desk.Kind) bool { return kind == desk.KindTexts || kind == desk.KindProses }

// fields returns the fields of one mapping, which the file may lack: n is nil then.
func (r *reading) fields(t *table, n *edit.Node, pointer string, from behind) []desk.Field {
	if n != nil && n.Kind != edit.Mapping && n.Kind != edit.Nothing {
		return []desk.Field{r.asWritten(unknownKey, n)}
	}
	var fields []desk.Field
	for _, row := range t.shown() {
		switch {
		case t == &service && ofUse(row.key) && child(n, "use") == nil && child(n, row.key) == nil:
		case row.kind == pairs && t == &service:
			fields = append(fields, r.with(n, pointer)...)
		default:
			fields = append(fields, r.field(t, row, n, pointer, from))
		}
	}
	return append(fields, r.unknown(t, n)...)
}

// ofUse reports whether a key belongs to a service that takes over a known one.
func ofUse(key string) bool {
	return key == "use" || key == "with" || key == "without" || key == "acceptsUnknown"
}

// unknown returns a field for each key of a mapping that its table does not have.
func (r *reading) unknown(t *table, n *edit.Node) []desk.Field {
	var fields []desk.Field
	if n == nil {
		return nil
	}
	for _, value := range n.Nodes {
		if t.row(value.Key()) == nil {
			fields = append(fields, r.asWritten(unknownKey, value))
		}
	}
	return fields
}

// asWritten returns a field that is shown as the file has it.
func (r *reading) asWritten(name string, n *edit.Node) desk.Field {
	return desk.Field{Pointer: n.Pointer, Name: name, Label: n.Key(), Kind: desk.KindYAML, Value: r.doc.Written(n.Pointer), Written: true}
}

// field returns the field of one key.
func (r *reading) field(t *table, row *row, around *edit.Node, pointer string, from behind) desk.Field {
	n := child(around, row.key)
	if t == top {
		n, from = child(r.doc.Root(), row.key), r.behind(top, nil)
	}
	f := desk.Field{
		Pointer:   edit.Join(pointer, row.key),
		Name:      t.name + "." + row.key,
		Kind:      row.kind,
		Otherwise: from.value(row),
		Written:   n != nil,
	}
	inherited := f.Otherwise != "" && row.kind != desk.KindFlag
	switch row.kind {
	case desk.KindTexts, desk.KindProses:
		text := from.texts[row.key]
		if from.whole[row.key] && len(r.written(n)) > 0 {
			text = nil
		}
		f.Texts = r.wordings(n, f.Pointer, text)
		inherited = !slices.ContainsFunc(f.Texts, func(w desk.Wording) bool { return w.Otherwise == "" })
		if n != nil && n.Kind == edit.List {
			f.Value = r.doc.Written(n.Pointer)
		}
	case desk.KindChoice:
		f.Value = r.plainly(n)
		f.Choices = row.choices(r, around)
		if f.Value != "" {
			f.Choices = add(f.Choices, f.Value, "") // however wrong it is
		}
		for i := range f.Choices {
			f.Choices[i].Chosen = f.Choices[i].Value == f.Value || n == nil && f.Choices[i].Value == f.Otherwise
		}
	case desk.KindChoices:
		chosen := texts(n)
		if f.Value = strings.Join(chosen, ", "); n == nil {
			chosen = from.lists[row.key]
		} else if n.Kind != edit.List {
			f.Value = r.plainly(n)
		}
		f.Choices = row.choices(r, around)
		for _, value := range chosen {
			f.Choices = add(f.Choices, value, "")
		}
		for i := range f.Choices {
			f.Choices[i].Chosen = slices.Contains(chosen, f.Choices[i].Value)
		}
	case desk.KindItems:
		f.Items = r.items(row, n, around)
		if n != nil && n.Kind != edit.List {
			f.Value = r.plainly(n)
		}
	case pairs:
		f.Kind, f.Items = desk.KindItems, r.carriedItems(n)
		if n != nil && n.Kind != edit.Mapping {
			f.Value = r.plainly(n)
		}
	case desk.KindColour:
		f.Value = r.plainly(n)
		if n != nil && n.Kind == edit.Mapping && len(n.Nodes) == 2 && child(n, "light") != nil && child(n, "dark") != nil {
			f.Value = pair(said(n, "light"), said(n, "dark"))
		}
	case desk.KindYAML:
		f.Value = r.doc.Written(f.Pointer)
	default:
		f.Value = r.plainly(n)
	}
	f.Needed = row.needed && !inherited && (row.when == nil || row.when(r, around))
	return f
}

// plainly returns a value that should be one text: as YAML reads it, or as it is written if it is none.
func (r *reading) plainly(n *edit.Node) string {
	switch {
	case n == nil || n.Kind == edit.Nothing:
		return ""
	case n.Kind == edit.Mapping || n.Kind == edit.List:
		return r.doc.Written(n.Pointer)
	}
	return n.Value
}

// wordings returns a text in each language of the catalogue, and in each other that the file has.
func (r *reading) wordings(n *edit.Node, pointer string, from catalogue.Text) []desk.Wording {
	var all []desk.Wording
	for i, language := range r.languages {
		w := desk.Wording{Language: string(language), Pointer: edit.Join(pointer, string(language)), Otherwise: from[language]}
		switch {
		case n == nil && r.alone:
			w.Pointer = pointer
		case n != nil && n.Kind == edit.Mapping:
			w.Value = r.plainly(child(n, w.Language))
		case n != nil && n.Kind != edit.List && i == 0:
			w.Value = n.Value
			if len(r.languages) == 1 {
				w.Pointer = pointer
			}
		}
		all = append(all, w)
	}
	if n != nil && n.Kind == edit.Mapping {
		for _, value := range n.Nodes {
			if !slices.Contains(r.languages, catalogue.Language(value.Key())) {
				all = append(all, desk.Wording{Language: value.Key(), Pointer: value.Pointer, Value: r.plainly(value)})
			}
		}
	}
	return all
}

// items returns the elements of a list in an entry.
func (r *reading) items(row *row, n, around *edit.Node) []desk.Item {
	items := []desk.Item{}
	if n == nil || n.Kind != edit.List {
		return items
	}
	u := r.use(around)
	for _, element := range n.Nodes {
		from := behind{}
		if row.of == &cookie {
			from = r.behindCookie(u, element)
		}
		items = append(items, desk.Item{
			Pointer: element.Pointer,
			Title:   said(element, row.first),
			Fields:  r.fields(row.of, element, element.Pointer, from),
		})
	}
	return items
}

// carriedItems returns the names of a former banner, each with the id that it stands for.
func (r *reading) carriedItems(n *edit.Node) []desk.Item {
	items := []desk.Item{}
	if n == nil || n.Kind != edit.Mapping {
		return items
	}
	for _, value := range n.Nodes {
		f := desk.Field{Pointer: value.Pointer, Name: "carryOver.service", Kind: desk.KindChoice, Value: r.plainly(value), Needed: true, Written: true}
		f.Choices = add(r.carried(nil), f.Value, "")
		for i := range f.Choices {
			f.Choices[i].Chosen = f.Choices[i].Value == f.Value
		}
		items = append(items, desk.Item{Pointer: value.Pointer, Title: value.Key(), Fields: []desk.Field{f}})
	}
	return items
}

// with returns a field for each parameter and each setting of the known service.
func (r *reading) with(n *edit.Node, pointer string) []desk.Field {
	var fields []desk.Field
	pointer = edit.Join(pointer, "with")
	with := child(n, "with")
	u := r.use(n)
	if with != nil && (u == nil || with.Kind != edit.Mapping) {
		return []desk.Field{r.asWritten("service.with", with)}
	}
	if u == nil {
		return nil
	}
	of := func(id string, text catalogue.Text) desk.Field {
		help := map[string]string{}
		for language, wording := range text {
			help[string(language)] = wording
		}
		value := child(with, id)
		return desk.Field{Pointer: edit.Join(pointer, id), Name: "service.with", Label: id, Help: help, Kind: desk.KindText, Value: r.plainly(value), Written: value != nil}
	}
	for _, p := range u.edition.Parameters {
		f := of(p.ID, p.Text)
		f.Example, f.Needed = p.Example, u.entry.Needs(u.edition, p.ID)
		fields = append(fields, f)
	}
	if u.edition.Exempt != nil {
		for _, setting := range u.edition.Exempt.Requires {
			f := of(setting.ID, setting.Text)
			f.Name, f.Kind, f.Otherwise, f.Needed = "service.setting", desk.KindFlag, "false", said(n, "exempt") == "true"
			fields = append(fields, f)
		}
	}
	if with != nil {
		for _, value := range with.Nodes {
			if !u.parameter(value.Key()) && !u.setting(value.Key()) {
				fields = append(fields, r.asWritten(unknownKey, value))
			}
		}
	}
	return fields
}

// others returns the fields of the keys that have no section of their own.
func (r *reading) others() []desk.Field {
	var fields []desk.Field
	root := r.doc.Root()
	for i := range top.rows {
		row := &top.rows[i]
		switch row.key {
		case "without":
			if r.base != nil || child(root, "without") != nil {
				fields = append(fields, r.field(top, row, nil, "", behind{}))
			}
		case "formerly":
			if child(root, "formerly") != nil {
				fields = append(fields, r.field(top, row, nil, "", behind{}))
			}
		case "extends":
			fields = append(fields, r.field(top, row, nil, "", behind{}))
		case "carryOver":
			n := child(root, "carryOver")
			of := r.fields(row.of, n, "/carryOver", r.behind(row.of, n))
			for i := range of {
				of[i].Needed = of[i].Needed && n != nil // who had no banner before has nothing to say
			}
			fields = append(fields, of...)
		}
	}
	return append(fields, r.unknown(top, root)...)
}

// bannerWords are the banner's own words by language and key, read once.
var bannerWords sync.Map

// wordsOf returns the banner's own words in a language, or none if it does not speak it.
func wordsOf(language catalogue.Language) map[string]string {
	if words, has := bannerWords.Load(language); has {
		return words.(map[string]string)
	}
	words := map[string]string{}
	wording, err := source.Wording(language)
	if err != nil {
		return words
	}
	wording.Words.Each(func(key string, word *string) { words[key] = *word })
	bannerWords.Store(language, words)
	return words
}

// wordKeys are the keys of the banner's words, in order.
var wordKeys = sync.OnceValue(func() []string {
	var keys []string
	new(catalogue.Words).Each(func(key string, _ *string) { keys = append(keys, key) })
	return keys
})

// longWord is how many letters a word of the banner has at most if one line is to hold it: with more it is a
// sentence.
const longWord = 40

// words returns a field for each of the banner's own words.
func (r *reading) words() []desk.Field {
	n := child(r.doc.Root(), "words")
	if n != nil && n.Kind != edit.Mapping && n.Kind != edit.Nothing {
		return []desk.Field{r.asWritten(unknownKey, n)}
	}
	var fields []desk.Field
	for _, key := range wordKeys() {
		f := desk.Field{Pointer: edit.Join("/words", key), Name: "words." + key, Kind: desk.KindTexts}
		for _, language := range r.languages {
			pointer := r.word(language, key)
			w := desk.Wording{Language: string(language), Pointer: pointer, Otherwise: wordsOf(language)[key]}
			if value := r.doc.At(pointer); value != nil {
				w.Value, f.Written = r.plainly(value), true
			}
			if max(utf8.RuneCountInString(w.Value), utf8.RuneCountInString(w.Otherwise)) > longWord {
				f.Kind = desk.KindProses
			}
			f.Texts = append(f.Texts, w)
		}
		fields = append(fields, f)
	}
	if n == nil {
		return fields
	}
	for _, language := range n.Nodes {
		if !slices.Contains(r.languages, catalogue.Language(language.Key())) || language.Kind != edit.Mapping && language.Kind != edit.Nothing {
			fields = append(fields, r.asWritten(unknownKey, language))
			continue
		}
		fields = append(fields, r.unknownWords(language, "")...)
	}
	return fields
}

// unknownWords returns a field for each key below a language that is none of a word.
func (r *reading) unknownWords(n *edit.Node, group string) []desk.Field {
	var fields []desk.Field
	for _, value := range n.Nodes {
		key := group + value.Key()
		switch {
		case slices.Contains(wordKeys(), key):
		case group == "" && value.Kind == edit.Mapping && slices.ContainsFunc(wordKeys(), func(word string) bool { return strings.HasPrefix(word, key+".") }):
			fields = append(fields, r.unknownWords(value, key+".")...)
		default:
			fields = append(fields, r.asWritten(unknownKey, value))
		}
	}
	return fields
}

// word returns the pointer of a word. "notice.title" is one key, unless the file has it, or a group
// "notice", the other way.
func (r *reading) word(language catalogue.Language, key string) string {
	around := edit.Join("/words", string(language))
	group, rest, grouped := strings.Cut(key, ".")
	if n := r.doc.At(edit.Join(around, group)); grouped && n != nil && n.Kind == edit.Mapping && r.doc.At(edit.Join(around, key)) == nil {
		return edit.Join(edit.Join(around, group), rest)
	}
	return edit.Join(around, key)
}

// inheritedHosts are the hosts of the known service that a service takes over.
func (r *reading) inheritedHosts(n *edit.Node) []catalogue.Host {
	u := r.use(n)
	if u == nil {
		return nil
	}
	hosts := slices.Clone(u.edition.Service.Hosts)
	for i := range hosts {
		hosts[i].Host = services.Fill(hosts[i].Host, u.values)
	}
	return hosts
}

// isIndex reports whether a step of a pointer can be that of a list.
func isIndex(step string) bool {
	i, err := strconv.Atoi(step)
	return err == nil && i >= 0
}
