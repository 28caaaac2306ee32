package offers

import (
	"slices"
	"testing"

	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

func named(all []desk.Known) []string {
	var names []string
	for _, k := range all {
		names = append(names, k.ID)
	}
	return names
}

func TestSearch(t *testing.T) {
	entries, err := source.Services()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, query string
		first       []string
		others      []string // somewhere behind
		not         []string
	}{
		{"nothing asked: all, by kind and name", "", []string{"eulerian", "matomo"}, []string{"youtube", "google-ads"}, nil},
		{"the beginning of a name before a provider", "google", []string{"google-analytics", "google-tag-manager", "google-forms", "google-maps"}, []string{"youtube", "recaptcha"}, []string{"matomo"}},
		{"without accents", "VIDEOS", []string{"canal-u", "dailymotion"}, []string{"vimeo", "youtube"}, []string{"matomo"}},
		{"a host", "player.vimeo.com", []string{"vimeo"}, nil, []string{"youtube"}},
		{"nobody", "zzz", nil, nil, []string{"vimeo"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := named(Search([]byte(head), test.query, "fr"))
			if len(found) < len(test.first) || !slices.Equal(found[:len(test.first)], test.first) {
				t.Errorf("found %v, want first %v", found, test.first)
			}
			for _, id := range test.others {
				if !slices.Contains(found, id) {
					t.Errorf("found %v, without %s", found, id)
				}
			}
			for _, id := range test.not {
				if slices.Contains(found, id) {
					t.Errorf("found %v, with %s", found, id)
				}
			}
			if test.query == "" && len(found) != len(entries) {
				t.Errorf("found %d of %d", len(found), len(entries))
			}
		})
	}
}

// TestSearchTells: what is known of a service comes with it, in the language that was asked for.
func TestSearchTells(t *testing.T) {
	find := func(text, id, language string) desk.Known {
		t.Helper()
		for _, k := range Search([]byte(text), id, language) {
			if k.ID == id {
				return k
			}
		}
		t.Fatalf("%s is not found", id)
		return desk.Known{}
	}
	k := find(head, "youtube", "fr")
	if k.Name != "YouTube" || k.Kind != "embed" || k.Provider != "Google" || k.Country != "US" || k.Category != "third-party" || k.Declared || k.Cookies < 5 || k.Tag == "" || k.Remarks == "" ||
		!slices.Equal(k.Hosts, []string{"www.youtube-nocookie.com"}) || len(k.Unknown) == 0 {
		t.Errorf("YouTube is %+v", k)
	}
	if want := "Lire des vidéos"; len(k.Purpose) < len(want) || k.Purpose[:len(want)] != want {
		t.Errorf("the purpose in French is %q", k.Purpose)
	}
	if english, german := find(head, "youtube", "en").Purpose, find(head, "youtube", "de").Purpose; english != german || english == k.Purpose {
		t.Errorf("the purpose is %q in English, and %q in German", english, german)
	}
	if p := k.Parameters; len(p) != 1 || p[0].ID != "video" || p[0].Needed || p[0].Example == "" {
		t.Errorf("the parameters are %+v", p)
	}
	m := find(unfinished, "matomo", "en")
	if !m.Declared || len(m.Settings) == 0 || m.Settings[0].Text == "" || !slices.ContainsFunc(m.Parameters, func(p desk.Parameter) bool { return p.ID == "host" && p.Needed }) {
		t.Errorf("Matomo is %+v", m)
	}
	if k := find("a: [", "matomo", "en"); k.Declared {
		t.Error("what is no YAML declares Matomo")
	}
}
