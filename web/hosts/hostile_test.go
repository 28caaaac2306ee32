package hosts

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/check"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// payload is what a hostile author of a catalogue puts into every text.
const payload = `</script><script>hit(1)</script><img src=x onerror=hit(2)><svg onload=hit(3)>" onfocus=hit(4) autofocus=" {{constructor.constructor('hit(5)')()}} &lt;b&gt; <!--`

// hostileCatalogue returns the demo's catalogue with the payload in every text.
func hostileCatalogue(t testing.TB) *catalogue.Catalogue {
	c := keeping(t)
	all := func(texts ...*catalogue.Text) {
		for _, text := range texts {
			*text = catalogue.Text{}
			for _, language := range c.Languages {
				(*text)[language] = payload
			}
		}
	}
	all(&c.Site.Name, &c.Charter.Title, &c.Charter.Introduction, &c.Charter.WhatTitle, &c.Charter.What, &c.Charter.KindsTitle)
	c.Site.Controller = payload
	for i := range c.Categories {
		all(&c.Categories[i].Name, &c.Categories[i].Summary, &c.Categories[i].Description, &c.Categories[i].TableTitle)
	}
	for i := range c.Providers {
		c.Providers[i].Name = payload
	}
	for i := range c.Services {
		all(&c.Services[i].Name, &c.Services[i].Location, &c.Services[i].Purpose)
		for j := range c.Services[i].Cookies {
			all(&c.Services[i].Cookies[j].Purpose)
		}
	}
	last := &c.Services[len(c.Services)-1]
	last.Cookies = append(last.Cookies, catalogue.Cookie{
		Name: `<img src=x onerror=hit(6)>`, Kind: catalogue.KindLocalStorage, Purpose: last.Purpose, Lifetime: catalogue.Lifetime{Unit: catalogue.UnitPersistent},
	})
	c.Words = map[catalogue.Language]map[string]string{}
	for _, language := range c.Languages {
		c.Words[language] = map[string]string{}
		for _, key := range []string{"notice.title", "notice.body", "acceptAll", "refuseAll", "settings.title", "save", "close", "list.show"} {
			c.Words[language][key] = payload
		}
		c.Words[language]["notice.body"] += "{controller}" // the catalogue would not be valid without it
	}
	if problems := check.Catalogue(c); len(problems) > 0 {
		t.Fatalf("the catalogue's texts are refused: %v", problems)
	}
	return c
}

// TestHostileTexts: the texts of a catalogue are shown as text, whatever they hold.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	shows(t, "Markup, scripts and templates in any text of the catalogue are shown as text: in the notice, the settings, the list, the placeholders and the charter")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, hostileCatalogue(t))
		v := visitor{browsertest.NewPage(t, name), t}
		v.must(v.Preload(`window.hits = []; window.hit = n => hits.push(n); window.errors = [];
			addEventListener("error", event => errors.push(event.message)); addEventListener("unhandledrejection", event => errors.push(String(event.reason)))`))
		v.must(v.SetViewport(1280, 2000))
		harmless := func(where, root string, least int) {
			t.Helper()
			want(v, where+": scripts", eval[string](v, `hits.join()`), "")
			want(v, where+": errors", eval[string](v, `errors.join()`), "")
			want(v, where+": elements made from texts", eval[int](v, root+`.querySelectorAll("script:not([src$='charte.js']), img, svg, b, [onerror], [onload], [onfocus], [autofocus]").length`), 0)
			if shown := eval[int](v, root+`.textContent.split(arguments[0]).length - 1`, payload); shown < least {
				t.Errorf("%s shows %d texts unchanged, want at least %d", where, shown, least)
			}
		}
		const shadow = `document.querySelector("charte-banner").shadowRoot`
		v.must(v.Open(w.Site + "/frames/"))
		v.sees(notice)
		harmless("the notice", shadow, 4)
		v.sees(over("video") + " [data-charte=once]") // its words come after the placeholder itself
		harmless("a placeholder", `document.querySelector("#video + charte-frame").shadowRoot`, 2)
		v.opens()
		harmless("the settings", shadow, 20)
		want(v, "the cookie's name", eval[bool](v, shadow+`.textContent.includes("<img src=x onerror=hit(6)>")`), true)
		v.click(settings + " " + refuseAll)
		v.seesNot(settings)
		v.must(v.Open(w.Charte + "/charte"))
		v.sees("[data-charte=list]")
		want(v, "the charter: scripts", eval[string](v, `hits.join()`), "")
		harmless("the charter", `document.querySelector("main")`, 20)
		want(v, "the charter's title", eval[bool](v, `document.title.includes(arguments[0])`, payload), true)
	})
}

