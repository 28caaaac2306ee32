package collect

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// saltLife is how long what is kept of an address can be compared.
	saltLife = time.Hour

	// maxPrefixes bounds the memory. Who comes when it is full shares one
	// allowance with all others who do.
	maxPrefixes = 1 << 17
)

// A rate limits how many receipts come from one neighbourhood of addresses, /24
// or /48. Of an address it keeps a hash of that prefix with a salt, in memory,
// both thrown away an hour after the first of them came.
type rate struct {
	perMinute int // 0 for no limit
	now       func() time.Time

	mutex sync.Mutex
	salt  [32]byte
	left  map[[16]byte]*allowance // nil: there is no salt
}

type allowance struct {
	left float64
	at   time.Time
}

// allow reports whether one more may come from an address. What has no address
// is one neighbourhood.
func (l *rate) allow(address netip.Addr) bool {
	if l.perMinute == 0 {
		return true
	}
	now := l.now()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.left == nil {
		rand.Read(l.salt[:])
		l.left = map[[16]byte]*allowance{}
		time.AfterFunc(saltLife, l.forget)
	}
	mac := hmac.New(sha256.New, l.salt[:])
	mac.Write(prefix(address).AsSlice())
	key := [16]byte(mac.Sum(nil))
	a := l.left[key]
	if a == nil && len(l.left) >= maxPrefixes {
		key = [16]byte{} // no hash: the odds are 2^-128
		a = l.left[key]
	}
	if a == nil {
		a = &allowance{float64(l.perMinute), now}
		l.left[key] = a
	}
	a.left = min(float64(l.perMinute), a.left+now.Sub(a.at).Minutes()*float64(l.perMinute))
	a.at = now
	if a.left < 1 {
		return false
	}
	a.left--
	return true
}

// forget throws away what is kept of addresses.
func (l *rate) forget() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.salt, l.left = [32]byte{}, nil
}

// prefix is the first address of the neighbourhood: /24, /48.
func prefix(address netip.Addr) netip.Addr {
	address = address.Unmap().WithZone("")
	bits := 48
	if address.Is4() {
		bits = 24
	}
	p, err := address.Prefix(bits)
	if err != nil {
		return netip.Addr{}
	}
	return p.Addr()
}

// client is the address that a request comes from. X-Forwarded-For is believed
// as far as it was written by proxies that the operator names: read from its
// end, it is the first address that is none of theirs.
func client(r *http.Request, proxies []netip.Prefix) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	ours := func(a netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a.Unmap().WithZone("")) })
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && ours(address); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		address = hop
	}
	return address
}
