package hosts

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// countWorkers notes in window.workers which workers a page starts and what they answer.
const countWorkers = `
	window.workers = [];
	const Real = Worker;
	window.Worker = class extends Real {
		constructor(url, options) {
			super(url, options);
			workers.push("made");
			this.addEventListener("message", ({data}) => workers.push(data.module instanceof WebAssembly.Module ? "module" : data.why));
		}
	};`

// TestWarm: the program is compiled and run once in a worker before anybody wants the settings. The
// page then takes over the compiled program.
func TestWarm(t *testing.T) {
	t.Parallel()
	shows(t, "The program is compiled and run once in a worker, unseen")
	for _, engine := range engines() {
		part(t, engine, browser.Chromium, func(t *testing.T) {
			w := newWorld(t, engine, "demo")
			v := visitor{browsertest.NewPage(t, browser.Chromium), t}
			v.must(v.Preload(countWorkers))
			v.must(v.Open(w.Site + "/journey/"))
			v.sees(notice)
			v.waits(`workers.length === 2`)
			want(v, "the worker", eval[string](v, `workers.join()`), "made,module")
			want(v, "downloads of the program", len(w.requested(".wasm")), 1)
			v.asks(customise)
			v.sees(list)
			want(v, "downloads of the program", len(w.requested(".wasm")), 1)
			want(v, "cookies", eval[string](v, `document.cookie`), "")
			lines, err := v.Console()
			v.must(err)
			for _, line := range lines {
				if !strings.Contains(line, "undeclared") && !strings.Contains(line, "favicon") {
					t.Errorf("the console says %s", line)
				}
			}
		})
	}
}

// TestNoWorker: where the browser refuses a worker, the page compiles the program.
func TestNoWorker(t *testing.T) {
	t.Parallel()
	shows(t, "Where a worker is refused, the page compiles")
	for what, preload := range map[string]string{
		"it throws":    `window.Worker = class { constructor() { throw new Error("refused"); } };`,
		"it is absent": `delete window.Worker;`,
		"it fails":     `const Real = Worker; window.Worker = class extends Real { constructor(url, o) { super("data:text/javascript,throw 1", o); } };`,
	} {
		part(t, what, browser.Chromium, func(t *testing.T) {
			w := newWorld(t, "light", "demo")
			v := visitor{browsertest.NewPage(t, browser.Chromium), t}
			v.must(v.Preload(preload))
			v.must(v.Open(w.Site + "/journey/"))
			v.waits(`performance.getEntriesByType("resource").some(e => e.name.endsWith(".wasm"))`)
			v.asks(customise)
			v.sees(list)
		})
	}
}

// TestIdleEnd: the program is ended when it has shown nothing for a while. The settings open again
// without another download.
func TestIdleEnd(t *testing.T) {
	t.Parallel()
	shows(t, "A program that shows nothing is ended, and its memory let go")
	for _, engine := range engines() {
		part(t, engine, browser.Chromium, func(t *testing.T) {
			w := newWorld(t, engine, "demo")
			v := visitor{browsertest.NewPage(t, browser.Chromium), t}
			v.must(v.Preload(`
				const real = setTimeout;
				window.setTimeout = (f, ms, ...rest) => real(f, ms === 20000 ? 100 : ms, ...rest);
				window.memories = [];
				const {instantiate} = WebAssembly;
				WebAssembly.instantiate = async (...args) => {
					const instance = await instantiate(...args);
					memories.push(new WeakRef(instance));
					return instance;
				};`))
			v.must(v.Open(w.Site + "/journey/"))
			v.asks(customise)
			v.sees(list)
			v.click(settings + " " + refuseAll)
			v.seesNot(settings)
			v.do(`for (let i = 0; i < 2; i++) { await charte.open(); await charte.close() }`) // too fast for the program to be ended in between
			for range 3 {
				before := eval[int](v, `memories.length`)
				v.forgets(`memories.at(-1).deref() === undefined`)
				v.asks("#manage")
				v.sees(list)
				want(v, "instances", eval[int](v, `memories.length`), before+1)
				v.must(v.Press("Escape"))
				v.seesNot(settings)
			}
			want(v, "downloads of the program", len(w.requested(".wasm")), 1)
		})
	}
}

