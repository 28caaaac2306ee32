package tags

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// names are those of a catalogue, with what the peers call them.
func names(peer string) Map {
	m := Map{
		Peer:       peer,
		Services:   map[string]string{"Google Analytics": "google-analytics", "matomo": "matomo", "youtube": "youtube", "vimeo": "vimeo", "gtag": "google-analytics", "spotify": "spotify", "soundcloud": "soundcloud", "dailymotion": "dailymotion", "iframe": "reader", "maps_noapi": "google-maps", "twitter": "x-embed", "deezer": "deezer", "homeless": "homeless", "facebookpost": "facebook-embed", "videos": "youtube", "Videos": "youtube"},
		Categories: map[string]string{"analytics": "statistics", "ads": "ads", "necessary": "necessary", "marketing": "ads", "media": "third-party"},
		Homes:      map[string]string{"google-analytics": "statistics", "matomo": "statistics", "youtube": "third-party", "vimeo": "third-party", "spotify": "third-party", "soundcloud": "third-party", "dailymotion": "third-party", "reader": "third-party", "google-maps": "third-party", "x-embed": "third-party", "deezer": "third-party", "facebook-embed": "third-party"},
		Library:    map[string]string{"google-analytics": "google-analytics", "x-embed": "x-embed"},
	}
	return m
}

// A row is a part of a page, and what becomes of it.
type row struct {
	name string
	in   string
	out  string   // "" is the same
	left []string // what the reasons contain, in order
	says string   // what the note of the first change contains
	tell string   // what the first that is left says to write contains
}

func check(t *testing.T, peer, file string, rows []row) {
	t.Helper()
	for _, test := range rows {
		t.Run(test.name, func(t *testing.T) {
			want := test.out
			if want == "" {
				want = test.in
			}
			out, changes, left := Rewrite(file, []byte(test.in), names(peer))
			if string(out) != want {
				t.Errorf("Rewrite(%s)\n got %s\nwant %s", test.in, out, want)
			}
			if (want != test.in) != (len(changes) > 0) {
				t.Errorf("%d changes", len(changes))
			}
			if test.says != "" && (len(changes) == 0 || !strings.Contains(changes[0].Note, test.says)) {
				t.Errorf("changes are %+v, want a note with %q", changes, test.says)
			}
			if len(left) != len(test.left) {
				t.Fatalf("left is %+v, want %q", left, test.left)
			}
			for i, l := range left {
				if !strings.Contains(l.Why, test.left[i]) {
					t.Errorf("left for %q, want %q", l.Why, test.left[i])
				}
			}
			if test.tell != "" && !strings.Contains(left[0].Write, test.tell) {
				t.Errorf("says to write %q, want %q", left[0].Write, test.tell)
			}
			again, changes, _ := Rewrite(file, out, names(peer))
			if !bytes.Equal(again, out) || len(changes) > 0 {
				t.Errorf("a second time, it becomes %s", again)
			}
		})
	}
}

