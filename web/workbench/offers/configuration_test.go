package offers

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// klaro is a configuration in which the visitor chose what is named.
const klaro = `var klaroConfig = {
  version: 1, lang: "fr", cookieName: "klaro", elementID: "klaro",
  translations: { fr: { acceptAll: "Tout accepter", consentNotice: { learnMore: "Choisir" }, purposes: { stats: "Mesure", media: "Médias" } } },
  services: [
    { name: "vimeo", title: "Vimeo", purposes: ["media"], cookies: [] },
    { name: "mine", title: "Comptage", purposes: ["stats"], cookies: ["mine", "count"] },
    { name: "whole", title: "Tout", purposes: ["stats"], cookies: [["whole", "/", "mairie.example"]] },
    { name: "empty", title: "Vide", purposes: ["stats"], cookies: [] },
    { name: "ticked", title: "Cochée", purposes: ["media"], default: true, cookies: ["ticked"] },
  ],
};
`

func TestImportItems(t *testing.T) {
	o := dropped(t, own, "dir/klaro.js", []byte(klaro))
	if o.Kind != "import" || o.File != "klaro.js" || o.About != "Klaro 0.7" {
		t.Errorf("the offer is %+v", o.Offer)
	}
	lines := map[string]string{}
	titles := map[string]string{}
	for _, item := range o.Items {
		lines[item.ID], titles[item.ID] = strings.Join(item.Lines, "\n"), string(item.Kind)+" "+item.Title
		if item.Todo != strings.Count(strings.ReplaceAll(lines[item.ID], "# ", "TODO"), ": TODO") {
			t.Errorf("%s has %d TODOs in\n%s", item.ID, item.Todo, lines[item.ID])
		}
	}
	for id, want := range map[string][2]string{
		"service 0": {"service Vimeo", "categories:\n  # from klaro.js:5\n  - id: media\n    name: \"Médias\"\n    summary: TODO # the purpose in one line\n    description: TODO\nservices:\n  # from klaro.js:5\n  # charte check asks, since nobody publishes how long what it collects is kept. Say it if you know, or else write\n  # acceptsUnknown: true.\n  - use: vimeo@1\n    category: media\n    name: \"Vimeo\""},
		"service 1": {"service Comptage", "providers:\n  - id: mine-2\n    name: TODO # who gets what mine-2 stores\n    policyURL: TODO # its privacy policy\n" +
			"services:\n  # from klaro.js:6\n  - id: mine-2\n    category: mesure\n    provider: mine-2\n    name: \"Comptage\"\n    purpose: TODO # what it does and why, in one sentence\n    cookies:\n" +
			"      # mine is declared by the service mine, or stands in the way of it. An entry has one service, whose consent\n      # decides over it.\n      - name: \"count\"\n        purpose: TODO\n        lifetime: TODO"},
		"words fr":  {"words fr", "words:\n  fr:\n    customise: Choisir"},
		"carryOver": {"carryOver klaro", "carryOver:\n  banner: klaro\n  cookie: klaro\n  services:\n    vimeo: vimeo\n    mine: mine-2\n    whole: whole\n    empty: empty"},
	} {
		if titles[id] != want[0] || lines[id] != want[1] {
			t.Errorf("%s is %s\n%s\nwant %s\n%s", id, titles[id], lines[id], want[0], want[1])
		}
	}
	if got := o.items(); !slices.Equal(got, []string{"service 0", "service 1", "service 2", "service 3", "service 4", "words fr", "carryOver"}) {
		t.Errorf("the items are %v", got)
	}
	if !slices.ContainsFunc(o.Remarks, func(text string) bool { return strings.HasPrefix(text, "klaro.js:9: ") }) {
		t.Errorf("nobody says that a box is ticked in advance: %q", o.Remarks)
	}
}

