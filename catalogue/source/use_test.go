package source

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"charte/catalogue"
)

// shelf is a library of three services. The first has two editions and a frame, the second can be
// exempt and runs on the site's own server.
var shelf = library{fstest.MapFS{
	"player.yaml": {Data: []byte(`# Doubts about
# the player.
name: Player
kind: embed
provider: {id: maker, name: Maker, policyURL: https://maker.example/privacy, country: US}
editions:
  - edition: 1
    checked: 2026-11-29
    category: third-party
    sale: true
    name: {fr: Vidéos, en: Videos}
    purpose: {fr: Lire des vidéos, en: Play videos}
    retention: unknown
    transfers: {countries: [US], source: https://maker.example/transfers}
    parameters:
      - {id: video, fr: La vidéo, en: The video, pattern: "[a-z]+", example: abc}
    hosts:
      - {host: "*.maker.example", kind: frame}
    cookies:
      - {name: seen, party: third, domain: .maker.example, purpose: {fr: Retenir, en: Remember}, lifetime: 6 months, source: https://maker.example/cookies}
      - {name: volume, kind: localStorage, party: third, domain: .maker.example, purpose: {fr: Le son, en: The sound}, lifetime: unknown}
    placeholder: {fr: Maker reçoit, en: Maker receives}
    content: https://maker.example/watch?v={video}
    tag: |
      <iframe title="V" data-category="{category}" data-service="{service}" data-src="https://play.maker.example/embed/{video}?rel=0"></iframe>
  - edition: 2
    checked: 2026-11-29
    category: third-party
    sale: true
    name: {fr: Vidéos, en: Videos}
    purpose: {fr: Lire des vidéos, en: Play videos}
    retention: 2 years
    transfers: {countries: [US, CA]}
    parameters:
      - {id: video, fr: La vidéo, en: The video, pattern: "[a-z]+", example: abc}
    hosts:
      - {host: play.maker.example, kind: frame}
    cookies:
      - {name: seen, party: third, domain: .maker.example, purpose: {fr: Retenir, en: Remember}, lifetime: 1 year}
      - {name: token, party: third, domain: .maker.example, purpose: {fr: Un jeton, en: A token}, lifetime: session}
    placeholder: {fr: Maker reçoit, en: Maker receives}
    content: https://maker.example/watch?v={video}
    tag: |
      <iframe title="V" data-category="{category}" data-service="{service}" data-src="https://play.maker.example/embed/{video}?rel=0"></iframe>
`)},
	"silent.yaml": {Data: []byte(`name: Silent
kind: support
provider: {id: silent, name: Silent, policyURL: unknown, site: https://silent.example/, country: FR}
editions:
  - edition: 1
    checked: 2026-11-29
    category: third-party
    name: {fr: Muet, en: Silent}
    purpose: {fr: On ne sait pas, en: Nobody knows}
    retention: unknown
    transfers: unknown
    hosts: [{host: silent.example, kind: script}]
    cookies: unknown
    tag: |
      <script type="text/plain" data-category="{category}" data-service="{service}" data-src="https://silent.example/a.js"></script>
`)},
	"counter.yaml": {Data: []byte(`name: Counter
kind: exempt
provider: {firstParty: true}
editions:
  - edition: 1
    checked: 2026-11-29
    category: statistics
    name: {fr: Mesure, en: Measurement}
    purpose: {fr: Compter les visites, en: Count visits}
    retention: 25 months
    transfers: {countries: []}
    exempt:
      source: https://www.cnil.fr/fr/node/167364
      requires:
        - {id: no-address, fr: Sans adresse IP, en: No IP address is kept}
    parameters:
      - {id: host, fr: Le serveur, en: The server, pattern: "[a-z0-9.-]+", example: stats.example.org}
    hosts:
      - {host: "{host}", kind: script}
    globals: [count]
    cookies:
      - {name: count_id, party: first, purpose: {fr: Compter, en: Count}, lifetime: 13 months}
    tag: |
      <script type="text/plain" data-category="{category}" data-service="{service}" data-src="https://{host}/count.js"></script>
`)},
}}

// using is a catalogue that ends with these services, from line 7 on.
const using = `extends: default
site: {name: {fr: Portail, en: Portal}, controller: Ville de Rennes}
providers:
  - {id: portal, name: Portail, firstParty: true}

services:
`