// A cookieRow is a state of the cookies that a page finds, which scripts or servers may have written.
type cookieRow struct {
	name    string
	writes  func(yes, no string) []string // returns what to write to document.cookie; yes and no are the values of an acceptance and a refusal
	granted bool                          // whether anything is granted
	asked   bool                          // whether the visitor is asked
}

// TestHostileCookies: no cookie grants what the visitor has not granted, and none keeps the visitor
// from answering.
func TestHostileCookies(t *testing.T) {
	t.Parallel()
	shows(t, "Broken and foreign values of the cookie grant nothing, and the visitor can still answer")
	const name = consent.CookieName
	rows := []cookieRow{
		{"an acceptance, for comparison", func(yes, _ string) []string { return []string{name + "=" + yes} }, true, false},
		{"a refusal, for comparison", func(_, no string) []string { return []string{name + "=" + no} }, false, false},
		{"empty", oneCookie(name + "="), false, true},
		{"a percent sign", oneCookie(name + "=%"), false, true},
		{"broken percent encoding", oneCookie(name + "=%E0%A4%A"), false, true},
		{"an encoded NUL", oneCookie(name + "=%00"), false, true},
		{"an encoded acceptance", func(yes, _ string) []string { return []string{name + "=" + strings.ReplaceAll(yes, "&", "%26")} }, false, true},
		{"true", oneCookie(name + "=true"), false, true},
		{"1", oneCookie(name + "=1"), false, true},
		{"null", oneCookie(name + "=null"), false, true},
		{"a list", oneCookie(name + "=[]"), false, true},
		{"a quoted acceptance", func(yes, _ string) []string { return []string{name + `="` + yes + `"`} }, false, true},
		{"__proto__", oneCookie(name + "=__proto__"), false, true},
		{"the JSON of another banner", oneCookie(name + `={"categories":["necessary","statistics","third-party"],"revision":0}`), false, true},
	}
	withCookies(t, rows)
}

// TestHostileValues: the same holds for values that are almost an answer.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	shows(t, "Values that are almost an answer, or too long, grant nothing, and the visitor can still answer")
	const name = consent.CookieName
	long := func(n int) func(string, string) []string {
		return func(yes, _ string) []string {
			return []string{name + "=" + yes + strings.Repeat("+a", n)[:n-len(name)-1-len(yes)]}
		}
	}
	rows := []cookieRow{
		{"version 0", func(yes, _ string) []string { return []string{name + "=" + strings.Replace(yes, "v=1", "v=0", 1)} }, false, true},
		{"version 999", func(yes, _ string) []string { return []string{name + "=" + strings.Replace(yes, "v=1", "v=999", 1)} }, false, true},
		{"no version", func(yes, _ string) []string { return []string{name + "=" + strings.TrimPrefix(yes, "v=1&")} }, false, true},
		{"an unknown category", func(yes, _ string) []string { return []string{name + "=" + yes + "+zzz"} }, false, true},
		{"a category twice", func(yes, _ string) []string { return []string{name + "=" + yes + "+third-party"} }, false, true},
		{"in 1970", func(yes, _ string) []string { return []string{name + "=" + redated(yes, "1970-01-01")} }, false, true},
		{"in 9999", func(yes, _ string) []string { return []string{name + "=" + redated(yes, "9999-12-31")} }, false, true},
		{"in a year of five digits", func(yes, _ string) []string { return []string{name + "=" + redated(yes, "+12026-01-01")} }, false, true},
		{"on no day", func(yes, _ string) []string { return []string{name + "=" + redated(yes, "2026-02-30")} }, false, true},
		{"a tab", func(yes, _ string) []string { return []string{name + "=" + yes + "\t+x"} }, false, true},
		{"a line separator, and an acceptance on another path", func(yes, _ string) []string {
			return []string{name + "=\u2028; Path=/hostile", name + "=" + yes}
		}, false, true},
		{"1,025 bytes", long(1025 + len(name) + 1), false, true},
		{"4,096 bytes", long(4096), false, true},
		{"4,097 bytes, which browsers may drop", long(4097), false, true},
		{"65,536 bytes, which browsers drop", long(65536), false, true},
	}
	withCookies(t, rows)
}

