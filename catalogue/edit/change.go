package edit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Set writes a value at a pointer, in place of the one there or as a new key. The mappings around a
// new key are begun where they are missing. order are the keys of the mapping that gets a new key, in
// the order in which they should stand; a key that is not among them comes last. It is an error if
// the pointer is none, or leads to the whole of an empty file.
func (d *Document) Set(pointer string, value Value, order ...string) (*Document, error) {
	if n := d.At(pointer); n != nil {
		return d.replace(n, value)
	}
	if pointer == "" || !isPointer(pointer) {
		return nil, fmt.Errorf("%s: there is no %q", d.name, pointer)
	}
	around, key := Parent(pointer)
	parent := d.At(around)
	switch {
	case around == "" && d.root == nil:
		text := strings.TrimRight(d.text, "\n")
		return d.changed(pointer, rooted(Map{{key, value}}), splice{len(text), len(d.text), d.lead(text) + strings.Join(pairLines(key, value), "\n") + "\n"})
	case parent == nil:
		return d.Set(around, Map{{key, value}}, order...)
	case parent.Kind == Nothing:
		return d.replace(parent, Map{{key, value}})
	case parent.Kind != Mapping:
		return nil, d.unfit(pointer)
	}
	return d.addPair(parent, key, value, order)
}

// lead is what stands between a text and what is written behind it.
func (d *Document) lead(text string) string {
	if text == "" {
		return ""
	}
	return "\n"
}

func rooted(m Map) func(*Node) *Node { return func(*Node) *Node { return nodeOf(m) } }

// replace writes a value in place of another.
func (d *Document) replace(n *Node, value Value) (*Document, error) {
	want := d.replaced(n.Pointer, func(*Node) *Node { return nodeOf(value) })
	inFlow := d.inFlow(n.Pointer)
	if text, is := value.(string); is && (n.Kind == Text || n.Kind == Flag || n.Kind == Number) {
		for _, way := range d.again(n, text, inFlow) {
			if changed, err := d.changed(n.Pointer, want, splice{n.start, n.end, way}); err == nil {
				return changed, nil
			}
		}
		return nil, d.unfit(n.Pointer)
	}
	if n.lead < 0 { // in brackets, or the whole file
		text, ok := inline(value, true)
		if !ok || n.Pointer == "" {
			return nil, d.unfit(n.Pointer)
		}
		return d.changed(n.Pointer, want, splice{n.start, n.end, text})
	}
	if n.lead > n.start || strings.Contains(d.text[n.lead:n.start], "#") {
		return nil, d.unfit(n.Pointer)
	}
	if text, ok := inline(value, inFlow); ok {
		return d.changed(n.Pointer, want, splice{n.lead, n.end, " " + text + d.headerComment(n)})
	}
	if inFlow {
		return nil, d.unfit(n.Pointer)
	}
	lines := strings.Join(indented(strings.Repeat(" ", d.columnOf(n.head)+2), block(value)), "\n")
	end := d.lineEnd(n.end)
	if n.item {
		if n.end != end || d.headerComment(n) != "" {
			return nil, d.unfit(n.Pointer)
		}
		return d.changed(n.Pointer, want, splice{n.lead, n.end, " " + strings.TrimLeft(lines, " ")})
	}
	return d.changed(n.Pointer, want, splice{n.lead, n.end, d.headerComment(n)}, splice{end, end, "\n" + lines})
}

// inFlow reports whether a value stands in braces or brackets.
func (d *Document) inFlow(pointer string) bool {
	n := d.root
	for _, step := range steps(pointer) {
		if n == nil || n.flow {
			return n != nil
		}
		n = n.child(step)
	}
	return false
}

