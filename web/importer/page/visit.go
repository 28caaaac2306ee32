package page

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"charte/web/browser"
	"charte/web/importer/told"
)

// A visit is a visitor with a fresh profile, in one page.
type visit struct {
	options Options
	page    *browser.Page
	watch   *browser.Watch
	stop    context.CancelFunc

	mu       sync.Mutex
	stirred  time.Time       // when something happened last
	asked    map[string]bool // requests under way
	loaded   bool
	loader   string // of the document that is there
	looked   string // loader when it was looked at
	crashed  bool
	lost     error // why the browser tells nothing any more
	status   int   // of the document
	restless bool  // it did not get quiet
	notes    []string
}

// parameters are those of a command.
type parameters = map[string]any

// open opens an empty page for a visitor.
func open(ctx context.Context, b *browser.Browser, options Options) (*visit, error) {
	v := &visit{options: options, asked: map[string]bool{}}
	var err error
	if v.page, err = b.NewPage(); err != nil {
		return nil, err
	}
	if v.watch, err = v.page.Watch(); err != nil {
		v.page.Leave()
		return nil, err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	v.stop = stop
	go v.listen(running)
	if err := v.turnOn(ctx); err != nil {
		v.close()
		return nil, err
	}
	return v, nil
}

// close ends the visit and forgets the profile.
func (v *visit) close() {
	v.stop()
	v.watch.End()
	v.page.Leave()
}

// send sends a command to the page.
func (v *visit) send(ctx context.Context, method string, params, result any) error {
	return v.watch.Send(ctx, v.watch.Session(), method, params, result)
}

// turnOn turns on the events that are needed, and has the browser call itself as it does on a desk. As
// for an audit, the page must not take it for a robot: some banners do not come for robots.
func (v *visit) turnOn(ctx context.Context) error {
	var version struct{ UserAgent string }
	if err := v.watch.Send(ctx, "", "Browser.getVersion", nil, &version); err != nil {
		return err
	}
	deny := parameters{"behavior": "deny", "browserContextId": v.watch.Context()}
	if err := v.watch.Send(ctx, "", "Browser.setDownloadBehavior", deny, nil); err != nil {
		return err
	}
	agent := strings.Replace(version.UserAgent, "HeadlessChrome", "Chrome", 1)
	for _, c := range []struct {
		method string
		params parameters
	}{
		{"Network.enable", nil},
		{"Network.setUserAgentOverride", parameters{"userAgent": agent, "acceptLanguage": "fr-FR,fr,en"}},
		{"Inspector.enable", nil},
		{"DOM.enable", nil},
	} {
		if err := v.send(ctx, c.method, c.params, nil); err != nil {
			return err
		}
	}
	return nil
}

// listen takes the browser's events until the visit ends.
func (v *visit) listen(ctx context.Context) {
	for {
		events, err := v.watch.Events(ctx)
		v.mu.Lock()
		if err != nil {
			v.lost = err
			v.mu.Unlock()
			return
		}
		for _, e := range events {
			if e.Session == v.watch.Session() {
				v.on(ctx, e)
			}
		}
		v.mu.Unlock()
	}
}

// on takes one event. v.mu is held, so it must not wait for an answer.
func (v *visit) on(ctx context.Context, e browser.Event) {
	var params struct {
		RequestID, FrameID, Type string
		Frame                    struct{ ID, LoaderID string }
		Response                 struct{ Status int }
	}
	json.Unmarshal(e.Params, &params) // an event of another form leaves it empty
	switch e.Method {
	case "Page.loadEventFired":
		v.loaded = true
	case "Page.frameNavigated":
		if params.Frame.ID == v.watch.Frame() {
			v.loader, v.loaded, v.stirred = params.Frame.LoaderID, false, time.Now()
		}
	case "Inspector.targetCrashed":
		v.crashed = true
	case "Network.requestWillBeSent":
		v.stirred, v.asked[params.RequestID] = time.Now(), true
	case "Network.responseReceived":
		if params.Type == "Document" && params.FrameID == v.watch.Frame() {
			v.status = params.Response.Status
		}
	case "Network.loadingFinished", "Network.loadingFailed":
		v.stirred = time.Now()
		delete(v.asked, params.RequestID)
	case "Page.javascriptDialogOpening":
		v.stirred = time.Now()
		v.note(fmt.Sprintf("The page showed a dialog (%s), which was dismissed.", params.Type))
		go v.send(ctx, "Page.handleJavaScriptDialog", parameters{"accept": params.Type == "beforeunload"}, nil)
	}
}

// note keeps a sentence for Told.Problems, once. v.mu is held.
func (v *visit) note(text string) {
	if !slices.Contains(v.notes, text) {
		v.notes = append(v.notes, text)
	}
}

// visit opens an address and waits until the page is quiet.
func (v *visit) visit(ctx context.Context, address string) error {
	v.mu.Lock()
	v.stirred = time.Now()
	v.mu.Unlock()
	opening, cancel := context.WithTimeout(ctx, v.options.Most)
	defer cancel()
	var answer struct{ ErrorText string }
	err := v.send(opening, "Page.navigate", parameters{"url": address}, &answer)
	switch {
	case err != nil && ctx.Err() == nil && opening.Err() != nil:
		return faultf("The page did not answer within %v.", v.options.Most)
	case err != nil:
		return v.fault(ctx, err)
	case answer.ErrorText != "":
		return failure(answer.ErrorText, address)
	}
	v.settle(opening)
	return v.fault(ctx, nil)
}

// hung is how long nothing must happen until a request without an end counts as one that never ends,
// such as a stream of events.
const hung = 3 * time.Second

// settle waits until the page has loaded and nothing happens any more, or ctx ends.
func (v *visit) settle(ctx context.Context) {
	const step = 20 * time.Millisecond
	tick := time.NewTicker(step)
	defer tick.Stop()
	for {
		v.mu.Lock()
		still := time.Since(v.stirred)
		quiet := still >= enoughQuiet && len(v.asked) == 0 || still >= hung
		done := v.loaded && quiet || v.crashed || v.lost != nil
		v.restless = !done
		v.mu.Unlock()
		if done {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// moved reports whether the page has gone to another address since it was looked at.
func (v *visit) moved() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.loader != v.looked && !v.crashed && v.lost == nil
}

// fault says in a sentence why a page cannot be read: what has happened to it, or else err.
func (v *visit) fault(ctx context.Context, err error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case v.lost != nil && !errors.Is(v.lost, context.Canceled):
		return faultf("The browser has ended: %w.", v.lost)
	case v.crashed:
		return faultf("The page crashed the browser's tab.")
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return faultf("The page does not answer: a script in it may have no end.")
	case err != nil:
		return faultf("The page cannot be read: %w.", err)
	}
	return nil
}

// problems are what the visit itself has met.
func (v *visit) problems(file string) []told.Problem {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.status >= http.StatusBadRequest {
		v.note(fmt.Sprintf("The site answered with status %d (%s). It may show robots another page than visitors.", v.status, cmp.Or(http.StatusText(v.status), "unknown")))
	}
	if v.restless {
		v.note(fmt.Sprintf("The page did not get quiet within %v. What was there by then was read.", v.options.Most))
	}
	var problems []told.Problem
	for _, note := range v.notes {
		problems = append(problems, told.Problem{Place: told.Place{File: file}, Text: note})
	}
	return problems
}
