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
	// saltLife is how long a salt is used. Two hashes can be compared for that long.
	saltLife = time.Hour

	// maxPrefixes is how many neighbourhoods are remembered at most, which bounds the
	// memory. All that come after these share one allowance.
	maxPrefixes = 1 << 17
)

// A rate limits how often one neighbourhood of addresses, a /24 of IPv4 or a /48
// of IPv6, may come. It keeps no address. It has a hash of each neighbourhood, made with
// a salt, in memory. An hour after it has made the salt, it deletes the salt and all
// hashes.
type rate struct {
	perMinute int // 0 for no limit
	now       func() time.Time

	mutex sync.Mutex
	salt  [32]byte
	left  map[[16]byte]*allowance // nil if there is no salt
}

// An allowance is how often a neighbourhood may still come.
type allowance struct {
	left float64   // it grows with time
	at   time.Time // the time for which left is right
}

// allow reports whether an address may come once more, and counts that. All invalid
// addresses are one neighbourhood.
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
		key = [16]byte{} // a real hash has this value with odds of 2^-128
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

// forget deletes the salt and all hashes.
func (l *rate) forget() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.salt, l.left = [32]byte{}, nil
}

// prefix returns the first address of the neighbourhood of an address.
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

// client returns the address that a request comes from. If that is the address of one of
// the proxies, X-Forwarded-For has the client's. The header is read from its end, up to
// the first address that is not a proxy's. What is before that one may be forged.
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
