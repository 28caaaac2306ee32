package catalogue

import (
	"reflect"
	"strings"
	"testing"
)

// TestEach: Words.Each gives every field of the struct once, in order, under its
// JSON names.
func TestEach(t *testing.T) {
	var words Words
	var want []string
	var places []*string
	var walk func(v reflect.Value, prefix string)
	walk = func(v reflect.Value, prefix string) {
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if field := v.Field(i); field.Kind() == reflect.Struct {
				walk(field, prefix+name+".")
			} else {
				want = append(want, prefix+name)
				places = append(places, field.Addr().Interface().(*string))
			}
		}
	}
	walk(reflect.ValueOf(&words).Elem(), "")

	var got []string
	words.Each(func(key string, word *string) {
		if i := len(got); i < len(places) && places[i] != word {
			t.Errorf("Each gives the wrong field for %q", key)
		}
		got = append(got, key)
	})
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Each\n got %v\nwant %v", got, want)
	}
}
