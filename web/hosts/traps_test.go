package hosts

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// trapDoor adds window.trap to a page. Once it is true, the program's next call into the page throws,
// as a trap of WebAssembly does: the exception ends the whole program, and Go cannot recover from it.
// window.instances counts the instances of the program, and window.theirs has the traps that are not
// ours: on Linux, JavaScriptCore now and then finds a memory access out of bounds where there is none
// (github.com/oven-sh/bun/issues/17146).
const trapDoor = `
	window.trap = false;
	window.instances = 0;
	window.theirs = new Set();
	const ours = new Set();
	const {instantiate} = WebAssembly;
	const watched = (call) => function (...args) {
		try {
			return call.apply(this, args);
		} catch (error) {
			if (error instanceof WebAssembly.RuntimeError && !ours.has(error)) theirs.add(error);
			throw error;
		}
	};
	const each = (values, wrap) => Object.fromEntries(Object.entries(values).map(
		([name, value]) => [name, typeof value === "function" ? wrap(value, name) : value]));
	WebAssembly.instantiate = async (module, imports) => {
		instances++;
		const guarded = {};
		for (const [space, functions] of Object.entries(imports)) {
			guarded[space] = each(functions, (call, name) => function (...args) {
				if (trap && /value(Call|Get|Set)$/.test(name)) {
					trap = false;
					window.sprung = true;
					const error = new WebAssembly.RuntimeError("unreachable");
					ours.add(error);
					throw error;
				}
				return call.apply(this, args);
			});
		}
		const instance = await instantiate.call(WebAssembly, module, guarded);
		return Object.create(instance, {exports: {value: each(instance.exports, watched)}});
	};
	window.addEventListener("error", () => window.thrown = (window.thrown || 0) + 1);
	window.addEventListener("unhandledrejection", () => window.thrown = (window.thrown || 0) + 1);`

// replaced checks that the program has been replaced once. Where the browser trapped by itself as the
// program started, that instance was replaced as well, and does not count.
func replaced(v visitor) {
	v.t.Helper()
	theirs := eval[string](v, `[...theirs].join()`)
	if theirs != "" {
		v.t.Logf("the browser trapped by itself: %s", theirs)
	}
	want(v, "instances", eval[int](v, `instances - theirs.size`), 2)
}

// arm sets window.trap at the visitor's next event of a type. It does not set it before, because the
// program may still be rendering.
const arm = `addEventListener(arguments[0], () => { window.trap = true; }, {capture: true, once: true})`

// inSettings returns a function that clicks on an element of the settings and makes the program trap.
func inSettings(selector string) func(visitor) {
	return func(v visitor) {
		v.asks(customise)
		v.sees(list)
		v.do(arm, "click")
		v.click(selector)
	}
}

// Parts of the cookie that the loader writes where Go traps in a click. nothing stands for any answer
// that grants nothing.
const everything, nothing = "&yes=first-party+statistics+third-party", "&rev="

// A trapped row is something that the visitor or the page does while the program traps.
type trapped struct {
	name  string
	do    func(visitor)
	value string // everything, nothing, or empty where the loader writes no cookie
}

// This test and the five that follow make each handler of the program trap. Nothing is granted that
// the visitor did not grant, nothing is thrown into the page, and the settings open again. An answer
// to everything is not lost even then: the loader takes the same click.
func TestTrapsInNotice(t *testing.T) {
	t.Parallel()
	shows(t, "A Go program that panics in a handler of the notice is replaced; nothing reaches the page")
	trapsIn(t, []trapped{
		{"accept all", func(v visitor) { v.do(arm, "click"); v.click(notice + " " + acceptAll) }, everything},
		{"refuse all", func(v visitor) { v.do(arm, "click"); v.click(notice + " " + refuseAll) }, nothing},
		{"customise", func(v visitor) { v.do(arm, "click"); v.click(customise) }, ""},
	})
}

