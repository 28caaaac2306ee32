package source

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled returns the schema of catalogues, ready to validate.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("charte.schema.json", parsed); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("charte.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// validate says what an editor would say of a catalogue.
func validate(t *testing.T, schema *jsonschema.Schema, text []byte) error {
	t.Helper()
	data, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// TestSchemaTree: every catalogue in the tree is valid by the schema.
func TestSchemaTree(t *testing.T) {
	schema := compiled(t)
	files := []string{"../default.yaml", "../demo.yaml"}
	for _, pattern := range []string{"../../web/*/*/catalogue.yaml", "../../web/*/testdata/*.yaml", "../../web/*/*.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 3 {
		t.Fatalf("only %v found", files)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, text); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	for name, text := range map[string]string{"small": small, "used": using + "  - use: youtube@1\n", "hand": using + byHand, "lists": "extends: default\nwithout: [language]\nwords: {fr: {manage: Cookies, notice.title: Vos choix, list: {more: Suite}}}\nlook: {preset: soft, accent: '#123456', text: {light: '#000', dark: '#fff'}, radius: 0}\nformerly: {k3f7ab: [statistics.matomo]}\n",
		"a database":   "extends: default\nservices: [{id: a, cookies: [{name: a, kind: indexedDB, lifetime: persistent}]}]\n",
		"carried over": "extends: default\ncarryOver: {banner: klaro, cookie: consent, services: {matomo: statistics}}\n"} {
		if err := validate(t, schema, []byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSchemaRefuses: what the reader refuses for its form, the schema refuses, too.
func TestSchemaRefuses(t *testing.T) {
	schema := compiled(t)
	for name, text := range map[string]string{
		"a key that is not known":       "theme: 1\n",
		"a key of a cookie":             "services: [{id: a, cookies: [{nom: a}]}]\n",
		"a lifetime in French":          "services: [{id: a, cookies: [{name: a, lifetime: 13 mois}]}]\n",
		"a kind that is none":           "services: [{id: a, cookies: [{name: a, kind: webSQL}]}]\n",
		"a signal that is none":         "categories: [{id: a, signals: [ads]}]\n",
		"an id with capitals":           "services: [{id: A}]\n",
		"an unknown service":            "services: [{use: zebra@1}]\n",
		"an edition that is not there":  "services: [{use: youtube@99}]\n",
		"a missing parameter":           "services: [{use: matomo@1}]\n",
		"a parameter that is none":      "services: [{use: matomo@1, with: {hots: a}}]\n",
		"a preset that is none":         "look: {preset: round}\n",
		"a word that is none":           "words: {fr: {hello: a}}\n",
		"a base that is none":           "extends: demo\n",
		"a text where true is expected": "services: [{id: a, exempt: 'yes'}]\n",
		"a list where a text is":        "site: {controller: [a]}\n",
		"a colour that is none":         "look: {accent: blue}\n",
		"a banner that is none":         "carryOver: {banner: mine}\n",
		"a name that stands for no id":  "carryOver: {services: {a: [b]}}\n",
	} {
		if err := validate(t, schema, []byte(text)); err == nil {
			t.Errorf("%s is valid by the schema", name)
		}
	}
}

// TestSchemaKeys: the schema has the keys that the reader has, in every mapping.
func TestSchemaKeys(t *testing.T) {
	var schema struct {
		Properties  map[string]any
		Definitions map[string]struct{ Properties map[string]any }
	}
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	for name, written := range map[string]string{
		"": "%s: 1\n", "Site": "site: {%s: 1}\n", "Charter": "charter: {%s: 1}\n", "Category": "categories: [{%s: 1}]\n", "Provider": "providers: [{%s: 1}]\n",
		"Service": "services: [{%s: 1}]\n", "Cookie": "services: [{cookies: [{%s: 1}]}]\n", "Look": "look: {%s: 1}\n",
		"CarryOver": "carryOver: {%s: 1}\n",
	} {
		keys := schema.Definitions[name].Properties
		if name == "" {
			keys = schema.Properties
		}
		if len(keys) == 0 {
			t.Errorf("the schema has no %s", name)
		}
		for key := range keys {
			if _, err := Read("c.yaml", []byte(strings.Replace(written, "%s", key, 1))); err == nil || strings.Contains(err.Error(), `key "`+key+`" is not known`) {
				t.Errorf("%s.%s is in the schema, and the reader says %v", name, key, err)
			}
		}
		// The reader lists its keys for one that is like none, if there are not too many.
		_, err := Read("c.yaml", []byte(strings.Replace(written, "%s", "zzzzzzzz", 1)))
		if _, list, ok := strings.Cut(err.Error(), "the keys here are "); ok {
			list, _, _ = strings.Cut(list, "\n")
			for key := range strings.SplitSeq(list, ", ") {
				if _, has := keys[key]; !has {
					t.Errorf("%s.%s is a key of the reader, and not in the schema", name, key)
				}
			}
		}
	}
}
