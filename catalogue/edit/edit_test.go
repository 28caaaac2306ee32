package edit

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"charte/catalogue/edit/edittest"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// parsed returns a document, or ends the test.
func parsed(t testing.TB, text string) *Document {
	t.Helper()
	d, err := Parse("x.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// holds compares a changed document with a text. An empty text stands for one that cannot be changed.
func holds(t *testing.T, d *Document, err error, want string) {
	t.Helper()
	if want == "" {
		if !errors.Is(err, ErrUnfit) {
			t.Errorf("the error is %v, want ErrUnfit", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := string(d.Bytes()); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestSet(t *testing.T) {
	order := []string{"id", "name", "purpose", "cookies"}
	for _, test := range []struct {
		name, text, pointer string
		value               Value
		want                string // "" if it cannot be changed
	}{
		{"plain", "a: b # why\nc: d\n", "/a", "x y", "a: x y # why\nc: d\n"},
		{"plain that needs quotes", "a: b\n", "/a", "x: y", "a: \"x: y\"\n"},
		{"a colon at the end", "a: b\n", "/a", "x:", "a: \"x:\"\n"},
		{"an address", "a: b\n", "/a", "https://example.org/a#b", "a: https://example.org/a#b\n"},
		{"what looks like a comment", "a: b\n", "/a", "x #y", "a: \"x #y\"\n"},
		{"what YAML 1.1 takes for a flag", "a: b\n", "/a", "no", "a: \"no\"\n"},
		{"what looks like a number", "a: b\n", "/a", "12", "a: \"12\"\n"},
		{"what looks like a date", "a: b\n", "/a", "2026-11-30", "a: \"2026-11-30\"\n"},
		{"a day where another stands without quotes", "a: 2026-11-29\n", "/a", "2026-11-30", "a: 2026-11-30\n"},
		{"a lifetime", "a: b\n", "/a", "13 months", "a: 13 months\n"},
		{"nothing", "a: b\n", "/a", "", "a: \"\"\n"},
		{"a space at the end", "a: b\n", "/a", "x ", "a: \"x \"\n"},
		{"a dash", "a: b\n", "/a", "- x", "a: \"- x\"\n"},
		{"French", "a: b\n", "/a", "L’« été » : où ?", "a: \"L’« été » : où ?\"\n"},
		{"no-break space", "a: b\n", "/a", "été\u00a0!", "a: été\u00a0!\n"},
		{"what turns the line around", "a: b\n", "/a", "x\u202ey", "a: \"x\\u202ey\"\n"},
		{"double quotes stay", "a: \"b\"  # why\n", "/a", `x "y" \`, "a: \"x \\\"y\\\" \\\\\"  # why\n"},
		{"double quotes that are needed no more", "a: \"b \"\n", "/a", "b c", "a: b c\n"},
		{"single quotes stay", "a: 'b' # why\n", "/a", "it's", "a: 'it''s' # why\n"},
		{"single quotes hold no line's end", "a: 'b'\n", "/a", "x\ny", "a: \"x\\ny\"\n"},
		{"in braces", "a: { b: c, d: e } # why\n", "/a/b", "x, y", "a: { b: \"x, y\", d: e } # why\n"},
		{"the last in braces", "a: {b: c, d: e}\n", "/a/d", "x", "a: {b: c, d: x}\n"},
		{"in brackets", "a: [b, 'c', d]\n", "/a/1", "x", "a: [b, 'x', d]\n"},
		{"after letters of several bytes", "a: { é: \"ç\", ü: b }\n", "/a/ü", "ö", "a: { é: \"ç\", ü: ö }\n"},
		{"in a list", "a:\n- b\n- c # why\n", "/a/1", "x", "a:\n- b\n- x # why\n"},
		{"behind a dash", "a:\n  - b: c\n    d: e\n", "/a/0/b", "x", "a:\n  - b: x\n    d: e\n"},
		{"a mapping in braces", "a: { b: c }\n", "/a/b", Map{{"x", "z"}}, "a: { b: { x: z } }\n"},
		{"a new key with a space at its end", "a: b\n", "/c", "x ", "a: b\nc: \"x \"\n"},
		{"below >, a line that grows a little", "a: >-\n  one two three\n  four five six\n  seven\n", "/a", "one two three four five sixes seven", "a: >-\n  one two three\n  four five sixes\n  seven\n"},
		{"a number as it is written", "a: b\n", "/c", Lines{"1.50"}, "a: b\nc: 1.50\n"},
		{"a number in braces", "a: { b: c }\n", "/a/d", Lines{"12"}, "a: { b: c, d: 12 }\n"},
		{"a line in braces that is none", "a: { b: c }\n", "/a/d", Lines{"x, y: z"}, ""},
		{"a flag", "a: true\n", "/a", false, "a: false\n"},
		{"a flag becomes a text", "a: true\n", "/a", "true", "a: \"true\"\n"},
		{"a text becomes a flag", "a: \"true\" # why\n", "/a", true, "a: true # why\n"},
		{"where nothing stands", "a: # why\nb: c\n", "/a", "x", "a: x # why\nb: c\n"},
		{"where null stands", "a: ~\nb: null\n", "/b", "x", "a: ~\nb: x\n"},
		{"behind a dash without a value", "a:\n  -\n  - b\n", "/a/0", "x", "a:\n  - x\n  - b\n"},
		{"below a bar", "a: |\n  b\n   c\n\n  d\ne: f\n", "/a", "b\n c\n\nx", "a: |\n  b\n   c\n\n  x\ne: f\n"},
		{"below a bar, with a comment", "a: |- # why\n  b\n# who\ne: f\n", "/a", "x", "a: |- # why\n  x\n# who\ne: f\n"},
		{"below a bar, over a comment that stands in", "a: |\n    b\n  # why\nc: d\n", "/a", "x", "a: |\n    x\n  # why\nc: d\n"},
		{"below >, one word", "a: >-\n  one two\n  three four\n  five\nb: c\n", "/a", "one two three vier five", "a: >-\n  one two\n  three vier\n  five\nb: c\n"},
		{"below >, a word more", "a: >-\n  one two\n  three four\n  five\n", "/a", "one two three four five six", "a: >-\n  one two\n  three four\n  five six\n"},
		{"below >, a paragraph more", "a: >-\n  one two\n  three\n\n  four\n", "/a", "one two three\nfour\nfive", "a: >-\n  one two\n  three\n\n  four\n\n  five\n"},
		{"below >, lines as long as may be", "a: >-\n  one two\n  three\n", "/a", "aaa bbb ccc", "a: >-\n  aaa bbb\n  ccc\n"},
		{"below >, another second paragraph", "a: >-\n  one\n  two\n\n  three\n", "/a", "one two\nfour", "a: >-\n  one\n  two\n\n  four\n"},
		{"a mapping for an element with a comment", "a:\n- b # why\n", "/a/0", Map{{"c", "d"}, {"e", "f"}}, ""},
		{"a mapping for an element", "a:\n- b\n- g\n", "/a/0", Map{{"c", "d"}, {"e", "f"}}, "a:\n- c: d\n  e: f\n- g\n"},
		{"below >, all of it", "a: >-\n  one two\n  three\n", "/a", "eins zwei drei vier", "a: >-\n  eins\n  zwei\n  drei\n  vier\n"},
		{"plain over lines", "a: one\n  two # no\nb: c\n", "/a", "one zwei", "a: one\n  zwei # no\nb: c\n"},
		{"quoted over lines", "a: \"one\n  two\"\nb: c\n", "/a", "one zwei", "a: \"one\n  zwei\"\nb: c\n"},
		{"quoted over lines, with an escape", "a: \"one\\\n  two\"\nb: c\n", "/a", "three", "a: three\nb: c\n"},
		{"quoted over lines, with nothing in it", "a: 'b\n  c'\nd: e\n", "/a", "", "a: ''\nd: e\n"},
		{"nothing over lines", "a: '\n\n  '\nd: e\n", "/a", "", "a: ''\nd: e\n"},
		{"a new key comes last", "a: b # why\n", "/c", "d", "a: b # why\nc: d\n"},
		{"where the file ends without a line's end", "a: b", "/c", "d", "a: b\nc: d\n"},
		{"a new key in its order", "- id: x\n  cookies: [a]\n", "/0/name", "v", "- id: x\n  name: v\n  cookies: [a]\n"},
		{"a new key after the dash", "- name: v\n  cookies: [a]\n", "/0/id", "x", "- name: v\n  id: x\n  cookies: [a]\n"},
		{"a new key before others", "b:\n  # of cookies\n  cookies: [a]\n", "/b/id", "x", "b:\n  id: x\n  # of cookies\n  cookies: [a]\n"},
		{"a new key that has no order", "b:\n  id: x\n  name: z\n\nc: d\n", "/b/zz", "v", "b:\n  id: x\n  name: z\n  zz: v\n\nc: d\n"},
		{"a new key in braces", "a: { name: c }\n", "/a/id", "x", "a: { id: x, name: c }\n"},
		{"in empty braces", "a: {}\n", "/a/b", "x", "a: { b: x }\n"},
		{"where the mapping is missing", "a: b\n", "/c/d/e", "x", "a: b\n\nc:\n  d:\n    e: x\n"},
		{"where the mapping is empty", "c: # why\na: b\n", "/c/d", "x", "c: # why\n  d: x\na: b\n"},
		{"where the mapping is empty, without a comment", "c:\na: b\n", "/c/d", "x", "c:\n  d: x\na: b\n"},
		{"top keys stand apart", "# file\n\na: b\n\nc: d\n", "/e", Map{{"f", "g"}}, "# file\n\na: b\n\nc: d\n\ne:\n  f: g\n"},
		{"in an empty file", "", "/a", "b", "a: b\n"},
		{"under a comment alone", "# file\n", "/a", "b", "# file\na: b\n"},
		{"a mapping for a text", "a: b # why\nc: d\n", "/a", Map{{"fr", "é"}, {"en", "b"}}, "a: # why\n  fr: é\n  en: b\nc: d\n"},
		{"a text for a mapping", "a:\n  fr: é\n  en: b\nc: d\n", "/a", "x", "a: x\nc: d\n"},
		{"a text for a mapping with a comment", "a: # why\n  fr: é\nc: d\n", "/a", "x", ""},
		{"a list of texts", "a: b\n", "/c", Sequence{"x", "y: z"}, "a: b\nc: [x, \"y: z\"]\n"},
		{"a list of mappings", "a: b\n", "/c", Sequence{Map{{"x", "u"}, {"z", Sequence{}}}, Map{{"v", "w"}}}, "a: b\n\nc:\n  - x: u\n    z: []\n  - v: w\n"},
		{"lines", "a: b\n", "/c", Lines{"# why", "d: e # f"}, "a: b\n\nc:\n  # why\n  d: e # f\n"},
		{"lines that are not YAML", "a: b\n", "/c", Lines{"d: [", "e"}, ""},
		{"lines in brackets", "a: [b]\n", "/a/0", Lines{"d: e", "f: g"}, ""},
		{"lines in braces", "a: { b: c }\n", "/a/b", Lines{"d: e", "f: g"}, ""},
		{"a mapping for a text that is all", "b\n", "", Map{{"c", "d"}}, ""},
		{"a key with a dot and a slash", "a:\n  b.c/d: e\n", "/a/b.c~1d", "x", "a:\n  b.c/d: x\n"},
		{"below a bar with a number, with a comment", "a: |2 # why\n    b\n   c\nd: e\n", "/a", "x", "a: x # why\nd: e\n"},
		{"below a bar that has nothing, with a comment", "a: | # why\nd: e\n", "/a", "x", "a: x # why\nd: e\n"},
		{"below a bar with a number, with a comment, in quotes", "a: |2 # why\n    b\nd: e\n", "/a", "x: y", "a: \"x: y\" # why\nd: e\n"},
		{"below >, with a comment right behind it", ">#", "", "x", "x #"},
		{"a flag for a text below a bar, with a comment", "a: | # why\n  b\nd: e\n", "/a", true, "a: true # why\nd: e\n"},
		{"a mapping for a text below a bar, with a comment", "a: >- # why\n  b\n  c\nd: e\n", "/a", Map{{"fr", "é"}, {"en", "b"}}, "a: # why\n  fr: é\n  en: b\nd: e\n"},
		{"a mapping for an element below a bar, with a comment", "- >- # why\n  b\n- d\n", "/0", Map{{"fr", "é"}, {"en", "b"}}, ""},
		{"a text that is all", "|\n  b\n\n  c\n# why\n", "", "x", "|\n  x\n# why\n"},
		{"a text that is all, and empty", " |", "", "x", " x"},
		{"in a text", "a: b\n", "/a/c", "x", ""},
		{"in a list by a name", "a: [b]\n", "/a/c", "x", ""},
		{"the mark of UTF-8", "\uFEFFa: b\n", "/a", "x", "\uFEFFa: x\n"},
		{"Windows", "a: b\r\nc:\r\n  d: e\r\n", "/c/f", Map{{"g", "h"}}, "a: b\r\nc:\r\n  d: e\r\n  f:\r\n    g: h\r\n"},
		{"lines that end in two ways", "a: b\r\nc: d\ne: f\r\n", "/c", "x", "a: b\r\nc: x\ne: f\r\n"},
		{"a new key under comments that end the one before", "a:\n  b: c\n  # d: e\n\n    # more\n# about f\nf: g\n", "/a2", "x", "a:\n  b: c\n  # d: e\n\n    # more\n# about f\nf: g\na2: x\n"},
		{"what is no pointer", "a: b\n", "a", "x", "none"},
		{"what is no pointer, of two keys", "a: b\n", "a/b", "x", "none"},
		{"the whole of nothing", "# a\n", "", Map{{"b", "c"}}, "none"},
		{"a new key in braces over lines", "a: {\n  name: b, # why\n}\n", "/a/cookies", "x", "a: {\n  name: b, # why\n  cookies: x,\n}\n"},
		{"a new key in braces over lines, without a comma", "a: {\n  name: b # why\n}\n", "/a/cookies", "x", "a: {\n  name: b, # why\n  cookies: x\n}\n"},
		{"a new first key in braces over lines", "a: {\n  # of b\n  name: b # why\n}\n", "/a/id", "x", "a: {\n  id: x,\n  # of b\n  name: b # why\n}\n"},
		{"an old Mac", "a: b\rc: d\r", "/c", "x", "a: b\rc: x\r"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := parsed(t, test.text).Set(test.pointer, test.value, order...)
			if test.want == "none" {
				if err == nil || errors.Is(err, ErrUnfit) {
					t.Errorf("the error is %v", err)
				}
				return
			}
			holds(t, d, err, test.want)
		})
	}
}

func TestRemove(t *testing.T) {
	for _, test := range []struct {
		name, text, pointer, want string
	}{
		{"a key", "a: b\nc: d # why\ne: f\n", "/c", "a: b\ne: f\n"},
		{"a key with what is in it", "a: b\nc:\n  d: >-\n    x\n    y\n\ne: f\n", "/c", "a: b\n\ne: f\n"},
		{"its comment goes with it", "a: b\n\n# about c\n# more\nc: d\n\ne: f\n", "/c", "a: b\n\ne: f\n"},
		{"another's comment stays", "# about a\na: b\n# about c\nc: d\n", "/c", "# about a\na: b\n"},
		{"the file's comment stays", "# the file\na: b\nc: d\n", "/a", "# the file\nc: d\n"},
		{"the first behind a dash", "- a: b\n  c: d\n", "/0/a", "- c: d\n"},
		{"the first behind a dash, over a comment", "- a: b\n  # about c\n  c: d\n", "/0/a", "-\n  # about c\n  c: d\n"},
		{"an element", "a:\n  - b: c\n    d: e\n\n  # about f\n  - f: g\n\nh: i\n", "/a/1", "a:\n  - b: c\n    d: e\n\nh: i\n"},
		{"the first element", "a:\n  # about b\n  - b: c\n\n  - f: g\n", "/a/0", "a:\n  - f: g\n"},
		{"the last lines of the file", "a: b\n\nc: d\n", "/c", "a: b\n"},
		{"the last lines of a file without a line's end", "a: b\n\nc: d", "/c", "a: b"},
		{"the last in a mapping", "a: b\nc:\n  d: e\n", "/c/d", "a: b\n"},
		{"in braces", "a: { b: c, d: e }\n", "/a/b", "a: { d: e }\n"},
		{"the last in braces", "a: { b: c, d: e }\n", "/a/d", "a: { b: c }\n"},
		{"in brackets", "a: [b, c, d]\n", "/a/1", "a: [b, d]\n"},
		{"Windows", "a: b\r\nc: d\r\n", "/a", "c: d\r\n"},
		{"the comments that end it go with it", "a:\n  - b: c\n    # end of b\n\n      # more\n  - d: e\n", "/a/0", "a:\n  - d: e\n"},
		{"the comments that end the last one", "a: b\nc:\n  d: e\n  # f: g\n\n# the end\n", "/c", "a: b\n\n# the end\n"},
		{"behind a dash, with comments that end it", "- a: b\n    # end of a\n  # about c\n  c: d\n", "/0/a", "-\n  # about c\n  c: d\n"},
		{"in brackets over lines", "a: [\n  b, # x\n  # about c\n  c, # z\n]\n", "/a/0", "a: [\n  # about c\n  c, # z\n]\n"},
		{"the last in brackets over lines", "a: [\n  b, # x\n  # about c\n  c # z\n]\n", "/a/1", "a: [\n  b, # x\n]\n"},
		{"in brackets before a comment", "a: [b, # x\n  c, d]\n", "/a/0", ""},
		{"the last in brackets behind a comment", "a: [b, # x\n  c]\n", "/a/1", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := parsed(t, test.text).Remove(test.pointer)
			holds(t, d, err, test.want)
		})
	}
	for _, pointer := range []string{"", "/b", "/a/0", "/a"} {
		if _, err := parsed(t, "a: b\n").Remove(pointer); err == nil {
			t.Errorf("%q is removed from a file that has a alone", pointer)
		}
	}
}

func TestInsert(t *testing.T) {
	element := Map{{"id", "x"}, {"name", "v"}}
	for _, test := range []struct {
		name, text string
		index      int
		value      Value
		want       string
	}{
		{"at the end", "a:\n- b: c\n# about d\nd: e\n", 1, element, "a:\n- b: c\n- id: x\n  name: v\n# about d\nd: e\n"},
		{"elements stand apart", "a:\n  - b: c\n\n  - d: e\n\nf: g\n", 2, element, "a:\n  - b: c\n\n  - d: e\n\n  - id: x\n    name: v\n\nf: g\n"},
		{"before an element and its comment", "a:\n  - b: c\n\n  # about d\n  - d: e\n", 1, element, "a:\n  - b: c\n\n  - id: x\n    name: v\n\n  # about d\n  - d: e\n"},
		{"with a comment", "a:\n  - b: c\n", 1, Lines{"# why", "use: x@1 # known", "with: { y: z }"}, "a:\n  - b: c\n  # why\n  - use: x@1 # known\n    with: { y: z }\n"},
		{"into an empty list", "a: []\nb: c\n", 0, element, "a:\n  - id: x\n    name: v\nb: c\n"},
		{"where there is no list", "b: c\n", 0, element, "b: c\n\na:\n  - id: x\n    name: v\n"},
		{"where nothing stands", "a:\nb: c\n", 0, "x", "a: [x]\nb: c\n"},
		{"into brackets", "a: [b, c]\n", 1, "x", "a: [b, x, c]\n"},
		{"at the end of brackets", "a: [b, c]\n", 2, element, "a: [b, c, { id: x, name: v }]\n"},
		{"into brackets, with a comma", "a: [b]\n", 1, Map{{"c", "d, e"}}, "a: [b, { c: \"d, e\" }]\n"},
		{"nothing but a comment", "a:\n  - b: c\n", 1, Lines{"# why"}, ""},
		{"nothing but comments", "a:\n  - b: c\n", 1, Lines{"# why", "# so"}, ""},
		{"lines into brackets", "a: [b]\n", 0, Lines{"d: e", "f: g"}, ""},
		{"below comments that end the last", "a:\n  - b: c\n    # end of b\n\n   # more\n  # about none\nd: e\n", 1, "x", "a:\n  - b: c\n    # end of b\n\n   # more\n  - x\n  # about none\nd: e\n"},
		{"below comments that end the last, beside its key", "a:\n- b: c\n  # end of b\n# about d\nd: e\n", 1, element, "a:\n- b: c\n  # end of b\n- id: x\n  name: v\n# about d\nd: e\n"},
		{"below comments at the end of the file", "a:\n- b # why\n  # end of b", 1, "x", "a:\n- b # why\n  # end of b\n- x\n"},
		{"below a text and a comment that stands less far in", "a:\n- |\n    b\n  # end of b\n# z\n", 1, "x", "a:\n- |\n    b\n  # end of b\n- x\n# z\n"},
		{"into brackets over lines", "a: [\n  b, # x\n  # of c\n  c, # z\n]\n", 1, "x", "a: [\n  b, # x\n  x,\n  # of c\n  c, # z\n]\n"},
		{"at the end of brackets over lines", "a: [\n\tb, # x\n\tc # z\n]\n", 2, "x", "a: [\n\tb, # x\n\tc, # z\n\tx\n]\n"},
		{"behind the last of several in a line", "a: [\n  b, c\n]\n", 2, "x", "a: [\n  b, c, x\n]\n"},
		{"at the end of brackets over lines, with a comma", "a: [\n  b,\n  c ,\n]\n", 2, "x", "a: [\n  b,\n  c ,\n  x,\n]\n"},
		{"before the document's end", "---\na:\n- b\n...\n", 1, "x", "---\na:\n- b\n- x\n...\n"},
		{"no lines", "a:\n- b\n", 1, Lines{}, ""},
		{"beyond the end", "a: [b]\n", 2, "x", ""},
		{"into a mapping", "a: { b: c }\n", 0, "x", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := parsed(t, test.text).Insert("/a", test.index, test.value)
			holds(t, d, err, test.want)
		})
	}
}

// TestAppend: elements that are written at once are those that are written one after the other.
func TestAppend(t *testing.T) {
	values := []Value{Map{{"id", "x"}, {"name", "v"}}, Lines{"# why", "use: x@1 # known", "with: { y: z }"}, Map{{"id", "z"}, {"name", "w"}}}
	for _, test := range []struct {
		name, text string
		values     []Value
		fits       bool
	}{
		{"at the end", "a:\n- b: c\n# about d\nd: e\n", values, true},
		{"elements stand apart", "a:\n  - b: c\n\n  - d: e\n\nf: g\n", values, true},
		{"into an empty list", "a: []\nb: c\n", values, true},
		{"where there is no list", "b: c\n", values, true},
		{"where nothing stands", "a:\nb: c\n", values, true},
		{"into an empty file", "", values, true},
		{"into brackets", "a: [b, c]\n", []Value{"x", Map{{"c", "d, e"}}}, true},
		{"texts", "a:\n  - b\n", []Value{"x", "y: z"}, true},
		{"below comments that end the last", "a:\n  - b: c\n    # end of b\n\n   # more\n  # about none\nd: e\n", values, true},
		{"below a text", "a:\n- |\n    b\n  # end of b\n# z\n", values, true},
		{"where no line break ends the file", "a:\n  - b: c", values, true},
		{"Windows", "a:\r\n- b: c\r\nd: e\r\n", values, true},
		{"none", "a:\n- b: c\n", nil, true},
		{"lines into brackets", "a: [b]\n", values, false},
		{"into a text", "a: b\n", values, false},
		{"nothing but a comment", "a:\n- b: c\n", []Value{Lines{"# why"}, Map{{"d", "e"}}}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := parsed(t, test.text), error(nil)
			changed, refused := d.Append("/a", test.values, "a", "b")
			if !test.fits {
				holds(t, changed, refused, "")
				return
			}
			for _, value := range test.values {
				end := 0
				if list := d.At("/a"); list != nil {
					end = len(list.Nodes)
				}
				if d, err = d.Insert("/a", end, value, "a", "b"); err != nil {
					t.Fatal(err)
				}
			}
			holds(t, changed, refused, string(d.Bytes()))
		})
	}
}

// TestInsertBehindDash: nothing can be written before what stands behind the dash of another list.
func TestInsertBehindDash(t *testing.T) {
	d, err := parsed(t, "- - b\n  - c\n").Insert("/0", 0, "x")
	holds(t, d, err, "")
	d, err = parsed(t, "- - b\n  - c\n").Insert("/0", 1, "x")
	holds(t, d, err, "- - b\n  - x\n  - c\n")
}

func TestRemark(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"below a list", "a:\n  - b: c\n    d: e # why\n\nf: g\n", "a:\n  - b: c\n    d: e # why\n  # x\n  # y\n\nf: g\n"},
		{"below comments that end the last", "a:\n  - b\n    # end\n  # c\n", "a:\n  - b\n    # end\n  # x\n  # y\n  # c\n"},
		{"below elements that stand apart", "a:\n- b\n\n- c\nf: g\n", "a:\n- b\n\n- c\n\n# x\n# y\nf: g\n"},
		{"a list in brackets", "a: [b]\nf: g\n\n", "a: [b]\nf: g\n\n# x\n# y\n"},
		{"no list", "f: g", "f: g\n\n# x\n# y\n"},
		{"Windows", "a:\r\n- b\r\n", "a:\r\n- b\r\n# x\r\n# y\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := parsed(t, test.text).Remark("/a", []string{"# x", "# y"})
			holds(t, d, err, test.want)
		})
	}
	if _, err := parsed(t, "a: b\n").Remark("/a", []string{"c: d"}); !errors.Is(err, ErrUnfit) {
		t.Errorf("a key counts as a comment: %v", err)
	}
}

// TestCopy: a value that is copied to another place reads the same there, with its comments.
func TestCopy(t *testing.T) {
	for _, test := range []struct{ name, text, pointer, want string }{
		{"a text", "a: 'b' # why\n", "/a", "new: b\n"},
		{"true", "a: true\n", "/a", "new: true\n"},
		{"false", "a: false\n", "/a", "new: false\n"},
		{"a number", "a: 1.50 # why\n", "/a", "new: 1.50\n"},
		{"nothing", "a:\nb: c\n", "/a", "new: null\n"},
		{"braces", "a: { b: [c, 1, ~, true], d: \"e\" }\n", "/a", "new:\n  b: [c, 1, null, true]\n  d: e\n"},
		{"a mapping", "a: # x\n    b: |\n      c\n\n       d\n    # why\n    e: 'f' # so\ng: h\n", "/a", "new:\n  b: |\n    c\n\n     d\n  # why\n  e: 'f' # so\n"},
		{"an element", "a:\n- b\n# other\n\n# why\n# so\n- c: d\n  # e\n  e: f # f\n- g\n", "/a/1", "new:\n  # why\n  # so\n  c: d\n  # e\n  e: f # f\n"},
		{"an element below its dash", "a:\n  -\n    c: d\n    e: f\n", "/a/0", "new:\n  c: d\n  e: f\n"},
		{"a list", "a:\n  # b\n  - b\n\n  - c\n", "/a", "new:\n  - b\n\n  - c\n"},
		{"a key in an element", "- a:\n    b: c\n    d: e\n", "/0/a", "new:\n  b: c\n  d: e\n"},
		{"comments that end an element", "a:\n  - b: c\n    # end\n   # more\n  # other\n", "/a/0", "new:\n  b: c\n  # end\n  # more\n"},
		{"comments that end a mapping", "a:\n    b: c\n  # end\n# other\n", "/a", "new:\n  b: c\n  # end\n"},
		{"Windows", "a:\r\n  b: c\r\n  d: e\r\n", "/a", "new:\n  b: c\n  d: e\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			from := parsed(t, test.text)
			d, err := parsed(t, "").Set("/new", from.Copy(test.pointer))
			holds(t, d, err, test.want)
			if plain, err := parsed(t, "").Set("/new", from.At(test.pointer).Plain()); err != nil || !plain.root.same(d.root) {
				t.Errorf("without comments it is %s, %v", plain.Bytes(), err)
			}
		})
	}
	if parsed(t, "a: b\n").Copy("/c") != nil {
		t.Error("what is not there is copied")
	}
}

func TestMove(t *testing.T) {
	const text = "a:\n  # about b\n  - b: c\n    d: e # why\n\n  - f: g\n  - h: i\n\nj: k\n"
	for _, test := range []struct {
		name, text string
		from, to   int
		want       string
	}{
		{"down", text, 0, 1, "a:\n  - f: g\n\n  # about b\n  - b: c\n    d: e # why\n  - h: i\n\nj: k\n"},
		{"up", text, 2, 0, "a:\n  - h: i\n\n  # about b\n  - b: c\n    d: e # why\n  - f: g\n\nj: k\n"},
		{"nowhere", text, 1, 1, text},
		{"in brackets", "a: [b, c,  d]\n", 2, 0, "a: [d, b,  c]\n"},
		{"in brackets with a comment behind them", "a: [b, c] # why\n", 1, 0, "a: [c, b] # why\n"},
		{"in a file without a line's end", "a:\n- b\n- c", 0, 1, "a:\n- c\n- b"},
		{"with comments that end one", "a:\n- b: c\n  # end of b\n- d\n# z\n", 0, 1, "a:\n- d\n- b: c\n  # end of b\n# z\n"},
		{"in brackets with comments", "a: [\n  b, # x\n  c\n]\n", 0, 1, ""},
		{"beyond the end", text, 0, 3, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := parsed(t, test.text).Move("/a", test.from, test.to)
			holds(t, d, err, test.want)
		})
	}
}

func TestAt(t *testing.T) {
	d := parsed(t, "a: [x, z]\n\"b/c~\":\n  - d: e\n")
	for pointer, want := range map[string]string{
		"/a/0": "x", "/a/1": "z", "/a/2": "", "/a/-1": "", "/a/01": "", "/a/+1": "", "/a/x": "", "/a/": "", "/c": "", "/a/0/0": "", "a": "", "a/0": "", "xa/0": "", "/b~1c~0/0/d": "e",
	} {
		switch n := d.At(pointer); {
		case n == nil && want != "":
			t.Errorf("nothing is at %s", pointer)
		case n != nil && (n.Value != want || n.Pointer != pointer):
			t.Errorf("at %s is %q", pointer, n.Value)
		}
	}
	if d.At("") != d.Root() || parsed(t, "# nothing\n").At("/a") != nil {
		t.Error("the whole is not at the empty pointer, or something is in nothing")
	}
	if pointer := Join(Join("", "b/c~"), "0"); pointer != "/b~1c~0/0" {
		t.Errorf("the pointer is %s", pointer)
	}
	for pointer, want := range map[string][2]string{"/a/b~1c": {"/a", "b/c"}, "/a": {"", "a"}, "/": {"", ""}, "": {"", ""}, "a": {"", ""}, "a/b": {"", ""}, "~": {"", ""}} {
		if around, step := Parent(pointer); around != want[0] || step != want[1] {
			t.Errorf("the parent of %q is %q, the step %q, want %q", pointer, around, step, want)
		}
	}
}

func TestNearest(t *testing.T) {
	d := parsed(t, "a: b\nlist:\n  - id: x\n    name:\n      fr: é\n  - id: y\n")
	for _, test := range []struct {
		line, column int
		want         string
	}{
		{1, 1, "/a"}, {2, 1, "/list"}, {3, 5, "/list/0/id"}, {4, 5, "/list/0/name"}, {5, 7, "/list/0/name/fr"}, {6, 5, "/list/1/id"}, {9, 1, "/list/1/id"},
	} {
		if got := d.Nearest(test.line, test.column); got == nil || got.Pointer != test.want {
			t.Errorf("at %d:%d stands %v, want %s", test.line, test.column, got, test.want)
		}
	}
}

// everyValue calls f for every value of a document.
func everyValue(n *Node, f func(n *Node)) {
	if n != nil {
		f(n)
		for _, child := range n.Nodes {
			everyValue(child, f)
		}
	}
}

// TestTree: in every catalogue of the tree, a text that is written again changes no byte, and a text
// that differs in a word changes one line.
func TestTree(t *testing.T) {
	t.Parallel()
	values, tried := 0, 0
	for name, text := range edittest.Catalogues(t, "..") {
		d := parsed(t, text)
		var texts []*Node
		everyValue(d.root, func(n *Node) {
			if values++; n.Kind == Text {
				texts = append(texts, n)
			}
		})
		// Each change reads the whole file. Of many texts, these are spread over it, none twice.
		const most = 15
		for i := range min(most, len(texts)) {
			n := texts[i*len(texts)/min(most, len(texts))]
			tried++
			same, err := d.Set(n.Pointer, n.Value)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if string(same.Bytes()) != text {
				t.Errorf("%s: %s, written again, changes %s", name, n.Pointer, changes(text, string(same.Bytes())))
			}
			changed, err := d.Set(n.Pointer, n.Value+" é")
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if lines := changes(text, string(changed.Bytes())); len(lines) != 1 {
				t.Errorf("%s: a word more in %s changes %d lines: %q", name, n.Pointer, len(lines), lines)
			}
		}
	}
	if values < 4000 || tried < 1000 {
		t.Errorf("only %d values were looked at, and %d changed", values, tried)
	}
}

// changes returns the lines that differ. A text of other length has all of them.
func changes(before, after string) []string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	if len(a) != len(b) {
		return b
	}
	var lines []string
	for i := range a {
		if a[i] != b[i] {
			lines = append(lines, b[i])
		}
	}
	return lines
}

// TestGenerated: in files written at random, a text that is written again changes no byte. All other
// changes are done as well, since each is read back.
func TestGenerated(t *testing.T) {
	t.Parallel()
	files, values, done, refused := 1000, 0, 0, 0
	if testing.Short() {
		files = 100
	}
	for seed := range files {
		text := edittest.Random(uint64(seed))
		d, err := Parse("x.yaml", []byte(text))
		if err != nil {
			t.Fatalf("file %d: %v\n%s", seed, err, text)
		}
		everyValue(d.root, func(n *Node) {
			try := func(what string, changed *Document, err error) *Document {
				if err != nil {
					refused++
					if !errors.Is(err, ErrUnfit) {
						t.Errorf("file %d: %s %s: %v", seed, what, n.Pointer, err)
					}
					return nil
				}
				done++
				return changed
			}
			set := func(value Value) *Document {
				changed, err := d.Set(n.Pointer, value)
				return try("set", changed, err)
			}
			values++
			switch {
			case n.Kind == Text:
				if same := set(n.Value); same == nil || string(same.Bytes()) != text {
					t.Errorf("file %d: %s, written again, changes the file:\n%s", seed, n.Pointer, text)
				}
				if changed := set("x: # é"); changed == nil {
					t.Errorf("file %d: %s cannot be changed:\n%s", seed, n.Pointer, text)
				}
			case values%3 > 0: // of the other changes, those of every third value
			case n.Kind == Mapping:
				changed, err := d.Set(Join(n.Pointer, "new"), Map{{"a", "b"}}, "first", "new")
				try("add", changed, err)
			case n.Kind == List:
				for i := range len(n.Nodes) + 1 {
					changed, err := d.Insert(n.Pointer, i, Map{{"a", "b"}, {"c", "d"}})
					try("insert", changed, err)
				}
				changed, err := d.Move(n.Pointer, 0, len(n.Nodes)-1)
				try("move", changed, err)
			}
			if values%4 == 0 && n.Pointer != "" {
				changed, err := d.Set("/copied", d.Copy(n.Pointer))
				if changed = try("copy", changed, err); changed != nil && !changed.At("/copied").same(n) {
					t.Errorf("file %d: %s, copied, is another in\n%s", seed, n.Pointer, changed.Bytes())
				}
			}
			if values%3 == 1 && n.Pointer != "" {
				changed, err := d.Remove(n.Pointer)
				try("remove", changed, err)
			}
		})
	}
	if refused*50 > done {
		t.Errorf("%d changes were refused, and %d done", refused, done)
	}
	t.Logf("%d changes done, %d refused", done, refused)
}

// comments counts the comments of a document by their text.
func comments(d *Document) map[string]int {
	all := map[string]int{}
	for _, t := range lexer.Tokenize(d.text) {
		begins := func(lead string) bool { return strings.Contains("\n"+d.text, lead+"#"+t.Value) }
		if t.Type == token.CommentType && (begins("\n") || begins(" ") || begins("\t")) { // in ">1#" the library finds "1"
			all[strings.TrimSpace(t.Value)]++
		}
	}
	return all
}

// FuzzChange: whatever a file holds, a change is done or refused, and does nothing else.
func FuzzChange(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(edittest.Random(seed), "x: #", uint8(seed))
	}
	f.Add("? a\n: b\n", "x", uint8(0))
	f.Add("a: \"\\\n", "", uint8(1))
	for _, text := range []string{"a: [\n  b, # x\n  # c\n  c, # z\n]\n", "a: {\n  b: |2 # why\n     c\n    # d\n  e: # f\n  # g\n}\n", "--- # a\nb: >1- # c\n  d\n# e\n...\n", "\uFEFFa:\r\n- b: c\r\n  # d\r\n# e\r\n"} {
		for which := range uint8(4) {
			f.Add(text, "a/b", which)
		}
	}
	f.Add("- - a\n  - b\n-\n  - c\n", "x", uint8(3))
	f.Fuzz(func(t *testing.T, text, value string, which uint8) {
		d, err := Parse("x.yaml", []byte(text))
		if err != nil || d.root == nil {
			return
		}
		var all []*Node
		everyValue(d.root, func(n *Node) { all = append(all, n) })
		n := all[int(which)%len(all)]
		before := slices.Clone(d.Bytes())
		had := comments(d)
		for i, change := range []func() (*Document, error){
			func() (*Document, error) { return d.Set(n.Pointer, value) },
			func() (*Document, error) { return d.Set(Join(n.Pointer, "new"), Map{{"a", value}}) },
			func() (*Document, error) { return d.Insert(n.Pointer, 0, Map{{"a", value}}) },
			func() (*Document, error) { return d.Insert(n.Pointer, len(n.Nodes), value) },
			func() (*Document, error) { return d.Move(n.Pointer, 0, len(n.Nodes)-1) },
			func() (*Document, error) { return d.Remark(n.Pointer, []string{"# " + value}) },
			func() (*Document, error) { return d.Set("/copied", d.Copy(n.Pointer)) },
			func() (*Document, error) { return d.Set("/copied", n.Plain()) },
			func() (*Document, error) { return d.Remove(n.Pointer) }, // with its comments
			func() (*Document, error) { return d.Set(value, "x") },   // whatever leads nowhere
			func() (*Document, error) { return d.Insert(value, int(which), Lines{value}) },
		} {
			changed, err := change()
			if err == nil && changed == nil {
				t.Error("neither a document nor an error")
			}
			if err != nil || i > 7 || i == 0 && len(n.Nodes) > 0 || n.Kind == Mapping && len(n.Nodes) == 0 || n.Kind == List && len(n.Nodes) == 0 {
				continue // which takes comments in it out
			}
			for text, times := range had {
				if has := comments(changed)[text]; has < times {
					t.Errorf("change %d of %s leaves %d of %d comments %q in\n%s", i, n.Pointer, has, times, text, changed.Bytes())
				}
			}
		}
		Parent(value)
		if string(before) != string(d.Bytes()) {
			t.Error("the document itself has changed")
		}
	})
}
