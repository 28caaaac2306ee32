package editor

import (
	"slices"
	"testing"

	"charte/web/workbench/desk"
)

func set(value string) desk.Change {
	return desk.Change{Do: desk.DeedSet, Pointer: "/a", Value: value}
}

// TestDrafts: what is sent, and when a draft goes, for each course that typing and answers can take.
func TestDrafts(t *testing.T) {
	type step func(d drafts) string // what was sent, or ""
	write := func(c desk.Change) step { return func(d drafts) string { d.write(c); return "" } }
	send := func(d drafts) string {
		c, due := d.due("/a")
		if !due {
			return ""
		}
		return string(c.Do) + " " + c.Value
	}
	unsent := func(d drafts) string {
		c, due := d.unsent("/a")
		if !due {
			return ""
		}
		return string(c.Do) + " " + c.Value
	}
	answered := func(version int) step { return func(d drafts) string { d.answered("/a", version); return "" } }
	shown := func(version int) step { return func(d drafts) string { d.shown(version); return "" } }
	refuse := func(d drafts) string { d.refuse("/a", "no"); return "" }
	for _, test := range []struct {
		name  string
		steps []step
		sent  []string
		left  string // the draft at the end; "-" for none
	}{
		{"typed", []step{write(set("x"))}, nil, "x"},
		{"sent once", []step{write(set("x")), send, send}, []string{"set x"}, "x"},
		{"answered, not shown yet", []step{write(set("x")), send, answered(2)}, []string{"set x"}, "x"},
		{"answered, and shown", []step{write(set("x")), send, answered(2), shown(2)}, []string{"set x"}, "-"},
		{"an earlier form", []step{write(set("x")), send, answered(3), shown(2)}, []string{"set x"}, "x"},
		{"a form before the answer", []step{write(set("x")), send, shown(9)}, []string{"set x"}, "x"},
		{"typed on while the answer is awaited", []step{write(set("x")), send, write(set("xy")), send, answered(2), shown(2), send}, []string{"set x", "set xy"}, "xy"},
		{"typed on after the answer", []step{write(set("x")), send, answered(2), write(set("xy")), shown(2)}, []string{"set x"}, "xy"},
		{"refused", []step{write(set("x")), send, refuse, shown(9), send}, []string{"set x"}, "x"},
		{"typed after a refusal", []step{write(set("x")), send, refuse, write(set("y")), send, answered(2), shown(2)}, []string{"set x", "set y"}, "-"},
		{"typed on before a refusal", []step{write(set("x")), send, write(set("y")), refuse, send}, []string{"set x", "set y"}, "y"},
		{"saved while the answer is awaited", []step{write(set("x")), send, write(set("xy")), unsent, answered(2), shown(2)}, []string{"set x", "set xy"}, "xy"},
		{"saved twice", []step{write(set("x")), unsent, unsent, answered(2), shown(2)}, []string{"set x"}, "-"},
		{"typed on after it was saved so", []step{write(set("x")), send, write(set("xy")), unsent, write(set("xyz")), answered(2), send, answered(3), send}, []string{"set x", "set xy", "set xyz"}, "xyz"},
		{"both answered", []step{write(set("x")), send, write(set("xy")), unsent, answered(2), answered(3), shown(3)}, []string{"set x", "set xy"}, "-"},
		{"only the first refused", []step{write(set("x")), send, write(set("xy")), unsent, refuse, answered(2), shown(2)}, []string{"set x", "set xy"}, "-"},
		{"only the second refused", []step{write(set("x")), send, write(set("xy")), unsent, answered(2), refuse, shown(2)}, []string{"set x", "set xy"}, "xy"},
		{"of another field", []step{write(desk.Change{Pointer: "/b"}), send}, nil, "-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := drafts{}
			var sent []string
			for _, step := range test.steps {
				if what := step(d); what != "" {
					sent = append(sent, what)
				}
			}
			if !slices.Equal(sent, test.sent) {
				t.Errorf("sent %q, want %q", sent, test.sent)
			}
			left := "-"
			if draft, found := d.of("/a")["/a"]; found {
				left = draft.Change.Value
			}
			if left != test.left {
				t.Errorf("the draft is %q, want %q", left, test.left)
			}
		})
	}
}

