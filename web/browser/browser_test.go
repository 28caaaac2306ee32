package browser_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// The pages that the tests open, by path. A row of TestPage may add its own.
var pages = map[string]string{
	"/": `<!doctype html><title>home</title><p id=text>Bonjour</p><a href="#x">down</a>`,

	"/shadow": `<!doctype html><title>shadow</title>
		<x-outer></x-outer>
		<script>
			const outer = document.querySelector("x-outer").attachShadow({mode: "open"});
			const inner = outer.appendChild(document.createElement("x-inner")).attachShadow({mode: "open"});
			const button = inner.appendChild(document.createElement("button"));
			button.textContent = "Accepter";
			button.onclick = (e) => { window.clicked = {trusted: e.isTrusted, count: (window.clicked?.count ?? 0) + 1} };
			button.onmouseenter = (e) => { window.hovered = e.isTrusted };
		</script>`,

	"/below": `<!doctype html><title>below</title><div style="height: 5000px"></div>
		<button onclick="window.clicked = true">far down</button><div style="height: 5000px"></div>`,

	"/covered": `<!doctype html><title>covered</title>
		<button onclick="window.clicked = true">below</button>
		<div id=cover style="position: fixed; inset: 0; background: #0008"></div>`,

	"/late": `<!doctype html><title>late</title>
		<script>
			setTimeout(() => {
				const button = document.body.appendChild(document.createElement("button"));
				button.style.cssText = "position: absolute; left: 0";
				button.textContent = "late";
				button.onclick = () => { window.clicked = true };
				button.animate([{left: "0"}, {left: "300px"}], {duration: 200, fill: "forwards"});
			}, 200);
		</script><body></body>`,

	"/clobbered": `<!doctype html><title>clobbered</title>
		<img name=querySelector><form name=elementFromPoint></form>
		<button onclick="window.clicked = true">click</button>
		<script>Array.prototype.toJSON = () => "no"; Object.prototype.why = "polluted"; JSON.stringify = null</script>`,

	"/keys": `<!doctype html><title>keys</title>
		<input id=a><input id=b><button id=c onclick="window.pressed = (window.pressed ?? 0) + 1">c</button>
		<script>
			window.keys = [];
			addEventListener("keydown", (e) => keys.push((e.shiftKey ? "Shift+" : "") + e.key + "/" + e.code + "/" + e.isTrusted));
		</script>`,

	"/console": `<!doctype html><title>console</title>
		<script>console.warn("charte: late by", 3, "s"); console.log({a: 1}.a)</script>
		<script>null.answer</script>
		<script>Promise.reject(new Error("refused"))</script>`,

	"/missing": `<!doctype html><title>missing</title><script src="/missing.js"></script>
		<script>console.log("end")</script>`,

	"/strict": `<!doctype html><title>strict</title><button id=b>click</button>`,
}

// header holds the response headers of some of the pages.
var header = map[string]http.Header{
	"/cookies/page": {"Set-Cookie": {
		"session=1; HttpOnly",
		"answer=1.7; Path=/; Max-Age=15724800; SameSite=Lax",
		"elsewhere=1; Path=/shop",
	}},
	"/strict": {"Content-Security-Policy": {
		"default-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
	}},
}

func serve(t *testing.T) string {
	server := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range header[r.URL.Path] {
			for _, value := range values {
				w.Header().Add(name, value)
			}
		}
		if r.URL.Path == "/favicon.ico" || r.URL.Path == "/missing.js" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		page := pages[r.URL.Path]
		if page == "" {
			page = "<!doctype html><title>" + r.URL.Path + "</title>"
		}
		fmt.Fprint(w, page)
	}))
	return server.URL
}

// value evaluates js and fails the test when it cannot.
func value[T any](t *testing.T, p *browser.Page, js string, args ...any) T {
	t.Helper()
	var v T
	if err := p.Eval(js, &v, args...); err != nil {
		t.Fatal(err)
	}
	return v
}

// must fails the test on an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fails checks that err is not nil, and that its text has the engine and all of parts.
func fails(t *testing.T, p *browser.Page, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", parts)
	}
	for _, part := range append(parts, string(p.Engine())+": ") {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error lacks %q:\n%v", part, err)
		}
	}
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s\n got %+v\nwant %+v", what, got, want)
	}
}

