package fields

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"charte/catalogue/edit"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// A definition is what this test reads of the JSON Schema.
type definition struct {
	Ref        string       `json:"$ref"`
	AllOf      []definition `json:"allOf"`
	Type       any
	Enum       []string
	Const      string
	Items      *definition
	Properties map[string]definition

	Definitions map[string]definition
}

func schema(t *testing.T) definition {
	t.Helper()
	var s definition
	if err := json.Unmarshal(source.Schema(), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// resolved follows a reference, and returns its name.
func (d definition) resolved(all definition) (definition, string) {
	if len(d.AllOf) > 0 {
		d = d.AllOf[0]
	}
	name := strings.TrimPrefix(d.Ref, "#/definitions/")
	if d.Ref != "" {
		return all.Definitions[name], name
	}
	return d, ""
}

// TestSchema: every key of the schema is in a table, and none else, with a kind that fits its type and
// the names that it may have.
func TestSchema(t *testing.T) {
	all := schema(t)
	kinds := map[string][]desk.Kind{
		"Text":     {desk.KindTexts, desk.KindProses},
		"ID":       {desk.KindText, desk.KindChoice},
		"Lifetime": {desk.KindLifetime},
		"Colour":   {desk.KindColour},
		"Length":   {desk.KindLength},
		"text":     {desk.KindText, desk.KindAddress, desk.KindDay},
		"boolean":  {desk.KindFlag},
		"enum":     {desk.KindChoice},
		"use":      {desk.KindChoice},
		"texts":    {desk.KindChoices},
		"objects":  {desk.KindItems, list},
		"object":   {section, pairs, desk.KindYAML},
	}
	d, err := edit.Parse("", []byte("languages: [fr]\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := read(d)
	for name, table := range map[string]*table{
		"": top, "Site": &site, "Charter": &charter, "Category": &category, "Provider": &provider, "Service": &service,
		"Cookie": &cookie, "Host": &host, "Look": &look, "CarryOver": &carryOver,
	} {
		keys := all.Definitions[name].Properties
		if name == "" {
			keys = all.Properties
		}
		if have, want := slices.Sorted(slices.Values(table.order())), slices.Sorted(maps.Keys(keys)); !slices.Equal(have, want) {
			t.Errorf("%s: the table has %v, the schema %v", name, have, want)
		}
		for key, of := range keys {
			row := table.row(key)
			if row == nil {
				continue
			}
			value, is := of.resolved(all)
			enum := value.Enum
			switch {
			case kinds[is] != nil:
			case key == "use":
				is = "use"
			case len(enum) > 0 || value.Const != "":
				is = "enum"
				if value.Const != "" {
					enum = []string{value.Const}
				}
			case value.Items != nil:
				element, of := value.Items.resolved(all)
				enum, is = element.Enum, "texts"
				if of != "" && element.Properties != nil {
					is = "objects"
				}
			case value.Type == "string":
				is = "text"
			case value.Type == "boolean":
				is = "boolean"
			default:
				is = "object"
			}
			if !slices.Contains(kinds[is], row.kind) {
				t.Errorf("%s.%s is of the kind %q, and in the schema of the type %q", name, key, row.kind, is)
			}
			if enum != nil {
				var values []string
				for _, choice := range row.choices(r, nil) {
					values = append(values, choice.Value)
				}
				if !slices.Equal(values, enum) {
					t.Errorf("%s.%s has the choices %v, the schema %v", name, key, values, enum)
				}
			}
			if (row.choices != nil) != (row.kind == desk.KindChoice || row.kind == desk.KindChoices || row.key == "services" && row.kind == pairs) {
				t.Errorf("%s.%s is of the kind %q, and has choices: %v", name, key, row.kind, row.choices != nil)
			}
		}
	}
}