func TestVanilla(t *testing.T) {
	check(t, "vanilla-cookieconsent 3", "page.html", []row{
		{name: "a category", in: `<script type="text/plain" data-category="analytics">a()</script>`,
			out: `<script type="text/plain" data-category="statistics">a()</script>`},
		{name: "a category that is called the same", in: `<script type="text/plain" data-category="ads" data-src="/a.js"></script>`},
		{name: "Charte's own", in: `<script type="text/plain" data-category="statistics" data-service="matomo">a()</script>`},
		{name: "a service by its label", in: `<script type="text/plain" data-category="analytics" data-service="Google Analytics" data-src="https://example.org/g.js" async></script>`,
			out: `<script type="text/plain" data-category="statistics" data-service="google-analytics" data-src="https://example.org/g.js" async></script>`},
		{name: "a service that moves", in: `<script type="text/plain" data-category="ads" data-service="matomo"></script>`,
			out: `<script type="text/plain" data-category="statistics" data-service="matomo"></script>`},
		{name: "a module, quotes, case and order", in: "<SCRIPT data-type='module'\n  DATA-CATEGORY='analytics'  type=text/plain  src=/x.js  nonce=\"{{ nonce }}\" >import 'x'</SCRIPT>",
			out: "<SCRIPT data-type='module'\n  DATA-CATEGORY='statistics'  type=text/plain  src=/x.js  nonce=\"{{ nonce }}\" >import 'x'</SCRIPT>"},
		{name: "without quotes", in: `<script type=text/plain data-category=analytics>a()</script>`,
			out: `<script type=text/plain data-category=statistics>a()</script>`},
		{name: "on refusal", in: `<script type="text/plain" data-category="!analytics">a()</script>`,
			left: []string{"runs on a refusal"}, tell: `data-category="!statistics"`},
		{name: "on refusal of a service", in: `<script type="text/plain" data-category="analytics" data-service="!Google Analytics">a()</script>`,
			left: []string{"runs on a refusal"}, tell: `data-category="statistics" data-service="!google-analytics"`},
		{name: "on refusal of a category, with a service", in: `<script type="text/plain" data-category="!analytics" data-service="Google Analytics">a()</script>`,
			left: []string{"runs on a refusal"}, tell: `data-category="!statistics" data-service="google-analytics"`},
		{name: "a service of Charte's", in: `<script type="text/plain" data-category="statistics" data-service="google-analytics">a()</script>`},
		{name: "an unknown category", in: `<script type="text/plain" data-category="other">a()</script>`, left: []string{`no category for "other"`}},
		{name: "an unknown service", in: `<script type="text/plain" data-category="analytics" data-service="Other">a()</script>`, left: []string{`no service for "Other"`}},
		{name: "no type", in: `<script data-category="analytics">a()</script>`, left: []string{"runs before any answer"}},
		{name: "types that run", in: `<script type="text/javascript" data-category="analytics">a()</script><script type=" Application/X-ECMAScript" data-category="analytics">a()</script><script type="text/javascript1.5" data-category="analytics">a()</script>`,
			left: []string{"runs before any answer", "runs before any answer", "runs before any answer"}},
		{name: "a type with a parameter, which no browser runs", in: `<script type="text/javascript; charset=utf-8" data-category="analytics">a()</script>`,
			out: `<script type="text/plain" data-category="statistics">a()</script>`},
		{name: "a type that begins like one that runs", in: `<script type="text/javascript-later" data-category="analytics">a()</script>`,
			out: `<script type="text/plain" data-category="statistics">a()</script>`},
		{name: "version 2", in: `<script type="text/plain" data-cookiecategory="analytics" src="/a.js"></script>`,
			out: `<script type="text/plain" data-category="statistics" src="/a.js"></script>`},
		{name: "a template writes the category", in: `<script type="text/plain" data-category="{{ category }}">a()</script>`,
			left: []string{"Code of a template writes its category"}},
		{name: "a template writes the type", in: `<script type="{{ t }}" data-category="analytics">a()</script>`, left: []string{"writes its type"}},
		{name: "a template decides on another attribute", in: `<script type="text/plain" data-category="analytics" {% if nonce %}nonce="{{ nonce }}"{% endif %}>a()</script>`,
			out: `<script type="text/plain" data-category="statistics" {% if nonce %}nonce="{{ nonce }}"{% endif %}>a()</script>`},
		{name: "a template decides on the category", in: `<script type="text/plain" {% if x %}data-category="analytics"{% else %}data-category="ads"{% endif %}>a()</script>`,
			left: []string{"A template decides"}, tell: `data-category="statistics"`},
		{name: "buttons", in: `<button data-cc="show-preferencesModal">A</button><a href="#" data-cc='accept-necessary'>B</a><button data-cc=accept-all>C</button>`,
			out: `<button data-charte="open">A</button><a href="#" data-charte='refuse-all'>B</a><button data-charte=accept-all>C</button>`},
		{name: "a button of version 2", in: `<button type="button" data-cc="c-settings">A</button>`, out: `<button type="button" data-charte="open">A</button>`},
		{name: "the notice again", in: `<button data-cc="show-consentModal">A</button>`, out: `<button data-charte="open">A</button>`, says: "opens the settings"},
		{name: "a button without a counterpart", in: `<button data-cc="accept-custom">A</button>`, left: []string{"no button that does this"}},
		{name: "a click", in: `<button type="button" onclick="CookieConsent.showPreferences(); return false;">A</button>`,
			out: `<button type="button" data-charte="open">A</button>`},
		{name: "a click that does more", in: `<button onclick="CookieConsent.showPreferences(); track()">A</button>`, left: []string{"A click talks to the banner"}},
		{name: "a link", in: `<a href="javascript:CookieConsent.showPreferences()">A</a>`, out: `<a href="#" data-charte="open">A</a>`},
		{name: "the banner's script and style", in: "<head>\n  <link rel=\"stylesheet\" href=\"/dist/cookieconsent.css?v=3\">\n  <script defer src=\"/dist/cookieconsent.umd.js\" nonce=\"{{ n }}\"></script>\n</head>",
			out: "<head>\n  <script src=\"/charte/charte.js\" defer nonce=\"{{ n }}\"></script>\n</head>", says: "goes"},
		{name: "a static file of Django", in: `<script src="{% static 'vendor/cookieconsent.umd.js' %}" defer></script>`, out: `<script src="/charte/charte.js" defer></script>`},
		{name: "Charte is there already", in: "<script src=\"/c/charte.js\" defer></script>\n<script src=\"cookieconsent.umd.js\"></script>\n<p>", out: "<script src=\"/c/charte.js\" defer></script>\n<p>"},
		{name: "somebody else's cookieconsent", in: `<script src="/cookieconsent.min.js"></script>`},
		{name: "another file of the banner's", in: `<script src="https://cdn.jsdelivr.net/npm/vanilla-cookieconsent@3/dist/cookieconsent.umd.min.js"></script><link rel="stylesheet" href="/orestbida/cookieconsent/themes/elegant.css">`, left: []string{"belongs to the banner", "belongs to the banner"}},
		{name: "a file of the configuration", in: `<script type="module" src="cookieconsent-config.js"></script>`, left: []string{"set up in it"}},
		{name: "the configuration alone", in: "<script>\n  CookieConsent.run({categories: {analytics: {enabled: false}}, language: {default: '{{ lang }}'}});\n</script>\n<p>", out: "<p>", says: "only set the banner up"},
		{name: "the configuration of version 2, when the page is there", in: "<script>window.addEventListener('load', function () { var cc = initCookieConsent(); cc.run({page_scripts: true, /* … */ languages: {}}); });</script><p>", out: "<p>", says: "only set"},
		{name: "a module with the configuration", in: "<script type=\"module\">\n  import 'https://cdn.example/cookieconsent.umd.js';\n  const config = {categories: {}};\n  CookieConsent.run(config);\n</script><p>", out: "<p>"},
		{name: "the configuration with functions", in: "<script>CookieConsent.run({onConsent: function () { track() }})</script>", left: []string{"does more"}},
		{name: "the configuration with something else", in: "<script>CookieConsent.run({}); track()</script>", left: []string{"does more"}},
		{name: "the configuration, when the page has loaded", in: "<script>document.body.onload = function () { CookieConsent.run({}) }</script><p>", out: "<p>"},
		{name: "a configuration that is called for", in: "<script>CookieConsent.run({a: from`b`})</script><script>CookieConsent.run({...b()})</script>", left: []string{"does more", "does more"}},
		{name: "the configuration in a template's branch", in: "<script>{% if x %}CookieConsent.run({});{% endif %}</script>", left: []string{"does more"}},
		{name: "a script that asks", in: "<script>if (CookieConsent.acceptedCategory('analytics')) start();</script>", left: []string{"talks to the banner"}},
		{name: "the configuration of a template", in: "<script>CookieConsent.run({{ config|safe }})</script>", left: []string{"does more"}},
		{name: "a part of the configuration of a template", in: "<script>CookieConsent.run({categories: {{ categories }}})</script>", left: []string{"does more"}},
		{name: "another module", in: "<script type=\"module\">\nimport 'https://cdn.example/cookieconsent.umd.js';\nimport './start.js';\nCookieConsent.run({});\n</script>", left: []string{"does more"}},
		{name: "a configuration that is too deep", in: "<script>CookieConsent.run({a: " + strings.Repeat("[", setupDepth) + strings.Repeat("]", setupDepth) + "})</script>", left: []string{"does more"}},
		{name: "a configuration that is too long", in: "<script>CookieConsent.run({a: '" + strings.Repeat("a", setupBytes) + "'})</script>", left: []string{"does more"}},
		{name: "a type that no browser knows", in: `<script type="text/blocked" data-category="ads">a()</script>`, out: `<script type="text/plain" data-category="ads">a()</script>`},
		{name: "a button that is none", in: `<script type="text/plain" data-cc="accept-all" data-category="ads"></script>`},
		{name: "code in the name of a tag", in: `<script{% if x %} async{% endif %} type="text/plain" data-category="analytics">a()</script>`, out: `<script{% if x %} async{% endif %} type="text/plain" data-category="statistics">a()</script>`},
		{name: "a comment", in: `<!-- <script type="text/plain" data-category="analytics"></script> -->`},
		{name: "other elements", in: `<img alt="" data-category="analytics" data-src="/a.gif"><p data-category="analytics">`, left: []string{"Charte holds back such an element"}, tell: `data-category="statistics"`},
		{name: "other elements of version 2", in: `<iframe title="V" data-cookiecategory="media" data-src="https://example.org/"></iframe>`, left: []string{"Charte holds back such an element"}, tell: `data-category="third-party"`},
		{name: "iframemanager", in: `<div data-service="youtube" data-id="x" data-autoscale></div>`, left: []string{"iframemanager"}},
		{name: "a script without a type that runs nothing", in: `<script data-category="analytics" data-src="/a.js"></script>`,
			out: `<script type="text/plain" data-category="statistics" data-src="/a.js"></script>`},
		{name: "a module that runs nothing", in: `<script type="module" data-category="analytics" data-src="/a.js"> </script>`,
			out: `<script data-type="module" type="text/plain" data-category="statistics" data-src="/a.js"> </script>`},
		{name: "a module that says so", in: `<script type="module" data-type="module" data-category="ads" data-src="/a.js"></script>`, out: `<script type="text/plain" data-type="module" data-category="ads" data-src="/a.js"></script>`},
		{name: "a script with an address of its own, too", in: `<script src="/b.js" data-category="analytics" data-src="/a.js"></script>`, left: []string{"runs before any answer"}},
		{name: "a button of a template", in: `<button data-cc="{{ does }}">A</button>`, left: []string{"no button that does this"}},
		{name: "a script with an address for the banner that runs", in: `<script data-category="analytics" data-src="/a.js">a()</script>`, left: []string{"runs before any answer"}},
		{name: "an element that Vue makes a script of", in: `<component is="script" type="text/plain" data-category="analytics"></component>`, left: []string{"Charte holds b"}},
		{name: "Vue", in: `<button :data-cc="which">A</button>`, left: []string{"JavaScript computes :data-cc"}},
		{name: "a script that writes tags", in: "<script>document.write('<script type=\"text/plain\" data-category=\"analytics\"><\\/script>')</script>", left: []string{"A script writes"}},
		{name: "code that writes tags", in: "{% set tag = '<script type=\"text/plain\" data-category=\"analytics\">' %}", left: []string{"Code of a template writes something"}},
		{name: "code that writes attributes", in: "<?php wp_script_attributes(['type' => 'text/plain', 'data-category' => 'analytics']); ?>\n<%= javascript_tag a, type: 'text/plain', data: {category: 'ads'} %>\n<%= button_tag 'A', data: { cc: 'c-settings' } %>",
			left: []string{"Code of a template writes something", "Code of a template writes something", "Code of a template writes something"}},
		{name: "styles", in: "<style>#cc-main { --cc-bg: red }</style>", left: []string{"styles are the banner's"}},
	})
}

