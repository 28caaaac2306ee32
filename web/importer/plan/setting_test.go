package plan

import (
	"fmt"
	"slices"
	"testing"

	"charte/web/importer/told"
)

// TestSetting reads a configuration, and holds that each part has one fate, and what is not there none.
func TestSetting(t *testing.T) {
	yes, text := told.Value{Kind: told.Bool, Bool: true}, told.Value{Kind: told.Text, Text: "x"}
	whole := told.Value{Kind: told.Map, Fields: []told.Field{
		{Name: "on", Value: yes},
		{Name: "a.b", Value: told.Value{Kind: told.Map, Fields: []told.Field{{Name: "c", Value: text}}}},
		{Name: "list", Value: told.Value{Kind: told.List, Items: []told.Value{text, yes}}},
		{Name: "empty", Value: told.Value{Kind: told.List}},
	}}
	p := &Plan{}
	s := p.Setting("", whole)
	s.Get("on").Mapped("here")
	s.Get("on").Mistaken(PreTicked, "It is on.")
	s.Get("a.b").Dropped("No.")
	s.Get("list").Items()[1].Changed("there", "Yes.")
	s.Get("missing").Get("part").Dropped("No.")
	s.Get("missing").Mistaken(NoRefusal, "It is missing.")
	Setting{}.Mistaken(NoRefusal, "It is missing.")
	Setting{}.Rest("Unknown.")
	s.Get("missing").Rest("Unknown.")
	s.Rest("Unknown.")
	var got []string
	for _, f := range p.Fates {
		got = append(got, fmt.Sprint(f.Outcome, " ", f.Path, " ", f.To, " ", f.Why))
	}
	want := []string{"mapped on here ", "dropped [\"a.b\"]  No.", "changed list[1] there Yes.", "dropped list[0]  Unknown.", "dropped empty  Unknown."}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if len(p.Mistakes) != 1 || p.Mistakes[0].Path != "on" {
		t.Errorf("the mistakes are %+v", p.Mistakes)
	}
	if on := s.Get("on"); !on.True() || on.False() || on.Text() != "" || s.Get("missing").False() {
		t.Error("a flag is not read as it is")
	}
}

func TestWithin(t *testing.T) {
	for _, test := range []struct {
		path, whole string
		want        bool
	}{
		{"a.b", "a", true}, {"a[0]", "a", true}, {"a[0].b", "a", true}, {"a", "a", false}, {"ab", "a", false}, {"a", "a.b", false}, {"a", "", false}, {`["a-b"]`, "", false},
	} {
		if got := Within(test.path, test.whole); got != test.want {
			t.Errorf("Within(%q, %q) is %t", test.path, test.whole, got)
		}
	}
}
