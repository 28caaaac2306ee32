package web

import (
	"bytes"
	"go/format"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestFormatted: every Go file is as gofmt writes it.
func TestFormatted(t *testing.T) {
	output, err := exec.Command("go", "list", "-f", `{{range .GoFiles}}{{$.Dir}}/{{.}}
{{end}}{{range .TestGoFiles}}{{$.Dir}}/{{.}}
{{end}}{{range .XTestGoFiles}}{{$.Dir}}/{{.}}
{{end}}`, "charte/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	files := strings.Fields(string(output))
	if len(files) < 100 {
		t.Fatalf("only %d files are found", len(files))
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		formatted, err := format.Source(data)
		if err != nil || !bytes.Equal(formatted, data) {
			t.Errorf("%s is not as gofmt writes it: %v", file, err)
		}
	}
}

// TestLinted: go vet and staticcheck find nothing in the module.
func TestLinted(t *testing.T) {
	if testing.Short() {
		t.Skip("go vet and staticcheck load every package; under -short only go test's own checks run")
	}
	for _, args := range [][]string{{"vet", "charte/..."}, {"tool", "staticcheck", "charte/..."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = ".."
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, output)
		}
	}
}
