package bundle_test

import (
	"bytes"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
	"charte/web/static"
)

// TestOrderOfNames: in a real bundle, no file is written before another that it names.
func TestOrderOfNames(t *testing.T) {
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	b, err := bundle.Build(t.Context(), bundle.Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
	if err != nil {
		t.Fatal(err)
	}
	if err := static.Publish(b, static.Options{Base: "/charte/"}); err != nil {
		t.Fatal(err)
	}
	order := bundle.InOrder(b)
	named := 0
	for i, name := range order {
		if strings.HasSuffix(name, ".html") { // a page names charte.js, which a served folder has already
			continue
		}
		for _, later := range order[i+1:] {
			if bytes.Contains(b.Files[name].Data, []byte(later)) {
				t.Errorf("%s is written before %s, which it names", name, later)
			}
		}
		for _, earlier := range order[:i] {
			if bytes.Contains(b.Files[name].Data, []byte(earlier)) {
				named++
			}
		}
	}
	if named < 10 {
		t.Errorf("only %d names were found", named)
	}
}