// TestRefused: the reason is shown for what was refused, and not for what was typed since.
func TestRefused(t *testing.T) {
	d := drafts{}
	d.write(set("x"))
	d.due("/a")
	d.refuse("/a", "no")
	if got := d.of("")["/a"].Refused; got != "no" {
		t.Errorf("a refused draft says %q", got)
	}
	d.write(set("y"))
	if got := d.of("")["/a"].Refused; got != "" {
		t.Errorf("a draft that was changed says %q", got)
	}
	d.due("/a")
	d.write(set("z"))
	d.refuse("/a", "no")
	if got := d.of("")["/a"].Refused; got != "" {
		t.Errorf("a draft that was changed meanwhile says %q", got)
	}
}

// TestWaits: an emptied field waits until it is left.
func TestWaits(t *testing.T) {
	d := drafts{}
	d.write(desk.Change{Do: desk.DeedClear, Pointer: "/a"})
	if !d.waits("/a") {
		t.Error("an emptied field does not wait")
	}
	d.leave("/a")
	if d.waits("/a") {
		t.Error("it waits after it was left")
	}
	d.write(set("x"))
	if d.waits("/a") || d.waits("/b") {
		t.Error("a text waits")
	}
}

// TestWithin: drafts are handed to the field that they are in, and no other.
func TestWithin(t *testing.T) {
	all := map[string]Draft{"/a/b": {}, "/a/bc": {}, "/a/b/0/c": {}}
	for _, test := range []struct {
		pointer string
		count   int
	}{{"/a/b", 2}, {"/a", 3}, {"/a/bc", 1}, {"/a/b/0/c/d", 0}, {"", 3}} {
		if got := within(all, test.pointer); len(got) != test.count || test.count == 0 && got != nil {
			t.Errorf("%q: %v, want %d", test.pointer, got, test.count)
		}
	}
}

// TestSettle: which letters an input shows.
func TestSettle(t *testing.T) {
	text := func(s string) *string { return &s }
	for _, test := range []struct {
		name    string
		value   string // what the text has now; "old" before
		draft   *string
		drafted bool // whether there was a draft before
		typed   bool // whether its draft is on its way
		letters string
		focused bool
		want    string
	}{
		{"the text's", "new", nil, false, false, "old", false, "new"},
		{"a draft", "new", text("mine"), false, false, "old", true, "mine"},
		{"a draft that is over, in the focus", "trimmed", nil, true, false, "trimmed ", true, "trimmed "},
		{"a draft that is over, elsewhere", "trimmed", nil, true, false, "trimmed ", false, "trimmed"},
		{"others write, in the focus", "theirs", nil, false, false, "old", true, "theirs"},
		{"nothing new, in the focus", "old", nil, false, false, "old ", true, "old "},
		{"nothing new, elsewhere", "old", nil, false, false, "old ", false, "old"},
		{"others write as a draft is over", "theirs", nil, true, false, "mine", true, "theirs"},
		{"an earlier draft", "new", text("min"), true, true, "mine", true, "mine"},
		{"its own draft", "new", text("mine"), true, true, "mine", true, "mine"},
		{"others write while a draft is on its way", "theirs", nil, false, true, "mine", true, "mine"},
	} {
		t.Run(test.name, func(t *testing.T) {
			i := &Input{Value: test.value, Draft: test.draft, letters: test.letters, seen: "old", drafted: test.drafted, typed: test.typed}
			i.settle(test.focused)
			if i.letters != test.want {
				t.Errorf("shows %q, want %q", i.letters, test.want)
			}
			if agrees := test.draft != nil && *test.draft == test.want; i.typed && agrees {
				t.Error("it waits for a draft that is there")
			}
		})
	}
}