// TestTakeover: nobody notices when Go replaces the prerendered notice by its own. The text and the
// places of the elements are the same, and the focus stays where it was.
func TestTakeover(t *testing.T) {
	t.Parallel()
	shows(t, "Go takes over the notice unnoticed: text, places and focus stay")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		var v visitor
		for _, held := range []string{"a", "[data-charte=refuse-all]"} {
			w := newWorld(t, engine, "demo")
			comes := w.holds("", ".wasm")
			v = w.visit(name, "/journey/")
			v.sees(notice)
			v.do(`
				window.root = document.querySelector("charte-banner").shadowRoot;
				window.place = () => JSON.stringify([...root.querySelectorAll("[data-charte=notice] *")].map(e => Object.values(e.getBoundingClientRect().toJSON())));
				window.first = root.querySelector("[data-charte=notice]");
				window.before = {text: first.textContent, place: place()};
				root.querySelector(arguments[0]).focus();
			`, held)
			comes()
			v.waits(`root.querySelector("[data-charte=notice]") !== first`)
			want(v, "text", eval[bool](v, `root.querySelector("[data-charte=notice]").textContent === before.text`), true)
			want(v, "place of every element", eval[string](v, `place()`), eval[string](v, `before.place`))
			want(v, "the focus stays on "+held, eval[bool](v, `!!root.activeElement?.matches(arguments[0])`, held), true)
		}
		v.must(v.Press("Enter"))
		v.seesNot(notice)
		if c := v.answer(); c == nil || strings.Contains(c.Value, "yes") {
			t.Errorf("cookie: %+v", c)
		}
	})
}

// TestPressDuringTakeover: Go does not replace a button while it is pressed, so that no click is
// lost.
func TestPressDuringTakeover(t *testing.T) {
	t.Parallel()
	shows(t, "A click that begins before Go takes over is not lost")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		comes := w.holds("", ".wasm")
		v := visitor{browsertest.NewPage(t, name), t}
		v.must(v.Preload(`
			const {instantiate} = WebAssembly;
			WebAssembly.instantiate = async (...args) => {
				const instance = await instantiate(...args);
				// A program that does not wait for the release has mounted within two frames.
				requestAnimationFrame(() => requestAnimationFrame(() => (window.arrived = true)));
				return instance;
			};`))
		v.must(v.Open(w.Site + "/journey/"))
		v.must(v.Hold(notice + " " + refuseAll))
		comes()
		v.waits(`window.arrived`)
		v.must(v.Release())
		v.seesNot(notice)
		if c := v.answer(); c == nil || strings.Contains(c.Value, "yes") {
			t.Errorf("cookie: %+v", c)
		}
		v.asks("#manage")
		v.sees(list) // Go takes over after the release
	})
}

// forgets collects the page's garbage until an expression is true, and fails the test after 10 s. The
// expression tells that a weak reference has been cleared. Chromium only.
func (v visitor) forgets(js string) {
	v.t.Helper()
	for end := time.Now().Add(10 * time.Second); !eval[bool](v, js); {
		if time.Now().After(end) {
			v.t.Fatalf("the memory is not freed within 10 s: %s", js)
		}
		v.must(v.CDP("HeapProfiler.collectGarbage", nil, nil))
	}
}

// TestMemory: while the settings are open, the program's memory is within its budget.
func TestMemory(t *testing.T) {
	alone(t)
	shows(t, "The program's memory is within its budget")
	data, err := os.ReadFile("../bundle/budgets.json")
	if err != nil {
		t.Fatal(err)
	}
	var budgets struct{ Memory struct{ Bytes int } }
	if err := json.Unmarshal(data, &budgets); err != nil {
		t.Fatal(err)
	}
	for _, engine := range engines() {
		part(t, engine, browser.Chromium, func(t *testing.T) {
			w := newWorld(t, engine, "demo")
			v := visitor{browsertest.NewPage(t, browser.Chromium), t}
			v.must(v.Preload(`
				const {instantiate} = WebAssembly;
				WebAssembly.instantiate = async (...args) => {
					const instance = await instantiate(...args);
					window.memory = instance.exports.memory || instance.exports.mem;
					return instance;
				};`))
			v.must(v.Open(w.Site + "/loading/intent.html"))
			v.asks(customise)
			v.sees(list)
			used := eval[int](v, `memory.buffer.byteLength`)
			t.Logf("%d KiB", used>>10)
			if used == 0 || engine == "light" && used > budgets.Memory.Bytes {
				t.Errorf("the memory has %d bytes, want more than 0 and at most the budget of %d", used, budgets.Memory.Bytes)
			}
		})
	}
}
