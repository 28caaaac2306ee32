package workbench

import (
	"fmt"
	"testing"

	"charte/web/browser/browsertest"
)

// TestPreview: the preview's window has the size that it says, whole in its place; the keyboard goes
// into it and out again. While the text has errors, the last version without any stays, and the page
// says so.
func TestPreview(t *testing.T) {
	built, err := program()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range browsertest.Engines() {
		browsertest.Try(t, string(name), name, func(t *testing.T) {
			j := join(t, built)
			text := j.read(t)
			page := browsertest.NewPage(t, name)
			must := func(err error) {
				t.Helper()
				browsertest.Must(t, browsertest.Excuse(page, err))
			}
			waits := func(js string, args ...any) { t.Helper(); must(page.WaitFor(js, args...)) }
			must(page.SetViewport(1440, 900))
			must(page.Open(j.latest()))
			waits(`document.body.innerText.includes("The notice takes")`)
			for _, size := range []struct {
				name       string
				wide, tall int
			}{{"tablet", 768, 1024}, {"desk", 1280, 800}, {"phone", 390, 844}} {
				must(page.Eval(`document.querySelector("[name=preview-size][value=" + arguments[0] + "]").click()`, nil, size.name))
				waits(`(f => f?.clientWidth === arguments[0] && f.clientHeight === arguments[1] && f.title)(document.querySelector("iframe:not(.back)"))`, size.wide, size.tall)
				waits(`((inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.height <= outer.height + 1)(
					document.querySelector("iframe:not(.back)").getBoundingClientRect(), document.querySelector(".stage").getBoundingClientRect())`)
			}

			// From the last of its settings through the notice, and on.
			must(page.Eval(`document.querySelector(".picks input").focus()`, nil))
			must(page.Press("Tab"))
			waits(`document.activeElement.localName === "iframe"`)
			stops, in := 0, true
			for ; in && stops < 12; stops++ { // more than the notice has
				must(page.Press("Tab"))
				must(page.Eval(`return document.activeElement.localName === "iframe"`, &in))
			}
			if in || stops < 3 {
				t.Errorf("the keyboard leaves the preview after %d stops: %v", stops, !in)
			}

			first := fmt.Sprint(j.version())
			const shows = `document.querySelectorAll("iframe").length === 1 && document.querySelector("iframe:not(.back)").src.includes("/" + arguments[0] + "/")`
			waits(shows, first)
			const stale = `document.body.innerText.includes("The preview shows the last version without any")`
			j.write(t, append(text[:len(text):len(text)], "nobodyKnowsThis: 1\n"...))
			waits(stale)
			waits(shows, first)
			j.write(t, append(text[:len(text):len(text)], "# fine\n"...))
			waits(`!(` + stale + `)`)
			waits(shows, fmt.Sprint(j.version()))
			if last := fmt.Sprint(j.version()); last == first {
				t.Errorf("the version is still %s", last)
			}
		})
	}
}
