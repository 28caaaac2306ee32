package har

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"charte/web/npm"
)

// schemaRelease ships the JSON Schemas of HAR 1.2, one for each kind of object.
var schemaRelease = npm.Release{
	Name:      "har-schema",
	Version:   "2.0.0",
	Integrity: "sha512-Oqluz6zhGX8cyRaTQlFMPw80bSJVG2x/cFb8ZPhUILGgHka9SsokCCOQgpveePerqidZOrT14ipqfJb7ILcW5Q==",
}

// schemaNames are the files of the release that a HAR is checked by.
var schemaNames = []string{
	"afterRequest", "beforeRequest", "browser", "cache", "content", "cookie", "creator", "entry", "har", "header",
	"log", "page", "pageTimings", "postData", "query", "request", "response", "timings",
}

func schemaOf(t *testing.T) *jsonschema.Schema {
	t.Helper()
	const base = "https://schema.example/"
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, name := range schemaNames {
		file, err := jsonschema.UnmarshalJSON(strings.NewReader(schemaRelease.File(t, "lib/"+name+".json")))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := c.AddResource(base+name+".json", file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	schema, err := c.Compile(base + "har.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, data []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// TestSchema: every report is valid HAR by npm's schemas, and what is spoilt is not.
func TestSchema(t *testing.T) {
	schema := schemaOf(t)
	all := reports()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err := validate(t, schema, written(t, all[name])); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, spoil := range [][2]string{
		{`"creator":`, `"program":`}, {`"startedDateTime":"2026`, `"startedDateTime":"26`}, {`"pageTimings":{`, `"timings":{`}, {`"wait":`, `"waited":`},
		{`"status":200`, `"status":"200"`}, {`"serverIPAddress":"`, `"serverIPAddress":"x`}, {`"url":"https://`, `"url":"`}, {`"cache":{}`, `"cached":{}`},
		{`"mimeType":"text/html"`, `"mimeType":null`}, {`"queryString":[{"name":`, `"queryString":[{"key":`}, {`"cookies":[{"name":`, `"cookies":[{"key":`},
		{`"headers":[{"name":`, `"headers":[{"key":`}, {`"postData":{"mimeType"`, `"postData":{"type"`}, {`"expires":"9999`, `"expires":"99999`}, {`"bodySize":-1`, `"bodySize":-1.5`},
	} {
		data := written(t, recorded())
		spoilt := bytes.Replace(data, []byte(spoil[0]), []byte(spoil[1]), 1)
		if bytes.Equal(data, spoilt) || validate(t, schema, spoilt) == nil {
			t.Errorf("the schemas say nothing of %s", spoil[1])
		}
	}
}
