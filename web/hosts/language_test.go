package hosts

import (
	"net/http"
	"strings"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// TestLanguage: every layer of the banner is in the language that the script's tag asks for, else
// in the page's, else in one of the browser's, else in the catalogue's first. The words of no other
// language are downloaded.
func TestLanguage(t *testing.T) {
	t.Parallel()
	shows(t, "The banner speaks the tag's, the page's or the browser's language")
	const notices, lists = "Vos choix sur les cookies|Your cookie choices", "Nom du cookie|Cookie name"
	for _, test := range []struct {
		page, browser string
		lang          string
	}{
		{"fr", "en-GB", "fr"},
		{"en", "fr-FR", "en"},
		{"tag", "fr-FR", "en"},
		{"de", "en-GB", "en"},
		{"de", "ja", "fr"},
	} {
		t.Run(test.page+" "+test.browser, func(t *testing.T) {
			each(t, func(t *testing.T, name browser.Engine, engine string) {
				w := newWorld(t, engine, "demo")
				v := visitor{browsertest.NewPage(t, name), t}
				v.must(v.Preload(`Object.defineProperty(Navigator.prototype, "languages", {get: () => ["` + test.browser + `", "es"]})`))
				v.must(v.Open(w.Site + "/language/" + test.page + ".html"))
				v.sees(notice)
				said := func(both string) string {
					french, english, _ := strings.Cut(both, "|")
					return map[string]string{"fr": french, "en": english}[test.lang]
				}
				want(v, "the notice's title", eval[string](v, `document.querySelector("charte-banner").shadowRoot.querySelector("h2").textContent`), said(notices))
				want(v, "lang", eval[string](v, `document.querySelector("charte-banner").shadowRoot.querySelector(".charte").lang`), test.lang)
				v.waits(`document.querySelector("charte-frame").shadowRoot.textContent.includes(arguments[0])`, said("Autoriser cette fois|Allow this once"))
				v.asks(customise)
				v.sees(list)
				if text := v.text("list"); !strings.Contains(text, said(lists)) {
					t.Errorf("the list lacks %q", said(lists))
				}
				other := map[string]string{"fr": "/en-", "en": "/fr-"}[test.lang]
				want(v, "downloads of the other language", len(w.requested(other)), 0)
				v.click(settings + " " + refuseAll)
				v.seesNot(settings)
				v.waits(`document.querySelector("charte-banner").shadowRoot.querySelector("[role=status]").textContent === arguments[0]`,
					said("Vos choix sont enregistrés.|Your choices are saved."))
			})
		})
	}
}

// TestNoLanguage: where the words of a language cannot be fetched, the banner asks in the
// catalogue's first language.
func TestNoLanguage(t *testing.T) {
	t.Parallel()
	shows(t, "Without a language's words the banner asks in the first language")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		w.fault = func(rw http.ResponseWriter, r *http.Request) bool {
			missing := strings.HasPrefix(r.URL.Path, "/en-")
			if missing {
				http.NotFound(rw, r)
			}
			return missing
		}
		v := w.visit(name, "/language/en.html")
		v.sees(notice)
		want(v, "lang", eval[string](v, `document.querySelector("charte-banner").shadowRoot.querySelector(".charte").lang`), "fr")
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)

		for _, file := range []string{"/en-", "/release-"} { // the same where a file never comes
			w.fault = func(_ http.ResponseWriter, r *http.Request) bool {
				if strings.HasPrefix(r.URL.Path, file) {
					<-r.Context().Done()
				}
				return false
			}
			v := w.visitWith(name, impatient, "/language/en.html")
			v.sees(notice)
			want(v, "lang", eval[string](v, root+`.querySelector(".charte").lang`), "fr")
		}
	})
}

// TestCharter: a page that has a place for the charter shows all of it there, with what the visitor
// has chosen.
func TestCharter(t *testing.T) {
	t.Parallel()
	shows(t, "The charter stands in the site's own page, with the visitor's present choice")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		v := w.visit(name, "/charter/")
		const place = "[data-charte=charter] >>> "
		v.sees(place + "table")
		v.shot("charter-embedded-" + string(name))
		v.do(`window.root = document.querySelector("[data-charte=charter]").shadowRoot`)
		text := eval[string](v, `root.textContent`)
		for _, part := range []string{"Qu'est ce qu'un cookie ?", "« tierce partie »", "_pk_id*", "VISITOR_INFO1_LIVE", "6 mois", "Vous n'avez pas encore fait de choix"} {
			if !strings.Contains(text, part) {
				t.Errorf("the charter lacks %q", part)
			}
		}
		want(v, "first headings", eval[int](v, `document.querySelectorAll("h1").length + root.querySelectorAll("h1").length`), 1)
		want(v, "requests for the program", len(w.requested(".wasm")), 0)
		v.do(`await charte.set({youtube: true})`)
		v.waits(`/Vidéos .YouTube. – Accepté/.test(root.textContent) && /Google Analytics. – Refusé/.test(root.textContent)`)
		v.click(place + "[data-charte=open]")
		v.sees(settings)
		v.must(v.Press("Escape"))
		v.must(v.SetViewport(320, 640))
		want(v, "page wider than 320 pixels", eval[bool](v, `document.documentElement.scrollWidth > 320`), false)
	})
}

// TestControl: a visitor who has answered finds a button that reopens the settings on every page:
// the site's own, or ours.
func TestControl(t *testing.T) {
	t.Parallel()
	shows(t, "A control reopens the settings on every page, unless the site has its own")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/control/")
		const control = host + " >>> [part=control]"
		v.sees(notice)
		v.seesNot(control)
		v.do(`await charte.refuseAll()`) // by script, because a pointer near the notice would make the page fetch the program
		v.sees(control)
		v.must(v.Reload())
		v.sees(control)
		v.shot("control-" + string(name))
		want(v, "what it says", eval[string](v, `document.querySelector("charte-banner").shadowRoot.querySelector("[part=control]").textContent`), "Gérer mes cookies")
		want(v, "requests for the engine before it is used", len(w.requested("engine-")), 0)
		v.click(control)
		v.sees(settings)
		v.click(switchOf("youtube"))
		v.click(save)
		v.seesNot(settings)
		v.waits(`charte.allows("youtube")`)
		v.click(control) // Go runs now
		v.sees(settings)
		v.waits(`document.querySelector("charte-banner").shadowRoot.querySelector("input[data-id=youtube]").checked`)
		v.must(v.Press("Escape"))
		v.seesNot(settings)
		want(v, "focus", eval[string](v, `document.querySelector("charte-banner").shadowRoot.activeElement?.getAttribute("part")`), "control")
		v.do(`document.getElementById("place").innerHTML = '<button type="button" data-charte="open">Cookies</button>'`)
		v.seesNot(control)
		v.do(`document.getElementById("place").textContent = ""`)
		v.sees(control)
	})
}
