package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"charte/web/workbench/desk"
)

// TestYAML: a YAML reader reads the same texts.
func TestYAML(t *testing.T) {
	for _, language := range Languages() {
		file, err := os.ReadFile(language + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		if err := yaml.Unmarshal(file, &want); err != nil {
			t.Fatal(err)
		}
		got := In(language)
		for _, key := range slices.Sorted(maps.Keys(want)) {
			if got[key] != want[key] {
				t.Errorf("%s: %s is %q, and YAML has %q", language, key, got[key], want[key])
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s has %d texts, and YAML has %d", language, len(got), len(want))
		}
	}
}

// TestRead: each way of writing a line.
func TestRead(t *testing.T) {
	for _, test := range []struct{ name, file, key, want string }{
		{"plain", "a.b: Some text", "a.b", "Some text"},
		{"quoted", `a: "One: two"`, "a", "One: two"},
		{"escaped", `a: "say \"a\""`, "a", `say "a"`},
		{"inner quotes", `a: The word "a"`, "a", `The word "a"`},
		{"a comment", "# a: no\nb: yes it is", "# a", ""},
		{"after a comment", "# a: no\nb: yes it is", "b", "yes it is"},
		{"spaces", "a:   b  ", "a", "b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := read(test.file)[test.key]; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// TestEqual: both languages have the same keys, and each text the same placeholders.
func TestEqual(t *testing.T) {
	french, english := In("fr"), In("en")
	if len(english) < 100 {
		t.Fatalf("only %d texts were read", len(english))
	}
	for _, key := range slices.Sorted(maps.Keys(english)) {
		other, found := french[key]
		if !found {
			t.Errorf("fr.yaml lacks %s", key)
			continue
		}
		if a, b := placeholders(english[key]), placeholders(other); !slices.Equal(a, b) {
			t.Errorf("%s has %q in English and %q in French", key, a, b)
		}
	}
	for key := range french {
		if _, found := english[key]; !found {
			t.Errorf("en.yaml lacks %s", key)
		}
	}
	if got := In("tlh")["loading"]; got != english["loading"] {
		t.Errorf("a language that the page does not speak gives %q", got)
	}
}

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// A use is what the code says of a key: the whole of it, or how it begins.
type use struct {
	text  string
	whole bool
	where string
}

// uses are the keys in the code of the page. A key is the first argument of Say, Or or Count; one that is put
// together begins with what is a text.
func uses(t *testing.T) []use {
	t.Helper()
	files, err := filepath.Glob("../editor/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all []use
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			name := ""
			switch f := call.Fun.(type) {
			case *ast.SelectorExpr:
				name = f.Sel.Name
			case *ast.Ident:
				name = f.Name
			}
			where := set.Position(call.Pos()).String()
			switch name {
			case "Say", "Or":
				all = append(all, keys(call.Args[0], where)...)
			case "Count":
				for _, k := range keys(call.Args[0], where) {
					for _, form := range []string{".one", ".many"} {
						if k.whole {
							all = append(all, use{k.text + form, true, where})
						}
					}
					if !k.whole {
						all = append(all, k)
					}
				}
			case "say": // of conditions: whether it holds, then the key
				if len(call.Args) > 1 {
					all = append(all, keys(call.Args[1], where)...)
				}
			}
			return true
		})
	}
	return all
}

// keys reads an expression that gives a key. A variable gives none: its texts are found where they are.
func keys(e ast.Expr, where string) []use {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return []use{{text, true, where}}
		}
	case *ast.BinaryExpr:
		left := keys(e.X, where)
		for i := range left {
			left[i].whole = false
		}
		return left
	case *ast.IndexExpr: // one of a list
		if list, ok := e.X.(*ast.CompositeLit); ok {
			var all []use
			for _, element := range list.Elts {
				all = append(all, keys(element, where)...)
			}
			return all
		}
	}
	return nil
}

// others are keys that other code names: the pages before the program (web/workbench), and what the server
// sends the key of. "bar.saved" and "bar.unsaved" are told apart in a variable.
var others = []string{"bar.saved", "bar.unsaved", "start.", "says."}

// TestUsed: the code names no key that is missing, and the files have none that is never used.
func TestUsed(t *testing.T) {
	texts, all := In("en"), uses(t)
	if len(all) < 50 {
		t.Fatalf("only %d keys were found in the code", len(all))
	}
	for _, u := range all {
		if _, found := texts[u.text]; u.whole && !found {
			t.Errorf("%s: there is no text for %q", u.where, u.text)
		}
		if !u.whole && !slices.ContainsFunc(slices.Collect(maps.Keys(texts)), func(key string) bool { return strings.HasPrefix(key, u.text) }) {
			t.Errorf("%s: there is no text that begins with %q", u.where, u.text)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		used := slices.ContainsFunc(all, func(u use) bool {
			return u.text == key || !u.whole && u.text != "" && strings.HasPrefix(key, u.text)
		}) || slices.ContainsFunc(others, func(other string) bool { return strings.HasPrefix(key, other) })
		if !used {
			t.Errorf("nothing uses %s", key)
		}
	}
}

// TestTypography: French has no-break spaces where a line must not break, and both languages curved marks. What
// stands in a file is as the file has it.
func TestTypography(t *testing.T) {
	for language, wrong := range map[string]*regexp.Regexp{
		"fr": regexp.MustCompile(`« | »| [:;?!%]|[^ "\p{Ps}]'|"`),
		"en": regexp.MustCompile(`\w'\w|"`),
	} {
		texts := In(language)
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			if at := wrong.FindString(texts[key]); at != "" {
				t.Errorf("%s: %s has %q: %s", language, key, at, texts[key])
			}
		}
	}
}

// TestCodes: each code of a fault, each level, and each kind of offer has a text.
func TestCodes(t *testing.T) {
	texts := In("en")
	for _, code := range []desk.Code{desk.CodeRefused, desk.CodeChanged, desk.CodeAway, desk.CodeTaken, desk.CodeLocked, desk.CodeToken, desk.CodeBad} {
		if texts["status."+string(code)] == "" {
			t.Errorf("there is no text for the code %q", code)
		}
	}
	for _, kind := range []desk.OfferKind{desk.OfferService, desk.OfferSite, desk.OfferWords, desk.OfferCarryOver, desk.OfferDomain, desk.OfferCharter} {
		if texts["offers.kind."+string(kind)] == "" {
			t.Errorf("there is no text for the kind of offer %q", kind)
		}
	}
	for _, level := range []desk.Level{desk.LevelError, desk.LevelWarning, desk.LevelNote} {
		if texts["level."+string(level)] == "" {
			t.Errorf("there is no text for the level %q", level)
		}
	}
}
