package file

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"charte/catalogue/edit"
	"charte/catalogue/edit/edittest"
)

// many is how many files written at random are tried.
func many() int {
	if testing.Short() {
		return 100
	}
	return 1000
}

// TestUntouched: what is opened, changed, undone and saved keeps every byte, whatever it is.
func TestUntouched(t *testing.T) {
	texts := edittest.Catalogues(t, "../../../catalogue")
	for seed := range uint64(many()) {
		texts["file "+strconv.FormatUint(seed, 10)] = edittest.Random(seed)
	}
	f := opened(t, "")
	path, changed := f.path, 0
	for name, text := range texts {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
		onDisk(t, f, text)
		_, version := f.Text()
		if err := f.Change(version, "", func(d *edit.Document) (*edit.Document, error) { return d.Set("/new", "é") }); err == nil {
			changed++
		}
		// Saving costs most of the time, so not every change is saved.
		if changed%10 == 0 {
			if err := f.Save(); err != nil {
				t.Fatal(err)
			}
		}
		f.Undo()
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != text {
			t.Errorf("%s is changed", name)
		}
	}
	if changed < many() {
		t.Errorf("only %d files were changed", changed)
	}
}

// A try is a change at random.
type try struct {
	pointer string // of what it changes
	list    string // whose elements it changes, or ""
	named   string // of an element whose name it changes, or ""
	adds    bool   // whether it leaves what is there as it is
	apply   func(d *edit.Document, pointer string) (*edit.Document, error)
}

// tryAt returns a change of a value, or false if there is none that can be told from others.
func tryAt(r *rand.Rand, d *edit.Document, n *edit.Node, what string) (try, bool) {
	around, key := edit.Parent(n.Pointer)
	parent := d.At(around)
	c := try{pointer: n.Pointer}
	if parent.Kind == edit.List {
		_, _, known := named(n)
		if c.list = around; !known {
			return c, false
		}
	} else if slices.Contains([]string{"id", "use", "name", "host", "kind", "domain"}, key) {
		c.named = around
	}
	switch r.IntN(4) {
	case 0:
		c.apply = func(d *edit.Document, pointer string) (*edit.Document, error) { return d.Remove(pointer) }
		return c, len(parent.Nodes) > 1
	case 1:
		c.apply = func(d *edit.Document, pointer string) (*edit.Document, error) {
			return d.Set(pointer, n.Value+" "+what)
		}
		return c, n.Kind == edit.Text
	case 2:
		c.list, c.named, c.adds = "", "", true
		c.apply = func(d *edit.Document, pointer string) (*edit.Document, error) {
			return d.Set(edit.Join(pointer, what), edit.Map{{Key: "x", Value: what}})
		}
		return c, n.Kind == edit.Mapping
	}
	c.named, c.list, c.adds = "", n.Pointer, true
	at := r.IntN(len(n.Nodes) + 1)
	c.apply = func(d *edit.Document, pointer string) (*edit.Document, error) {
		return d.Insert(pointer, at, edit.Lines{"# " + what, "id: " + what})
	}
	if n.Kind != edit.List || len(n.Nodes) == 0 {
		return c, false
	}
	_, _, known := named(n.Nodes[0])
	return c, known
}

// touches reports whether two changes cannot both be made, or not in any order.
func (c try) touches(other try) bool {
	in := func(a, b string) bool { return a == b || strings.HasPrefix(a, b+"/") }
	beside := func(a, b string) bool { // elements of one list, which lose their order with their names
		x, _ := edit.Parent(a)
		y, _ := edit.Parent(b)
		return a != "" && b != "" && x == y
	}
	switch {
	case beside(c.named, other.named):
		return true
	case c.list != "" && c.list == other.list, c.named != "" && in(other.pointer, c.named), other.named != "" && in(c.pointer, other.named):
		return true
	case c.pointer == other.pointer:
		return true
	case in(other.pointer, c.pointer):
		return !c.adds
	case in(c.pointer, other.pointer):
		return !other.adds
	}
	return false
}

// TestPairs: of two changes, one here and one on the disk, both are there, without a conflict.
func TestPairs(t *testing.T) {
	texts := edittest.Catalogues(t, "../../../catalogue")
	var names []string
	for name, text := range texts {
		if len(text) < 40_000 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	r := rand.New(rand.NewPCG(20, 20))
	done, refused := 0, 0
	for done < many()/4 {
		name := names[r.IntN(len(names))]
		text := texts[name]
		if done%2 == 0 {
			name = "file " + strconv.Itoa(done)
			text = edittest.Random(r.Uint64())
		}
		base, err := edit.Parse("x.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var all []*edit.Node
		var list func(n *edit.Node)
		list = func(n *edit.Node) {
			for _, child := range n.Nodes {
				all = append(all, child)
				list(child)
			}
		}
		list(base.Root())
		if len(all) < 2 {
			done++
			continue
		}
		one, is := tryAt(r, base, all[r.IntN(len(all))], "mine")
		other, also := tryAt(r, base, all[r.IntN(len(all))], "theirs")
		if !is || !also || one.touches(other) {
			continue
		}
		mine, err := one.apply(base, one.pointer)
		theirs, also2 := other.apply(base, other.pointer)
		if err != nil || also2 != nil {
			continue
		}
		pointer, err := moved(base, mine, other.pointer)
		if err != nil {
			t.Fatalf("%s: %s is lost after a change of %s", name, other.pointer, one.pointer)
		}
		both, err := other.apply(mine, pointer)
		if err != nil {
			continue
		}
		done++
		got, clashes, ok := merged(base, mine, theirs)
		if !ok {
			refused++
			continue
		}
		d, err := edit.Parse("x.yaml", got)
		if err != nil {
			t.Fatal(err)
		}
		if len(clashes) > 0 || !valueIn(d).same(valueIn(both)) {
			t.Errorf("%s: %s here and %s on the disk: %d conflicts, and\n%s\nwant the values of\n%s", name, one.pointer, other.pointer, len(clashes), got, both.Bytes())
		}
	}
	if refused*50 > done {
		t.Errorf("%d of %d pairs cannot be put together", refused, done)
	}
	t.Logf("%d pairs, %d refused", done, refused)
}
