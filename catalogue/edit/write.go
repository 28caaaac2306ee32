package edit

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A Value is what a change writes: a string, a bool, a [Map], a [Sequence] or [Lines].
type Value any

// A Map is a mapping, in the order in which it is written.
type Map []Pair

// A Pair is a key with its value.
type Pair struct {
	Key   string
	Value Value
}

// A Sequence is a list.
type Sequence []Value

// Texts returns a list of texts.
func Texts(all []string) Sequence {
	list := Sequence{}
	for _, text := range all {
		list = append(list, text)
	}
	return list
}

// Lines are an element of a list or a value in a mapping as YAML, comments included, without the
// indent that it will have.
type Lines []string

// nodeOf returns the value as it will be read back. It is nil if Lines are not YAML.
func nodeOf(v Value) *Node {
	switch v := v.(type) {
	case string:
		return &Node{Kind: Text, Value: v}
	case bool:
		return &Node{Kind: Flag, Value: strconv.FormatBool(v)}
	case Map:
		n := &Node{Kind: Mapping}
		for _, pair := range v {
			child := nodeOf(pair.Value)
			if child == nil {
				return nil
			}
			child.key = pair.Key
			n.Nodes = append(n.Nodes, child)
		}
		return n
	case Sequence:
		n := &Node{Kind: List}
		for _, value := range v {
			child := nodeOf(value)
			if child == nil {
				return nil
			}
			n.Nodes = append(n.Nodes, child)
		}
		return n
	case Lines:
		if d, err := Parse("", []byte(strings.Join(v, "\n")+"\n")); err == nil {
			return d.root
		}
	}
	return nil
}

// inline writes a value in one line. inFlow says that it will stand in braces or brackets. ok is
// false if the value needs several lines.
func inline(v Value, inFlow bool) (text string, ok bool) {
	switch v := v.(type) {
	case string:
		return scalar(v, inFlow), true
	case bool:
		return strconv.FormatBool(v), true
	case Map:
		if len(v) == 0 {
			return "{}", true
		}
		var parts []string
		for _, pair := range v {
			value, fits := inline(pair.Value, true)
			if !fits {
				return "", false
			}
			parts = append(parts, scalar(pair.Key, true)+": "+value)
		}
		return "{ " + strings.Join(parts, ", ") + " }", inFlow
	case Sequence:
		var parts []string
		for _, value := range v {
			part, fits := inline(value, true)
			if !fits {
				return "", false
			}
			if _, nested := value.(Map); nested && !inFlow {
				return "", false
			}
			parts = append(parts, part)
		}
		return "[" + strings.Join(parts, ", ") + "]", true
	case Lines:
		if len(v) == 1 {
			bare := v[0] != "" && !strings.ContainsAny(v[0], ",[]{}:#\"'") // such as a number
			return v[0], bare && !strings.HasPrefix(v[0], "- ") || !inFlow && !strings.Contains(v[0], ": ") && !strings.HasPrefix(v[0], "- ")
		}
	}
	return "", false
}

// block writes a value in lines of its own.
func block(v Value) []string {
	switch v := v.(type) {
	case Map:
		var lines []string
		for _, pair := range v {
			lines = append(lines, pairLines(pair.Key, pair.Value)...)
		}
		return lines
	case Sequence:
		var lines []string
		for _, value := range v {
			lines = append(lines, itemLines(value)...)
		}
		return lines
	case Lines:
		return v
	}
	text, _ := inline(v, false)
	return []string{text}
}

// pairLines writes a key with its value.
func pairLines(key string, v Value) []string {
	if text, ok := inline(v, false); ok {
		return []string{scalar(key, false) + ": " + text}
	}
	return append([]string{scalar(key, false) + ":"}, indented("  ", block(v))...)
}

