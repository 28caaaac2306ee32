package har

import (
	"fmt"
	"net/url"
	"strings"
)

// withoutFragment returns an address as HAR has it. A fragment is never sent.
func withoutFragment(address string) string {
	address, _, _ = strings.Cut(address, "#")
	return address
}

// encoded percent-encodes what RFC 3986 allows nowhere in an address, and leaves the rest as it is.
func encoded(address string) string {
	var b strings.Builder
	for i := range len(address) {
		c := address[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 || c == '%' && !isEscape(address[i:]) {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// isEscape reports whether a text begins with a percent-encoded byte.
func isEscape(text string) bool {
	_, err := url.PathUnescape(text[:min(3, len(text))])
	return err == nil
}

// query returns the parameters of an address, decoded and in their order, as the URL Standard reads
// them: https://url.spec.whatwg.org/#urlencoded-parsing. [url.ParseQuery] keeps no order, and refuses
// what browsers send.
func query(address string) []pair {
	all := []pair{}
	_, text, _ := strings.Cut(withoutFragment(address), "?")
	for parameter := range strings.SplitSeq(text, "&") {
		if parameter != "" {
			name, value, _ := strings.Cut(parameter, "=")
			all = append(all, pair{decoded(name), decoded(value)})
		}
	}
	return all
}

// decoded returns a part of a query without its percent-encoding, or as it is if that is broken.
func decoded(part string) string {
	if plain, err := url.QueryUnescape(part); err == nil {
		return plain
	}
	return part
}
