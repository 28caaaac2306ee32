// Command schema writes web/audit/report/report.schema.json, the JSON Schema of report.json, from the Go
// types of package report and their comments. Run it with go generate after a change of one:
//
//	go generate ./web/audit/report
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"

	"github.com/invopop/jsonschema"

	"charte/web/audit/report"
	"charte/web/whole"
)

func main() {
	text, err := generate()
	if err == nil {
		err = whole.WriteFile("report.schema.json", text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

// generate returns the schema. The working directory is the folder of package report.
func generate() ([]byte, error) {
	r := jsonschema.Reflector{Anonymous: true, ExpandedStruct: true, Mapper: listed}
	if err := r.AddGoComments("charte/web/audit/report", "."); err != nil {
		return nil, err
	}
	for name, comment := range r.CommentMap {
		r.CommentMap[name] = forReaders(comment)
	}
	schema := r.ReflectFromType(reflect.TypeFor[report.Report]())
	schema.Title = "A report of charte audit"
	version, _ := schema.Properties.Get("version")
	version.Const = report.Version
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(schema)
	return b.Bytes(), err
}

// listed describes the types that have a few values only.
func listed(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[report.State]():
		return oneOf(report.States)
	case reflect.TypeFor[report.Kind]():
		return oneOf(report.Kinds)
	case reflect.TypeFor[report.Severity]():
		return oneOf(report.Severities)
	}
	return nil
}

// link is how a comment names another type.
var link = regexp.MustCompile(`\[([A-Z]\w*)\]`)

// forReaders puts a comment into the words of JSON.
func forReaders(comment string) string {
	comment = link.ReplaceAllString(strings.Join(strings.Fields(comment), " "), "$1")
	return strings.NewReplacer(", or nil", ", or absent", "is nil", "is absent").Replace(comment)
}

func oneOf[T any](values []T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, value := range values {
		s.Enum = append(s.Enum, value)
	}
	return s
}
