package page

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"charte/web/importer/told"
)

// TestDecode: each kind of value comes over as it is told.
func TestDecode(t *testing.T) {
	for _, test := range []struct {
		name, answer string
		want         told.Value
	}{
		{"undefined", `{"k":"null"}`, told.Value{Kind: told.Null}},
		{"true", `{"k":"bool","b":true}`, told.Value{Kind: told.Bool, Bool: true}},
		{"a number", `{"k":"number","t":"-1.5e3"}`, told.Value{Kind: told.Number, Number: -1500}},
		{"an endless number", `{"k":"number","t":"Infinity"}`, told.Value{Kind: told.Number, Number: math.Inf(1)}},
		{"a text", `{"k":"text","t":"caf\u00e9"}`, told.Value{Kind: told.Text, Text: "café"}},
		{"half a character", `{"k":"text","t":"\ud83d"}`, told.Value{Kind: told.Text, Text: "\ufffd"}},
		{"a pattern", `{"k":"pattern","t":"^_ga","g":"i"}`, told.Value{Kind: told.Pattern, Text: "^_ga", Flags: "i"}},
		{"a function", `{"k":"function","t":"() => 1"}`, told.Value{Kind: told.Function, Text: "() => 1"}},
		{"a kind that nobody knows", `{"k":"proxy","t":"?"}`, told.Value{Kind: told.Opaque, Text: "?"}},
		{"a list", `{"k":"list","i":[{"k":"null"}]}`, told.Value{Kind: told.List, Items: []told.Value{{Kind: told.Null}}}},
		{"a map", `{"k":"map","n":["a"],"i":[{"k":"bool"}]}`, told.Value{Kind: told.Map, Fields: []told.Field{{Name: "a", Value: told.Value{Kind: told.Bool}}}}},
		{"a map with a value too few", `{"k":"map","n":["a","b"],"i":[{"k":"bool"}]}`, told.Value{Kind: told.Map, Fields: []told.Field{{Name: "a", Value: told.Value{Kind: told.Bool}}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var n node
			if err := json.Unmarshal([]byte(test.answer), &n); err != nil {
				t.Fatal(err)
			}
			got := (&teller{nodes: 10}).value(n, "", 0)
			if want, got := text(test.want), text(got); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// text writes a value as in JavaScript, without places.
func text(v told.Value) string {
	var b strings.Builder
	write(&b, v)
	return b.String()
}

func write(b *strings.Builder, v told.Value) {
	switch v.Kind {
	case told.Map:
		b.WriteString("{")
		for i, f := range v.Fields {
			b.WriteString(map[bool]string{true: ", "}[i > 0] + f.Name + ": ")
			write(b, f.Value)
		}
		b.WriteString("}")
	case told.List:
		b.WriteString("[")
		for i, item := range v.Items {
			b.WriteString(map[bool]string{true: ", "}[i > 0])
			write(b, item)
		}
		b.WriteString("]")
	case told.Text:
		quoted, _ := json.Marshal(v.Text) // a string can always be encoded
		b.Write(quoted)
	case told.Pattern:
		b.WriteString("/" + v.Text + "/" + v.Flags)
	case told.Bool:
		b.WriteString(map[bool]string{true: "true", false: "false"}[v.Bool])
	case told.Number:
		b.WriteString(strconv.FormatFloat(v.Number, 'g', -1, 64))
	case told.Null:
		b.WriteString("null")
	default:
		b.WriteString("<" + string(v.Kind) + " " + v.Text + ">")
	}
}

// FuzzDecode: whatever the page answers, nothing panics, and what is told stays within the limits.
func FuzzDecode(f *testing.F) {
	f.Add(`{"calls":[{"name":"CookieConsent.run","args":[{"k":"map","n":["mode"],"i":[{"k":"text","t":"opt-in"}]}]}]}`, `{"type":"text/html","at":"https://example.org/"}`)
	f.Add(`{"names":[{"base":"tarteaucitron.user","key":"gtag-ua","value":{"k":"number","t":"1"}}],"notes":[{"what":"deep","path":"a"}]}`, `{"elements":[{"tag":"script","attributes":[["type","text/plain"]],"text":"x"}],"scripts":[{"src":"","text":"klaro"}],"more":1,"cut":1,"charte":true}`)
	f.Add(`{"names":[{"value":`+strings.Repeat(`{"k":"list","i":[`, 30)+strings.Repeat(`]}`, 30)+`}]}`, `{}`)
	f.Add(`{"notes":[{"what":"?"}]}`, `null`)
	f.Add(`[]`, `{"elements":[{"attributes":[["a"]]}]}`)
	f.Fuzz(func(t *testing.T, first, second string) {
		l, err := decodeLeft([]byte(first))
		if err != nil {
			return
		}
		e, err := decodeElements([]byte(second))
		if err != nil {
			return
		}
		p := assemble(e, l, &files{texts: map[string]string{"https://example.org/a.js": "klaro"}})
		nodes := 0
		var count func(v told.Value, depth int)
		count = func(v told.Value, depth int) {
			if nodes++; depth > limits.depth+1 {
				t.Fatalf("a value is %d deep", depth)
			}
			for _, item := range v.Items {
				count(item, depth+1)
			}
			for _, field := range v.Fields {
				count(field.Value, depth+1)
			}
		}
		for _, c := range p.Told.Calls {
			for _, arg := range c.Args {
				count(arg, 0)
			}
		}
		for _, n := range p.Told.Names {
			count(n.Value, 0)
		}
		if roots := len(p.Told.Calls) + len(p.Told.Names); nodes > limits.nodes+roots*limits.depth {
			t.Fatalf("%d values were told, and %d is the most", nodes, limits.nodes)
		}
		if len(p.Told.Problems) > limits.notes+10 {
			t.Fatalf("%d problems", len(p.Told.Problems))
		}
		for _, problem := range p.Told.Problems {
			if strings.Contains(problem.Text, "%!") || !strings.HasSuffix(problem.Text, ".") {
				t.Fatalf("no sentence: %q", problem.Text)
			}
		}
	})
}

// TestDecodeLimits: an answer beyond a limit is cut, and that is said.
func TestDecodeLimits(t *testing.T) {
	var deep, wide node
	for range limits.depth + 5 {
		deep = node{Kind: "list", Items: []node{deep}}
	}
	wide = node{Kind: "list", Items: make([]node, limits.nodes+5)}
	for _, test := range []struct {
		name string
		node node
	}{{"too deep", deep}, {"too wide", wide}} {
		t.Run(test.name, func(t *testing.T) {
			teller := &teller{nodes: limits.nodes}
			got := teller.value(test.node, "x", 0)
			if len(teller.notes) == 0 {
				t.Error("nothing is said")
			}
			if len(got.Items) > limits.nodes {
				t.Errorf("%d values are told", len(got.Items))
			}
		})
	}
	if _, err := decodeLeft(make([]byte, mostAnswer+1)); err == nil || !strings.Contains(err.Error(), "bytes") {
		t.Errorf("an answer that is too big: %v", err)
	}
}
