package hosts

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/npm"
)

// autoconsentRelease is the release of DuckDuckGo's autoconsent that
// web/bundle/autoconsent.json is tested against.
var autoconsentRelease = npm.Release{
	Name:      "@duckduckgo/autoconsent",
	Version:   "16.23.0",
	Integrity: "sha512-NTmDhASFf5pUsSwg2TyT9R75GYUcuYZXPyBnRcYgJgozg6RLeXXP9uH8ADxA364yQ2gJBMu83AN/D24Y4nkPKg==",
}

// autoconsent returns the package as a script that leaves the class AutoConsent in the page.
func autoconsent(t testing.TB) string {
	t.Helper()
	module := autoconsentRelease.File(t, "dist/autoconsent.esm.js")
	result := api.Build(api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: module + "\nwindow.AutoConsent = AutoConsent;", Loader: api.LoaderJS},
		Bundle: true,
		Format: api.FormatIIFE,
		Target: api.ES2021,
	})
	if len(result.Errors) > 0 {
		t.Fatal(result.Errors[0].Text)
	}
	return string(result.OutputFiles[0].Contents)
}

// TestAutoconsent: with the rule that comes with Charte, DuckDuckGo's autoconsent answers for its
// user and reports that it has.
func TestAutoconsent(t *testing.T) {
	t.Parallel()
	shows(t, "DuckDuckGo's autoconsent, given `web/bundle/autoconsent.json`, finds the notice, refuses or accepts, and its self-test passes")
	rule, err := os.ReadFile("../bundle/autoconsent.json")
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(rule) {
		t.Fatal("web/bundle/autoconsent.json is not JSON")
	}
	// This is what the extension does as the page begins. Where a rule needs eval, the extension
	// sends a message that asks for it.
	start := `window.said = [];
		window.consent = new AutoConsent(async (message) => { said.push(message); }, {
			enabled: true, autoAction: %q, disabledCmps: [], enablePrehide: true, enableCosmeticRules: false, enableHeuristicDetection: false,
			detectRetries: 20, isMainWorld: true, prehideTimeout: 2000,
			logs: {lifecycle: false, rulesteps: false, evals: false, errors: true, messages: false, waits: false},
		}, {autoconsent: [` + string(rule) + `]});`
	script := autoconsent(t)
	for _, test := range []struct {
		action, result string
		yes            bool
	}{
		{"optOut", "optOutResult", false},
		{"optIn", "optInResult", true},
	} {
		t.Run(test.action, func(t *testing.T) {
			eachBrowser(t, func(t *testing.T, name browser.Engine) {
				w := newWorld(t, "light", "demo")
				v := visitor{browsertest.NewPage(t, name), t}
				v.must(v.Preload(script + fmt.Sprintf(start, test.action)))
				v.must(v.Open(w.Site + "/journey/"))
				v.waits(`said.some(m => m.type === "autoconsentDone")`)
				want(v, "what was found", eval[string](v, `said.filter(m => m.type === "cmpDetected" || m.type === "popupFound").map(m => m.type + " " + m.cmp).join()`), "cmpDetected charte,popupFound charte")
				want(v, "result", eval[bool](v, `said.find(m => m.type === arguments[0]).result`, test.result), true)
				want(v, "code it asked to evaluate", eval[int](v, `said.filter(m => m.type === "eval").length`), 0)
				v.seesNot(notice)
				c := v.answer()
				if c == nil || strings.Contains(c.Value, "&yes=first-party+statistics+third-party") != test.yes || strings.Contains(c.Value, "yes") != test.yes {
					t.Errorf("cookie: %+v", c)
				}
				if !test.yes {
					want(v, "scripts", eval[string](v, `ran.join()`), "")
					want(v, "that there is a self-test", eval[bool](v, `said.find(m => m.type === "optOutResult").scheduleSelfTest`), true)
				}
				v.do(`await consent.receiveMessageCallback({type: "selfTest"})`)
				// The self-test checks that the visitor has refused, so it fails after an acceptance.
				want(v, "self-test", eval[bool](v, `said.find(m => m.type === "selfTestResult").result`), !test.yes)
				want(v, "the banner's opacity, which the extension has changed", eval[string](v, `getComputedStyle(document.querySelector("charte-banner")).opacity`), "1")

				// The next page does not ask again.
				v.must(v.Reload())
				v.waits(`window.charte?.decision.answered`)
				v.seesNot(notice)
			})
		})
	}
}

