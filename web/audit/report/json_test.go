package report_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"charte/web/audit/report"
	"charte/web/audit/report/reporttest"
)

// written is a report as report.json has it.
func written(t testing.TB, r *report.Report) []byte {
	t.Helper()
	data, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// empty is a report that has one of everything, and nothing in it.
func empty() *report.Report {
	r := new(report.Report)
	fill(reflect.ValueOf(r).Elem())
	r.Version = report.Version
	for i := range r.Journeys {
		r.Journeys[i].State = report.Before
		r.Journeys[i].Entries[i].Kind = report.Cookie
	}
	for i := range r.Findings {
		r.Findings[i].Severity = report.Error
		r.Findings[i].Evidence[i].State = report.Before
	}
	return r
}

// fill puts one element into each list of structs, and leaves other lists nil.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Struct {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0))
		}
	case reflect.Struct:
		if v.Type() != reflect.TypeFor[time.Time]() {
			for i := range v.NumField() {
				fill(v.Field(i))
			}
		}
	}
}

// TestJSON: what is written is read again, whole.
func TestJSON(t *testing.T) {
	for _, test := range []struct {
		name   string
		report *report.Report
	}{
		{"the example", reporttest.Example()},
		{"a report of nothing", &report.Report{Version: report.Version}},
		{"one of everything, and nothing in it", empty()},
	} {
		t.Run(test.name, func(t *testing.T) {
			data := written(t, test.report)
			if bytes.Contains(data, []byte("null")) {
				t.Errorf("a list is null:\n%s", data)
			}
			read, err := report.Read(data)
			if err != nil {
				t.Fatal(err)
			}
			if again := written(t, read); !bytes.Equal(again, data) {
				t.Errorf("it was\n%s\nand is read as\n%s", data, again)
			}
		})
	}
}

// TestJSONExact: nothing of the example is lost or changed, and the example itself stays as it was.
func TestJSONExact(t *testing.T) {
	r := reporttest.Example()
	data := written(t, r)
	if !reflect.DeepEqual(r, reporttest.Example()) {
		t.Error("writing a report changes it")
	}
	read, err := report.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Findings) != len(r.Findings) {
		t.Fatalf("%d findings of %d are read", len(read.Findings), len(r.Findings))
	}
	for i := range r.Findings {
		if got, want := read.Findings[i], r.Findings[i]; got.Message != want.Message || !reflect.DeepEqual(got.Place, want.Place) || !reflect.DeepEqual(got.Waived, want.Waived) || len(got.Evidence) != len(want.Evidence) {
			t.Errorf("finding %d is read as\n%+v\nand was\n%+v", i, got, want)
		}
	}
	if got, want := read.Journeys[0].Pages, r.Journeys[0].Pages; !reflect.DeepEqual(got[0].Gated, want[0].Gated) || got[0].Title != want[0].Title {
		t.Errorf("pages are read as\n%+v\nand were\n%+v", got, want)
	}
	if !bytes.Contains(data, []byte(`<script>alert(\"1 & 'deux'\")</script>`)) {
		t.Error("<, > and & are escaped, which nobody can read")
	}
}

// TestJSONOrder: the same report is the same file, in whichever order and zone things were told.
func TestJSONOrder(t *testing.T) {
	r := reporttest.Example()
	slices.Reverse(r.Journeys)
	slices.Reverse(r.Services)
	slices.Reverse(r.Findings)
	for i := range r.Journeys {
		slices.Reverse(r.Journeys[i].Requests)
		slices.Reverse(r.Journeys[i].Entries)
		slices.Reverse(r.Journeys[i].Calls)
	}
	r.Began = r.Began.In(time.FixedZone("", 5*60*60+30*60))
	if got, want := written(t, r), written(t, reporttest.Example()); !bytes.Equal(got, want) {
		t.Errorf("it is\n%s\nand should be\n%s", got, want)
	}
}

// TestJSONFails: a time that JSON has no form for is an error, and not half a file.
func TestJSONFails(t *testing.T) {
	r := reporttest.Example()
	r.Ended = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	if data, err := r.JSON(); err == nil || data != nil {
		t.Errorf("JSON() = %d bytes, %v", len(data), err)
	}
}

