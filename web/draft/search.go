package draft

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"charte/catalogue"
	"charte/catalogue/services"
)

// kindWords are what people call the kinds of services, in French and English, as [fold] writes them.
var kindWords = map[services.Kind][]string{
	"exempt":      {"exempt", "exemptee", "audience", "statistics", "statistiques"},
	"statistics":  {"analytics", "audience", "statistics", "statistiques"},
	"embed":       {"embed", "embedded", "integre", "media"},
	"support":     {"support", "chat", "assistance"},
	"third-party": {"third-party", "tiers"},
	"ads":         {"ads", "advertising", "marketing", "publicite"},
}

// Rank reports whether a known service has each word of a query in its names, its kind, its purpose,
// its hosts or its cookies. Case and accents do not count. The rank is 0 where a name begins with the
// query, and higher where the words were found in what says less of a service. An empty query finds all.
func Rank(e *services.Entry, query string) (rank int, found bool) {
	query = strings.Join(strings.Fields(fold(query)), " ")
	newest := e.Newest()
	names := []string{fold(e.Name), fold(string(e.ID))}
	if slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, query) }) {
		return 0, true
	}
	facts := []string{fold(e.Provider.Name)}
	for _, host := range newest.Service.Hosts {
		facts = append(facts, fold(host.Host))
	}
	for _, cookie := range newest.Service.Cookies {
		facts = append(facts, fold(cookie.Name))
	}
	var texts []string
	for _, language := range []catalogue.Language{"fr", "en"} {
		names = append(names, fold(newest.Service.Name[language]))
		texts = append(texts, fold(newest.Service.Purpose[language]))
	}
	for _, word := range strings.Fields(query) {
		contains := func(text string) bool { return strings.Contains(text, word) }
		begins := func(text string) bool { return strings.HasPrefix(text, word) }
		switch {
		case slices.ContainsFunc(names, func(name string) bool { return slices.ContainsFunc(strings.FieldsFunc(name, between), begins) }):
			rank = max(rank, 1)
		case slices.ContainsFunc(names, contains):
			rank = max(rank, 2)
		case slices.ContainsFunc(facts, contains):
			rank = max(rank, 3)
		case slices.ContainsFunc(texts, contains):
			rank = max(rank, 4)
		case slices.ContainsFunc(kindWords[e.Kind], begins):
			rank = max(rank, 5)
		default:
			return 0, false
		}
	}
	return rank, true
}

// between reports whether a character stands between words.
func between(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// ligatures are letters that stand for two, which Unicode does not take apart.
var ligatures = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "’", "'")

// fold writes a text in small letters without accents.
func fold(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
	return ligatures.Replace(text)
}
