package patch

import (
	"slices"
	"strings"

	"charte/catalogue/edit"
)

// insert adds blocks to the list, or the mapping, under a key of the whole catalogue, with a mark on
// each line. It reports false where nothing can be added to what is written there.
func (d *drafter) insert(doc *edit.Document, key string, blocks [][]line) (*edit.Document, bool) {
	var err error
	var elements []edit.Value // that follow one another, and are added at once
	for _, block := range blocks {
		if key == "formerly" {
			revision, asked, _ := strings.Cut(block[0].sample, ": ") // without a mark, since it is complete
			doc, err = doc.Set(edit.Join("/"+key, revision), edit.Lines{asked})
		} else if lines, is := d.markedElement(block); is {
			elements = append(elements, lines)
			continue
		} else if doc, err = doc.Append("/"+key, elements); err == nil { // nothing but comments
			elements = nil
			doc, err = doc.Remark("/"+key, lines)
		}
		if err != nil {
			return nil, false
		}
	}
	doc, err = doc.Append("/"+key, elements)
	return doc, err == nil
}

// markedElement is a block with its marks, without the dash. It reports false for one that has none.
func (d *drafter) markedElement(block []line) (edit.Lines, bool) {
	lines := make(edit.Lines, len(block))
	for i, l := range block {
		lines[i] = d.marked("", l)
	}
	dash := slices.IndexFunc(lines, func(text string) bool { return strings.HasPrefix(text, "- ") })
	if dash < 0 {
		return lines, false
	}
	for i := dash; i < len(lines); i++ {
		lines[i] = lines[i][len("- "):]
	}
	return lines, true
}