func TestJSX(t *testing.T) {
	check(t, "Klaro 0.7", "layout.tsx", []row{
		{name: "the banner's own script", in: `<Script src="https://cdn.example/klaro.js" strategy="lazyOnload" />`, left: []string{"stands in JavaScript", "talks to the banner"}, tell: `<script src="/charte/charte.js" defer>`},
	})
}

func TestIndented(t *testing.T) {
	check(t, "vanilla-cookieconsent 3", "layout.pug", []row{
		{name: "a tag", in: "head\n  script(type='text/plain' data-category='analytics').\n    a()\n  script.\n    CookieConsent.run({})\n  script(type='text/plain' data-category='ads')",
			left: []string{"Code of a template writes something", "talks to the banner", "Code of a template writes something"}},
		{name: "nothing", in: "head\n  title A < B"},
	})
}

func TestMarkdown(t *testing.T) {
	check(t, "vanilla-cookieconsent 3", "post.md", []row{
		{name: "a tag", in: "# A\n\n" + `<script type="text/plain" data-category="analytics">a()</script>`, left: []string{"stands in Markdown"}, tell: `data-category="statistics"`},
	})
}

func TestSmarty(t *testing.T) {
	check(t, "vanilla-cookieconsent 3", "head.tpl", []row{
		{name: "code in an attribute", in: `{if $a}<script type="text/plain" data-category="analytics" {if $b->c > 1}async {/if}data-src="/a.js?id={$c|default:"x"}"></script>{/if}{* > *}`,
			out: `{if $a}<script type="text/plain" data-category="statistics" {if $b->c > 1}async {/if}data-src="/a.js?id={$c|default:"x"}"></script>{/if}{* > *}`},
		{name: "a category that a template decides on", in: `<script type="text/plain" {if $b > 1}data-category="analytics"{else}data-category="ads"{/if}></script>`, left: []string{"A template decides"}},
		{name: "a category of a template", in: `<script type="text/plain" data-category="{$c}"></script>`, left: []string{"writes its category"}},
		{name: "other brackets", in: `[{if $a > 1}]<script type="text/plain" data-category="analytics" id="[{$b->c("x")}]"></script>[{/if}]`,
			out: `[{if $a > 1}]<script type="text/plain" data-category="statistics" id="[{$b->c("x")}]"></script>[{/if}]`},
	})
}

func TestVanillaCrossing(t *testing.T) {
	m := names("vanilla-cookieconsent 3")
	m.Categories = map[string]string{"analytics": "statistics", "statistics": "research"}
	in := `<script type="text/plain" data-category="statistics"></script>`
	out, _, left := Rewrite("a.html", []byte(in), m)
	if string(out) != in || len(left) != 1 || !strings.Contains(left[0].Why, "cannot be told apart") {
		t.Errorf("Rewrite = %s, %+v; want it left", out, left)
	}
}

