package bundle_test

import (
	"bytes"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
)

// databaseBytes is what the code that erases databases may add to charte.js, after Brotli. Only
// visitors of sites that declare one download it.
const databaseBytes = 300

// TestDatabaseCode: charte.js holds code that erases databases only if the catalogue declares one.
func TestDatabaseCode(t *testing.T) {
	size := map[string]int{}
	for _, row := range []struct {
		name string
		kind catalogue.Kind
		want bool
	}{
		{"a key of localStorage", catalogue.KindLocalStorage, false},
		{"a database", catalogue.KindIndexedDB, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, err := source.Embedded("demo")
			if err != nil {
				t.Fatal(err)
			}
			last := &c.Services[len(c.Services)-1]
			last.Cookies = append(last.Cookies, catalogue.Cookie{
				Name: "entry", Kind: row.kind, Purpose: last.Purpose, Lifetime: catalogue.Lifetime{Unit: catalogue.UnitPersistent},
			})
			b, err := bundle.Build(t.Context(), bundle.Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
			if err != nil {
				t.Fatal(err)
			}
			script := b.Files["charte.js"]
			size[row.name] = len(script.Brotli)
			if got := bytes.Contains(script.Data, []byte("deleteDatabase")); got != row.want {
				t.Errorf("charte.js holds code that erases databases: %t, want %t", got, row.want)
			}
		})
	}
	more := size["a database"] - size["a key of localStorage"]
	t.Logf("%d bytes more", more)
	if more > databaseBytes {
		t.Errorf("a database costs %d bytes, over %d", more, databaseBytes)
	}
}
