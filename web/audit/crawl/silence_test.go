package crawl

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestPlainly: what keeps a server from answering is said in plain words.
func TestPlainly(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	secret := httptest.NewTLSServer(http.NotFoundHandler())
	defer secret.Close()
	release := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer silent.Close()
	defer close(release)
	for _, row := range []struct{ name, address, says string }{
		{"unknown", "http://nobody.invalid/", "the host nobody.invalid is not known"},
		{"closed", closed.URL, "nobody answers there"},
		{"certificate", secret.URL, "its certificate is not valid (x509: "},
		{"silent", silent.URL, "it did not answer in time"},
	} {
		t.Run(row.name, func(t *testing.T) {
			asks := &http.Client{Timeout: 10 * time.Second}
			if row.name == "silent" {
				asks.Timeout = 100 * time.Millisecond
			}
			_, err := asks.Get(row.address)
			if err == nil || !strings.Contains(plainly(err), row.says) {
				t.Errorf("%v is said as %q, want %q", err, plainly(err), row.says)
			}
		})
	}
	if got := plainly(errors.New("status 503")); got != "status 503" {
		t.Errorf("another error is said as %q", got)
	}
}
