package edit

import (
	"slices"
	"strings"
	"unicode/utf8"
)

func decodeRune(s string) (rune, int) { return utf8.DecodeRuneInString(s) }

// lineOf returns the index of the line that an offset is in.
func (d *Document) lineOf(at int) int {
	line, found := slices.BinarySearch(d.lines, at)
	if !found {
		line--
	}
	return line
}

// lineEnd returns the end of the line that an offset is in, before "\n".
func (d *Document) lineEnd(at int) int {
	if n := strings.IndexByte(d.text[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(d.text)
}

// nextLine returns the beginning of the line after the one that an offset is in.
func (d *Document) nextLine(at int) int { return min(d.lineEnd(at)+1, len(d.text)) }

// lineAt returns the line that begins at an offset.
func (d *Document) lineAt(start int) string { return d.text[start:d.lineEnd(start)] }

// indent returns how many spaces begin a line.
func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// columnOf returns how many bytes stand before an offset in its line.
func (d *Document) columnOf(at int) int { return at - d.lines[d.lineOf(at)] }

func blank(line string) bool { return strings.TrimSpace(line) == "" }

func comment(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") }

// written reports whether a value stands at an offset that the library gives for null, which may be
// written or left out.
func written(text string, at int) bool {
	for _, null := range []string{"null", "Null", "NULL", "~"} {
		if strings.HasPrefix(text[min(at, len(text)):], null) {
			return true
		}
	}
	return false
}

// scalarEnd finds the end of a value that begins at n.start. token is the value as it is written,
// without quotes. Where no end is found, it returns n.start, and changes of the value are refused
// once they are read back.
func (d *Document) scalarEnd(n *Node, token string) int {
	if n.start >= len(d.text) {
		return n.start
	}
	rest := d.text[n.start:]
	switch rest[0] {
	case '"':
		for i := 1; i < len(rest); i++ {
			switch rest[i] {
			case '\\':
				i++
			case '"':
				return n.start + i + 1
			}
		}
		return n.start
	case '\'':
		for i := 1; i < len(rest); i++ {
			if rest[i] != '\'' {
				continue
			}
			if i+1 < len(rest) && rest[i+1] == '\'' {
				i++
				continue
			}
			return n.start + i + 1
		}
		return n.start
	}
	// A plain value ends before a comment, and before what the braces around it need. Where several
	// lines make one value, they are taken until they say all of it.
	for at := n.start; at < len(d.text); at = d.nextLine(at) {
		line := d.text[at:d.lineEnd(at)]
		if cut := commentIn(line); cut >= 0 {
			line = line[:cut]
		}
		for _, end := range ends(line) {
			if folded(d.text[n.start:at+end]) == token {
				return at + end
			}
		}
		if d.lineEnd(at) == len(d.text) {
			break
		}
	}
	return n.start
}

// commentIn returns where a comment begins in a line of a plain value, or -1.
func commentIn(line string) int {
	for i := 1; i < len(line); i++ {
		if line[i] == '#' && (line[i-1] == ' ' || line[i-1] == '\t') {
			return i
		}
	}
	return -1
}

// ends returns where a plain value may end in a line: at its end, or before a character that ends it
// in braces. The longest comes first.
func ends(line string) []int {
	all := []int{len(strings.TrimRight(line, " \t"))}
	for i := len(line) - 1; i > 0; i-- {
		if strings.IndexByte(",]}:", line[i]) >= 0 {
			all = append(all, len(strings.TrimRight(line[:i], " \t")))
		}
	}
	return all
}

// folded joins the lines of a plain text, as YAML does: a line's end is a space, and an empty line is
// a line's end (YAML 1.2.2, 7.3.3).
func folded(text string) string {
	if !strings.Contains(text, "\n") {
		return strings.TrimSpace(text)
	}
	var b strings.Builder
	empty := 0
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" && i > 0:
			empty++
			continue
		case i == 0:
		case empty > 0:
			b.WriteString(strings.Repeat("\n", empty))
		default:
			b.WriteByte(' ')
		}
		empty = 0
		b.WriteString(line)
	}
	return b.String()
}

// blockEnd returns the end of a text below "|" or ">" that begins at start: the end of its last line
// that is not empty. outer is the indent of the line of its key. A comment below it may stand further
// in than the key, if less than the text.
func (d *Document) blockEnd(start, outer int) int {
	end, inner := d.lineEnd(start), 0
	for at := end + 1; at < len(d.text); at = d.lineEnd(at) + 1 {
		line := d.lineAt(at)
		if blank(line) {
			continue
		}
		if indent(line) <= outer || indent(line) < inner && comment(line) {
			break
		}
		if inner == 0 {
			inner = indent(line)
		}
		end = at + len(line)
	}
	return end
}
