package file

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"charte/catalogue/edit"
)

// said writes conflicts in short: "site.name: a|b|c" was a, is b here and c on the disk.
func said(f *File) []string {
	of := func(text *string) string {
		if text == nil {
			return "-"
		}
		return *text
	}
	var all []string
	for _, c := range f.Status().Conflicts {
		all = append(all, fmt.Sprintf("%s: %s|%s|%s", c.Path, of(c.Before), of(c.Mine), of(c.Theirs)))
	}
	return all
}

// services is a catalogue as the rows of TestMerge change it.
const services = `# the file
site:
  name: s # why
  url: u

services:
  # about a
  - id: a
    purpose:
      fr: un
      en: one
    cookies:
      - name: _ga
        lifetime: 1 day
  - use: b@1
    price: low
    sale: false
    location: everywhere
    signals: [x, y]
`

func TestMerge(t *testing.T) {
	to := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(services) }
	for _, test := range []struct {
		name, base, mine, theirs string
		want                     string // the text
		conflicts                []string
	}{
		{"other keys", services, to("one", "mine"), to("name: s", "name: theirs"), to("one", "mine", "name: s", "name: theirs"), nil},
		{"lines that touch each other", services, to("un", "moi"), to("one", "theirs"), to("un", "moi", "one", "theirs"), nil},
		{"one line, in braces", "a: { b: c, d: e }\n", "a: { b: x, d: e }\n", "a: { b: c, d: y } # why\n", "a: { b: x, d: y } # why\n", nil},
		{"comments of both", services, to("# why", "# mine"), to("# about a", "# theirs", "url: u", "url: v"), to("# why", "# mine", "# about a", "# theirs", "url: u", "url: v"), nil},
		{"the same value", services, to("one", "both"), to("one", "both", "un", "eux"), to("one", "both", "un", "eux"), nil},
		{"one key", services, to("one", "mine"), to("one", "theirs", "url: u", "url: v"), to("one", "mine", "url: u", "url: v"), []string{"services.a.purpose.en: one|mine|theirs"}},
		{"a key in another order", "a: b\nc: d\n", "c: d\na: b\n", "c: e\na: b\n", "c: e\na: b\n", nil},
		{"a key that both have added", "a: b\n", "a: b\nc: mine\n", "a: b\nc: theirs\n", "a: b\nc: mine\n", []string{"c: -|mine|theirs"}},
		{"a mapping that both have added", "a: b\n", "a: b\nc: { d: e }\n", "a: b\nc:\n  # why\n  f: g\n", "a: b\nc:\n  d: e\n  # why\n  f: g\n", nil},
		{"a mapping that one has emptied", "a:\n  b: c\nd: e\n", "d: e\n", "a:\n  b: c\n  f: g\nd: e\n", "a:\n  f: g\nd: e\n", nil},
		{"a text that one has replaced by a mapping", "a: b\nc: d\n", "a: { fr: b }\nc: d\n", "a: x\nc: d\n", "a:\n  fr: b\nc: d\n", []string{"a: b|fr: b|x"}},
		{"an element that is in another place", services, to("one", "mine"), strings.Replace(services, "  # about a\n", "  - id: new\n  # about a\n", 1), strings.Replace(to("one", "mine"), "  # about a\n", "  - id: new\n  # about a\n", 1), nil},
		{"elements that both have added", "a:\n  - id: a\n  - id: b\n", "a:\n  - id: a\n  - id: b\n  # mine\n  - id: c\n    n: x # x\n", "a:\n  - id: a\n  - id: b\n  - id: d\n", "a:\n  - id: a\n  - id: b\n  # mine\n  - id: c\n    n: x # x\n  - id: d\n", nil},
		{"the same element, added by both", "a: [{ id: a }]\n", "a: [{ id: a }, { id: b, n: x, m: w }]\n", "a: [{ id: a }, { id: b, n: z }]\n", "a: [{ id: a }, { id: b, n: x, m: w }]\n", []string{"a.b.n: -|x|z"}},
		{"an element that mine has removed", "a:\n  - id: a\n  - id: b\nc: d\n", "a:\n  - id: b\nc: d\n", "a:\n  - id: a\n  - id: b\nc: x\n", "a:\n  - id: b\nc: x\n", nil},
		{"an element that theirs has removed", "a:\n  - id: a\n  - id: b\nc: d\n", "a:\n  - id: a\n  - id: b\nc: x\n", "a:\n  - id: b\nc: d\n", "a:\n  - id: b\nc: x\n", nil},
		{"an element that mine has removed, and theirs changed", "a:\n  - id: a\n  - id: b\n", "a:\n  - id: b\n", "a:\n  - id: a\n    n: x\n  - id: b\n", "a:\n  - id: b\n", []string{"a.a: id: a|-|id: a\nn: x"}},
		{"an element that theirs has removed, and mine changed", "a:\n  - id: a\n  - id: b\n", "a:\n  # mine\n  - id: a\n    n: x # x\n  - id: b\n", "a:\n  - id: b\n", "a:\n  # mine\n  - id: a\n    n: x # x\n  - id: b\n", []string{"a.a: id: a|# mine\nid: a\nn: x # x|-"}},
		{"a new edition of a known service", services, to("b@1", "b@2"), to("low", "high"), to("b@1", "b@2", "low", "high"), nil},
		{"an element with another id", services, to("use: b@1", "id: new"), to("low", "high"), to("use: b@1", "id: new", "low", "high"), nil},
		{"an element with another id, and a conflict in it", services, to("use: b@1", "id: new", "low", "mine"), to("low", "high", "url: u", "url: v"), to("use: b@1", "id: new", "low", "mine", "url: u", "url: v"), []string{"services.new.price: low|mine|high"}},
		{"another element in the place of one", "a:\n  - id: x\n    n: o\n  - id: b\n", "a:\n  - id: new\n    m: q\n  - id: b\n", "a:\n  - id: x\n    n: p\n  - id: b\n", "a:\n  - id: new\n    m: q\n  - id: b\n", []string{"a.x: id: x\nn: o|-|id: x\nn: p"}},
		{"a list that mine has emptied on purpose", "a:\n  b: [x]\nc: d\n", "a:\n  b: []\nc: d\n", "a:\n  b: [x]\nc: e\n", "a:\n  b: []\nc: e\n", nil},
		{"a list that both have emptied", "a: [x, z]\nc: d\n", "a: [x]\nc: d\n", "a: [z]\nc: d\n", "c: d\n", nil},
		{"a list that mine has emptied on purpose, and theirs shortened", "a: [x, z]\nc: d\n", "a: []\nc: d\n", "a: [x]\nc: d\n", "a: []\nc: d\n", nil},
		{"a key that both have removed", "a: b\nc: d\ne: f\n", "a: b\ne: f\n", "a: x\ne: f\n", "a: x\ne: f\n", nil},
		{"elements that both have removed", "a:\n  - id: x\n  - id: b\n  - id: c\n", "a:\n  - id: b\n  - id: c\n", "a:\n  - id: c\n", "a:\n  - id: c\n", nil},
		{"elements that are known by nothing", "a:\n  - k: x\n  - k: z\n", "a:\n  - k: mine\n  - k: z\n", "a:\n  - k: x\n  - k: theirs\n", "a:\n  - k: mine\n  - k: theirs\n", nil},
		{"cookies of one name", "a:\n  - name: n\n    t: 1\n  - name: n\n    kind: k\n    t: 2\n", "a:\n  - name: n\n    t: 3\n  - name: n\n    kind: k\n    t: 2\n", "a:\n  - name: n\n    kind: k\n    t: 4\n  - name: n\n    t: 1\n", "a:\n  - name: n\n    kind: k\n    t: 4\n  - name: n\n    t: 3\n", nil},
		{"an element that got a twin", "a:\n  - id: x\n    k: o\n    l: p\n    m: q\n", "a:\n  - id: x\n    k: o\n    l: p\n    m: q\n  - id: twin\n    k: o\n    l: p\n    m: q\n", "a:\n  - id: x\n    k: theirs\n    l: p\n    m: q\n", "a:\n  - id: x\n    k: theirs\n    l: p\n    m: q\n  - id: twin\n    k: o\n    l: p\n    m: q\n", nil},
		{"the first element with another id", "a:\n  - id: x\n    k: o\n    l: p\n    m: q\n    n: r\n", "a:\n  - id: new\n    k: o\n    l: p\n    m: q\n    n: r\n", "a:\n  - id: x\n    k: theirs\n    l: p\n    m: q\n    n: r\n", "a:\n  - id: new\n    k: theirs\n    l: p\n    m: q\n    n: r\n", nil},
		{"an element with another id in theirs", "a:\n  - id: x\n    k: o\n    l: p\n    m: q\n    n: r\n", "a:\n  - id: x\n    k: mine\n    l: p\n    m: q\n    n: r\n", "a:\n  - id: new # why\n    k: o\n    l: p\n    m: q\n    n: r\n", "a:\n  - id: new # why\n    k: mine\n    l: p\n    m: q\n    n: r\n", nil},
		{"another element that has much of the old one, and more", "a:\n  - id: x\n    k: o\n    l: p\n  - id: b\n", "a:\n  - id: new\n    k: o\n    l: p\n    q: s\n    t: u\n    v: w\n  - id: b\n", "a:\n  - id: x\n    k: theirs\n    l: p\n  - id: b\n", "a:\n  - id: new\n    k: o\n    l: p\n    q: s\n    t: u\n    v: w\n  - id: b\n", []string{"a.x: id: x\nk: o\nl: p|-|id: x\nk: theirs\nl: p"}},
		{"lines that have to stand in braces", "a: { b: c }\n", "a:\n  b: c\n  d:\n    e: f # why\n", "a: { b: c, g: h } # why\n", "a: { b: c, d: { e: f }, g: h } # why\n", nil},
		{"lines that have to stand in brackets", "a: [{ id: x }]\n", "a:\n  - id: x\n  - id: z\n    e: f\n", "a: [{ id: x, g: h }]\n", "a: [{ id: x, g: h }, { id: z, e: f }]\n", nil},
		{"texts in a list", "a: [x, y, z]\n", "a: [x, mine, z]\n", "a: [x, y, z, theirs]\n", "a: [x, mine, z, theirs]\n", nil},
		{"a list in another order", "a:\n  - id: x\n    n: o\n  - id: y\n", "a:\n  - id: y\n  - id: x\n    n: o\n", "a:\n  - id: x\n    n: p\n  - id: y\n", "a:\n  - id: y\n  - id: x\n    n: p\n", nil},
		{"a list in another order, where theirs has changed what mine moved", "a:\n  - id: x\n    n: o\n  - id: z\n    k: o\n    l: p\n    m: q\n", "a:\n  - id: z\n    k: o\n    l: p\n    m: q\n  - id: x\n    n: o\n", "a:\n  - id: x\n    n: p # why\n  - id: z\n    k: o\n    l: p\n    m: q\n", "a:\n  - id: z\n    k: o\n    l: p\n    m: q\n  - id: x\n    n: p # why\n", nil},
		{"a list in another order, in one line", "a: [u, v, w]\n", "a: [v, u, w]\n", "a: [u, v, w, x]\n", "a: [v, u, w, x]\n", nil},
		{"a list in two other orders", "a: [u, v, w]\n", "a: [v, u, w]\n", "a: [w, u, v]\n", "a: [v, u, w]\n", []string{"a: [u, v, w]|[v, u, w]|[w, u, v]"}},
		{"a list in the same other order", "a: [x, y, z]\nb: c\n", "a: [y, x, z]\nb: c\n", "a: [y, x, z]\nb: d\n", "a: [y, x, z]\nb: d\n", nil},
		{"numbers, flags and nothing", "a: 1\nb: true\nc: ~\nd: e\n", "a: 2\nb: false\nc:\nd: e\n", "a: 1\nb: true\nc: ~\nd: f\n", "a: 2\nb: false\nc:\nd: f\n", nil},
		{"line ends of theirs", "a: b\nc: d\ne: f\n", "a: x\nc: d\ne: f\n", "a: b\r\nc: d\r\ne: y\r\n", "a: x\r\nc: d\r\ne: y\r\n", nil},
		{"a text below a bar", "a: |\n  x\n  y\nb: c\n", "a: |\n  x\n  mine\nb: c\n", "# why\na: |\n  x\n  y\nb: d\n", "# why\na: |\n  x\n  mine\nb: d\n", nil},
		{"what cannot be written into theirs is written into mine", "a: b\nc: d\n", "a: { x: y }\nc: d\n", "a: # why\n  b\nc: e\n", "a: { x: y }\nc: e\n", nil},
		{"two keys of one name", "a: b\n", "a: b\na: c\n", "a: d\n", "a: b\na: c\n", []string{"x.yaml: -|-|-"}},
		{"a list in place of all", "a: b\n", "a: c\n", "- d\n", "a: c\n", []string{"x.yaml: -|-|-"}},
		{"nothing any more", "a: b\n", "a: c\n", "# nothing\n", "a: c\n", []string{"x.yaml: -|-|-"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := opened(t, test.base)
			written(t, f, test.mine)
			elsewhere(t, f, test.theirs)
			holds(t, f, test.want)
			if got := said(f); !slices.Equal(got, test.conflicts) {
				t.Errorf("the conflicts are\n%q\nwant\n%q", got, test.conflicts)
			}
			if err := f.Save(); errors.Is(err, ErrConflicts) != (test.conflicts != nil) || err != nil && test.conflicts == nil {
				t.Errorf("saving: %v", err)
			}
		})
	}
}

