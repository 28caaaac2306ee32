package hosts

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/npm"
)

// wide makes axe see where everything lies in the whole document. By itself axe looks only below
// body (lib/commons/dom/create-grid.js, 4.14.1). The banner stands before body, so axe would not
// know any contrast in it.
const wide = `
	const walk = document.createTreeWalker;
	document.createTreeWalker = (root, ...rest) => {
		const walker = walk.call(document, root === document.body ? document.documentElement : root, ...rest);
		if (root === document.body) walker.currentNode = document.head;
		return walker;
	};`

// judge makes axe check a part of the page by WCAG 2.2 AA, RGAA 4 and what axe calls best
// practice. It gives a line for each fault of an element, such as "violations color-contrast
// charte-banner >>> h2", and after a tab what axe says about it.
const judge = `(await axe.run(arguments[0], {
	resultTypes: ["violations", "incomplete"],
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"],
	rules: {"td-has-header": {enabled: true}, "table-fake-caption": {enabled: true}, "focus-order-semantics": {enabled: true}},
}).then(results => ["violations", "incomplete"].flatMap(kind => results[kind].flatMap(rule => rule.nodes.map(node =>
	kind + " " + rule.id + " " + node.target.flat().join(" >>> ") + "\t" + [...node.any, ...node.all, ...node.none].map(check => check.message).join("; "))))))`

// A look is a way of showing a page: its colours.
type look struct {
	name   string
	media  browser.Media
	engine browser.Engine // the browser that does not have the look; empty if all have it
}

var looks = []look{
	{name: "light", media: browser.Media{ColorScheme: "light"}},
	{name: "dark", media: browser.Media{ColorScheme: "dark"}},
	{name: "forced colours", media: browser.Media{ForcedColors: "active"}, engine: browser.WebKit},
}

// An unsurety is something that axe cannot decide and leaves to people.
type unsurety struct {
	engine  browser.Engine
	look    string // name of the look; empty for every look
	what    string // how the line of judge begins
	because string // why it is right as it is
}

const (
	below   = `incomplete color-contrast charte-banner >>> button[data-charte="save"]`
	control = "axe does not know that a modal dialog lies above the page, and takes the control under the settings for one that overlaps them"
)

// unsure lists what axe leaves to people in our layers, all of which is right as it is.
var unsure = []unsurety{
	{browser.Chromium, "forced colours", "incomplete color-contrast charte-banner >>> button[data-charte=", "axe reads -webkit-text-fill-color, and Chromium 156 does not give its forced value; TestA16 reads color"},
	{browser.Chromium, "forced colours", "incomplete color-contrast charte-frame >>> button[part=", "the same"},
	{browser.Chromium, "", below, control},
	{browser.Firefox, "", below, control},
	{browser.WebKit, "", below, control},
}

// TestAxe: axe-core finds no fault in anything that we show, in all colours, on a desktop and on a
// phone. It is unsure only of what unsure explains.
func TestAxe(t *testing.T) {
	t.Parallel()
	shows(t, "axe-core finds no fault in any layer, the charter or a frame's placeholder: light, dark and forced colours, 1280 and 320 px")
	explained := new(sync.Map)
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		comes := w.holds("", ".wasm")
		v := w.visit(name, "/accessible/")
		v.sees(notice)
		v.do(`window.first = ` + root + `.querySelector("[data-charte=notice]")`)
		comes()
		v.waits(root + `.querySelector("[data-charte=notice]") !== first`) // so that Go does not take over while axe looks
		judged := func(layer string, part any, ready func()) {
			t.Helper()
			v.judged(name, layer, part, ready, explained)
		}
		v.sees(notice)
		v.sees("charte-frame >>> [part=frame]")
		page := map[string]any{"exclude": []string{}}
		judged("the notice and a placeholder", page, func() { v.sees(notice) })
		v.asks(customise)
		judged("the settings", page, func() { v.sees(settings) })
		// The part of the settings that is now scrolled out of sight was checked before.
		judged("the list", map[string]any{"fromShadowDom": []string{host, "[data-charte=list]"}}, func() {
			v.do(`document.querySelector("charte-banner").shadowRoot.querySelector("[data-charte=list]").scrollIntoView()
				document.querySelector("charte-banner").shadowRoot.querySelector(".body").scrollBy(0, -40)`)
		})
		v.click(switchOf("personalisation")) // not the frame's service, whose frame would show a page that is not ours
		v.click(save)
		v.seesNot(settings)
		v.waits(`document.querySelector("charte-banner").shadowRoot.querySelector("[role=status]").textContent`)
		judged("after saving", page, func() { v.sees(host + " >>> [part=control]") })
		v.must(v.Open(w.Charte + "/charte"))
		v.sees(notice)
		v.do(`await charte.refuseAll()`)
		judged("the charter", page, func() { v.seesNot(notice) })
	})
	for _, u := range unsure {
		if _, told := explained.Load(u.what); slices.Contains(browsertest.Engines(), u.engine) && !told {
			t.Errorf("%s: axe is no longer unsure of %q; remove the explanation", u.engine, u.what)
		}
	}
}

// judged has axe check a part of the page in all colours and widths, each once ready has returned. It notes in explained
// of which entries of unsure axe was unsure.
func (v visitor) judged(name browser.Engine, layer string, part any, ready func(), explained *sync.Map) {
	v.t.Helper()
	if !eval[bool](v, `!!window.axe`) {
		v.do(npm.Axe.File(v.t, "axe.min.js") + wide)
	}
	widths := []int{1280, 320}
	if testing.Short() {
		widths = widths[1:]
	}
	for _, look := range looks {
		if look.engine == name {
			continue
		}
		v.must(v.Emulate(look.media))
		for _, width := range widths {
			v.must(v.SetViewport(width, 800))
			v.waits(`innerWidth === arguments[0]`, width)
			ready()
			for _, line := range eval[[]string](v, judge, part) {
				fault, why, _ := strings.Cut(line, "\t")
				i := slices.IndexFunc(unsure, func(u unsurety) bool {
					return u.engine == name && (u.look == "" || u.look == look.name) && strings.HasPrefix(fault, u.what)
				})
				if i < 0 {
					v.t.Errorf("%s, %s, %d px: %s: %s", layer, look.name, width, fault, why)
				} else {
					explained.Store(unsure[i].what, true)
				}
			}
		}
	}
}
