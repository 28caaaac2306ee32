package stubs

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestOverlay checks that the program, with go-app unmodified, can be listed with
// the stand-ins, and that it links nothing of the packages they replace.
func TestOverlay(t *testing.T) {
	dir := t.TempDir()
	overlay, err := Overlay(dir, goroot(t))
	if err != nil {
		t.Fatal(err)
	}
	list := exec.Command("go", "list", "-overlay", overlay, "-deps", "-e", "-json=ImportPath,GoFiles,Error,Deps", "../../../app")
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	list.Stderr = os.Stderr
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]string{} // source files by import path
	for decoder := json.NewDecoder(strings.NewReader(string(output))); decoder.More(); {
		var listed struct {
			ImportPath string
			GoFiles    []string
			Error      *struct{ Err string }
		}
		if err := decoder.Decode(&listed); err != nil {
			t.Fatal(err)
		}
		if listed.Error != nil {
			t.Errorf("%s: %s", listed.ImportPath, listed.Error.Err)
		}
		linked[listed.ImportPath] = strings.Join(listed.GoFiles, " ")
	}
	for _, name := range Packages() {
		if want := filepath.Base(name) + ".go"; linked[name] != want {
			t.Errorf("%s is compiled from %q, want %q; if nothing imports it any more, its stand-in can go", name, linked[name], want)
		}
	}
	for _, heavy := range []string{"regexp/syntax", "crypto/tls", "crypto/internal/fips140/aes", "net", "math/big"} {
		if _, ok := linked[heavy]; ok {
			t.Errorf("%s is linked", heavy)
		}
	}
}

// TestMirror checks that in the copy of a tree the stand-ins replace all files in
// their folders, and that subfolders of these stay.
func TestMirror(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("TinyGo's engine is built where there are symbolic links")
	}
	dst := filepath.Join(t.TempDir(), "goroot")
	if err := Mirror(dst, goroot(t), Files()); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		file string
		want bool
	}{
		{"src/net/http/http.go", true},
		{"src/net/http/server.go", false},
		{"src/net/http/httptest/server.go", true},
		{"src/net/url/url.go", true},
		{"src/net/url/encoding_table.go", false},
		{"src/os/file.go", true},
		{"VERSION", true},
	} {
		if _, err := os.Stat(filepath.Join(dst, test.file)); (err == nil) != test.want {
			t.Errorf("%s: %v, want there = %t", test.file, err, test.want)
		}
	}
	got, err := os.ReadFile(filepath.Join(dst, "src/net/url/url.go"))
	if err != nil || string(got) != string(Files()["net/url/url.go"]) {
		t.Errorf("src/net/url/url.go is not the stand-in (%v)", err)
	}
}

func goroot(t *testing.T) string {
	t.Helper()
	output, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(output))
}

// TestWhole: a package that a program needs whole is not replaced, and all others are.
func TestWhole(t *testing.T) {
	root := goroot(t)
	file, err := Overlay(t.TempDir(), root, "fmt", "net/url")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var overlay struct{ Replace map[string]string }
	if err := json.Unmarshal(text, &overlay); err != nil {
		t.Fatal(err)
	}
	replaced := map[string]bool{}
	for name := range overlay.Replace {
		folder, err := filepath.Rel(filepath.Join(root, "src"), filepath.Dir(name))
		if err != nil {
			t.Fatal(err)
		}
		replaced[filepath.ToSlash(folder)] = true
	}
	for _, name := range Packages() {
		if whole := name == "fmt" || name == "net/url"; replaced[name] == whole {
			t.Errorf("%s is replaced: %v", name, replaced[name])
		}
	}
}
