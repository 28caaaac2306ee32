package told

import (
	"slices"
	"testing"
)

// TestPlace: a place is written as far as it is known.
func TestPlace(t *testing.T) {
	for want, place := range map[string]Place{
		"":         {},
		"a.ts":     {File: "a.ts", Column: 3},
		"a.ts:2":   {File: "a.ts", Line: 2},
		"a.ts:2:3": {File: "a.ts", Line: 2, Column: 3},
	} {
		if got := place.String(); got != want {
			t.Errorf("%#v: got %q, want %q", place, got, want)
		}
	}
}

// TestBelow: a path is as JavaScript writes it.
func TestBelow(t *testing.T) {
	for _, test := range []struct{ path, name, want string }{
		{"", "a", "a"},
		{"a", "b", "a.b"},
		{"a", "$_B9", "a.$_B9"},
		{"a", "9b", `a["9b"]`},
		{"a", "b-c", `a["b-c"]`},
		{"", "b-c", `["b-c"]`},
		{"a", "", `a[""]`},
		{"a", "é", `a["é"]`},
		{"a", `"`, `a["\""]`},
	} {
		if got := Below(test.path, test.name); got != test.want {
			t.Errorf("%q below %q: got %s, want %s", test.name, test.path, got, test.want)
		}
	}
	if got := At("a", 2); got != "a[2]" {
		t.Errorf("got %s, want a[2]", got)
	}
}

// TestLeaves: each part without parts is visited once, in its order, and empty ones are such parts.
func TestLeaves(t *testing.T) {
	text := Value{Kind: Text, Text: "x"}
	config := Value{Kind: Map, Fields: []Field{
		{"b", Value{Kind: List, Items: []Value{text, {Kind: Map, Fields: []Field{{"c-d", text}}}}}},
		{"a", Value{Kind: List}},
		{"e", Value{Kind: Map}},
		{"f", Value{}},
	}}
	var got []string
	config.Leaves("", func(path string, v Value) { got = append(got, path+" "+string(v.Kind)) })
	if want := []string{"b[0] text", `b[1]["c-d"] text`, "a list", "e map", "f "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if v, is := config.Get("b"); !is || len(v.Items) != 2 {
		t.Errorf("b is %v, %t", v, is)
	}
	if v, is := config.Get("c"); is || v.Kind != "" {
		t.Errorf("c is %v, %t", v, is)
	}
}
