// Command schema writes catalogue/source/schema.json, the JSON Schema of catalogues, from the Go types
// and their comments, and from the known services. Run it with go generate after a change of one:
//
//	go generate ./catalogue/source
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
	"strings"
	"unicode"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/catalogue/source"
)

func main() {
	text, err := generate("..")
	if err == nil {
		err = os.WriteFile("schema.json", text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

// An object is a JSON object. encoding/json sorts its keys, so that the file is always the same.
type object = map[string]any

// generate returns the schema. dir is the folder of package catalogue.
func generate(dir string) ([]byte, error) {
	comments, err := commentsIn(dir)
	if err != nil {
		return nil, err
	}
	g := generator{comments: comments, definitions: object{}}
	g.typed(reflect.TypeFor[catalogue.Catalogue]())
	top := g.definitions["Catalogue"].(object)
	delete(g.definitions, "Catalogue")
	keys := top["properties"].(object)
	keys["extends"] = object{"const": "default", "description": "A catalogue to start from. What this file says of site, charter and look replaces what stands there; its lists come after those."}
	keys["without"] = object{"type": "array", "items": object{"$ref": "#/definitions/ID"}, "description": "Services of the catalogue that this one extends which the site does without."}
	top["$schema"] = "http://json-schema.org/draft-07/schema#"
	top["title"] = "A catalogue of Charte"
	top["definitions"] = g.definitions
	if err := g.use(g.definitions["Service"].(object)); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err = e.Encode(top)
	return b.Bytes(), err
}

// use adds the keys with which a service takes over a known one.
func (g *generator) use(service object) error {
	entries, err := source.Services()
	if err != nil {
		return err
	}
	var editions []any
	var conditions []any
	for _, entry := range entries {
		for _, edition := range entry.Editions {
			name := fmt.Sprintf("%s@%d", entry.ID, edition.Number)
			editions = append(editions, object{"const": name, "description": entry.Name + ". " + edition.Service.Purpose["en"]})
			conditions = append(conditions, object{
				"if":   object{"properties": object{"use": object{"const": name}}, "required": []string{"use"}},
				"then": with(entry, &edition),
			})
		}
	}
	keys := service["properties"].(object)
	keys["use"] = object{"anyOf": editions, "description": "A known service and its edition, which this one takes over. Any other key may be said otherwise, and then counts."}
	keys["with"] = object{"type": "object", "description": "What only the owner knows of the known service, and the settings that make it exempt from consent."}
	keys["without"] = object{"type": "array", "items": object{"type": "string"}, "description": "Names of the known service's cookies that the site does without."}
	keys["acceptsUnknown"] = object{"type": "boolean", "description": "Whether the owner knows of the facts that the service's maker does not publish. charte check then does not warn of them."}
	service["allOf"] = conditions
	return nil
}

// with describes the key "with" for one edition.
func with(entry *services.Entry, edition *services.Edition) object {
	keys, required := object{}, []string{}
	for _, p := range edition.Parameters {
		keys[p.ID] = object{"type": []string{"string", "number"}, "description": p.Text["en"], "examples": []string{p.Example}}
		if entry.Needs(edition, p.ID) {
			required = append(required, p.ID)
		}
	}
	if edition.Exempt != nil {
		for _, setting := range edition.Exempt.Requires {
			keys[setting.ID] = object{"type": "boolean", "description": setting.Text["en"]}
		}
	}
	then := object{"properties": object{"with": object{"properties": keys, "required": required, "additionalProperties": false}}}
	if len(required) > 0 {
		then["required"] = []string{"with"}
	}
	return then
}

// A generator describes types, each once.
type generator struct {
	comments    map[string]string
	definitions object
}

// typed describes a type, by a reference if it has a name.
func (g *generator) typed(t reflect.Type) object {
	text := object{"type": "string"}
	switch t.Kind() {
	case reflect.String:
		if t.Name() == "string" {
			return text
		}
		return g.defined(t, func(d object) {
			d["type"] = "string"
			switch t {
			case reflect.TypeFor[catalogue.ID]():
				d["pattern"] = "^[a-z][a-z0-9-]{0,39}$"
			case reflect.TypeFor[catalogue.Kind]():
				d["enum"] = []catalogue.Kind{catalogue.KindCookie, catalogue.KindLocalStorage, catalogue.KindSessionStorage, catalogue.KindIndexedDB}
			case reflect.TypeFor[catalogue.FormerBanner]():
				d["enum"] = catalogue.FormerBanners()
			case reflect.TypeFor[catalogue.Guard]():
				d["enum"] = catalogue.Guards()
			case reflect.TypeFor[catalogue.HostKind]():
				d["enum"] = catalogue.HostKinds()
			case reflect.TypeFor[catalogue.Signal]():
				d["enum"] = catalogue.Signals()
			case reflect.TypeFor[catalogue.Preset]():
				d["enum"] = catalogue.Presets()
			case reflect.TypeFor[catalogue.Position]():
				d["enum"] = catalogue.Positions()
			case reflect.TypeFor[catalogue.Scheme]():
				d["enum"] = catalogue.Schemes()
			case reflect.TypeFor[catalogue.Choices]():
				d["enum"] = catalogue.AllChoices()
			case reflect.TypeFor[catalogue.Length]():
				d["type"] = []string{"string", "number"}
			}
		})
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Pointer:
		return g.typed(t.Elem())
	case reflect.Slice:
		return object{"type": "array", "items": g.typed(t.Elem())}
	case reflect.Map:
		switch t {
		case reflect.TypeFor[catalogue.Text]():
			return g.defined(t, func(d object) {
				d["type"] = []string{"string", "object"}
				d["additionalProperties"] = text
			})
		case reflect.TypeFor[map[catalogue.Language]map[string]string]():
			return object{"type": "object", "additionalProperties": g.words()}
		}
		return object{"type": "object", "additionalProperties": g.typed(t.Elem())}
	}
	switch t {
	case reflect.TypeFor[catalogue.Lifetime]():
		return g.defined(t, func(d object) {
			d["type"] = "string"
			d["pattern"] = "^(session|persistent|unknown|(up to )?[1-9][0-9]* (minute|hour|day|week|month|year)s?)$"
			d["examples"] = []string{"session", "13 months", "up to 1 year", "persistent", "unknown"}
		})
	case reflect.TypeFor[catalogue.Colour]():
		colour := object{"type": "string", "pattern": "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"}
		return g.defined(t, func(d object) {
			d["anyOf"] = []any{colour, object{"type": "object", "properties": object{"light": colour, "dark": colour}, "required": []string{"light", "dark"}, "additionalProperties": false}}
		})
	}
	return g.defined(t, func(d object) {
		keys := object{}
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Type == reflect.TypeFor[map[catalogue.Token]catalogue.Colour]() {
				for _, colour := range catalogue.Tokens() {
					keys[string(colour)] = g.typed(f.Type.Elem())
				}
				continue
			}
			keys[key(f.Name)] = g.commented(t.Name()+"."+f.Name, g.typed(f.Type))
		}
		d["type"] = "object"
		d["properties"] = keys
		d["additionalProperties"] = false
	})
}

// defined returns a reference to a type's description, which fill completes at the first time.
func (g *generator) defined(t reflect.Type, fill func(object)) object {
	if g.definitions[t.Name()] == nil {
		d := object{"description": g.comments[t.Name()]}
		g.definitions[t.Name()] = d
		fill(d)
	}
	return object{"$ref": "#/definitions/" + t.Name()}
}

// commented adds a field's comment. Beside a reference, readers of draft 07 see no other key, so
// the reference is wrapped.
func (g *generator) commented(name string, d object) object {
	comment := g.comments[name]
	_, field, _ := strings.Cut(name, ".")
	if rest, ok := strings.CutPrefix(comment, field+" "); ok {
		comment = key(field) + " " + rest
	}
	if comment == "" {
		return d
	}
	if d["$ref"] != nil {
		return object{"allOf": []any{d}, "description": comment}
	}
	d["description"] = comment
	return d
}

// words describes the banner's words in one language, which may be written by group or with dots.
func (g *generator) words() object {
	keys := object{}
	new(catalogue.Words).Each(func(key string, _ *string) {
		keys[key] = object{"type": "string"}
		if group, rest, nested := strings.Cut(key, "."); nested {
			if keys[group] == nil {
				keys[group] = object{"type": "object", "properties": object{}, "additionalProperties": false}
			}
			keys[group].(object)["properties"].(object)[rest] = object{"type": "string"}
		}
	})
	return object{"type": "object", "properties": keys, "additionalProperties": false}
}

// forOwners leaves out of a comment the sentences that only a Go program can need.
func forOwners(comment string) string {
	var kept []string
	for _, sentence := range strings.SplitAfter(comment, ". ") {
		if !strings.Contains(sentence, "nil") && !strings.Contains(sentence, "zero ") {
			kept = append(kept, sentence)
		}
	}
	return strings.TrimSpace(strings.Join(kept, ""))
}

// key returns the key of a field: "policyURL" for PolicyURL, "id" for ID.
func key(field string) string {
	if field == strings.ToUpper(field) {
		return strings.ToLower(field)
	}
	runes := []rune(field)
	runes[0] = unicode.ToLower(runes[0])
	return string(runes)
}

// commentsIn returns the comments of the types in a folder, and of their fields as "Type.Field".
func commentsIn(dir string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	comments := map[string]string{}
	flat := func(groups ...*ast.CommentGroup) string {
		for _, group := range groups {
			if group != nil {
				return forOwners(strings.Join(strings.Fields(group.Text()), " "))
			}
		}
		return ""
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			declared, is := node.(*ast.GenDecl)
			if !is {
				return true
			}
			for _, spec := range declared.Specs {
				named, is := spec.(*ast.TypeSpec)
				if !is {
					continue
				}
				comments[named.Name.Name] = flat(named.Doc, declared.Doc)
				if fields, is := named.Type.(*ast.StructType); is {
					for _, field := range fields.Fields.List {
						for _, name := range field.Names {
							comments[named.Name.Name+"."+name.Name] = flat(field.Doc, field.Comment)
						}
					}
				}
			}
			return false
		})
	}
	return comments, nil
}