func TestKlaro(t *testing.T) {
	check(t, "Klaro 0.7", "page.html", []row{
		{name: "a script", in: `<script type="text/plain" data-type="application/javascript" data-name="matomo" data-src="https://example.org/m.js"></script>`,
			out: `<script type="text/plain" data-type="application/javascript" data-category="statistics" data-service="matomo" data-src="https://example.org/m.js"></script>`},
		{name: "the type of old versions", in: `<script type="opt-in" data-type="application/javascript" data-name='matomo'>m()</script>`,
			out: `<script type="text/plain" data-type="application/javascript" data-category='statistics' data-service='matomo'>m()</script>`},
		{name: "a purpose", in: `<script type="text/plain" data-name="analytics">m()</script>`,
			out: `<script type="text/plain" data-category="statistics">m()</script>`},
		{name: "an image, a link and a frame", in: `<img alt data-name="matomo" data-src="/a.gif"><link rel="stylesheet" data-name=youtube data-href="/a.css"><iframe data-name="youtube" data-src="https://example.org/{{ id }}"></iframe>`,
			out: `<img alt data-category="statistics" data-service="matomo" data-src="/a.gif"><link rel="stylesheet" data-category="third-party" data-service="youtube" data-href="/a.css"><iframe data-category="third-party" data-service="youtube" data-src="https://example.org/{{ id }}"></iframe>`},
		{name: "an image that is not held back", in: `<img alt src="/a.gif" data-name="matomo">`, left: []string{"fetched before any answer"}},
		{name: "another element", in: `<video data-name="youtube" data-src="/a.mp4"></video>`, left: []string{"Put it into a template"}, tell: `<template data-category="third-party" data-service="youtube"><video src="/a.mp4">`},
		{name: "another library's data-name", in: `<div data-name="x"></div><script data-name="BMC-Widget" src="/b.js"></script>`},
		{name: "an unknown name", in: `<script type="text/plain" data-name="other"></script>`, left: []string{`for "other"`}},
		{name: "a service without a category", in: `<script type="text/plain" data-name="homeless"></script>`, left: []string{"no category for the service"}},
		{name: "a template writes the name", in: `<script type="text/plain" data-name="{{ n }}"></script>`, left: []string{"Code of a template writes its data-name"}},
		{name: "a click", in: `<a href="#" onclick="return klaro.show(undefined, true);">A</a>`, out: `<a href="#" data-charte="open">A</a>`},
		{name: "the banner's own", in: "<script defer type=\"text/javascript\" src=\"config.js\"></script>\n<script defer data-config=\"klaroConfig\" src=\"https://cdn.example/klaro/v0.7/klaro.js\"></script>\n<link rel=\"stylesheet\" href=\"klaro.min.css\">\n",
			out: "<script defer type=\"text/javascript\" src=\"config.js\"></script>\n<script src=\"/charte/charte.js\" defer></script>\n"},
		{name: "the configuration", in: "<script>var klaroConfig = {version: 1, services: [{name: 'matomo', purposes: [], cookies: [/^_pk_/]}]};</script><p>", out: "<p>"},
		{name: "a callback", in: "<script>var klaroConfig = {services: [{callback: (c) => 1}]};</script>", left: []string{"does more"}},
		{name: "a category as well", in: `<img alt data-name="matomo" data-category="x" data-src="/a.gif">`, left: []string{"already"}},
		{name: "a service as well", in: `<img alt data-name="matomo" data-service="x" data-src="/a.gif">`, left: []string{"already"}},
		{name: "an element that hides", in: `<div data-name="youtube" data-hide="true"><p>P</p></div>`, left: []string{"Put it into a template"}, tell: `<template data-category="third-party" data-service="youtube"><div data-hide="true">`},
		{name: "a template", in: `<template data-name="youtube" data-type="a"><p>P</p></template>`, out: `<template data-category="third-party" data-service="youtube" data-type="a"><p>P</p></template>`},
		{name: "a script that ends itself", in: `<script src="/klaro.js" /></script>`, out: `<script src="/charte/charte.js" defer></script>`},
		{name: "a script that waits and asks", in: `<script type="text/plain" data-name="matomo">if (klaro.getManager().getConsent("x")) m()</script>`, out: `<script type="text/plain" data-category="statistics" data-service="matomo">if (klaro.getManager().getConsent("x")) m()</script>`, left: []string{"talks to the banner"}},
		{name: "a script of old versions that waits and asks", in: `<script type="opt-in" data-name="matomo">klaro.getManager()</script>`, out: `<script type="text/plain" data-category="statistics" data-service="matomo">klaro.getManager()</script>`, left: []string{"talks to the banner"}},
		{name: "data", in: `<script type="application/json">{"a": "klaro.js"}</script>`},
		{name: "a script that only names it", in: "<script>var config = {a: 1}; // klaro.js reads it</script>", left: []string{"talks to the banner"}},
		{name: "clicks that ask whether the banner is there", in: `<a onclick="window.klaro && window.klaro.show && klaro.show(undefined, true)">A</a><a onclick="if (window.klaro) klaro.show();">B</a><a onclick="klaro?.show()">C</a>`,
			out: `<a data-charte="open">A</a><a data-charte="open">B</a><a data-charte="open">C</a>`},
		{name: "clicks that ask something else", in: `<a onclick="if (x) klaro.show()">A</a><a onclick="x && klaro?.show()">B</a>`, left: []string{"A click talks", "A click talks"}},
		{name: "a placeholder", in: `<div data-type="placeholder" data-name="youtube">P</div>`, left: []string{"in the place of what waits"}},
		{name: "an icon that is called like a service", in: `<i class="icon" data-name="youtube"></i><svg data-name="youtube"><title>Y</title></svg>`},
		{name: "hints", in: `<img alt data-name="matomo" data-src="/a.gif" data-hide="true">`, out: `<img alt data-category="statistics" data-service="matomo" data-src="/a.gif" data-hide="true">`, says: "data-hide"},
	})
}

