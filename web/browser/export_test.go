package browser

// The tests of this package need package browsertest, which imports it. So they are in
// a package of their own. This file shows them what they need of this package's inside.

// Size of the viewport that a page starts with.
const (
	InitialWidth  = initialWidth
	InitialHeight = initialHeight
)

// Together puts all flags that turn Chromium's features off into one.
var Together = together

// With returns the same page of the same browser, with other options.
func (p *Page) With(change func(*Options)) *Page {
	b := *p.browser
	change(&b.options)
	return &Page{browser: &b, driver: p.driver}
}

// Dirs are the folders of the browser's processes.
func (b *Browser) Dirs() []string { return b.dirs() }

// Kill kills the browser's processes without telling the Browser.
func (b *Browser) Kill() {
	for _, p := range b.engine.processes() {
		killGroup(p.cmd)
	}
}

// Sessions returns how many sessions a WebKit browser has, and how many of them wait
// for a visitor. It panics for other engines.
func (b *Browser) Sessions() (all, idle int) {
	w := b.engine.(*webkit)
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sessions), len(w.idle)
}
