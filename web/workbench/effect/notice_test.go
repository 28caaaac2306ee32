package effect

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/bundle"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// noticeOf opens a page with the demo's notice in a window of a phone.
func noticeOf(t *testing.T, language string) (*browser.Page, *catalogue.View) {
	t.Helper()
	c, err := source.Embedded("demo")
	browsertest.Must(t, err)
	b, err := bundle.Build(context.Background(), bundle.Options{Catalogue: c})
	browsertest.Must(t, err)
	server := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if file := b.Files[strings.TrimPrefix(r.URL.Path, "/")]; file != nil {
			w.Header().Set("Content-Type", file.Type)
			w.Write(file.Data)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, `<!doctype html><html lang="`+language+`"><meta name="viewport" content="width=device-width"><title>x</title><script src="/charte.js" defer></script>`)
	}))
	p := browsertest.NewPage(t, browser.Chromium)
	browsertest.Must(t, p.SetViewport(390, 844))
	browsertest.Must(t, p.Open(server.URL))
	browsertest.Must(t, p.WaitFor(`document.querySelector("charte-banner")?.shadowRoot.querySelector("button")`))
	return p, b.Views[0]
}

// measure grows each text of a notice until it no longer fits, and returns how many letters did. Its
// arguments are the texts that share a paragraph.
const measure = `
	const [consequences, kept] = arguments;
	const notice = document.querySelector("charte-banner").shadowRoot.querySelector("[part=notice]");
	const sample = "Choix conservé six mois, modifiable à tout moment avec le bouton des réglages. ";
	const text = (letters) => sample.repeat(Math.ceil(letters / sample.length)).slice(0, letters).trimEnd();
	const lines = (element) => {
		const range = document.createRange();
		range.selectNodeContents(element);
		return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
	};
	const fits = () => notice.getBoundingClientRect().height <= innerHeight * 2 / 3;
	const all = {};
	const grow = (name, node, holds, around = (middle) => middle) => {
		const before = node.textContent;
		let letters = 0;
		do node.textContent = around(text(++letters)); while (letters < 2000 && holds());
		node.textContent = before;
		all[name] = letters - 1;
	};
	for (const [name, answer] of [["acceptAll", "accept-all"], ["refuseAll", "refuse-all"], ["customise", "customise"]]) {
		const button = notice.querySelector("[data-charte=" + answer + "]");
		grow("words." + name, button, () => lines(button) < 2);
	}
	const [body, rest] = notice.querySelectorAll("p");
	grow("words.notice.title", notice.querySelector("h2"), fits);
	grow("words.notice.body", body, fits);
	grow("words.notice.consequences", rest.firstChild, fits, (middle) => middle + " " + kept + " ");
	grow("words.notice.kept", rest.firstChild, fits, (middle) => consequences + " " + middle + " ");
	grow("words.notice.parties", rest.querySelector("a"), fits);
	const purposes = [...notice.querySelectorAll("li")];
	grow("category.summary", purposes[0], fits, (middle) => {
		for (const other of purposes.slice(1)) other.textContent = middle;
		return middle;
	});
	return all;`

// TestMost measures what the demo's notice holds. A font that is narrower than the one that was
// measured with holds more.
func TestMost(t *testing.T) {
	const language = "fr" // whose texts are longer than the English ones
	p, view := noticeOf(t, language)
	var holds map[string]int
	browsertest.Must(t, p.Eval(measure, &holds, view.Words.Notice.Consequences, view.Words.Notice.Kept))
	for name, letters := range most {
		if holds[name] < letters || holds[name] > letters*3/2 {
			t.Errorf("%s: the notice holds %d letters, and the figure is %d", name, holds[name], letters)
		}
	}
	if len(holds) != len(most) {
		t.Errorf("%d texts were measured, of %d", len(holds), len(most))
	}
}

// TestSummaryLetters: "charte check" says the same of a purpose.
func TestSummaryLetters(t *testing.T) {
	const name = "Afficher des vidéos et publicités personnalisées de tiers"
	text, _ := catalogue.EmbeddedYAML("default")
	for letters, want := range map[int]int{summaryLetters: 0, summaryLetters + 1: 1} {
		_, doubts, _, err := source.DoubtsIn("default.yaml", []byte(swap(name, strings.Repeat("a", letters))(t, text)))
		if err != nil || len(doubts) != want {
			t.Errorf("%d letters: %v, %v", letters, doubts, err)
		}
	}
}
