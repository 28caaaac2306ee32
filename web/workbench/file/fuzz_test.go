package file

import (
	"bytes"
	"testing"

	"charte/catalogue/edit"
	"charte/catalogue/edit/edittest"
)

// FuzzMerge: whatever three texts hold, two of them are put together or not. Where one of them has
// changed nothing, the other holds; where both are the same, there is no conflict. Every conflict can
// be settled.
func FuzzMerge(f *testing.F) {
	for seed := range uint64(12) {
		f.Add(edittest.Random(seed), edittest.Random(seed+1), edittest.Random(seed+2))
	}
	f.Add(services, "a: b\n", "services: [{ id: a }, { use: b@2 }]\n")
	f.Add("a:\n  - id: x\n  - id: x\n", "a:\n  - id: x\n  - y\n", "a:\n  - - x\n  - id: x\n")
	f.Add("a: { b: c }\n", "a: {}\n", "a: [b]\n")
	f.Fuzz(func(t *testing.T, base, mine, theirs string) {
		var all []*edit.Document
		for _, text := range []string{base, mine, theirs} {
			d, err := edit.Parse("x.yaml", []byte(text))
			if err != nil {
				return
			}
			all = append(all, d)
		}
		for _, row := range [][4]int{{0, 1, 0, 1}, {0, 0, 2, 2}, {0, 1, 1, 1}} {
			text, clashes, ok := merged(all[row[0]], all[row[1]], all[row[2]])
			if !ok {
				continue
			}
			d, err := edit.Parse("x.yaml", text)
			if err != nil || len(clashes) > 0 || !valueIn(d).same(valueIn(all[row[3]])) {
				t.Errorf("%v: %v, %d conflicts, and\n%s", row, err, len(clashes), text)
			}
		}
		file := &File{name: "x.yaml", now: fixed, changes: make(chan struct{}), texts: []past{{1, 1, []byte(mine), nil}}, base: []byte(base), disk: []byte(base)}
		file.take([]byte(theirs), nil)
		for range 1000 {
			s := file.Status()
			if len(s.Conflicts) == 0 {
				break
			}
			before, _ := file.Text()
			if file.Settle(s.Conflicts[0].ID, Theirs) == nil {
				continue
			}
			if after, _ := file.Text(); !bytes.Equal(before, after) {
				t.Fatal("a conflict is not settled, and the text is another")
			}
			if err := file.Settle(s.Conflicts[0].ID, Mine); err != nil {
				t.Fatal(err)
			}
		}
		if s := file.Status(); len(s.Conflicts) > 0 {
			t.Errorf("conflicts stay: %+v", s.Conflicts)
		}
		for _, n := range []string{"/services/1/price", "/a/0", "/a/1/id", "/first", "/k1/0/k"} {
			if to, err := moved(all[1], all[2], n); err == nil && all[1].At(n) == nil && to == "" {
				t.Errorf("%s is nowhere", n)
			}
		}
	})
}
