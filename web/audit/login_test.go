package audit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"charte/web/browser"
)

// loginOf reads a login from a text.
func loginOf(t testing.TB, text string) (login, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "cookies")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return readLogin(file)
}

func TestReadLogin(t *testing.T) {
	end := time.Unix(1900000000, 0)
	for _, row := range []struct {
		name, text string
		want       browser.Cookie
	}{
		{"as curl writes it", "# Netscape HTTP Cookie File\n\n.shop.example\tTRUE\t/\tTRUE\t1900000000\tsid\tabc\n", browser.Cookie{Name: "sid", Value: "abc", Domain: ".shop.example", Path: "/", Secure: true, Expires: end}},
		{"HttpOnly, for the session", "#HttpOnly_www.shop.example\tFALSE\t/a\tFALSE\t0\tsid\ta=b\n", browser.Cookie{Name: "sid", Value: "a=b", Domain: "www.shop.example", Path: "/a", HTTPOnly: true}},
		{"with Windows' line ends", "www.shop.example\tFALSE\t/\tFALSE\t0\tsid\tabc\r\n", browser.Cookie{Name: "sid", Value: "abc", Domain: "www.shop.example", Path: "/"}},
		{"a storage state", `{"cookies":[{"name":"sid","value":"abc","domain":".shop.example","path":"/","expires":1900000000.5,"httpOnly":true,"secure":true,"sameSite":"Lax"}],"origins":[]}`, browser.Cookie{Name: "sid", Value: "abc", Domain: ".shop.example", Path: "/", Secure: true, HTTPOnly: true, SameSite: "Lax", Expires: end}},
		{"a storage state without an end", `{"cookies":[{"name":"sid","value":"abc","domain":"shop.example","expires":-1}]}`, browser.Cookie{Name: "sid", Value: "abc", Domain: "shop.example", Path: "/"}},
		{"an extension's list", `[{"name":"sid","value":"abc","domain":"shop.example","path":"/","expirationDate":1900000000,"sameSite":"no_restriction"}]`, browser.Cookie{Name: "sid", Value: "abc", Domain: "shop.example", Path: "/", Expires: end}},
	} {
		t.Run(row.name, func(t *testing.T) {
			l, err := loginOf(t, row.text)
			if err != nil {
				t.Fatal(err)
			}
			if len(l.cookies) != 1 || l.cookies[0] != row.want {
				t.Errorf("read %+v, want %+v", l.cookies, row.want)
			}
		})
	}
	l, err := loginOf(t, `{"origins":[{"origin":"https://www.shop.example","localStorage":[{"name":"token","value":"abc"}]}]}`)
	if err != nil || l.storage["https://www.shop.example"]["token"] != "abc" {
		t.Errorf("a state with storage alone: %+v, %v", l.storage, err)
	}
}

func TestReadLoginRefuses(t *testing.T) {
	for _, row := range []struct{ name, text, says string }{
		{"nothing", "", "no cookie"},
		{"comments alone", "# Netscape HTTP Cookie File\n", "no cookie"},
		{"spaces for tabs", "shop.example FALSE / FALSE 0 sid abc", "line 1 has 1 fields"},
		{"an end that is no number", "\nshop.example\tFALSE\t/\tFALSE\tsoon\tsid\tabc", `line 2: "soon"`},
		{"no domain", `[{"name":"sid","value":"abc"}]`, "cookie 1 has no name or no domain"},
		{"broken JSON", `{"cookies":[`, "neither a storage state nor a list"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := loginOf(t, row.text); err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("the error is %v, want %q in it", err, row.says)
			}
		})
	}
	if _, err := readLogin(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there is no error")
	}
}

// FuzzLogin: whatever a file holds, it is read or refused, and each cookie that is read has a domain.
func FuzzLogin(f *testing.F) {
	f.Add("shop.example\tFALSE\t/\tFALSE\t0\tsid\tabc")
	f.Add(`{"cookies":[{"name":"sid","value":"abc","domain":"shop.example","expires":1e300}],"origins":[{"origin":"https://a","localStorage":[{}]}]}`)
	f.Add(`[null]`)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := loginIn([]byte(text))
		for _, c := range l.cookies {
			if err == nil && (c.Domain == "" || c.Path == "") {
				t.Errorf("cookie %+v could not be set", c)
			}
		}
	})
}
