package workbench

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/cache"
	"charte/web/engine"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// withoutBusyTests waits until no other package has many browsers at work, and keeps those waiting until this test,
// which measures times, has ended.
func withoutBusyTests(t *testing.T) {
	t.Helper()
	end, err := browsertest.Lock("busy")
	browsertest.Must(t, err)
	t.Cleanup(end)
}

var program = sync.OnceValues(func() (engine.Engine, error) {
	return engine.Compile(context.Background(), Program, cache.User(), func(string) {})
})

// TestPage: a person opens the address, and sees the file's state; what another program changes is
// seen at once. The address and the key are nowhere in the page, and no other host is
// asked. A page that is loaded anew says what to do, and an address that is put into it opens it.
// A second page takes over, and the first one says so.
func TestPage(t *testing.T) {
	built, err := program()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range browsertest.Engines() {
		t.Run(string(name), func(t *testing.T) {
			r := serve(t, built)
			page := browsertest.NewPage(t, name)
			sees := func(page *browser.Page, text string) {
				t.Helper()
				browsertest.Must(t, page.WaitFor(`document.body.innerText.toLowerCase().includes(arguments[0])`, text))
			}
			browsertest.Must(t, page.Open(r.latest()))
			sees(page, "mine-1.yaml")

			var place string
			browsertest.Must(t, page.Eval(`return location.href + " " + JSON.stringify(Object.entries(window.charte)) + " " + JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie`, &place))
			if want := "http://" + r.self + "/ "; !strings.HasPrefix(place, want) || regexp.MustCompile(`[\w-]{43}`).MatchString(place) {
				t.Errorf("the page tells its secrets: %s", place)
			}
			r.set("changed elsewhere")
			sees(page, "mine-2.yaml")

			before := len(r.addresses())
			browsertest.Must(t, page.Reload())
			sees(page, "start.closed")
			r.shows(t, before+1)
			address := r.latest()
			// Typed into the address bar, only the hash changes.
			browsertest.Must(t, page.Eval(`location.href = arguments[0]`, nil, address))
			sees(page, "mine-2.yaml")

			second := browsertest.NewPage(t, name)
			browsertest.Must(t, second.Open(address))
			sees(second, "start.used")
			r.shows(t, before+2)
			browsertest.Must(t, second.Open("about:blank"))
			browsertest.Must(t, second.Open(r.latest()))
			sees(second, "mine-2.yaml")
			sees(page, "another page has taken over")

			r.server.door.ask()
			browsertest.Must(t, page.Eval(`location.href = arguments[0]`, nil, r.latest()))
			sees(page, "mine-2.yaml")
			sees(second, "another page has taken over")

			lines, err := page.Console()
			browsertest.Must(t, err)
			for _, line := range lines {
				if strings.Contains(line, "Content Security Policy") || strings.Contains(line, "Content-Security-Policy") {
					t.Error(line)
				}
			}
		})
	}
}
