package collect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"charte/web/receipts"
)

// TestNotices: a page tells what came of its notice, and nothing else. Pages of catalogues without site.figures tell nothing.
func TestNotices(t *testing.T) {
	k := keeping(t, Options{})
	release := releaseName(bundled(t, "counting"))
	good := fmt.Sprintf(`{"notice":"ignored","release":%q}`, release)
	for _, test := range []struct {
		name, body string
		headers    []string
		status     int
	}{
		{"ignored", good, nil, 204},
		{"ignored again", good, nil, 204},
		{"answered", strings.Replace(good, "ignored", "answered", 1), nil, 204},
		{"another outcome", strings.Replace(good, "ignored", "closed", 1), nil, 400},
		{"an identifier", strings.Replace(good, "{", `{"id":"7",`, 1), nil, 400},
		{"a key twice", strings.Replace(good, "{", `{"notice":"ignored",`, 1), nil, 400},
		{"a key in capitals", strings.Replace(good, "notice", "Notice", 1), nil, 400},
		{"a number", strings.Replace(good, `"ignored"`, "1", 1), nil, 400},
		{"a list of it", "[" + good + "]", nil, 400},
		{"it twice", good + good, nil, 400},
		{"a bundle that does not count", strings.Replace(good, release, releaseName(bundled(t, "demo")), 1), nil, 400},
		{"an unknown bundle", strings.Replace(good, release, "release-x.js", 1), nil, 400},
		{"another site", good, []string{"Origin", "https://evil.test"}, 403},
		{"what a form can forge", good, []string{"Content-Type", "text/plain"}, 415},
	} {
		t.Run(test.name, func(t *testing.T) {
			if w := k.post(test.body, test.headers...); w.Code != test.status {
				t.Errorf("status %d, want %d", w.Code, test.status)
			}
		})
	}
	k.notices.write()
	f, err := k.store.Figures(t.Context(), 30)
	if err != nil {
		t.Fatal(err)
	}
	if f.Total.Shown != 3 || f.Total.Ignored != 2 || f.Total.All != 0 {
		t.Errorf("%d notices shown, %d ignored and %d answers, want 3, 2 and 0", f.Total.Shown, f.Total.Ignored, f.Total.All)
	}
	if records := k.records(t); len(records) > 0 {
		t.Errorf("records of notices: %v", records)
	}
}

// TestGather: counts are written together, and kept while the store fails. What is there when the service ends is written.
func TestGather(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ignored, answered := receipts.Notice{Site: "a", Notice: receipts.Ignored}, receipts.Notice{Site: "a", Notice: receipts.Answered}
		written, writes, fails := map[receipts.Notice]int{}, 0, false
		n := &notices{chain: "test", log: slog.New(slog.DiscardHandler), keep: func(_ context.Context, chain string, shown map[receipts.Notice]int) error {
			writes++
			if fails || chain != "test" {
				return errors.New("the disk is full")
			}
			for kind, more := range shown {
				written[kind] += more
			}
			return nil
		}}
		after := func(what string, wait time.Duration, wantWrites int, want map[receipts.Notice]int) {
			t.Helper()
			time.Sleep(wait)
			synctest.Wait()
			if writes != wantWrites || !maps.Equal(written, want) {
				t.Errorf("%s: %v in %d writes, want %v in %d", what, written, writes, want, wantWrites)
			}
		}
		for range 1000 {
			n.add(ignored)
		}
		after("at once", 0, 0, map[receipts.Notice]int{})
		after("a while later", gatherTime, 1, map[receipts.Notice]int{ignored: 1000})
		after("with nothing new", 10*gatherTime, 1, map[receipts.Notice]int{ignored: 1000})
		fails = true
		n.add(ignored)
		after("a store that fails", gatherTime, 2, map[receipts.Notice]int{ignored: 1000})
		fails = false
		n.add(answered)
		after("a store that works again", gatherTime, 3, map[receipts.Notice]int{ignored: 1001, answered: 1})
		n.add(answered)
		n.close()
		after("the end", 0, 4, map[receipts.Notice]int{ignored: 1001, answered: 2})
		n.add(answered)
		after("after the end", 10*gatherTime, 4, map[receipts.Notice]int{ignored: 1001, answered: 2})
	})
}

// TestNoticesShown: the page of figures has the counts where there are any.
func TestNoticesShown(t *testing.T) {
	k := keeping(t, Options{Token: strings.Repeat("t", 32)})
	shown := func() string {
		t.Helper()
		r := httptest.NewRequest("GET", own+"/receipts", nil)
		r.Header.Set("Authorization", "Bearer "+k.Token)
		w := httptest.NewRecorder()
		k.handler.ServeHTTP(w, r)
		if w.Code != 200 {
			t.Fatalf("status %d", w.Code)
		}
		return w.Body.String()
	}
	if page := shown(); strings.Contains(page, "notices") {
		t.Errorf("without a count, the page speaks of notices: %s", page)
	}
	kind := receipts.Notice{Site: "a", Notice: receipts.Answered}
	if err := k.store.CountNotices(t.Context(), "test", map[receipts.Notice]int{kind: 1500, {Site: "a", Notice: receipts.Ignored}: 500}); err != nil {
		t.Fatal(err)
	}
	page := shown()
	for _, want := range []string{"<strong>2\u202f000</strong> visits of a page have shown the notice", "<strong>500</strong> of them", "25.0 %", "<td>2\u202f000</td><td>500</td>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q: %s", want, page)
		}
	}
}
