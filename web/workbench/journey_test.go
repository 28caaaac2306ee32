package workbench

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/engine"
	"charte/web/hosts/commandline"
)

// The sections in the outline, by their places.
const (
	siteSection = 1 + iota
	languagesSection
	categoriesSection
	providersSection
	servicesSection
	charterSection
	lookSection
	wordsSection
	othersSection
)

// review opens the dialog of what saving would do.
const review = ".tools button:has(+ .save)"

// A person works at the page of a workbench of all rooms, on a copy of the demo's catalogue.
type person struct {
	*browser.Page
	t *testing.T
	*joined
	traffic *traffic // nil but in Chromium
}

// sit opens a workbench.
func sit(t *testing.T, name browser.Engine, built engine.Engine) person {
	t.Helper()
	p := person{browsertest.NewPage(t, name), t, join(t, built), nil}
	p.must(p.SetViewport(1280, 800))
	p.must(p.Preload(`performance.setResourceTimingBufferSize(1e5)`))
	if name == browser.Chromium {
		p.traffic = listenTo(t, p.Page)
	}
	p.must(p.Page.Open(p.latest()))
	p.waits(`document.querySelector(".form .fields > *") && document.querySelector("iframe.frame:not(.back)")`)
	return p
}

func (p person) must(err error) {
	p.t.Helper()
	browsertest.Must(p.t, err)
}

func (p person) waits(js string, args ...any) {
	p.t.Helper()
	p.must(p.WaitFor(js, args...))
}

func (p person) click(selector string) {
	p.t.Helper()
	p.must(p.Click(selector))
}

func (p person) press(keys ...string) {
	p.t.Helper()
	p.must(p.Press(keys...))
}

// types types letters where the focus is.
func (p person) types(text string) {
	p.t.Helper()
	for _, letter := range text {
		p.press(string(letter))
	}
}

// enters clicks into a field. It looks again where a finding has gone meanwhile, and the field has moved.
func (p person) enters(selector string) {
	p.t.Helper()
	for range 5 {
		p.click(selector)
		if got[bool](p, `return document.activeElement.matches(arguments[0])`, selector) {
			return
		}
	}
	p.t.Fatalf("%s does not get the focus", selector)
}

// fills types into a field in place of what it has.
func (p person) fills(selector, text string) {
	p.t.Helper()
	p.enters(selector)
	p.press("Control+a")
	p.types(text)
}

// picks chooses out of a list that opens. Each browser shows such a list in a window of its own, which no test
// can click.
func (p person) picks(selector, value string) {
	p.t.Helper()
	p.waits(`[...document.querySelector(arguments[0])?.options || []].some(o => o.value === arguments[1])`, selector, value)
	p.must(p.Eval(`const list = document.querySelector(arguments[0]); list.value = arguments[1]; list.dispatchEvent(new Event("change", {bubbles: true}))`, nil, selector, value))
}

// goes shows a section, or one of its entries by its title.
func (p person) goes(section int, title string) {
	p.t.Helper()
	const ways = `[...document.querySelectorAll(".outline > ul > li")][arguments[0] - 1]`
	if title == "" {
		p.must(p.Eval(ways+`.querySelector(".way").dataset.way = "next"`, nil, section))
	} else {
		p.waits(`[...`+ways+`.querySelectorAll("ul .way")].some(w => w.querySelector(".title").textContent === arguments[1] && (w.dataset.way = "next"))`, section, title)
	}
	p.click(`[data-way="next"]`)
	p.waits(`document.querySelector('[data-way="next"]')?.getAttribute("aria-current") === "true" && !!document.querySelector(".form .fields > *, .form .entries")`)
	p.must(p.Eval(`delete document.querySelector('[data-way="next"]').dataset.way`, nil))
}

// shows unfolds what a form has under "more", where that has a field.
func (p person) shows(selector string) {
	p.t.Helper()
	p.waits(`document.querySelector(arguments[0]) || document.querySelector('.sheet > .fold[aria-expanded="false"]')?.click()`, selector)
}

// got is what js returns.
func got[T any](p person, js string, args ...any) T {
	p.t.Helper()
	var result T
	p.must(p.Eval(js, &result, args...))
	return result
}