// TestHostileJars: the same holds for several cookies of the answer, and for other cookies beside it.
func TestHostileJars(t *testing.T) {
	t.Parallel()
	shows(t, "Doubled and look-alike cookies grant nothing, and the visitor can still answer")
	const name = consent.CookieName
	withCookies(t, []cookieRow{
		{"an acceptance on / and a refusal on /hostile", func(yes, no string) []string { return []string{name + "=" + yes, name + "=" + no + "; Path=/hostile"} }, false, false},
		{"a refusal on / and an acceptance on /hostile", func(yes, no string) []string { return []string{name + "=" + no, name + "=" + yes + "; Path=/hostile"} }, false, false},
		{"an acceptance and nonsense on /hostile", func(yes, _ string) []string { return []string{name + "=" + yes, name + "=x; Path=/hostile"} }, false, true},
		{"an acceptance without a name, and a refusal", func(yes, no string) []string { return []string{"=" + name + "=" + yes, name + "=" + no} }, false, false},
		{"a name that ends alike", func(yes, _ string) []string { return []string{"x" + name + "=" + yes} }, false, true},
		{"a name that begins alike", func(yes, _ string) []string { return []string{name + "2=" + yes} }, false, true},
		{"a name in other letters", func(yes, _ string) []string { return []string{"Cookies_Preferences=" + yes} }, false, true},
		{"within another's value", func(yes, _ string) []string { return []string{"other=" + name + "=" + yes} }, false, true},
		{"180 other cookies", func(string, string) []string {
			var all []string
			for i := range 180 {
				all = append(all, fmt.Sprintf("c%d=%d", i, i))
			}
			return all
		}, false, true},
	})
}

// oneCookie returns a function for cookieRow that writes one cookie, without the answers' values.
func oneCookie(write string) func(yes, no string) []string {
	return func(string, string) []string { return []string{write} }
}

// withCookies visits a page with each row's cookies. It is one visitor, who goes to another host for
// each row, where no cookie is set yet. All hosts belong to one site, for which browsers start one
// process.
func withCookies(t *testing.T, rows []cookieRow) {
	t.Helper()
	eachBrowser(t, func(t *testing.T, engine browser.Engine) {
		w := newWorld(t, "light", "demo")
		policy, today := consent.PolicyOf(w.bundle.Views[0]), consent.DayOf(time.Now())
		page := browsertest.NewPage(t, engine)
		for i, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				v := visitor{page, t}
				site := strings.Replace(w.Site, "localhost", fmt.Sprintf("row%d.site.localhost", i), 1)
				v.must(v.Open(site + "/nowhere"))
				want(v, "cookies beforehand", eval[string](v, `document.cookie`), "")
				v.do(`for (const write of arguments[0]) document.cookie = / Path=/.test(write) ? write : write + "; Path=/"`, row.writes(policy.AcceptAll(today).Value(), policy.RefuseAll(today).Value()))
				v.must(v.Open(site + "/hostile/"))
				v.waits(`window.charte?.decision`)
				separated := strings.Contains(row.name, "line separator") && !eval[bool](v, `document.cookie.includes("\u2028")`)
				tabbed := row.name == "a tab" && engine == browser.WebKit && !eval[bool](v, `document.cookie.includes("\t")`)
				if separated || tabbed {
					// WebKit drops such a cookie, or the part of it that begins with a tab. What is left is an
					// answer.
					want(v, "answered", eval[bool](v, `charte.decision.answered`), true)
					return
				}
				want(v, "answered", eval[bool](v, `charte.decision.answered`), !row.asked)
				want(v, "granted", eval[bool](v, `charte.decision.granted.length > 0`), row.granted)
				want(v, "errors", eval[string](v, `errors.join()`), "")
				if !row.asked {
					v.seesNot(notice)
					return
				}
				v.click(notice + " " + refuseAll)
				v.seesNot(notice)
				v.must(v.Reload())
				v.waits(`window.charte?.decision.answered`)
				want(v, "granted after a refusal", eval[string](v, `charte.decision.granted.join()`), "")
			})
		}
	})
}

