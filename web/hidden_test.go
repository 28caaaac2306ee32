package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestNothingHidden: no name in Go code hides a built-in, a package that the file imports, main, or
// the function that gives its value. A reader who sees make(…) or errors.New(…) can take them for
// what they are.
func TestNothingHidden(t *testing.T) {
	files := token.NewFileSet()
	read := 0
	err := filepath.WalkDir("..", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") {
			return err
		}
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		read++
		for _, hiding := range hidingNames(file) {
			t.Errorf("%s: %s hides a built-in, a package, main or the function that it is from", files.Position(hiding.Pos()), hiding.Name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 200 {
		t.Errorf("only %d files are read", read)
	}
}

// TestHidingNames: each way to declare a name is seen.
func TestHidingNames(t *testing.T) {
	const code = `package main

import "errors"

var len = 1

func make(errors int) (cap int) {
	new, fine := 1, 2
	for copy := range fine {
		_ = copy
	}
	var clear = new
	func(main string) {}("")
	label := label(fine)
	return clear
}
`
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", code, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, hiding := range hidingNames(file) {
		names = append(names, hiding.Name)
	}
	if got, want := strings.Join(names, " "), "len make errors cap new copy clear main label"; got != want {
		t.Errorf("found %q, want %q", got, want)
	}
}

// namedAsCalled returns the variables of an assignment that hide the function that gives their value:
// label in label := label(1).
func namedAsCalled(assignment *ast.AssignStmt) []*ast.Ident {
	called := map[string]bool{}
	for _, value := range assignment.Rhs {
		if call, ok := value.(*ast.CallExpr); ok {
			if function, ok := call.Fun.(*ast.Ident); ok {
				called[function.Name] = true
			}
		}
	}
	var names []*ast.Ident
	for _, variable := range assignment.Lhs {
		if name, ok := variable.(*ast.Ident); ok && called[name.Name] {
			names = append(names, name)
		}
	}
	return names
}

// hidingNames returns the names declared in a file that hide a built-in, a package that the file
// imports, main, or the function that gives their value. Fields and methods hide nothing.
func hidingNames(file *ast.File) []*ast.Ident {
	packages := map[string]bool{}
	for _, spec := range file.Imports {
		address, _ := strconv.Unquote(spec.Path.Value)
		packages[path.Base(address)] = true
		if spec.Name != nil {
			packages[spec.Name.Name] = true
		}
	}
	delete(packages, "_")
	var hiding []*ast.Ident
	declare := func(names ...*ast.Ident) {
		for _, name := range names {
			if types.Universe.Lookup(name.Name) != nil || packages[name.Name] || name.Name == "main" {
				hiding = append(hiding, name)
			}
		}
	}
	expressions := func(list ...ast.Expr) {
		for _, expression := range list {
			if name, ok := expression.(*ast.Ident); ok {
				declare(name)
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			if node.Tok == token.DEFINE {
				expressions(node.Lhs...)
				hiding = append(hiding, namedAsCalled(node)...)
			}
		case *ast.RangeStmt:
			if node.Tok == token.DEFINE {
				expressions(node.Key, node.Value)
			}
		case *ast.ValueSpec:
			declare(node.Names...)
		case *ast.FuncDecl:
			if node.Recv == nil && node.Name.Name != "main" {
				declare(node.Name)
			}
		case *ast.FuncType:
			for _, list := range []*ast.FieldList{node.Params, node.Results} {
				if list == nil {
					continue
				}
				for _, field := range list.List {
					declare(field.Names...)
				}
			}
		}
		return true
	})
	return hiding
}