// readUsing reads a catalogue with the library of the tests.
func readUsing(text string) (*catalogue.Catalogue, error) {
	d := newDecoder("c.yaml")
	d.known = shelf
	return d.read([]byte(text))
}

// byHand is what "use: player@1" stands for.
const byHand = `
  - id: player
    category: third-party
    provider: maker
    sale: true
    name: {fr: Vidéos, en: Videos}
    purpose: {fr: Lire des vidéos, en: Play videos}
    placeholder: {fr: Maker reçoit, en: Maker receives}
    frame: https://play.maker.example/embed/{video}
    content: https://maker.example/watch?v={video}
    hosts: [{host: "*.maker.example", kind: frame}]
    cookies:
      - {name: seen, domain: .maker.example, purpose: {fr: Retenir, en: Remember}, lifetime: 6 months, source: https://maker.example/cookies, checked: 2026-11-29}
      - {name: volume, kind: localStorage, domain: .maker.example, purpose: {fr: Le son, en: The sound}, lifetime: unknown}
`

// TestUse: a catalogue that takes a service over is the same as one that says it all by hand.
func TestUse(t *testing.T) {
	hand := strings.Replace(using, "services:", "  - {id: maker, name: Maker, policyURL: https://maker.example/privacy}\nservices:", 1)
	for _, test := range []struct{ name, used, hand string }{
		{"as it is", "  - use: player@1\n", byHand},
		{"another category, id and text", "  - {use: player@1, id: films, category: first-party, name: {en: Films}}\n",
			strings.NewReplacer("id: player", "id: films", "category: third-party", "category: first-party", "en: Videos", "en: Films").Replace(byHand)},
		{"no sale, no placeholder of its own", "  - {use: player@1, sale: false, retention: 3 months}\n",
			strings.Replace(byHand, "sale: true", "retention: 3 months", 1)},
		{"a lifetime that the owner has seen", "  - use: player@1\n    cookies:\n      - {name: volume, kind: localStorage, lifetime: persistent}\n",
			strings.Replace(byHand, "lifetime: unknown", "lifetime: persistent", 1)},
		{"another lifetime, which the source does not state", "  - use: player@1\n    cookies:\n      - {name: seen, lifetime: 1 year}\n",
			strings.Replace(byHand, "lifetime: 6 months, source: https://maker.example/cookies, checked: 2026-11-29", "lifetime: 1 year", 1)},
		{"one more cookie", "  - use: player@1\n    cookies:\n      - {name: volume, purpose: {fr: A, en: B}, lifetime: 1 day}\n",
			byHand + "      - {name: volume, purpose: {fr: A, en: B}, lifetime: 1 day}\n"},
		{"other hosts", "  - {use: player@1, hosts: [{host: cdn.example, kind: media}]}\n",
			strings.Replace(byHand, `{host: "*.maker.example", kind: frame}`, "{host: cdn.example, kind: media}", 1)},
		{"one less", "  - {use: player@1, without: [volume]}\n", byHand[:strings.Index(byHand, "      - {name: volume")]},
	} {
		t.Run(test.name, func(t *testing.T) {
			used, err := readUsing(using + test.used)
			if err != nil {
				t.Fatal(err)
			}
			written, err := readUsing(hand + test.hand)
			if err != nil {
				t.Fatal(err)
			}
			if used.Revision() != written.Revision() {
				t.Error("the revisions differ")
			}
			w, err := Wording("fr")
			if err != nil {
				t.Fatal(err)
			}
			a, err := used.In("fr", w)
			if err != nil {
				t.Fatal(err)
			}
			b, err := written.In("fr", w)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := asJSON(t, a), asJSON(t, b); a != b {
				t.Errorf("used:\n%s\nby hand:\n%s", a, b)
			}
			if a, b := asJSON(t, used.Services), asJSON(t, written.Services); a != b {
				t.Errorf("used:\n%s\nby hand:\n%s", a, b)
			}
		})
	}
}

// TestUseProvider: a service on the site's own server has the site itself as its provider, unless
// the catalogue says another.
func TestUseProvider(t *testing.T) {
	for _, test := range []struct{ name, service, id, provider string }{
		{"the controller", "  - {use: counter@1, with: {host: stats.example.org}}\n", "site", "Ville de Rennes"},
		{"said otherwise", "  - {use: counter@1, provider: portal, with: {host: stats.example.org}}\n", "portal", "Portail"},
	} {
		c, err := readUsing(using + test.service)
		if err != nil {
			t.Fatal(err)
		}
		s := c.Services[len(c.Services)-1]
		if string(s.Provider) != test.id {
			t.Errorf("%s: provider %q, want %q", test.name, s.Provider, test.id)
		}
		for _, p := range c.Providers {
			if p.ID == s.Provider && (p.Name != test.provider || !p.FirstParty) {
				t.Errorf("%s: %+v", test.name, p)
			}
		}
	}
}

