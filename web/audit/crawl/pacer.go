package crawl

import (
	"context"
	"sync"
	"time"
)

// A pacer spreads what is asked of a site evenly over time. Several visitors share one.
type pacer struct {
	mu       sync.Mutex
	interval time.Duration
	next     time.Time
}

// wait waits until the site may be asked again. It returns the context's cause if that ends first.
func (p *pacer) wait(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	p.mu.Lock()
	now := time.Now()
	turn := p.next
	if turn.Before(now) {
		turn = now
	}
	p.next = turn.Add(p.interval)
	p.mu.Unlock()
	timer := time.NewTimer(turn.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// slow makes the interval at least as long as d, and reports whether it was shorter.
func (p *pacer) slow(d time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d <= p.interval {
		return false
	}
	p.interval = d
	return true
}
