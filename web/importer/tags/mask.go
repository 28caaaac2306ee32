package tags

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A span is a part of a file, in bytes.
type span struct{ start, end int }

// codeBytes is how long a piece of template code may be. What seems longer is taken for text: two
// braces of a script must not hide the rest of the page. Only the code of PHP may be longer.
const codeBytes = 20_000

// Template code begins and ends with these, whatever the file is called. Extensions do not tell
// Django from Go or Angular.
var everywhere = []struct{ open, close string }{
	{"{{!--", "--}}"}, {"{{{", "}}}"}, {"{{", "}}"}, {"{%", "%}"},
	{"<%--", "--%>"}, {"<%", "%>"}, {"<?", "?>"},
	{"<#--", "-->"}, {"{# ", "#}"}, {"{#-", "#}"},
}

// What only some languages have. What ends with "" ends where its brackets do.
var somewhere = map[string][]struct{ open, close string }{
	".ftl": {{"</#", ""}, {"<#", ""}, {"</@", ""}, {"<@", ""}, {"[#--", "--]"}, {"[/#", "]"}, {"[#", "]"}, {"[=", "]"}, {"#{", ""}},
	".jsp": {{"#{", ""}},
	".tpl": {{"[{", "}]"}, {"{*", "*}"}, {"{$", ""}, {"{/", ""}, {"{if ", ""}, {"{else", ""}, {"{foreach ", ""}, {"{include ", ""}, {"{assign ", ""},
		{"{block ", ""}, {"{hook ", ""}, {"{url ", ""}, {"{l ", ""}},
	".svelte": {{"{", ""}},
	".astro":  {{"{", ""}},
	".jsx":    {{"={", ""}},
	".tsx":    {{"={", ""}},
}

func init() {
	somewhere[".latte"] = somewhere[".tpl"]
	somewhere[".ftlh"] = somewhere[".ftl"]
	somewhere[".html"] = somewhere[".ftl"][:4] // FreeMarker's pages are often called so
	somewhere[".htm"] = somewhere[".html"]
}

// indented are the extensions of languages that write HTML and have no tags. All of such a file is code.
var indented = []string{".pug", ".jade", ".haml", ".slim"}

var frontMatter = regexp.MustCompile(`\A---\r?\n(?s:.*?)\n---\r?\n`)

// A masker finds the template code of one file.
type masker struct {
	text, masked []byte
	extension    string
	code         []span

	// next is where each ending stands next, from some place on. It keeps the search linear.
	next map[string]int

	// steps is how many bytes may still be looked at for brackets that are closed.
	steps int
}

// bracketSteps is over ten times what pages of 5 MB with much template code take.
const bracketSteps = 100_000_000

// mask puts harmless bytes in the place of template code, so that an HTML tokenizer sees tags and
// attributes where the template's author sees them. The text stays as long as it is. Code that
// stands in a value or a name becomes letters, and other code becomes spaces. ok is false if
// there are too many brackets that are never closed.
func mask(name string, text []byte) (masked []byte, code []span, ok bool) {
	m := masker{text: text, masked: bytes.Clone(text), extension: strings.ToLower(path.Ext(name)), next: map[string]int{}, steps: bracketSteps}
	i := 0
	if slices.Contains(indented, m.extension) {
		m.hide(0, len(text))
		return m.masked, m.code, true
	}
	if m.extension == ".astro" {
		if at := frontMatter.FindIndex(text); at != nil {
			m.hide(0, at[1])
			i = at[1]
		}
	}
	for i < len(text) {
		end := m.codeEnd(i)
		if end == 0 {
			i++
			continue
		}
		if text[i] == '=' { // "={" of a framework: the sign is HTML's
			i++
		}
		m.hide(i, end)
		i = end
	}
	return m.masked, m.code, m.steps > 0
}

func (m *masker) hide(start, end int) {
	filler := byte('x')
	if start == 0 || strings.IndexByte(" \t\r\n\f\"'>", m.masked[start-1]) >= 0 || m.inName(start) {
		filler = ' '
	}
	for i := start; i < end; i++ {
		m.masked[i] = filler
	}
	m.code = append(m.code, span{start, end})
}

// nameBytes is longer than the name of any element.
const nameBytes = 32

// inName reports whether what stands before i is the name of a tag, as in "<script{% if … %}".
func (m *masker) inName(i int) bool {
	for j := i - 1; j >= max(0, i-nameBytes); j-- {
		c := m.masked[j] | 0x20
		if m.masked[j] == '<' {
			return j < i-1
		}
		if c < 'a' || c > 'z' {
			return false
		}
	}
	return false
}

// find returns where a text stands from i on, and -1 if that is nowhere within limit bytes.
func (m *masker) find(text string, i, limit int) int {
	at, known := m.next[text]
	if !known || at < i {
		if at = bytes.Index(m.text[i:], []byte(text)); at < 0 {
			at = len(m.text)
		} else {
			at += i
		}
		m.next[text] = at
	}
	if at >= min(len(m.text), i+limit) {
		return -1
	}
	return at
}

// codeEnd returns where the template code that begins at i ends, and 0 if none begins there.
func (m *masker) codeEnd(i int) int {
	switch m.text[i] {
	case '{', '<', '[', '=', '#', '$':
	default:
		return 0
	}
	rest := m.text[i:]
	for _, mark := range everywhere {
		if bytes.HasPrefix(rest, []byte(mark.open)) {
			limit := codeBytes
			if mark.open == "<?" {
				limit = len(m.text)
			}
			if at := m.find(mark.close, i+len(mark.open), limit); at >= 0 {
				return at + len(mark.close)
			}
			if mark.open == "<?" && (m.extension == ".php" || m.extension == ".phtml") { // code may go on to the end
				return len(m.text)
			}
		}
	}
	if bytes.HasPrefix(rest, []byte("${")) {
		return m.bracketed(i, 1)
	}
	for _, mark := range somewhere[m.extension] {
		if !bytes.HasPrefix(rest, []byte(mark.open)) {
			continue
		}
		if mark.close == "" {
			return m.bracketed(i, len(mark.open)-1)
		}
		if at := m.find(mark.close, i+len(mark.open), codeBytes); at >= 0 {
			return at + len(mark.close)
		}
	}
	return 0
}

// bracketed returns where the bracket at text[i+at] is closed, and 0 if that is nowhere within
// codeBytes. Text in quotes counts for nothing. What begins with "<" is closed by a ">" outside of
// other brackets.
func (m *masker) bracketed(i, at int) int {
	angle := m.text[i] == '<'
	depth, quote := 0, byte(0)
	for j := i + at; j < min(len(m.text), i+codeBytes); j++ {
		if m.steps--; m.steps <= 0 {
			return 0
		}
		switch c := m.text[j]; {
		case quote != 0:
			if c == '\\' {
				j++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '(' || c == '{' || c == '[':
			depth++
		case c == '>' && angle && depth == 0:
			return j + 1
		case c == ')' || c == '}' || c == ']':
			if depth--; depth <= 0 && !angle {
				return j + 1
			}
		}
	}
	return 0
}
