// Package browsertest is what tests need to drive browsers with package browser. It
// installs the browsers, and shares one of each engine among the tests of a binary. It
// gives each test a page and servers of its own. The commands of web/bench use it to
// install programs, too.
//
//	func TestMain(m *testing.M) { browsertest.Main(m) }
//
//	func TestAcceptAll(t *testing.T) {
//		for _, engine := range browsertest.Engines() {
//			t.Run(string(engine), func(t *testing.T) {
//				page := browsertest.NewPage(t, engine)
//				…
package browsertest

import (
	"os"
	"strings"
	"testing"

	"charte/web/browser"
)

// Engines returns the engines to test in. They are those that the environment variable
// CHARTE_BROWSERS names, separated by commas. Without it they are all three or, under
// go test -short, Chromium alone. A name that is no engine stays in the list, so that
// [Install] and [browser.Start] fail on it.
func Engines() []browser.Engine {
	var engines []browser.Engine
	for name := range strings.SplitSeq(os.Getenv("CHARTE_BROWSERS"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			engines = append(engines, browser.Engine(name))
		}
	}
	switch {
	case engines != nil:
		return engines
	case testing.Short():
		return []browser.Engine{browser.Chromium}
	}
	return []browser.Engine{browser.Chromium, browser.Firefox, browser.WebKit}
}

// NewPage opens a page in the [Shared] browser. When the test ends, the page is closed
// with all tabs that were opened from it. If the test fails, its log has the end of the
// page's console and the last files that the page asked for.
func NewPage(t testing.TB, name browser.Engine) *browser.Page {
	t.Helper()
	page, err := Shared(t, name).NewPage()
	Must(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			if lines, err := page.Console(); err == nil {
				const most, width = 12, 300 // the lines that explain a failure come last; many would push the failure out of sight
				if left := len(lines) - most; left > 0 {
					t.Logf("%s console: %d lines, then", name, left)
					lines = lines[left:]
				}
				for _, line := range lines {
					t.Logf("%s console: %.*s", name, width, line)
				}
			}
			t.Logf("%s asked for: %s", name, files(page))
		}
		page.Leave()
	})
	return page
}

// files lists the last files that a page has asked for, each with the times at which
// its request began and its answer ended, in milliseconds.
func files(p *browser.Page) string {
	var files string
	err := p.Eval(`const all = performance.getEntriesByType("resource").slice(-8);
		return all.map(e => e.name.split("/").pop().slice(0, 16) + " " + Math.round(e.startTime) + "–" + Math.round(e.responseEnd)).join(", ") + "; now " + Math.round(performance.now())`, &files)
	if err != nil {
		return err.Error()
	}
	return files
}
