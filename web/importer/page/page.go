// Package page reads what a consent banner has left in a page: its configuration, and the elements that
// it holds back.
package page

import (
	"context"
	"net/url"
	"time"

	"charte/web/browser"
	"charte/web/importer/told"
)

// A Page is what was read of a page.
type Page struct {
	Told *told.Told

	// Scripts are those of the page's scripts that mention a banner, in the page's order. What a banner
	// was told may be in them and nowhere else.
	Scripts []Script
}

// A Script is a script of the page's own site.
type Script struct {
	Name string // its address, or the page's with "#script-1" for the first script in the page itself
	Text string
}

// Options are the options of [Read].
type Options struct {
	// Most is how long the page may take to get quiet. After that, what is there is read. 0 means 15 s.
	Most time.Duration
}

// As in an audit, a page is quiet when nothing has happened for enoughQuiet, and gets defaultMost for it.
const (
	enoughQuiet = 500 * time.Millisecond
	defaultMost = 15 * time.Second
)

// answerMost is how long the page may take to answer a question, once it is there.
const answerMost = 20 * time.Second

// Read opens an address in a browser that record.Start has started, and reads what a banner has left
// there. Nothing is clicked, and the page is not scrolled, since some banners take that for consent.
//
// An error is one sentence, and says why there is no page to read. What could not be read of the page
// is in Told.Problems. A page without a banner is no error: Told has no configuration then.
func Read(ctx context.Context, b *browser.Browser, address string, options Options) (*Page, error) {
	if err := check(address); err != nil {
		return nil, err
	}
	if options.Most == 0 {
		options.Most = defaultMost
	}
	// The rest is for what is asked of the page, twice at most.
	ctx, cancel := context.WithTimeout(ctx, 2*options.Most+2*answerMost)
	defer cancel()
	v, err := open(ctx, b, options)
	if err != nil {
		return nil, err
	}
	defer v.close()
	if err := v.visit(ctx, address); err != nil {
		return nil, err
	}
	p, err := v.read(ctx)
	if err != nil && v.moved() { // it has gone to another address meanwhile
		settling, cancel := context.WithTimeout(ctx, options.Most)
		v.settle(settling)
		cancel()
		p, err = v.read(ctx)
	}
	if err != nil {
		return nil, v.fault(ctx, err)
	}
	p.Told.Problems = append(v.problems(p.Told.Files[0]), p.Told.Problems...)
	return p, nil
}

// check refuses what is not the address of a page.
func check(address string) error {
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return faultf("%q is not the address of a page. Give one that begins with http:// or https://.", address)
	}
	return nil
}
