package editor_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/workbench/editor"
)

// dialogPolicy is the policy of the workbench's page, but for the icon, which is none here.
const dialogPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'"

// dialogProgram compiles the page of the dialogs, once.
var dialogProgram = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "dialogs")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "dialogs.wasm")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", out, "./testdata/dialogs")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the page: %w\n%s", err, output)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"dialogs.css": editor.DialogsCSS}
	for name, path := range map[string]string{
		"dialogs.wasm": out,
		"wasm_exec.js": filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"),
		"":             "testdata/dialogs/index.html",
		"page.css":     "testdata/dialogs/page.css",
		"start.js":     "testdata/dialogs/start.js",
	} {
		if files[name], err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	return files, nil
})

// pageWords are the texts of the page. A key that it lacks is its own text.
var pageWords map[string]string

// A tab is a page with the dialogs, for one test.
type tab struct {
	*browser.Page
	t *testing.T
}

// opened opens the page with a query, such as "many=100".
func opened(t *testing.T, engine browser.Engine, query string) tab {
	t.Helper()
	files, err := dialogProgram()
	if err != nil {
		t.Fatal(err)
	}
	server := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		data, found := files[name]
		if name == "words.json" && pageWords != nil {
			data, _ = json.Marshal(pageWords)
			found = true
		}
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", dialogPolicy)
		w.Header().Set("Content-Type", map[string]string{".css": "text/css", ".js": "text/javascript", ".wasm": "application/wasm", "": "text/html; charset=utf-8"}[filepath.Ext(name)])
		w.Write(data)
	}))
	p := tab{browsertest.NewPage(t, engine), t}
	p.must(p.Open(server.URL + "/?" + query))
	p.waits(`window.ready === true`)
	return p
}

func (p tab) must(err error) {
	p.t.Helper()
	browsertest.Must(p.t, browsertest.Excuse(p.Page, err))
}

func (p tab) waits(js string, args ...any) {
	p.t.Helper()
	p.must(p.WaitFor(js, args...))
}

func (p tab) click(selector string) {
	p.t.Helper()
	p.must(p.Click(selector))
}

// opens opens a dialog by its button.
func (p tab) opens(d editor.DialogName) {
	p.t.Helper()
	p.click("#open-" + string(d))
	p.waits(`!!document.querySelector("dialog:modal")`)
}

// called waits until the desk has been called so.
func (p tab) called(call string) {
	p.t.Helper()
	p.waits(`calls.includes(arguments[0])`, call)
}

// types presses the keys of a text.
func (p tab) types(text string) {
	p.t.Helper()
	for _, r := range text {
		p.must(p.Press(string(r)))
	}
}

func eval[T any](p tab, js string, args ...any) T {
	p.t.Helper()
	var result T
	p.must(p.Eval(js, &result, args...))
	return result
}

// eachDialog runs a test in each browser.
func eachDialog(t *testing.T, part func(t *testing.T, engine browser.Engine)) {
	for _, engine := range browsertest.Engines() {
		browsertest.Try(t, string(engine), engine, func(t *testing.T) { part(t, engine) })
	}
}
