package edit

import "strings"

// Copy returns a value as it is written, to be written elsewhere: with the comments in it and, of an
// element of a list, those right above. It is nil if there is no value at the pointer.
func (d *Document) Copy(pointer string) Value {
	if n := d.At(pointer); n != nil {
		return d.copied(n)
	}
	return nil
}

func (d *Document) copied(n *Node) Value {
	switch {
	case n.Kind == Text:
		return n.Value
	case n.Kind == Flag:
		return n.Value == "true"
	case n.Kind == Number:
		return Lines{d.text[n.start:n.end]}
	case n.Kind == Nothing:
		return Lines{"null"}
	case n.flow || len(n.Nodes) == 0:
		return n.Plain()
	}
	var lines Lines
	if n.item && n.head < n.start && d.begins(n) {
		dash := strings.Repeat(" ", d.columnOf(n.head))
		for at := d.top(n); at < d.lines[d.lineOf(n.head)]; at = d.nextLine(at) {
			lines = append(lines, strings.TrimPrefix(d.lineAt(at), dash))
		}
	}
	column := d.columnOf(n.start)
	for i, line := range strings.Split(d.text[n.start:d.bottom(n)], "\n") {
		if i > 0 {
			line = line[min(indent(line), column):]
		}
		lines = append(lines, line)
	}
	return lines
}

// Plain returns the value without its comments and its way of writing.
func (n *Node) Plain() Value {
	switch n.Kind {
	case Text:
		return n.Value
	case Flag:
		return n.Value == "true"
	case Number:
		return Lines{n.Value}
	case Mapping:
		m := Map{}
		for _, child := range n.Nodes {
			m = append(m, Pair{child.key, child.Plain()})
		}
		return m
	case List:
		list := Sequence{}
		for _, child := range n.Nodes {
			list = append(list, child.Plain())
		}
		return list
	}
	return Lines{"null"}
}
