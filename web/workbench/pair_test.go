package workbench

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
)

// TestPair: the port is the workbench's at both of this machine's addresses, until it is closed.
func TestPair(t *testing.T) {
	both := map[string]string{"127.0.0.1": "::1", "::1": "127.0.0.1"}
	for host, other := range both {
		t.Run(host, func(t *testing.T) {
			for name := range both {
				if probe, err := net.Listen("tcp", net.JoinHostPort(name, "0")); err != nil {
					listener, err := listenBoth("127.0.0.1", "0")
					if err != nil || !strings.HasPrefix(listener.Addr().String(), "127.0.0.1:") {
						t.Errorf("on a machine with one address: %v, %v", listener, err)
					}
					return
				} else {
					probe.Close()
				}
			}
			listener, err := listenBoth(host, "0")
			if err != nil {
				t.Fatal(err)
			}
			given, port, err := net.SplitHostPort(listener.Addr().String())
			if err != nil || given != host {
				t.Fatalf("it listens on %s (%v)", listener.Addr(), err)
			}
			for _, at := range []string{host, other} {
				if taken, err := net.Listen("tcp", net.JoinHostPort(at, port)); err == nil {
					taken.Close()
					t.Errorf("another program has the port at %s", at)
				}
				served := make(chan error, 1)
				go func() {
					conn, err := listener.Accept()
					if err == nil {
						_, err = io.WriteString(conn, at)
						conn.Close()
					}
					served <- err
				}()
				conn, err := net.Dial("tcp", net.JoinHostPort(at, port))
				if err != nil {
					t.Fatal(err)
				}
				said, err := io.ReadAll(conn)
				if err != nil || string(said) != at {
					t.Errorf("%s says %q (%v)", at, said, err)
				}
				if err := <-served; err != nil {
					t.Errorf("%s: %v", at, err)
				}
				conn.Close()
			}
			if err := listener.Close(); err != nil {
				t.Error(err)
			}
			if err := listener.Close(); err != nil {
				t.Errorf("closed again: %v", err)
			}
			if _, err := listener.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("closed: %v", err)
			}

			// Another program has the port at the other address.
			blocker, err := net.Listen("tcp", net.JoinHostPort(other, port))
			if err != nil {
				t.Fatalf("the port is not free after the listener was closed: %v", err)
			}
			defer blocker.Close()
			if _, err := listenBoth(host, port); err == nil || !strings.Contains(err.Error(), "the preview is looked for there, too") {
				t.Errorf("with another program at %s: %v", blocker.Addr(), err)
			}
			if free, err := net.Listen("tcp", net.JoinHostPort(host, port)); err != nil {
				t.Errorf("the first address is kept: %v", err)
			} else {
				free.Close()
			}
		})
	}
}
