package peers

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// largestText is how many bytes of a text are read. Far longer ones are no texts for visitors.
const largestText = 1 << 16

// plain is a text of a banner without its HTML, and the addresses that it links to, each once. Line
// breaks and the ends of blocks become spaces, since a catalogue's texts are paragraphs.
func plain(markup string) (text string, links []string) {
	if len(markup) > largestText {
		markup = strings.ToValidUTF8(markup[:largestText], "")
	}
	var words strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(markup))
	for hidden := false; ; {
		switch kind := tokens.Next(); kind {
		case html.ErrorToken:
			return strings.Join(strings.Fields(words.String()), " "), links
		case html.TextToken:
			if !hidden {
				words.Write(tokens.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			tag := tokens.Token()
			if !inline[tag.DataAtom] {
				words.WriteByte(' ')
			}
			if link := attribute(tag, "href"); tag.DataAtom == atom.A && link != "" && !slices.Contains(links, link) {
				links = append(links, link)
			}
			// Nothing but their own end stands in these as a tag.
			hidden = kind == html.StartTagToken && (tag.DataAtom == atom.Script || tag.DataAtom == atom.Style)
		}
	}
}

// inline are the elements that stand within a word or a sentence.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Cite: true, atom.Code: true, atom.Em: true,
	atom.Font: true, atom.I: true, atom.Kbd: true, atom.Mark: true, atom.Q: true, atom.S: true, atom.Small: true, atom.Span: true,
	atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.U: true, atom.Var: true, atom.Wbr: true,
}

func attribute(tag html.Token, name string) string {
	for _, a := range tag.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}