// TestPage: all that Charte's tests rely on holds in each engine.
func TestPage(t *testing.T) {
	for _, test := range []struct {
		name  string
		open  string
		alone bool // it needs the focus, which only one page of a browser has at a time
		run   func(t *testing.T, p *browser.Page)
	}{
		{name: "open waits for load", open: "/", run: func(t *testing.T, p *browser.Page) {
			equal(t, "readyState", value[string](t, p, "return document.readyState"), "complete")
			equal(t, "title", value[string](t, p, "return document.title"), "home")
		}},
		{name: "open fails where nobody listens", run: func(t *testing.T, p *browser.Page) {
			fails(t, p, p.Open("http://127.0.0.1:1/"), "open http://127.0.0.1:1/")
		}},
		{name: "eval returns JSON", open: "/", run: func(t *testing.T, p *browser.Page) {
			type answer struct {
				Name  string
				Count float64
				List  []any
				Empty *int
			}
			got := value[answer](t, p, `
				await new Promise((done) => setTimeout(done, 10)); // a promise
				return {name: arguments[0].text, count: arguments[1] + 0.5, list: [true, null, "é", {}], empty: undefined}`,
				map[string]string{"text": "</script>\u2028\"'"}, 41)
			equal(t, "result", got, answer{"</script>\u2028\"'", 41.5, []any{true, nil, "é", map[string]any{}}, nil})
			must(t, p.Eval("return", nil))
		}},
		{name: "eval returns what has no JSON", open: "/", run: func(t *testing.T, p *browser.Page) {
			must(t, p.Eval("return document.body", nil))
			equal(t, "numbers", value[[]any](t, p, "return [NaN, -0, 1e21]"), []any{nil, 0.0, 1e21})
		}},
		{name: "eval returns what is thrown", open: "/", run: func(t *testing.T, p *browser.Page) {
			fails(t, p, p.Eval(`throw new TypeError("no catalogue")`, nil), "eval", "TypeError", "no catalogue")
			fails(t, p, p.Eval(`await Promise.reject(new Error("late"))`, nil), "late")
			fails(t, p, p.Eval(`throw "a string"`, nil), "a string")
			fails(t, p, p.Eval(`return {`, nil), "SyntaxError", "return {")
		}},
		{name: "eval ignores the page's policy", open: "/strict", run: func(t *testing.T, p *browser.Page) {
			equal(t, "sum", value[int](t, p, "return arguments[0] + 1", 1), 2)
			must(t, p.Click("#b"))
		}},
		{name: "wait for", open: "/", run: func(t *testing.T, p *browser.Page) {
			must(t, p.Eval(`setTimeout(() => { window.ready = arguments[0] }, 100)`, nil, "yes"))
			must(t, p.WaitFor(`window.ready === arguments[0]`, "yes"))
			must(t, p.WaitFor(`document.querySelector("p")`))
			must(t, p.WaitFor(`Promise.resolve(window) // cyclic`))
		}},
		{name: "wait for tells what it last saw", open: "/", run: func(t *testing.T, p *browser.Page) {
			p = impatient(p)
			fails(t, p, p.WaitFor(`document.title === "gone" ? 1 : ""`), "document.title", `last seen: ""`)
			fails(t, p, p.WaitFor(`nowhere.length`), "nowhere")
		}},
		{name: "click pierces shadow roots", open: "/shadow", run: func(t *testing.T, p *browser.Page) {
			must(t, p.Click("x-outer >>> x-inner >>> button"))
			type click struct {
				Trusted bool
				Count   int
			}
			equal(t, "click", value[click](t, p, "return window.clicked"), click{true, 1})
			text, err := p.Text("x-outer >>> x-inner >>> button")
			must(t, err)
			equal(t, "text", text, "Accepter")
		}},
		{name: "hover", open: "/shadow", run: func(t *testing.T, p *browser.Page) {
			must(t, p.Hover("x-outer >>> x-inner >>> button"))
			must(t, p.WaitFor("window.hovered"))
			equal(t, "click", value[*int](t, p, "return window.clicked"), nil)
		}},
		{name: "click scrolls", open: "/below", run: func(t *testing.T, p *browser.Page) {
			must(t, p.Click("button"))
			equal(t, "clicked", value[bool](t, p, "return window.clicked"), true)
		}},
		{name: "click waits for a moving element", open: "/late", run: func(t *testing.T, p *browser.Page) {
			must(t, p.Click("button"))
			equal(t, "clicked", value[bool](t, p, "return window.clicked"), true)
		}},
		{name: "click is refused on a covered element", open: "/covered", run: func(t *testing.T, p *browser.Page) {
			p = impatient(p)
			fails(t, p, p.Click("button"), `click "button"`, `id="cover"`)
			equal(t, "clicked", value[*bool](t, p, "return window.clicked"), nil)
			must(t, p.Eval("cover.remove()", nil))
			must(t, p.Click("button"))
			equal(t, "clicked", value[bool](t, p, "return window.clicked"), true)
		}},
		{name: "click says why it cannot", open: "/shadow", run: func(t *testing.T, p *browser.Page) {
			p = impatient(p)
			fails(t, p, p.Click("x-outer >>> em"), `click "x-outer >>> em"`, "nothing matches")
			fails(t, p, p.Click("title >>> em"), "no open shadow root")
			fails(t, p, p.Click("title"), "not visible")
			fails(t, p, p.Click(":::"), "selector")
		}},
		{name: "visible and gone", open: "/shadow", run: func(t *testing.T, p *browser.Page) {
			must(t, p.WaitVisible("x-outer >>> x-inner"))
			must(t, p.WaitGone("em"))
			must(t, p.Eval(`setTimeout(() => { document.querySelector("x-outer").hidden = true }, 50)`, nil))
			must(t, p.WaitGone("x-outer >>> x-inner"))
			p = impatient(p)
			fails(t, p, p.WaitVisible("x-outer >>> x-inner"), "not visible")
		}},
		{name: "hostile built-ins", open: "/clobbered", run: func(t *testing.T, p *browser.Page) {
			must(t, p.Click("button"))
			equal(t, "clicked", value[bool](t, p, "return window.clicked"), true)
			equal(t, "list", value[[]int](t, p, "return [1, 2]"), []int{1, 2})
		}},
		{name: "keyboard", open: "/keys", alone: true, run: func(t *testing.T, p *browser.Page) {
			must(t, p.Click("#a"))
			must(t, p.Press("h", "E", "Tab", "7", "Shift+Tab", "Tab", "Tab", "Enter", " ", "Escape"))
			equal(t, "inputs", value[[]string](t, p, "return [a.value, b.value]"), []string{"hE", "7"})
			equal(t, "focus", value[string](t, p, "return document.activeElement.id"), "c")
			equal(t, "button pressed", value[int](t, p, "return window.pressed"), 2)
			shiftTab := "Shift+Tab/Tab/true"
			if p.Engine() == browser.WebKit {
				// WebKit's keyValueForGdkKeyCode (PlatformKeyboardEventGtk.cpp) has no line
				// for GDK_KEY_ISO_Left_Tab, so visitors' keyboards do the same.
				shiftTab = "Shift+Unidentified/Tab/true"
			}
			equal(t, "keys", value[[]string](t, p, "return keys"), []string{
				"h/KeyH/true",
				"Shift+Shift/ShiftLeft/true", "Shift+E/KeyE/true",
				"Tab/Tab/true",
				"7/Digit7/true",
				"Shift+Shift/ShiftLeft/true", shiftTab,
				"Tab/Tab/true",
				"Tab/Tab/true",
				"Enter/Enter/true",
				" /Space/true",
				"Escape/Escape/true",
			})
			fails(t, p, p.Press("Entrer"), `"Entrer"`)
		}},
		{name: "pages have storage of their own", open: "/", run: func(t *testing.T, p *browser.Page) {
			const set = `document.cookie = "seen=1"; localStorage.seen = 1`
			const seen = `return [document.cookie, String(localStorage.seen)]`
			must(t, p.Eval(set, nil))
			other := browsertest.NewPage(t, p.Engine())
			must(t, other.Open(value[string](t, p, "return location.href")))
			equal(t, "second visitor", value[[]string](t, other, seen), []string{"", "undefined"})
			equal(t, "first visitor", value[[]string](t, p, seen), []string{"seen=1", "1"})
		}},
		{name: "tabs share storage", open: "/", run: func(t *testing.T, p *browser.Page) {
			must(t, p.Eval(`document.cookie = "seen=1"; localStorage.seen = 1`, nil))
			tab, err := p.NewTab()
			must(t, err)
			must(t, tab.Open(value[string](t, p, "return location.href")))
			equal(t, "second tab", value[[]string](t, tab, `return [document.cookie, localStorage.seen]`), []string{"seen=1", "1"})

			// Scripts run in both tabs: each gets the other's messages, and takes clicks.
			must(t, p.Eval(`
				window.heard = [];
				new BroadcastChannel("charte").onmessage = (e) => heard.push(e.data);
				document.body.innerHTML = "<button onclick='window.clicked = true'>first</button>"`, nil))
			must(t, tab.Eval(`
				document.body.innerHTML = "<button>second</button>";
				document.querySelector("button").onclick = () => new BroadcastChannel("charte").postMessage("second")`, nil))
			must(t, tab.Click("button"))
			must(t, p.WaitFor(`heard.includes("second")`))
			must(t, p.Click("button"))
			must(t, p.WaitFor(`window.clicked`))
			must(t, tab.Close())
			equal(t, "first tab", value[bool](t, p, `return window.clicked`), true)
		}},
		{name: "cookies with attributes", open: "/cookies/page", run: func(t *testing.T, p *browser.Page) {
			got, err := p.Cookies()
			must(t, err)
			byName := map[string]browser.Cookie{}
			for _, c := range got {
				if c.Name == "answer" {
					if off := time.Until(c.Expires) - 15724800*time.Second; off.Abs() > time.Minute {
						t.Errorf("answer expires at %v, %v off", c.Expires, off)
					}
					c.Expires = time.Time{}
				}
				byName[c.Name] = c
			}
			unsaid := "" // SameSite of a cookie without that attribute
			if p.Engine() == browser.WebKit {
				unsaid = byName["session"].SameSite
			}
			equal(t, "cookies", byName, map[string]browser.Cookie{
				"session": {Name: "session", Value: "1", Domain: "127.0.0.1", Path: "/cookies", HTTPOnly: true, SameSite: unsaid},
				"answer":  {Name: "answer", Value: "1.7", Domain: "127.0.0.1", Path: "/", SameSite: "Lax"},
			})
		}},
		{name: "self-signed certificate", run: func(t *testing.T, p *browser.Page) {
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Set-Cookie", "__Host-session=1; Secure; Path=/")
			}))
			t.Cleanup(server.Close)
			must(t, p.Open(server.URL))
			equal(t, "cookie", value[string](t, p, "return document.cookie"), "__Host-session=1")
		}},
		{name: "set cookie", open: "/", run: func(t *testing.T, p *browser.Page) {
			expires := time.Unix(time.Now().Unix()+1000, 0)
			want := browser.Cookie{Name: "consent", Value: "1.7.0.", Domain: "127.0.0.1", Path: "/", Expires: expires, HTTPOnly: true, SameSite: "Strict"}
			must(t, p.SetCookie(browser.Cookie{Name: "consent", Value: "1.7.0.", Expires: expires, HTTPOnly: true, SameSite: "Strict"}))
			got, err := p.Cookies()
			must(t, err)
			equal(t, "cookies", got, []browser.Cookie{want})
			must(t, p.SetCookie(browser.Cookie{Name: "seen", Value: "1"}))
			must(t, p.Reload())
			equal(t, "document.cookie", value[string](t, p, "return document.cookie"), "seen=1")
		}},
		{name: "viewport and screenshot", open: "/", run: func(t *testing.T, p *browser.Page) {
			const size = `return [innerWidth, innerHeight]`
			equal(t, "first size", value[[]int](t, p, size), []int{browser.InitialWidth, browser.InitialHeight})
			must(t, p.SetViewport(390, 844))
			equal(t, "size", value[[]int](t, p, size), []int{390, 844})
			must(t, p.Eval(`document.documentElement.style.background = "rgb(0, 128, 255)"`, nil))
			shot, err := p.Screenshot()
			must(t, err)
			image, err := png.Decode(bytes.NewReader(shot))
			must(t, err)
			equal(t, "size of the screenshot", image.Bounds().Size().String(), "(390,844)")
			r, g, b, _ := image.At(200, 700).RGBA()
			equal(t, "colour", [3]uint32{r >> 8, g >> 8, b >> 8}, [3]uint32{0, 128, 255})
		}},
		{name: "back and reload", open: "/", run: func(t *testing.T, p *browser.Page) {
			must(t, p.Open(value[string](t, p, "return location.origin")+"/two"))
			equal(t, "second page", value[string](t, p, "return document.title"), "/two")
			must(t, p.Back())
			equal(t, "first page", value[string](t, p, "return document.title"), "home")
			must(t, p.Eval(`window.old = true`, nil))
			must(t, p.Click("a")) // WebKit's Back passes over entries that only a script added
			must(t, p.Back())
			equal(t, "same document", value[[]any](t, p, "return [location.hash, window.old]"), []any{"", true})
			must(t, p.Reload())
			equal(t, "after reload", value[[]any](t, p, "return [document.title, window.old]"), []any{"home", nil})
		}},
		{name: "back at once after a jump", open: "/", run: func(t *testing.T, p *browser.Page) {
			for range 20 {
				must(t, p.Click("a"))
				must(t, p.Back())
				equal(t, "hash", value[string](t, p, "return location.hash"), "")
			}
		}},
		{name: "leaving a page that still loads", run: func(t *testing.T, p *browser.Page) {
			// Firefox may report that what the old page was loading failed, and goes on.
			var asked atomic.Int32
			server := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/page" {
					<-r.Context().Done() // never answered
					return
				}
				asked.Add(1)
				w.Header().Set("Content-Type", "text/html")
				fmt.Fprintf(w, "<!doctype html><title>%s</title><body>", r.URL.RawQuery)
			}))
			must(t, p.Open(server.URL+"/page?0"))
			for i := range 20 {
				must(t, p.Eval(`
					const frame = document.createElement("iframe");
					frame.src = "/frame";
					document.body.append(frame);
					setTimeout(() => frame.src = "/another");`, nil))
				number := fmt.Sprint(i / 2)
				if i%2 == 0 {
					must(t, p.Reload())
				} else {
					number = fmt.Sprint(i/2 + 1)
					must(t, p.Open(server.URL+"/page?"+number))
				}
				equal(t, "page", value[string](t, p, "return document.title"), number)
				equal(t, "times the page was asked for", int(asked.Load()), i+2)
			}
		}},
		{name: "keys in a frame of another site", alone: true, run: func(t *testing.T, p *browser.Page) {
			server := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				if r.URL.Path == "/frame" {
					fmt.Fprint(w, `<!doctype html><button>one</button><button onclick="parent.postMessage(event.isTrusted, '*')">two</button>
						<script>addEventListener("focus", () => parent.postMessage("focus", "*"))</script>`)
					return
				}
				fmt.Fprintf(w, `<!doctype html><script>addEventListener("message", ({ data }) => window.said = data)</script>
					<iframe src="http://localhost:%s/frame"></iframe>`, r.Host[strings.LastIndexByte(r.Host, ':')+1:])
			}))
			must(t, p.Open(server.URL))
			must(t, p.Eval(`document.querySelector("iframe").focus()`, nil))
			must(t, p.WaitFor(`window.said === "focus"`)) // it goes from one process to the other
			must(t, p.Press("Tab", "Tab", "Enter"))
			must(t, p.WaitFor(`window.said === true`))
		}},
		{name: "console", open: "/console", run: func(t *testing.T, p *browser.Page) {
			fails(t, p, p.Eval(`throw new Error("the test's own")`, nil), "the test's own") // must not be in the console
			var lines []string
			await(t, func() bool {
				var err error
				lines, err = p.Console()
				must(t, err)
				return len(lines) >= 4
			})
			if len(lines) != 4 {
				t.Fatalf("lines = %q, want 4", lines)
			}
			equal(t, "lines", lines[:2], []string{"warn: charte: late by 3 s", "log: 1"})
			for i, part := range []string{"uncaught: TypeError: ", "refused"} {
				if !strings.Contains(lines[2+i], part) {
					t.Errorf("line %q lacks %q", lines[2+i], part)
				}
			}
		}},
		{name: "console tells what the browser says", open: "/missing", run: func(t *testing.T, p *browser.Page) {
			var lines []string
			await(t, func() bool {
				var err error
				lines, err = p.Console()
				must(t, err)
				return slices.Contains(lines, "log: end")
			})
			missing := slices.ContainsFunc(lines, func(line string) bool {
				return strings.HasPrefix(line, "error: ") && strings.Contains(line, "404") && strings.Contains(line, "/missing.js")
			})
			if missing != (p.Engine() != browser.Firefox) {
				t.Errorf("lines = %q", lines)
			}
			if strings.Contains(strings.Join(lines, ""), "favicon") {
				t.Errorf("a favicon in %q", lines)
			}
		}},
		{name: "language", open: "/", run: func(t *testing.T, p *browser.Page) {
			equal(t, "language", value[string](t, p, "return navigator.language"), "en-US")
		}},
		{name: "emulate", open: "/", run: func(t *testing.T, p *browser.Page) {
			// They are set one at a time: print and forced colours affect the colour scheme.
			const seen = `return ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-reduced-motion: reduce)", "print"]
				.filter((q) => matchMedia(q).matches)`
			for media, want := range map[browser.Media]string{
				{ColorScheme: "dark"}:                          "(prefers-color-scheme: dark)",
				{ForcedColors: "active", ColorScheme: "light"}: "(forced-colors: active)",
				{ReducedMotion: "reduce"}:                      "(prefers-reduced-motion: reduce)",
				{Type: "print"}:                                "print",
			} {
				err := p.Emulate(media)
				if p.Engine() == browser.WebKit && media.ForcedColors != "" {
					unsupported(t, err)
					continue
				}
				must(t, err)
				equal(t, fmt.Sprintf("%+v", media), value[[]string](t, p, seen), []string{want})
				// It lasts, even in another process, until it is reset.
				must(t, p.Open(otherHost(value[string](t, p, "return location.href"))))
				equal(t, fmt.Sprintf("elsewhere %+v", media), value[[]string](t, p, seen), []string{want})
				must(t, p.Emulate(browser.Media{}))
				equal(t, "reset", value[[]string](t, p, seen), []string{})
			}
		}},
		{name: "preload", open: "/", run: func(t *testing.T, p *browser.Page) {
			must(t, p.Preload("window.early = document.readyState + !!document.body"))
			must(t, p.Preload("window.second = window.early + '!'"))
			must(t, p.Reload())
			equal(t, "early", value[string](t, p, "return window.second"), "loadingfalse!")
			must(t, p.Open(otherHost(value[string](t, p, "return location.href"))))
			equal(t, "early elsewhere", value[string](t, p, "return window.second"), "loadingfalse!")
		}},
		{name: "CDP", open: "/", run: func(t *testing.T, p *browser.Page) {
			var tree struct{ Frames []any }
			err := p.CDP("Page.getResourceTree", nil, &tree)
			if p.Engine() != browser.Chromium {
				unsupported(t, err)
				return
			}
			must(t, err)
			fails(t, p, p.CDP("No.such", nil, nil), "No.such")
		}},
	} {
		for _, engine := range browsertest.Engines() {
			t.Run(test.name+"/"+string(engine), func(t *testing.T) {
				if !test.alone {
					t.Parallel() // several pages work at once
				}
				p := browsertest.NewPage(t, engine)
				if test.open != "" {
					must(t, p.Open(serve(t)+test.open))
				}
				test.run(t, p)
			})
		}
	}
}

