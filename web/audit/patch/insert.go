package patch

import (
	"slices"
	"strings"

	"charte/catalogue/edit"
)

// insert adds a block to the list, or the mapping, under a key of the whole catalogue, with a mark on
// each line. It reports false where nothing can be added to what is written there.
func (d *drafter) insert(text, key string, block []line) (string, bool) {
	doc, err := edit.Parse(d.name, []byte(text))
	if err != nil {
		return "", false
	}
	lines := make([]string, len(block))
	for i, l := range block {
		lines[i] = d.marked("", l)
	}
	dash := slices.IndexFunc(lines, func(text string) bool { return strings.HasPrefix(text, "- ") })
	switch list := doc.At("/" + key); {
	case key == "formerly":
		revision, asked, _ := strings.Cut(block[0].sample, ": ") // without a mark, since it is complete
		doc, err = doc.Set(edit.Join("/"+key, revision), edit.Lines{asked})
	case dash < 0: // nothing but comments
		doc, err = doc.Remark("/"+key, lines)
	default:
		for i := dash; i < len(lines); i++ {
			lines[i] = lines[i][len("- "):]
		}
		end := 0
		if list != nil {
			end = len(list.Nodes)
		}
		doc, err = doc.Insert("/"+key, end, edit.Lines(lines))
	}
	if err != nil {
		return "", false
	}
	return string(doc.Bytes()), true
}