// itemLines writes an element of a list with its dash. Comments that begin it stand above the dash.
func itemLines(v Value) []string {
	if text, ok := inline(v, false); ok {
		return []string{"- " + text}
	}
	lines := block(v)
	if len(lines) == 0 {
		return nil
	}
	comments := 0
	for comments < len(lines)-1 && comment(lines[comments]) {
		comments++
	}
	rest := indented("  ", lines[comments:])
	rest[0] = "- " + strings.TrimPrefix(rest[0], "  ")
	return append(append([]string{}, lines[:comments]...), rest...)
}

// indented writes lines behind an indent. Empty lines stay empty.
func indented(by string, lines []string) []string {
	all := make([]string, len(lines))
	for i, line := range lines {
		if line != "" {
			all[i] = by + line
		}
	}
	return all
}

// scalar writes a text in one line: plain where it reads as the same text, and in double quotes
// elsewhere.
func scalar(text string, inFlow bool) string {
	if isPlain(text, inFlow) {
		return text
	}
	return quoted(text)
}

// isPlain reports whether a text without quotes is read as the same text.
func isPlain(text string, inFlow bool) bool {
	if text == "" || strings.TrimSpace(text) != text || strings.Contains(text, ": ") || strings.HasSuffix(text, ":") ||
		commentIn(text) >= 0 || strings.ContainsAny(text[:1], "-?:,[]{}#&*!|>'\"%@`=<") || strings.IndexFunc(text, unprintable) >= 0 {
		return false
	}
	if inFlow && strings.ContainsAny(text, ",[]{}:") {
		return false
	}
	// Other programs read these as flags (YAML 1.1), and numbers, dates and times as such.
	switch strings.ToLower(text) {
	case "true", "false", "null", "~", "yes", "no", "on", "off", "y", "n", ".nan", ".inf":
		return false
	}
	return !strings.ContainsAny(text[:1], "0123456789.+") || strings.ContainsFunc(text, func(r rune) bool { return r == ' ' || r > unicode.MaxASCII })
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) && r != '\u00A0' && r != '\u202F' }

// quoted writes a text in double quotes.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case unprintable(r) && r > 0xFFFF:
			b.WriteString(`\U` + hex(r, 8))
		case unprintable(r):
			b.WriteString(`\u` + hex(r, 4))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func hex(r rune, digits int) string {
	text := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", digits-len(text)) + text
}

// again returns the ways in which a text can be written where another text stands, the one that
// changes the least first.
func (d *Document) again(n *Node, text string, inFlow bool) []string {
	old := d.text[n.start:n.end]
	var ways []string
	switch {
	case n.block:
		ways = append(ways, d.reblocked(n, text)...)
	case strings.HasPrefix(old, "\"") && !strings.Contains(old, "\n") && scalar(n.Value, inFlow) != n.Value && scalar(text, inFlow) == text:
		// Quotes that the text needed are not kept for one that needs none, as while a sentence is typed, which ends in
		// a space for a while.
	case strings.Contains(old, "\n") && text != "":
		ways = append(ways, relined(old, text)...)
	case strings.HasPrefix(old, "'") && strings.IndexFunc(text, unprintable) < 0:
		ways = append(ways, "'"+strings.ReplaceAll(text, "'", "''")+"'")
	case strings.HasPrefix(old, "\""):
		ways = append(ways, quoted(text))
	case n.Kind == Text && !isPlain(old, inFlow) && !strings.Contains(text, "\n"):
		ways = append(ways, text) // such as a day, which this file writes without quotes
	}
	why := d.headerComment(n)
	return append(ways, scalar(text, inFlow)+why, quoted(text)+why)
}

// headerComment is the comment behind "|" or ">", with the space before it. It is empty if there is none.
func (d *Document) headerComment(n *Node) string {
	if !n.block {
		return ""
	}
	header := d.text[n.start:d.lineEnd(n.start)]
	if cut := strings.IndexByte(header, '#'); cut >= 0 {
		return " " + header[cut:]
	}
	return ""
}

