package evaluate

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"

	"charte/web/importer/told"
)

// The most of a value that is taken down. A configuration has some thousand parts.
const (
	mostParts    = 200000
	deepestPart  = 60
	mostCode     = 80      // bytes of a function
	mostCodeRead = 4096    // bytes of a function, with what was put into it
	mostText     = 1 << 20 // bytes of a text
)

// value takes a value down. place is where it stands, as far as the value itself does not know.
func (m *machine) value(v goja.Value, place told.Place) told.Value {
	r := &valueReader{machine: m, within: map[*goja.Object]bool{}}
	value := r.read(v, place, 0)
	if r.cut && !m.cut {
		m.cut = true
		m.fault(value.Place, fmt.Sprintf("More is told here than a banner needs: %d parts of a value, and %d bytes of a text, are the most. The rest was not read.", mostParts, mostText))
	}
	return value
}

type valueReader struct {
	*machine
	within map[*goja.Object]bool // objects that are being read
	parts  int
	cut    bool // there is more than is taken down
}

func (r *valueReader) read(v goja.Value, place told.Place, depth int) told.Value {
	r.parts++
	opaque := func(text string) told.Value {
		return told.Value{Kind: told.Opaque, Text: r.restored(text), Place: place}
	}
	switch {
	case depth > deepestPart:
		return opaque("…")
	case v == nil || goja.IsUndefined(v) || goja.IsNull(v):
		return told.Value{Kind: told.Null, Place: place}
	}
	object, is := v.(*goja.Object)
	if !is {
		return r.primitive(v, place)
	}
	if s := r.standins[object]; s != nil {
		return opaque(s.name)
	}
	if known, there := r.origins[object]; there && r.literals[known].place.Line > 0 {
		place = r.literals[known].place
	}
	if r.within[object] {
		return opaque("…")
	}
	r.within[object] = true
	defer delete(r.within, object)
	value := opaque("…")
	if class := ""; r.safely(func() { class = object.ClassName() }) { // a Proxy may be revoked
		if _, callable := goja.AssertFunction(object); callable {
			class = "Function" // asynchronous ones have another
		} else if object.ExportType() == reflect.TypeFor[*goja.Promise]() { // whose class is that of any object
			class = "Promise"
		}
		value = opaque(class)
		switch class {
		case "Array":
			return r.list(object, place, depth)
		case "Object", "Error", "Arguments", "GlobalObject", "global":
			return r.fields(object, place, depth)
		case "RegExp", "Function", "String", "Number", "Boolean":
			r.safely(func() { value = r.special(class, object, place) })
		}
	}
	return value // of a Date, a Promise, a Map, …, only the class is known
}

// special is a value that is an object in JavaScript and none in told. A script may have changed its
// methods.
func (r *valueReader) special(class string, object *goja.Object, place told.Place) told.Value {
	switch class {
	case "RegExp":
		return told.Value{Kind: told.Pattern, Text: r.restored(object.Get("source").String()), Flags: object.Get("flags").String(), Place: place}
	case "Function":
		code := r.source(object)
		return told.Value{Kind: told.Function, Text: cut(r.restored(unmarked(code[:min(len(code), mostCodeRead)])), mostCode), Place: place}
	}
	return r.primitive(r.vm.ToValue(object.Export()), place)
}

func (r *valueReader) primitive(v goja.Value, place told.Place) told.Value {
	switch x := v.Export().(type) {
	case bool:
		return told.Value{Kind: told.Bool, Bool: x, Place: place}
	case int64:
		return told.Value{Kind: told.Number, Number: float64(x), Place: place}
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return told.Value{Kind: told.Opaque, Text: v.String(), Place: place} // JSON has no such number
		}
		return told.Value{Kind: told.Number, Number: x, Place: place}
	case string:
		if hole.FindString(x) == x && x != "" {
			return told.Value{Kind: told.Opaque, Text: r.restored(x), Place: place}
		}
		r.cut = r.cut || len(x) > mostText
		return told.Value{Kind: told.Text, Text: r.restored(cut(x, mostText)), Place: place}
	}
	return told.Value{Kind: told.Opaque, Text: cut(r.restored(v.String()), mostCode), Place: place}
}

func (r *valueReader) list(object *goja.Object, place told.Place, depth int) told.Value {
	list := told.Value{Kind: told.List, Place: place}
	var items []told.Place
	if known, there := r.origins[object]; there {
		items = r.literals[known].items
	}
	length := 0
	r.safely(func() { length = int(object.Get("length").ToInteger()) })
	for i := range length {
		if r.full() {
			break
		}
		at := place
		if i < len(items) && items[i].Line > 0 {
			at = items[i]
		}
		list.Items = append(list.Items, r.part(object, itoa(i), at, depth+1))
	}
	return list
}

func (r *valueReader) fields(object *goja.Object, place told.Place, depth int) told.Value {
	fields := told.Value{Kind: told.Map, Place: place}
	var places map[string]told.Place
	if known, there := r.origins[object]; there {
		places = r.literals[known].fields
	}
	for _, key := range r.keys(object) {
		if r.full() {
			break
		}
		at := place
		if p := places[key]; p.Line > 0 {
			at = p
		}
		fields.Fields = append(fields.Fields, told.Field{Name: r.restored(key), Value: r.part(object, key, at, depth+1)})
	}
	return fields
}

// full reports whether no part more is taken down.
func (r *valueReader) full() bool {
	r.cut = r.cut || r.parts >= mostParts
	return r.parts >= mostParts
}

// part reads a property. One whose getter fails is not known.
func (r *valueReader) part(object *goja.Object, key string, place told.Place, depth int) told.Value {
	var v goja.Value
	if !r.safely(func() { v = object.Get(key) }) {
		return told.Value{Kind: told.Opaque, Text: "get " + r.restored(key) + "()", Place: place}
	}
	return r.read(v, place, depth)
}

// cut returns the beginning of a text, in bytes, without half a character.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	text = text[:most]
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text + "…"
}

// unmarked is code without our marks, on one line.
func unmarked(code string) string {
	return strings.Join(strings.Fields(marks.ReplaceAllString(code, "")), " ")
}
