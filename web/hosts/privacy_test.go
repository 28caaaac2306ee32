package hosts

import (
	"slices"
	"strings"
	"testing"

	"charte/web/browser"
)

// watch notes in window.seen what a page's scripts use of the browser's interfaces that tell
// something about the visitor, keep something, or reach a server. It notes their names.
const watch = `
	window.seen = [];
	const hook = (home, name, key, of) => {
		const own = Object.getOwnPropertyDescriptor(home, key);
		if (!own?.configurable) return;
		const made = { ...own };
		if (own.get) made.get = function () { seen.push(name); return own.get.call(this); };
		if (own.set) made.set = function (value) { seen.push(name + " set " + String(value).split(/[=?]/)[0]); own.set.call(this, value); };
		if (typeof own.value === "function") made.value = new Proxy(own.value, {
			apply: (call, self, args) => { seen.push(name + " " + (args[0]?.url ?? args[0])); return Reflect.apply(call, self, args); },
			construct: (type, args, target) => { seen.push(name + " " + args[0]); return Reflect.construct(type, args, target); },
		});
		Object.defineProperty(home, key, made);
	};
	for (const key of ["localStorage", "sessionStorage", "indexedDB", "caches", "cookieStore", "name", "fetch", "WebSocket", "WebTransport", "EventSource",
		"RTCPeerConnection", "Notification", "devicePixelRatio", "outerWidth", "screenX"]) {
		hook(Object.hasOwn(window, key) ? window : Window.prototype, key, key);
	}
	for (const key of ["cookie", "referrer", "lastModified", "hasStorageAccess", "requestStorageAccess"]) hook(Document.prototype, "document." + key, key);
	for (const [name, type] of Object.entries({ navigator: Navigator, screen: Screen, storage: Storage, history: History })) {
		for (const key of Object.getOwnPropertyNames(type.prototype)) if (key !== "constructor") hook(type.prototype, name + "." + key, key);
	}
	hook(XMLHttpRequest.prototype, "XMLHttpRequest", "open");
	hook(HTMLCanvasElement.prototype, "canvas", "getContext");
	hook(Intl.DateTimeFormat.prototype, "Intl", "resolvedOptions");`

// TestPrivacy: until the visitor has answered, Charte's code reads only its own cookie and how
// fast the browser says the network is. It keeps nothing and asks only its own server. This holds
// for every layer that the visitor opens.
func TestPrivacy(t *testing.T) {
	t.Parallel()
	shows(t, "before an answer our code reads its own cookie and the connection's kind, stores nothing, and asks its own server only")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visitWith(name, watch, "/privacy/")
		v.sees(notice)
		v.asks(customise)
		v.sees(list)
		v.click(switchOf("youtube"))
		v.click(closeIt)
		v.seesNot(settings)
		v.sees(notice)

		before := eval[[]string](v, `[...seen]`)
		if !slices.Contains(before, "document.cookie") {
			t.Fatalf("the hooks do not see that the cookie is read: %q", before)
		}
		slices.Sort(before)
		for _, what := range slices.Compact(before) {
			switch {
			case what == "document.cookie":
			case what == "navigator.connection": // data-load="auto" fetches nothing ahead where data are expensive
			case strings.HasPrefix(what, "fetch "+w.Charte+"/"):
			default:
				t.Errorf("before an answer: %s", what)
			}
		}
		cookies, err := v.Cookies()
		v.must(err)
		want(v, "cookies", len(cookies), 0)
		want(v, "stored entries", eval[int](v, `localStorage.length + sessionStorage.length + (await indexedDB.databases()).length + (await caches.keys()).length`), 0)
		for _, request := range w.requested("") {
			if !strings.HasPrefix(request, "charte /") && request != "site /privacy/" && request != "site /favicon.ico" {
				t.Errorf("before an answer: a request for %s", request)
			}
		}

		v.do(`seen.length = 0`)
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		v.waits(`charte.decision.answered`)
		want(v, "what a refusal writes", eval[string](v, `[...new Set(seen.filter(what => / set | setItem/.test(what)))].join()`), "document.cookie set cookies_preferences")
	})
}
