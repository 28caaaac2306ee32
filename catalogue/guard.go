package catalogue

import "strings"

// A Guard says what happens to what no tag marks as waiting for consent: cookies and
// storage that the catalogue does not declare or the answer refuses, and requests to
// hosts of refused services.
type Guard string

// The guards. The zero Guard is off: visitors download nothing of it.
const (
	GuardReport  Guard = "report"  // it is made visible
	GuardEnforce Guard = "enforce" // it is not done
)

// Guards returns all guards, except the one that is off.
func Guards() []Guard { return []Guard{GuardReport, GuardEnforce} }

// A Host is one that pages load from, or send to.
type Host struct {
	// Host is a host name, such as "www.youtube-nocookie.com". "*.youtube.com" stands for
	// all below youtube.com, without youtube.com itself.
	Host string

	// Kind is what is loaded from the host, or sent to it.
	Kind HostKind
}

// A HostKind is what is loaded from a host, or sent to it.
type HostKind string

// HostKinds returns all kinds. A "pixel" is an image that only counts visitors, and
// "connect" is what scripts fetch or send.
func HostKinds() []HostKind {
	return []HostKind{"script", "frame", "style", "image", "pixel", "connect", "font", "media"}
}

// Covers reports whether a host, in lower case, is this one or one that it stands for.
func (h Host) Covers(host string) bool {
	if parent, ok := strings.CutPrefix(h.Host, "*."); ok {
		return strings.HasSuffix(host, "."+parent)
	}
	return host == h.Host
}
