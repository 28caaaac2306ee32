package bundle

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/web/browser/browsertest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// valued returns a cookie's value with the vectors' day and revision and this end. It is nil
// if end is.
func valued(end *string) *string {
	if end == nil {
		return nil
	}
	value := "v=1&on=2026-11-23&rev=k3f9a1" + *end
	return &value
}

// quoted quotes a text for a message. nil is "none".
func quoted(text *string) string {
	if text == nil {
		return "none"
	}
	return strconv.Quote(*text)
}

// serveConsent returns the address of a site whose /consent.js is the loader's reading of the cookie
// under a policy.
func serveConsent(t *testing.T, policy consent.Policy) string {
	t.Helper()
	script, err := bundleModule("consent.js", nil, nil, policyData(policy))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/consent.js" {
			w.Header().Set("Content-Type", "text/javascript")
			w.Write(script)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestVectors holds the loader's reading of the cookie to the same vectors as Go's
// (banner/consent/consent_test.go), in every browser.
func TestVectors(t *testing.T) {
	data, err := os.ReadFile("../../banner/consent/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Policy consent.Policy
		Read   []struct {
			Name, Cookies, Today string
			Want                 *struct {
				On               string
				Granted, Refused []string
			}
			Objected []string
		}
		Allows []struct {
			Name   string
			Yes    *string
			Allows map[string]bool
		}
		Set []struct {
			Name         string
			Before, Want *string
			Choices      map[string]bool
		}
	}
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	site := serveConsent(t, vectors.Policy)

	for _, name := range browsertest.Engines() {
		t.Run(string(name), func(t *testing.T) {
			page := browsertest.NewPage(t, name)
			if err := page.Open(site); err != nil {
				t.Fatal(err)
			}
			for _, test := range vectors.Read {
				var got struct {
					On               *string
					Granted, Refused []string
				}
				began := time.Now()
				err := page.Eval(`const m = await import("/consent.js");
					const d = m.read(arguments[0], Date.parse(arguments[1]) / 864e5);
					return {on: d?.on ?? null, granted: m.ids(d, true), refused: m.ids(d, false)}`, &got, test.Cookies, test.Today)
				if err != nil {
					t.Fatal(err)
				}
				switch want := test.Want; {
				case (got.On == nil) != (want == nil):
					t.Errorf("%s: got %+v, want %+v", test.Name, got, want)
				case want == nil && test.Objected != nil:
					objects := slices.Contains(test.Objected, "matomo")
					if slices.Contains(got.Refused, "matomo") != objects {
						t.Errorf("%s: without an answer %q are refused, though %q are objected to", test.Name, got.Refused, test.Objected)
					}
					var next []string
					err := page.Eval(`const m = await import("/consent.js");
						return [m.answerValue(true, 20780), m.answerValue(false, 20780), m.changedValue({youtube: true}, 20780)]`, &next)
					if err != nil {
						t.Fatal(err)
					}
					for _, value := range next {
						if strings.HasSuffix(value, "&no=statistics") != objects {
							t.Errorf("%s: the next answer is %q, though %q are objected to", test.Name, value, test.Objected)
						}
					}
				case want == nil:
				case *got.On != want.On || !slices.Equal(got.Granted, want.Granted), want.Refused != nil && !slices.Equal(got.Refused, want.Refused):
					t.Errorf("%s: got %+v, want %+v", test.Name, got, *want)
				}
				// Another site on the domain can set any cookie. It must not be able to make reading slow.
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("%s: reading took %v, 3s at most", test.Name, took)
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
			for _, test := range vectors.Set {
				var got *string
				err := page.Eval(`const m = await import("/consent.js");
					m.read("", 20780); // nothing is objected to
					const before = arguments[1] === null ? undefined : m.decode(arguments[1], 20780);
					return m.changedValue(arguments[0], 20780, before) ?? null`, &got, test.Choices, valued(test.Before))
				if err != nil {
					t.Fatal(err)
				}
				if want := valued(test.Want); !reflect.DeepEqual(got, want) {
					t.Errorf("%s: got %s, want %s", test.Name, quoted(got), quoted(want))
				}
			}
			// The loader composes the notice's two answers as Go does.
			objected, _ := vectors.Policy.Set(consent.Decision{}, map[string]bool{"matomo": false}, 20780)
			for _, before := range []consent.Decision{{}, objected} {
				for _, all := range []bool{true, false} {
					want := vectors.Policy.RefuseAll(20780)
					if all {
						want = vectors.Policy.AcceptAll(20780)
					}
					var got string
					err := page.Eval(`const m = await import("/consent.js");
						return m.answerValue(arguments[0], 20780, m.decode(arguments[1], 20780))`, &got, all, before.Value())
					if err != nil {
						t.Fatal(err)
					}
					if want = want.Keeping(before); got != want.Value() {
						t.Errorf("answerValue(%v) after %q = %q, want %q", all, before.Value(), got, want.Value())
					}
				}
			}
		})
	}
}
