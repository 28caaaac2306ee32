package audit

import (
	"strings"
	"testing"

	"charte/web/audit/record"
)

func TestResolved(t *testing.T) {
	resolve, err := record.Resolved([]string{"www.shop.example=127.0.0.1:8443", "cdn.example=10.0.0.1", "*=[::1]:8443", "six.example=[::1]"})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		"www.shop.example:443": "127.0.0.1:8443",
		"cdn.example:443":      "10.0.0.1:443",
		"six.example:443":      "[::1]:443",
		"other.example:80":     "[::1]:8443",
	} {
		if got := instead(resolve, address); got != want {
			t.Errorf("%s is looked for at %s, want %s", address, got, want)
		}
	}
	if got := instead(nil, "www.shop.example:443"); got != "www.shop.example:443" {
		t.Errorf("without -resolve, the host is looked for at %s", got)
	}
	for _, wrong := range []string{"", "shop.example", "=127.0.0.1", "shop.example=", "a=b, MAP * c"} {
		if _, err := record.Resolved([]string{wrong}); err == nil || !strings.Contains(err.Error(), "HOST=ADDRESS") {
			t.Errorf("-resolve %q: %v", wrong, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	if _, err := addresses([]string{"https://shop.example", "http://127.0.0.1:8080/a"}); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"shop.example", "ftp://shop.example", "https://", "file:///etc/passwd", "https://%zz"} {
		if _, err := addresses([]string{wrong}); err == nil || !strings.Contains(err.Error(), "https://example.org") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if _, err := addresses(nil); err == nil {
		t.Error("no address is no error")
	}
}
