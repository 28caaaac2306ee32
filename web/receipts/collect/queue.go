package collect

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"charte/web/receipts"
	"charte/web/server"
)

const (
	// queueLength is how many receipts may wait for the disk. More are refused. Each
	// waiting receipt holds a connection, and so does each in the batch that is being
	// written. If the disk hangs, the server must have most of its connections left for
	// pages.
	queueLength = server.MaxConnections / 4

	// batchLength is how many receipts one transaction writes at most. It is limited,
	// since no page is answered before all of a batch are written.
	batchLength = 1024

	// appendTime is how long writing a batch may take before it is given up.
	appendTime = 10 * time.Second

	// answerTime is how long a page waits for the disk before it is answered.
	answerTime = 5 * time.Second

	// complainEvery is the least time between two errors in the log about a store that
	// fails.
	complainEvery = time.Minute
)

var (
	errFull   = errors.New("the queue is full")
	errClosed = errors.New("the queue is closed")
)

// A waiting receipt is on its way to the disk.
type waiting struct {
	receipt  *receipts.Receipt
	archives []receipts.Archive
	done     chan<- error // with room for one
}

// A keeper is [receipts.Store.Append], or a test's replacement for it.
type keeper func(ctx context.Context, chain string, batch []*receipts.Receipt, archives []receipts.Archive) error

// A queue writes receipts that come at the same time in one transaction ("group
// commit"), since a write to the disk takes long even for a single receipt.
type queue struct {
	keep  keeper
	chain string
	log   *slog.Logger

	mutex   sync.RWMutex // held for reading while something is put in
	closed  bool
	waiting chan waiting
	ended   chan struct{}

	complained time.Time
	batches    prometheus.Histogram
}

func newQueue(keep keeper, chain string, length int, log *slog.Logger) *queue {
	q := &queue{keep: keep, chain: chain, log: log, waiting: make(chan waiting, length), ended: make(chan struct{}),
		batches: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "charte_receipts_batch", Help: "Receipts written in one transaction.", Buckets: []float64{1, 4, 16, 64, 256, 1024}})}
	go q.run()
	return q
}

// put adds a receipt to the queue. done gets nil once the receipt is on the disk, or an
// error if it could not be written. The error of put itself is errFull or errClosed.
func (q *queue) put(receipt *receipts.Receipt, archives []receipts.Archive) (done <-chan error, err error) {
	q.mutex.RLock()
	defer q.mutex.RUnlock()
	if q.closed {
		return nil, errClosed
	}
	said := make(chan error, 1)
	select {
	case q.waiting <- waiting{receipt, archives, said}:
		return said, nil
	default:
		return nil, errFull
	}
}

// close makes put refuse all later receipts, and returns when all that wait are written.
func (q *queue) close() {
	q.mutex.Lock()
	if !q.closed {
		q.closed = true
		close(q.waiting)
	}
	q.mutex.Unlock()
	<-q.ended
}

// run writes batches until the queue is closed.
func (q *queue) run() {
	defer close(q.ended)
	for first := range q.waiting {
		batch := []waiting{first}
	gather:
		for len(batch) < batchLength {
			select {
			case next, open := <-q.waiting:
				if !open {
					break gather
				}
				batch = append(batch, next)
			default:
				break gather
			}
		}
		err := q.write(batch)
		for _, w := range batch {
			w.done <- err
		}
	}
}

// write writes a batch.
func (q *queue) write(batch []waiting) error {
	given := make([]*receipts.Receipt, len(batch))
	var archives []receipts.Archive
	seen := map[string]bool{}
	for i, w := range batch {
		given[i] = w.receipt
		for _, a := range w.archives {
			if !seen[a.Hash] {
				seen[a.Hash] = true
				archives = append(archives, a)
			}
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), appendTime)
	defer cancel()
	err := q.keep(ctx, q.chain, given, archives)
	if err != nil && time.Since(q.complained) > complainEvery {
		q.complained = time.Now()
		q.log.Error("receipts cannot be kept", "fault", err.Error())
	}
	if err == nil {
		q.batches.Observe(float64(len(batch)))
	}
	return err
}