// TestAutomation: a browser that says it is driven by a program gets the same notice as any other.
func TestAutomation(t *testing.T) {
	t.Parallel()
	shows(t, "`navigator.webdriver` and the user agents of robots make no difference: the notice is shown, and answers count")
	const property = `Object.defineProperty(Navigator.prototype, %q, {configurable: true, get: () => %s});`
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		seen := map[string]string{}
		for _, preload := range []string{
			fmt.Sprintf(property, "webdriver", "false"),
			fmt.Sprintf(property, "webdriver", "true"),
			fmt.Sprintf(property, "webdriver", "true") + fmt.Sprintf(property, "userAgent", `"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"`),
			fmt.Sprintf(property, "userAgent", `"HeadlessChrome"`),
		} {
			w := newWorld(t, "light", "demo")
			v := visitor{browsertest.NewPage(t, name), t}
			v.must(v.Preload(preload))
			v.must(v.Open(w.Site + "/faults/"))
			v.sees(notice)
			text := v.text("notice")
			v.click(notice + " " + refuseAll)
			v.seesNot(notice)
			if c := v.answer(); c == nil {
				t.Errorf("%s: the refusal is not kept", preload)
			}
			seen[text] = preload
		}
		if len(seen) != 1 {
			t.Errorf("the notice's text differs between browsers: %q", seen)
		}
	})
}

// blocked matches the substrings, in lower case, by which the general filters of cookie-notice lists
// (EasyList Cookie, Fanboy's, I don't care about cookies) find addresses, ids and classes on any
// site.
var blocked = regexp.MustCompile(`cookie[-_]?(alert|banner|bar|box|button|choice|consent|control|dialog|disclaimer|info|law|manager|message|modal|note|notice|notification|overlay|panel|policy|popup|prompt|settings|warning|wall)s?` +
	`|cookies[-_]?(accept|banner|bar|consent|dialog|eu|info|message|modal|notice|overlay|policy|popup)` +
	`|(accept|allow|eu|agree|hide)[-_]?cookies?` +
	`|consent[-_]?(banner|bar|box|dialog|manager|modal|notice|overlay|popup|wall|management)|(banner|modal|notice|popup)[-_]?consent` +
	`|gdpr|rgpd|ccpa|lgpd|eprivacy|privacy[-_]?(banner|bar|consent|message|modal|notice|overlay|policy|popup)` +
	`|(^|[-_/.])cmp([-_/.]|$)|(^|[-_/.])cc[-_](banner|main|window|revoke)` +
	`|onetrust|optanon|tarteaucitron|orejime|klaro|didomi|axeptio|cookiebot|cookieconsent|cookiepro|usercentrics|quantcast|trustarc|iubenda|osano|termly|complianz|borlabs`)

// TestBlocked checks the pattern with names from those lists.
func TestBlocked(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"/js/jquery-cookie-consent.min.js", "cookies-dialog", "cookie-banner", "cookie_notice", "cookiebar", "CookieConsent", "cookie-law-info-bar", "eu-cookie-law",
		"cookies-eu-banner", "gdpr-cookie-notice", "cookie-policy-popup", "onetrust-banner-sdk", "consent-banner", "cc-window", "privacy-banner", "/cmp.js", "accept-cookies", "cookie-consent.", "cookies-overlay",
	} {
		if !blocked.MatchString(strings.ToLower(name)) {
			t.Errorf("the pattern does not match %q", name)
		}
	}
}