// impatient returns p with a short Options.Wait, for calls that are to fail.
func impatient(p *browser.Page) *browser.Page {
	return p.With(func(o *browser.Options) { o.Wait = time.Second })
}

// otherHost returns the same page on another site, for which a browser may start
// another process.
func otherHost(url string) string {
	if host, ok := strings.CutPrefix(url, "http://localhost:"); ok {
		return "http://127.0.0.1:" + host
	}
	return strings.Replace(url, "http://127.0.0.1:", "http://localhost:", 1)
}

func unsupported(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("error = %v, want %v", err, errors.ErrUnsupported)
	}
}

// await polls until done is true, for at most 10 seconds, and then fails the test.
func await(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen within 10 s")
		}
	}
}

// TestNextVisitor: a visitor who gets the window of an earlier one finds nothing of what
// the earlier one did. In WebKit, the two have the same X server and MiniBrowser.
func TestNextVisitor(t *testing.T) {
	for _, engine := range browsertest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			must(t, browsertest.Install(engine))
			b, err := browser.Start(t.Context(), engine, browser.Options{Thrifty: testing.Short()})
			must(t, err)
			t.Cleanup(b.Close)
			here := serve(t) + "/cookies/other"
			there := otherHost(here)
			const found = `return [String(document.hasFocus()), document.cookie, String(sessionStorage.seen), String(window.left), innerWidth + " " + innerHeight,
				["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)", "print"].filter((q) => matchMedia(q).matches).join()]`
			meets := func(p *browser.Page) []string {
				must(t, p.Open(here))
				must(t, p.Press("Tab"))
				seen := value[[]string](t, p, found)
				for _, address := range []string{here, there} {
					must(t, p.Open(address))
					cookies, err := p.Cookies()
					must(t, err)
					seen = append(seen, fmt.Sprint(cookies))
				}
				lines, err := p.Console()
				must(t, err)
				return append(seen, lines...)
			}
			first, err := b.NewPage()
			must(t, err)
			before := meets(first)

			must(t, first.Preload("window.left = true"))
			must(t, first.Emulate(browser.Media{ColorScheme: "dark"}))
			must(t, first.SetViewport(390, 844))
			must(t, first.Open(strings.Replace(here, "other", "page", 1))) // it sets an HttpOnly cookie, and cookies for paths
			tab, err := first.NewTab()
			must(t, err)
			must(t, tab.Open(there))
			for _, p := range []*browser.Page{first, tab} {
				must(t, p.Eval(`document.cookie = "seen=1"; document.cookie = "long=1; Max-Age=1000; Path=/cookies/other"; sessionStorage.seen = 1; console.warn("left")`, nil))
			}
			must(t, first.Press("Shift+Tab")) // the focus moves from the page to the tool bar
			must(t, first.Close())
			must(t, tab.Close())
			if engine == browser.WebKit {
				await(t, func() bool {
					_, idle := b.Sessions()
					return idle == 1
				})
			}
			next, err := b.NewPage()
			must(t, err)
			equal(t, "what the next visitor meets", meets(next), before)
			if engine == browser.WebKit {
				if all, _ := b.Sessions(); all != 1 {
					t.Errorf("there are %d sessions; want only the first one, used again", all)
				}
			}
		})
	}
}

