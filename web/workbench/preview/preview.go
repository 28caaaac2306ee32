// Package preview shows the bundle of a catalogue that is still being written, in the pages of
// a made-up site. It knows neither the file nor the editor.
//
// Its pages stand in frames of the workbench, under a host of their own. Each tells its parent
// what it shows, by messages to the workbench's origin alone. A message is an object whose
// charte is "preview", with the version and the variant of the page, and one of:
//
//   - layer: what is shown now, "notice", "settings", "charter" or "". With it come width and
//     height of the window and notice, the height of the notice, in CSS pixels; wraps, the
//     data-charte of the answers whose text takes more than one line; answered; and granted,
//     the services that may run.
//   - error: an error in the page, as the browser words it.
//   - link: the address of another site, whose link was clicked. The page stays.
//   - failed: why the bundle cannot be built. The page is empty.
//
// A page does what its parent asks for in a message whose charte is "ask" (for the answer
// again) or "open" (the settings).
package preview

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"

	"charte/catalogue"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
	"charte/web/workbench/desk"
)

// The hosts of the preview. A page of one of them has no cookie of the workbench's, whose host
// is an address. Browsers know themselves that hosts below localhost are this machine
// (RFC 6761, 6.3), except those that leave it to the system. For them there is the second.
const (
	host      = "preview.localhost"
	spareHost = "localhost"
)

// Options are what a preview needs.
type Options struct {
	// Engine is the compiled program of the banner.
	Engine engine.Engine

	// Cache keeps what is slow to make. The zero one keeps nothing.
	Cache cache.Cache

	// Self is the workbench's own host and port, such as "127.0.0.1:8123". The preview is on the
	// same port.
	Self string

	// Secret is a part of all addresses of the preview, so that no other program or page can
	// guess one: letters and digits, "-" and "_".
	Secret string

	// build stands for [bundle.Build] in tests.
	build func(context.Context, bundle.Options) (*bundle.Bundle, error)
}

// A Preview serves the bundles of the last versions of a catalogue. It is safe for concurrent
// use.
type Preview struct {
	options Options
	port    string

	mutex  sync.Mutex
	newest *version   // nil before the first call of Show
	asked  []*version // those that a page was asked of lately, the latest last
	worn   *dress     // that of the page that was asked for last; nil before the first
}

// New returns a preview without a catalogue.
func New(o Options) *Preview {
	_, port, err := net.SplitHostPort(o.Self)
	if err != nil {
		port = "80"
	}
	if o.build == nil {
		o.build = bundle.Build
	}
	return &Preview{options: o, port: port}
}

// Show has the preview show a catalogue, which must be valid and stay as it is. The number is
// that of the text, which grows. The bundle is built at once in the dress of the last page that was
// asked for, because the next one is most likely in the same. Each other waits until a page asks for it.
func (p *Preview) Show(number int, c *catalogue.Catalogue) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.newest = &version{number: number, catalogue: c, options: p.options, built: map[dress]func() (*bundle.Bundle, error){}}
	if p.worn != nil {
		go p.newest.bundle(*p.worn)
	}
}

// wear notes the dress of a page that was asked for.
func (p *Preview) wear(d dress) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.worn = &d
}

// Shown tells where the newest version can be seen. Stale is left to the caller, which knows
// whether there is a newer text.
func (p *Preview) Shown() desk.Preview {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.newest == nil {
		return desk.Preview{}
	}
	folder := "/" + p.options.Secret + "/" + strconv.Itoa(p.newest.number) + "/"
	return desk.Preview{
		Base:    p.origin(host) + folder,
		Spare:   p.origin(spareHost) + folder,
		Version: p.newest.number,
	}
}

// origin is the origin of a host of the preview.
func (p *Preview) origin(name string) string {
	if p.port == "80" {
		return "http://" + name
	}
	return "http://" + name + ":" + p.port
}

// most is how many versions are kept beside the newest one: those that pages were asked of last.
// While somebody types, a frame may still be loading one when the next ones are there already.
const most = 8

// version returns a version. Of one that is not kept any more it returns the newest. It is nil
// before the first call of Show.
func (p *Preview) version(number string) *version {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.newest == nil {
		return nil
	}
	found := p.newest
	for _, v := range p.asked {
		if strconv.Itoa(v.number) == number {
			found = v
		}
	}
	p.asked = append(slices.DeleteFunc(p.asked, func(v *version) bool { return v == found }), found)
	p.asked = p.asked[max(0, len(p.asked)-most):]
	return found
}

// A version is one state of the catalogue, with the bundles that were asked for.
type version struct {
	number    int
	catalogue *catalogue.Catalogue
	options   Options

	mutex sync.Mutex
	built map[dress]func() (*bundle.Bundle, error)
}

// bundle returns the bundle for a variant. It is built once.
func (v *version) bundle(d dress) (*bundle.Bundle, error) {
	v.mutex.Lock()
	build := v.built[d]
	if build == nil {
		build = sync.OnceValues(func() (built *bundle.Bundle, err error) {
			defer func() {
				if mistake := recover(); mistake != nil {
					err = fmt.Errorf("a mistake of Charte's own: %v", mistake)
				}
			}()
			return v.options.build(context.Background(), bundle.Options{
				Catalogue: d.on(v.catalogue),
				Engine:    v.options.Engine,
				Cache:     v.options.Cache,
				Quick:     true,
				Framed:    true,
				Forced:    d.forced,
			})
		})
		v.built[d] = build
	}
	v.mutex.Unlock()
	return build()
}

// A dress is what a variant changes of the look.
type dress struct {
	scheme catalogue.Scheme
	preset catalogue.Preset // empty for the catalogue's own
	forced bool
}

// on returns the catalogue in this dress. It leaves out what would lead the preview out of
// itself: the site's own page of the charter, and the domain of the answer's cookie.
func (d dress) on(c *catalogue.Catalogue) *catalogue.Catalogue {
	changed := *c
	changed.Site.CharterURL, changed.Site.CookieDomain = "", ""
	changed.Look.Preset = cmp.Or(d.preset, c.Look.Preset)
	// The variant's scheme is that of the visitor's system. A banner that is always light is light
	// there, too, except in forced colours, which are the system's.
	if d.forced || c.Look.Scheme == "" || c.Look.Scheme == catalogue.SchemeBoth {
		changed.Look.Scheme = d.scheme
	}
	return &changed
}
