package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"

	"charte/banner/consent"
	"charte/web/hosts/browser"
)

func TestMain(m *testing.M) { browser.Main(m) }

// TestVectors holds the loader's reading of the cookie to the vectors that Go
// is held to (banner/consent/consent_test.go), in every browser.
func TestVectors(t *testing.T) {
	data, err := os.ReadFile("../banner/consent/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Policy consent.Policy
		Read   []struct {
			Name, Cookies, Today string
			Want                 *struct {
				On      string
				Granted []string
			}
		}
		Allows []struct {
			Name   string
			Yes    *string
			Allows map[string]bool
		}
	}
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	site, err := constantsModule(policyData(vectors.Policy))
	if err != nil {
		t.Fatal(err)
	}
	script, err := bundleModule("consent.js", nil, map[string]string{"charte:site": site})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/consent.js" {
			w.Header().Set("Content-Type", "text/javascript")
			w.Write(script)
		}
	}))
	defer server.Close()

	for _, name := range browser.Engines() {
		t.Run(string(name), func(t *testing.T) {
			page := browser.NewTestPage(t, name)
			if err := page.Open(server.URL); err != nil {
				t.Fatal(err)
			}
			for _, test := range vectors.Read {
				var got *struct {
					On      string
					Granted []string
				}
				err := page.Eval(`const m = await import("/consent.js");
					const d = m.read(arguments[0], Date.parse(arguments[1]) / 864e5);
					return d ? {on: d.on, granted: m.ids(d, true)} : null`, &got, test.Cookies, test.Today)
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case (got == nil) != (test.Want == nil):
					t.Errorf("%s: got %+v, want %+v", test.Name, got, test.Want)
				case got != nil && (got.On != test.Want.On || !slices.Equal(got.Granted, test.Want.Granted)):
					t.Errorf("%s: got %+v, want %+v", test.Name, *got, *test.Want)
				}
			}
			for _, test := range vectors.Allows {
				ids := []string{}
				for id := range test.Allows {
					ids = append(ids, id)
				}
				var got []bool
				err := page.Eval(`const m = await import("/consent.js");
					const d = arguments[0] === null ? undefined : m.decode("v=1&on=2026-11-23&rev=k3f9a1&yes=" + arguments[0], 20780);
					return arguments[1].map(id => m.allows(d, id))`, &got, test.Yes, ids)
				if err != nil {
					t.Fatal(err)
				}
				for i, id := range ids {
					if got[i] != test.Allows[id] {
						t.Errorf("%s: allows(%q) = %v, want %v", test.Name, id, got[i], test.Allows[id])
					}
				}
			}
			// The two answers of the notice are those that Go composes.
			for _, all := range []bool{true, false} {
				want := vectors.Policy.RefuseAll(20780).Value()
				if all {
					want = vectors.Policy.AcceptAll(20780).Value()
				}
				var got string
				if err := page.Eval(`return (await import("/consent.js")).answerValue(arguments[0], 20780)`, &got, all); err != nil {
					t.Fatal(err)
				}
				if got != want {
					t.Errorf("answerValue(%v) = %q, want %q", all, got, want)
				}
			}
		})
	}
}
