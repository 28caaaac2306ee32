package peers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"charte/web/importer/plan"
	"charte/web/importer/told"
)

// silent walks a configuration, and returns the settings of which nobody says what has become, how many
// there are, and how many of them have a reason that a peer does not give to whatever it does not know.
func silent(p *plan.Plan, v told.Value) (unsaid []string, all, own int) {
	v.Leaves("", func(path string, _ told.Value) {
		all++
		why, said := reason(p, path)
		switch {
		case !said:
			unsaid = append(unsaid, path)
		case !general(why):
			own++
		}
	})
	return unsaid, all, own
}

// reason is why a setting, or the nearest that it is a part of, became what it became.
func reason(p *plan.Plan, path string) (why string, said bool) {
	for {
		for _, fate := range p.Fates {
			if fate.Path == path {
				return fate.Why, true
			}
		}
		i := strings.LastIndexAny(path, ".[")
		if i < 0 {
			return "", false
		}
		path = path[:i]
	}
}

// general reports whether a reason is one that a peer gives to all that it does not know.
func general(why string) bool {
	for _, text := range generals() {
		if strings.Contains(why, text) {
			return true
		}
	}
	return false
}

// generals are the reasons that the room gives to Rest.
var generals = sync.OnceValue(func() []string {
	var texts []string
	files, err := filepath.Glob("*.go")
	if err != nil {
		panic(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			panic(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "Rest" {
				return true
			}
			ast.Inspect(call.Args[0], func(n ast.Node) bool {
				if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
					if s, err := strconv.Unquote(text.Value); err == nil && len(s) > len(" documents no") {
						texts = append(texts, s)
					}
				}
				return true
			})
			return true
		})
	}
	return texts
})

func TestSilent(t *testing.T) {
	v, err := asTold(`{"a": {"b": 1, "c": []}, "d": [true, false], "e": "x"}`)
	if err != nil {
		t.Fatal(err)
	}
	p := &plan.Plan{}
	s := p.Setting("", v)
	s.Get("a").Get("b").Mapped("x")
	s.Get("d").Dropped("A reason.")
	s.Get("e").Dropped("tarteaucitron documents no such setting.")
	unsaid, all, own := silent(p, v)
	if strings.Join(unsaid, " ") != "a.c" || all != 5 || own != 3 {
		t.Errorf("unsaid %q, %d settings, %d with a reason; want a.c, 5, 3", unsaid, all, own)
	}
}
