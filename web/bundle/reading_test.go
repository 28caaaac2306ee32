package bundle

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/web/browser/browsertest"
)

// fuzzing is how long cookies are compared: a minute in CI, two seconds elsewhere.
func fuzzing() time.Duration {
	if os.Getenv("CI") == "true" {
		return time.Minute
	}
	return 2 * time.Second
}

// TestSameReading: the loader and Go read the same answer out of the same cookies,
// which are made at random.
func TestSameReading(t *testing.T) {
	data, err := os.ReadFile("../../banner/consent/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Policy consent.Policy
		Read   []struct{ Cookies string }
	}
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	policy := vectors.Policy
	site := serveConsent(t, policy)

	today := consent.DayOf(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	parts := []string{
		";", "; ", " ", "=", "&", "+", ".", "cookies_preferences", "cookies_preferences=", "x=1; ", "v=1", "v=1&on=2026-11-23&rev=k3f9a1", "&on=2026-11-23", "&on=2026-11-24", "&on=2026-11-25", "&on=2026-05-25", "&on=2026-05-24",
		"2026-02-30", "&rev=k3f9a1", "&rev=", "&yes=", "&no=", "&no=statistics", "statistics", "third-party", "first-party", "third-party.youtube", "third-party.ads", "statistics.analytics", "necessary", "__proto__",
		"\t", "\n", "\r", "\x00", "\u2028", "\u2029", "\ufeff", "\u00a0", "é", "𝒳", "%3D", "\"", "\\", "K", "ſ", "٢",
	}
	type answer struct {
		On      string   `json:"on"`
		Granted []string `json:"granted"`
		Refused []string `json:"refused"`
	}
	for _, name := range browsertest.Engines() {
		t.Run(string(name), func(t *testing.T) {
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			one := func(list []string) string { return list[random.IntN(len(list))] }
			value := func() string { // like a value that the program writes, and often one
				var yes []string
				for _, token := range []string{"first-party", "statistics", "statistics.analytics", "third-party", "third-party.ads", "third-party.youtube"} {
					if random.IntN(3) == 0 {
						yes = append(yes, token)
					}
				}
				value := "v=1&on=" + (today - consent.Day(random.IntN(188)) + 3).String() + "&rev=" + one([]string{policy.Revision, policy.Revision, policy.Revision, "aaaaaa"})
				if len(yes) > 0 || random.IntN(4) == 0 {
					value += "&yes=" + strings.Join(yes, "+")
				}
				if random.IntN(3) == 0 {
					value += "&no=" + one([]string{"statistics", "statistics", "statistics.matomo", "necessary", ""})
				}
				return value
			}
			cookies := func() string {
				var b strings.Builder
				if random.IntN(3) == 0 {
					b.WriteString(vectors.Read[random.IntN(len(vectors.Read))].Cookies)
				} else {
					for range 1 + random.IntN(3) {
						b.WriteString(one([]string{"", "; ", ";", "; a=b; "}) + "cookies_preferences=" + value())
					}
				}
				s := b.String()
				for range random.IntN(4) { // then up to three changes damage it
					runes := []rune(s)
					at := random.IntN(len(runes) + 1)
					switch random.IntN(3) {
					case 0:
						s = string(runes[:at]) + one(parts) + string(runes[at:])
					case 1:
						s = string(runes[:at]) + string(runes[min(at+1+random.IntN(4), len(runes)):])
					case 2:
						s = string(runes[:at])
					}
				}
				return s
			}
			page := browsertest.NewPage(t, name)
			if err := page.Open(site); err != nil {
				t.Fatal(err)
			}
			compared, answered := 0, 0
			for end := time.Now().Add(fuzzing() / time.Duration(len(browsertest.Engines()))); !t.Failed() && (compared == 0 || time.Now().Before(end)); {
				batch := make([]string, 500)
				for i := range batch {
					batch[i] = cookies()
				}
				var got []answer
				err := page.Eval(`const m = await import("/consent.js");
					return arguments[0].map(cookies => { const d = m.read(cookies, arguments[1]); return {on: d?.on ?? "", granted: m.ids(d, true), refused: m.ids(d, false)} })`, &got, batch, int(today))
				if err != nil {
					t.Fatal(err)
				}
				for i, said := range got {
					read := policy.Read(batch[i], today)
					want := answer{Granted: policy.Granted(read), Refused: policy.Refused(read)} // compared without an answer, too
					if read.Answered {
						want.On = read.On.String()
						answered++
					}
					if describe(said) != describe(want) {
						t.Errorf("%q: the loader reads %s, Go %s", batch[i], describe(said), describe(want))
					}
				}
				compared += len(batch)
			}
			if answered == 0 || answered == compared {
				t.Errorf("%d of %d cookies are answers; the test needs both answers and others", answered, compared)
			}
			t.Logf("%d compared, %d of them answers", compared, answered)
		})
	}
}

func describe(answer any) string { data, _ := json.Marshal(answer); return string(data) }
