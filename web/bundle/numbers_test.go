package bundle_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
)

var update = flag.Bool("update", false, "write the measured numbers into the documents")

// TestNumbers: the numbers of bytes in the documents are those of the bundle. Each number
// stands in one cell of one table.
func TestNumbers(t *testing.T) {
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	built := func(e engine.Engine) (b *bundle.Bundle, sizes map[string]int) {
		t.Helper()
		b, err := bundle.Build(t.Context(), bundle.Options{Catalogue: c, Engine: e, Cache: cache.User()})
		if err != nil {
			t.Fatal(err)
		}
		return b, sizesOf(b)
	}
	light, sizes := built(engine.Light())
	numbers := []number{
		{"../bench/README.md", "| `charte.js`: ", 1, sizes["charte.js"]},
		{"../bench/README.md", "| the response that shows the notice, ", 1, responseBytes(t, light)},
		{"../bench/README.md", "| the program and `engine.js`, ", 1, sizes["engine"]},
		{"../bench/README.md", "| one language, ", 1, sizes["words"]},
		{"../engine/README.md", "| wasm, Brotli ", 1, sizes["wasm"]},
		{"../static/README.md", "| a file ", 2, sizes["charte.js"]},
		{"../static/README.md", "| inside the page ", 2, len(light.Files["charte.js"].Data)},
	}
	if !testing.Short() {
		own, err := engine.Go(t.Context(), cache.User(), func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		_, sizes := built(own)
		numbers = append(numbers, number{"../engine/README.md", "| wasm, Brotli ", 2, sizes["wasm"]})
	}
	for _, n := range numbers {
		n.check(t)
	}
}

// A number is in a document, in one cell of a table's row.
type number struct {
	document string
	row      string // how the row begins
	cell     int    // how many cells after the first
	value    int
}

// check compares the number with the one in the document, or, with -update, writes it there.
func (n number) check(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile(n.document)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), n.row)
	line, after, _ := strings.Cut(rest, "\n")
	if !found || strings.Contains(rest, "\n"+n.row) {
		t.Fatalf("%s has no row, or several, that begin with %q", n.document, n.row)
	}
	cells := strings.Split(line, "|")
	written := regexp.MustCompile(`[\d,]+`)
	want := grouped(n.value)
	if written.FindString(cells[n.cell]) == want {
		return
	}
	if !*update {
		t.Errorf("%s says%sin the row %q; it is %s now: run go generate ./web/bundle", n.document, cells[n.cell], n.row, want)
		return
	}
	cells[n.cell] = written.ReplaceAllString(cells[n.cell], want)
	if err := os.WriteFile(n.document, []byte(before+n.row+strings.Join(cells, "|")+"\n"+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// grouped writes a number as the documents do: 132,733.
func grouped(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return grouped(n/1000) + fmt.Sprintf(",%03d", n%1000)
}
