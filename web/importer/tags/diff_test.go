package tags

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// changed is a file in which texts are replaced by others, in their order.
func changed(name, text string, pairs ...string) File {
	f := File{Name: name, Before: []byte(text)}
	at := 0
	for i := 0; i < len(pairs); i += 2 {
		start := at + strings.Index(text[at:], pairs[i])
		at = start + len(pairs[i])
		f.Changes = append(f.Changes, Change{Start: start, End: at, Before: pairs[i], After: pairs[i+1]})
	}
	f.After = apply(f.Before, f.Changes)
	return f
}

func numbered(lines int) string {
	var text strings.Builder
	for i := range lines {
		fmt.Fprintf(&text, "line %d.\n", i+1)
	}
	return text.String()
}

func TestDiff(t *testing.T) {
	for _, test := range []struct {
		name string
		file File
		want string
	}{
		{"nothing", File{Name: "a.html", Before: []byte("a")}, ""},
		{"two near, one far, with lines more", changed("a.html", numbered(30), "line 5.", "A\nB", "line 9.", "C", "line 28.", "D"),
			"--- a/a.html\n+++ b/a.html\n" +
				"@@ -2,11 +2,12 @@\n line 2.\n line 3.\n line 4.\n-line 5.\n+A\n+B\n line 6.\n line 7.\n line 8.\n-line 9.\n+C\n line 10.\n line 11.\n line 12.\n" +
				"@@ -25,6 +26,6 @@\n line 25.\n line 26.\n line 27.\n-line 28.\n+D\n line 29.\n line 30.\n"},
		{"two in a line, without an end", changed("a b.html", "1\none two", "one", "1", "two", "2"),
			"--- a/a b.html\t\n+++ b/a b.html\t\n@@ -1,2 +1,2 @@\n 1\n-one two\n\\ No newline at end of file\n+1 2\n\\ No newline at end of file\n"},
		{"a line goes", changed("a.html", "1\n2\n3\n", "2\n", ""), "--- a/a.html\n+++ b/a.html\n@@ -1,3 +1,2 @@\n 1\n-2\n 3\n"},
		{"all goes", changed("a.html", "1\n", "1\n", ""), "--- a/a.html\n+++ b/a.html\n@@ -1,1 +0,0 @@\n-1\n"},
		{"lines are joined", changed("a.html", "1\n2\n3\n", "\n2", "", "3", "4"), "--- a/a.html\n+++ b/a.html\n@@ -1,3 +1,2 @@\n-1\n-2\n-3\n+1\n+4\n"},
		{"a line break goes", changed("a.html", "1\n2\n3\n", "\n", ""), "--- a/a.html\n+++ b/a.html\n@@ -1,3 +1,2 @@\n-1\n-2\n+12\n 3\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Diff(test.file); got != test.want {
				t.Errorf("Diff is\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestPatch: patch and git make of the files what the diff says.
func TestPatch(t *testing.T) {
	files := []File{
		changed("a.html", numbered(40), "line 1.\n", "", "line 7", "seven", "line 40.\n", "40"),
		changed("two words/é.html", "<p>\r\n<b>\r\n</p>", "<b>", "<i>"),
		changed("quote\"s\\.html", "\xff\xfe latin\n\nlast", "latin", "Latin", "last", "l\na\nst"),
		changed("near.html", numbered(60), "line 10.\n", "", "line 16", "16", "line 23", "23", "line 31.", "a\nb\nc"),
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 20 {
		files = append(files, scattered(random, fmt.Sprintf("random/%d.html", i)))
	}
	for _, test := range []struct {
		name    string
		command []string
	}{
		{"patch", []string{"patch", "-p1", "--binary", "--fuzz=0"}},
		{"git", []string{"git", "apply", "--whitespace=nowarn"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, file := range files {
				at := filepath.Join(dir, file.Name)
				if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(at, file.Before, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			command := exec.Command(test.command[0], test.command[1:]...)
			command.Dir = dir
			command.Stdin = strings.NewReader(Diff(files...))
			output, err := command.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, output)
			}
			if bytes.Contains(output, []byte("offset")) {
				t.Errorf("%s", output)
			}
			for _, file := range files {
				got, err := os.ReadFile(filepath.Join(dir, file.Name))
				if err != nil || !bytes.Equal(got, file.After) {
					t.Errorf("%s is %q, want %q: %v", file.Name, got, file.After, err)
				}
			}
		})
	}
}

// scattered is a file with changes anywhere.
func scattered(random *rand.Rand, name string) File {
	f := File{Name: name, Before: []byte(numbered(1 + random.IntN(50)))}
	at := 0
	for at < len(f.Before) && len(f.Changes) < 8 {
		start := at + random.IntN(len(f.Before)-at)
		end := min(len(f.Before), start+1+random.IntN(30))
		f.Changes = append(f.Changes, Change{Start: start, End: end, After: strings.Repeat("new\n", random.IntN(4)) + strings.Repeat("x", random.IntN(2))})
		at = end + 1
	}
	f.After = apply(f.Before, f.Changes)
	return f
}
