package workbench

import (
	"errors"
	"fmt"
	"net"
	"sync"
)

// A pair listens on one port of both of this machine's addresses, as one listener. Its address is that
// of the first. Browsers find the hosts of the preview at either address, so that another
// program at the second one would be told the preview's secret.
type pair struct {
	net.Listener // the first
	second       net.Listener

	accepted chan accepted
	closed   chan struct{}
	close    func() error
}

// accepted is what an Accept has returned.
type accepted struct {
	conn net.Conn
	err  error
}

// listenBoth listens on a port of host and of the machine's other address, if it has one. Port "0"
// is one that is free at both. It is an error if another program has the port at either.
func listenBoth(host, port string) (net.Listener, error) {
	other := "::1"
	if host == other {
		other = "127.0.0.1"
	}
	if probe, err := net.Listen("tcp", net.JoinHostPort(other, "0")); err == nil {
		probe.Close()
	} else {
		return net.Listen("tcp", net.JoinHostPort(host, port)) // a machine without IPv6, or without IPv4
	}
	const most = 20 // free ports that are taken at the other address; chance brings one at most
	var taken error
	for range most {
		first, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err != nil {
			return nil, err
		}
		_, given, err := net.SplitHostPort(first.Addr().String())
		if err != nil {
			return nil, errors.Join(err, first.Close())
		}
		second, err := net.Listen("tcp", net.JoinHostPort(other, given))
		if err == nil {
			return newPair(first, second), nil
		}
		first.Close()
		taken = fmt.Errorf("%w; the preview is looked for there, too", err)
		if port != "0" {
			break
		}
	}
	return nil, taken
}

func newPair(first, second net.Listener) *pair {
	p := &pair{Listener: first, second: second, accepted: make(chan accepted), closed: make(chan struct{})}
	p.close = sync.OnceValue(func() error {
		close(p.closed)
		return errors.Join(first.Close(), second.Close())
	})
	for _, l := range []net.Listener{first, second} {
		go func() {
			for {
				conn, err := l.Accept()
				select {
				case p.accepted <- accepted{conn, err}:
				case <-p.closed:
					if conn != nil {
						conn.Close()
					}
					return
				}
			}
		}()
	}
	return p
}

// Accept implements net.Listener.
func (p *pair) Accept() (net.Conn, error) {
	select {
	case a := <-p.accepted:
		return a.conn, a.err
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *pair) Close() error { return p.close() }
