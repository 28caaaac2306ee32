package preview

import (
	"fmt"
	"slices"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// colours is a script that returns the colours of everything in the banner, one line an element:
// as they are, and with the focus on each element that takes it. A colour of which nothing is seen is none.
const colours = `
const properties = ["color", "backgroundColor", "borderTopColor", "borderBottomColor", "borderInlineStartColor", "boxShadow", "textShadow", "accentColor"];
const value = (style, property) => {
	const border = property.replace("Color", "Style");
	if (border !== property && style[border] === "none") return "none";
	return style[property].replace(/rgba\(.*, 0\)/, "none");
};
const drawn = (style) => style.content !== "none" && style.display !== "none";
const lines = [];
const say = (element, name, pseudo) => {
	const style = getComputedStyle(element, pseudo);
	if (pseudo && !drawn(style)) return;
	lines.push(name + (pseudo || "") + ": " + properties.map((p) => p + " " + value(style, p)).join("; "));
};
const root = arguments[0] === "page" ? document.body : document.querySelector(arguments[0]).shadowRoot;
const [one, another] = root.querySelectorAll(".switch input");
if (one) one.checked = another.indeterminate = true;
const counts = {};
for (const element of root.querySelectorAll("*")) {
	if (element.localName === "script") continue;
	const kind = element.localName + (element.dataset.charte ? "[" + element.dataset.charte + "]" : "") + (element.className ? "." + element.className : "");
	counts[kind] = (counts[kind] || 0) + 1;
	const name = kind + " " + counts[kind];
	say(element, name);
	for (const pseudo of ["::before", "::after"]) say(element, name, pseudo);
	if (element.localName === "dialog") say(element, name, "::backdrop");
	if (!element.matches("a, button, input")) continue;
	element.focus({ focusVisible: true });
	const style = getComputedStyle(element);
	lines.push(name + " with the focus: " + ["outlineColor", "outlineStyle", "outlineWidth", ...properties].map((p) => p + " " + value(style, p)).join("; "));
}
return lines;`

// TestForcedLight: the imitation of forced colours has the colours that Chromium has in them.
func TestForcedLight(t *testing.T) { forcedAgrees(t, "light") }

// TestForcedDark: so has that of a dark theme.
func TestForcedDark(t *testing.T) { forcedAgrees(t, "dark") }

func forcedAgrees(t *testing.T, scheme string) {
	t.Helper()
	if !slices.Contains(browsertest.Engines(), browser.Chromium) {
		return // the others have other palettes, or none
	}
	b := newBench(t)
	b.Show(1, demo(t))
	v := newVisit(t, browser.Chromium)
	for _, test := range []struct{ show, sees, root string }{
		{"notice", "charte-banner >>> [data-charte=notice]", "charte-banner"},
		{"settings", "charte-banner >>> [data-charte=settings] tbody td", "charte-banner"},
		{"charter", "main table", "page"},
		{"demo", "charte-frame >>> button", "charte-frame"},
	} {
		t.Run(test.show, func(t *testing.T) {
			seen := func(forced string, media browser.Media) []string {
				v.must(v.Emulate(media))
				v.must(v.Open(b.Shown().Spare + fmt.Sprintf("fr,%s,-,%s,%s/", scheme, forced, test.show)))
				v.must(v.WaitVisible(test.sees))
				v.waits(`document.fonts.ready.then(() => true)`)
				var lines []string
				v.must(v.Eval(colours, &lines, test.root))
				if test.show == "settings" {
					v.must(v.Hover("charte-banner >>> [data-charte=settings] [data-charte=save]"))
					lines = append(lines, "hover: "+eval[string](v, `(s => ["color", "backgroundColor", "borderTopColor"].map(p => p + " " + s[p]).join("; "))(getComputedStyle(`+root+`.querySelector("[data-charte=save]")))`))
				}
				v.shot(fmt.Sprintf("forced-%s-%s-%s", test.show, scheme, forced))
				return lines
			}
			browsers := seen("0", browser.Media{ForcedColors: "active", ColorScheme: scheme})
			imitated := seen("1", browser.Media{ColorScheme: scheme})
			if len(browsers) != len(imitated) || len(browsers) < 10 {
				t.Fatalf("%d and %d lines", len(browsers), len(imitated))
			}
			for i := range browsers {
				if browsers[i] != imitated[i] {
					t.Errorf("in forced colours %s\n         imitated %s", browsers[i], imitated[i])
				}
			}
		})
	}
}
