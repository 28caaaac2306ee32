package crawl

import (
	"net/url"
	"strings"
	"testing"
)

func TestNormalised(t *testing.T) {
	for _, test := range []struct{ name, href, want string }{
		{"relative", "more", "https://example.org/shop/more"},
		{"from the root", "/about?b=2&a=1", "https://example.org/about?b=2&a=1"},
		{"the query alone", "?page=2", "https://example.org/shop/list?page=2"},
		{"without a scheme", "//www.example.org/", "https://www.example.org/"},
		{"nothing", "", "https://example.org/shop/list?page=1"},
		{"a fragment", "#top", "https://example.org/shop/list?page=1"},
		{"space around it, and a line break in it", " /a\nb\t ", "https://example.org/ab"},
		{"dot segments", "../x/./y/../z", "https://example.org/x/z"},
		{"dot segments of an absolute address", "https://example.org/a/../../b", "https://example.org/b"},
		{"the scheme's own port", "http://example.org:80/", "http://example.org/"},
		{"another port", "https://example.org:8443/", "https://example.org:8443/"},
		{"the other scheme's port", "http://example.org:443/", "http://example.org:443/"},
		{"upper case", "HTTPS://EXAMPLE.org/Path", "https://example.org/Path"},
		{"credentials", "https://user:secret@example.org/", "https://example.org/"},
		{"no path", "https://example.org", "https://example.org/"},
		{"a final dot", "https://example.org./", "https://example.org/"},
		{"letters of a language", "https://bücher.example/é?é=1", "https://xn--bcher-kva.example/%C3%A9?%C3%A9=1"},
		{"an escape", "/caf%c3%a9%2Fx", "https://example.org/caf%c3%a9%2Fx"},
		{"an IPv6 address", "http://[::1]:8080/a", "http://[::1]:8080/a"},
		{"mail", "mailto:a@example.org", ""},
		{"a call", "tel:+33123456789", ""},
		{"a script", "javascript:void(0)", ""},
		{"a script in disguise", "java\nscript:void(0)", ""},
		{"data", "data:text/html,x", ""},
		{"another protocol", "ftp://example.org/", ""},
		{"no host", "https:///a", ""},
		{"no address", "https://exa mple.org/", ""},
		{"too long", "/" + strings.Repeat("a", longestAddress), ""},
		{"too long once resolved", "/" + strings.Repeat("a", longestAddress-10), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if u := normalised(address(t, "https://example.org/shop/list?page=1"), test.href); u != nil {
				got = u.String()
			}
			if got != test.want {
				t.Errorf("normalised(%q) = %q, want %q", test.href, got, test.want)
			}
		})
	}
}

// address reads an address that is right.
func address(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestKey(t *testing.T) {
	const page = "https://example.org/a~b?x=1&y=2"
	for _, test := range []struct {
		name, text string
		same       bool
	}{
		{"over HTTP", "http://example.org/a~b?x=1&y=2", true},
		{"with an escape that need not be", "https://example.org/a%7eb?x=%31&y=2", true},
		{"from a newsletter", "https://example.org/a~b?utm_source=news&x=1&y=2&utm_Campaign=b", true},
		{"from an advertisement", "https://example.org/a~b?x=1&gclid=abc&y=2&fbclid=d", true},
		{"with empty parameters", "https://example.org/a~b?&x=1&&y=2&", true},
		{"in another order", "https://example.org/a~b?y=2&x=1", false},
		{"with a final slash", "https://example.org/a~b/?x=1&y=2", false},
		{"on another host", "https://www.example.org/a~b?x=1&y=2", false},
		{"on another port", "https://example.org:8443/a~b?x=1&y=2", false},
		{"with another value", "https://example.org/a~b?x=1&y=3", false},
		{"with a parameter that only begins alike", "https://example.org/a~b?x=1&y=2&gclid2=1", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if same := key(normalised(nil, test.text)) == key(normalised(nil, page)); same != test.same {
				t.Errorf("%s is the same as %s: %v, want %v", test.text, page, same, test.same)
			}
		})
	}
}

func TestIsFile(t *testing.T) {
	for path, want := range map[string]bool{
		"/a.pdf": true, "/a.PDF?x=1": true, "/feed.xml": true, "/x/y.tar.gz": true, "/photo.JPeG": true,
		"/": false, "/a.html": false, "/a.php?file=b.pdf": false, "/pdf": false, "/v1.2/": false, "/node.js/": false, "/a.pdf/": false,
	} {
		if got := isFile(address(t, "https://example.org"+path)); got != want {
			t.Errorf("isFile(%s) = %v, want %v", path, got, want)
		}
	}
}

func TestIsAct(t *testing.T) {
	for path, want := range map[string]bool{
		"/logout": true, "/account/log-out/": true, "/user/signOut": true, "/Logout.aspx": true, "/wp-login.php?action=logout&_wpnonce=1": true,
		"/?add-to-cart=12": true, "/cart/add": true, "/cart/add/12": true, "/cart?add_to_cart=1": true, "/panier/ajouter?id=3": true,
		"/items/3/delete": true, "/items?do=delete&id=3": true, "/delete-my-account": true, "/deleteAccount": true, "/panier?remove_item=ab": true,
		"/newsletter/unsubscribe?u=1": true, "/d%C3%A9connexion": true, "/deconnexion": true, "/newsletter/désabonnement": true, "/ajouter-au-panier/3": true,
		"/abmelden": true, "/konto/löschen": true,
		"/": false, "/login": false, "/cart": false, "/blog/how-to-delete-cookies-in-firefox": false, "/blog/why-we-never-log-out-of-things": false,
		"/checkout": false, "/about?ref=logo": false, "/address": false, "/additions/cart": false, "/undelete": false, "/outlook/sign": false,
	} {
		if got := isAct(address(t, "https://example.org"+path)); got != want {
			t.Errorf("isAct(%s) = %v, want %v", path, got, want)
		}
	}
}

// FuzzAddress: whatever a link leads to, its address is a page's or none. Reading it again changes
// nothing, and so it is with what was said of it.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"/a/../b?x=1#y", "//www.example.org:443", "HTTP://EXAMPLE.ORG:80/%7Ea?utm_source=x&b", "https://bücher。example/é ü?é", "mailto:a@b", "?", "",
		"https://[::1%25eth0]:1/", "https://a:b@c/", "/%2e%2e/%2F", "https://例え。。/", "http://a。/", "/\x00", "http://xn--a/", "https://a:/", "/a;b,c'd(e)!*$", "a:b/c", "/?%zz=%",
	} {
		f.Add(seed)
	}
	base := address(f, "https://example.org/shop/list?page=1")
	f.Fuzz(func(t *testing.T, href string) {
		u := normalised(base, href)
		if u == nil {
			return
		}
		text := u.String()
		if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || strings.ContainsAny(text, "# \t\n") || len(text) > longestAddress {
			t.Errorf("%q led to %q", href, text)
		}
		again := normalised(nil, text)
		if again == nil || again.String() != text {
			t.Fatalf("%q led to %q, and that to %v", href, text, again)
		}
		clean := untracked(u)
		if key(again) != key(u) || key(clean) != key(u) || untracked(clean).String() != clean.String() {
			t.Errorf("%q has the key %q, then %q, and %q without what tracks", text, key(u), key(again), key(clean))
		}
		if isAct(again) != isAct(u) || isFile(again) != isFile(u) || !SameSite(u, again) {
			t.Errorf("%q is judged otherwise when it is read again", text)
		}
		if said := segments(u); len(said) == 0 || len(said) > levels {
			t.Errorf("%q has the segments %q", text, said)
		}
	})
}