// TestImportThere: what the catalogue has already is left out. Of former answers it is not.
func TestImportThere(t *testing.T) {
	const text = head + `providers:
  - { id: p, name: P, firstParty: true }
services:
  - use: vimeo@1
    id: films
  - id: counts
    category: statistics
    provider: p
    name: { fr: W, en: W }
    purpose: { fr: W, en: W }
    cookies:
      - { name: "count*", purpose: { fr: W, en: W }, lifetime: 1 day }
      - { name: mine, purpose: { fr: W, en: W }, lifetime: 1 day }
  - id: empty
    category: statistics
    provider: p
    name: { fr: W, en: W }
    purpose: { fr: W, en: W }
    cookies: []
words: { fr: { customise: Choisissez } }
`
	o := dropped(t, text, "klaro.js", []byte(klaro))
	if !slices.Equal(o.Has, []string{"Vimeo", "Comptage", "Vide"}) || !slices.Equal(o.items(), []string{"service 2", "service 4", "carryOver"}) {
		t.Fatalf("it has %v; the items are %v", o.Has, o.items())
	}
	got, err := o.Take([]byte(text), []byte(text), []string{"carryOver"}) // which asks nobody again
	if err != nil {
		t.Fatal(err)
	}
	if want := text + "\ncarryOver:\n  banner: klaro\n  cookie: klaro\n  services:\n    vimeo: films\n    mine: counts\n"; string(got) != want {
		t.Errorf("took\n%s\nwant\n%s", got, want)
	}
	if _, err := source.Read("c.yaml", got); err != nil {
		t.Error(err)
	}
	if again := dropped(t, string(got), "klaro.js", []byte(klaro)); slices.Contains(again.items(), "carryOver") {
		t.Error("a second carryOver is offered")
	}
	if _, err := dropped(t, head, "klaro.js", []byte(klaro)).Take(nil, []byte(head), []string{"carryOver"}); err == nil || !strings.Contains(err.Error(), "choose the services, too") {
		t.Errorf("former answers about nothing: %v", err)
	}
}

// TestCarryOver: a former category stands for one of the catalogue's only if visitors chose all in it.
func TestCarryOver(t *testing.T) {
	const banner = `CookieConsent.run({
  cookie: { name: "cc" },
  categories: {
    necessary: { readOnly: true, enabled: true },
    analytics: { autoClear: { cookies: [{ name: "one" }] }, services: { one: { label: "One", cookies: [{ name: "one" }] }, two: { label: "Two", cookies: [{ name: "two" }] } } },
    social: { autoClear: { cookies: [{ name: "vuid" }] } },
    ticked: { enabled: true, autoClear: { cookies: [{ name: "ticked" }] } },
  },
  language: { default: "en", translations: { en: {} } },
});
`
	other := "services:\n  - use: google-analytics@1\n"
	for _, test := range []struct {
		name, text string
		leave      string // an item that is not taken
		want, not  []string
	}{
		{"nobody else is in the category", head, "", []string{"    one: one\n", "    two: two\n", "    analytics: statistics\n"}, []string{"necessary: ", "ticked:"}},
		{"another service is in the category", head + other, "", []string{"    one: one\n", "    two: two\n"}, []string{"    analytics: "}},
		{"one of its services is taken", head, "service 1", []string{"    analytics: one\n"}, []string{"    two: ", "analytics: statistics"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := dropped(t, test.text, "consent.js", []byte(banner))
			got, err := o.Take(nil, []byte(test.text), slices.DeleteFunc(o.items(), func(id string) bool { return id == test.leave }))
			if err != nil {
				t.Fatal(err)
			}
			_, carried, _ := strings.Cut(string(got), "\ncarryOver:\n")
			for _, want := range test.want {
				if !strings.Contains(carried, want) {
					t.Errorf("%q is not in\n%s\nwith the items %v", want, got, o.items())
				}
			}
			for _, not := range test.not {
				if strings.Contains(carried, not) {
					t.Errorf("%q is in\n%s", not, carried)
				}
			}
		})
	}
}

// TestImportCategories: services come into the catalogue's categories where it has such.
func TestImportCategories(t *testing.T) {
	const banner = `CookieConsent.run({
  categories: {
    CATEGORY: { readOnly: READ, services: { SERVICE: { label: "L", cookies: [{ name: "sid" }] } } },
  },
  language: { default: "fr", translations: { fr: {} } },
});
`
	for _, test := range []struct {
		name, text, category, readOnly, service string
		want, not                               string
	}{
		{"what nobody can refuse", own, "required", "true", "session", "  category: needed\n", "id: required"},
		{"of the same id", own, "mesure", "false", "session", "  category: mesure\n  provider: session\n", "id: mesure\n"},
		{"of the same kind", own, "analytics", "false", "session", "  category: mesure\n  provider: session\n", "id: analytics"},
		{"of no kind that is there", own, "social", "false", "session", "  - id: social\n", "category: mesure\n  provider: session"},
		{"the id of what nobody can refuse", own, "needed", "false", "session", "  category: needed-2\n", "category: needed\n  provider"},
		{"known, in a category of its own", head, "films", "false", "vimeo", "  - use: vimeo@1\n    category: third-party\n", "id: films"},
		{"known, in one of the same kind", head, "analytics", "false", "vimeo", "  - use: vimeo@1\n    category: statistics\n", "third-party"},
		{"known, in a category that is there", head, "statistics", "false", "vimeo", "  - use: vimeo@1\n    category: statistics\n", "third-party"},
		{"the id of a category", own, "social", "false", "mesure", "- id: mesure-2\n", "- id: mesure\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := dropped(t, test.text, "a.js", []byte(strings.NewReplacer("CATEGORY", test.category, "READ", test.readOnly, "SERVICE", test.service).Replace(banner)))
			if len(o.Items) == 0 {
				t.Fatal("nothing is offered")
			}
			got, err := o.Take(nil, []byte(test.text), []string{"service 0"})
			if err != nil {
				t.Fatal(err)
			}
			keeps(t, test.text, string(got))
			if !strings.Contains(string(got), test.want) || strings.Contains(string(got), test.not) {
				t.Errorf("want %q and not %q in\n%s", test.want, test.not, got)
			}
		})
	}
}

