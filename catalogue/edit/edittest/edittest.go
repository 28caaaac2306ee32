// Package edittest has texts to change, for the tests of what changes them.
package edittest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Catalogues returns the catalogues, entries and languages of the tree by their files, each with both
// line ends. catalogue is the folder of package catalogue. It ends the test if it finds none.
func Catalogues(t testing.TB, catalogue string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"*.yaml", "languages/fr.yaml", "services/[a-m]*.yaml", "../web/importer/draft/testdata/*.yaml"} {
		files, err := filepath.Glob(filepath.Join(catalogue, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all[file] = string(data)
			all[file+" of Windows"] = strings.ReplaceAll(string(data), "\n", "\r\n")
		}
	}
	return all
}

// writer writes YAML at random, in all the ways that people do.
type writer struct {
	*rand.Rand
	b strings.Builder
}

func (w *writer) of(all ...string) string { return all[w.IntN(len(all))] }

func (w *writer) text() string {
	return w.of("a", "été", "x y", "it's", "\"q\"", "13 months", "https://a.example/b#c", "a: b", "#", "- x", "", "true", "12", "_ga*", "a, b", "{x}", "very long text of some words that goes on")
}

// scalar writes a text without quotes where it can be.
func scalar(text string, inFlow bool) string {
	switch {
	case text == "", text == "true", text == "12", text == "#", text == "- x", strings.ContainsAny(text, "\"{,"), strings.Contains(text, ": "),
		inFlow && strings.Contains(text, ":"):
		return strconv.Quote(text)
	}
	return text
}

// remark writes a comment, now and then.
func (w *writer) remark(lead string) {
	if w.IntN(5) == 0 {
		w.b.WriteString(lead + "# " + w.of("why", "é: \"", "- x") + "\n")
	}
	if w.IntN(8) == 0 {
		w.b.WriteString("\n")
	}
}

func (w *writer) value(lead string, depth int) {
	kind := w.IntN(10)
	if depth > 3 {
		kind = w.IntN(6)
	}
	end := w.of("\n", "\n", " # why\n", "  \n")
	switch kind {
	case 0:
		w.b.WriteString(" " + strconv.Quote(w.text()) + end)
	case 1:
		w.b.WriteString(" '" + strings.ReplaceAll(w.text(), "'", "''") + "'" + end)
	case 2:
		w.b.WriteString(w.of(" |", " >", " |-", " >-", " |+") + "\n" + lead + "  one two\n\n" + lead + "  three: # four\n" + lead + "  five\n")
	case 3:
		w.b.WriteString(" [" + scalar(w.text(), true) + w.of(", ", ",") + strconv.Quote(w.text()) + "]" + end)
	case 4:
		w.b.WriteString(" { a: " + scalar(w.text(), true) + ", b: '" + w.of("x", "é") + "' }" + end)
	case 5:
		w.b.WriteString(w.of(" true", " 12", " ~", "") + end)
	case 6, 7:
		w.b.WriteString("\n")
		w.mapping(lead+w.of("  ", "    "), depth+1)
	case 8:
		w.b.WriteString("\n")
		for range 1 + w.IntN(3) {
			w.remark(lead + "  ")
			w.b.WriteString(lead + "  - k: " + scalar(w.text(), false) + end)
			w.pairs(lead+"    ", depth+1)
		}
	default:
		w.b.WriteString(" " + scalar(w.text(), false) + end)
	}
}

func (w *writer) mapping(lead string, depth int) {
	w.b.WriteString(lead + "first: " + scalar(w.text(), false) + "\n")
	w.pairs(lead, depth)
}

func (w *writer) pairs(lead string, depth int) {
	for i := range w.IntN(4) {
		w.remark(lead)
		w.b.WriteString(lead + fmt.Sprintf(w.of("k%d", "\"é%d\"", "a-b%d"), i) + ":")
		w.value(lead, depth)
	}
}

// Random returns a file written at random, in all the ways that people do. The same seed gives the same
// file.
func Random(seed uint64) string {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 20))}
	if w.IntN(3) == 0 {
		w.b.WriteString("# the file\n\n")
	}
	w.mapping("", 0)
	text := w.b.String()
	if w.IntN(4) == 0 {
		text = strings.TrimRight(text, "\n")
	}
	if w.IntN(4) == 0 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}
