package hosts

import (
	"strings"
	"testing"
	"time"

	"charte/web/browser"
)

// TestJourney is the main job: a visitor answers, and the site obeys.
func TestJourney(t *testing.T) {
	t.Parallel()
	shows(t, "A visitor chooses, is obeyed on every page, comes back, withdraws")
	everywhere(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/journey/")

		v.sees(notice)
		v.shot("notice-" + string(name))
		want(v, "scripts before an answer", eval[string](v, "ran.join()"), "")
		want(v, "third-party requests before an answer", len(w.requested("canary")), 0)

		v.asks(customise)
		v.sees(list)
		v.shot("settings-" + string(name))
		text := v.text("list")
		for _, cookie := range []string{"sessionid", "django_language", "csrftoken", "cookies_preferences", "2 semaines", "12 mois", "6 mois"} {
			if !strings.Contains(text, cookie) {
				t.Errorf("the list lacks %q", cookie)
			}
		}
		want(v, "switches that are on before an answer", eval[int](v, `document.querySelector("charte-banner").shadowRoot.querySelectorAll("input:checked").length`), 0)

		v.click(switchOf("youtube"))
		v.click(save)
		v.seesNot(settings)
		v.seesNot(notice)
		v.waits(`ran.join() === "youtube"`)
		want(v, "third-party requests", len(w.requested("canary")), 0)
		c := v.answer()
		if c == nil || !strings.HasSuffix(c.Value, "&yes=third-party.youtube") {
			t.Fatalf("cookie after saving: %+v", c)
		}

		w.forget()
		v.click("#link")
		v.waits(`location.search === "?next" && window.ran?.join() === "youtube"`)
		v.seesNot(notice)
		want(v, "requests for the engine of a visitor who has answered", len(w.requested("wasm"))+len(w.requested("engine")), 0)

		v.asks("#manage")
		v.sees(settings)
		v.waits(`document.querySelector("charte-banner").shadowRoot.querySelector("input[data-id=youtube]").checked`)
		v.click(settings + " " + refuseAll)
		v.seesNot(settings)
		c = v.answer()
		if c == nil || strings.Contains(c.Value, "yes=") {
			t.Fatalf("cookie after withdrawing: %+v", c)
		}
		v.must(v.Reload())
		v.waits(`document.readyState === "complete" && charte.decision.answered`)
		want(v, "scripts after withdrawing", eval[string](v, "ran.join()"), "")
	})
}

// TestRefuse: refusing on the notice takes one click and is kept for six months.
func TestRefuse(t *testing.T) {
	t.Parallel()
	shows(t, "Refusing is one click, kept for six months")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/journey/")
		before := time.Now()
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		c := v.answer()
		of := func(day time.Time) string { return "v=1&on=" + day.UTC().Format(time.DateOnly) + "&rev=" }
		if c == nil || !strings.HasPrefix(c.Value, of(before)) && !strings.HasPrefix(c.Value, of(time.Now())) || strings.Contains(c.Value, "yes") {
			t.Fatalf("cookie: %+v", c)
		}
		if days := time.Until(c.Expires).Hours() / 24; days < 180 || days > 183 {
			t.Errorf("kept for %.1f days", days)
		}
		want(v, "path", c.Path, "/")
		want(v, "scripts", eval[string](v, "ran.join()"), "")
		want(v, "third-party requests", len(w.requested("canary")), 0)
	})
}