// TestImportMade: cookies that stand in a former category and in none of its services come into the service
// that is known to set them, or into one that package draft names.
func TestImportMade(t *testing.T) {
	const banner = `CookieConsent.run({
  categories: {
    analytics: { services: { ga: { label: "Google Analytics", cookies: [{ name: "_ga" }] } }, autoClear: { cookies: [{ name: "_gid" }] } },
    performance: { autoClear: { cookies: [{ name: /^_hj/ }] } },
    ads: { autoClear: { cookies: [{ name: "odd" }] } },
  },
  language: { default: "fr", translations: { fr: {} } },
});
`
	o := dropped(t, own, "a.js", []byte(banner))
	var all []string
	for _, item := range o.Items {
		all = append(all, strings.Join(item.Lines, "\n"))
	}
	text := strings.Join(all, "\n")
	if len(o.Items) != 4 || !strings.Contains(text, "  - use: hotjar@1\n    category: mesure\n") || !strings.Contains(text, "  - use: google-analytics@1\n    id: ga\n    category: mesure") || !strings.Contains(text, "whose cookies these are: in the source they are in the category ads") {
		t.Errorf("the items are %v:\n%s", o.items(), text)
	}
}

// TestImportTwice: two services of one name are two items.
func TestImportTwice(t *testing.T) {
	const banner = `CookieConsent.run({
  categories: {
    analytics: { services: { one: { label: "Premier", cookies: [{ name: "a" }] } } },
    ads: { services: { one: { label: "Second", cookies: [{ name: "b" }] } } },
  },
  language: { default: "fr", translations: { fr: {} } },
});
`
	o := dropped(t, own, "a.js", []byte(banner))
	for i, want := range []string{`"Premier"`, `"Second"`} {
		if len(o.Items) < 2 || !strings.Contains(strings.Join(o.Items[i].Lines, "\n"), want) {
			t.Fatalf("item %d is not about %s: %+v", i, want, o.Items)
		}
	}
	got, err := o.Take(nil, []byte(own), []string{"service 1"})
	if err != nil || strings.Contains(string(got), "Premier") || !strings.Contains(string(got), "Second") {
		t.Errorf("%v in\n%s", err, got)
	}
}