func TestTrapsInSettings(t *testing.T) {
	t.Parallel()
	shows(t, "The same for the answers in the settings")
	trapsIn(t, []trapped{
		{"accept all", inSettings(settings + " " + acceptAll), everything},
		{"refuse all", inSettings(settings + " " + refuseAll), nothing},
	})
}

func TestTrapsInLeaving(t *testing.T) {
	t.Parallel()
	shows(t, "The same for the buttons that save or close the settings")
	trapsIn(t, []trapped{
		{"save", inSettings(save), ""},
		{"close", inSettings(closeIt), ""},
	})
}

func TestTrapsInSwitches(t *testing.T) {
	t.Parallel()
	shows(t, "The same for every switch, and for a key")
	trapsIn(t, []trapped{
		{"a category's switch", inSettings(switchOf("third-party")), ""},
		{"a service's switch", inSettings(switchOf("youtube")), ""},
		{"Escape", func(v visitor) {
			v.asks(customise)
			v.sees(list)
			v.do(arm, "keydown")
			v.must(v.Press("Escape"))
		}, ""},
	})
}

func TestTrapsOfHook(t *testing.T) {
	t.Parallel()
	shows(t, "The same for the hook's `open` and `set`, which still do what they promise")
	trapsIn(t, []trapped{
		{"open", func(v visitor) { v.do(`window.trap = true; await charte.open()`) }, ""},
		{"set", func(v visitor) { v.do(`window.trap = true; await charte.set({"third-party": false})`) }, nothing},
	})
}

func TestTrapsOfAnswers(t *testing.T) {
	t.Parallel()
	shows(t, "The same for the hook's `acceptAll` and `refuseAll`")
	trapsIn(t, []trapped{
		{"acceptAll", func(v visitor) { v.do(`window.trap = true; await charte.acceptAll()`) }, everything},
		{"refuseAll", func(v visitor) { v.do(`window.trap = true; await charte.refuseAll()`) }, nothing},
	})
}

// trapsIn makes the program trap in each row and checks what follows.
func trapsIn(t *testing.T, rows []trapped) {
	t.Helper()
	everywhere(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		for _, row := range rows {
			browsertest.Try(t, row.name, name, func(t *testing.T) {
				v := visitor{browsertest.NewPage(t, name), t}
				v.must(v.Preload(trapDoor))
				v.must(v.Open(w.Site + "/journey/"))
				v.sees(notice)
				v.opens() // Go runs
				v.do(`await charte.close()`)
				v.sees(notice)
				row.do(v)
				v.waits(`window.sprung`)

				want(v, "answered", eval[bool](v, `charte.decision.answered`), row.value != "")
				want(v, "thrown into the page", eval[int](v, `window.thrown || 0`), 0)
				c := v.answer()
				switch {
				case row.value == "" && c != nil, row.value != "" && c == nil, row.value == everything && !strings.HasSuffix(c.Value, everything):
					t.Errorf("cookie: %+v", c)
				}
				if row.value != everything {
					want(v, "granted", eval[string](v, `charte.decision.granted.join()`), "")
					want(v, "scripts", eval[string](v, `ran.join()`), "")
				}
				lines, err := v.Console()
				v.must(err)
				warned := 0
				for _, line := range lines {
					if strings.Contains(line, "charte: no settings") {
						warned++
					}
					if strings.HasPrefix(line, "uncaught") {
						t.Errorf("the console says %s", line)
					}
				}
				want(v, "warnings", warned, 1)

				v.opens()
				replaced(v)
				v.click(settings + " " + refuseAll)
				v.seesNot(settings)
				want(v, "answered, after all", eval[bool](v, `charte.decision.answered`), true)
			})
		}
	})
}

