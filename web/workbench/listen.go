package workbench

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"golang.org/x/net/netutil"
)

// connections is how many are served at one time. A page and its frames open a dozen.
const connections = 256

// listen listens on an address, which must be this machine's own: 127.0.0.1 or ::1, since the name
// localhost, under which the preview is found, stands for no other. Its errors are one sentence. Those of the
// system are a [net.OpError]; all others are mistakes in the address.
func listen(address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("-addr %q is no address; write 127.0.0.1:8123, or 127.0.0.1:0 for any port", address)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || ip != netip.AddrFrom4([4]byte{127, 0, 0, 1}) && ip != netip.IPv6Loopback() {
		return nil, fmt.Errorf("-addr %q is not this machine's own address; the workbench listens on 127.0.0.1 or [::1] only, since whoever reaches it can change the file", address)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return nil, fmt.Errorf("-addr %q: the port is no number from 0 to 65535", address)
	}
	listener, err := listenBoth(host, port)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("another program listens on that port; choose another one, or leave -addr out for any: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("the workbench cannot listen: %w", err)
	}
	return netutil.LimitListener(&own{listener}, connections), nil
}

// own is a listener that takes this machine's connections only. The system would bring no others
// to a loopback address; it would if somebody forwarded them there.
type own struct{ net.Listener }

// Accept implements net.Listener.
func (o *own) Accept() (net.Conn, error) {
	for {
		conn, err := o.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if isOwn(conn.RemoteAddr().String()) {
			return conn, nil
		}
		conn.Close()
	}
}

// isOwn reports whether an address, "127.0.0.1:40000", is this machine's.
func isOwn(address string) bool {
	from, err := netip.ParseAddrPort(address)
	return err == nil && from.Addr().IsLoopback()
}
