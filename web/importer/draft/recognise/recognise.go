// Package recognise says which known service a service of another banner's configuration is.
package recognise

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/web/importer/plan"
)

// also are names under which people know services beside those of the library, without spaces and
// signs, by the library's own. Among them are keys of tarteaucitron, since some have chosen their names
// after it.
var also = map[catalogue.ID][]string{
	"ab-tasty":           {"abtasty"},
	"adobe-analytics":    {"adobeanalytics", "adobelaunch", "adobeworkspace"},
	"addtoany":           {"addtoanyfeed", "addtoanyshare", "a2a"},
	"brevo":              {"sendinblue", "brevotracker"},
	"calameo":            {"calameolibrary"},
	"canal-u":            {"canalu"},
	"crisp":              {"crispchat"},
	"contentsquare":      {"contentsquareanalytics"},
	"etracker":           {"etrackeranalytics"},
	"eulerian":           {"euleriananalytics"},
	"facebook-embed":     {"facebook", "facebookpost", "facebookcomment", "facebooklikebox", "facebookembed", "facebookplugins"},
	"firebase":           {"firebaseanalytics"},
	"google-ads":         {"googleads", "gads", "googleadwords", "adwords", "adwordsremarketing", "googleadwordsconversion", "googleadwordsremarketing", "googleadsconversion", "gtaggoogleads"},
	"google-analytics":   {"ga", "ga4", "gtag", "gtag.js", "gtagjs", "multiplegtag", "googleanalytics", "googleanalytics4", "analyticsgoogle", "googletag", "gajs"},
	"google-forms":       {"googleforms", "googleform", "gforms"},
	"google-maps":        {"googlemaps", "gmaps", "googlemap", "mapsnoapi", "googlemapssearch", "googlemapsembed"},
	"google-tag-manager": {"gtm", "googletagmanager", "multiplegoogletagmanager", "tagmanager"},
	"hotjar":             {"hj"},
	"ign-geoportail":     {"geoportail"},
	"intercom":           {"intercomchat"},
	"wysistat":           {"wysistathightrack"},
	"linkedin-insight":   {"linkedininsighttag", "linkedininsight", "linkedinads"},
	"linkedin-embed":     {"linkedin"},
	"matomo":             {"piwik", "matomoanalytics", "matomocloud", "matomotm", "matomohightrack", "piwikmatomo", "matomopiwik"},
	"meta-pixel":         {"facebookpixel", "fbpixel", "metapixel", "pixelfacebook", "pixelmeta", "fbq"},
	"microsoft-ads":      {"bingads", "microsoftads", "microsoftadvertising", "uet", "microsoftuet"},
	"microsoft-clarity":  {"clarity"},
	"openstreetmap":      {"osm", "openstreetmaps"},
	"piano-analytics":    {"atinternet", "atinternethightrack", "pianoanalytics"},
	"piwik-pro":          {"piwikpro", "piwikproanalyticssuite"},
	"plausible":          {"plausibleanalytics", "plausibleio"},
	"recaptcha":          {"googlerecaptcha", "recaptchav2", "recaptchav3", "grecaptcha"},
	"sentry":             {"sentryio"},
	"spotify":            {"spotifyembed"},
	"tawk":               {"tawkto"},
	"umami":              {"umamianalytics"},
	"tiktok-embed":       {"tiktokvideo"},
	"tiktok-pixel":       {"tiktokads"},
	"twitch":             {"twitchtv"},
	"umap":               {"openstreetmapumap"},
	"x-embed":            {"twitter", "twitterembed", "twittertimeline", "x", "twitterwidgets", "twitterwidgetsapi", "xtwitter", "twitterx"},
	"youtube":            {"yt", "youtubeembed", "youtubeplaylist", "youtubeapi", "youtubevideo", "youtubevideos", "youtubenocookie"},
	"vimeo":              {"vimeovideo", "vimeoplayer"},
	"zendesk":            {"zopim", "zendeskchat"},
}

// former are cookies that earlier versions of a service set, and that configurations still name.
// No edition has them. Google: https://support.google.com/analytics/answer/11397207, of Universal
// Analytics.
var former = map[catalogue.ID][]string{
	"google-analytics": {"_gid", "_gat*", "_gac_*", "__utm*", "_dc_gtm_*"},
	"hotjar":           {"_hjid", "_hjAbsoluteSessionInProgress", "_hjFirstSeen", "_hjIncludedInSessionSample*", "_hjIncludedInPageviewSample", "_hjTLDTest"},
	"piano-analytics":  {"atuserid", "atauthority", "atidvisitor", "idrxvr", "xtvrn", "xtan*"},
}

// common are names of known services that are words, or that their makers give to other things, too. A
// service is called so, and nothing more: "Tally counter" and "Brevo chat" are others.
var common = []string{"brevo", "sendinblue", "clarity", "crisp", "facebook", "firebase", "intercom", "linkedin", "piwik", "plausible", "sentry", "tally", "tiktok", "twitch", "umami"}

