package offers

import (
	"strings"

	"charte/catalogue/edit"
)

// words are the banner's words in one language, by their keys.
type words struct {
	language string
	texts    edit.Map
}

// words are those of the configuration that the catalogue has not replaced itself.
func (p *part) words(on *reading) []words {
	all := p.document.At("/words")
	if all == nil {
		return nil
	}
	var found []words
	for _, language := range all.Nodes {
		w := words{language: language.Key()}
		for _, text := range language.Nodes {
			if on.document.At(text.Pointer) == nil {
				w.texts = append(w.texts, edit.Pair{Key: text.Key(), Value: text.Value})
			}
		}
		if w.texts != nil {
			found = append(found, w)
		}
	}
	return found
}

// write writes the words into a document.
func (w words) write(d *edit.Document) (*edit.Document, error) {
	at := edit.Join("/words", w.language)
	if d.At(at) == nil {
		return d.Set(at, w.texts, order...)
	}
	for _, text := range w.texts {
		var err error
		if d, err = d.Set(edit.Join(at, text.Key), text.Value); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// lines are the words as a person reads them.
func (w words) lines() []string { return written(edit.Join("/words", w.language), w.texts) }

// written is a value as it is written into a catalogue.
func written(pointer string, value edit.Value) []string {
	d, err := edit.Parse("", []byte("\n"))
	if err != nil {
		return nil
	}
	if d, err = d.Set(pointer, value); err != nil {
		return nil
	}
	return strings.Split(strings.Trim(string(d.Bytes()), "\n"), "\n")
}
