package edit

import (
	"testing"
)

// TestTogether: several changes at once are the same as one after the other.
func TestTogether(t *testing.T) {
	set := func(pointer string, value Value) func(*Document) (*Document, error) {
		return func(d *Document) (*Document, error) { return d.Set(pointer, value) }
	}
	remove := func(pointer string) func(*Document) (*Document, error) {
		return func(d *Document) (*Document, error) { return d.Remove(pointer) }
	}
	type changes = []func(*Document) (*Document, error)
	for _, test := range []struct {
		name, text string
		changes    changes
		want       string // "" if it cannot be changed
	}{
		{"none", "a: b\n", nil, "a: b\n"},
		{"two", "a: b # why\nc: d\n", changes{set("/a", "x"), set("/c", "z")}, "a: x # why\nc: z\n"},
		{"not in order", "a: b # why\nc: d\n", changes{set("/c", "z"), set("/a", "x")}, "a: x # why\nc: z\n"},
		{"texts that become mappings", "a: b # why\nl:\n  - c: d\n  - { c: e }\n", changes{set("/l/1/c", Map{{"f", "e"}}), set("/l/0/c", Map{{"f", "d"}}), set("/a", Map{{"f", "b"}})}, "a: # why\n  f: b\nl:\n  - c:\n      f: d\n  - { c: { f: e } }\n"},
		{"taken out of several mappings", "a: { b: c, d: e }\nf:\n  b: g\n  d: h\n", changes{remove("/a/d"), remove("/f/b")}, "a: { b: c }\nf:\n  d: h\n"},
		{"a new key and another value", "a: { b: c }\nd: e\n", changes{set("/a/f", "g"), set("/d", "h")}, "a: { b: c, f: g }\nd: h\n"},
		{"two out of one mapping", "a:\n  b: c\n  d: e\n  f: g\n", changes{remove("/a/b"), remove("/a/d")}, "a:\n  f: g\n"},
		{"all out of one mapping", "a:\n  b: c\n  d: e\nf: g\n", changes{remove("/a/b"), remove("/a/d")}, "f: g\n"},
		{"one that two take out", "a:\n  b: c\n  d: e\n  f: g\n", changes{remove("/a/d"), remove("/a/d")}, "none"},
		{"one within another", "a:\n  b: c\n", changes{set("/a", Map{{"b", "x"}}), set("/a/b", "z")}, "a:\n  b: z\n"},
		{"one that cannot be done", "a: b\nc: d\n", changes{set("/a", "x"), set("/c/e", "z")}, ""},
		{"one that is not there", "a: b\nc: d\n", changes{set("/a", "x"), set("/e", "z")}, "a: x\nc: d\ne: z\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := parsed(t, test.text)
			changed, err := d.Together(test.changes...)
			if test.want == "none" {
				if err == nil {
					t.Errorf("it is done:\n%s", changed.Bytes())
				}
				return
			}
			holds(t, changed, err, test.want)
			if string(d.Bytes()) != test.text {
				t.Error("the document itself has changed")
			}
			if err == nil && changed != d && changed.gathered != nil {
				t.Error("the changed document only notes changes")
			}
		})
	}
}

// TestWritten: a value as the file has it.
func TestWritten(t *testing.T) {
	d := parsed(t, "a: b # why\nc:\n  - d: |\n      e\n       f\n    g: [h, 'i']\n  # one\n  - j # two\nk: { l: m } # three\nn:\n  o: p\n  # end\n# out\n")
	for _, test := range []struct{ name, pointer, want string }{
		{"a text", "/a", "a: b # why"},
		{"a list", "/c", "c:\n  - d: |\n      e\n       f\n    g: [h, 'i']\n  # one\n  - j # two"},
		{"an element", "/c/0", "- d: |\n    e\n     f\n  g: [h, 'i']"},
		{"behind a dash", "/c/0/d", "d: |\n  e\n   f"},
		{"in brackets", "/c/0/g/1", "'i'"},
		{"in braces", "/k/l", "l: m"},
		{"with comments that end it", "/n", "n:\n  o: p\n  # end"},
		{"one that is not there", "/z", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := d.Written(test.pointer); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}