// redated returns a cookie's value with another day.
func redated(value, day string) string {
	before, rest, _ := strings.Cut(value, "&on=")
	_, after, _ := strings.Cut(rest, "&")
	return before + "&on=" + day + "&" + after
}

// TestAddress: the page's address never counts as an answer.
func TestAddress(t *testing.T) {
	t.Parallel()
	shows(t, "Nothing in the page's address answers in the visitor's place")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		value := consent.PolicyOf(w.bundle.Views[0]).AcceptAll(consent.DayOf(time.Now())).Value()
		for _, address := range []string{
			"?cookies_preferences=accept", "?cookies_preferences=" + strings.NewReplacer("&", "%26", "=", "%3D", "+", "%2B").Replace(value), "?" + value, "#accept", "#accept-all", "#cookies_preferences=" + value,
			"?charte=accept-all", "?data-charte=accept-all", "#charte", "?__proto__[answered]=true", "?constructor[prototype][yes]=statistics", "#" + strings.Repeat("a", 20000),
		} {
			v := w.visit(name, "/faults/"+address)
			v.sees(notice)
			want(v, "answered by "+address, eval[bool](v, `charte.decision.answered`), false)
			v.nothingGranted(w)
			want(v, "errors", eval[string](v, `errors.join()`), "")
			v.must(v.Close())
		}
	})
}

// TestRapid: clicks on the notice that come faster than any hand end in one of the answers clicked.
// Calls of the hook and 1,000 clicks on one switch end in the last one. The cookie, the hook and the
// switch agree on it.
func TestRapid(t *testing.T) {
	t.Parallel()
	shows(t, "Rapid clicks on the notice end in one of the answers clicked, rapid calls and 1,000 toggles in the last; cookie, hook and switches agree on it")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, keeping(t))
		policy := consent.PolicyOf(w.bundle.Views[0])
		agreed := func(v visitor, granted string) {
			t.Helper()
			want(v, "granted", eval[string](v, `charte.decision.granted.join()`), granted)
			c := v.answer()
			if c == nil {
				t.Fatal("no answer is kept")
			}
			d, err := policy.Decode(c.Value, consent.DayOf(time.Now()))
			if got := strings.Join(policy.Granted(d), ","); err != nil || got != granted {
				t.Errorf("the cookie %q grants %q (%v), want %q", c.Value, got, err, granted)
			}
			want(v, "errors", eval[string](v, `errors.join()`), "")
		}
		for _, started := range []bool{false, true} {
			v := w.visit(name, "/faults/")
			v.sees(notice)
			if started {
				v.opens()
				v.do(`await charte.close()`)
				v.sees(notice)
			}
			v.do(`const root = document.querySelector("charte-banner").shadowRoot;
				const [refuse, accept] = ["refuse-all", "accept-all"].map(name => root.querySelector("[data-charte=notice] [data-charte=" + name + "]"));
				for (let i = 0; i < 50; i++) { accept.click(); refuse.click(); }
				if (!arguments[0]) accept.click()`, !started)
			v.seesNot(notice)
			v.waits(`charte.decision.answered`)
			v.do(`await charte.set({})`)
			granted := strings.Join(policy.Granted(policy.AcceptAll(consent.DayOf(time.Now()))), ",")
			if started && eval[string](v, `charte.decision.granted.join()`) == "" {
				granted = "" // Go may hear all clicks before the notice goes, and the last is a refusal
			}
			agreed(v, granted)
			v.do(`const calls = []; for (let i = 0; i < 50; i++) calls.push(charte.acceptAll(), charte.refuseAll()); await Promise.all(calls)`)
			agreed(v, "")
			v.do(`const calls = []; for (let i = 0; i < 50; i++) calls.push(charte.refuseAll(), charte.set({youtube: true})); await Promise.all(calls)`)
			agreed(v, "youtube")
			v.must(v.Close())
		}

		v := w.visit(name, "/faults/")
		for _, toggles := range []int{fewer(1000) + 1, fewer(1000)} {
			v.opens()
			// A click that comes while Go still renders the one before may be lost. What the switch shows in
			// the end must be what is saved.
			shown := eval[bool](v, `await (async (...arguments_) => {
				const box = () => document.querySelector("charte-banner").shadowRoot.querySelector("input[data-id=youtube]");
				for (let i = 0; i < arguments_[0]; i++) { box().click(); if (i % 50 === 0) await new Promise(next => setTimeout(next)); }
				let before, still = 0;
				while (still < 20) { await new Promise(requestAnimationFrame); still = box().checked === before ? still + 1 : 0; before = box().checked; }
				return before;
			})(...arguments)`, toggles)
			v.click(save)
			v.seesNot(settings)
			agreed(v, map[bool]string{true: "youtube"}[shown])
		}
		v.do(`for (let i = 0; i < 100; i++) { charte.open(); charte.close(); } await charte.close()`)
		v.seesNot(settings)
		v.intact()
	})
}

