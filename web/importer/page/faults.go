package page

import (
	"fmt"
	"net/url"
	"strings"
)

// faultf is an error that is a sentence for the site's owner.
func faultf(format string, args ...any) error { return fmt.Errorf(format, args...) }

// failure says in a sentence why a page did not open. code is Chromium's, such as
// "net::ERR_NAME_NOT_RESOLVED": https://chromium.googlesource.com/chromium/src/+/main/net/base/net_error_list.h.
func failure(code, address string) error {
	host := address
	if at, err := url.Parse(address); err == nil {
		host = at.Hostname()
	}
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(code, part) {
				return true
			}
		}
		return false
	}
	switch {
	case has("NAME_NOT_RESOLVED", "NAME_RESOLUTION_FAILED"):
		return faultf("The host %s is not known.", host)
	case has("ERR_CERT", "ERR_SSL", "BAD_SSL"):
		return faultf("The certificate or the encryption of %s is not valid (%s).", host, code)
	case has("CONNECTION_REFUSED", "ADDRESS_UNREACHABLE", "ADDRESS_INVALID"):
		return faultf("Nobody answers at %s.", host)
	case has("EMPTY_RESPONSE", "CONNECTION_RESET", "CONNECTION_CLOSED", "CONNECTION_ABORTED"):
		return faultf("%s took the request and sent no page.", host)
	case has("ABORTED"):
		return faultf("The address is a file to save, or the answer was empty: it is not a page.")
	case has("TOO_MANY_REDIRECTS"):
		return faultf("The address leads in a circle of redirects.")
	case has("TIMED_OUT"):
		return faultf("%s did not answer in time.", host)
	case has("INTERNET_DISCONNECTED", "NETWORK_CHANGED"):
		return faultf("There is no network to open %s with.", host)
	case has("HTTP_RESPONSE_CODE_FAILURE"):
		return faultf("%s answered with an error and without a page.", host)
	}
	return faultf("The page cannot be opened (%s).", code)
}

// notHTML is for what is no page, by its type: "application/pdf".
func notHTML(kind string) error {
	return faultf("The address is not a page: what is there has the type %s, and not text/html.", kind)
}