// TestImportTake: whatever is chosen, it is written and the rest is not. What stands there stays.
func TestImportTake(t *testing.T) {
	texts := catalogues(t)
	for i, name := range []string{"klaro/02-whole-reference.js", "vanilla3/02-whole-reference.ts", "tarteaucitron/01-library.html", "orejime3/02-whole-reference.js", "c15t/02-whole-reference.ts"} {
		data := testdata(t, name)
		from, _, err := readConfiguration(t.Context(), name[strings.IndexByte(name, '/')+1:], data)
		if err != nil {
			t.Fatal(err)
		}
		for kind, text := range texts {
			if short := []string{"with TODOs", "of its own"}; i > 0 && !slices.Contains(short, kind) {
				continue
			}
			t.Run(name+" into "+kind, func(t *testing.T) {
				t.Parallel()
				on, err := read("c.yaml", []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				all, err := from.items(on)
				if err != nil {
					t.Fatal(err)
				}
				if len(all.items) == 0 {
					t.Fatal("nothing is offered")
				}
				o := &Offer{name: "c.yaml", from: from}
				o.Items = all.items
				choices := [][]string{o.items()}
				if kind == "with TODOs" {
					for n, id := range o.items() {
						if id != carryItem && (n < 4 || i == 0) {
							choices = append(choices, []string{id})
						}
					}
				}
				for _, choice := range choices {
					got, err := o.Take(nil, []byte(text), choice)
					if err != nil {
						t.Fatalf("%v: %v", choice, err)
					}
					keeps(t, text, string(got))
					after, err := read("c.yaml", got)
					if err != nil {
						t.Fatal(err)
					}
					again, err := from.items(after)
					if err != nil {
						t.Fatal(err)
					}
					for _, item := range again.items {
						if slices.Contains(choice, item.ID) && item.Kind != desk.OfferService {
							t.Errorf("%s is offered again, in\n%s", item.ID, got)
						}
					}
					if len(choice) > 1 && strings.Contains(string(got), "carryOver") != slices.Contains(choice, carryItem) {
						t.Errorf("carryOver of %v in\n%s", choice, got)
					}
					for _, item := range o.Items {
						if id := writtenID(item.Lines); item.Kind == desk.OfferService && slices.Contains(choice, item.ID) && strings.Count(string(got), id) <= strings.Count(text, id) {
							t.Errorf("%s, %q, is not in\n%s", item.ID, id, got)
						}
					}
				}
			})
		}
	}
}

// TestImportSettings: what a configuration says of the site is offered where the catalogue says nothing.
func TestImportSettings(t *testing.T) {
	const banner = `CookieConsent.run({
  cookie: { name: "cc", domain: ".mairie.example" },
  categories: { analytics: {} },
  language: { default: "fr", translations: { fr: { consentModal: { title: "T", description: "D", footer: '<a href="https://www.mairie.example/cookies">Politique</a>' } } } },
});
`
	site := func(keys string) string {
		return strings.Replace(head, "controller: Ville", "controller: Ville"+keys, 1)
	}
	for _, test := range []struct {
		name, text string
		offered    []string
		want       string
	}{
		{"nothing is said", head, []string{"domain"}, ", cookieDomain: mairie.example }"},
		{"it is said", site(", cookieDomain: a.example"), nil, ", cookieDomain: a.example }"},
		{"the page's address is to be said", site(", charterURL: TODO"), []string{"domain"}, ", cookieDomain: mairie.example }"},
		{"it is to be said", site(", cookieDomain: TODO"), []string{"domain"}, ", cookieDomain: mairie.example }"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := dropped(t, test.text, "a.js", []byte(banner))
			var item *desk.OfferItem
			for i := range o.Items {
				if o.Items[i].Kind == desk.OfferDomain {
					item = &o.Items[i]
				}
			}
			if (item == nil) != (test.offered == nil) {
				t.Fatalf("the items are %v, with the remarks %q", o.items(), o.Remarks)
			}
			if item == nil {
				return
			}
			if item.Title != "mairie.example" || !slices.Equal(item.Lines, []string{"site:", "  cookieDomain: mairie.example"}) {
				t.Errorf("the item is %+v", item)
			}
			got, err := o.Take(nil, []byte(test.text), []string{item.ID})
			if err != nil || !strings.Contains(string(got), test.want) {
				t.Errorf("took %v\n%s", err, got)
			}
			other := slices.DeleteFunc(o.items(), func(id string) bool { return id == item.ID })
			if got, err := o.Take(nil, []byte(test.text), other); len(other) > 0 && (err != nil || strings.Contains(string(got), test.want)) {
				t.Errorf("it is taken although nobody chose it: %v\n%s", err, got)
			}
		})
	}
}

// TestImportReal: each configuration of the importers' tests gives an offer which, taken whole, leaves
// nothing to mend but TODOs. What stands there stays. One in five is tried, and all with
// CHARTE_CONFIGURATIONS=all.
func TestImportReal(t *testing.T) {
	files, err := filepath.Glob("../../importer/peers/testdata/*/*")
	files = slices.DeleteFunc(files, func(file string) bool { return strings.HasSuffix(file, ".golden") })
	if err != nil || len(files) < 70 {
		t.Fatalf("%d configurations, %v", len(files), err)
	}
	for i, file := range files {
		if os.Getenv("CHARTE_CONFIGURATIONS") != "all" && i%5 != 0 {
			continue
		}
		text := []string{head + "# the end\n", own, unfinished}[i%3]
		t.Run(strings.TrimPrefix(file, "../../importer/peers/testdata/"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			o := dropped(t, text, filepath.Base(file), data)
			if len(o.Items)+len(o.Has)+len(o.Remarks) == 0 {
				t.Fatal("nothing is offered, and nobody says why")
			}
			if len(o.Items) == 0 {
				return
			}
			got, err := o.Take([]byte(text), []byte(text), o.items())
			if err != nil {
				t.Fatal(err)
			}
			keeps(t, text, string(got))
			if string(got) == text {
				t.Error("nothing is added")
			}
		})
	}
}