// addPair writes a new key into a mapping.
func (d *Document) addPair(parent *Node, key string, value Value, order []string) (*Document, error) {
	pointer := Join(parent.Pointer, key)
	before, after := d.beside(parent, key, order)
	want := d.replaced(parent.Pointer, func(n *Node) *Node {
		added := nodeOf(value)
		if added == nil {
			return nil
		}
		added.key = key
		at := len(n.Nodes)
		switch {
		case before != nil:
			at = slices.IndexFunc(n.Nodes, func(c *Node) bool { return c.key == before.key }) + 1
		case after != nil:
			at = slices.IndexFunc(n.Nodes, func(c *Node) bool { return c.key == after.key })
		}
		n.Nodes = slices.Insert(n.Nodes, at, added)
		return n
	})
	if parent.flow {
		text, ok := inline(value, true)
		if !ok {
			return nil, d.unfit(pointer)
		}
		text = scalar(key, true) + ": " + text
		switch {
		case before != nil:
			return d.changed(pointer, want, d.behind(before, text)...)
		case after != nil:
			return d.changed(pointer, want, d.ahead(after, text))
		}
		return d.changed(pointer, want, splice{parent.start, parent.end, "{ " + text + " }"})
	}
	sibling := before
	if sibling == nil {
		sibling = after
	}
	written := pairLines(key, value)
	lines := indented(strings.Repeat(" ", d.columnOf(sibling.head)), written)
	gap := parent.Pointer == "" && (d.apart(parent) || len(written) > 1)
	if before != nil {
		return d.changed(pointer, want, d.below(before, lines, gap))
	}
	return d.changed(pointer, want, d.above(after, lines, gap))
}

// beside returns the key that a new one should follow, or else the one that it should precede.
func (d *Document) beside(parent *Node, key string, order []string) (before, after *Node) {
	if len(parent.Nodes) == 0 {
		return nil, nil
	}
	at := slices.Index(order, key)
	if at < 0 {
		return parent.Nodes[len(parent.Nodes)-1], nil
	}
	for _, sibling := range parent.Nodes {
		switch i := slices.Index(order, sibling.key); {
		case i >= 0 && i < at:
			before = sibling
		case i > at && after == nil:
			after = sibling
		}
	}
	if before == nil && after == nil {
		before = parent.Nodes[len(parent.Nodes)-1]
	}
	if before == nil && !parent.flow && !d.begins(after) { // which stands behind the dash of a list
		before = after
	}
	if before != nil {
		after = nil
	}
	return before, after
}

// below is the change that writes lines under a value and the comments that end it.
func (d *Document) below(n *Node, lines []string, gap bool) splice {
	at := d.bottom(n)
	text := "\n" + strings.Join(lines, "\n")
	if gap {
		text = "\n" + text
	}
	if at == len(d.text) {
		text += "\n"
	}
	return splice{at, at, text}
}

// above is the change that writes lines over a value and the comments that belong to it.
func (d *Document) above(n *Node, lines []string, gap bool) splice {
	at := d.top(n)
	text := strings.Join(lines, "\n") + "\n"
	if gap {
		text += "\n"
	}
	return splice{at, at, text}
}

// begins reports whether nothing stands before a value in its line.
func (d *Document) begins(n *Node) bool {
	return blank(d.text[d.lines[d.lineOf(n.head)]:n.head])
}

// top returns where the line of a value begins, or the first of the comments right above that stand
// at the same indent. Comments at the top of the file belong to the file.
func (d *Document) top(n *Node) int {
	line := d.lineOf(n.head)
	at, lead := line, d.columnOf(n.head)
	for at > 0 {
		above := d.lineAt(d.lines[at-1])
		if !comment(above) || indent(above) != lead {
			break
		}
		at--
	}
	if at == 0 {
		at = line
	}
	return d.lines[at]
}

// alone reports whether a value in braces or brackets has lines of its own, and a comma behind it.
func (d *Document) alone(n *Node) (is, comma bool) {
	rest, comma := strings.CutPrefix(strings.TrimLeft(d.text[n.end:d.lineEnd(n.end)], " \t"), ",")
	return d.begins(n) && (blank(rest) || comment(rest)), comma
}

// behind is the change that writes a text behind a value in braces or brackets, in a line of its own
// if the value has one.
func (d *Document) behind(n *Node, text string) []splice {
	alone, comma := d.alone(n)
	if !alone {
		return []splice{{n.end, n.end, ", " + text}}
	}
	line := "\n" + d.text[d.lines[d.lineOf(n.head)]:n.head] + text
	end := d.lineEnd(n.end)
	if comma {
		return []splice{{end, end, line + ","}}
	}
	return []splice{{n.end, n.end, ","}, {end, end, line}}
}