func TestOrejime(t *testing.T) {
	check(t, "Orejime 3", "page.html", []row{
		{name: "one script", in: "<head>\n  <template data-purpose=\"matomo\">\n    <script>m()</script>\n  </template>\n</head>",
			out: "<head>\n    <script type=\"text/plain\" data-category=\"statistics\" data-service=\"matomo\">m()</script>\n</head>"},
		{name: "scripts in order", in: `<template data-purpose="matomo"><script src="/m.js" async></script><script type="module">m()</script><script type='text/javascript'>n()</script></template>`,
			out: `<script type="text/plain" data-category="statistics" data-service="matomo" data-src="/m.js" async></script><script data-category="statistics" data-service="matomo" data-type="module" type="text/plain">m()</script><script data-category="statistics" data-service="matomo" type='text/plain'>n()</script>`},
		{name: "a frame that asks", in: `<template data-purpose="youtube" data-contextual><iframe title="V" src="https://example.org/{{ id }}"></iframe></template>`,
			out: `<iframe data-category="third-party" data-service="youtube" title="V" data-src="https://example.org/{{ id }}"></iframe>`},
		{name: "a group of purposes", in: `<template data-purpose="ads"><img alt="" src="/a.gif"></template>`, out: `<img data-category="ads" alt="" data-src="/a.gif">`},
		{name: "other HTML", in: `<template data-purpose="twitter" data-contextual data-contextual-level="3"><blockquote>Q</blockquote><script src="/w.js" async></script></template>`,
			out:  `<template data-category="third-party" data-service="x-embed"><blockquote>Q</blockquote><script type="text/plain" data-category="third-party" data-service="x-embed" data-src="/w.js" async></script></template>`,
			says: "asks in the place of frames"},
		{name: "nothing that is fetched", in: `<template data-purpose="youtube"><p>P</p></template>`, out: `<template data-category="third-party" data-service="youtube"><p>P</p></template>`},
		{name: "what a template includes", in: `<template data-purpose="matomo">{% include "m.html" %}<script>m()</script></template>`,
			out:  `<template data-category="statistics" data-service="matomo">{% include "m.html" %}<script type="text/plain" data-category="statistics" data-service="matomo">m()</script></template>`,
			says: "must have data-category"},
		{name: "what cannot wait alone", in: `<template data-purpose="youtube"><video src="/a.mp4"></video></template>`, out: `<template data-category="third-party" data-service="youtube"><video src="/a.mp4"></video></template>`, says: "cannot hold back a <video>"},
		{name: "a noscript stays in its template", in: `<template data-purpose="matomo"><script>m()</script><noscript><img src="/m.gif"></noscript></template>`,
			out: `<template data-category="statistics" data-service="matomo"><script type="text/plain" data-category="statistics" data-service="matomo">m()</script><noscript><img src="/m.gif"></noscript></template>`},
		{name: "another template within", in: `<template data-purpose="youtube"><template><p></p></template></template><p>`, out: `<template data-category="third-party" data-service="youtube"><template><p></p></template></template><p>`},
		{name: "an element without text", in: `<template data-purpose="youtube"><div id="player"></div><script>y()</script></template>`,
			out: `<template data-category="third-party" data-service="youtube"><div id="player"></div><script type="text/plain" data-category="third-party" data-service="youtube">y()</script></template>`},
		{name: "a frame with a page of its own", in: `<template data-purpose="youtube"><iframe title="V" src="/v" srcdoc="<img src=/a.jpg>"></iframe></template>`,
			out: `<template data-category="third-party" data-service="youtube"><iframe title="V" src="/v" srcdoc="<img src=/a.jpg>"></iframe></template>`, says: "cannot hold back"},
		{name: "an image of many sizes", in: `<template data-purpose="youtube"><img alt="" src="/a.gif" srcset="/b.gif 2x"></template>`,
			out:  `<template data-category="third-party" data-service="youtube"><img alt="" src="/a.gif" srcset="/b.gif 2x"></template>`,
			says: "cannot hold back a <img>"},
		{name: "an image with two addresses", in: `<template data-purpose="youtube"><img alt="" src="/a.gif" data-src="/b.gif"></template>`,
			out: `<template data-category="third-party" data-service="youtube"><img alt="" src="/a.gif" data-src="/b.gif"></template>`, says: "cannot hold back a <img>"},
		{name: "a link of many sizes", in: `<template data-purpose="youtube"><link rel="preload" as="image" href="/a.gif" imagesrcset="/b.gif 2x"></template>`,
			out: `<template data-category="third-party" data-service="youtube"><link rel="preload" as="image" href="/a.gif" imagesrcset="/b.gif 2x"></template>`, says: "cannot hold back a <link>"},
		{name: "what waits already", in: `<template data-purpose="youtube"><iframe title="V" data-category="third-party" data-service="youtube" data-src="/v"></iframe></template>`,
			out: `<iframe title="V" data-category="third-party" data-service="youtube" data-src="/v"></iframe>`},
		{name: "a template writes the type", in: `<template data-purpose="matomo"><script type="{{ t }}">m()</script></template>`, out: `<template data-category="statistics" data-service="matomo"><script type="{{ t }}">m()</script></template>`},
		{name: "a comment alone", in: `<template data-purpose="youtube"><!-- c --></template>`, out: `<template data-category="third-party" data-service="youtube"><!-- c --></template>`},
		{name: "data alone", in: `<template data-purpose="youtube"><script type="application/ld+json">{}</script></template>`, out: `<template data-category="third-party" data-service="youtube"><script type="application/ld+json">{}</script></template>`},
		{name: "a button in a template", in: `<template data-purpose="youtube"><button onclick="orejime.prompt()">A</button></template>`, out: `<template data-category="third-party" data-service="youtube"><button data-charte="open">A</button></template>`},
		{name: "a script that waits and asks", in: `<template data-purpose="matomo"><script>orejime.manager.getConsent("x")</script></template>`, out: `<script type="text/plain" data-category="statistics" data-service="matomo">orejime.manager.getConsent("x")</script>`, left: []string{"talks to the banner"}},
		{name: "a template decides on the purpose", in: `<template {% if a %}data-purpose="youtube"{% else %}data-purpose="matomo"{% endif %}><p>P</p><script>m()</script></template>`, left: []string{"A template decides"}},
		{name: "a purpose within another", in: `<template data-purpose="youtube"><p>P</p><template data-purpose="matomo"><script>m()</script></template></template>`, left: []string{"a purpose of its own"}},
		{name: "an unknown purpose", in: `<template data-purpose="other"><script>o()</script></template>`, left: []string{`for "other"`}},
		{name: "nothing ends it", in: `<template data-purpose="matomo"><p>`, left: []string{"Nothing ends"}},
		{name: "a template writes the purpose", in: `<template data-purpose="{{ p }}"><script>m()</script></template>`, left: []string{"writes its data-purpose"}},
		{name: "version 2", in: `<script type="opt-in" data-type="application/javascript" data-name="matomo" data-src="/m.js"></script>`,
			out: `<script type="text/plain" data-type="application/javascript" data-category="statistics" data-service="matomo" data-src="/m.js"></script>`},
		{name: "a click", in: `<button type="button" onclick="orejime.prompt()">A</button>`, out: `<button type="button" data-charte="open">A</button>`},
		{name: "the banner's own", in: "<link href=\"/orejime-standard.css\" rel=\"stylesheet\">\n<script>window.orejimeConfig = {purposes: []};</script>\n<script src=\"/orejime-standard-fr.js\"></script>\n", out: "<script src=\"/charte/charte.js\" defer></script>\n"},
		{name: "a template decides on a script", in: `<template data-purpose="matomo">{% if x %}<script src="/m.js"></script>{% endif %}</template>`,
			out: `<template data-category="statistics" data-service="matomo">{% if x %}<script type="text/plain" data-category="statistics" data-service="matomo" data-src="/m.js"></script>{% endif %}</template>`},
	})
}