// writtenID is the line of an item that names its service.
func writtenID(lines []string) string {
	for _, line := range lines[slices.Index(lines, "services:")+1:] {
		if text, is := strings.CutPrefix(line, "  - "); is {
			return text
		}
	}
	return "?"
}

func TestImportRefused(t *testing.T) {
	for _, test := range []struct{ name, file, text, want string }{
		{"no banner", "a.js", "var x = 1", "a.js configures none of the banners"},
		{"no script", "a.js", "var x = {", "a.js:1"},
		{"an empty file", "a.js", "", "a.js configures none"},
		{"JSON of something else", "package.json", `{"name": "x", "version": "1"}`, "package.json configures none"},
		{"JSON that was cut short", "klaro.json", `{"version": 1, "services": [{"name": "a", `, "klaro.json:2:1: This cannot be read"},
		{"no text", "a.png", "\x89PNG\x00", "is not text in UTF-8"},
		{"too big for a configuration", "a.js", strings.Repeat(" ", 5<<20+1), "are the most for a configuration"},
		{"deep", "a.json", strings.Repeat("[", 100_000), "a.json"},
		{"two banners", "a.js", klaro + `tarteaucitron.init({});`, "there are 2 configurations"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, err := Drop(t.Context(), "c.yaml", []byte(head), test.file, []byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("offered %+v, %v; want an error with %q", o, err, test.want)
			}
		})
	}
}

// TestImportEnds: a script that runs for ever is stopped, and what it told until then is offered. So is
// the search when nobody waits for it any more.
func TestImportEnds(t *testing.T) {
	begun := time.Now()
	o := dropped(t, head, "a.js", []byte(klaro+"klaro.setup(klaroConfig); for (;;) {}"))
	if took := time.Since(begun); took > 9*time.Second {
		t.Errorf("it took %v", took)
	}
	if !slices.Contains(o.items(), "service 0") || !slices.ContainsFunc(o.Remarks, func(text string) bool { return strings.Contains(text, "runs for too long") }) {
		t.Errorf("the items are %v, the remarks %q", o.items(), o.Remarks)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Drop(ctx, "c.yaml", []byte(head), "a.js", []byte("for (;;) {}")); err == nil {
		t.Error("nobody waits, and there is an offer")
	}
}

// TestImportHostile: names that were chosen to do harm are written as names.
func TestImportHostile(t *testing.T) {
	const harm = `var klaroConfig = { lang: "en", cookieName: "kl\naro: x", translations: { en: { ok: "a\u202eb\n: #", "__proto__x": "y" } },
  services: [
    { name: "__proto__", title: "a\n  - use: youtube@1", purposes: ["constructor"], cookies: ["a\"'b", "__proto__"] },
    { name: "rtl\u202egnp", title: "\u0000\u001b[31m", purposes: ["__proto__"], cookies: [/(a+)+$/, "x\ny"] },
    { name: "", title: "TODO", purposes: [], cookies: ["TODO"] },
    { name: "x".repeat(9999), title: "x".repeat(9999), purposes: ["p"], cookies: ["\ud800", "é"] },
  ] };
`
	text := unfinished
	o := dropped(t, text, "\u202eklaro\n.js", []byte(harm))
	if len(o.Items) < 3 {
		t.Fatalf("offered %v with %q", o.items(), o.Remarks)
	}
	shownTexts := append(slices.Clone(o.Remarks), o.File)
	for _, item := range o.Items {
		shownTexts = append(append(shownTexts, item.Title), item.Lines...)
	}
	for _, text := range shownTexts {
		if strings.ContainsAny(text, "\n\u202e\x00\x1b") {
			t.Errorf("%q cannot be shown", text)
		}
	}
	got, err := o.Take(nil, []byte(text), o.items())
	if err != nil {
		t.Fatal(err)
	}
	keeps(t, text, string(got))
	if strings.Contains(string(got), "- use: youtube") && !strings.Contains(string(got), `a - use: youtube@1"`) || bytes.ContainsAny(got, "\u202e\x00\x1b") {
		t.Errorf("took\n%s", got)
	}
}
