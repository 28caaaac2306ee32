package browser

// The tests of this package are outside of it, as package browsertest imports it
// and they need that. This is what they see of its inside.

// Size of the viewport that a page starts with.
const (
	InitialWidth  = initialWidth
	InitialHeight = initialHeight
)

// With returns the same page of the same browser, with other options.
func (p *Page) With(change func(*Options)) *Page {
	b := *p.browser
	change(&b.options)
	return &Page{browser: &b, driver: p.driver}
}

// Dirs are the folders of the browser's processes.
func (b *Browser) Dirs() []string { return b.dirs() }

// Kill kills the browser's processes behind its back.
func (b *Browser) Kill() {
	for _, p := range b.engine.processes() {
		killGroup(p.cmd)
	}
}

// Sessions tells how many sessions a browser has that is WebKit, and how many of them
// wait for a visitor.
func (b *Browser) Sessions() (all, idle int) {
	w := b.engine.(*webkit)
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sessions), len(w.idle)
}
