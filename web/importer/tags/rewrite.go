// Package tags rewrites what waits for consent in HTML files and templates, from the ways in which
// other banners mark it to Charte's. It changes tags, and no byte of what is around them.
package tags

import (
	"cmp"
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"charte/web/importer/told"
)

// A Map says which of the peer's names are which of the catalogue's.
type Map struct {
	// Peer is the banner whose tags are rewritten, as plan.Plan has it: "Klaro 0.7".
	Peer string

	// Services holds the catalogue's id of a service for each name that the peer has for one:
	// of vanilla-cookieconsent and c15t a service, of Klaro and Orejime a data-name or purpose, of
	// tarteaucitron a key.
	Services map[string]string

	// Categories holds the catalogue's id of a category for each of the peer's. A name that
	// is in Services is a service.
	Categories map[string]string

	// Homes holds the category of each service of the catalogue, by ids. A service that is not
	// in it cannot be written into a tag, because a tag names both.
	Homes map[string]string

	// Library holds the name of each service in the library, by its id in the catalogue.
	// `charte services NAME` prints its tag.
	Library map[string]string

	// Script is the address of charte.js. "" is "/charte/charte.js".
	Script string
}

// A Change is a part of a file that is written otherwise.
type Change struct {
	Place      told.Place
	Start, End int    // bytes of the file that After replaces
	Before     string // what stands there
	After      string
	Note       string // a sentence on what differs from before; "" where nothing does

	edits []edit // what differs between Before and After
}

// A Left is something that belongs to the peer and was left as it is.
type Left struct {
	Place told.Place
	Tag   string // what stands there, cut off after 200 bytes; "" of a whole file
	Why   string // a sentence or two
	Write string // what to write in its place; "" where that is not known
}

// leftBytes is how much of a tag a Left shows.
const leftBytes = 200

// Rewrite rewrites the tags of one file. Its name decides which templates' code is looked for, and
// stands in the places. A file that is changed once is changed no more by the same m.
//
// JSX files and Markdown are looked through, and never changed: what would change is in left.
func Rewrite(name string, text []byte, m Map) (out []byte, changes []Change, left []Left) {
	b := known(m.Peer)
	if b == nil {
		return text, nil, []Left{{Place: told.Place{File: name}, Why: "Nobody knows the tags of " + m.Peer + "."}}
	}
	p := parse(name, text, m)
	for i := 0; i < len(p.nodes); {
		i = max(i+1, b.convention(p, i))
	}
	if b.own != nil {
		p.hidden(b.own)
	}
	p.sortLeft()
	return apply(text, p.changes), p.changes, p.left
}

// sortLeft puts what is left into the order of the file.
func (p *page) sortLeft() {
	slices.SortStableFunc(p.left, func(a, b Left) int {
		return cmp.Or(a.Place.Line-b.Place.Line, a.Place.Column-b.Place.Column)
	})
}

// A banner is a peer whose tags are known.
type banner struct {
	prefix string // of its name, in small letters

	// convention rewrites what begins at a node. It returns the node to go on with, or 0 for the next one.
	convention func(p *page, i int) int

	own *own // nil of a banner that comes within the site's own scripts
}

var banners = []banner{
	{"vanilla-cookieconsent", vanilla, &vanillaOwn},
	{"orejime", orejime, &orejimeOwn},
	{"klaro", klaro, &klaroOwn},
	{"tarteaucitron", tarteaucitron, &tarteaucitronOwn},
	{"c15t", c15t, nil},
}

// known is the banner of a peer, and nil of an unknown one.
func known(peer string) *banner {
	for i := range banners {
		if strings.HasPrefix(strings.ToLower(peer), banners[i].prefix) {
			return &banners[i]
		}
	}
	return nil
}

// apply writes changes, which are in order, into a text.
func apply(text []byte, changes []Change) []byte {
	if len(changes) == 0 {
		return text
	}
	var out []byte
	at := 0
	for _, c := range changes {
		out = append(append(out, text[at:c.Start]...), c.After...)
		at = c.End
	}
	return append(out, text[at:]...)
}

// An edit replaces a part of a tag.
type edit struct {
	span
	text string

	// known says that it is known what the template's code in the part is there for.
	known bool
}

