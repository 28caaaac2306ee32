// Package commandline builds the command line for the tests that call it. All test binaries
// share the built file: go build leaves a file alone when it is up to date.
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

// Build builds the command line where it is out of date and returns the path of its file, which
// is in the user's cache folder. The test ends where that fails.
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
	// Each source tree has a file of its own, because two trees may be tested at once.
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
