package source

import (
	"strings"
	"testing"
)

// TestRows: a list of mappings of texts is read with the places of its keys.
func TestRows(t *testing.T) {
	const sound = "list:\n  - a: one\n    b: two\n  - { b: three }\n"
	rows, errs := Rows("r.yaml", []byte(sound), "list", "a", "b")
	if errs != nil || len(rows) != 2 || rows[0].Texts["a"] != "one" || rows[0].Texts["b"] != "two" || rows[1].Texts["b"] != "three" {
		t.Fatalf("got %v, %v", rows, errs)
	}
	for _, test := range []struct {
		name, key    string
		row          int
		line, column int
	}{
		{"a key", "b", 0, 3, 5},
		{"a key in braces", "b", 1, 4, 7},
		{"a key that is not there", "a", 1, 4, 5},
	} {
		if line, column := rows[test.row].Place(test.key); line != test.line || column != test.column {
			t.Errorf("%s is at %d:%d, want %d:%d", test.name, line, column, test.line, test.column)
		}
	}
	for _, test := range []struct {
		name, text string
		rows       int
		want       string // "" for no error
	}{
		{"an empty list", "list: []", 0, ""},
		{"nothing but comments", "list:\n  # - a: one\n", 0, ""},
		{"an empty file", "", 0, "r.yaml:1:1: the file is empty"},
		{"an unknown key", "list:\n  - c: one\n", 1, `r.yaml:2:5: key "c" is not known`},
		{"a number", "list:\n  - a: 1\n", 1, "r.yaml:2:8: the number 1 where a text was expected"},
		{"a key twice", "list:\n  - a: x\n    a: y\n", 1, "is written twice"},
		{"no mapping", "list: [x]", 0, "r.yaml:1:8: a text where a mapping"},
		{"another top", "lists: []", 0, `did you mean "list"?`},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, errs := Rows("r.yaml", []byte(test.text), "list", "a", "b")
			if len(rows) != test.rows || test.want == "" && errs != nil || test.want != "" && (len(errs) != 1 || !strings.Contains(errs.Error(), test.want)) {
				t.Errorf("got %d rows and %v, want %d and %q", len(rows), errs, test.rows, test.want)
			}
		})
	}
}
