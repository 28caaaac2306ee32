package source

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"charte/catalogue"
	"charte/catalogue/check"

	"github.com/goccy/go-yaml/ast"
)

// summaryLetters is how many letters of a purpose visitors read at a glance.
const summaryLetters = 60

// retentionMonths is how long the data of exempt statistics may be kept, by the
// CNIL's recommendation (https://www.cnil.fr/fr/node/167364).
const retentionMonths = 25

// trackers are cookies that follow visitors, by the pattern of their names. A
// catalogue that calls one necessary is mistaken.
var trackers = []struct{ pattern, of string }{
	{"_ga*", "Google Analytics"}, {"_gid", "Google Analytics"}, {"_gat*", "Google Analytics"}, {"_gcl_*", "Google Ads"},
	{"IDE", "Google's DoubleClick"}, {"test_cookie", "Google's DoubleClick"}, {"NID", "Google"}, {"VISITOR_INFO1_LIVE", "YouTube"}, {"YSC", "YouTube"},
	{"_fbp", "Meta"}, {"_fbc", "Meta"}, {"fr", "Meta"}, {"_uetsid*", "Microsoft Advertising"}, {"_uetvid*", "Microsoft Advertising"}, {"MUID", "Microsoft"},
	{"_clck", "Microsoft Clarity"}, {"_clsk", "Microsoft Clarity"}, {"_hj*", "Hotjar"}, {"_ttp", "TikTok"}, {"_tt_*", "TikTok"}, {"li_sugr", "LinkedIn"},
	{"bcookie", "LinkedIn"}, {"_pin_unauth", "Pinterest"}, {"_scid", "Snapchat"}, {"personalization_id", "X"}, {"_kla_id", "Klaviyo"}, {"hubspotutk", "HubSpot"},
	{"mp_*", "Mixpanel"}, {"amp_*", "Amplitude"}, {"__adroll*", "AdRoll"}, {"cto_bundle", "Criteo"},
}

// publisherCookies are those of Google's tags that show advertising in a page: AdSense,
// Ad Manager and AdMob.
var publisherCookies = []string{"__gads", "__gpi", "__gpi_optout", "__eoi"}

// publisherHosts are those of the same tags. Google Ads, which measures what advertising
// brings, loads no script from the second and shows no frame of the first. Advertisers
// need no certified banner, so the kind counts for these two. Without a kind, any counts.
var publisherHosts = []catalogue.Host{
	{Host: "googleads.g.doubleclick.net", Kind: "frame"},
	{Host: "pagead2.googlesyndication.com", Kind: "script"},
	{Host: "pagead2.googlesyndication.com", Kind: "frame"},
	{Host: "tpc.googlesyndication.com"},
	{Host: "*.googlesyndication.com"},
	{Host: "securepubads.g.doubleclick.net"},
	{Host: "www.googletagservices.com"},
	{Host: "fundingchoicesmessages.google.com"},
}

// phrases are no purposes: they do not say what data is used for, so nobody can
// consent to them (GDPR, article 4(11)).
var phrases = []string{
	"améliorer votre expérience", "améliorer l'expérience", "améliorer l’expérience",
	"improve your experience", "enhance your experience", "better experience",
}

// Doubts reads the catalogue in the file at path. It returns the catalogue and its
// doubts: each is something that a regulator might ask about, with its place. A
// catalogue with doubts is valid, but a person should look at them. Missing texts,
// exempt third parties, and exempt cookies that are kept for too long are errors
// instead: see package check. Doubts about what the file extends are left out. The
// notes say which known services have a newer edition. The error is that of [File].
func Doubts(path string) (c *catalogue.Catalogue, warnings, notes Errors, err error) {
	data, err := fileData(path)
	if err != nil {
		return nil, nil, nil, err
	}
	return DoubtsIn(path, data)
}

// DoubtsIn is [Doubts] for a catalogue's text. name is the name of the file in errors.
func DoubtsIn(name string, data []byte) (c *catalogue.Catalogue, warnings, notes Errors, err error) {
	d := newDecoder(name)
	body, err := d.parsed(data)
	if err != nil {
		return nil, nil, nil, err
	}
	if c, err = d.checked(body); err != nil {
		return nil, nil, nil, err
	}
	warnings, notes = d.doubted(body, c)
	return c, warnings, notes, nil
}

// doubts returns the doubts about a valid catalogue, and the notes.
func (d *decoder) doubts(data []byte) (warnings, notes Errors) {
	body, errs := parse(d.file, data)
	if errs != nil {
		return errs, nil
	}
	return d.doubted(body, d.catalogue(body))
}

// doubted is doubts for a catalogue that was read from a body.
func (d *decoder) doubted(body ast.Node, c *catalogue.Catalogue) (warnings, notes Errors) {
	d.errs = nil
	d.doubt(c)
	d.errs.sort()
	return d.errs, d.newer(body, c)
}