// advertisers are names under which a page embeds something, and sends visitors to an advertiser. Which
// it is, only cookies, hosts and the category can say.
var advertisers = []string{"facebook", "linkedin", "tiktok"}

// Advertising are beginnings of the ids of categories for advertising, in English, French, German and
// Dutch, in small letters.
var Advertising = []string{"ads", "advert", "market", "target", "retarget", "werb", "pub", "ciblage", "reclam"}

// notIt are words by which a service is not the one that its name names.
var notIt = regexp.MustCompile(`(?i)\b(alternative|instead|statt|login|sign-?in|anmeldung|connexion)\b`)

// Service returns the known service that a service of a configuration is, or nil. It is found by what
// the source's own library is known to have, or else by its id and its name, then by its cookies and its
// hosts. Where two known services would do, neither is returned.
func Service(s plan.Service, known []*services.Entry) *services.Entry {
	if s.Known != "" {
		for _, entry := range known {
			if s.Known == string(entry.ID) {
				return entry
			}
		}
		return nil
	}
	byCookies := stores(s, known)
	texts := called(s)
	if slices.ContainsFunc(texts, notIt.MatchString) {
		return byCookies
	}
	for _, text := range texts {
		entry := named(text, known)
		if entry != nil && !sure(s, text, entry, known) {
			continue
		}
		if entry != nil && byCookies != nil && !agrees(s, entry) {
			return byCookies // "facebook" with the cookies of the pixel is the pixel
		}
		if entry != nil {
			return entry
		}
	}
	if entry := worded(s, known); entry != nil {
		return entry
	}
	if byCookies != nil {
		return byCookies
	}
	return loads(s, known)
}

// called are a service's id and its names: that without a language first.
func called(s plan.Service) []string {
	all := []string{s.ID}
	for _, language := range slices.Sorted(maps.Keys(s.Name)) {
		if s.Name[language] != "" {
			all = append(all, s.Name[language])
		}
	}
	return all
}

// sure reports whether a text that names a known service means it. A common word means it only where
// all names of the service are that word, and one letter only where it is no id.
func sure(s plan.Service, text string, entry *services.Entry, known []*services.Entry) bool {
	name := plain(text)
	if len(name) < 2 && text == s.ID {
		return false
	}
	advertises := func(word string) bool { return strings.HasPrefix(strings.ToLower(s.Category), word) }
	if slices.Contains(advertisers, name) && slices.ContainsFunc(Advertising, advertises) && !slices.ContainsFunc(s.Cookies, func(c plan.Cookie) bool { return Stores(entry, c.Name) }) {
		return false
	}
	if !slices.Contains(common, name) {
		return true
	}
	for _, other := range s.Name {
		if other != "" && named(other, known) != entry {
			return false
		}
	}
	return true
}

// plain is a name without spaces, signs and what stands in brackets.
func plain(name string) string {
	name, _, _ = strings.Cut(name, "(")
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, name)
}

// named returns the known service of a name.
func named(name string, known []*services.Entry) *services.Entry {
	name = plain(name)
	if name == "" {
		return nil
	}
	for _, entry := range known {
		if name == plain(string(entry.ID)) || name == plain(entry.Name) || slices.Contains(also[entry.ID], name) {
			return entry
		}
	}
	return nil
}

// word is a word of a name, in which a capital may begin one.
var word = regexp.MustCompile(`[A-Z]?[a-z0-9]+|[A-Z0-9]+`)

// worded returns the known service whose id stands in a service's id or name, as "Google Analytics" in
// "Google Analytics (audience)", unless the service names cookies and none is one of its.
func worded(s plan.Service, known []*services.Entry) *services.Entry {
	var found *services.Entry
	for _, text := range called(s) {
		whole := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		words := " " + strings.ToLower(strings.Join(whole, " ")+"  "+strings.Join(word.FindAllString(text, -1), " ")) + " "
		for _, entry := range known {
			own := " " + strings.ReplaceAll(string(entry.ID), "-", " ") + " "
			if len(own) < len(" vimeo ") || slices.Contains(common, string(entry.ID)) || !strings.Contains(words, own) || !agrees(s, entry) || entry == found {
				continue
			}
			if found != nil {
				return nil
			}
			found = entry
		}
	}
	return found
}

// agrees reports whether nothing that the service stores speaks against a known one.
func agrees(s plan.Service, entry *services.Entry) bool {
	named := 0
	for _, cookie := range s.Cookies {
		if cookie.Name == "" {
			continue
		}
		if named++; Stores(entry, cookie.Name) {
			return true
		}
	}
	return named == 0 || len(entry.Newest().Service.Cookies) == 0
}

