// Command schema writes web/audit/report/report.schema.json, the JSON Schema of report.json, from the Go
// types of package report and their comments. Run it with go generate after a change of one:
//
//	go generate ./web/audit/report
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"charte/web/audit/report"
	"charte/web/whole"
)

func main() {
	text, err := generate(".")
	if err == nil {
		err = whole.WriteFile("report.schema.json", text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

// An object is a JSON object. encoding/json sorts its keys, so that the file is always the same.
type object = map[string]any

// generate returns the schema. dir is the folder of package report.
func generate(dir string) ([]byte, error) {
	written, err := sourceIn(dir)
	if err != nil {
		return nil, err
	}
	g := generator{source: written, definitions: object{}}
	g.typed(reflect.TypeFor[report.Report]())
	top := g.definitions["Report"].(object)
	delete(g.definitions, "Report")
	top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	top["title"] = "A report of charte audit"
	top["$defs"] = g.definitions
	version := top["properties"].(object)["version"].(object)
	version["const"] = report.Version
	version["description"] = "The version of report.json."
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err = e.Encode(top)
	return b.Bytes(), err
}

// A generator describes types, each once.
type generator struct {
	source
	definitions object
}

// typed describes a type, by a reference if this package names it.
func (g *generator) typed(t reflect.Type) object {
	switch t.Kind() {
	case reflect.Pointer:
		return g.typed(t.Elem())
	case reflect.Slice:
		return object{"type": "array", "items": g.typed(t.Elem())}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.String:
		if t.Name() == "string" {
			return object{"type": "string"}
		}
		return g.defined(t, func(d object) {
			d["type"] = "string"
			d["enum"] = g.values[t.Name()]
		})
	}
	if t == reflect.TypeFor[time.Time]() {
		return object{"type": "string", "format": "date-time"}
	}
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("%v is of a kind that the schema cannot describe yet", t))
	}
	return g.defined(t, func(d object) { g.fields(t, d) })
}

// fields describes a struct: a field that may be left out is one with omitempty.
func (g *generator) fields(t reflect.Type, d object) {
	keys, required := object{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		described := g.typed(f.Type)
		if comment := g.comment(t, f.Name); comment != "" {
			described["description"] = comment
		}
		keys[name] = described
		if options != "omitempty" {
			required = append(required, name)
		}
	}
	d["type"] = "object"
	d["properties"] = keys
	d["required"] = required
	d["additionalProperties"] = false
}

// defined returns a reference to a type's description, which fill completes at the first time.
func (g *generator) defined(t reflect.Type, fill func(object)) object {
	if g.definitions[t.Name()] == nil {
		d := object{"description": forReaders(g.comments[t.Name()])}
		g.definitions[t.Name()] = d
		fill(d)
	}
	return object{"$ref": "#/$defs/" + t.Name()}
}

// comment returns a field's comment for readers of JSON, in which fields have other names than in Go.
func (g *generator) comment(t reflect.Type, field string) string {
	text := forReaders(g.comments[t.Name()+"."+field])
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "-" {
			text = regexp.MustCompile(`\b`+f.Name+`\b`).ReplaceAllString(text, name)
		}
	}
	return text
}

var (
	link  = regexp.MustCompile(`\[([A-Z]\w*)\]`)
	other = regexp.MustCompile(`\b[Ss]ee Report\.Values\b`)
)

// forReaders puts a comment into the words of JSON.
func forReaders(comment string) string {
	comment = link.ReplaceAllString(comment, "$1")
	comment = other.ReplaceAllString(comment, "see the report's values")
	return strings.NewReplacer(", or nil", ", or absent", "is nil", "is absent").Replace(comment)
}

// A source is what only the source code of a package tells.
type source struct {
	comments map[string]string   // of types, and of their fields as "Type.Field"
	values   map[string][]string // of the constants of a type, in their order
}

// sourceIn reads a folder's Go files.
func sourceIn(dir string) (source, error) {
	s := source{comments: map[string]string{}, values: map[string][]string{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return s, err
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return s, err
		}
		for _, declared := range parsed.Decls {
			general, is := declared.(*ast.GenDecl)
			if !is {
				continue
			}
			for _, spec := range general.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					s.read(spec, general.Doc)
				case *ast.ValueSpec:
					if err := s.constants(general.Tok, spec); err != nil {
						return s, err
					}
				}
			}
		}
	}
	return s, nil
}

// read takes a type's comments.
func (s source) read(named *ast.TypeSpec, above *ast.CommentGroup) {
	s.comments[named.Name.Name] = flat(named.Doc, above)
	fields, is := named.Type.(*ast.StructType)
	if !is {
		return
	}
	for _, field := range fields.Fields.List {
		for _, name := range field.Names {
			s.comments[named.Name.Name+"."+name.Name] = flat(field.Doc, field.Comment)
		}
	}
}

// constants takes the values of constants that have a type of the package.
func (s source) constants(of token.Token, spec *ast.ValueSpec) error {
	named, is := spec.Type.(*ast.Ident)
	if of != token.CONST || !is {
		return nil
	}
	for _, value := range spec.Values {
		literal, is := value.(*ast.BasicLit)
		if !is || literal.Kind != token.STRING {
			continue
		}
		text, err := strconv.Unquote(literal.Value)
		if err != nil {
			return err
		}
		s.values[named.Name] = append(s.values[named.Name], text)
	}
	return nil
}

// flat returns the comments there are as one line.
func flat(groups ...*ast.CommentGroup) string {
	var texts []string
	for _, group := range groups {
		if group != nil {
			texts = append(texts, strings.Fields(group.Text())...)
		}
	}
	return strings.Join(texts, " ")
}