// TestRead: what is no report of this version is refused, with a sentence.
func TestRead(t *testing.T) {
	for _, test := range []struct {
		name, data, err string
	}{
		{"nothing", "", "it is no report.json: line 1, column 1: unexpected end of JSON input"},
		{"cut short", "{\n \"version\": 1,", "it is no report.json: line 2, column 14: unexpected end"},
		{"two reports", `{"version": 1} {"version": 1}`, "column 16: invalid character"},
		{"a list", `[]`, "it is no report.json: line 1, column 1: json: cannot unmarshal array"},
		{"SARIF", `{"version": "2.1.0", "runs": []}`, "cannot unmarshal string"},
		{"no version", `{"site": "https://example.org/"}`, "it has no version"},
		{"an older version", `{"version": 0}`, "version 0, and this program reads version 1"},
		{"a later version", `{"version": 2, "findings": {}}`, "version 2, and this program reads version 1: make the audit again"},
		{"a finding that is none", "{\"version\": 1,\n\"findings\": [3]}", "line 2, column 14: json: cannot unmarshal number"},
		{"a time that is none", `{"version": 1, "began": "yesterday"}`, "it is no report.json: parsing time"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := report.Read([]byte(test.data))
			if err == nil || !strings.Contains(err.Error(), test.err) || r != nil {
				t.Errorf("Read gives %v, %v, and should say %q", r, err, test.err)
			}
		})
	}
	if _, err := report.Read([]byte(`{"version": 1, "mood": "fine"}`)); err != nil {
		t.Errorf("a key that a later program may add: %v", err)
	}
}

// schemaOf makes a schema ready to validate. Formats are asserted.
func schemaOf(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	const name = "file:///schema.json"
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, parsed); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// validate says what is wrong with JSON by a schema.
func validate(t *testing.T, schema *jsonschema.Schema, data []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// TestSchema: what is written is valid by the schema, and what is not so written is not.
func TestSchema(t *testing.T) {
	schema := schemaOf(t, report.Schema())
	for name, r := range map[string]*report.Report{
		"the example":                          reporttest.Example(),
		"a report of nothing":                  {Version: report.Version},
		"one of everything, and nothing in it": empty(),
	} {
		if err := validate(t, schema, written(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	type object = map[string]any
	for name, spoil := range map[string]func(object){
		"another version":      func(r object) { r["version"] = 2 },
		"no findings":          func(r object) { delete(r, "findings") },
		"findings that are no": func(r object) { r["findings"] = nil },
		"an unknown key":       func(r object) { r["mood"] = "fine" },
		"an unknown severity":  func(r object) { r["findings"].([]any)[0].(object)["severity"] = "fatal" },
		"an unknown state":     func(r object) { r["journeys"].([]any)[0].(object)["state"] = "during" },
		"a time that is none":  func(r object) { r["began"] = "yesterday" },
		"half a line":          func(r object) { r["findings"].([]any)[0].(object)["place"].(object)["line"] = 1.5 },
	} {
		var r object
		if err := json.Unmarshal(written(t, reporttest.Example()), &r); err != nil {
			t.Fatal(err)
		}
		spoil(r)
		spoilt, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if validate(t, schema, spoilt) == nil {
			t.Errorf("%s: the schema says nothing", name)
		}
	}
}

// TestSchemaTells: the schema speaks of JSON's names, and of none that only Go has.
func TestSchemaTells(t *testing.T) {
	var schema struct {
		Properties map[string]struct{ Description string }
		Defs       map[string]struct {
			Description string
			Properties  map[string]struct{ Description string }
		} `json:"$defs"`
	}
	if err := json.Unmarshal(report.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for key, property := range schema.Properties {
		said[key] = property.Description
	}
	for name, definition := range schema.Defs {
		if definition.Description == "" {
			t.Errorf("%s has no description", name)
		}
		said[name] = definition.Description
		for key, property := range definition.Properties {
			said[name+"."+key] = property.Description
		}
	}
	for _, key := range slices.Sorted(maps.Keys(said)) {
		for _, word := range []string{"nil", "Report.", "[", "HTTPOnly", "LifetimeS"} {
			if strings.Contains(said[key], word) {
				t.Errorf("%s: %q has %q", key, said[key], word)
			}
		}
	}
	if said["Entry.lifetimeSeconds"] == "" || said["cut"] == "" || schema.Defs["HTTP"].Properties != nil {
		t.Error("fields have no descriptions, or what is not in report.json has")
	}
}

// FuzzRead: whatever Read takes is written and read again as the same.
func FuzzRead(f *testing.F) {
	f.Add(written(f, reporttest.Example()))
	f.Add([]byte(`{"version": 1}`))
	f.Add([]byte(`{"version": 1, "journeys": [{"state": "later", "entries": [{"lifetimeSeconds": -1}]}], "notes": null}`))
	f.Add([]byte(`{"version": 2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := report.Read(data)
		if err != nil {
			return
		}
		first, err := r.JSON()
		if err != nil {
			return // a time that in UTC is after the year 9999
		}
		again, err := report.Read(first)
		if err != nil {
			t.Fatal(err)
		}
		if second := written(t, again); !bytes.Equal(first, second) {
			t.Errorf("it is written as\n%s\nand then as\n%s", first, second)
		}
	})
}