func TestTarteaucitron(t *testing.T) {
	check(t, "tarteaucitron", "page.html", []row{
		{name: "YouTube", in: `<div class="youtube_player" videoID="aqz-KE" width="560" height="315" theme="dark" rel="0" autoplay="0"></div>`,
			out: `<iframe title="YouTube" data-category="third-party" data-service="youtube" data-src="https://www.youtube-nocookie.com/embed/aqz-KE?theme=dark&amp;rel=0&amp;autoplay=0" width="560" height="315" allowfullscreen></iframe>`},
		{name: "with data- and a title", in: `<div class="video youtube_player" data-videoID='aqz' data-width="100%" title="La visite" allowfullscreen="0" id="v"></div>`,
			out: `<iframe data-category="third-party" data-service="youtube" data-src="https://www.youtube-nocookie.com/embed/aqz" class="video" width="100%" title="La visite" id="v"></iframe>`},
		{name: "a playlist", in: `<div class="youtube_playlist_player" playlistID="PL1"> </div>`,
			out: `<iframe title="YouTube" data-category="third-party" data-service="youtube" data-src="https://www.youtube-nocookie.com/embed/videoseries?list=PL1" allowfullscreen> </iframe>`},
		{name: "Vimeo", in: `<div class="vimeo_player" videoID="76979871" title="0" data-hash="ab" byline="0"></div>`,
			out:  `<iframe title="Vimeo" data-category="third-party" data-service="vimeo" data-src="https://player.vimeo.com/video/76979871?dnt=1&amp;byline=0&amp;h=ab" allowfullscreen></iframe>`,
			says: "dnt=1"},
		{name: "a title of Vimeo's", in: `<div class="tac_player vimeo_player" videoID="7" title="1" width="2" data-width="3"></div>`,
			out: `<iframe title="Vimeo" data-category="third-party" data-service="vimeo" data-src="https://player.vimeo.com/video/7?dnt=1" width="2" data-width="3" allowfullscreen></iframe>`},
		{name: "Dailymotion", in: `<div class="dailymotion_player" videoID="x8" showinfo="1"></div>`,
			out: `<iframe title="Dailymotion" data-category="third-party" data-service="dailymotion" data-src="https://www.dailymotion.com/embed/video/x8?info=1" data-content="https://www.dailymotion.com/video/x8" allowfullscreen></iframe>`},
		{name: "any frame", in: `<div class="tac_iframe" data-url="https://reader.example/b?a=1&amp;b=2" width=600></div>`,
			out: `<iframe title="Web content" data-category="third-party" data-service="reader" data-src="https://reader.example/b?a=1&amp;b=2" width=600 allowfullscreen></iframe>`},
		{name: "Spotify", in: `<span class="spotify_player" spotifyID="album/1"></span>`,
			out: `<iframe title="Spotify" data-category="third-party" data-service="spotify" data-src="https://open.spotify.com/embed/album/1" allowfullscreen></iframe>`},
		{name: "SoundCloud", in: `<div class="soundcloud_player" data-playable-url="https://soundcloud.com/a/b" data-height="166" data-color="#ff5500"></div>`,
			out: `<iframe title="SoundCloud" data-category="third-party" data-service="soundcloud" data-src="https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fa%2Fb&amp;color=%23ff5500" width="100%" height="166"></iframe>`},
		{name: "Google Maps", in: `<div class="googlemaps_embed" id="!1m18!1m12" width="600"></div>`,
			out: `<iframe title="Google Maps" data-category="third-party" data-service="google-maps" data-src="https://www.google.com/maps/embed?pb=!1m18!1m12" width="600" allowfullscreen></iframe>`},
		{name: "Deezer", in: `<div class="deezer_player" deezerID="9" embedType="track"></div>`,
			out: `<iframe title="Deezer" data-category="third-party" data-service="deezer" data-src="https://widget.deezer.com/widget/auto/track/9?tracklist=true&amp;radius=true" allowfullscreen></iframe>`},
		{name: "Facebook", in: `<div class="tac_facebookpost" data-url="https://www.facebook.com/a/posts/1"></div>`,
			out: `<iframe title="Facebook" data-category="third-party" data-service="facebook-embed" data-src="https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fa%2Fposts%2F1" allowfullscreen></iframe>`},
		{name: "a template writes the video", in: `<div class="youtube_player" videoID="{{ video.id }}" width="560"></div>`,
			left: []string{"Code of a template stands in what would change"}, tell: `data-src="https://www.youtube-nocookie.com/embed/{{ video.id }}" width="560" allowfullscreen></iframe>`},
		{name: "a template writes the address", in: `<div class="tac_iframe" data-url="{{ url }}"></div>`, left: []string{"Code of a template stands"}, tell: `data-src="{{ url }}"`},
		{name: "an address without TLS", in: `<div class="tac_iframe" data-url="http://reader.example/"></div>`,
			out: `<iframe title="Web content" data-category="third-party" data-service="reader" data-src="http://reader.example/" allowfullscreen></iframe>`},
		{name: "a frame already", in: `<iframe class="youtube_player" videoID="a" data-src="https://example.org/"></iframe>`},
		{name: "a template writes what must be encoded", in: `<div class="soundcloud_player" data-playable-url="{{ url }}"></div>`, left: []string{"percent-encoded"}},
		{name: "a quote in an id", in: `<div class="youtube_player" videoID='a"b'></div>`,
			out: `<iframe title="YouTube" data-category="third-party" data-service="youtube" data-src="https://www.youtube-nocookie.com/embed/a&#34;b" allowfullscreen></iframe>`},
		{name: "what a frame would show at once", in: `<div class="youtube_player" videoID="a" srcdoc="<img src=/a.jpg>" src="https://example.org/" width="5"></div>`,
			out: `<iframe title="YouTube" data-category="third-party" data-service="youtube" data-src="https://www.youtube-nocookie.com/embed/a" width="5" allowfullscreen></iframe>`, says: "shows its srcdoc before"},
		{name: "no video", in: `<div class="youtube_player"></div>`, left: []string{"It has no videoid"}},
		{name: "an address that is code", in: `<div class="tac_iframe" data-url="javascript:a()"></div>`, left: []string{"neither http nor https"}},
		{name: "content of its own", in: `<div class="youtube_player" videoID="a"><p>P</p></div>`, left: []string{"content of its own"}},
		{name: "an unknown service", in: `<div class="artetv_player" json="a"></div>`, left: []string{`tarteaucitron's "artetv"`}},
		{name: "a widget that the library knows", in: `<span class="tacTwitter"></span><a href="#" class="fb-like"></a>`, left: []string{"`charte services x-embed`", "`charte services -search facebook`"}},
		{name: "an unknown class", in: `<div class="tac_other"></div>`, left: []string{`"tac_other"`}},
		{name: "somebody else's classes", in: `<div class="player audio-canvas tac"></div>`},
		{name: "the panel", in: `<a href="#tarteaucitron">A</a><button class="btn tarteaucitronOpenPanel">B</button><button onclick="tarteaucitron.userInterface.openPanel();">C</button>`,
			out: `<a data-charte="open" href="#tarteaucitron">A</a><button data-charte="open" class="btn tarteaucitronOpenPanel">B</button><button data-charte="open">C</button>`},
		{name: "answers", in: `<button onclick="tarteaucitron.userInterface.respondAll(true)">A</button><button onclick="tarteaucitron.userInterface.respondAll(false)">B</button>`,
			out: `<button data-charte="accept-all">A</button><button data-charte="refuse-all">B</button>`},
		{name: "pushes", in: "<script>\ntarteaucitron.user.gtagUa = 'G-1';\n(tarteaucitron.job = tarteaucitron.job || []).push('gtag');\n(tarteaucitron.job = tarteaucitron.job || []).push(name);\n</script>",
			left: []string{"`charte services google-analytics`", "computed"}},
		{name: "pushes beside the configuration", in: "<script>\ntarteaucitron.init({privacyUrl: ''});\n(tarteaucitron.job = tarteaucitron.job || []).push('gtag');\n</script>",
			left: []string{"does more", "`charte services google-analytics`"}},
		{name: "a template decides on the script", in: "{% if debug %}<script src=\"tarteaucitron.js\"></script>{% else %}<script src=\"tarteaucitron.min.js\" nonce=\"n\"></script>{% endif %}",
			out:  "{% if debug %}<script src=\"/charte/charte.js\" defer></script>{% else %}<script src=\"tarteaucitron.min.js\" nonce=\"n\"></script>{% endif %}",
			left: []string{"code of a template stands between"}, tell: "<script src=\"/charte/charte.js\" defer nonce=\"n\"></script>"},
		{name: "Blade decides on the script", in: "@env('local')<script src=\"/charte/charte.js\"></script>@else <script src=\"tarteaucitron.min.js\"></script>@endenv", left: []string{"code of a template stands between"}},
		{name: "a template's comment decides on nothing", in: "<script src=\"tarteaucitron.js\"></script>{# else #}<script src=\"{{ base }}/tarteaucitron.services.js\"></script>",
			out: "<script src=\"/charte/charte.js\" defer></script>{# else #}"},
		{name: "the hosted banner", in: `<script src="https://tarteaucitron.io/load.js?domain=example.org"></script>`, left: []string{"belongs to the banner"}},
		{name: "a push in a macro", in: "<p>\n(tarteaucitron.job = tarteaucitron.job || []).push('${code}');", left: []string{"computed"}},
		{name: "a push in a page of frames", in: "<script>(tarteaucitron.job = tarteaucitron.job || []).push('vimeo');</script>", left: []string{"frames, which wait of their own"}},
		{name: "a service of the site's own", in: "<script>tarteaucitron.services.mine = {key: 'mine'};</script>", left: []string{`"mine"`}},
		{name: "the banner's own", in: "<script src=\"/tac/tarteaucitron.min.js\"></script>\n<script>\ntarteaucitron.init({privacyUrl: '', hashtag: '#tarteaucitron', highPrivacy: true});\n</script>\n<p>", out: "<script src=\"/charte/charte.js\" defer></script>\n<p>"},
		{name: "PHP writes elements", in: "<?php switch ($a) {\ncase 1: echo '<div class=\"youtube_player\" videoID=\"' . $id . '\"></div>'; break;\ncase 2: echo '<div class=\"vimeo_player\" videoID=\"' . $id . '\"></div>'; } ?>",
			left: []string{"Code of a template writes something", "Code of a template writes something"}},
		{name: "PHP writes a push", in: "<?php echo '(tarteaucitron.job = tarteaucitron.job || []).push(\\'gtag\\');'; ?>", left: []string{"`charte services google-analytics`"}},
		{name: "a push in a comment", in: "<script>\n// tarteaucitron.job.push('gtag');\n/* (tarteaucitron.job = []).push('matomo') */\ntarteaucitron.job.push('x', 'https://example.org/'); tarteaucitron.job.push('hotjar');\n</script>",
			left: []string{"computed", "-search hotjar"}},
		{name: "a push in a line that a program wrote", in: "<script>" + strings.Repeat("a;", lineBytes/2) + "b=/[ //]/;tarteaucitron.job.push('hotjar')</script>", left: []string{"-search hotjar"}},
		{name: "what looks like a comment", in: "<script>var a = 'image/*', b = 'https://example.org'; tarteaucitron.job.push('hotjar');</script>", left: []string{"-search hotjar"}},
		{name: "a service of the site's own in brackets", in: "<script>tarteaucitron.services['mine'] = {}; if (tarteaucitron.services.other == null) tarteaucitron.job.push('hotjar')</script>", left: []string{`"mine"`, "-search hotjar"}},
		{name: "PHP writes an element", in: `<?php echo '<div class="youtube_player" videoID="' . $id . '"></div>'; ?>`, left: []string{"Code of a template writes something"}},
	})
}

