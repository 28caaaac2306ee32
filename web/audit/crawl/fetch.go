package crawl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// slowest is how long a robots.txt or a file of a sitemap may take.
const slowest = 10 * time.Second

// mostRedirects is how many redirects are followed. RFC 9309, section 2.3.1.2, asks for at least five.
const mostRedirects = 5

var errSlow = fmt.Errorf("no whole answer came within %v", slowest)

// A fetcher fetches what a site has for programs.
type fetcher struct {
	client http.Client
	agent  string
}

// newFetcher returns a fetcher that asks with a client. Nil is the standard library's own.
func newFetcher(client *http.Client, agent string) *fetcher {
	if client == nil {
		client = http.DefaultClient
	}
	f := &fetcher{client: *client, agent: agent}
	f.client.CheckRedirect = func(_ *http.Request, via []*http.Request) error {
		if len(via) > mostRedirects {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return f
}

// A statusError is an answer without what was asked for.
type statusError int

func (e statusError) Error() string {
	text := fmt.Sprintf("the server answered %d %s", int(e), http.StatusText(int(e)))
	return strings.TrimSuffix(text, " ")
}

// get fetches a file and has it read. Its errors are a [statusError], errSlow, that of ctx, or say
// what was wrong with the connection or the content.
func (f *fetcher) get(ctx context.Context, address string, read func(io.Reader) error) error {
	bounded, cancel := context.WithTimeout(ctx, slowest)
	defer cancel()
	err := f.ask(bounded, address, read)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && bounded.Err() != nil:
		return errSlow
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err // without the address, which the reader knows
	}
	return err
}

func (f *fetcher) ask(ctx context.Context, address string, read func(io.Reader) error) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", f.agent)
	answer, err := f.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return statusError(answer.StatusCode)
	}
	return read(answer.Body)
}

// robots fetches what the robots.txt of an origin says. Where it cannot be had, that is that nothing
// may be asked for, and the error says why (RFC 9309, section 2.3.1.4). Where there is none, all may
// (section 2.3.1.3).
func (f *fetcher) robots(ctx context.Context, origin string) (*robots, error) {
	said := &robots{}
	err := f.get(ctx, origin+"/robots.txt", func(r io.Reader) error {
		text, err := io.ReadAll(io.LimitReader(r, longestRobots))
		if len(text) == longestRobots { // half a line may forbid more than the whole
			text = text[:bytes.LastIndexByte(text, '\n')+1]
		}
		said = readRobots(string(text), f.agent)
		return err
	})
	status, answered := errors.AsType[statusError](err)
	switch {
	case answered && status < 500:
		return &robots{}, nil
	case err != nil:
		return forbidsAll, err
	}
	return said, nil
}
