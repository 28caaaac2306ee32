// Package commandline makes the command line for tests that call it, once for all test
// binaries: go build leaves a file as it is that is up to date.
package commandline

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"charte/web/browser/browsertest"
)

// Build returns the path of the built command line, in the user's cache folder.
func Build(t testing.TB) string {
	t.Helper()
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

var build = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "charte", "tests")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	// Each tree has a file of its own: two may be tested at once.
	tree, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "charte").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	file := filepath.Join(dir, fmt.Sprintf("charte-%x", sha256.Sum256(tree)))
	unlock, err := browsertest.Lock("command")
	if err != nil {
		return "", err
	}
	defer unlock()
	if output, err := exec.Command("go", "build", "-o", file, "charte").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, output)
	}
	return file, nil
})
