package source_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
)

// written returns a view, and its JSON as the bundle writes it.
func written(t testing.TB, name string, lang catalogue.Language) (*catalogue.View, string) {
	t.Helper()
	c, err := source.Embedded(name)
	if err != nil {
		t.Fatal(err)
	}
	v, err := source.View(c, lang)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return v, string(data)
}

// TestReadView: ReadView reads the JSON of the bundle as encoding/json does.
func TestReadView(t *testing.T) {
	for _, name := range []string{"default", "demo"} {
		for _, lang := range []catalogue.Language{"fr", "en"} {
			_, data := written(t, name, lang)
			var want catalogue.View
			if err := json.Unmarshal([]byte(data), &want); err != nil {
				t.Fatal(err)
			}
			got, err := catalogue.ReadView(data)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*got, want) {
				t.Errorf("%s in %s:\n got %+v\nwant %+v", name, lang, *got, want)
			}
		}
	}
}

func TestReadViewTexts(t *testing.T) {
	for _, test := range []struct {
		name, data, title string
		ok                bool
	}{
		{"plain", `{"title":"a"}`, "a", true},
		{"spaces", " {\n\t\"title\" : \"a\" }\r\n", "a", true},
		{"escapes", `{"title":"a\"\\\/\b\f\n\r\t\u003c\u2028é"}`, "a\"\\/\b\f\n\r\t<\u2028é", true},
		{"an unknown key of any shape", `{"x":[1,-2.5e3,{"y":null,"z":[true,false,"]"]}],"title":"a"}`, "a", true},
		{"empty object", `{}`, "", true},
		{"nothing", ``, "", false},
		{"null", `null`, "", false},
		{"a list", `[]`, "", false},
		{"cut short", `{"title":"a`, "", false},
		{"cut in an escape", `{"title":"a\`, "", false},
		{"cut in a code", `{"title":"\u00`, "", false},
		{"an unknown escape", `{"title":"\x"}`, "", false},
		{"no such code", `{"title":"\uzzzz"}`, "", false},
		{"a line break in a text", "{\"title\":\"a\nb\"}", "", false},
		{"more after the end", `{"title":"a"} x`, "", false},
		{"no comma", `{"title":"a" "dir":"ltr"}`, "", false},
		{"a comma too many", `{"title":"a",}`, "", false},
		{"no colon", `{"title" "a"}`, "", false},
		{"a number for a text", `{"title":1}`, "", false},
		{"a text for a flag", `{"categories":[{"necessary":"true"}]}`, "", false},
		{"10,000 deep", `{"x":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `}`, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			v, err := catalogue.ReadView(test.data)
			if (err == nil) != test.ok {
				t.Fatalf("error %v", err)
			}
			if err == nil && v.Title != test.title {
				t.Errorf("got %q, want %q", v.Title, test.title)
			}
		})
	}
}

// FuzzReadView: ReadView never panics. A view that it has read, written again by
// encoding/json, is read the same.
func FuzzReadView(f *testing.F) {
	_, data := written(f, "default", "en")
	f.Add(data)
	f.Add(`{"title":"\u003c","x":[{}],"categories":[{"services":[{"cookies":[{"kind":"localStorage"}]}]}]}`)
	f.Fuzz(func(t *testing.T, data string) {
		v, err := catalogue.ReadView(data)
		if err != nil {
			return
		}
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var want catalogue.View
		if err := json.Unmarshal(again, &want); err != nil {
			t.Fatal(err)
		}
		got, err := catalogue.ReadView(string(again))
		if err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		if !reflect.DeepEqual(*got, want) {
			t.Fatalf("%s\n got %+v\nwant %+v", again, *got, want)
		}
	})
}