// TestPlace: ids are different for different pointers, and have nothing that ends an id.
func TestPlace(t *testing.T) {
	seen := map[string]string{}
	for _, pointer := range []string{"", "/a", "/a/b", "/a-b", "/a~1b", "/a b", "/a_20_b", "/é", "/A/b"} {
		id := elementID(pointer)
		if other, found := seen[id]; found {
			t.Errorf("%q and %q have the id %q", pointer, other, id)
		}
		seen[id] = pointer
		for _, r := range id {
			if r == ' ' || r == '/' || r > 126 {
				t.Errorf("%q has the id %q", pointer, id)
			}
		}
	}
	for _, test := range []struct {
		pointer, outer string
		want           bool
	}{{"/a", "/a", true}, {"/a/b", "/a", true}, {"/ab", "/a", false}, {"/a", "/a/b", false}, {"/a", "", true}} {
		if got := below(test.pointer, test.outer); got != test.want {
			t.Errorf("below(%q, %q) is %v", test.pointer, test.outer, got)
		}
	}
	if above("/a/b") != "/a" || above("/a") != "" || above("") != "" {
		t.Error("above is wrong")
	}
}

// TestTongue: placeholders, missing keys and counts.
func TestTongue(t *testing.T) {
	texts := map[string]string{"a": "{x} and {y}", "n.one": "{n} thing", "n.many": "{n} things", "field.site.name": "Name"}
	for _, test := range []struct{ name, got, want string }{
		{"two", (&Tongue{Texts: texts}).Say("a", "x", "1", "y", "{x}"), "1 and {x}"},
		{"no value", (&Tongue{Texts: texts}).Say("a"), "{x} and {y}"},
		{"no text", (&Tongue{Texts: texts}).Say("b"), "b"},
		{"a value in braces", (&Tongue{Texts: texts}).Say("a", "x", "{y}", "y", "2"), "{y} and 2"},
		{"another placeholder", (&Tongue{Texts: texts}).Say("a", "y", "2"), "{x} and 2"},
		{"braces", (&Tongue{Texts: map[string]string{"a": "{ {x} } {"}}).Say("a", "x", "1"), "{ 1 } {"},
		{"or", (&Tongue{Texts: texts}).Or("b", "c"), "c"},
		{"none, French", (&Tongue{Language: "fr", Texts: texts}).Count("n", 0), "0 thing"},
		{"none, English", (&Tongue{Language: "en", Texts: texts}).Count("n", 0), "0 things"},
		{"one", (&Tongue{Language: "en", Texts: texts}).Count("n", 1), "1 thing"},
		{"two things", (&Tongue{Language: "fr", Texts: texts}).Count("n", 2), "2 things"},
		{"label", (&Tongue{Texts: texts}).Label("site.name"), "Name"},
		{"label of a word", (&Tongue{Texts: texts}).Label("words.notice.title"), "notice.title"},
		{"label without a dot", (&Tongue{Texts: texts}).Label("unknown"), "unknown"},
	} {
		if test.got != test.want {
			t.Errorf("%s: %q, want %q", test.name, test.got, test.want)
		}
	}
}

// TestColours: a colour as a colour input wants it.
func TestColours(t *testing.T) {
	for colour, want := range map[string]string{"#abc": "#aabbcc", "#aabbcc": "#aabbcc", "#12": "#000000", "#12345g": "#000000", "red": "#000000", "": "#000000"} {
		if got := sixDigits(colour); got != want {
			t.Errorf("%q is %q, want %q", colour, got, want)
		}
	}
}

// TestOrigin: the origin of an address.
func TestOrigin(t *testing.T) {
	for address, want := range map[string]string{"http://preview.localhost:80/s/1/": "http://preview.localhost:80", "https://a": "https://a", "": "", "//a/b": ""} {
		if got := origin(address); got != want {
			t.Errorf("%q has %q, want %q", address, got, want)
		}
	}
}
