package fields

import (
	"slices"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/web/workbench/desk"
)

// speak writes the languages of the catalogue; none takes the key out. Texts follow in the same change:
// one that stands alone gets its language before there is a second one, and wordings in a language
// that goes, go with it.
func (r *reading) speak(listed []string) (*edit.Document, error) {
	d := r.doc
	var err error
	languages := r.spokenIn(listed)
	if len(languages) > 1 && len(r.languages) == 1 {
		if d, err = r.apiece(); err != nil {
			return nil, err
		}
	}
	for _, language := range r.languages {
		if len(languages) == 0 || slices.Contains(languages, language) {
			continue
		}
		now := &reading{doc: d}
		if d, err = now.silence(language); err != nil {
			return nil, err
		}
	}
	if len(listed) == 0 {
		return d.Remove("/languages")
	}
	s, _ := r.spot("/languages")
	return r.chosen(d, "/languages", listed, s)
}

// apiece gives each text that stands alone its language, the only one of the catalogue.
func (r *reading) apiece() (*edit.Document, error) {
	var changes []change
	r.eachText(func(n *edit.Node) {
		if n.Kind == edit.Text || n.Kind == edit.Flag || n.Kind == edit.Number {
			changes = append(changes, func(d *edit.Document) (*edit.Document, error) {
				return d.Set(n.Pointer, edit.Map{{Key: string(r.languages[0]), Value: n.Value}})
			})
		}
	})
	return r.doc.Together(changes...)
}

// silence takes out all wordings in a language, and the words in it.
func (r *reading) silence(language catalogue.Language) (*edit.Document, error) {
	var changes []change
	remove := func(n *edit.Node) {
		if n != nil {
			changes = append(changes, func(d *edit.Document) (*edit.Document, error) { return d.Remove(n.Pointer) })
		}
	}
	r.eachText(func(n *edit.Node) { remove(child(n, string(language))) })
	remove(r.doc.At(edit.Join("/words", string(language))))
	return r.doc.Together(changes...)
}

// eachText calls f for every text of the file that has wordings.
func (r *reading) eachText(f func(n *edit.Node)) {
	each(r.doc.Root(), func(t *table, n *edit.Node) {
		for _, value := range n.Nodes {
			if row := t.row(value.Key()); row != nil && (row.kind == desk.KindTexts || row.kind == desk.KindProses) {
				f(value)
			}
		}
	})
}