// ahead is the change that writes a text before a value in braces or brackets, in a line of its own if
// the value has one.
func (d *Document) ahead(n *Node, text string) splice {
	if alone, _ := d.alone(n); !alone {
		return splice{n.head, n.head, text + ", "}
	}
	at := d.top(n)
	return splice{at, at, d.text[d.lines[d.lineOf(n.head)]:n.head] + text + ",\n"}
}

// bottom returns where the line of a value ends, or the last of the comments below that stand further in
// than its key or its dash: they are about what is in it, or would be in it.
func (d *Document) bottom(n *Node) int {
	end, lead := d.lineEnd(n.end), d.columnOf(n.head)
	for at := end + 1; at < len(d.text); at = d.lineEnd(at) + 1 {
		line := d.lineAt(at)
		if blank(line) {
			continue
		}
		if !comment(line) || indent(line) <= lead {
			break
		}
		end = at + len(line)
	}
	return end
}

// apart reports whether empty lines stand between the values of a mapping or a list.
func (d *Document) apart(parent *Node) bool {
	for _, n := range parent.Nodes[min(1, len(parent.Nodes)):] {
		if line := d.lineOf(d.top(n)); line > 0 && blank(d.lineAt(d.lines[line-1])) {
			return true
		}
	}
	return false
}

// Remove takes a value out of its mapping or its list, with the comments right above it and those below
// that stand further in. A mapping or a list that would be empty is taken out too.
func (d *Document) Remove(pointer string) (*Document, error) {
	around, _ := Parent(pointer)
	n, parent := d.At(pointer), d.At(around)
	if n == nil || parent == nil || pointer == "" {
		return nil, fmt.Errorf("%s: there is no %s", d.name, dotted(pointer))
	}
	if len(parent.Nodes) == 1 {
		if around == "" {
			return nil, d.unfit(pointer)
		}
		return d.Remove(around)
	}
	i := slices.Index(parent.Nodes, n)
	want := d.replaced(around, func(parent *Node) *Node {
		at := slices.IndexFunc(parent.Nodes, func(c *Node) bool { return c.Pointer == pointer })
		if at < 0 { // another change has taken it out
			return nil
		}
		parent.Nodes = slices.Delete(parent.Nodes, at, at+1)
		return parent
	})
	last := i == len(parent.Nodes)-1
	alone, _ := d.alone(n)
	switch {
	case parent.flow && alone:
		return d.changed(pointer, want, splice{d.top(n), d.nextLine(n.end), ""})
	case parent.flow && last:
		before := parent.Nodes[i-1].end
		if strings.Contains(d.text[before:n.head], "#") {
			return nil, d.unfit(pointer)
		}
		return d.changed(pointer, want, splice{before, n.end, ""})
	case parent.flow:
		after := parent.Nodes[i+1].head
		if strings.Contains(d.text[n.end:after], "#") {
			return nil, d.unfit(pointer)
		}
		return d.changed(pointer, want, splice{n.head, after, ""})
	case !d.begins(n):
		if last {
			return nil, d.unfit(pointer)
		}
		end := d.bottom(n)
		if next := parent.Nodes[i+1]; blank(d.text[end:next.head]) {
			return d.changed(pointer, want, splice{n.head, next.head, ""})
		}
		start := len(strings.TrimRight(d.text[:n.head], " ")) // comments come between: the dash stands alone
		return d.changed(pointer, want, splice{start, end, ""})
	}
	start, end := d.top(n), d.nextLine(d.bottom(n))
	line := d.lineOf(start)
	if i == 0 || line == 0 || blank(d.lineAt(d.lines[line-1])) { // of two gaps one stays
		for end < len(d.text) && blank(d.lineAt(end)) {
			end = d.nextLine(end)
		}
	}
	if end == len(d.text) { // nor does the file end in a gap
		start = len(strings.TrimRight(d.text[:start], "\n"))
		if strings.HasSuffix(d.text, "\n") {
			start = d.nextLine(start)
		}
	}
	return d.changed(pointer, want, splice{start, end, ""})
}