func TestC15t(t *testing.T) {
	check(t, "c15t", "page.html", []row{
		{name: "a frame", in: `<iframe data-category="marketing" data-src="https://example.org/"></iframe>`, out: `<iframe data-category="ads" data-src="https://example.org/"></iframe>`},
		{name: "an unknown category", in: `<iframe data-category="other" data-src="https://example.org/"></iframe>`, left: []string{`"other"`}},
		{name: "a service", in: `<iframe data-category="analytics" data-service="Google Analytics" data-src="https://example.org/"></iframe>`, out: `<iframe data-category="statistics" data-service="google-analytics" data-src="https://example.org/"></iframe>`},
		{name: "a template writes the category", in: `<iframe data-category="{{ c }}" data-src="https://example.org/"></iframe>`, left: []string{"Code of a template writes its category"}},
		{name: "an image", in: `<img alt="" data-category="marketing" data-src="/a.gif">`, left: []string{"This banner does not hold it back"}, tell: `data-category="ads"`},
	})
	check(t, "c15t", "page.tsx", []row{
		{name: "a component", in: `return (<Frame category="marketing" src="https://example.org/" title="V" />);`, left: []string{"no component"}, tell: `<iframe data-category="ads" data-src="https://example.org/" title="V"></iframe>`},
		{name: "a component with children", in: "<Frame\n  category=\"marketing\"\n  noStyle={true && a => b}\n>\n  <iframe src=\"/a\" />\n</Frame>", left: []string{"becomes data-src"}},
		{name: "a computed category", in: `<Frame category={c} />`, left: []string{"Write an iframe"}},
		{name: "the component by its other name", in: `<ConsentFrame category="marketing" src="/a" />`, left: []string{"no component"}, tell: `<iframe data-category="ads" data-src="/a"></iframe>`},
		{name: "HTML's frame", in: `<frame category="marketing">`},
		{name: "a frame in JSX", in: `<iframe data-category="marketing" data-src={a} onLoad={() => b()} />`, left: []string{"JavaScript"}, tell: `data-category="ads"`},
	})
}

// TestScript: Charte's script stands where the site has it, and once in a page, whatever it is called.
func TestScript(t *testing.T) {
	m := names("Klaro 0.7")
	m.Script = "https://cdn.example/c/own.js?a=1&b=2"
	for name, test := range map[string]struct{ in, want string }{
		"in the place of the banner's": {`<script src="/klaro.js"></script>`, `<script src="https://cdn.example/c/own.js?a=1&amp;b=2" defer></script>`},
		"of two scripts":               {`<script src="/klaro-no-css.js"></script><script src="/klaro.js"></script>`, `<script src="https://cdn.example/c/own.js?a=1&amp;b=2" defer></script>`},
		"there already":                {`<script async src="https://cdn.example/c/own.js?a=1&amp;b=2"></script><script src="/klaro.js"></script>`, `<script async src="https://cdn.example/c/own.js?a=1&amp;b=2"></script>`},
		"there at another place":       {`<script async src="/x/charte.js"></script><script src="/klaro.js"></script>`, `<script async src="/x/charte.js"></script>`},
	} {
		if got, _, left := Rewrite("a.html", []byte(test.in), m); string(got) != test.want || len(left) > 0 {
			t.Errorf("%s: %s becomes %s, left %+v; want %s", name, test.in, got, left, test.want)
		}
	}
	dir := site(t, map[string]string{"a.html": `<script src="/klaro.js"></script>`})
	if _, left, _, err := Folder(t.Context(), dir, m); err != nil || len(left) > 0 {
		t.Errorf("of a folder: left %+v, %v", left, err)
	}
}

// TestNear: of a long line, what was found is shown.
func TestNear(t *testing.T) {
	long := strings.Repeat("a ", leftBytes)
	for _, text := range []string{long + "CookieConsent.hide()", "CookieConsent.hide() " + long, long + "CookieConsent.hide() " + long} {
		_, _, left := Rewrite("a.html", []byte("<script>\nb()\n"+text+"\nc()</script>"), names("vanilla-cookieconsent 3"))
		if len(left) != 1 || !strings.Contains(left[0].Tag, "CookieConsent.") || len(left[0].Tag) > leftBytes || strings.Contains(left[0].Tag, "()\n") {
			t.Errorf("of %s: left is %+v", text, left)
		}
	}
}

func TestUnknownPeer(t *testing.T) {
	out, changes, left := Rewrite("a.html", []byte("<p>"), Map{Peer: "Other"})
	if string(out) != "<p>" || changes != nil || len(left) != 1 {
		t.Errorf("Rewrite = %q, %v, %v", out, changes, left)
	}
}