// TestClose: Close ends a browser whose page hangs. No process and no folder of the
// browser is left.
func TestClose(t *testing.T) {
	for _, engine := range browsertest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			b, p := start(t, engine)
			dirs := b.Dirs()
			if running := mentions(t, dirs); len(running) < len(dirs) {
				t.Fatalf("%q run for %d processes; the test looks for the wrong thing", running, len(dirs))
			}
			p = p.With(func(o *browser.Options) { o.Timeout = time.Second })
			fails(t, p, p.Eval("for (;;);", nil), "eval for (;;);", "no answer within 1s")

			b.Close()
			if left := mentions(t, dirs); len(left) > 0 {
				t.Errorf("left running: %q", left)
			}
			for _, dir := range dirs {
				if _, err := os.Stat(dir); err == nil {
					t.Errorf("left behind: %s", dir)
				}
			}
			fails(t, p, p.Eval("return 1", nil), "the browser is closed")
		})
	}
}

// TestCrashAtStart: a browser that crashes as it starts is started once more.
func TestCrashAtStart(t *testing.T) {
	must(t, browsertest.Install(browser.Chromium))
	program, err := exec.LookPath("chromium")
	must(t, err)
	path := os.Getenv("PATH")
	for crashes := range 3 { // in a row
		dir := t.TempDir()
		left := filepath.Join(dir, "left")
		must(t, os.WriteFile(left, bytes.Repeat([]byte("."), crashes), 0o600))
		script := fmt.Sprintf(`#!/bin/sh
if [ -s %q ]; then
	truncate -s -1 %[1]q
	echo crashed
	exit 1
fi
exec %[2]q "$@"
`, left, program)
		must(t, os.WriteFile(filepath.Join(dir, "chromium"), []byte(script), 0o700))
		t.Setenv("PATH", dir+string(os.PathListSeparator)+path)
		b, err := browser.Start(t.Context(), browser.Chromium, browser.Options{Thrifty: testing.Short()})
		if crashes == 2 {
			if err == nil || !strings.Contains(err.Error(), "ended before it was ready") {
				t.Errorf("crashed twice: got error %v", err)
			}
			continue
		}
		must(t, err)
		b.Close()
	}
}

