package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"charte/web/browser"
	"charte/web/engine"
)

// A lab is what measurements are taken with: the server of all pages, and the browser
// of the current round.
type lab struct {
	server *watchedServer

	browser *browser.Browser
	tracer  *tracer
	version string // of the browser

	// answers are the cookies that each banner writes when everything is accepted. A
	// returning visitor has them.
	answers map[*banner][]browser.Cookie

	// bareBytes is what the page without a banner weighs on the wire, in bytes. It is
	// 0 until it is known.
	bareBytes int
}

// newLab builds a site for each list and starts the server.
func newLab(ctx context.Context, program engine.Engine, lists []list) (*lab, error) {
	c, err := demoCatalogue()
	if err != nil {
		return nil, err
	}
	sites := map[list]site{}
	for _, name := range lists {
		if sites[name], err = newSite(ctx, name.of(c), program); err != nil {
			return nil, err
		}
	}
	files, err := peerFiles(ctx)
	if err != nil {
		return nil, err
	}
	content, err := contentFiles(ctx)
	if err != nil {
		return nil, err
	}
	s, err := newServer(sites, files, content)
	if err != nil {
		return nil, err
	}
	return &lab{server: s, answers: map[*banner][]browser.Cookie{}}, nil
}

// start starts the browser of a round.
func (l *lab) start(ctx context.Context) error {
	var log addressLog
	var err error
	l.browser, err = browser.StartChromium(ctx, browser.Options{Timeout: 90 * time.Second, Wait: 30 * time.Second, Fresh: true, Trusted: l.server.secure.Certificate(), Log: &log})
	if err != nil {
		return err
	}
	l.tracer = newTracer(log.address())
	// A first visit, so that no banner pays for what a browser loads only once.
	v, err := l.visit(visit{page: page{banner: none, list: demo}})
	if err != nil {
		return err
	}
	defer v.Close()
	var product struct{ Product string }
	if err := v.CDP("Browser.getVersion", nil, &product); err != nil {
		return err
	}
	l.version = product.Product
	return nil
}

// stop closes the browser of the round.
func (l *lab) stop() {
	if l.browser != nil {
		l.tracer.close()
		l.browser.Close()
		l.browser = nil
	}
}

func (l *lab) close() {
	l.stop()
	l.server.close()
}

// A device is what a visitor has.
type device struct {
	name string

	// cpu is how many times slower the device is than this machine. 0 is as fast.
	cpu float64

	// phone gives the device the screen and the network of a phone: 412 x 823 CSS
	// pixels, 1.6 Mbit/s down, 750 kbit/s up, 150 ms to each answer (Lighthouse's "slow
	// 4G").
	phone bool
}

var (
	desktop = device{name: "desktop"}
	mobile  = device{name: "mobile", cpu: 4, phone: true}
	slowCPU = device{name: "4x CPU", cpu: 4} // with the network of this machine
)

// A visit is a page opened by a visitor.
type visit struct {
	page
	device device

	// returning says that the visitor has accepted everything on an earlier visit.
	returning bool

	// preload is JavaScript that runs after the probe and before the page's own.
	preload string
}

//go:embed probe.js
var probeJS string

// visit opens a page in a fresh profile and waits for its load event.
func (l *lab) visit(v visit) (p *browser.Page, err error) {
	address, err := l.server.prepare(v.page)
	if err != nil {
		return nil, err
	}
	if v.returning {
		if err := l.learn(v.banner); err != nil {
			return nil, err
		}
	}
	p, err = l.browser.NewPage()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	if err := emulate(p, v.device); err != nil {
		return nil, err
	}
	selectors, err := json.Marshal(map[string]string{"notice": v.banner.notice})
	if err != nil {
		return nil, err
	}
	if err := p.Preload(fmt.Sprintf("(%s)(%s);%s", probeJS, selectors, v.preload)); err != nil {
		return nil, err
	}
	if v.returning {
		for _, c := range l.answers[v.banner] {
			if err := p.SetCookie(c); err != nil {
				return nil, err
			}
		}
	}
	l.server.forget()
	return p, p.Open(address)
}

// emulate gives a page its visitor's device.
func emulate(p *browser.Page, d device) error {
	type params = map[string]any
	// A window of headless Chromium 156 has 780 x 580 pixels, whatever viewport is
	// emulated in it. A change outside of the window is never presented. Event Timing
	// then waits for the next frame with a change inside the window.
	var window struct{ WindowID int }
	if err := p.CDP("Browser.getWindowForTarget", nil, &window); err != nil {
		return err
	}
	err := p.CDP("Browser.setWindowBounds", params{"windowId": window.WindowID, "bounds": params{"width": 1600, "height": 1600}}, nil)
	if err != nil {
		return err
	}
	if d.phone {
		err := p.CDP("Emulation.setDeviceMetricsOverride", params{"width": 412, "height": 823, "deviceScaleFactor": 1.75, "mobile": true}, nil)
		if err != nil {
			return err
		}
		if err := p.CDP("Network.enable", nil, nil); err != nil {
			return err
		}
		err = p.CDP("Network.emulateNetworkConditions", params{
			"offline": false, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8, // bytes a second
		}, nil)
		if err != nil {
			return err
		}
	}
	if d.cpu > 0 {
		return p.CDP("Emulation.setCPUThrottlingRate", params{"rate": d.cpu}, nil)
	}
	return nil
}

// learn has a visitor accept everything, and keeps the cookies that the banner writes
// in l.answers.
func (l *lab) learn(b *banner) error {
	if l.answers[b] != nil {
		return nil
	}
	p, err := l.visit(visit{page: page{banner: b, list: demo}})
	if err != nil {
		return err
	}
	defer p.Close()
	if err := ready(p, b, goDoesNot); err != nil {
		return err
	}
	if err := p.Click(b.accept); err != nil {
		return err
	}
	if err := p.WaitGone(b.notice); err != nil {
		return err
	}
	cookies, err := p.Cookies()
	if err == nil && len(cookies) == 0 {
		err = fmt.Errorf("%s wrote no cookie", b.Name)
	}
	l.answers[b] = cookies
	return err
}

// number evaluates an expression in the page, awaits a promise, and returns the number.
func number(p *browser.Page, js string, args ...any) (float64, error) {
	var n *float64
	if err := p.Eval("return await ("+js+")", &n, args...); err != nil {
		return 0, err
	}
	if n == nil {
		return 0, fmt.Errorf("%s is not a number", js)
	}
	return *n, nil
}
