package tags

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// contextLines is how many lines around a change a diff shows.
const contextLines = 3

// Diff is what changes in files, as a unified diff that `patch -p1` and `git apply` take.
func Diff(files ...File) string {
	var out strings.Builder
	for _, file := range files {
		if len(file.Changes) == 0 {
			continue
		}
		fmt.Fprintf(&out, "--- %s\n+++ %s\n", diffName("a/"+file.Name), diffName("b/"+file.Name))
		for _, h := range hunks(file) {
			h.write(&out)
		}
	}
	return out.String()
}

// diffName is a file's name as a diff has it. A tab ends one with spaces, and C's quotes are around
// one with other signs that would end it.
func diffName(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == 0x7f }) {
		return strconv.QuoteToASCII(name)
	}
	if strings.Contains(name, " ") {
		return name + "\t"
	}
	return name
}

// A block is lines of a file that others replace.
type block struct {
	first, last int      // of the old lines, from 0; last is after them
	lines       [][]byte // the new ones
}

// A hunk is blocks that stand so near that their contexts meet.
type hunk struct {
	old    [][]byte // all of the file
	blocks []block
	moved  int // how many more lines there are before it than there were
}

// parts are changes without what stays as it is in them.
func parts(changes []Change) []Change {
	var all []Change
	for _, c := range changes {
		if len(c.edits) == 0 {
			all = append(all, c)
		}
		for _, e := range c.edits {
			all = append(all, Change{Start: e.start, End: e.end, After: e.text})
		}
	}
	return all
}

// hunks puts together the lines that change in a file.
func hunks(file File) []hunk {
	old := lines(file.Before)
	starts := make([]int, len(old)+1) // in bytes
	for i, line := range old {
		starts[i+1] = starts[i] + len(line)
	}
	changes := parts(file.Changes)
	var all []hunk
	moved, line := 0, 0
	for i := 0; i < len(changes); {
		for line+1 < len(old) && starts[line+1] <= changes[i].Start {
			line++
		}
		b := block{first: line, last: line}
		var text []byte
		at := starts[line]
		// Changes that share a line are one block, and so are lines that are joined.
		for open := true; open; {
			for i < len(changes) && (b.last == b.first || changes[i].Start < starts[b.last]) {
				c := changes[i]
				text = append(append(text, file.Before[at:c.Start]...), c.After...)
				at = c.End
				for b.last < len(old) && (b.last == b.first || starts[b.last] < at) {
					b.last++
				}
				i++
			}
			whole := append(text[:len(text):len(text)], file.Before[at:starts[b.last]]...)
			b.lines = lines(whole)
			open = b.last < len(old) && len(whole) > 0 && whole[len(whole)-1] != '\n'
			if open {
				b.last++
			}
		}
		if k := len(all) - 1; k >= 0 && b.first == all[k].last() {
			before := &all[k].blocks[len(all[k].blocks)-1]
			before.last, before.lines = b.last, append(before.lines, b.lines...)
		} else if k >= 0 && b.first-all[k].last() <= 2*contextLines {
			all[k].blocks = append(all[k].blocks, b)
		} else {
			all = append(all, hunk{old: old, blocks: []block{b}, moved: moved})
		}
		moved += len(b.lines) - (b.last - b.first)
	}
	return all
}

func (h *hunk) last() int { return h.blocks[len(h.blocks)-1].last }

func (h *hunk) write(out *strings.Builder) {
	first, last := max(0, h.blocks[0].first-contextLines), min(len(h.old), h.last()+contextLines)
	added := 0
	for _, b := range h.blocks {
		added += len(b.lines) - (b.last - b.first)
	}
	fmt.Fprintf(out, "@@ -%s +%s @@\n", counted(first, last-first), counted(first+h.moved, last-first+added))
	at := first
	put := func(sign byte, lines [][]byte) {
		for _, line := range lines {
			out.WriteByte(sign)
			out.Write(line)
			if !bytes.HasSuffix(line, []byte("\n")) {
				out.WriteString("\n\\ No newline at end of file\n")
			}
		}
	}
	for _, b := range h.blocks {
		put(' ', h.old[at:b.first])
		put('-', h.old[b.first:b.last])
		put('+', b.lines)
		at = b.last
	}
	put(' ', h.old[at:last])
}

// counted is lines as the head of a hunk has them. Where there are none, the one before is named.
func counted(first, lines int) string {
	if lines > 0 {
		first++
	}
	return fmt.Sprintf("%d,%d", first, lines)
}

// lines splits a text after each line break.
func lines(text []byte) [][]byte {
	all := bytes.SplitAfter(text, []byte("\n"))
	if last := len(all) - 1; len(all[last]) == 0 {
		all = all[:last]
	}
	return all
}
