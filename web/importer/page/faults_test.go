package page

import (
	"strings"
	"testing"
)

// TestCheck: only addresses of pages are opened.
func TestCheck(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://example.org":        true,
		"http://127.0.0.1:8080/a?b=": true,
		"example.org":                false,
		"/page":                      false,
		"file:///etc/passwd":         false,
		"javascript:alert(1)":        false,
		"chrome://version":           false,
		"https://":                   false,
		"http://[::1":                false,
		"":                           false,
	} {
		err := check(address)
		if (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
		if err != nil && !strings.Contains(err.Error(), "http://") {
			t.Errorf("%q: the error does not say what to do: %v", address, err)
		}
	}
}

// TestFailure: each way of not opening has a sentence of its own, with the host where it helps.
func TestFailure(t *testing.T) {
	for code, want := range map[string]string{
		"net::ERR_NAME_NOT_RESOLVED":          "The host shop.example is not known.",
		"net::ERR_CERT_AUTHORITY_INVALID":     "The certificate or the encryption of shop.example is not valid (net::ERR_CERT_AUTHORITY_INVALID).",
		"net::ERR_CONNECTION_REFUSED":         "Nobody answers at shop.example.",
		"net::ERR_EMPTY_RESPONSE":             "shop.example took the request and sent no page.",
		"net::ERR_CONNECTION_ABORTED":         "shop.example took the request and sent no page.",
		"net::ERR_ABORTED":                    "The address is a file to save, or the answer was empty: it is not a page.",
		"net::ERR_TOO_MANY_REDIRECTS":         "The address leads in a circle of redirects.",
		"net::ERR_CONNECTION_TIMED_OUT":       "shop.example did not answer in time.",
		"net::ERR_INTERNET_DISCONNECTED":      "There is no network to open shop.example with.",
		"net::ERR_HTTP_RESPONSE_CODE_FAILURE": "shop.example answered with an error and without a page.",
		"net::ERR_BLOCKED_BY_CLIENT":          "The page cannot be opened (net::ERR_BLOCKED_BY_CLIENT).",
	} {
		if got := failure(code, "https://shop.example:8443/a").Error(); got != want {
			t.Errorf("%s\n got %s\nwant %s", code, got, want)
		}
	}
}