func TestSame(t *testing.T) {
	for _, test := range []struct {
		name, one, other string
		want             bool
	}{
		{"a mapping in another order", "a: b\nc: d\n", "{ c: d, 'a': \"b\" } # why\n", true},
		{"values that have changed places", "a: b\nc: d\n", "a: d\nc: b\n", false},
		{"another key", "a: b\nc: d\n", "a: b\ne: d\n", false},
		{"a key more", "a: b\n", "a: b\nc: d\n", false},
		{"a list in another order", "[a, b]\n", "[b, a]\n", false},
		{"elements with another id", "[{ id: a }]\n", "[{ id: b }]\n", false},
		{"a text and a number", "a: \"1\"\n", "a: 1\n", false},
		{"nothing and null", "a:\n", "a: ~\n", true},
		{"nothing and no key", "a: b\nc:\n", "a: b\n", false},
		{"an empty list and an empty mapping", "a: []\n", "a: {}\n", false},
		{"nothing at all", "# x\n", "", true},
		{"nothing and something", "", "a: b\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var both []*value
			for _, text := range []string{test.one, test.other} {
				d, err := edit.Parse("", []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				both = append(both, valueIn(d))
			}
			if both[0].same(both[1]) != test.want || both[1].same(both[0]) != test.want {
				t.Errorf("the same: %t", !test.want)
			}
		})
	}
}

