package crawl

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestPacer: visitors who share a pacer are spread evenly, and the first need not wait.
func TestPacer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pacer{interval: 100 * time.Millisecond}
		began := time.Now()
		var mu sync.Mutex
		var at []time.Duration
		var visitors sync.WaitGroup
		for range 3 {
			visitors.Go(func() {
				for range 2 {
					if err := p.wait(t.Context()); err != nil {
						t.Error(err)
					}
					mu.Lock()
					at = append(at, time.Since(began)/time.Millisecond)
					mu.Unlock()
				}
			})
		}
		visitors.Wait()
		if want := []time.Duration{0, 100, 200, 300, 400, 500}; !slices.Equal(at, want) {
			t.Errorf("asked after %v ms, want %v", at, want)
		}
	})
}

func TestPacerDoesNotMakeUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pacer{interval: time.Second}
		p.wait(t.Context())
		time.Sleep(time.Minute) // a long visit
		began := time.Now()
		p.wait(t.Context())
		p.wait(t.Context())
		if took := time.Since(began); took != time.Second {
			t.Errorf("two pages were asked for within %v, want 1s", took)
		}
	})
}

func TestPacerSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pacer{}
		began := time.Now()
		for _, d := range []time.Duration{3 * time.Second, time.Second, 0} {
			p.slow(d)
		}
		p.wait(t.Context())
		p.wait(t.Context())
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("the interval is %v, want the longest, 3s", took)
		}
	})
}

func TestPacerEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over := errors.New("the time is over")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, over)
		defer cancel()
		p := &pacer{interval: time.Hour}
		began := time.Now()
		first, second, third := p.wait(ctx), p.wait(ctx), p.wait(ctx)
		if first != nil || second != over || third != over {
			t.Errorf("got %v, %v, %v; want the cause from the second on", first, second, third)
		}
		if took := time.Since(began); took != time.Minute {
			t.Errorf("it took %v, want 1m", took)
		}
	})
}
