package browsertest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"syscall"
	"testing"
)

// The ports of [NewServer] are below those that Linux hands out on its own, and below
// those of WebKit's drivers (freePort in package browser). Browsers refuse some ports
// that are lower.
const firstPort, lastPort = 11000, 19999

// latestPort is the port that [NewServer] has tried last.
var latestPort atomic.Int32

// The first port is chosen at random, since other test binaries run beside this one.
func init() { latestPort.Store(int32(firstPort + rand.IntN(2000))) }

// NewServer starts a server for pages on this machine, like httptest.NewServer, and
// closes it when the test ends. The context of each request ends then, too.
//
// No other server of this test binary has had its port. So a browser that keeps files or
// storage for one server never uses them for a later one.
func NewServer(t testing.TB, handler http.Handler) *httptest.Server {
	t.Helper()
	for {
		port := latestPort.Add(1)
		if port > lastPort {
			t.Fatalf("a test binary has no more than %d servers", lastPort-firstPort)
		}
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		Must(t, err)
		server := httptest.NewUnstartedServer(handler)
		server.Listener.Close()
		server.Listener = listener
		running, end := context.WithCancel(context.Background())
		server.Config.BaseContext = func(net.Listener) context.Context { return running }
		server.Start()
		t.Cleanup(func() {
			// Nobody waits any more for what is not answered by now. Cutting the connections is
			// not enough: browsers ask again at once, and Close would wait for the answer.
			end()
			server.CloseClientConnections()
			server.Close()
		})
		return server
	}
}
