package tags

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what comes out into testdata")

// TestPages: whole pages become what stands beside them. In each is the difference, and what was left.
func TestPages(t *testing.T) {
	for _, test := range []struct{ file, peer string }{
		{"pages/base.html", "Orejime 3"},
		{"pages/layout.ftl", "Klaro 0.7"},
		{"pages/single.php", "tarteaucitron"},
		{"pages/index.html", "vanilla-cookieconsent 3"},
		{"pages/Video.vue", "Klaro 0.7"},
		{"gated/klaro.html", "Klaro 0.7"},
		{"gated/orejime.html", "Orejime 3"},
		{"gated/vanilla.html", "vanilla-cookieconsent 3"},
		{"gated/tarteaucitron.html", "tarteaucitron"},
	} {
		t.Run(test.file, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", test.file))
			if err != nil {
				t.Fatal(err)
			}
			after, changes, left := Rewrite(test.file, text, names(test.peer))
			got := Diff(File{Name: test.file, Before: text, After: after, Changes: changes}) + "\n" + listed(left)
			golden := filepath.Join("testdata", test.file+".changes")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if again, more, _ := Rewrite(test.file, after, names(test.peer)); len(more) > 0 || !bytes.Equal(again, after) {
				t.Errorf("a second time, %+v", more)
			}
		})
	}
}

// listed is what was left, in lines.
func listed(left []Left) string {
	var out strings.Builder
	for _, l := range left {
		fmt.Fprintf(&out, "%s: %s\n  %s\n", l.Place, strings.Join(strings.Fields(l.Tag), " "), l.Why)
		if l.Write != "" {
			fmt.Fprintf(&out, "  write: %s\n", l.Write)
		}
	}
	return out.String()
}
