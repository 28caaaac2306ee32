package browsertest

import (
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

// Ports of [NewServer]: below those that Linux hands out on its own, and those of
// WebKit's drivers (freePort in package browser). Browsers refuse some that are lower.
const firstPort, lastPort = 11000, 19999

// latestPort is the port that [NewServer] has tried last.
var latestPort atomic.Int32

func init() { latestPort.Store(int32(firstPort + rand.IntN(2000))) } // other test binaries run beside this one

// NewServer starts a server of this machine for pages to come from, like
// httptest.NewServer, at a port that no other of this test binary has had: what a
// browser keeps for one server, no later one meets.
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
		server.Start()
		t.Cleanup(func() {
			server.CloseClientConnections() // what a handler has not answered by now, nobody waits for
			server.Close()
		})
		return server
	}
}
