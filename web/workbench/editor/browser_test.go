package editor_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/npm"
	"charte/web/workbench/editor"
)

// program is the page of package editortest/page, with the compiler's script.
var program = sync.OnceValues(func() (program struct{ wasm, script []byte }, err error) {
	dir, err := os.MkdirTemp("", "charte-editor")
	if err != nil {
		return program, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "page.wasm")
	build := exec.Command("go", "build", "-o", file, "charte/web/workbench/editor/editortest/page")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if output, err := build.CombinedOutput(); err != nil {
		return program, fmt.Errorf("%w: %s", err, output)
	}
	if program.wasm, err = os.ReadFile(file); err != nil {
		return program, err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return program, err
	}
	program.script, err = os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	return program, err
})

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Workbench</title>
<link rel="stylesheet" href="/editor.css">
<script src="/wasm_exec.js" defer></script>
<script src="/start.js" type="module"></script>
<body><div></div>`

const start = `const go = new Go();
const { instance } = await WebAssembly.instantiateStreaming(fetch("/program.wasm"), go.importObject);
go.run(instance);`

// policy is the workbench's, with the preview's origin.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-src %s; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// site is a made-up page of the preview. It says what the preview's pages say.
const site = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A site</title>
<style>
	body { margin: 0; font: 16px/1.5 sans-serif; background: #eef0f3 }
	main { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
	i { display: block; height: 1rem; margin: 1rem 0; background: #d5d9df; border-radius: 4px }
	div { position: fixed; inset: auto 0 0; padding: 1rem; background: #fff; border-top: 1px solid #888 }
</style>
<main><h1>A site</h1><i></i><i></i><i></i><i></i><p id="variant"></p></main>
<div id="notice"><p><b>Your choices on cookies</b></p><p>The site asks for your consent.</p><button>Accept all</button> <button>Refuse all</button></div>
<script>
	document.querySelector("#variant").textContent = decodeURIComponent(location.pathname);
	const say = more => parent.postMessage({charte: "preview", width: innerWidth, height: innerHeight, notice: document.querySelector("#notice").offsetHeight, wraps: [], ...more}, "*");
	if (location.pathname.includes(",compact,")) say({failed: "it broke"});
	else {
		say({layer: ""});
		setTimeout(() => say({layer: "notice"}), 50);
	}
</script>`

// A shell is the page in Chromium.
type shell struct {
	*browser.Page
	t     *testing.T
	spent *[1]float64 // see [shell.busy]
}

// openShell opens the page with a query of package editortest/page. Where the query has a spare host for the
// preview and names the first one, the spare one answers. The pages of what the query calls silent say nothing.
func openShell(t *testing.T, query url.Values) shell {
	t.Helper()
	p, err := program()
	if err != nil {
		t.Fatal(err)
	}
	preview := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if silent := query.Get("silent"); silent != "" && strings.HasSuffix(r.URL.Path, ","+silent+"/") {
			return
		}
		w.Write([]byte(site))
	}))
	mux := http.NewServeMux()
	serve := func(path, kind string, body []byte) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Content-Security-Policy", fmt.Sprintf(policy, preview.URL))
			w.Write(body)
		})
	}
	serve("/{$}", "text/html; charset=utf-8", []byte(html))
	serve("/editor.css", "text/css; charset=utf-8", editor.CSS)
	serve("/wasm_exec.js", "text/javascript", p.script)
	serve("/start.js", "text/javascript", []byte(start))
	serve("/program.wasm", "application/wasm", p.wasm)
	server := browsertest.NewServer(t, mux)
	if query == nil {
		query = url.Values{}
	}
	if !query.Has("preview") {
		query.Set("preview", preview.URL+"/secret/1/")
	}
	if query.Has("spare") {
		query.Set("spare", preview.URL+"/spare/1/")
	}
	page := shell{browsertest.NewPage(t, browser.Chromium), t, new([1]float64)}
	page.must(page.SetViewport(1280, 800))
	page.must(page.Open(server.URL + "/?" + query.Encode()))
	page.must(page.WaitFor(`!!document.querySelector("#beside > *")`)) // the last part
	return page
}

func (p shell) must(err error) {
	p.t.Helper()
	browsertest.Must(p.t, err)
}

// valueOf is what js returns.
func valueOf[T any](p shell, js string, args ...any) T {
	p.t.Helper()
	var result T
	p.must(p.Eval(js, &result, args...))
	return result
}