// change notes that a part of the file is written otherwise, by edits within it. It notes why not
// if the edits touch what a template decides, or the file cannot be changed.
func (p *page) change(s span, note string, edits ...edit) {
	before, after := string(p.text[s.start:s.end]), p.edited(s, edits)
	if why := p.refuses(edits); why != "" {
		p.leave(s.start, before, after, strings.TrimSpace(why+" "+note))
		return
	}
	p.changes = append(p.changes, Change{Place: p.place(s.start), Start: s.start, End: s.end, Before: before, After: after, Note: note, edits: edits})
}

// edited is a part of the file with edits within it, which it sorts.
func (p *page) edited(s span, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.start - b.start })
	var after strings.Builder
	at := s.start
	for _, e := range edits {
		after.Write(p.text[at:e.start])
		after.WriteString(e.text)
		at = e.end
	}
	after.Write(p.text[at:s.end])
	return after.String()
}

// refuses returns why edits are not done, and "" if they are.
func (p *page) refuses(edits []edit) string {
	if p.isJSX() {
		return "It stands in JavaScript, which is not rewritten."
	}
	if p.isMarkdown() {
		return "It stands in Markdown, which is not rewritten: it may be an example."
	}
	for _, e := range edits {
		if !e.known && len(p.codeIn(e.span)) > 0 {
			return "Code of a template stands in what would change."
		}
	}
	first, _ := slices.BinarySearchFunc(p.nodes, edits[0].start+1, func(n node, at int) int { return n.end - at })
	for i := first; i < len(p.nodes); i++ {
		n := &p.nodes[i]
		if n.start >= edits[len(edits)-1].end {
			break
		}
		for _, a := range n.attributes {
			if a.perhaps && slices.ContainsFunc(edits, func(e edit) bool { return e.start < a.end && a.start < e.end }) {
				return "A template decides whether an attribute that would change is there."
			}
		}
	}
	return ""
}

func (p *page) isJSX() bool {
	return p.extension == ".jsx" || p.extension == ".tsx"
}

// isIndented reports whether the file is of a language that writes HTML and has no tags.
func (p *page) isIndented() bool {
	return slices.Contains(indented, p.extension)
}

func (p *page) isMarkdown() bool {
	return slices.Contains([]string{".md", ".mdx", ".markdown"}, p.extension)
}

// leave notes what stays as it is.
func (p *page) leave(at int, tag, write, why string) {
	p.left = append(p.left, Left{Place: p.place(at), Tag: cut(tag), Why: why, Write: write})
}

// leaveNode notes that a tag stays as it is.
func (p *page) leaveNode(n *node, write, why string) {
	p.leave(n.start, string(p.text[n.start:n.end]), write, why)
}

func (p *page) place(at int) told.Place {
	line, found := slices.BinarySearch(p.lines, at)
	if !found {
		line--
	}
	// Places come mostly in order, and a whole page may stand in one line.
	if p.last.Line != line+1 || p.lastAt > at {
		p.last, p.lastAt = told.Place{File: p.name, Line: line + 1, Column: 1}, p.lines[line]
	}
	p.last.Column += utf8.RuneCount(p.text[p.lastAt:at])
	p.lastAt = at
	return p.last
}

func cut(text string) string {
	if len(text) <= leftBytes {
		return text
	}
	return strings.ToValidUTF8(text[:leftBytes], "") + "…"
}

// A home is what a tag of Charte's waits for. Its service is "" where it waits for all of the
// category.
type home struct{ category, service string }

// attributes is h as attributes of a tag.
func (h home) attributes(quote string) string {
	if quote == "" {
		quote = `"`
	}
	text := "data-category=" + quote + html.EscapeString(h.category) + quote
	if h.service != "" {
		text += " data-service=" + quote + html.EscapeString(h.service) + quote
	}
	return text
}

// home finds what a name of the peer's stands for. why is a sentence if that is not known.
func (m Map) home(name string) (h home, why string) {
	if id, ok := m.Services[name]; ok {
		if m.Homes[id] == "" {
			return h, "The catalogue has no category for the service \"" + id + "\"."
		}
		return home{m.Homes[id], id}, ""
	}
	if id, ok := m.Categories[name]; ok {
		return home{category: id}, ""
	}
	return h, "The catalogue has neither a service nor a category for \"" + name + "\"."
}
