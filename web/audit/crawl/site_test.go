package crawl

import "testing"

func TestSameSite(t *testing.T) {
	for _, test := range []struct {
		name, a, b string
		want       bool
	}{
		{"the same host", "https://example.org/a", "https://example.org/b", true},
		{"another host of the domain", "https://www.example.org/", "https://shop.example.org/", true},
		{"another scheme and port", "http://example.org:8080/", "wss://example.org/", true},
		{"upper case and a final dot", "https://EXAMPLE.org./", "https://example.org/", true},
		{"in its own letters and in ASCII", "https://www.bücher.example/", "https://xn--bcher-kva.example/", true},
		{"another domain", "https://example.org/", "https://example.com/", false},
		{"a domain that ends alike", "https://example.org/", "https://badexample.org/", false},
		{"a suffix of two labels", "https://a.co.uk/", "https://b.co.uk/", false},
		{"below a suffix of two labels", "https://a.b.co.uk/", "https://b.co.uk/", true},
		{"two owners of one platform", "https://a.github.io/", "https://b.github.io/", false},
		{"a suffix itself", "https://github.io/", "https://a.github.io/", false},
		{"an IP address", "http://127.0.0.1:8080/", "http://127.0.0.1:8080/a", true},
		{"an IP address and another port", "http://127.0.0.1:8080/", "http://127.0.0.1:8081/", false},
		{"two IP addresses that end alike", "http://10.0.0.1/", "http://11.0.0.1/", false},
		{"an IPv6 address", "http://[::1]/", "ws://[::1]:80/", true},
		{"localhost", "http://localhost:1/", "http://localhost:1/", true},
		{"localhost and another port", "http://localhost:1/", "http://localhost:2/", false},
		{"localhost by name and by number", "http://localhost:1/", "http://127.0.0.1:1/", false},
		{"a name with an underscore", "https://my_shop.example.org/", "https://example.org/", true},
		{"no host", "data:text/html,x", "data:text/html,x", false},
		{"a host and none", "https://example.org/", "about:blank", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := address(t, test.a), address(t, test.b)
			if got := SameSite(a, b); got != test.want {
				t.Errorf("SameSite(%s, %s) = %v, want %v", test.a, test.b, got, test.want)
			}
			if SameSite(a, b) != SameSite(b, a) {
				t.Error("the other way round it is otherwise")
			}
		})
	}
}