// quiet fails the test if the page, or the preview, has written to the console or has asked another host.
func (p person) quiet() {
	p.t.Helper()
	lines, err := p.Console()
	p.must(err)
	if len(lines) > 0 {
		p.t.Errorf("the console has %q", lines)
	}
	asked := got[[]string](p, `return performance.getEntriesByType("resource").map(entry => entry.name)`)
	if p.traffic != nil {
		requests, said := p.traffic.seen()
		asked = append(asked, requests...)
		if len(said) > 0 {
			p.t.Errorf("the consoles of the page and the preview have %q", said)
		}
	}
	_, port, _ := strings.Cut(p.self, ":")
	hosts := map[string]int{}
	for _, address := range asked {
		if u, err := url.Parse(address); err != nil || u.Scheme != "data" && u.Scheme != "blob" {
			hosts[u.Scheme+"://"+u.Host]++
		}
	}
	// The spare host of the preview is asked as well where the first page of it takes two seconds.
	allowed := []string{"http://" + p.self, "http://preview.localhost:" + port, "http://localhost:" + port}
	for host := range hosts {
		if !slices.Contains(allowed, host) {
			p.t.Errorf("%s was asked", host)
		}
	}
	if len(hosts) < 2 {
		p.t.Errorf("the requests went to %v", hosts)
	}
	p.t.Logf("requests: %v", hosts)
}

// gone is what Chromium says of a frame that was taken out while its page loaded.
var gone = regexp.MustCompile(`charte: no settings: Failed to fetch|Fetch API cannot load http://preview\.localhost:`)

// A traffic is what Chromium tells of the requests and the consoles of a page and of the frames in it.
type traffic struct {
	watch *browser.Watch

	mu       sync.Mutex
	requests []string // their addresses
	said     []string
	frames   int
}

// listenTo listens until the test ends. Each frame waits until its requests are listened to.
func listenTo(t *testing.T, page *browser.Page) *traffic {
	t.Helper()
	watch, err := page.Watch()
	browsertest.Must(t, err)
	l := &traffic{watch: watch}
	t.Cleanup(watch.End)
	go l.listen(t.Context())
	browsertest.Must(t, l.turnOn(t.Context(), watch.Session()))
	return l
}

func (l *traffic) turnOn(ctx context.Context, session string) error {
	for _, command := range []struct {
		method string
		params any
	}{
		{"Network.enable", nil},
		{"Runtime.enable", nil},
		{"Log.enable", nil},
		{"Target.setAutoAttach", map[string]any{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true}},
		{"Runtime.runIfWaitingForDebugger", nil},
	} {
		if err := l.watch.Send(ctx, session, command.method, command.params, nil); err != nil {
			return err
		}
	}
	return nil
}

func (l *traffic) listen(ctx context.Context) {
	for {
		events, err := l.watch.Events(ctx)
		if err != nil {
			return
		}
		l.mu.Lock()
		for _, e := range events {
			var params struct {
				SessionID string
				Request   struct{ URL string }
			}
			json.Unmarshal(e.Params, &params)
			switch e.Method {
			case "Target.attachedToTarget":
				if e.Session == "" {
					continue // a tab of another test
				}
				l.frames++
				go l.turnOn(ctx, params.SessionID) // a frame may be gone already
			case "Network.requestWillBeSent":
				l.requests = append(l.requests, params.Request.URL)
			case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded":
				// A frame that is not wanted any more is gone before its files are there.
				if !gone.Match(e.Params) {
					l.said = append(l.said, string(e.Params))
				}
			}
		}
		l.mu.Unlock()
	}
}

func (l *traffic) seen() (requests, said []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.requests), slices.Clone(l.said)
}

// passes fails the test unless "charte check -strict" has nothing to say of the file.
func (p person) passes() {
	p.t.Helper()
	if said, err := exec.Command(commandline.Build(p.t), "check", "-strict", p.file).CombinedOutput(); err != nil {
		p.t.Errorf("charte check -strict: %v\n%s", err, said)
	}
}

// additions returns the lines of b that are not in a. It fails the test if b lacks a line of a, or has them in
// another order.
func additions(t *testing.T, a, b []byte) (added []string) {
	t.Helper()
	old := strings.Split(string(a), "\n")
	for line := range strings.SplitSeq(string(b), "\n") {
		if len(old) > 0 && line == old[0] {
			old = old[1:]
			continue
		}
		added = append(added, line)
	}
	if len(old) > 0 {
		t.Errorf("these lines are lost or changed, from the first on:\n%s", strings.Join(old, "\n"))
	}
	return added
}

// each runs a test in each browser, on the workbench's own program.
func each(t *testing.T, test func(t *testing.T, name browser.Engine, built engine.Engine)) {
	t.Helper()
	built, err := program()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range browsertest.Engines() {
		t.Run(string(name), func(t *testing.T) { test(t, name, built) })
	}
}