func TestSettle(t *testing.T) {
	to := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(services) }
	for _, test := range []struct {
		name, base, mine, theirs string
		mineWins, theirsWins     string
	}{
		{"a text", services, to("un", "moi", "one", "mine"), to("one", "theirs # new"), to("un", "moi", "one", "mine # new"), to("un", "moi", "one", "theirs # new")},
		{"a key that mine has removed", "a: b\nc: d\n", "a: b\n", "a: b\nc: e\n", "a: b\n", "a: b\nc: e\n"},
		{"a key that theirs has removed", "a: b\nc: d\n", "a: b\nc: e\n", "a: b\n", "a: b\nc: e\n", "a: b\n"},
		{"a key in a mapping that mine has removed", "a: b\nc:\n  d: e\n  f: g\n", "a: b\n", "a: b\nc:\n  d: e\n  f: h\n", "a: b\n", "a: b\n\nc:\n  d: e\n  f: h\n"},
		{"an element that mine has removed", "a:\n  - id: x\n  - id: b\n  - id: c\n", "a:\n  - id: x\n  - id: c\n", "a:\n  - id: x\n  # theirs\n  - id: b\n    n: z # why\n  - id: c\n", "a:\n  - id: x\n  - id: c\n", "a:\n  - id: x\n  # theirs\n  - id: b\n    n: z # why\n  - id: c\n"},
		{"an element that theirs has removed", "a:\n  - id: a\n  - id: b\n", "a:\n  - id: a\n  - id: b\n    n: z\n", "a:\n  - id: a\n", "a:\n  - id: a\n  - id: b\n    n: z\n", "a:\n  - id: a\n"},
		{"the first element, which theirs has removed", "a:\n  - id: a\n  - id: b\n", "a:\n  - id: a\n    n: z\n  - id: b\n", "a:\n  - id: b\n", "a:\n  - id: a\n    n: z\n  - id: b\n", "a:\n  - id: b\n"},
		{"the only element, which theirs has removed", "a:\n  - id: a\nb: c\n", "a:\n  - id: a\n    n: z\nb: c\n", "b: c\n", "a:\n  - id: a\n    n: z\n\nb: c\n", "b: c\n"},
		{"a list in another order", "a: [u, v, w]\n", "a: [v, u, w]\n", "a: [w, u, v]\n", "a: [v, u, w]\n", "a: [w, u, v]\n"},
		{"in an element with another id", services, to("use: b@1", "id: new", "low", "mine"), to("low", "high"), to("use: b@1", "id: new", "low", "mine"), to("use: b@1", "id: new", "low", "high")},
		{"the whole file", "a: b\n", "a: c\n", "- d\n", "a: c\n", "- d\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for take, want := range map[string]string{Mine: test.mineWins, Theirs: test.theirsWins} {
				f := opened(t, test.base)
				written(t, f, test.mine)
				elsewhere(t, f, test.theirs)
				s := f.Status()
				if len(s.Conflicts) != 1 {
					t.Fatalf("the conflicts are %q", said(f))
				}
				if err := f.Settle(s.Conflicts[0].ID, take); err != nil {
					t.Fatal(err)
				}
				holds(t, f, want)
				after := f.Status()
				if after.Conflicts != nil || after.Version == s.Version {
					t.Errorf("the conflict is settled: %+v", after)
				}
				if err := f.Settle(s.Conflicts[0].ID, take); err == nil {
					t.Error("it is settled twice")
				}
				if err := f.Save(); err != nil {
					t.Fatal(err)
				}
				onDisk(t, f, want)
				f.Undo()
				if f.Status().Conflicts != nil {
					t.Error("what is undone is a conflict again")
				}
			}
		})
	}
}