// reblocked writes a text below "|" or ">".
func (d *Document) reblocked(n *Node, text string) []string {
	lines := strings.Split(d.text[n.start:n.end], "\n")
	header, lines := lines[0], lines[1:]
	lead := ""
	for _, line := range lines {
		if !blank(line) {
			lead = line[:indent(line)]
			break
		}
	}
	if lead == "" || strings.ContainsAny(strings.Fields(header)[0], "123456789") {
		return nil
	}
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, lead)
	}
	if header[0] == '|' {
		lines = strings.Split(text, "\n")
	} else {
		lines = rewrapped(lines, text)
	}
	return []string{header + "\n" + strings.Join(indented(lead, lines), "\n")}
}

// relined writes a text where another stands in several lines, plain or in quotes.
func relined(old, text string) []string {
	lines := strings.Split(old, "\n")
	lead := ""
	for _, line := range lines[1:] {
		if !blank(line) {
			lead = line[:indent(line)]
		}
	}
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	mark := ""
	if old[0] == '"' || old[0] == '\'' {
		mark = old[:1]
		inner := strings.Join(lines, "\n")[1:]
		inner = inner[:len(inner)-1]
		if strings.ContainsAny(inner, `\'"`) || strings.ContainsAny(text, `\'"`) {
			return nil
		}
		lines = strings.Split(inner, "\n")
	}
	lines = rewrapped(lines, text)
	return []string{mark + lines[0] + strings.TrimSuffix("\n"+strings.Join(indented(lead, lines[1:]), "\n"), "\n") + mark}
}

// rewrapped returns the lines of a folded text. Those of the old lines stay with which it begins and
// ends.
func rewrapped(old []string, text string) []string {
	paragraphs, wanted := paragraphsOf(old), strings.Split(text, "\n")
	begin, end := 0, 0
	for begin < min(len(paragraphs), len(wanted)) && strings.Join(paragraphs[begin], " ") == wanted[begin] {
		begin++
	}
	for end < min(len(paragraphs), len(wanted))-begin && strings.Join(paragraphs[len(paragraphs)-1-end], " ") == wanted[len(wanted)-1-end] {
		end++
	}
	width := 0
	for _, line := range old {
		width = max(width, len([]rune(line)))
	}
	var lines []string
	for i, paragraph := range wanted {
		if i > 0 {
			lines = append(lines, "")
		}
		switch {
		case i < begin:
			lines = append(lines, paragraphs[i]...)
		case i >= len(wanted)-end:
			lines = append(lines, paragraphs[len(paragraphs)-len(wanted)+i]...)
		case i < len(paragraphs) && len(paragraphs) == len(wanted):
			lines = append(lines, rewrappedLines(paragraphs[i], paragraph, width)...)
		default:
			lines = append(lines, wrapped(paragraph, width)...)
		}
	}
	return lines
}

// rewrappedLines is rewrapped for one paragraph.
func rewrappedLines(old []string, text string, width int) []string {
	begin, end := 0, 0
	for begin < len(old)-1 && strings.HasPrefix(text, old[begin]+" ") {
		text = text[len(old[begin])+1:]
		begin++
	}
	for end < len(old)-begin-1 && strings.HasSuffix(text, " "+old[len(old)-1-end]) {
		text = text[:len(text)-len(old[len(old)-1-end])-1]
		end++
	}
	changed := wrapped(text, width)
	if begin+end == len(old)-1 && len([]rune(text)) < width+width/4 {
		changed = []string{text} // one line that grows a little stays one
	}
	return slices.Concat(old[:begin], changed, old[len(old)-end:])
}

// paragraphsOf splits lines at empty ones.
func paragraphsOf(lines []string) [][]string {
	all := [][]string{nil}
	for _, line := range lines {
		if blank(line) {
			all = append(all, nil)
			continue
		}
		all[len(all)-1] = append(all[len(all)-1], line)
	}
	return all
}

// wrapped breaks a text between words, so that no line has more characters than width where that is
// possible.
func wrapped(text string, width int) []string {
	var lines []string
	line := ""
	for i, word := range strings.Split(text, " ") {
		if i > 0 && len([]rune(line))+1+len([]rune(word)) > width {
			lines = append(lines, line)
			line = word
			continue
		}
		if i > 0 {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