// TestTrapAtStart: a program that traps before it has shown anything is started once more, from its
// bytes. Where it traps again, the page goes without it and the answers work.
func TestTrapAtStart(t *testing.T) {
	t.Parallel()
	shows(t, "A program that traps as it starts is started once more; where that fails too, the answers still work")
	for name, traps := range map[string]int{"once": 1, "always": 1000} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, name browser.Engine, engine string) {
				w := newWorld(t, engine, "demo")
				v := visitor{browsertest.NewPage(t, name), t}
				v.must(v.Preload(fmt.Sprintf(`
					window.instances = 0;
					const {instantiate} = WebAssembly;
					WebAssembly.instantiate = async (...args) => {
						const instance = await instantiate.apply(WebAssembly, args);
						if (++instances > %d) return instance;
						const trap = () => { throw new WebAssembly.RuntimeError("out of bounds"); };
						return {exports: {...instance.exports, _start: trap, run: trap}};
					};
					window.addEventListener("error", () => window.thrown = true);
					window.addEventListener("unhandledrejection", () => window.thrown = true);`, traps)))
				v.must(v.Open(w.Site + "/hostile/")) // nothing on this page starts the program by itself
				v.sees(notice)
				v.do(`await charte.open()`)
				v.waits(`instances >= 2`)
				if traps == 1 {
					v.opens()
					want(v, "instances", eval[int](v, `instances`), 2)
					v.click(settings + " " + refuseAll)
					v.seesNot(settings)
				} else {
					v.waits(`!` + root + `.querySelector("[data-charte=customise]")`) // a link to the charter has replaced it
					v.sees(notice)
					v.click(notice + " " + refuseAll)
					v.seesNot(notice)
				}
				want(v, "answered", eval[bool](v, `charte.decision.answered && !charte.decision.granted.length`), true)
				want(v, "thrown into the page", eval[bool](v, `!!window.thrown`), false)
				lines, err := v.Console()
				v.must(err)
				want(v, "warned", strings.Contains(strings.Join(lines, "\n"), "charte: no settings"), traps > 1)
			})
		})
	}
}

// TestTrapAsItMounts: a program that traps right after it has mounted is started once more.
func TestTrapAsItMounts(t *testing.T) {
	t.Parallel()
	shows(t, "A program that traps right after it has mounted is started once more, and nobody notices")
	trapsAndRefuses(t, 1, settings, func(v visitor) {
		v.opens()
		v.waits(`window.sprung`)
		replaced(v)
		want(v, "dialogs", eval[int](v, root+`.querySelectorAll("dialog[open]").length`), 1)
		lines, err := v.Console()
		v.must(err)
		want(v, "warned", strings.Contains(strings.Join(lines, "\n"), "charte: no settings"), false)
	})
}

// TestTrapAfterStart: a program that traps right after it has mounted, and again when it is started
// once more, leaves a notice that can be answered.
func TestTrapAfterStart(t *testing.T) {
	t.Parallel()
	shows(t, "A program that traps a second time leaves a notice that can be answered")
	trapsAndRefuses(t, 2, notice, func(v visitor) {
		v.waits(`charte.open().then(() => window.sprung && instances - theirs.size === 2)`)
		v.sees(notice)
	})
}

// trapsAndRefuses makes the program trap the first times that it shows its settings. It calls open,
// and refuses in the layer that is then on the screen.
func trapsAndRefuses(t *testing.T, times int, layer string, open func(visitor)) {
	t.Helper()
	everywhere(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := visitor{browsertest.NewPage(t, name), t}
		v.must(v.Preload(trapDoor + trapsAsItShows(times)))
		v.must(v.Open(w.Site + "/hostile/")) // nothing on this page starts the program by itself
		v.sees(notice)
		open(v)
		v.click(layer + " " + refuseAll)
		v.seesNot(layer)
		want(v, "answered", eval[bool](v, `charte.decision.answered && !charte.decision.granted.length`), true)
		want(v, "thrown into the page", eval[int](v, `window.thrown || 0`), 0)
		v.opens()
	})
}

// trapsAsItShows returns a script that makes the program trap the first times that it shows its
// settings. It needs trapDoor.
func trapsAsItShows(times int) string {
	return fmt.Sprintf(`
		const {showModal} = HTMLDialogElement.prototype;
		let shown = 0;
		HTMLDialogElement.prototype.showModal = function () {
			if (shown++ < %d) window.trap = true;
			return showModal.call(this);
		};`, times)
}