// journeyAdds is what TestJourney adds to the file.
const journeyAdds = `
  - use: vimeo@1
    acceptsUnknown: true

  - id: survey
    category: statistics
    provider: portal
    name:
      fr: Enquête
      en: Survey
    purpose:
      fr: Savoir ce que vous pensez du portail.
      en: Know what you think of the portal.
    cookies:
      - name: survey_seen
        purpose:
          fr: Ne pas vous le demander deux fois
          en: Not to ask you twice
        lifetime: 3 months

look:
  preset: soft
  accent:
    light: "#1b5e20"
    dark: "#a5d6a7"

formerly:
  udcwva: [statistics.google-analytics, first-party.personalisation, third-party.youtube, third-party.meta-pixel]
`

// TestJourney: somebody who does not write YAML adds a known service and one of the site's own, translates it,
// picks a look, reads what saving would do, and saves: in less than a minute. "charte check -strict" passes,
// and nothing that was in the file is another.
func TestJourney(t *testing.T) {
	commandline.Build(t)
	each(t, func(t *testing.T, name browser.Engine, built engine.Engine) {
		p := sit(t, name, built)
		before := p.read(t)
		begun := time.Now()

		p.goes(servicesSection, "")
		p.click(".adds button:first-child")
		p.waits(`document.activeElement.id === "services-query"`)
		p.types("vimeo")
		p.waits(`document.querySelectorAll(".services-one").length === 1`)
		p.click(".services-one")
		p.click(`[name="accepts-unknown"]`)
		p.click(".service-form .primary")
		p.waits(`document.querySelector(".services-tag") && !document.querySelector(".service-form")`)
		p.press("Escape")

		p.click(".adds button:nth-child(2)")
		p.fills("#at-services-6-id", "survey")
		// The finding under a field goes once it has a value, and what is below it moves up.
		p.click(`[name="at-services-6-category"][value="statistics"]`)
		p.waits(`!document.querySelector("#at-services-6-category-why")`)
		p.click(`[name="at-services-6-provider"][value="portal"]`)
		p.waits(`!document.querySelector("#at-services-6-provider-why")`)
		p.fills("#at-services-6-name-fr", "Enquête")
		p.fills("#at-services-6-purpose-fr", "Savoir ce que vous pensez du portail.")
		p.shows("#at-services-6-cookies")
		p.click("#at-services-6-cookies .plain")
		p.fills("#at-services-6-cookies-0-name", "survey_seen")
		p.fills("#at-services-6-cookies-0-purpose-fr", "Ne pas vous le demander deux fois")
		p.fills("#at-services-6-cookies-0-lifetime", "3 months")

		p.click(".tools button:first-child") // translations
		p.picks("#translations-filter", "missing en")
		for _, text := range []string{"Survey", "Know what you think of the portal.", "Not to ask you twice"} {
			p.click(".translation.missing textarea:lang(en)")
			p.types(text)
			p.waits(`document.activeElement.value === arguments[0] && !document.activeElement.closest(".missing")`, text)
		}
		p.waits(`!document.querySelector(".translation.missing")`)
		p.press("Escape")

		p.goes(lookSection, "")
		p.click(`[name="at-look-preset"][value="soft"]`)
		p.shows("#at-look-accent")
		p.fills("#at-look-accent", "#1b5e20 #a5d6a7")

		p.click(review)
		p.waits(`document.querySelectorAll(".effect-says li").length > 0 && document.querySelectorAll(".diff .added").length > 0`)
		says := got[[]string](p, `return [...document.querySelectorAll(".effect-says li")].map(line => line.textContent)`)
		asks := got[bool](p, `return document.querySelector(".effect-says").classList.contains("asks")`)
		p.click(".dialog-foot .primary")
		p.waits(`!document.querySelector("dialog") && document.querySelector(".save").disabled`)
		took := time.Since(begun)

		t.Logf("the journey took %v", took.Round(time.Millisecond))
		if took > time.Minute {
			t.Errorf("the journey took %v, and may take a minute", took)
		}
		t.Logf("what saving would do: %q", says)
		if !asks || len(says) < 4 || !strings.Contains(strings.Join(says, " "), "Vimeo") || !strings.Contains(strings.Join(says, " "), "Enquête") {
			t.Errorf("what saving would do: %q, asks everybody: %t", says, asks)
		}
		p.passes()
		added := strings.Join(additions(t, before, p.read(t)), "\n")
		if strings.TrimSpace(added) != strings.TrimSpace(journeyAdds) {
			t.Errorf("the file has got\n%s\nwant\n%s", added, journeyAdds)
		}
		p.quiet()
	})
}

// written waits until the text, saved or not, has a part or has it no more.
func (p person) written(part string, is bool) {
	p.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); bytes.Contains(p.server.rooms.Text(), []byte(part)) != is; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("that the text has %q is not %t", part, is)
		}
	}
}