func TestPlaces(t *testing.T) {
	text := "<p>é</p>\r\n  é<script type=\"text/plain\" data-category=\"analytics\"></script>\n\n<script data-category=analytics></script>"
	_, changes, left := Rewrite("a/b.html", []byte(text), names("vanilla-cookieconsent 3"))
	if len(changes) != 1 || changes[0].Place.String() != "a/b.html:2:4" {
		t.Errorf("changes are %+v", changes)
	}
	if len(left) != 1 || left[0].Place.String() != "a/b.html:4:1" {
		t.Errorf("left is %+v", left)
	}
	_, _, left = Rewrite("a.html", []byte(`<style>.klaro{}</style><script type="text/plain" data-name="a"></script><img data-name="b" data-src>`), names("Klaro 0.7"))
	var places []string
	for _, l := range left {
		places = append(places, l.Place.String())
	}
	if got, want := strings.Join(places, " "), "a.html:1:8 a.html:1:24 a.html:1:73"; got != want {
		t.Errorf("left are %s, want %s", got, want)
	}
}

// TestLanguages: what only some templates have.
func TestLanguages(t *testing.T) {
	check(t, "vanilla-cookieconsent 3", "page.php", []row{
		{name: "PHP to the end", in: `<p><?php echo '<script type="text/plain" data-category="analytics"></script>';`, left: []string{"Code of a template"}},
		{name: "Blade", in: `<script type="text/plain" @if($x) data-category="analytics" @endif></script>`, left: []string{"A template decides"}},
		{name: "other conditions of Blade", in: `<script type="text/plain" @isset($x) data-category="analytics" @endisset></script><script type="text/plain" @unless($x == 1) data-category="analytics" @endunless></script>`,
			left: []string{"A template decides", "A template decides"}},
		{name: "Alpine is no Blade", in: `<script type="text/plain" @click="a" data-category="analytics" @keyup.enter="b"></script>`, out: `<script type="text/plain" @click="a" data-category="statistics" @keyup.enter="b"></script>`},
		{name: "long PHP", in: "<?php " + strings.Repeat(" ", codeBytes) + `echo '<script type="text/plain" data-category="analytics">'; ?><script type="text/plain" data-category="analytics"></script>`,
			out: "<?php " + strings.Repeat(" ", codeBytes) + `echo '<script type="text/plain" data-category="analytics">'; ?><script type="text/plain" data-category="statistics"></script>`, left: []string{"Code of a template"}},
		{name: "code names the element", in: `<<?= $tag ?> data-cc="show-preferencesModal">`, out: `<<?= $tag ?> data-charte="open">`},
	})
	check(t, "Klaro 0.7", "page.ftl", []row{
		{name: "a quote in quotes", in: `<img alt <#if a == "\" >">id="a"</#if> data-name="matomo" data-src>`, out: `<img alt <#if a == "\" >">id="a"</#if> data-category="statistics" data-service="matomo" data-src>`},
		{name: "a greater-than sign in brackets", in: `<img alt <#if a[b > c]>id="a"</#if> data-name="matomo" data-src>`, out: `<img alt <#if a[b > c]>id="a"</#if> data-category="statistics" data-service="matomo" data-src>`},
		{name: "too many brackets", in: strings.Repeat("${", 50_000) + `<img alt data-name="matomo" data-src>`, left: []string{"too many brackets that nothing closes"}},
		{name: "a value with a question mark", in: `<script src="${base?html}/klaro.js"></script>`, out: `<script src="/charte/charte.js" defer></script>`},
		{name: "a greater-than sign", in: `<img alt <#if (a > 1) && b?contains(">")>id="a"</#if> data-name="matomo" data-src="${s}">`, out: `<img alt <#if (a > 1) && b?contains(">")>id="a"</#if> data-category="statistics" data-service="matomo" data-src="${s}">`},
		{name: "square brackets", in: `[#if a > 1]<img alt data-name="matomo" data-src="[=s]">[/#if]`, out: `[#if a > 1]<img alt data-category="statistics" data-service="matomo" data-src="[=s]">[/#if]`},
	})
	check(t, "Klaro 0.7", "page.vue", []row{
		{name: "an element that ends itself", in: `<iframe data-name="youtube" data-src="/a" /><img alt data-name="matomo" data-src="/b" />`, out: `<iframe data-category="third-party" data-service="youtube" data-src="/a" /><img alt data-category="statistics" data-service="matomo" data-src="/b" />`},
	})
	check(t, "Klaro 0.7", "page.svelte", []row{
		{name: "an arrow before", in: `<img alt on:load={() => a(">")} data-name="matomo" data-src={s}>`, out: `<img alt on:load={() => a(">")} data-category="statistics" data-service="matomo" data-src={s}>`},
		{name: "a computed name", in: `<img alt data-name={n} data-src="/a">`, left: []string{"Code of a template writes"}},
	})
	check(t, "Klaro 0.7", "page.astro", []row{
		{name: "what stands before the page", in: "---\nconst a: Array<img data-name=\"matomo\" data-src> = [];\n---\n<img alt data-name=\"matomo\" data-src=\"/b\">", out: "---\nconst a: Array<img data-name=\"matomo\" data-src> = [];\n---\n<img alt data-category=\"statistics\" data-service=\"matomo\" data-src=\"/b\">", left: []string{"Code of a template"}},
	})
	check(t, "Klaro 0.7", "page.hbs", []row{
		{name: "a comment of Handlebars", in: `{{!-- }} <img data-name="matomo" data-src> --}}{{#if a}}<img alt data-name="matomo" data-src="{{{b}}}">{{/if}}`, out: `{{!-- }} <img data-name="matomo" data-src> --}}{{#if a}}<img alt data-category="statistics" data-service="matomo" data-src="{{{b}}}">{{/if}}`},
	})
	check(t, "vanilla-cookieconsent 3", "Page.jsx", []row{
		{name: "React", in: `export default () => { CookieConsent.run(config); return <button type="button" data-cc="show-preferencesModal" onClick={() => go()}>A</button> }`, left: []string{"This file talks", "It stands in JavaScript"}},
	})
	check(t, "Klaro 0.7", "page.erb", []row{
		{name: "Ruby", in: `<% if a > 1 %><img alt data-name="matomo" data-src="<%= image_path("a") %>"><% end %>`, out: `<% if a > 1 %><img alt data-category="statistics" data-service="matomo" data-src="<%= image_path("a") %>"><% end %>`},
	})
}

// TestPlayers: each class stands once, and each address can be filled.
func TestPlayers(t *testing.T) {
	var seen []string
	for _, of := range players {
		if slices.Contains(seen, of.class) || widgets[of.class] != "" {
			t.Errorf("%s stands twice", of.class)
		}
		seen = append(seen, of.class)
		m := names("tarteaucitron")
		m.Services[of.service] = "youtube"
		in := `<div class="` + of.class + `"`
		for _, name := range blank.FindAllStringSubmatch(of.address, -1) {
			value := "a"
			if strings.HasPrefix(of.address, "{url}") {
				value = "https://example.org/"
			}
			in += " " + name[2] + `="` + value + `"`
		}
		out, changes, left := Rewrite("a.html", []byte(in+"></div>"), m)
		if len(changes) != 1 || len(left) > 0 || !strings.Contains(string(out), `data-src="https://`) || strings.ContainsAny(string(out), "{}") {
			t.Errorf("%s></div> becomes %s; left %+v", in, out, left)
		}
	}
}