// choose opens the form of the outline's line with a title.
func (p shell) choose(title string) {
	p.t.Helper()
	const way = `[...document.querySelectorAll(".way")].find(w => w.querySelector(".title").textContent === arguments[0])`
	p.must(p.WaitFor(way, title))
	p.must(p.Eval(way+`.click()`, nil, title))
	p.must(p.WaitFor(`document.querySelector(".way[aria-current] .title")?.textContent === arguments[0] && !!document.querySelector(".form .fields > *, .form .entries")`, title))
}

// shoot keeps a picture in the folder that CHARTE_SHOTS names, if it names one.
func (p shell) shoot(name string) {
	p.t.Helper()
	dir := os.Getenv("CHARTE_SHOTS")
	if dir == "" {
		return
	}
	picture, err := p.Screenshot()
	p.must(err)
	p.must(os.WriteFile(filepath.Join(dir, "editor-"+name+".png"), picture, 0o644))
}

// TestAxe: axe-core finds no fault in any view, at 1280 and 390 px, light and dark, and nothing is too wide.
func TestAxe(t *testing.T) {
	p := openShell(t, nil)
	for _, view := range []struct {
		name string
		show func(p shell)
	}{
		{"site", func(p shell) { p.choose("Site") }},
		{"known", func(p shell) { p.choose("Mesure d'audience anonyme (Matomo)") }},
		{"services", func(p shell) { p.choose("Services") }},
		{"look", func(p shell) { p.choose("Look") }},
		{"findings", func(p shell) { p.must(p.Click(".light")); p.must(p.WaitVisible(".findings h2")) }},
		{"others", func(p shell) { p.choose("Other settings") }},
		{"service, in French", func(p shell) {
			p.must(p.Eval(`const s = document.querySelector(".speak"); s.value = "fr"; s.dispatchEvent(new Event("change"))`, nil))
			p.choose("Jeux de données suggérés")
			p.must(p.WaitFor(`document.documentElement.lang === "fr" && document.querySelectorAll(".box").length === 2`))
			p.must(p.Eval(`document.querySelectorAll(".form .fold").forEach(f => f.click())`, nil))
			p.must(p.WaitFor(`document.querySelectorAll(".box .fields").length === 2`))
		}},
	} {
		t.Run(view.name, func(t *testing.T) {
			p := shell{p.Page, t, p.spent}
			view.show(p)
			p.judge(view.name)
		})
	}
}

// TestAxeStates: the same of a page with conflicts, and of one where all is well.
func TestAxeStates(t *testing.T) {
	t.Run("conflicts", func(t *testing.T) { openShell(t, url.Values{"state": {"conflicts"}}).judge("conflicts") })
	t.Run("fine", func(t *testing.T) {
		p := openShell(t, url.Values{"state": {"fine"}})
		p.must(p.Eval(`document.querySelector(".tab.to-preview").click()`, nil))
		p.must(p.WaitFor(`document.querySelector(".page").dataset.view === "preview"`))
		p.judge("fine")
	})
}

// judge has axe-core look at what is shown.
func (p shell) judge(name string) {
	p.t.Helper()
	p.must(p.WaitFor(`!!document.querySelector("iframe:not(.back)")`))
	if !valueOf[bool](p, `return !!window.axe`) {
		p.must(p.Eval(npm.Axe.File(p.t, "axe.min.js"), nil))
	}
	for _, width := range []int{390, 320, 1280} { // the last one stays
		for _, scheme := range []string{"light", "dark"} {
			p.must(p.Emulate(browser.Media{ColorScheme: scheme, ReducedMotion: "reduce"}))
			p.must(p.SetViewport(width, 800))
			p.must(p.WaitFor(`innerWidth === arguments[0]`, width))
			p.shoot(fmt.Sprintf("%s-%d-%s", strings.ReplaceAll(strings.ReplaceAll(name, ",", ""), " ", "-"), width, scheme))
			if over := valueOf[int](p, `return document.documentElement.scrollWidth`); over > width {
				p.t.Errorf("%d px: the page is %d px wide", width, over)
			}
			if width == 320 {
				continue
			}
			for _, fault := range valueOf[[]string](p, `return (await axe.run({exclude: ["iframe"]}, {resultTypes: ["violations"]})).violations.flatMap(v => v.nodes.map(n => v.id + " " + n.target + " " + n.failureSummary))`) {
				p.t.Errorf("%d px, %s: %s", width, scheme, fault)
			}
		}
	}
}