// doubt reports the doubts about what the file itself says.
func (d *decoder) doubt(c *catalogue.Catalogue) {
	say := func(path, message string, values ...any) { d.report(path, fmt.Sprintf(message, values...)) }
	necessary := map[catalogue.ID]bool{}
	for i, category := range c.Categories {
		necessary[category.ID] = category.Necessary
		if i < d.inherited["categories"] {
			continue
		}
		for lang, text := range category.Summary {
			path := fmt.Sprintf("categories[%d].summary.%s", i, lang)
			if n := utf8.RuneCountInString(text); n > summaryLetters && !category.Necessary {
				say(path, "category %q: the purpose takes %d letters, more than the %d that are read at a glance", category.ID, n, summaryLetters)
			}
			if phrase := vague(text); phrase != "" {
				say(path, "category %q: %q is no purpose; say what the data is used for", category.ID, phrase)
			}
		}
	}
	d.unguarded(c, say)
	for i, s := range c.Services {
		if i < d.inherited["services"] {
			continue
		}
		path := fmt.Sprintf("services[%d]", i)
		if u := d.uses[i]; u != nil {
			if facts := unknowns(u.entry, u.edition, s); len(facts) > 0 && !u.acceptsUnknown {
				say(path+".use", "%s does not know %s; say it here if you do, or write acceptsUnknown: true", u.named(), strings.Join(facts, ", nor "))
			}
		} else {
			for j, cookie := range s.Cookies {
				if cookie.Lifetime.Unit == catalogue.UnitUnknown {
					say(fmt.Sprintf("%s.cookies[%d].lifetime", path, j), "cookie %q: visitors must learn how long it is kept; look in your browser if nobody publishes it", cookie.Name)
				}
			}
		}
		for lang, text := range s.Purpose {
			if phrase := vague(text); phrase != "" {
				say(path+".purpose."+string(lang), "service %q: %q is no purpose; say what the data is used for", s.ID, phrase)
			}
		}
		switch {
		case s.Exempt && s.Retention == catalogue.Lifetime{}:
			say(path+".exempt", "service %q: retention, how long its data are kept, is not said; without consent %d months are the most", s.ID, retentionMonths)
		case s.Exempt && !check.Within(s.Retention, retentionMonths):
			say(path+".retention", "service %q: without consent its data may be kept for %d months at most", s.ID, retentionMonths)
		}
		if at, sign := publishes(s); sign != "" {
			if d.uses[i] != nil {
				at = "use"
			}
			say(path+"."+at, "service %q: %q belongs to tags that show Google's advertising (AdSense, Ad Manager, AdMob); in the EEA, the United Kingdom and Switzerland, personalised advertising with them needs a banner that Google certified, which Charte is not (see \"No TCF\" in catalogue/README.md)", s.ID, sign)
		}
		for j, cookie := range s.Cookies {
			at := fmt.Sprintf("%s.cookies[%d]", path, j)
			for _, tracker := range trackers {
				if necessary[s.Category] && known(cookie.Name, tracker.pattern) {
					say(at+".name", "cookie %q is one of %s's: it follows visitors, and is not necessary", cookie.Name, tracker.of)
					break
				}
			}
		}
	}
	for lang, words := range c.Words {
		for key, does := range map[string]string{"acceptAll": "accepts", "refuseAll": "refuses"} {
			if text, ok := words[key]; ok { // CNIL recommendation 2020-092, § 34: no program can tell "Plus tard" from a refusal
				say(fmt.Sprintf("words.%s.%s", lang, key), "words: %q is replaced by %q; it must say that it %s all, as plainly as the other answer", key, text, does)
			}
		}
	}
}

// unguarded reports what the guard would let pass, or stop, against what the catalogue means.
func (d *decoder) unguarded(c *catalogue.Catalogue, say func(path, message string, values ...any)) {
	if c.Site.Guard == "" {
		return
	}
	firstParty := map[catalogue.ID]bool{}
	for _, p := range c.Providers {
		firstParty[p.ID] = p.FirstParty
	}
	for i, s := range c.Services {
		if !c.Asks(s) {
			continue
		}
		if len(s.Hosts) == 0 && !firstParty[s.Provider] {
			say(fmt.Sprintf("services[%d].hosts", i), "service %q: hosts is missing, so the guard stops its requests even once it is granted; list those that it loads from", s.ID)
		}
		for j, host := range c.Site.Hosts {
			if slices.ContainsFunc(s.Hosts, func(own catalogue.Host) bool { return own.Host == host.Host || host.Covers(own.Host) }) {
				say(fmt.Sprintf("site.hosts[%d]", j), "host %q is one of service %q, which asks; under site it is allowed whatever the visitor answers", host.Host, s.ID)
			}
		}
	}
}

// publishes returns the first host or cookie of a service by which it shows Google's
// advertising in the site's pages, and its place in the service, or "" where it has none.
func publishes(s catalogue.Service) (at, sign string) {
	for i, host := range s.Hosts {
		for _, of := range publisherHosts {
			if strings.EqualFold(host.Host, of.Host) && (of.Kind == "" || of.Kind == host.Kind) {
				return fmt.Sprintf("hosts[%d]", i), host.Host
			}
		}
	}
	for i, cookie := range s.Cookies {
		if slices.ContainsFunc(publisherCookies, func(of string) bool { return known(cookie.Name, of) }) {
			return fmt.Sprintf("cookies[%d].name", i), cookie.Name
		}
	}
	return "", ""
}

// known reports whether a declared name is or covers that of a tracker. Both may be
// patterns.
func known(name, pattern string) bool {
	if own, ok := strings.CutSuffix(name, "*"); ok && strings.HasPrefix(pattern, own) {
		return true
	}
	if family, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(name, family)
	}
	return name == pattern
}

// vague returns the first of phrases that is in a text, or "".
func vague(text string) string {
	for _, phrase := range phrases {
		if strings.Contains(strings.ToLower(text), phrase) {
			return phrase
		}
	}
	return ""
}
