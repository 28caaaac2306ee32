package browsertest

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

// endsEarly keeps what is to be done when a test ends, for a test that does it itself.
type endsEarly struct {
	testing.TB
	end func()
}

func (e *endsEarly) Cleanup(end func()) { e.end = end }

// TestServerEnds: a server that answers nothing is closed even while clients ask again as
// soon as their connection is cut, as browsers do. Which of the two comes first is chance,
// so it is tried many times.
func TestServerEnds(t *testing.T) {
	for range 300 {
		if serverEnds(t); t.Failed() {
			return
		}
	}
}

func serverEnds(t *testing.T) {
	inner := &endsEarly{TB: t}
	asked := make(chan bool, 1)
	server := NewServer(inner, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case asked <- true:
		default:
		}
		<-r.Context().Done() // never answered
	}))

	left := make(chan struct{})
	var clients sync.WaitGroup
	defer clients.Wait()
	defer close(left)
	for range 50 {
		clients.Go(func() {
			for {
				select {
				case <-left:
					return
				default:
				}
				if answer, err := server.Client().Get(server.URL); err == nil {
					answer.Body.Close()
				}
			}
		})
	}
	<-asked
	ended := make(chan struct{})
	go func() {
		inner.end()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the server is not closed after 10 s")
		server.CloseClientConnections() // or the clients would wait for ever
	}
}
