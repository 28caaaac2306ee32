package hosts

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// documentedBlocks returns the blocks of code in a Markdown document that are in a language.
func documentedBlocks(t *testing.T, document, language string) []string {
	t.Helper()
	data, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, found := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(string(data), -1) {
		all = append(all, found[1])
	}
	return all
}

// TestDocumentedPages: a page with the code that the documents tell site owners and developers to
// write does what the documents say.
func TestDocumentedPages(t *testing.T) {
	t.Parallel()
	shows(t, "The tags, the gated elements and the calls of the hook in the documents do what the documents say")
	const document = "../bundle/README.md"
	html, js := documentedBlocks(t, document, "html"), documentedBlocks(t, document, "js")
	first := documentedBlocks(t, "../../README.md", "html")
	if len(html) != 2 || len(js) != 2 || len(first) != 1 {
		t.Fatalf("%d and %d blocks of HTML, %d of JavaScript: this test runs 2, 1 and 2", len(html), len(first), len(js))
	}
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", keeping(t))
		addresses := strings.NewReplacer("https://cookies.example.org", w.Charte, "http://127.0.0.1:8080", w.Charte)
		var addressed []string // paths that stand in for the addresses which the document leaves open
		body := regexp.MustCompile(`https://…|/audience\.js`).ReplaceAllStringFunc(html[1], func(string) string {
			addressed = append(addressed, fmt.Sprintf("/documented-%d", len(addressed)+1))
			return w.Canary + addressed[len(addressed)-1]
		})
		for i, tag := range []string{html[0], first[0]} {
			site := w.serve("documented", "localhost", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				rw.Header().Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprintf(rw, `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Page</title>
					<script>window.heard = []; const start = () => heard.push("start"), stop = () => heard.push("stop"), load = () => heard.push("load");
					addEventListener("error", (event) => event.message && heard.push(event.message)); addEventListener("unhandledrejection", (event) => heard.push(String(event.reason)))</script>
					%s</head><body><h1>Page</h1>%s</body></html>`, addresses.Replace(tag), body)
			}))
			w.forget()
			v := visitor{browsertest.NewPage(t, name), t}
			v.must(v.Open(site + "/"))
			v.sees(notice)
			v.afterAll()
			want(v, "requests before an answer", len(w.requested("documented-")), 0)
			v.click(notice + " " + acceptAll)
			v.waits(`heard.includes("start")`)
			v.requests(w, addressed)
			v.do(`await charte.refuseAll()`)
			v.waits(`heard.includes("stop")`)
			want(v, "what the page has heard", eval[string](v, `heard.join()`), "start,stop")
			if i > 0 {
				continue
			}
			v.do(js[0])
			v.waits(`heard.includes("load")`)
			v.do(`await charte.reset()`)
			v.sees(notice)
			want(v, "what the page has heard in the end", eval[string](v, `[...new Set(heard)].sort().join()`), "load,start,stop")
		}

		_, v := guardVisit(t, name, guarded(t, catalogue.GuardEnforce), "/guard/")
		v.do(js[1])
		v.do(`document.cookie = "stray=1"`)
		v.told("cookie", "stray", 1)
		lines, err := v.Console()
		v.must(err)
		if line := "log: cookie stray was kept out"; !slices.Contains(lines, line) {
			t.Errorf("the console has %q, want %q", lines, line)
		}
	})
}