// TestUseHosts: the hosts of a known service have the values of its parameters, and the entry keeps
// its own.
func TestUseHosts(t *testing.T) {
	for range 2 {
		c, err := readUsing(using + "  - {use: counter@1, with: {host: stats.example.org}}\n")
		if err != nil {
			t.Fatal(err)
		}
		want := []catalogue.Host{{Host: "stats.example.org", Kind: "script"}}
		if got := c.Services[len(c.Services)-1].Hosts; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func TestUseMistakes(t *testing.T) {
	for _, test := range []struct{ name, services, want string }{
		{"an unknown service", "  - use: plaier@1\n", `c.yaml:7:10: service "plaier" is not known; did you mean player?`},
		{"a service that is like none", "  - use: zebra@1\n", `c.yaml:7:10: service "zebra" is not known; "charte services" lists those that are`},
		{"no edition", "  - use: player\n", `c.yaml:7:10: write the edition, too: player@2 is the newest`},
		{"an edition that does not exist", "  - use: player@3\n", `c.yaml:7:10: service "player" has no edition "3"; the newest is player@2`},
		{"an edition that is no number", "  - use: player@latest\n", `c.yaml:7:10: service "player" has no edition "latest"; the newest is player@2`},
		{"a missing parameter", "  - use: counter@1\n", `c.yaml:7:10: counter@1 needs with: {host: …}: The server`},
		{"an unknown parameter", "  - {use: counter@1, with: {hots: a.example}}\n", `c.yaml:7:29: key "hots" is not known; did you mean "host"?`},
		{"markup in a parameter", `  - {use: counter@1, with: {host: "a\"><script>"}}` + "\n", `c.yaml:7:35: parameter "host" contains "\"", which has no place in an address or a tag`},
		{"a line break in a parameter", `  - {use: counter@1, with: {host: "a\nb"}}` + "\n", `c.yaml:7:35: parameter "host" contains "\n", which has no place in an address or a tag`},
		{"a parameter of another form", "  - {use: counter@1, with: {host: Stats_1}}\n", `c.yaml:7:35: parameter "host" cannot be "Stats_1"; an example is "stats.example.org" (The server)`},
		{"a parameter that is a list", "  - {use: counter@1, with: {host: [a]}}\n", `c.yaml:7:35: a list where a text was expected`},
		{"nothing to say with", "  - {use: player@1, with: {}}\n", ``},
		{"a key that an entry does not have", "  - {use: player@1, globals: [a]}\n", `c.yaml:7:21: key "globals" is not known`},
		{"a host with two dots in a parameter", "  - {use: counter@1, with: {host: a..example}}\n", `c.yaml:7:5: service "counter": host "a..example" is not a host name such as "www.example.org" or "*.example.org"`},
		{"with, and nothing used", "  - {id: a, with: {host: a}}\n", `c.yaml:7:19: key "with" belongs to a service that takes over a known one, with use`},
		{"without a cookie that is not there", "  - {use: player@1, without: [sene]}\n", `c.yaml:7:31: player@1 has no cookie "sene"; did you mean "seen"?`},
		{"exempt without its settings", "  - {use: counter@1, exempt: true, with: {host: a.example}}\n", `c.yaml:7:22: counter@1 is exempt from consent only under settings that with must confirm: no-address: true (No IP address is kept); see https://www.cnil.fr/fr/node/167364`},
		{"exempt with a setting that is not set", "  - {use: counter@1, exempt: true, with: {host: a.example, no-address: false}}\n", `c.yaml:7:22: counter@1 is exempt from consent only under settings that with must confirm: no-address: true (No IP address is kept); see https://www.cnil.fr/fr/node/167364`},
		{"exempt, and all set", "  - {use: counter@1, exempt: true, with: {host: a.example, no-address: true}}\n", ``},
		{"never exempt", "  - {use: player@1, exempt: true}\n", `c.yaml:7:21: player@1 always needs consent, so it cannot be exempt`},
		{"a category that is not there", "  - {use: player@1, category: videos}\n", `c.yaml:7:21: service "player": category "videos" is not declared`},
		{"a provider that is not there", "  - {use: player@1, provider: nobody}\n", `c.yaml:7:21: service "player": provider "nobody" is not declared`},
		{"the same service twice", "  - use: counter@1\n    with: {host: a.example}\n  - {use: counter@1, id: other, with: {host: b.example}}\n", `c.yaml:9:5: cookie "count_id" is declared by service "counter" already; an entry has one service, whose consent decides over it; without leaves it out of counter@1`},
		{"two services that share what the maker keeps", "  - use: player@1\n  - {use: player@2, id: other}\n", ``},
		{"frame alone", "  - {use: player@1, content: \"\"}\n", `c.yaml:7:5: service "player": frame and content belong together; one of them is missing`},
		{"content with a name that the frame lacks", "  - {use: player@1, content: \"https://maker.example/{film}\"}\n", `c.yaml:7:21: service "player": content has {film}, which frame has not`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := readUsing(using + test.services)
			said := ""
			if err != nil {
				said = err.Error()
			}
			if said != test.want {
				t.Errorf("said\n%s\nwant\n%s", said, test.want)
			}
		})
	}
}

// german is a catalogue in a language that no entry has.
const german = `languages: [de]
site: {name: Portal, controller: Stadt}
charter: {title: T, introduction: I, whatTitle: W, what: W, kindsTitle: K}
categories:
  - {id: third-party, name: Dritte, summary: Videos zeigen, description: Videos}
  - {id: necessary, necessary: true, name: N, summary: N, description: N}
providers: [{id: site, name: Stadt, firstParty: true}]
services:
  - {id: choice, category: necessary, provider: site, name: Wahl, cookies: [{name: cookies_preferences, purpose: P, lifetime: 6 months}]}
  - use: player@1
`

// TestUseLanguages: a catalogue in a language that an entry lacks is told what to write, and once it
// is written, all is well.
func TestUseLanguages(t *testing.T) {
	_, err := readUsing(german)
	const want = `c.yaml:10:5: player@1 has no texts in "de"; write here what is missing: name: {de: …}, purpose: {de: …}, placeholder: {de: …}, cookies: [{name: "seen", purpose: {de: …}}, {name: "volume", kind: localStorage, purpose: {de: …}}]`
	if err == nil || err.Error() != want {
		t.Fatalf("said\n%v\nwant\n%s", err, want)
	}
	c, err := readUsing(german + `    name: Videos
    purpose: Videos abspielen
    placeholder: Maker erhält Ihre Adresse
    cookies: [{name: seen, purpose: Merken}, {name: volume, kind: localStorage, purpose: Ton}]
`)
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Services[1]; len(s.Name) != 1 || s.Name["de"] != "Videos" || s.Cookies[1].Purpose["de"] != "Ton" || len(s.Cookies) != 2 {
		t.Errorf("%+v", s)
	}
}

// TestUnknown: what nobody publishes is a doubt, until the owner says it, or accepts it.
func TestUnknown(t *testing.T) {
	const doubt = `c.yaml:7:@: player@1 does not know how long volume is kept, nor how long what it collects is kept; say it here if you do, or write acceptsUnknown: true`
	for _, test := range []struct{ name, services, want string }{
		{"as it is", "  - use: player@1\n", strings.Replace(doubt, "@", "5", 1)},
		{"accepted", "  - {use: player@1, acceptsUnknown: true}\n", ""},
		{"nothing is known", "  - use: silent@1\n", `c.yaml:7:5: silent@1 does not know where its privacy policy stands, nor what it stores in the browser, nor how long what it collects is kept, nor whether data leave the European Union; say it here if you do, or write acceptsUnknown: true`},
		{"said", "  - {use: player@1, retention: 2 years, cookies: [{name: volume, kind: localStorage, lifetime: persistent}]}\n", ""},
		{"by hand", byHand[1:], `c.yaml:20:106: cookie "volume": visitors must learn how long it is kept; look in your browser if nobody publishes it`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := using + test.services
			if test.name == "by hand" {
				text = strings.Replace(text, "services:", "  - {id: maker, name: Maker, policyURL: https://maker.example/privacy}\nservices:", 1)
			}
			if _, err := readUsing(text); err != nil {
				t.Fatal(err)
			}
			d := newDecoder("c.yaml")
			d.known = shelf
			warnings, _ := d.doubts([]byte(text))
			if got := warnings.Error(); got != test.want {
				t.Errorf("said\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestNewer: whoever stays at an edition is told of the next, and what it would change.
func TestNewer(t *testing.T) {
	for _, test := range []struct{ name, services, want string }{
		{"the newest", "  - use: player@2\n", ""},
		{"an older one", "  - use: player@1\n", `c.yaml:7:5: player@2 exists; player@1 stays as it is until you write the other
    - localStorage volume
    ~ cookie seen: 1 year, before 6 months
    + cookie token, session
    ~ retention: 2 years, before not said
    ~ hosts: [play.maker.example], before [*.maker.example]
    ~ countries outside the European Union: [US CA], before [US]
    visitors would be asked again`},
		{"nothing that anybody agreed to", "  - use: player@1\n    without: [volume]\n    cookies: [{name: seen, lifetime: 1 year}, {name: token, purpose: {fr: F, en: E}, lifetime: session}]\n", `c.yaml:7:5: player@2 exists; player@1 stays as it is until you write the other
    with it, this catalogue would have mistakes: player@2 has no cookie "volume"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDecoder("c.yaml")
			d.known = shelf
			_, notes := d.doubts([]byte(using + test.services))
			if got := notes.Error(); got != test.want {
				t.Errorf("said\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestUseFormerly: an answer to what was declared by hand is known again once it is taken over.
func TestUseFormerly(t *testing.T) {
	c, err := readUsing("formerly: {k3f7ab: [third-party.player]}\n" + using + "  - use: player@1\n")
	if err != nil {
		t.Fatal(err)
	}
	if asked := c.Asked(); len(asked) != 1 || asked[0] != c.Formerly["k3f7ab"][0] {
		t.Errorf("asks for %v, formerly %v", asked, c.Formerly)
	}
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	data, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestWithout: a catalogue leaves out services of the one that it extends.
func TestWithout(t *testing.T) {
	c, err := readUsing("without: [authentication, api-csrf]\n" + using + "  - use: player@1\n")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range c.Services {
		ids = append(ids, string(s.ID))
	}
	if got := strings.Join(ids, " "); got != "language cookie-choice player" {
		t.Errorf("services %s", got)
	}
	for list, want := range map[string]string{
		"[authentification]": `c.yaml:1:11: no service "authentification" comes from what this catalogue extends; did you mean "authentication"?`,
		"[youtube]":          `c.yaml:1:11: no service "youtube" comes from what this catalogue extends`,
		"language":           `c.yaml:1:10: a text where a list ("- …") was expected`,
	} {
		if _, err := readUsing("without: " + list + "\n" + using + "  - use: player@1\n"); err == nil || err.Error() != want {
			t.Errorf("%s: said %v, want %s", list, err, want)
		}
	}
	// A doubt of a service of its own stands at its own line.
	d := newDecoder("c.yaml")
	d.known = shelf
	if warnings, _ := d.doubts([]byte("without: [authentication, api-csrf]\n" + using + "  - use: player@1\n")); len(warnings) != 1 || warnings[0].Line != 8 {
		t.Errorf("doubts %v", warnings)
	}
}

// TestUseNamesakes: of two cookies with one name, the domain says which is meant.
func TestUseNamesakes(t *testing.T) {
	const clarity = using + "  - use: microsoft-clarity@1\n    acceptsUnknown: true\n"
	c, err := Read("c.yaml", []byte(clarity+"    cookies:\n      - {name: MUID, domain: .clarity.ms, lifetime: 2 days}\n      - {name: MUID, lifetime: 1 day}\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range c.Services {
		for _, cookie := range s.Cookies {
			if cookie.Name == "MUID" {
				got[cookie.Domain] = WriteLifetime(cookie.Lifetime)
			}
		}
	}
	if want := map[string]string{".bing.com": "1 day", ".clarity.ms": "2 days"}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	_, err = Read("c.yaml", []byte(strings.Replace(german, "use: player@1", "{use: microsoft-clarity@1, category: third-party, acceptsUnknown: true}", 1)))
	for _, want := range []string{`{name: "MUID", domain: ".clarity.ms", purpose: {de: …}}`, `{name: "_cltk", kind: sessionStorage, purpose: {de: …}}`, `{name: "CLID", purpose: {de: …}}`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %s:\n%v", want, err)
		}
	}
}