func TestConflicts(t *testing.T) {
	f := opened(t, "a: b\nc:\n  d: e\n  f: g\n")
	written(t, f, "a: mine\nc:\n  d: mine\n  f: g\n")
	elsewhere(t, f, "a: theirs\nc:\n  d: theirs\n  f: g\n")
	is := func(want ...string) {
		t.Helper()
		if got := said(f); !slices.Equal(got, want) {
			t.Errorf("the conflicts are %q, want %q", got, want)
		}
	}
	is("a: b|mine|theirs", "c.d: e|mine|theirs")
	for _, c := range f.Status().Conflicts {
		if want := "/" + strings.ReplaceAll(c.Path, ".", "/"); c.Pointer != want || c.ID != want {
			t.Errorf("the conflict is %q at %q, want %q", c.ID, c.Pointer, want)
		}
	}
	if err := f.Settle("/a", "both"); err == nil {
		t.Error("both are taken")
	}
	if err := f.Settle("/b", Mine); err == nil {
		t.Error("what is no conflict is settled")
	}

	// Either side goes on.
	setTo(t, f, "", "/a", "mine too")
	elsewhere(t, f, "a: theirs too\nc:\n  d: theirs\n  f: theirs\n")
	is("a: b|mine too|theirs too", "c.d: e|mine|theirs")
	holds(t, f, "a: mine too\nc:\n  d: mine\n  f: theirs\n")

	// Here the value itself is gone, and then all that is around it.
	_, version := f.Text()
	f.Change(version, "", func(d *edit.Document) (*edit.Document, error) { return d.Remove("/c/d") })
	is("a: b|mine too|theirs too", "c.d: e|-|theirs")
	if c := f.Status().Conflicts[1]; c.Pointer != "" || c.ID != "/c/d" {
		t.Errorf("what is removed here has the pointer %q and the ID %q", c.Pointer, c.ID)
	}
	_, version = f.Text()
	f.Change(version, "", func(d *edit.Document) (*edit.Document, error) { return d.Remove("/c") })
	is("a: b|mine too|theirs too", "c: e|-|d: theirs\nf: theirs")
	f.Undo()
	f.Undo()
	is("a: b|mine too|theirs too", "c.d: e|mine|theirs")

	// A text that is not YAML hides them, and they are there again.
	written(t, f, "a: [\n")
	if got := f.Status().Conflicts; len(got) != 2 || got[0].ID != "/a" || f.Settle("/a", Theirs) == nil {
		t.Errorf("the text is not YAML, and the conflicts are %+v", got)
	}
	f.Undo()
	elsewhere(t, f, "a: [\n")
	is("x.yaml: -|-|-")
	if f.Settle("/a", Mine) == nil {
		t.Error("a conflict is settled that is not shown")
	}
	elsewhere(t, f, "a: theirs too\nc:\n  d: theirs\n  f: theirs\n")
	is("a: b|mine too|theirs too", "c.d: e|mine|theirs")

	// What is the same on both sides is settled.
	setTo(t, f, "", "/a", "theirs too")
	is("c.d: e|mine|theirs")
	elsewhere(t, f, "a: theirs too\nc:\n  d: mine\n  f: theirs\n")
	is()
	if s := f.Status(); s.Unsaved {
		t.Errorf("both are the same: %+v", s)
	}
}

