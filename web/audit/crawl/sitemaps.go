package crawl

import (
	"context"
	"fmt"
	"io"
	"net/url"
)

// The bounds of all sitemaps of a site together.
const (
	mostSitemaps = 20 // files
	mostLevels   = 3  // a sitemap, one that an index lists, and one that an index in an index lists
)

// A listing is a file of a sitemap that is to be read.
type listing struct {
	address *url.URL
	level   int // from 1
}

// readSitemaps has the pages wait that the sitemap lists, with those of all files of an index. It
// fails if the option is wrong, or if the context ends.
func (p *Plan) readSitemaps() error {
	first, err := p.sitemaps()
	if err != nil {
		return err
	}
	var queue []listing
	listed := map[string]bool{}
	enqueue := func(u *url.URL, level int) {
		if !listed[key(u)] {
			listed[key(u)] = true
			queue = append(queue, listing{u, level})
		}
	}
	for _, u := range first {
		enqueue(u, 1)
	}
	read := 0
	for ; read < min(len(queue), mostSitemaps) && p.ctx.Err() == nil; read++ {
		at := queue[read]
		// What room is left is shared, so that a long file leaves some to those after it.
		share := (mostKnown - len(p.known)) / (min(len(queue), mostSitemaps) - read)
		said := p.readListing(at, min(share, mostInSitemap))
		if len(said.files) > 0 && at.level == mostLevels {
			p.note("", fmt.Sprintf("The sitemaps that %s lists were not read: they are more than %d levels deep.", at.address, mostLevels))
			continue
		}
		for _, file := range said.files {
			// An index must not send the audit elsewhere.
			if u := normalised(at.address, file); u != nil && (SameSite(u, p.site) || SameSite(u, at.address)) {
				enqueue(u, at.level+1)
			}
		}
	}
	if p.ctx.Err() != nil {
		return fmt.Errorf("the sitemap was not read: %w", context.Cause(p.ctx))
	}
	if left := len(queue) - read; left > 0 {
		p.note("", fmt.Sprintf("%s not read, since %d are enough, such as %s.", counted(left, "sitemap was", "sitemaps were"), mostSitemaps, queue[read].address))
	}
	return nil
}

// sitemaps are the sitemaps to begin with. The owner and robots.txt may name one on another site.
func (p *Plan) sitemaps() ([]*url.URL, error) {
	switch p.options.Sitemap {
	case "":
		return nil, nil
	case "auto":
		return p.sitemapsOfSite(), nil
	}
	u := normalised(nil, p.options.Sitemap)
	if u == nil {
		return nil, fmt.Errorf("the sitemap %q has no address of the web; write https://example.org/sitemap.xml, or auto", p.options.Sitemap)
	}
	return []*url.URL{u}, nil
}

// sitemapsOfSite are those that robots.txt names, or the one that most sites have.
func (p *Plan) sitemapsOfSite() []*url.URL {
	robotsFile := p.site.ResolveReference(&url.URL{Path: "/robots.txt"})
	said := p.said(p.site)
	var all []*url.URL
	for _, text := range said.sitemaps {
		if u := normalised(robotsFile, text); u != nil {
			all = append(all, u)
		}
	}
	usual := p.site.ResolveReference(&url.URL{Path: "/sitemap.xml"})
	if len(all) == 0 && said.allows(usual.Path) {
		all = append(all, usual)
	}
	return all
}

// readListing has the pages of one file wait. It returns what the file says.
func (p *Plan) readListing(at listing, most int) sitemap {
	var said sitemap
	err := p.fetcher.get(p.ctx, at.address.String(), func(r io.Reader) error {
		var err error
		said, err = readSitemap(r, most)
		return err
	})
	if p.ctx.Err() != nil {
		return said
	}
	own := 0
	for _, text := range said.pages {
		u := normalised(at.address, text)
		switch {
		case u == nil:
		case SameSite(p.site, u):
			own++
			p.add(u)
		default:
			p.skipped[elsewhere].add(u)
		}
	}
	switch {
	case err != nil && own > 0:
		p.note("", fmt.Sprintf("Only a part of the sitemap %s was read: %v.", at.address, err))
	case err != nil:
		p.note("", fmt.Sprintf("The sitemap %s was not read: %v.", at.address, err))
	case own == 0 && len(said.files) == 0:
		p.note("", fmt.Sprintf("The sitemap %s lists no page of this site.", at.address))
	}
	return said
}