// stores returns the known service of which most of the service's cookies are, with one among them at
// least that can tell it.
func stores(s plan.Service, known []*services.Entry) *services.Entry {
	var found *services.Entry
	most, tie := 0, false
	for _, entry := range known {
		if entry.ID == "firebase" {
			continue // its cookies are those of Google Analytics
		}
		n := 0
		for _, cookie := range s.Cookies {
			if telling(cookie.Name) && Stores(entry, cookie.Name) {
				n++
			}
		}
		switch {
		case n == 0:
		case n > most:
			found, most, tie = entry, n, false
		case n == most:
			tie = true
		}
	}
	if found == nil || tie || s.Provider != "" && !strings.Contains(plain(s.Provider), plain(found.Provider.Name)) {
		return nil
	}
	named, own := 0, 0
	for _, cookie := range s.Cookies {
		if cookie.Name == "" {
			continue
		}
		if named++; Stores(found, cookie.Name) {
			own++
		}
	}
	if own*2 <= named && named > 1 {
		return nil
	}
	return found
}

// anybodys are names of cookies that many set, and not only the known services that declare them: those
// of frameworks, of balancers and of other banners, and common words.
var anybodys = []string{"__cf*", "_cfuvid", "cf_clearance", "AWSALB*", "JSESSIONID", "OptanonConsent", "api_token", "csrftoken", "flags", "guest_id", "player", "server_session_id", "unique_id", "usprivacy", "video-muted", "volume"}

// telling reports whether a name can tell a service: "lang" and "uuid" may be anybody's.
func telling(name string) bool {
	const shortest = 5
	bare := strings.TrimSuffix(name, "*")
	return (len(bare) >= shortest || strings.HasPrefix(bare, "_") && len(bare) >= 3) && !slices.ContainsFunc(anybodys, func(other string) bool { return Meets(name, other) })
}

// loads returns the known service to which the service's hosts belong.
func loads(s plan.Service, known []*services.Entry) *services.Entry {
	var found *services.Entry
	for _, host := range s.Hosts {
		for _, entry := range known {
			for _, own := range entry.Newest().Service.Hosts {
				if strings.Contains(own.Host, "{") || !own.Covers(host) || entry == found {
					continue
				}
				if found != nil {
					return nil
				}
				found = entry
			}
		}
	}
	return found
}

// Stores reports whether a name, or a pattern, is of what a known service stores, now or formerly.
func Stores(entry *services.Entry, name string) bool {
	return Sets(entry, name) || slices.ContainsFunc(former[entry.ID], func(pattern string) bool { return Meets(name, pattern) })
}

// Former returns the known service that stored a name formerly, where none stores it now, or nil.
func Former(name string, known []*services.Entry) *services.Entry {
	if slices.ContainsFunc(known, func(entry *services.Entry) bool { return Sets(entry, name) }) {
		return nil
	}
	for _, entry := range known {
		if Stores(entry, name) {
			return entry
		}
	}
	return nil
}

// Sets is [Stores] for what a known service stores now.
func Sets(entry *services.Entry, name string) bool {
	return slices.ContainsFunc(entry.Newest().Service.Cookies, func(c catalogue.Cookie) bool { return Meets(name, Pattern(c.Name)) })
}

// Pattern is a name with parameters as a pattern: "kndctr_*" for "kndctr_{org}_identity".
func Pattern(name string) string {
	if before, _, is := strings.Cut(name, "{"); is {
		return before + "*"
	}
	return name
}

// Meets reports whether there is a name that both patterns cover. A pattern is a name; a final "*"
// stands for any ending.
func Meets(a, b string) bool {
	beginning, family := strings.CutSuffix(a, "*")
	other, otherFamily := strings.CutSuffix(b, "*")
	switch {
	case family && otherFamily:
		return strings.HasPrefix(beginning, other) || strings.HasPrefix(other, beginning)
	case family:
		return strings.HasPrefix(b, beginning)
	case otherFamily:
		return strings.HasPrefix(a, other)
	}
	return a == b
}

// Matches reports whether a regular expression between slashes matches a name of a pattern. It is not
// readable where Go cannot read what JavaScript can. A family is tried with the endings that the
// names of accounts and of visits have.
func Matches(expression, pattern string) (matches, readable bool) {
	re := Expression(expression)
	if re == nil {
		return false, false
	}
	name, family := strings.CutSuffix(pattern, "*")
	if !family {
		return re.MatchString(name), true
	}
	for _, ending := range []string{"", ".1.1fff", "1.1fff", "G1234567AB", "123456", "abcdef", "1234-5678", "_1", "au", "A"} {
		if re.MatchString(name + ending) {
			return true, true
		}
	}
	return false, true
}

// Expression reads a regular expression of JavaScript between slashes, with its flags behind, or
// returns nil.
func Expression(text string) *regexp.Regexp {
	end := strings.LastIndexByte(text, '/')
	if len(text) > 1000 || end < 1 || text[0] != '/' {
		return nil
	}
	body := text[1:end]
	if strings.Contains(text[end+1:], "i") {
		body = "(?i)" + body
	}
	re, err := regexp.Compile(body)
	if err != nil {
		return nil
	}
	return re
}

// Names are the names of what a known service stores, or stored formerly, as patterns.
func Names(entry *services.Entry) []string {
	var all []string
	for _, c := range entry.Newest().Service.Cookies {
		all = append(all, Pattern(c.Name))
	}
	return append(all, former[entry.ID]...)
}
