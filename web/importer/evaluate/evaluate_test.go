package evaluate

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"charte/web/importer/told"
)

// evaluated evaluates one file, with others in its folder.
func evaluated(t testing.TB, name, text string, others map[string]string) *told.Told {
	t.Helper()
	dir := t.TempDir()
	for other, text := range others {
		path := filepath.Join(dir, other)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Files(t.Context(), []File{{Name: name, Text: []byte(text)}}, Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// written is what was told, as short text: a line for each thing.
func written(t *told.Told) string {
	var b strings.Builder
	for _, c := range t.Calls {
		var args []string
		for _, arg := range c.Args {
			args = append(args, short(arg))
		}
		fmt.Fprintf(&b, "%s(%s) at %s\n", c.Name, strings.Join(args, ", "), c.Place)
	}
	for _, n := range t.Names {
		kind := ""
		if n.Export {
			kind = "export "
		}
		fmt.Fprintf(&b, "%s%s = %s\n", kind, n.Name, short(n.Value))
	}
	for _, p := range t.Problems {
		fmt.Fprintf(&b, "problem at %s: %s\n", p.Place, p.Text)
	}
	return b.String()
}

func short(v told.Value) string {
	switch v.Kind {
	case told.Bool:
		return strconv.FormatBool(v.Bool)
	case told.Number:
		return strconv.FormatFloat(v.Number, 'f', -1, 64)
	case told.Text:
		return strconv.Quote(v.Text)
	case told.Pattern:
		return "/" + v.Text + "/" + v.Flags
	case told.List:
		var items []string
		for _, item := range v.Items {
			items = append(items, short(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case told.Map:
		var fields []string
		for _, field := range v.Fields {
			fields = append(fields, field.Name+": "+short(field.Value))
		}
		return "{" + strings.Join(fields, ", ") + "}"
	case told.Null:
		return "null"
	}
	return string(v.Kind) + " " + v.Text
}

// TestFiles: what is read of scripts as sites have them.
func TestFiles(t *testing.T) {
	for _, test := range []struct {
		name, file, text string
		others           map[string]string
		want             string
		only             bool // want has what the banner is told, and not what a framework is
	}{
		{name: "one call", file: "a.js", text: `CookieConsent.run({revision: 2, categories: {ads: {readOnly: false}}});`,
			want: "CookieConsent.run({revision: 2, categories: {ads: {readOnly: false}}}) at a.js:1:15\n"},
		{name: "the former version", file: "a.js", text: "var cc = initCookieConsent();\ncc.run({current_lang: document.documentElement.lang});",
			want: "initCookieConsent() at a.js:1:10\ninitCookieConsent.run({current_lang: opaque document.documentElement.lang}) at a.js:2:4\n"},
		{name: "TypeScript", file: "a.ts", text: "import * as CC from 'vanilla-cookieconsent';\nenum Kind { Ads = 'ads' }\nconst on = <const T,>(v: T) => v;\nCC.run({ categories: { [Kind.Ads]: on({ enabled: true }) } } satisfies CC.Config);",
			want: "CookieConsent.run({categories: {ads: {enabled: true}}}) at a.ts:4:4\nKind = {Ads: \"ads\"}\n"},
		{name: "an import by default", file: "a.ts", text: `import Orejime from "orejime"; Orejime.init({purposes: []} as any)`,
			want: "Orejime.init({purposes: []}) at a.ts:1:40\n"},
		{name: "imports of its own", file: "src/a.ts", others: map[string]string{"src/texts.ts": `export default {title: "Cookies"}`, "src/days.json": `{"days": 180}`},
			text: "import texts from './texts';\nimport { days } from './days.json';\nimport './a.css';\nexport default { texts, days };",
			want: "export default = {texts: {title: \"Cookies\"}, days: 180}\ntexts_default = {title: \"Cookies\"}\ndays = 180\n"},
		{name: "an import that is not there", file: "a.ts", text: "import { title } from './texts';\nklaro.setup({ title, days: 3 });",
			want: "klaro.setup({title: opaque title, days: 3}) at a.ts:2:7\nproblem at a.ts: \"./texts\" is imported and was not found. What comes from it is not known.\n"},
		{name: "imports from the folder of sources", file: "a.ts", others: map[string]string{"src/texts.ts": "export const a = 1;", "days.ts": "export const b = 2;"}, text: "import { a } from 'src/texts';\nimport { b } from '#/days';\nimport { c } from '~~/more';\nklaro.setup({a, b, c});",
			want: "klaro.setup({a: 1, b: 2, c: opaque c}) at a.ts:4:7\na = 1\nb = 2\nproblem at a.ts: \"~~/more\" is imported and was not found. What comes from it is not known.\n"},
		{name: "outside the folder", file: "a.js", text: "import x from '../../../../../../etc/hostname';\nexport const y = x;",
			want: "export y = opaque hostname\nproblem at a.js: \"../../../../../../etc/hostname\" is imported and was not found. What comes from it is not known.\n"},
		{name: "CommonJS", file: "a.cjs", text: `module.exports = {services: require("./s.cjs")}`, others: map[string]string{"s.cjs": `module.exports = [{name: "matomo"}]`},
			want: "export default = {services: [{name: \"matomo\"}]}\n"},
		{name: "an import that is too big", file: "a.ts", others: map[string]string{"b.ts": "export const b = 1;" + strings.Repeat(" ", mostBytes)}, text: "import { b } from './b'; klaro.setup({b})",
			want: "klaro.setup({b: opaque b}) at a.ts:1:32\nproblem at a.ts: \"./b\" is imported and was not found. What comes from it is not known.\n"},
		{name: "endings of modules", file: "a.mts", others: map[string]string{"b.mts": "export const b = 1", "c/index.cjs": "exports.c = 2"}, text: "import { b } from './b.mjs'; import { c } from './c'; klaro.setup({b, c})",
			want: "klaro.setup({b: 1, c: 2}) at a.mts:1:61\nb = 1\nimport_c = {default: {c: 2}, c: 2}\n"},
		{name: "JSON with comments", file: "a.json", text: "{\"a\": 1, /* one */} // two", want: "export default = {a: 1}\n"},
		{name: "JSON", file: "a.json", text: `{"services": [{"name": "matomo"}]}`, want: "export default = {services: [{name: \"matomo\"}]}\n"},
		{name: "a global", file: "a.js", text: "window.klaroConfig = window.klaroConfig || {services: [{cookies: [/^_pk_/i, 'x', ['a', '/', '.b.example']], callback: function (on) { go(on) }}]};",
			want: "klaroConfig = {services: [{cookies: [/^_pk_/i, \"x\", [\"a\", \"/\", \".b.example\"]], callback: function function(on) { go(on); }}]}\n"},
		{name: "tarteaucitron", file: "a.js", text: "tarteaucitron.init({privacyUrl: ''});\ntarteaucitron.user.gtagUa = 'G-1';\n(tarteaucitron.job = tarteaucitron.job || []).push('gtag');",
			want: "tarteaucitron.init({privacyUrl: \"\"}) at a.js:1:15\ntarteaucitron.job.push(\"gtag\") at a.js:3:47\ntarteaucitron.user.gtagUa = \"G-1\"\n"},
		{name: "React", file: "a.tsx", text: `import { ConsentManagerProvider } from "@c15t/react";
import { metaPixel } from "@c15t/scripts/meta-pixel";
export function Layout({ children }: any) {
  return <html><ConsentManagerProvider options={{ mode: "offline", scripts: [metaPixel({ pixelId: "1" })] }}>{children}</ConsentManagerProvider></html>;
}`, want: "metaPixel({pixelId: \"1\"}) at a.tsx:4:78\nConsentManagerProvider({options: {mode: \"offline\", scripts: [opaque metaPixel()]}}) at a.tsx:4:16\nexport Layout = function function Layout({ children }) { return /* @__PURE__ */ __charte_element(\"html\", …\n"},
		{name: "an effect", file: "a.jsx", text: `import { useEffect } from "react"; export default function App() { useEffect(() => { klaro.setup({a: 1}) }, []); return null }`,
			want: "useEffect(function () => { klaro.setup({ a: 1 }); }, []) at a.jsx:1:68\nklaro.setup({a: 1}) at a.jsx:1:92\nexport default = function function App() { (0, import_react.useEffect)(() => { klaro.setup({ a: 1 }); }, […\n"},
		{name: "when the page is loaded", file: "a.js", text: "window.addEventListener('load', () => setTimeout(() => klaro.setup({a: 1}), 500)); window.onload = function () { klaro.show() }",
			want: "klaro.setup({a: 1}) at a.js:1:62\nklaro.show() at a.js:1:120\n"},
		{name: "what fails leaves the rest", file: "a.js", text: "klaro.setup({a: 1});\nnull.x;\nconst broken = JSON.parse('{');\nklaro.show({b: broken});",
			want: "klaro.setup({a: 1}) at a.js:1:7\nklaro.show({b: null}) at a.js:4:7\nproblem at a.js:2:6: This could not be run: TypeError: Cannot read property 'x' of undefined.\nproblem at a.js:3:21: This could not be run: SyntaxError: Unexpected end of JSON input (EOF).\n"},
		{name: "a syntax error", file: "a.js", text: "klaro.setup({a: });", want: "problem at a.js:1:17: This cannot be read: Unexpected \"}\".\n"},
		{name: "late", file: "a.js", text: "(async () => { const c = await fetch('/c.json'); klaro.setup({c}) })(); Promise.resolve(1).then((x) => klaro.show({x}))",
			want: "klaro.show({x: 1}) at a.js:1:110\nklaro.setup({c: opaque response}) at a.js:1:56\n"},
		{name: "waits at its top", file: "a.mjs", text: "const texts = await load();\nexport const config = {texts, days: 3};\nawait klaro.setup({a: 1});",
			want: "load() at a.mjs:1:21\nklaro.setup({a: 1}) at a.mjs:3:13\nexport config = {texts: opaque load(), days: 3}\nproblem at a.mjs:1:15: What is waited for here is not known.\nproblem at a.mjs:3:1: What is waited for here is not known.\n"},
		{name: "an import for its types", file: "a.ts", text: "import { Config } from 'orejime';\nwindow.orejimeConfig = { purposes: [] } as Config;", want: "orejimeConfig = {purposes: []}\n"},
		{name: "no time and no chance", file: "a.js", text: "klaro.setup({a: Date.now(), b: Math.random(), c: new Date(0)})", want: "klaro.setup({a: 0, b: 0.5, c: opaque Date}) at a.js:1:7\n"},
		{name: "texts put together", file: "a.js", text: "klaro.setup([[1, 2].join(null), ['a', 'b'].join(), ['a', 'b'].join('-'), 'a'.concat('b', 1), 'aa'.replace('a', () => 'b'), 'aa'.replaceAll('a', 'b'), String.raw`a${1}b`])",
			want: "klaro.setup([\"1null2\", \"a,b\", \"a-b\", \"ab1\", \"ba\", \"bb\", \"a1b\"]) at a.js:1:7\n"},
		{name: "an import that is computed", file: "a.js", text: "const load = (x) => import(`./texts/${x}.json`);\nklaro.setup({a: load('fr'), days: 3});",
			want: "klaro.setup({a: opaque Promise, days: 3}) at a.js:2:7\nproblem at a.js:1:28: What is imported here is chosen when the script runs, and is not known.\n"},
		{name: "an import by a variable", file: "a.js", text: "const name = './a'; import(name).then(() => 1);\nklaro.setup({days: 3});", want: "klaro.setup({days: 3}) at a.js:2:7\nname = \"./a\"\n"},
		{name: "a circle", file: "a.js", text: "var c = {}; c.c = c; klaro.setup(c)", want: "klaro.setup({c: opaque …}) at a.js:1:28\nc = {c: opaque …}\n"},
		{name: "a branch at the top", file: "a.js", text: "if (typeof x === 'undefined') { var x = 1 }\nif (!window.other) klaro.setup({a: x});", want: "klaro.setup({a: 1}) at a.js:2:26\nx = 1\n"},
		{name: "a loader", file: "a.js", text: "var s = document.createElement('script'); s.src = '/t.js'; s.onload = function () { tarteaucitron.init({a: 1}) }; document.head.appendChild(s);",
			want: "tarteaucitron.init({a: 1}) at a.js:1:99\n"},
		{name: "leaves when there is nothing to ask", file: "a.js", text: "function start(list) { if (!list.length) { return null } Orejime.init({apps: []}) }\nstart(settings.apps);", want: "Orejime.init({apps: []}) at a.js:1:66\n"},
		{name: "leaves a loop", file: "a.js", text: "function next(n) { while (true) { if (document.body.has(n)) { return n } n++ } }\nnext(0);\nklaro.setup({a: 1});", want: "klaro.setup({a: 1}) at a.js:3:7\n"},
		{name: "leaves for a known reason", file: "a.js", text: "function start(on) { if (!on) { return } Orejime.init({apps: []}) }\nstart(false);", want: ""},
		{name: "is begun if it is there", file: "a.js", text: "if (window.tarteaucitron && !window.tarteaucitron.begun) { tarteaucitron.init({a: 1}) }", want: "tarteaucitron.init({a: 1}) at a.js:1:74\n"},
		{name: "is pushed once", file: "a.js", text: "if (tarteaucitron.job.indexOf('gtag') === -1) (tarteaucitron.job = tarteaucitron.job || []).push('gtag');", want: "tarteaucitron.job.indexOf(\"gtag\") at a.js:1:23\ntarteaucitron.job.push(\"gtag\") at a.js:1:93\n"},
		{name: "another site's branch", file: "a.js", text: "var days = 3; if (location.hostname === 'test.example') { days = 4 } klaro.setup({days});", want: "klaro.setup({days: 3}) at a.js:1:76\ndays = 3\n"},
		{name: "a choice by what is not known", file: "a.js", text: "switch (document.documentElement.lang) {\ncase 'nl': var t = {a: 'x'}; break;\ncase 'fr': var t = {a: 'y'}; break;\n}\nklaro.setup({a: t.a});",
			want: "klaro.setup({a: \"x\"}) at a.js:5:7\nt = {a: \"x\"}\nproblem at a.js:1:9: document.documentElement.lang is not known here, so only the case “nl” was read.\n"},
		{name: "a choice with a default", file: "a.js", text: "var t;\nswitch (navigator.language) { case 'nl': t = 'x'; break; default: t = 'y' }\nklaro.setup({t});", want: "klaro.setup({t: \"y\"}) at a.js:3:7\nt = \"y\"\n"},
		{name: "a condition in a function of its own", file: "a.js", text: "function on() { if (localStorage.x) { return true } return false }\nfunction go() { if (!on()) return; klaro.setup({a: 1}) }\ngo()", want: "klaro.setup({a: 1}) at a.js:2:42\n"},
		{name: "hooks in their order", only: true, file: "a.js", text: "export default { mounted() { klaro.show(2) }, created() { klaro.show(1) } }", want: "klaro.show(1) at a.js:1:65\nklaro.show(2) at a.js:1:36\n"},
		{name: "each of what is not there", file: "a.js", text: "klaro.setup({a: [...settings.list], b: 1});\nfor (const x of settings.all) klaro.show(x);",
			want: "klaro.setup({a: [], b: 1}) at a.js:1:7\nproblem at a.js:1:30: The parts of settings.list are not known here, so what is done with each of them was not read.\nproblem at a.js:2:26: The parts of settings.all are not known here, so what is done with each of them was not read.\n"},
		{name: "waits in a condition", file: "a.js", text: "(async () => { if (!(await fetch('/a'))) return; klaro.setup({a: 1}) })()", want: "klaro.setup({a: 1}) at a.js:1:56\n"},
		{name: "names of the page", file: "a.js", text: "window._paq.push(['a']); window.gtag('b'); klaro.setup({apps, days: 3});", want: "_paq.push([\"a\"]) at a.js:1:13\ngtag(\"b\") at a.js:1:33\nklaro.setup({apps: opaque apps, days: 3}) at a.js:1:50\n"},
		{name: "a list that grows", file: "a.js", text: "tarteaucitron.job = []; tarteaucitron.job.push('youtube'); tarteaucitron.user = {}; tarteaucitron.user.id = 3;",
			want: "tarteaucitron.job = []\ntarteaucitron.user = {}\ntarteaucitron.job = [\"youtube\"]\ntarteaucitron.user = {id: 3}\n"},
		{name: "state in React", file: "a.jsx", text: "import { useEffect, useState } from 'react'; export default function App() { const [loaded, setLoaded] = useState(false); useEffect(() => { if (loaded) { klaro.setup({a: 1}) } }); return null }",
			want: "useState(false) at a.jsx:1:106\nuseEffect(function () => { if (loaded) { klaro.setup({ a: 1 }); } }) at a.jsx:1:123\nklaro.setup({a: 1}) at a.jsx:1:161\nexport default = function function App() { const [loaded, setLoaded] = (0, import_react.useState)(false); …\n"},
		{name: "a behaviour in Drupal", file: "a.js", text: "Drupal.behaviors.consent = { attach: function (context) { if (context !== document) { return; } tarteaucitron.init({a: 1}); } };",
			want: "tarteaucitron.init({a: 1}) at a.js:1:111\nDrupal.behaviors.consent = {attach: function function(context) { if (context !== document) { return; } tarteaucitron.init({ a…}\n"},
		{name: "a script in a component", file: "a.tsx", text: "import Script from 'next/script';\nconst folder = '/v';\nexport default function Layout() { return <head><Script src={`${folder}/t.js`} /><Script id='x'>{`\n tarteaucitron.init({a: '${folder}'});`}</Script><script dangerouslySetInnerHTML={{__html: `klaro.setup({b: 2})`}} /></head> }",
			want: "script({src: \"/v/t.js\"}) at a.tsx:3:49\nscript({id: \"x\"}) at a.tsx:3:82\ntarteaucitron.init({a: \"/v\"}) at a.tsx:3:82\nklaro.setup({b: 2}) at a.tsx:4:50\nexport default = function function Layout() { return /* @__PURE__ */ __charte_element(\"head\", null, /* @__…\nfolder = \"/v\"\n"},
		{name: "a script in a text", file: "a.ts", text: "export const script = ({id}: {id: string}) => `var s = document.createElement('script'); s.onload = function () { window.tarteaucitron.init({a: '${id}'}) };`;",
			want: "tarteaucitron.init({a: \"${event.id}\"}) at a.ts\nexport script = function ({ id }) => `var s = document.createElement('script'); s.onload = function () { …\n"},
		{name: "goes through what is not there", file: "a.js", text: "for (const key in settings.services) { tarteaucitron.job.push(key) }\nObject.keys(settings.services).forEach((key) => klaro.show(key)); klaro.setup({a: 1});",
			want: "klaro.setup({a: 1}) at a.js:2:73\nproblem at a.js:1:28: The parts of settings.services are not known here, so what is done with each of them was not read.\n"},
		{name: "JSON that is not there", file: "a.js", text: "var texts = JSON.parse(settings.texts); klaro.setup({texts, days: JSON.parse('{\"a\": 3}')});", want: "klaro.setup({texts: opaque settings.texts, days: {a: 3}}) at a.js:1:47\n"},
		{name: "in a circle", file: "a.js", text: "var c = {}; c.c = c; klaro.setup(c)", want: "klaro.setup({c: opaque …}) at a.js:1:28\nc = {c: opaque …}\n"},
		{name: "a configuration that is cleared later", only: true, file: "a.js", text: "var klaroConfig = {lang: 'fr'}; (async () => { await fetch('/where'); klaroConfig = null; })();", want: "klaroConfig = {lang: \"fr\"}\n"},
		{name: "when a script has loaded", file: "a.js", text: "const s = document.createElement('script'); s.onload = () => klaro.setup({a: 1}); document.head.append(s);", want: "klaro.setup({a: 1}) at a.js:1:68\n"},
		{name: "what an exported function gives", file: "a.js", text: "export function consent(domain) { return {cookieDomain: domain, days: 3}; }",
			want: "export consent() = {cookieDomain: opaque event, days: 3}\nexport consent = function function consent(domain) { return { cookieDomain: domain, days: 3 }; }\n"},
		{name: "a component that asks whether it has run", only: true, file: "a.jsx", text: "import { useEffect, useMemo, useRef, useState } from 'react';\nexport default function () {\n  const done = useRef(false), [at, setAt] = useState(() => 2);\n  const all = useMemo(() => ({at}), [at]);\n  useEffect(() => { if (done.current) return; setAt(3); dispatchEvent(new CustomEvent('x')); klaro.setup(all) }, []);\n}",
			want: "klaro.setup({at: 2}) at a.jsx:5:100\n"},
		{name: "a class of Angular's", only: true, file: "a.ts", text: "import { Injectable, Inject, ID } from '@angular/core';\n@Injectable({root: 1})\nexport class Consent {\n  private config = {a: 1};\n  constructor(@Inject(ID) private id: object) {}\n  ngOnInit() { klaro.setup(this.config); }\n}",
			want: "klaro.setup({a: 1}) at a.ts:6:22\n"},
		{name: "a component that waits to be in a browser", only: true, file: "a.jsx", text: "import { useState } from 'react'; import { Provider } from 'c15t';\nexport default function () { const [on, setOn] = useState(false); if (!on || document.getElementById('c')) return null; return <Provider a={1} />; }",
			want: "Provider({a: 1}) at a.jsx:2:128\n"},
		{name: "a component that says otherwise later", only: true, file: "a.jsx", text: "import { useState } from 'react'; import { Provider } from 'c15t';\nexport default function () { const [on] = useState(false); return <Provider a={on} />; }",
			want: "Provider({a: false}) at a.jsx:2:67\n"},
		{name: "a script that React writes", only: true, file: "a.jsx", text: "import Script from 'next/script';\nconst c = {a: 1};\nexport default () => <html><script dangerouslySetInnerHTML={{__html: `var klaroConfig = ${JSON.stringify(c)};`}} /><Script id=\"b\">{`klaro.setup({b: 2})`}</Script></html>;",
			want: "klaro.setup({b: 2}) at a.jsx:3:116\nklaroConfig = {a: 1}\n"},
		{name: "a condition at the top", file: "a.js", text: "if (document.readyState === 'loading') { document.addEventListener('x', boot) } else { boot() }\nfunction boot() { klaro.setup({a: 1}) }",
			want: "klaro.setup({a: 1}) at a.js:2:25\n"},
		{name: "a condition after another statement", file: "a.js", text: "klaro.setup({a: 1});\nif (foo) klaro.show({b: 2});\nif (foo) if (bar) klaro.show({c: 3})",
			want: "klaro.setup({a: 1}) at a.js:1:7\nklaro.show({b: 2}) at a.js:2:16\nklaro.show({c: 3}) at a.js:3:25\n"},
		{name: "no number", file: "a.js", text: "klaro.setup({a: parseInt(document.body.dataset.days, 10), b: Infinity});", want: "klaro.setup({a: opaque NaN, b: opaque Infinity}) at a.js:1:7\n"},
		{name: "an asynchronous function", file: "a.js", text: "klaro.setup({de: async () => 1});", want: "klaro.setup({de: function async () => 1}) at a.js:1:7\n"},
		{name: "a listener that is assigned", file: "a.js", text: "const s = document.createElement('script'); s.src = '/klaro.js'; s.onload = () => klaro.setup({a: 1}); s.format = () => klaro.show();",
			want: "klaro.setup({a: 1}) at a.js:1:89\n"},
		{name: "JSON that is not known", file: "a.js", text: "const data = JSON.parse(document.body.dataset.consent); klaro.setup({a: data.x, b: 1})",
			want: "klaro.setup({a: opaque document.body.dataset.consent.x, b: 1}) at a.js:1:63\n"},
		{name: "a controller", file: "a.js", text: "import { Controller } from '@hotwired/stimulus';\nexport default class extends Controller {\n  connect() { this.go(this.element.id) }\n  go(id) { klaro.setup({id, a: this.b}) }\n}",
			want: "klaro.setup({id: opaque Controller.prototype.element.id, a: opaque Controller.prototype.b}) at a.js:4:18\nexport default = function class extends import_stimulus.Controller { connect() { this.go(this.element.id);…\n"},
		{name: "an element of one's own", file: "a.js", text: "class Banner extends HTMLElement { connectedCallback() { klaro.setup({a: 1}) } }\ncustomElements.define('x-banner', Banner);",
			want: "customElements.define(\"x-banner\", function class extends HTMLElement { connectedCallback() { klaro.setup({ a: 1 }); } }) at a.js:2:16\nklaro.setup({a: 1}) at a.js:1:64\n"},
		{name: "a behaviour", file: "a.js", text: "(function (D) { D.behaviors.x = {attach(context) { klaro.setup({a: 1}) }} })(Drupal)",
			want: "klaro.setup({a: 1}) at a.js:1:58\nDrupal.behaviors.x = {attach: function attach(context) { klaro.setup({ a: 1 }); }}\n"},
		{name: "a component", file: "a.js", text: "export default {data() { return {days: 3} }, methods: {go(a) { klaro.setup({a, days: this.days, lang: this.$i18n.locale}) }}, mounted() { this.go(1) }}",
			want: "klaro.setup({a: 1, days: 3, lang: opaque this.$i18n.locale}) at a.js:1:70\nexport default = {data: function data() { return { days: 3 }; }, methods: {go: function go(a) { klaro.setup({ a, days: this.days, lang: this.$i18n.locale }); }}, mounted: function mounted() { this.go(1); }}\n"},
		{name: "what an exported function returns", file: "a.ts", text: "export const config = async (o: any) => ({a: 1, b: o.x});",
			want: "export config() = {a: 1, b: opaque event.x}\nexport config = function async (o) => ({ a: 1, b: o.x }\n"},
		{name: "a plugin with two arguments", file: "a.js", text: "export default ({ app }, inject) => { inject('x', 1); klaro.setup({a: app.b}) }",
			want: "event(\"x\", 1) at a.js:1:39\nklaro.setup({a: opaque event.app.b}) at a.js:1:61\nexport default = function ({ app }, inject) => { inject(\"x\", 1); klaro.setup({ a: app.b }); }\n"},
		{name: "arguments with defaults", file: "a.js", text: "export function go(days = 3) { klaro.setup({days}) }",
			want: "klaro.setup({days: 3}) at a.js:1:38\nexport go = function function go(days = 3) { klaro.setup({ days }); }\n"},
		{name: "a copy of what was assigned", file: "a.js", text: "const c = load(); c.a = 1; klaro.setup({...c, b: 2})",
			want: "load() at a.js:1:11\nklaro.setup({a: 1, b: 2}) at a.js:1:34\nload().a = 1\nproblem at a.js:1:44: The parts of load() are not known here, so what is done with each of them was not read.\n"},
		{name: "texts elsewhere", file: "src/a.ts", others: map[string]string{"src/de.ts": "export default {a: 'Ja'}", "public/l/en.json": `{"a": "Yes"}`},
			text: "import * as C from 'vanilla-cookieconsent';\nC.run({language: {translations: {en: '/l/en.json', fr: '/l/fr.json', de: async () => (await import('./de')).default}}})",
			want: "CookieConsent.run({language: {translations: {en: \"/l/en.json\", fr: \"/l/fr.json\", de: function async () => (await Promise.resolve().then(() => (init_de(), de_exports))).defaul…}}}) at src/a.ts:2:3\nexport translations.en() = {a: \"Yes\"}\nexport translations.de() = {a: \"Ja\"}\nde_default = {a: \"Ja\"}\n"},
		{name: "what is no script is imported", file: "a.ts", others: map[string]string{"App.vue": "<template><p>{{ a }}</p></template>", "a.txt": "Bonjour à tous"}, text: "import App from './App.vue'; import a from './a.txt'; import './a.svg?raw'; klaro.setup({App, a, b: 1})",
			want: "klaro.setup({App: opaque App, a: opaque a, b: 1}) at a.ts:1:83\nproblem at a.ts: \"./App.vue\" is imported and is no script, so what comes from it is not known. If it configures the banner, name it, too.\n" +
				"problem at a.ts: \"./a.txt\" is imported and is no script, so what comes from it is not known. If it configures the banner, name it, too.\n"},
		{name: "scripts of a page", file: "t/a.html", others: map[string]string{"t/b.js": "klaro.show(1)", "js/c.js": "klaro.show(2)", "public/d.js": "klaro.show(3)", "t/e.js": "klaro.show(4)", "e.js": "klaro.show(5)", "f.js": "klaro.show(6)"},
			text: "<script src='b.js?v=3#x'></script><script src='/js/c.js'></script><script src='/d.js#x'></script><script src=e.js></script><script src=/e.js></script><script src=//x.example/f.js></script><script src=https://x.example/f.js></script>",
			want: "klaro.show(1) at t/b.js:1:7\nklaro.show(2) at js/c.js:1:7\nklaro.show(3) at public/d.js:1:7\nklaro.show(4) at t/e.js:1:7\nklaro.show(5) at e.js:1:7\n"},
		{name: "a syntax error behind accents", file: "a.js", text: "a = 'été'; b = {c: };", want: "problem at a.js:1:20: This cannot be read: Unexpected \"}\".\n"},
		{name: "code as it was written", file: "a.js", text: "klaro.setup({a: () => { if (x) { return [1] } }, b: (c) => { switch (c) { case '\"': go() } }})",
			want: "klaro.setup({a: function () => { if (x) { return [1]; } }, b: function (c) => { switch (c) { case '\"': go(); } }}) at a.js:1:7\n"},
		{name: "a text like one of ours", file: "a.js", text: "klaro.setup({a: '__CHARTE_0__'})", want: "klaro.setup({a: opaque __CHARTE_0__}) at a.js:1:7\n"},
		{name: "who meddles", file: "a.js", text: "__charte_at = null; Array.prototype.push = null; klaro.setup({a: [1]})", want: "klaro.setup({a: [1]}) at a.js:1:56\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := written(evaluated(t, test.file, test.text, test.others))
			if test.only {
				got = strings.Join(slices.DeleteFunc(strings.SplitAfter(got, "\n"), func(line string) bool {
					return !strings.HasPrefix(line, "klaro") && !strings.HasPrefix(line, "Provider")
				}), "")
			}
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestPages: scripts and elements of pages and templates.
func TestPages(t *testing.T) {
	for _, test := range []struct{ name, file, text, want string }{
		{"inline", "a.html", "<!doctype html>\n<script>\nklaro.setup({\n  a: 1})</script>", "klaro.setup({a: 1}) at a.html:3:7\n"},
		{"Django", "a.html", "{% load static %}\n<script>\n  tarteaucitron.init({privacyUrl: \"{% url 'privacy' %}\", name: '{{ site.name }}', lang: {{ lang|tojson }} });\n  {% if debug %}tarteaucitron.job.push('gtag');{% endif %}</script>",
			"tarteaucitron.init({privacyUrl: opaque {% url 'privacy' %}, name: opaque {{ site.name }}, lang: opaque {{ lang|tojson }}}) at a.html:3:17\ntarteaucitron.job.push(\"gtag\") at a.html:4:35\n"},
		{"FreeMarker", "a.ftl", "<#if x><script>klaro.setup({name: \"${site.name!}\", n: ${n?c}})</script></#if>", "klaro.setup({name: opaque ${site.name!}, n: opaque ${n?c}}) at a.ftl:1:22\n"},
		{"PHP", "a.php", "<?php if ($a->b > 1): ?>\n<script>klaro.setup({id: '<?= $id ?>', n: 'a<?php echo $n; ?>'})</script><?php endif ?>", "klaro.setup({id: opaque <?= $id ?>, n: \"a<?php echo $n; ?>\"}) at a.php:2:15\n"},
		{"Vue", "a.vue", "<template><div>{{ x }}</div></template>\n<script setup lang=\"ts\">\nimport * as CookieConsent from 'vanilla-cookieconsent';\nimport { onMounted } from 'vue';\nonMounted(() => { CookieConsent.run({a: 1 as number}) });\n</script>",
			"onMounted(function () => { CookieConsent.run({ a: 1 }); }) at a.vue:5:1\nCookieConsent.run({a: 1}) at a.vue:5:33\n"},
		{"Astro", "a.astro", "---\nconst days = 3;\n---\n<script>import { run } from 'vanilla-cookieconsent'; run({a: 1});</script>", "CookieConsent.run({a: 1}) at a.astro:4:54\ndays = 3\n"},
		{"JSON of a template", "a.html", "<script>klaro.setup(JSON.parse('{{ texts }}'))</script>", "klaro.setup(opaque {{ texts }}) at a.html:1:15\n"},
		{"what Drupal gives to its modules", "a.html", "<script type=application/json data-drupal-selector=drupal-settings-json>{\"x\":{\"id\":3}}</script>\n<script>(function (s) { klaro.setup({id: s.x.id}) })(drupalSettings)</script>", "klaro.setup({id: 3}) at a.html:2:31\ndrupalSettings = {x: {id: 3}}\n"},
		{"alternatives", "a.html", "<script>\nklaro.setup({must: {% if a %}true{% else %}false{% endif %},\n  {{ if .x }}a: 1,{{ end }}\n  b: 2})</script>",
			"klaro.setup({must: true, a: 1, b: 2}) at a.html:2:7\nproblem at a.html:2: The template chooses between texts here, and the first one was read: what follows \"{% else %}\" was not.\n"},
		{"alternatives and braces", "a.html", "<script>const f = {n: 3};\nklaro.setup({a: {{site.name}}, b: {{$b}}, c: `x${f.n}`, {% if a %}d: 1{% else %}d: 2{% endif %}})</script>",
			"klaro.setup({a: opaque {{site.name}}, b: opaque {{$b}}, c: \"x3\", d: 1}) at a.html:2:7\nf = {n: 3}\nproblem at a.html:2: The template chooses between texts here, and the first one was read: what follows \"{% else %}\" was not.\n"},
		{"a template that begins with none of HTML", "a.tmpl", "{{ define \"x\" }}<!doctype html><script>klaro.setup({a: 1})</script>{{ end }}", "klaro.setup({a: 1}) at a.tmpl:1:46\n"},
		{"alternatives behind a condition", "a.html", "<script>klaro.setup({ {% if a %}a: 1,{% endif %} b: {% if b %}2{% else %}3{% endif %} })</script>",
			"klaro.setup({a: 1, b: 2}) at a.html:1:15\nproblem at a.html:1: The template chooses between texts here, and the first one was read: what follows \"{% else %}\" was not.\n"},
		{"Babel", "a.html", "<script type=text/babel>const a = <Banner a={1} />; klaro.setup({a: 1})</script>", "Banner({a: 1}) at a.html:1:35\nklaro.setup({a: 1}) at a.html:1:59\n"},
		{"alternatives of whole scripts", "a.html", "{% if x %}<script>klaro.setup({a: 1})</script>{% else %}<script>klaro.setup({a: )</script>{% endif %}",
			"klaro.setup({a: 1}) at a.html:1:25\nproblem at a.html:1: The template chooses between texts here, and the first one was read: what follows \"{% else %}\" was not.\nproblem at a.html:1:81: This cannot be read: Unexpected \")\".\n"},
		{"Go's blocks", "a.html", "<script>klaro.setup({services: [{{ range .s }}\n  {name: {{ .name }}},\n{{ end }} {name: 'b'}]})</script>", "klaro.setup({services: [{name: opaque {{ .name }}}, {name: \"b\"}]}) at a.html:1:15\n"},
		{"Fluid", "a.html", "<script>\nklaro.setup({\n  <f:if condition=\"{a} > 1\">lang: '{settings.lang}',</f:if>\n  days: {settings.days -> f:format.number()}, title: '<f:translate key=\"t\" />'})</script>",
			"klaro.setup({lang: opaque {settings.lang}, days: opaque {settings.days -> f:format.number()}, title: opaque <f:translate key=\"t\" />}) at a.html:2:7\n"},
		{"Fluid's alternatives", "a.html", "<script>klaro.setup({\n  hide: <f:if condition=\"{a}\"><f:then>true</f:then><f:else>false</f:else></f:if>, all: [<f:for each=\"{b}\" as=\"c\">{id: '{c.id}'}<f:if condition=\"{l}\"><f:else>,</f:else></f:if></f:for>]})</script>",
			"klaro.setup({hide: true, all: [{id: opaque {c.id}}]}) at a.html:1:15\nproblem at a.html:2: The template chooses between texts here, and the first one was read: what follows \"<f:else>\" was not.\n"},
		{"SilverStripe, without HTML", "a.ss", "<% with $Site %>klaro.setup({\n  {$Lang()}: {a: '{$A}'},\n  <% loop $All %>{$Key}: 1<% if not $Last %>,<% end_if %><% end_loop %>\n});<% end_with %>",
			"klaro.setup({{$Lang()}: {a: opaque {$A}}, {$Key}: 1}) at a.ss:1:23\n"},
		{"a partial that stands alone", "a.html", "<script>klaro.setup({\n  {{ partial \"more.js\" . }}\n  // It is short.\n  a: {% if b %}1{% else %}2{% endif %}})</script>",
			"klaro.setup({a: 1}) at a.html:1:15\nproblem at a.html:4: The template chooses between texts here, and the first one was read: what follows \"{% else %}\" was not.\nproblem at a.html:2: What the template writes here is not known: {{ partial \"more.js\" . }}.\n"},
		{"Drupal's settings", "a.html", "<p>\n<script type=\"application/json\" data-drupal-selector=\"drupal-settings-json\">{\"klaro\":{\"config\":{\"lang\":\"de\"}}}</script>", "drupalSettings = {klaro: {config: {lang: \"de\"}}}\n"},
		{"no script at all", "a.html", "<p>Hello, {{ name }}", ""},
		{"Go's templates", "a.html", "{{ $x := .Site.Params.x }}{{/* nothing */}}\n<script>klaro.setup({ {{ range $i, $e := .all }}{{ if $i }}, {{ end }}\"{{ .id }}\": {{ .on | jsonify }}{{- end -}} })</script>",
			"klaro.setup({{{ .id }}: opaque {{ .on | jsonify }}}) at a.html:2:15\n"},
		{"WordPress and Blade", "a.php", "<script>klaro.setup({a: '<?php _e(\"Yes\", \"x\"); ?>', b: '<?php esc_html_e(\"No\"); ?>', c: {!! $c !!}})</script>",
			"klaro.setup({a: opaque <?php _e(\"Yes\", \"x\"); ?>, b: opaque <?php esc_html_e(\"No\"); ?>, c: opaque {!! $c !!}}) at a.php:1:15\n"},
		{"Blade", "a.blade.php", "<script>klaro.setup({ @if(config('x.y')) a: 1, @endif b: @json(f($x)), c: '@lang('c.d')' })</script>",
			"klaro.setup({a: 1, b: opaque @json(f($x)), c: opaque @lang('c.d')}) at a.blade.php:1:15\n"},
		{"data in the page", "a.html", "<script type=application/json id=cfg>{\"a\": [1]}</script><script>klaro.setup(JSON.parse(document.querySelector('script#cfg').textContent)); klaro.show(JSON.parse(document.getElementById('cfg').innerHTML))</script>",
			"klaro.setup({a: [1]}) at a.html:1:71\nklaro.show({a: [1]}) at a.html:1:146\n"},
		{"waiting scripts are not run", "a.html", "<script type=\"text/plain\" data-category=\"ads\">klaro.setup({a: 1})</script><script type=application/json>{\"a\":1}</script>", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := written(evaluated(t, test.file, test.text, nil))
			got = strings.ReplaceAll(got, "export days", "days")
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestInsist: code that a condition keeps from running, and functions that nothing calls.
func TestInsist(t *testing.T) {
	const setup = "klaro.setup({a: 1})"
	for _, test := range []struct{ name, text string }{
		{"whoever answered", "if (!localStorage.getItem('x')) { " + setup + " }"},
		{"in a frame", "(() => { if (localStorage.getItem('x')) return; if (location.search.includes('embed')) { return } " + setup + " })()"},
		{"an exception", "export function go() { if (!window.x) throw new Error('no x'); " + setup + " }"},
		{"leaves after it", "function go() { if (document.cookie.indexOf('y') === 3) { " + setup + "; return } }"},
		{"a module of AMD", "define(['klaro'], (k) => { return (config) => { " + setup + " } })"},
		{"nothing calls it", "function go() { " + setup + " }"},
		{"a method that is no hook", "export class Consent { show() { " + setup + " } }"},
		{"a list in the condition", "(() => { if ([1].includes(1)) return; " + setup + " })()"},
		{"a variable that cannot be read", "Object.defineProperty(window, 'x', {enumerable: true, get() { throw 1 }}); function go() { " + setup + " }"},
		{"with another way", "if (window.x) { " + setup + " } else " + setup},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := []File{{Name: "a.js", Text: []byte(test.text)}}
			got, err := Files(t.Context(), file, Options{Insist: true})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(written(got), setup) || len(got.Problems) > 0 {
				t.Errorf("got\n%s", written(got))
			}
		})
	}
}

// TestElements: the elements that a banner may care about, with their places.
func TestElements(t *testing.T) {
	got := evaluated(t, "a.html", "<html lang=fr><p>\n<script type=text/plain data-category=ads data-src='{{ s }}'>go()</script>\n<template data-purpose=\"video\"><iframe src=x></iframe></template><div class=\"youtube_player\" videoID=1></div>\n<script src=\"/klaro.js\"></script><p class=tac_x class=y><i>", nil)
	var b strings.Builder
	for _, e := range got.Elements {
		fmt.Fprintf(&b, "%s %v %q at %s\n", e.Tag, e.Attributes, e.Text, e.Place)
	}
	want := `html map[lang:fr] "" at a.html:1
script map[data-category:ads data-src:{{ s }} type:text/plain] "go()" at a.html:2
template map[data-purpose:video] "<iframe src=x></iframe>" at a.html:3
div map[class:youtube_player videoid:1] "" at a.html:3
script map[src:/klaro.js] "" at a.html:4
p map[class:tac_x] "" at a.html:4
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestHostile: scripts that would hang, or fill the memory or the stack, are a problem of a sentence. What
// they said before, and other files, are read.
func TestHostile(t *testing.T) {
	const loop, deep = "runs for too long", "nested too deeply"
	before := "CookieConsent.run({a: 1});\n"
	many := func(text string) string { return strings.Repeat(text, 100000) }
	for name, test := range map[string]struct{ text, says string }{
		"a loop":             {before + "while (true) {}", loop},
		"a loop in a getter": {before + "klaro.setup({get a() { for (;;); }})", loop},
		"a loop in a proxy":  {before + "klaro.setup(new Proxy({}, {ownKeys() { for (;;); }}))", loop},
		"a loop in a sort":   {before + "[2, 1].sort(() => { for (;;); })", loop},
		"a search":           {before + `/^(?!.*(.*)*\1z)(x+x+)+y/.test("x".repeat(60))`, loop},
		"a long list":        {before + "klaro.setup([...Array(1e9).keys()])", ""},
		"a long text":        {before + `let s = "a"; for (;;) s += s + "b";`, ""},
		"a text at once":     {before + `klaro.setup("a".repeat(1e9))`, "RangeError"},
		"joined":             {before + `klaro.setup(new Array(1e9).join("a"))`, "RangeError"},
		"put together":       {before + `"".concat(...new Array(1000).fill("x".repeat(1e7)))`, "RangeError"},
		"replaced":           {before + `"x".repeat(1e7).replaceAll("x", "y".repeat(1e7))`, "RangeError"},
		"joined, long":       {before + `new Array(1000).fill("x".repeat(1e7)).join("")`, "RangeError"},
		"joined by much":     {before + `new Array(1e5).join("x".repeat(1e6))`, "RangeError"},
		"raw":                {before + `String.raw({raw: {length: 1e9}})`, "RangeError"},
		"many objects":       {before + "const all = []; for (;;) all.push({x: [1, 2]})", ""},
		"itself":             {before + "(function f() { return f() + 1 })()", "calls itself"},
		"lists":              {many("["), deep},
		"negations":          {"x = " + many("!") + "1", deep},
		"sums":               {"x = " + many("a+") + "1", ""},
		"properties":         {"x = a" + many(".b"), deep},
		"arrows":             {"x = " + many("a=>") + "1", deep},
		"texts":              {"x = " + many("`${"), deep},
		"one call":           {before + `const s = "a".repeat(1e6); klaro.setup(new Array(1e5).fill(s))`, ""},
		"conditions":         {many("if(a)") + "1", deep},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := []File{{"a.js", []byte(test.text)}, {"b.js", []byte("klaro.setup({b: 2})")}}
			most := 500 * time.Millisecond
			if test.says == "RangeError" { // it ends by itself
				most = 10 * time.Second
			}
			got, err := Files(t.Context(), files, Options{Most: most})
			if err != nil {
				t.Fatal(err)
			}
			all := written(got)
			if len(got.Problems) == 0 || !strings.Contains(all, test.says) {
				t.Errorf("want a problem that says %q; got\n%.500s", test.says, all)
			}
			if strings.HasPrefix(test.text, before) && !strings.Contains(all, "CookieConsent.run({a: 1})") {
				t.Errorf("what was said before is lost:\n%.500s", all)
			}
			if !strings.Contains(all, "klaro.setup({b: 2})") {
				t.Errorf("the other file is lost:\n%.500s", all)
			}
		})
	}
}

// TestSeveral: what several files tell is told once each, and a file that has no end costs none of it.
func TestSeveral(t *testing.T) {
	const stuck = `/^(?!.*(.*)*\1z)(x+x+)+y/.test("x".repeat(60))`
	const long = "runs for too long, as an endless loop does. What it told the banner until then was read.\n"
	for _, test := range []struct {
		name  string
		files []File
		want  string
	}{
		{"one ends the process", []File{{"a.js", []byte("import 'm'; var config = {a: 1}; klaro.show(1)")}, {"b.js", []byte("import 'm'; klaro.setup(config); " + stuck)}, {"c.js", []byte("klaro.show(3)")}},
			"klaro.show(1) at a.js:1:40\nklaro.setup({a: 1}) at b.js:1:19\nklaro.show(3) at c.js:1:7\nconfig = {a: 1}\nproblem at b.js: It " + long},
		{"one ends the process late", []File{{"a.js", []byte("export const config = {a: 1}; export function start() { klaro.setup(config); klaro.b = 3 }")}, {"b.js", []byte("klaro.show(2); export function go() { " + stuck + " }")}},
			"klaro.setup({a: 1}) at a.js:1:63\nklaro.show(2) at b.js:1:7\nklaro.b = 3\nexport config = {a: 1}\nexport start = function function start() { klaro.setup(config); klaro.b = 3; }\nproblem at b.js: It " + long},
		{"called when another file has run", []File{{"a.js", []byte("\n\nexport function go() { klaro.setup({a: 1}); null.x }")}, {"b.js", []byte("var b = {c: [1]}")}},
			"klaro.setup({a: 1}) at a.js:3:30\nexport go = function function go() { klaro.setup({ a: 1 }); null.x; }\nb = {c: [1]}\nproblem at a.js:3:50: This could not be run: TypeError: Cannot read property 'x' of undefined.\n"},
		{"names that two files have", []File{{"a.js", []byte("export const config = {a: 1}")}, {"b.js", []byte("export const config = {b: 2}")}}, "export config = {a: 1}\nexport config = {b: 2}\n"},
		{"an export beside a loop", []File{{"a.js", []byte("export const config = {a: 1}; export function go() { for (;;); }")}},
			"export config = {a: 1}\nexport go = function function go() { for (; ; ) ; }\nproblem at a.js: It " + long},
		{"an export before a loop", []File{{"a.cjs", []byte("module.exports = {a: 1}; for (;;);")}}, "export default = {a: 1}\nproblem at a.cjs:1:26: It " + long},
		{"loaded by a page and named", []File{{"a.html", []byte("<script src=b.js></script>")}, {"b.js", []byte("klaro.setup({a: 1})")}}, "klaro.setup({a: 1}) at b.js:1:7\n"},
		{"loaded by two pages", []File{{"a.html", []byte("<script src=b.js></script>")}, {"c.html", []byte("<script src=b.js></script>")}, {"b.js", []byte("klaro.setup({a: 1})")}}, "klaro.setup({a: 1}) at b.js:1:7\n"},
		{"imported and named", []File{{"a.js", []byte("import './b.js'")}, {"b.js", []byte("klaro.setup({a: 1}); klaro.b = 3; klaro.b = 4; klaro.b = 3")}}, "klaro.setup({a: 1}) at b.js:1:7\nklaro.b = 3\nklaro.b = 4\nklaro.b = 3\n"},
		{"called by itself, and exported", []File{{"a.js", []byte("export const go = () => klaro.show(1); go()")}}, "klaro.show(1) at a.js:1:31\nexport go = function () => klaro.show(1)\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := Files(t.Context(), test.files, Options{Most: 500 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			if text := written(got); text != test.want {
				t.Errorf("got\n%s\nwant\n%s", text, test.want)
			}
			if len(got.Files) != len(test.files) || len(got.Imports) > 1 {
				t.Errorf("got the files %q and the imports %q", got.Files, got.Imports)
			}
		})
	}
}

// TestThrows: code of a script that runs while its values are read, or while what it threw is said, may
// fail in turn. That costs the one value, and the sentence says so.
func TestThrows(t *testing.T) {
	const loop = "runs for too long"
	for name, test := range map[string]struct{ text, has, says string }{
		"an exception's text":       {"klaro.setup({a: 1}); throw {toString() { throw 1 }}", "klaro.setup({a: 1})", "could not be run"},
		"an exception's text, long": {"klaro.setup({a: 1}); throw {toString() { for (;;); }}", "klaro.setup({a: 1})", loop},
		"a proxy that is revoked":   {"const p = Proxy.revocable({}, {}); p.revoke(); klaro.setup({a: p.proxy, b: 2})", "klaro.setup({a: opaque …, b: 2})", ""},
		"a function's text":         {"const f = () => 1; f.toString = () => { throw 1 }; klaro.setup({a: f, b: 2})", "klaro.setup({a: function () => 1, b: 2})", ""},
		"a pattern's source":        {"const p = /a/; Object.defineProperty(p, 'source', {get() { throw 1 }}); klaro.setup({a: p, b: 2})", "klaro.setup({a: opaque RegExp, b: 2})", ""},
		"a list's length":           {"klaro.setup({a: new Proxy([], {get() { throw 1 }}), b: 2})", "b: 2})", ""},
		"a getter":                  {"klaro.setup({get a() { throw 1 }, b: 2})", "klaro.setup({a: opaque get a(), b: 2})", ""},
		"an export":                 {"module.exports = {get a() { throw 1 }, b: 2}", "export default = {a: opaque get a(), b: 2}", ""},
		"an export's names":         {"klaro.setup({a: 1}); module.exports = new Proxy({}, {ownKeys() { throw 1 }})", "klaro.setup({a: 1})", ""},
		"an export by default":      {"export const a = {b: 2}; export default new Proxy({}, {get() { throw 1 }})", "export a = {b: 2}", ""},
		"a global":                  {"var a = {b: 2}; Object.defineProperty(window, 'onload', {get() { throw 1 }})", "a = {b: 2}", ""},
		"all objects' exports":      {"klaro.setup({a: 1}); Object.defineProperty(Object.prototype, 'exports', {set() { throw 1 }, get() { throw 1 }})", "klaro.setup({a: 1})", ""},
		"frozen":                    {"klaro.setup({a: 1}); Object.freeze(globalThis)", "klaro.setup({a: 1})", "could not be run"},
		"the interpreter":           {"klaro.setup({a: 1}); 1n << (1n << 62n); klaro.show({b: 2})", "klaro.show({b: 2})", "could not be run"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := []File{{"a.js", []byte(test.text)}, {"b.js", []byte("var b = 1")}}
			got, err := Files(t.Context(), files, Options{Most: 500 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			all := written(got)
			if !strings.Contains(all, test.has) {
				t.Errorf("want %s; got\n%s", test.has, all)
			}
			if !strings.Contains(all, test.says) || test.says != loop && strings.Contains(all, loop) {
				t.Errorf("want a problem that says %q; got\n%s", test.says, all)
			}
		})
	}
}

// TestOutside: nothing outside the folder is read, in whatever way a script names it.
func TestOutside(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.json")
	if err := os.WriteFile(secret, []byte(`{"word": "xyzzy"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(filepath.Dir(secret), "secret.txt")
	if err := os.WriteFile(plain, []byte("xyzzy"), 0o644); err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	up := strings.Repeat("../", strings.Count(here, "/")+2)
	below := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(secret)), "/")
	for name, text := range map[string]string{
		"a source map":          "klaro.setup({a: 1});\n//# sourceMappingURL=file://" + plain,
		"a source map's path":   "klaro.setup({a: 1});\n//# sourceMappingURL=" + plain,
		"a module":              "import a from " + strconv.Quote(secret) + "; klaro.setup({a})",
		"an address":            "import a from 'file://" + secret + "'; klaro.setup({a})",
		"one of several":        "const x = 'secret'; const a = require('./" + up + below + "/' + x + '.json'); klaro.setup({a: a.word})",
		"one of several, later": "let x = window.y ? '' : 'secret'; import(`./" + up + below + "/${x}.json`).then((a) => klaro.setup({a}))",
		"up":                    "import a from '" + up + below + "/secret.json'; klaro.setup({a})",
	} {
		t.Run(name, func(t *testing.T) {
			got := written(evaluated(t, "a.js", text, nil))
			if strings.Contains(got, "xyzzy") || strings.Contains(got, "word\"") {
				t.Errorf("it was read:\n%s", got)
			}
			if strings.Contains(name, "map") && got != "klaro.setup({a: 1}) at a.js:1:7\n" {
				t.Errorf("got\n%s", got)
			}
		})
	}
}

// TestManyImports: files that are imported at the same time do not get in each other's way, and a star in
// a file's name is no pattern.
func TestManyImports(t *testing.T) {
	others := map[string]string{}
	var text strings.Builder
	for i := range 60 {
		fmt.Fprintf(&text, "import m%d from './m%d.js';\n", i, i)
		others[fmt.Sprintf("m%d.js", i)] = fmt.Sprintf("import './none%d.js'; import 'module%d'; import n from './n%d.js'; export default n", i, i, i)
		others[fmt.Sprintf("n%d.js", i)] = "export default 1"
	}
	first := written(evaluated(t, "a*.js", text.String()+"klaro.setup({a: m0 + m59})", others))
	if !strings.HasPrefix(first, "klaro.setup({a: 2}) at a*.js:61:7\n") {
		t.Errorf("got\n%.500s", first)
	}
	if second := written(evaluated(t, "a*.js", text.String()+"klaro.setup({a: m0 + m59})", others)); second != first {
		t.Errorf("the second time, got\n%s\nwant\n%s", second, first)
	}
}

// TestManyCalls: a script that tells a banner more than a configuration ever has is stopped, and the next is read.
func TestManyCalls(t *testing.T) {
	text := `const s = "a".repeat(1e6); for (;;) klaro.setup([s, s, s, s, s, s, s, s])`
	got, err := Files(t.Context(), []File{{"a.js", []byte(text)}, {"b.js", []byte("var b = 1")}}, Options{Most: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Problems) != 1 || !strings.Contains(got.Problems[0].Text, "more than 64 MB") || len(got.Calls) > 8 || len(got.Names) != 1 {
		t.Errorf("got %d calls, %d names and the problems %v", len(got.Calls), len(got.Names), got.Problems)
	}
}

// TestMuch: what is not taken down any more is said once.
func TestMuch(t *testing.T) {
	for name, test := range map[string]struct {
		text, says string
		problems   int
	}{
		"calls":     {"for (let i = 0; i < 10100; i++) klaro.show(i)", "More is told from here on", 1},
		"values":    {"for (let i = 0; i < 10100; i++) klaro.a = i", "More is told from here on", 1},
		"functions": {"for (let i = 0; i < 1100; i++) setTimeout(() => i)", "More is told from here on", 1},
		"parts":     {"klaro.setup(Array.from({length: 99000}, () => ({a: 1, b: 2})));", "More is told here than a banner needs", 1},
		"fields":    {"const o = {}; for (let i = 0; i < 200100; i++) o[i] = i; klaro.setup(o);", "More is told here than a banner needs", 1},
		"a text":    {"klaro.setup('b'.repeat(1100000)); klaro.show('b'.repeat(1100000))", "More is told here than a banner needs", 1},
		"faults":    {strings.Repeat("null.x;\n", 300), "More could not be read in the same way.", 101},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Files(t.Context(), []File{{"a.js", []byte(test.text)}}, Options{Most: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			if n := len(got.Problems); n != test.problems || !strings.Contains(got.Problems[n-1].Text, test.says) {
				t.Errorf("got %d problems: %.500v", n, got.Problems)
			}
		})
	}
}

// TestManyScripts: a page's scripts do not fill the memory with the lines before each.
func TestManyScripts(t *testing.T) {
	text := strings.Repeat("\n", 1000000) + strings.Repeat("<script></script><script>1</script>\n", 2000) + "<script>klaro.setup({a: 1})</script>"
	pieces, _ := page("a.html", text, &masked{})
	size := 0
	for _, p := range pieces {
		size += len(p.text)
	}
	if len(pieces) != 2001 || size > len(text) {
		t.Errorf("%d scripts have %d bytes, and the page %d", len(pieces), size, len(text))
	}
}

// TestManyStatements: a configuration after a long library is read, and its place is the right one.
func TestManyStatements(t *testing.T) {
	var text strings.Builder
	for i := range 30000 {
		fmt.Fprintf(&text, "var v%d = function (a) { return [a + %d] };\n", i, i)
	}
	got, err := Files(t.Context(), []File{{"a.js", []byte(text.String() + "klaro.setup({a: 1}); null.x")}}, Options{Most: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Calls) != 1 || got.Calls[0].Place.String() != "a.js:30001:7" || len(got.Problems) != 1 || got.Problems[0].Place.String() != "a.js:30001:27" {
		t.Errorf("got %.200v, %.200v", got.Calls, got.Problems)
	}
}

// TestManyTags: a page's parts are read once each, however they are nested.
func TestManyTags(t *testing.T) {
	nested := strings.Repeat("<template data-purpose=x><p>", 50000) + "<script>klaro.setup({a: 1})</script>"
	got, err := Files(t.Context(), []File{{"a.html", []byte(nested)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Elements) != 50000 || !strings.HasPrefix(written(got), "klaro.setup({a: 1}) at a.html:1:") || len(got.Problems) > 0 {
		t.Errorf("got %d elements and\n%.500s", len(got.Elements), written(got))
	}
}

// TestRefused: what cannot be a configuration is refused in a sentence.
func TestRefused(t *testing.T) {
	for name, test := range map[string]struct {
		files []File
		says  string
	}{
		"too big":  {[]File{{"a.js", make([]byte, mostBytes+1)}}, "a.js has"},
		"together": {slices.Repeat([]File{{"a.js", bytes.Repeat([]byte(" "), mostBytes)}}, 5), "together"},
		"a binary": {[]File{{"a.js", []byte("MZ\x00\x01")}}, "is not text in UTF-8"},
		"Latin-1":  {[]File{{"a.js", []byte("caf\xe9")}}, "is not text in UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Files(t.Context(), test.files, Options{}); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want an error that says %q", err, test.says)
			}
		})
	}
}

// TestCancelled: an evaluation ends with its context.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := Files(ctx, []File{{"a.js", []byte("for (;;);")}}, Options{Most: time.Minute}); err == nil {
		t.Error("it went on")
	}
}

// FuzzPage: any page is taken apart without a panic, and no script has lines that the page has not.
func FuzzPage(f *testing.F) {
	for _, seed := range []string{"<script>x</script>", "---\nconst a = 1\n---\n<p>", "{{ a }}{% if x %}<#if><template data-purpose=a><template>", "<?php echo 1; ?><script src=a></script><script", "<script>{{{a}}} ${b} <%= c %>"} {
		f.Add("a.html", seed)
		f.Add("a.ftl", seed)
		f.Add("a.astro", seed)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		pieces, _ := page(name, text, &masked{})
		for _, p := range pieces {
			if strings.Count(p.until+p.text, "\n") > strings.Count(text, "\n")+strings.Count(text, "\r") {
				t.Errorf("%q has more lines than the page", p.text)
			}
		}
	})
}
