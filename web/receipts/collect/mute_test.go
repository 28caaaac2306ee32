package collect

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/web/hosts/postgres"
	"charte/web/receipts"
)

// A wire is a TCP address that a test connects to a database, or does not. At first it
// closes each connection.
type wire struct {
	address  string
	listener net.Listener
	taken    atomic.Int64 // connections that were never answered

	mutex sync.Mutex
	to    string // path of the database's socket; empty for none
	mute  bool
	word  string         // when a client sends it, its connection gets no more answers
	ends  []net.Conn     // all connections
	deaf  []*atomic.Bool // for each connection to the database: pass nothing on
}

func lay(t testing.TB) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &wire{address: listener.Addr().String(), listener: listener}
	t.Cleanup(l.cut)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			l.take(conn)
		}
	}()
	return l
}

func (l *wire) take(conn net.Conn) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.mute {
		l.ends = append(l.ends, conn)
		l.taken.Add(1)
		return
	}
	server, err := net.Dial("unix", l.to)
	if err != nil {
		conn.Close()
		return
	}
	deaf := &atomic.Bool{}
	l.ends, l.deaf = append(l.ends, conn, server), append(l.deaf, deaf)
	word := []byte(l.word)
	go func() {
		defer server.Close()
		data := make([]byte, 64<<10)
		for {
			n, err := conn.Read(data)
			if err != nil {
				return
			}
			if len(word) > 0 && bytes.Contains(data[:n], word) {
				deaf.Store(true)
				l.taken.Add(1)
			}
			if !deaf.Load() {
				server.Write(data[:n])
			}
		}
	}()
	go func() {
		defer conn.Close()
		io.Copy(conn, server)
	}()
}

// cut ends all connections, and takes no new ones.
func (l *wire) cut() {
	l.listener.Close()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, conn := range l.ends {
		conn.Close()
	}
}

// lead connects new connections to a socket. A connection falls silent when its client
// sends the word, unless that is empty.
func (l *wire) lead(socket, word string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.to, l.mute, l.word = socket, false, word
}

// silence stops all answers, for old and for new connections.
func (l *wire) silence() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.mute = true
	for _, deaf := range l.deaf {
		deaf.Store(true)
	}
}

// TestPostgresMute: a PostgreSQL takes connections and does not answer. No call takes
// longer than its time limit, whatever was under way when the database fell silent.
// Receipts are taken once it answers. The service can be closed while it does not.
func TestPostgresMute(t *testing.T) {
	_, dir := postgres.Start(t)
	socket := filepath.Join(dir, postgres.Socket)
	const token = "0123456789abcdef"
	within := func(t *testing.T, what string, do func()) {
		t.Helper()
		done := make(chan struct{})
		go func() { do(); close(done) }()
		select {
		case <-done:
		case <-time.After(90 * time.Second): // as long as until waits
			t.Fatalf("never ended: %s", what)
		}
	}
	open := func(t *testing.T, l *wire) *kept {
		t.Helper()
		var store *receipts.Store
		var err error
		var log bytes.Buffer
		within(t, "the start", func() {
			store, err = receipts.OpenToServe(t.Context(), "postgres://charte@"+l.address+"/postgres?sslmode=disable", slog.New(slog.NewTextHandler(&log, nil)))
		})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(log.String(), "cannot be reached") {
			t.Error("the log does not say that the database cannot be reached")
		}
		k := keepingOn(t, store, Options{Token: token})
		k.patience = 300 * time.Millisecond
		t.Cleanup(l.cut) // before the service is closed, which might take for ever if the test fails
		return k
	}
	keep := func(t *testing.T) (*wire, *kept) {
		t.Helper()
		l := lay(t)
		return l, open(t, l)
	}
	post := func(k *kept) int {
		_, _, none := values(bundled(t, "demo"), consent.DayOf(noon))
		return k.post(body(t, said(bundled(t, "demo"), none, "answer", receipts.Layer1))).Code
	}
	figures := func(k *kept) int {
		r := httptest.NewRequest("GET", own+"/receipts", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		k.handler.ServeHTTP(w, r)
		return w.Code
	}
	// look asks for figures, and sends a receipt meanwhile.
	look := func(t *testing.T, l *wire, k *kept) {
		t.Helper()
		before := l.taken.Load()
		code := make(chan int, 1)
		go func() {
			last := figures(k)
			for l.taken.Load() == before && t.Context().Err() == nil { // on a slow machine, the time limit ends a call before that
				last = figures(k)
			}
			code <- last
		}()
		until(t, "a connection", func() bool { return l.taken.Load() > before })
		if code := post(k); code != http.StatusServiceUnavailable {
			t.Errorf("a receipt to a silent database: %d, want 503", code)
		}
		within(t, "figures", func() {
			if code := <-code; code != http.StatusServiceUnavailable {
				t.Errorf("figures of a silent database: %d, want 503", code)
			}
		})
	}
	comesBack := func(t *testing.T, l *wire, k *kept) {
		t.Helper()
		l.lead(socket, "")
		until(t, "a receipt that is taken", func() bool { return post(k) == http.StatusNoContent })
		until(t, "figures", func() bool { return figures(k) == http.StatusOK })
	}

	t.Run("at the end of the migration", func(t *testing.T) { // it comes first: a later migration has nothing to do, and takes no lock
		l, k := keep(t)
		l.lead(socket, "pg_advisory_unlock")
		look(t, l, k)
		comesBack(t, l, k)
	})
	t.Run("at the start", func(t *testing.T) {
		t.Parallel()
		l := lay(t)
		l.lead(socket, "charte_migrations")
		k := open(t, l)
		comesBack(t, l, k)
	})
	t.Run("before it", func(t *testing.T) {
		t.Parallel()
		l, k := keep(t)
		l.silence()
		look(t, l, k)
		comesBack(t, l, k)
	})
	t.Run("while it is looked at", func(t *testing.T) {
		t.Parallel()
		l, k := keep(t)
		comesBack(t, l, k)
		l.silence()
		within(t, "figures", func() {
			var all sync.WaitGroup
			for range 8 { // more than there are connections, so that some wait for one
				all.Go(func() {
					for range 5 {
						figures(k)
					}
				})
			}
			all.Wait()
		})
		comesBack(t, l, k)
	})
	t.Run("at the end", func(t *testing.T) {
		t.Parallel()
		l, k := keep(t)
		l.silence()
		look(t, l, k)
		within(t, "closing", func() { k.Close() })
	})
}