// TestNames: a general filter finds nothing of ours by its name. This is checked for the addresses
// that the page fetches and for the banner's elements, ids, classes and parts.
func TestNames(t *testing.T) {
	t.Parallel()
	shows(t, "No file, element, id, class or part has a name that the general filters of cookie-notice block lists match")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/frames/")
		v.sees(over("video") + " [data-charte=once]")
		v.do(`window.names = () => {
			const all = [];
			const walk = (root) => root.querySelectorAll("*").forEach((e) => {
				if (e.getRootNode() !== document || /^charte/.test(e.localName)) all.push(e.localName, e.id, ...e.classList, ...e.part, ...Object.values(e.dataset), ...e.getAttributeNames());
				if (e.shadowRoot) walk(e.shadowRoot);
			});
			walk(document);
			return all;
		}`)
		seen := eval[[]string](v, `names()`)
		v.asks(customise)
		v.sees(list)
		seen = append(seen, eval[[]string](v, `names()`)...)
		if len(seen) < 200 {
			t.Errorf("only %d names were seen, want at least 200", len(seen))
		}
		for file := range w.bundle.Files {
			seen = append(seen, "/"+file)
		}
		seen = append(seen, w.requested("charte ")...)
		for _, one := range seen {
			if blocked.MatchString(strings.ToLower(one)) {
				t.Errorf("%q is a name that block lists look for", one)
			}
		}
	})
}

// TestHidden: where a blocker hides the banner, or the settings while they are open, the page still
// scrolls and takes clicks.
func TestHidden(t *testing.T) {
	t.Parallel()
	shows(t, "A page whose blocker hides the banner is never locked: it scrolls and takes clicks, and nothing is granted")
	for _, test := range []struct {
		name, css string
		user      bool // whether it is the user's style sheet, which takes precedence over ours
		hides     bool // whether it hides the settings
	}{
		{"the page's, the host", `charte-banner { display: none !important; visibility: hidden !important; }`, false, false}, // our own style sheet prevents it
		{"the page's, its parts", `charte-banner::part(notice), charte-banner::part(settings) { display: none !important; }`, false, true},
		{"the user's, the host", `:host { display: none !important; }`, true, true},
		{"the user's, invisible", `:host, * { visibility: hidden !important; }`, true, true},
		{"the user's, transparent", `:host { opacity: 0 !important; pointer-events: none !important; }`, true, true},
		{"the user's, the settings", `dialog { display: none !important; }`, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			eachBrowser(t, func(t *testing.T, name browser.Engine) {
				w := newWorld(t, "light", "demo")
				v := visitor{browsertest.NewPage(t, name), t}
				// No driver can set a user's style sheet. A style sheet that comes after ours in the
				// shadow root takes precedence in the same way.
				preload := `addEventListener("DOMContentLoaded", () => { const style = document.createElement("style"); style.textContent = %q; document.head.append(style); })`
				if test.user {
					preload = `{
						const attach = Element.prototype.attachShadow;
						Element.prototype.attachShadow = function (...args) {
							const root = attach.apply(this, args), sheet = new CSSStyleSheet();
							sheet.replaceSync(%q);
							queueMicrotask(() => root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]);
							return root;
						};
					}`
				}
				v.must(v.Preload(fmt.Sprintf(preload, test.css)))
				v.must(v.Open(w.Site + "/faults/"))
				v.waits(`window.charte?.decision && document.querySelector("charte-banner")`)
				v.intact()
				v.nothingGranted(w)
				v.do(`window.opened = 0; charte.on("open", () => opened++)`)
				v.waits(`opened || charte.open().then(() => opened)`)
				if test.hides {
					v.seesNot(settings)
					v.waits(`!document.querySelector("charte-banner").shadowRoot.querySelector("dialog[open]")`)
				} else {
					v.click(closeIt) // the settings are visible and can be closed
				}
				v.intact()
				v.do(`await charte.refuseAll()`)
				v.intact()
				v.nothingGranted(w)
				if c := v.answer(); c == nil {
					t.Error("the refusal is not kept")
				}
			})
		})
	}
}

// TestBlockedFiles: whichever file of the bundle a blocker takes away, the page is never locked.
// Where there is a notice, its answers are kept.
func TestBlockedFiles(t *testing.T) {
	t.Parallel()
	shows(t, "A page from which a blocker takes any of our files is never locked")
	for _, file := range []string{"charte.js", "/engine-", ".wasm", ".json", "/release-"} {
		t.Run(file, func(t *testing.T) {
			eachBrowser(t, func(t *testing.T, name browser.Engine) {
				w := newWorld(t, "light", "demo")
				w.without(file)
				v := w.visitWith(name, impatient, "/faults/")
				v.intact()
				v.nothingGranted(w)
				if file == "charte.js" {
					return
				}
				v.click(customise)
				v.sees(charterLink)
				v.intact()
				v.refuses(w)
			})
		})
	}
}