// fuzzing returns how long a random run lasts in each browser: in CI a minute divided by the number of
// browsers, elsewhere 3 s.
func fuzzing() time.Duration {
	if os.Getenv("CI") == "true" {
		return time.Minute / time.Duration(len(browsertest.Engines()))
	}
	return 3 * time.Second
}

// TestRandomTags: gated tags are made at random of hostile parts. They run nothing before consent or
// after a withdrawal. After consent they run only what the catalogue declares, and only from addresses
// on the web.
func TestRandomTags(t *testing.T) {
	t.Parallel()
	shows(t, "Gated tags made at random of hostile attributes run nothing without consent, and with it only what the catalogue declares")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		seed := rand.Uint32()
		t.Logf("seed %d", seed)
		w := newWorldOf(t, "light", keeping(t))
		next, rounds, ran := 1, 0, 0
		const enough = 50 // rounds: with any seed some tag runs in fewer
		round := func(v visitor) {
			t.Helper()
			const tags = 60
			v.do(`sow(arguments[0], arguments[1], arguments[2])`, seed, tags, next)
			v.waits(`new Promise(done => setTimeout(() => done(true), 150))`) // the loader gathers what comes for 100 ms
			v.afterAll()
			seed, next, rounds = seed+1, next+tags, rounds+1
		}
		silent := func(v visitor, when string) {
			t.Helper()
			want(v, "tags that ran "+when, eval[string](v, `[...hits].join()`), "")
			want(v, "errors "+when, eval[string](v, `errors.join()`), "")
			if requests := w.requested("canary"); len(requests) > 0 {
				t.Errorf("requests %s: %q", when, requests)
			}
		}
		for end := time.Now().Add(fuzzing()); !t.Failed() && (time.Now().Before(end) || ran == 0 && rounds < enough); {
			v := w.visit(name, "/hostile/")
			v.sees(notice)
			w.forget()
			for range 2 {
				round(v)
			}
			silent(v, "before an answer")
			v.do(`await charte.refuseAll()`)
			round(v)
			silent(v, "after a refusal")
			v.do(`hits.clear(); await charte.acceptAll()`)
			round(v)
			round(v)
			ran += eval[int](v, `hits.size`)
			want(v, "tags that ran and must not", eval[string](v, `[...hits].filter(n => !may.has(n)).join()`), "")
			for _, request := range paths(w.requested("canary")) {
				var n int
				if _, err := fmt.Sscanf(request, "/%d.js", &n); err != nil || !eval[bool](v, `may.has(arguments[0])`, n) {
					t.Errorf("a request that must not be made: %s", request)
				}
			}
			v.do(`await charte.refuseAll()`)
			w.quiet() // requests that were already sent cannot be stopped
			v.do(`hits.clear(); errors.length = 0`)
			w.forget()
			round(v)
			silent(v, "after a withdrawal")
			v.must(v.Close())
		}
		if ran == 0 {
			t.Error("no tag ran after consent, so this test shows nothing")
		}
		t.Logf("%d tags, of which %d ran", next-1, ran)
	})
}