// Insert writes a new element into the list at a pointer, as the one with this index. The list is
// begun where it is missing; order is then as in [Document.Set].
func (d *Document) Insert(pointer string, index int, value Value, order ...string) (*Document, error) {
	list := d.At(pointer)
	if list == nil || list.Kind == Nothing || list.Kind == List && len(list.Nodes) == 0 {
		return d.Set(pointer, Sequence{value}, order...)
	}
	if list.Kind != List || index < 0 || index > len(list.Nodes) {
		return nil, d.unfit(pointer)
	}
	element := Join(pointer, strconv.Itoa(index))
	want := d.replaced(pointer, func(list *Node) *Node {
		added := nodeOf(value)
		if added == nil {
			return nil
		}
		list.Nodes = slices.Insert(list.Nodes, index, added)
		return list
	})
	last := index == len(list.Nodes)
	if list.flow {
		text, ok := inline(value, true)
		switch {
		case !ok:
			return nil, d.unfit(element)
		case last:
			return d.changed(element, want, d.behind(list.Nodes[index-1], text)...)
		}
		return d.changed(element, want, d.ahead(list.Nodes[index], text))
	}
	lines := indented(strings.Repeat(" ", d.columnOf(list.Nodes[0].head)), itemLines(value))
	if last {
		return d.changed(element, want, d.below(list.Nodes[index-1], lines, d.apart(list)))
	}
	if !d.begins(list.Nodes[index]) {
		return nil, d.unfit(element)
	}
	return d.changed(element, want, d.above(list.Nodes[index], lines, d.apart(list)))
}

// Append writes new elements at the end of the list at a pointer, as [Document.Insert] would one by one, and
// reads them back once, which is what takes the time.
func (d *Document) Append(pointer string, values []Value, order ...string) (*Document, error) {
	if len(values) == 0 {
		return d, nil
	}
	list := d.At(pointer)
	switch {
	case list == nil || list.Kind == Nothing || list.Kind == List && len(list.Nodes) == 0:
		return d.Set(pointer, Sequence(values), order...)
	case list.Kind != List:
		return nil, d.unfit(pointer)
	case list.flow:
		return d.appendInTurn(pointer, values)
	}
	want := d.replaced(pointer, func(list *Node) *Node {
		added := nodeOf(Sequence(values))
		if added == nil {
			return nil
		}
		list.Nodes = append(list.Nodes, added.Nodes...)
		return list
	})
	gap := d.apart(list)
	var lines []string
	for i, value := range values {
		if i > 0 && gap {
			lines = append(lines, "")
		}
		lines = append(lines, itemLines(value)...)
	}
	lead := strings.Repeat(" ", d.columnOf(list.Nodes[0].head))
	return d.changed(pointer, want, d.below(list.Nodes[len(list.Nodes)-1], indented(lead, lines), gap))
}