// TestTwoOfOneName: two conflicts about values that people call the same are told apart, and each is settled
// by itself.
func TestTwoOfOneName(t *testing.T) {
	text := func(first, second string) string {
		return "a:\n  - name: n\n    t: " + first + "\n  - name: n\n    kind: k\n    t: " + second + "\n"
	}
	f := opened(t, text("1", "2"))
	written(t, f, text("3", "4"))
	elsewhere(t, f, text("5", "6"))
	if got := said(f); !slices.Equal(got, []string{"a.n.t: 1|3|5", "a.n.t: 2|4|6"}) {
		t.Fatalf("the conflicts are %q", got)
	}
	second := f.Status().Conflicts[1].ID
	if err := f.Settle(second, Theirs); err != nil {
		t.Fatal(err)
	}
	holds(t, f, text("3", "6"))
	if got := said(f); !slices.Equal(got, []string{"a.n.t: 1|3|5"}) {
		t.Errorf("the conflicts are %q", got)
	}
}

// TestConflictOfRenamed: a conflict in an element stays the same conflict when the element gets another id, here
// or there, also when the other program goes on. It is settled within the element.
func TestConflictOfRenamed(t *testing.T) {
	text := func(id, price string) string {
		return "a:\n  - id: " + id + "\n    k: " + price + "\n    l: p\n    m: q\n    n: r\n"
	}
	for _, test := range []struct {
		name           string
		rename         func(t *testing.T, f *File)
		want, mine, is string // the conflict, and the text once either is taken
	}{
		{"here", func(t *testing.T, f *File) { setTo(t, f, "", "/a/0/id", "new") }, "a.new.k: old|mine|theirs", text("new", "mine"), text("new", "theirs")},
		{"here, and the other program goes on", func(t *testing.T, f *File) {
			setTo(t, f, "", "/a/0/id", "new")
			elsewhere(t, f, text("x", "theirs too"))
		}, "a.new.k: old|mine|theirs too", text("new", "mine"), text("new", "theirs too")},
		{"there", func(t *testing.T, f *File) { elsewhere(t, f, text("new", "theirs")) }, "a.new.k: old|mine|theirs", text("new", "mine"), text("new", "theirs")},
	} {
		t.Run(test.name, func(t *testing.T) {
			for take, want := range map[string]string{Mine: test.mine, Theirs: test.is} {
				f := opened(t, text("x", "old"))
				written(t, f, text("x", "mine"))
				elsewhere(t, f, text("x", "theirs"))
				test.rename(t, f)
				if got := said(f); !slices.Equal(got, []string{test.want}) {
					t.Fatalf("the conflicts are %q, want %q", got, test.want)
				}
				if err := f.Settle(f.Status().Conflicts[0].ID, take); err != nil {
					t.Fatal(err)
				}
				holds(t, f, want)
			}
		})
	}
}

// TestSettleAll: who decides about the whole file has decided about the values in it, too.
func TestSettleAll(t *testing.T) {
	f := opened(t, "a: b\n")
	written(t, f, "a: mine\n")
	elsewhere(t, f, "a: theirs\n")
	elsewhere(t, f, "a: [\n")
	if got := said(f); !slices.Equal(got, []string{"x.yaml: -|-|-"}) {
		t.Fatalf("the conflicts are %q", got)
	}
	if err := f.Settle("file", Mine); err != nil {
		t.Fatal(err)
	}
	if got := said(f); got != nil {
		t.Errorf("the conflicts are %q", got)
	}
	if err := f.Save(); err != nil {
		t.Error(err)
	}
	onDisk(t, f, "a: mine\n")
}
