package engine

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"charte/web/engine/stubs"
)

// TestLinkedPackages checks that the program links exactly the packages that
// web/engine/linked.txt lists, and that the list gives a reason for each.
func TestLinkedPackages(t *testing.T) {
	data, err := os.ReadFile("linked.txt")
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, found := strings.Cut(line, ": ")
		if !found || reason == "" {
			t.Errorf("%q gives no reason", line)
		}
		reasons[name] = reason
	}

	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := stubs.Overlay(t.TempDir(), strings.TrimSpace(string(goroot)))
	if err != nil {
		t.Fatal(err)
	}
	list := exec.Command("go", "list", "-deps", "-overlay", overlay, "charte/app")
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var linked []string
	for _, name := range strings.Fields(string(output)) {
		// Internal packages need no reason: they come with the packages that use them.
		if strings.HasPrefix(name, "internal/") || strings.Contains(name, "/internal/") || strings.HasPrefix(name, "vendor/") {
			continue
		}
		linked = append(linked, name)
		if reasons[name] == "" {
			t.Errorf("the program links %s, and web/engine/linked.txt does not say why", name)
		}
	}
	for name := range reasons {
		if !slices.Contains(linked, name) {
			t.Errorf("web/engine/linked.txt lists %s, which is no longer linked", name)
		}
	}
}