// TestCrash: when a browser dies, the calls that wait for it fail.
func TestCrash(t *testing.T) {
	for _, engine := range browsertest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			b, p := start(t, engine)
			time.AfterFunc(500*time.Millisecond, b.Kill)
			began := time.Now()
			fails(t, p, p.Eval("await new Promise(() => {})", nil), "the connection to the browser is lost")
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %v to notice", took)
			}
			if _, err := b.NewPage(); engine != browser.WebKit && err == nil { // WebKit starts another
				t.Error("a dead browser opened a page")
			}
		})
	}
}

// TestKilled: a test binary that is killed leaves no process behind.
func TestKilled(t *testing.T) {
	if engine := os.Getenv("CHARTE_TEST_HANG"); engine != "" { // this is the binary to be killed
		b, _ := start(t, browser.Engine(engine))
		for _, dir := range b.Dirs() {
			fmt.Println("dir", dir)
		}
		fmt.Println("ready")
		select {}
	}

	for _, engine := range browsertest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
			cmd.Env = append(os.Environ(), "CHARTE_TEST_HANG="+string(engine))
			out, err := cmd.StdoutPipe()
			must(t, err)
			must(t, cmd.Start())
			var dirs []string
			lines := bufio.NewScanner(out)
			for lines.Scan() && lines.Text() != "ready" {
				if dir, ok := strings.CutPrefix(lines.Text(), "dir "); ok {
					dirs = append(dirs, dir)
					t.Cleanup(func() { os.RemoveAll(dir) }) // the killed binary cannot do it
				}
			}
			running := mentions(t, dirs)
			must(t, cmd.Process.Kill())
			cmd.Wait()
			if len(dirs) == 0 || len(running) < len(dirs) {
				t.Fatalf("%q run for %d processes; the test looks for the wrong thing", running, len(dirs))
			}
			await(t, func() bool { return len(mentions(t, dirs)) == 0 })
		})
	}
}

func start(t *testing.T, engine browser.Engine) (*browser.Browser, *browser.Page) {
	t.Helper()
	must(t, browsertest.Install(engine))
	b, err := browser.Start(t.Context(), engine, browser.Options{Thrifty: testing.Short()})
	must(t, err)
	p, err := b.NewPage()
	must(t, err)
	must(t, p.Open(serve(t)+"/"))
	return b, p
}

// mentions returns the command lines of all running processes with one of dirs in their
// command line or their environment.
func mentions(t *testing.T, dirs []string) []string {
	var found []string
	entries, err := os.ReadDir("/proc")
	must(t, err)
	for _, entry := range entries {
		command, _ := os.ReadFile("/proc/" + entry.Name() + "/cmdline") // empty for a zombie
		environ, _ := os.ReadFile("/proc/" + entry.Name() + "/environ")
		for _, dir := range dirs {
			if bytes.Contains(command, []byte(dir)) || bytes.Contains(environ, []byte(dir)) {
				found = append(found, string(bytes.ReplaceAll(command, []byte{0}, []byte(" "))))
				break
			}
		}
	}
	return found
}
