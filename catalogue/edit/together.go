package edit

import (
	"cmp"
	"slices"
	"strings"
)

// gathered holds changes that are to be done at once.
type gathered struct {
	wants   []func(*Node) *Node
	splices []splice
}

// Together does several changes and reads them back once, which is what takes the time. A change is
// one of the document's methods. None may change a value in one that another changes.
func (d *Document) Together(changes ...func(*Document) (*Document, error)) (*Document, error) {
	if len(changes) == 0 {
		return d, nil
	}
	noting := *d
	noting.gathered = &gathered{}
	for _, change := range changes {
		if _, err := change(&noting); err != nil {
			return d.inTurn(changes)
		}
	}
	all := noting.gathered
	slices.SortStableFunc(all.splices, func(a, b splice) int { return cmp.Compare(a.from, b.from) })
	changed, err := d.changed("", func(root *Node) *Node {
		for _, want := range all.wants {
			if root = want(root); root == nil {
				return nil
			}
		}
		return root
	}, all.splices...)
	if err != nil {
		return d.inTurn(changes) // some texts need another way of writing than the first that comes to mind
	}
	return changed, nil
}

// inTurn does changes one after the other.
func (d *Document) inTurn(changes []func(*Document) (*Document, error)) (*Document, error) {
	var err error
	for _, change := range changes {
		if d, err = change(d); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Written returns a value as the file has it, with its key, without the indent of its first line. It
// is empty if there is none.
func (d *Document) Written(pointer string) string {
	n := d.At(pointer)
	if n == nil {
		return ""
	}
	end := n.end
	if d.begins(n) {
		end = d.bottom(n)
	}
	lines := strings.Split(d.text[n.head:end], "\n")
	lead := d.columnOf(n.head)
	for i, line := range lines[1:] {
		lines[i+1] = line[min(lead, indent(line)):]
	}
	return strings.Join(lines, "\n")
}