// TestThousandOpens: opening and closing the settings 1,000 times leaves
// nothing behind.
func TestThousandOpens(t *testing.T) {
	t.Parallel()
	shows(t, "1,000 openings leave nothing behind")
	thousandOpens(t, "light")
}

// TestThousandOpensOfGo: the same holds for the program that Go's own compiler makes.
func TestThousandOpensOfGo(t *testing.T) {
	t.Parallel()
	shows(t, "the same for the program that Go's own compiler makes")
	if slices.Contains(engines(), "go") {
		thousandOpens(t, "go")
	}
}

// thousandOpens opens and closes the settings twice 500 times, and compares what the page and the
// program hold after each half.
func thousandOpens(t *testing.T, engine string) {
	t.Helper()
	part(t, engine, browser.Chromium, func(t *testing.T) {
		w := newWorld(t, engine, "demo")
		v := visitor{browsertest.NewPage(t, browser.Chromium), t}
		v.must(v.Preload(`
			window.memories = [];
			const {instantiate} = WebAssembly;
			WebAssembly.instantiate = async (...args) => {
				const instance = await instantiate(...args);
				memories.push(instance.exports.mem || instance.exports.memory);
				return instance;
			};`))
		v.must(v.Open(w.Site + "/journey/"))
		v.opens()
		// Fifty at a time: a browser that is asked for more answers nothing for so long on a busy machine that it
		// counts as silent.
		opens := func(times int) {
			for ; times > 0; times -= 50 {
				v.do(fmt.Sprintf(`for (let i = 0; i < %d; i++) { await charte.open(); await charte.close(); }`, min(times, 50)))
			}
		}
		weigh := func() (nodes, listeners, heap, wasm float64) {
			v.must(v.CDP("HeapProfiler.collectGarbage", nil, nil))
			var counters struct{ Nodes, JsEventListeners float64 }
			v.must(v.CDP("Memory.getDOMCounters", nil, &counters))
			var usage struct{ UsedSize float64 }
			v.must(v.CDP("Runtime.getHeapUsage", nil, &usage))
			return counters.Nodes, counters.JsEventListeners, usage.UsedSize, eval[float64](v, `memories.at(-1).buffer.byteLength`)
		}
		times := fewer(500)
		opens(times)
		nodes, listeners, heap, wasm := weigh()
		opens(times)
		nodesAfter, listenersAfter, heapAfter, wasmAfter := weigh()
		// A program made by TinyGo doubles its memory once or twice, sooner or later, until it is
		// enough. A leak would double it again and again, beyond mostMemory.
		const mostMemory = 16 << 20
		for round := 0; round < 5 && wasmAfter > wasm && wasmAfter <= mostMemory; round++ {
			nodes, listeners, heap, wasm = nodesAfter, listenersAfter, heapAfter, wasmAfter
			opens(times)
			nodesAfter, listenersAfter, heapAfter, wasmAfter = weigh()
		}
		t.Logf("nodes %v → %v, listeners %v → %v, heap %.0f → %.0f KB, wasm %.0f → %.0f KB", nodes, nodesAfter, listeners, listenersAfter, heap/1e3, heapAfter/1e3, wasm/1024, wasmAfter/1024)
		// The program frees elements when it collects its garbage, so those of a few openings may
		// remain. A leak would leave those of all openings.
		if perOpening := 1000.0; nodesAfter > nodes+10*perOpening || listenersAfter > listeners+100 {
			t.Errorf("elements pile up: %v → %v nodes, %v → %v listeners", nodes, nodesAfter, listeners, listenersAfter)
		}
		if heapAfter > heap+1e6 {
			t.Errorf("the heap grows from %.0f to %.0f KB", heap/1e3, heapAfter/1e3)
		}
		if wasmAfter > wasm*1.1 || wasmAfter > mostMemory {
			t.Errorf("the program's memory grows from %.0f to %.0f KB", wasm/1024, wasmAfter/1024)
		}
	})
}
