package draft

import (
	"testing"

	"charte/catalogue/source"
)

// TestRank: a service is found by what people know of it, and the surer sign has the lower rank.
func TestRank(t *testing.T) {
	const none = -1
	for _, test := range []struct {
		name, service, query string
		want                 int
	}{
		{"nothing asked", "youtube", " ", 0},
		{"the beginning of the name", "youtube", "you", 0},
		{"capitals", "youtube", "YOUT", 0},
		{"an id", "google-analytics", "google-an", 0},
		{"two words that begin the name", "google-analytics", "google  an", 0},
		{"a later word of the name", "google-analytics", "analy", 1},
		{"a name in French with its accent", "youtube", "vidéos", 1},
		{"a name in French without it", "youtube", "videos", 1},
		{"a part of the name", "youtube", "tube", 2},
		{"a host", "youtube", "nocookie.com", 3},
		{"a cookie", "youtube", "ysc", 3},
		{"a provider", "youtube", "google", 3},
		{"a purpose in French", "youtube", "quitter", 4},
		{"a purpose in English", "youtube", "leaving", 4},
		{"a kind in French", "youtube", "intégré", 5},
		{"a kind in English", "youtube", "embed", 5},
		{"each word somewhere", "youtube", "google videos", 3},
		{"a purpose before a host", "youtube", "leaving google", 4},
		{"one word nowhere", "youtube", "google matomo", none},
		{"a letter for two", "youtube", "œ", none},
		{"what nobody says", "youtube", "zzz", none},
	} {
		t.Run(test.name, func(t *testing.T) {
			entry, err := source.Service(test.service)
			if err != nil {
				t.Fatal(err)
			}
			rank, found := Rank(entry, test.query)
			if !found {
				rank = none
			}
			if rank != test.want {
				t.Errorf("%q is found in %s with %d, want %d", test.query, test.service, rank, test.want)
			}
		})
	}
}

func TestFold(t *testing.T) {
	for text, want := range map[string]string{"Médiathèque": "mediatheque", "ÇA": "ca", "Œuvre": "oeuvre", "Straße": "strasse", "l’été": "l'ete", "ﬁ": "ﬁ"} {
		if got := fold(text); got != want {
			t.Errorf("fold(%q) = %q, want %q", text, got, want)
		}
	}
}
