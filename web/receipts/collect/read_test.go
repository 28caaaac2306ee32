package collect

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// oneReport is a report as pages write it.
const oneReport = `{"value":"v=1&on=2026-11-23&rev=k3f9a1&yes=youtube","action":"answer","ui":"layer1","lang":"fr","release":"release-x.js"}`

// TestDecode: a report has each key once, in that spelling, with a string. No key is left
// out and none is added.
func TestDecode(t *testing.T) {
	change := func(from, to string) string { return strings.Replace(oneReport, from, to, 1) }
	for _, test := range []struct {
		name, body string
		taken      bool
	}{
		{"as pages write it", oneReport, true},
		{"in another order", `{"release":"x","lang":"fr","ui":"layer1","action":"answer","value":"v"}`, true},
		{"with space around it", " \r\n\t" + strings.ReplaceAll(oneReport, ":", " : ") + "\n", true},
		{"a key with an escape", change(`"ui"`, `"\u0075i"`), true},
		{"empty strings", `{"value":"","action":"","ui":"","lang":"","release":""}`, true},

		{"a key twice", change("{", `{"ui":"layer1",`), false},
		{"a key twice, and another missing", change(`"lang":"fr"`, `"ui":"layer1"`), false},
		{"a key twice, first with null", change("{", `{"ui":null,`), false},
		{"a key in capitals", change(`"value"`, `"VALUE"`), false},
		{"a key with one capital", change(`"value"`, `"Value"`), false},
		{"a key twice, once in capitals", change("{", `{"VALUE":"x",`), false},
		{"a key with a long s", change(`"release"`, `"relea`+"\u017f"+`e"`), false}, // encoding/json takes it for an s
		{"an unknown key", change("{", `{"id":"7",`), false},
		{"an unknown key for another", change(`"lang"`, `"id"`), false},
		{"an empty key", change("{", `{"":"",`), false},
		{"a key missing", change(`"ui":"layer1",`, ""), false},
		{"all keys missing", "{}", false},
		{"null", change(`"layer1"`, "null"), false},
		{"a number", change(`"layer1"`, "1"), false},
		{"true", change(`"layer1"`, "true"), false},
		{"a nested object", change(`"layer1"`, `{"ui":"layer1"}`), false},
		{"a list", change(`"layer1"`, `["layer1"]`), false},
		{"null for the whole", "null", false},
		{"a string for the whole", `"` + "x" + `"`, false},
		{"a list for the whole", "[" + oneReport + "]", false},
		{"a number behind it", oneReport + "1", false},
		{"null behind it", oneReport + " null", false},
		{"a brace behind it", oneReport + "}", false},
		{"it twice", oneReport + oneReport, false},
		{"a NUL behind it", oneReport + "\x00", false},
		{"a byte order mark", "\ufeff" + oneReport, false},
		{"a comma too many", change("}", ",}"), false},
		{"a comma too few", change(`,"ui"`, ` "ui"`), false},
		{"a comment", change("{", "{/**/"), false},
		{"cut off", oneReport[:len(oneReport)-1], false},
		{"nothing", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if r, err := decode[report]([]byte(test.body), reportKeys); (err == nil) != test.taken || err != nil && r != (report{}) {
				t.Errorf("%s\n%+v, %v; want it taken: %t", test.body, r, err, test.taken)
			}
		})
	}
}

// FuzzDecode: a body that is taken has the five keys, each once and in that spelling, with
// the strings that the report has. If the report is written again, it is taken again. To
// try more than the seeds:
//
//	go test -run '^$' -fuzz FuzzDecode ./web/receipts/collect
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		oneReport, "{}", "null", "[]", oneReport + oneReport,
		strings.Replace(oneReport, "{", `{"ui":"layer1",`, 1),
		strings.Replace(oneReport, "value", "VALUE", 1),
		strings.Replace(oneReport, `"layer1"`, "null", 1),
		strings.Replace(oneReport, `"layer1"`, `{"ui":["layer1"]}`, 1),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := decode[report](body, reportKeys)
		if err != nil {
			return
		}
		// In a map, keys of other case are other keys, and a value of type any shows whether
		// it is a string.
		var fields map[string]any
		if err := json.Unmarshal(body, &fields); err != nil {
			t.Fatalf("%q is taken, and is not JSON: %v", body, err)
		}
		want := map[string]string{"value": r.Value, "action": r.Action, "ui": r.UI, "lang": r.Lang, "release": r.Release}
		for key, text := range want {
			if said, isString := fields[key].(string); !isString || said != text {
				t.Errorf("%q: %s is %v, and was read as %q", body, key, fields[key], text)
			}
		}
		// If a key is there twice, a map has only the last. So the colons outside of strings
		// are counted.
		if colons := bytes.Count(withoutStrings(body), []byte(":")); len(fields) != len(want) || colons != len(want) {
			t.Errorf("%q has %d keys, %d of them different; want %d", body, colons, len(fields), len(want))
		}
		again, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := decode[report](again, reportKeys); err != nil || second != r {
			t.Errorf("%q is read as %+v, and what is written of that, %q, as %+v (%v)", body, r, again, second, err)
		}
	})
}

// withoutStrings returns JSON with its strings left out.
func withoutStrings(data []byte) []byte {
	var rest []byte
	for inside, i := false, 0; i < len(data); i++ {
		switch {
		case data[i] == '"':
			inside = !inside
		case inside && data[i] == '\\':
			i++ // an escaped quote does not end the string
		case !inside:
			rest = append(rest, data[i])
		}
	}
	return rest
}