// appendInTurn writes new elements at the end of a list that has some, one after the other.
func (d *Document) appendInTurn(pointer string, values []Value) (*Document, error) {
	var err error
	for _, value := range values {
		if d, err = d.Insert(pointer, len(d.At(pointer).Nodes), value); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Remark writes comments below the last element of the list at a pointer, or at the end of the file
// where no such list stands in lines of its own.
func (d *Document) Remark(pointer string, comments []string) (*Document, error) {
	if list := d.At(pointer); list != nil && list.Kind == List && !list.flow {
		lead := strings.Repeat(" ", d.columnOf(list.Nodes[0].head))
		return d.changed(pointer, nil, d.below(list.Nodes[len(list.Nodes)-1], indented(lead, comments), d.apart(list)))
	}
	end := len(strings.TrimRight(d.text, "\n"))
	return d.changed(pointer, nil, splice{end, len(d.text), "\n\n" + strings.Join(comments, "\n") + "\n"})
}

// Move makes an element of the list at a pointer the one with another index. The comments right above
// it and those that end it go with it.
func (d *Document) Move(pointer string, from, to int) (*Document, error) {
	list := d.At(pointer)
	if list == nil || list.Kind != List || min(from, to) < 0 || max(from, to) >= len(list.Nodes) {
		return nil, d.unfit(pointer)
	}
	if from == to {
		return d, nil
	}
	order := make([]int, len(list.Nodes))
	for i := range order {
		order[i] = i
	}
	order = slices.Insert(slices.Delete(order, from, from+1), to, from)
	want := d.replaced(pointer, func(list *Node) *Node {
		was := slices.Clone(list.Nodes)
		for i, old := range order {
			list.Nodes[i] = was[old]
		}
		return list
	})
	// Each element takes the place of another, and what stands between the places stays.
	places := make([][2]int, len(order))
	for i, n := range list.Nodes {
		places[i] = [2]int{n.head, n.end}
		if list.flow && strings.Contains(d.text[n.end:min(d.lineEnd(n.end), list.end)], "#") { // a comment would stay
			return nil, d.unfit(pointer)
		}
		if !list.flow {
			if !d.begins(n) {
				return nil, d.unfit(pointer)
			}
			places[i] = [2]int{d.top(n), d.bottom(n)}
		}
	}
	var splices []splice
	for i, old := range order {
		if i != old {
			splices = append(splices, splice{places[i][0], places[i][1], d.text[places[old][0]:places[old][1]]})
		}
	}
	return d.changed(pointer, want, splices...)
}

// A splice writes a text in place of what stands from one offset to another.
type splice struct {
	from, to int
	text     string
}

// changed returns the document with changes, which are in order. It is an error if its values then
// differ from want.
func (d *Document) changed(pointer string, want func(*Node) *Node, splices ...splice) (*Document, error) {
	if d.gathered != nil {
		d.gathered.wants = append(d.gathered.wants, want)
		d.gathered.splices = append(d.gathered.splices, splices...)
		return d, nil
	}
	var raw []byte
	done := 0
	for _, s := range splices {
		if s.from < 0 || s.to < s.from || s.to > len(d.text) {
			return nil, d.unfit(pointer)
		}
		from, to := d.rawOffset(s.from), d.rawOffset(s.to)
		if from < done {
			return nil, d.unfit(pointer)
		}
		raw = append(raw, d.raw[done:from]...)
		raw = append(raw, strings.ReplaceAll(s.text, "\n", d.lineBreak(s.from))...)
		done = to
	}
	raw = append(raw, d.raw[done:]...)
	changed, err := Parse(d.name, raw)
	if err != nil {
		return nil, d.unfit(pointer)
	}
	wanted := d.root.clone()
	if want != nil {
		wanted = want(wanted)
	}
	if wanted == nil || changed.root == nil || !wanted.same(changed.root) {
		return nil, d.unfit(pointer)
	}
	return changed, nil
}

func (d *Document) unfit(pointer string) error {
	return fmt.Errorf("%s: %s: %w", d.name, dotted(pointer), ErrUnfit)
}

// rawOffset returns where an offset of the text is in the file.
func (d *Document) rawOffset(at int) int {
	line := d.lineOf(at)
	return d.rawLines[line] + at - d.lines[line]
}

// lineBreak returns how the line of an offset ends in the file, or the line before it where it is the
// last one.
func (d *Document) lineBreak(at int) string {
	line := min(d.lineOf(at), len(d.lines)-2)
	if line < 0 {
		return "\n"
	}
	length := d.lines[line+1] - d.lines[line] - 1
	return string(d.raw[d.rawLines[line]+length : d.rawLines[line+1]])
}

// replaced returns a change of the value at a pointer, to be compared with what is read back.
func (d *Document) replaced(pointer string, change func(*Node) *Node) func(*Node) *Node {
	return func(root *Node) *Node {
		path := steps(pointer)
		if len(path) == 0 {
			return change(root)
		}
		parent := root
		for _, step := range path[:len(path)-1] {
			if parent = parent.child(step); parent == nil {
				return nil
			}
		}
		old := parent.child(path[len(path)-1])
		if old == nil {
			return nil
		}
		changed := change(old)
		if changed == nil {
			return nil
		}
		changed.key = old.key
		parent.Nodes[slices.Index(parent.Nodes, old)] = changed
		return root
	}
}

// clone returns a copy of a value and those in it.
func (n *Node) clone() *Node {
	if n == nil {
		return nil
	}
	copied := *n
	copied.Nodes = nil
	for _, child := range n.Nodes {
		copied.Nodes = append(copied.Nodes, child.clone())
	}
	return &copied
}

// same reports whether two values are the same, wherever they stand.
func (n *Node) same(other *Node) bool {
	return n.Kind == other.Kind && n.Value == other.Value && slices.EqualFunc(n.Nodes, other.Nodes, func(a, b *Node) bool {
		return a.key == b.key && a.same(b)
	})
}
