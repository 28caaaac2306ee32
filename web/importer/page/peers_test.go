package page

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"charte/web/importer/peers"
	"charte/web/npm"
)

// The releases of the banners that the tests have in their pages.
var (
	vanilla = npm.Release{
		Name: "vanilla-cookieconsent", Version: "3.1.0",
		Integrity: "sha512-/McNRtm/3IXzb9dhqMIcbquoU45SzbN2VB+To4jxEPqMmp7uVniP6BhGLjU8MC7ZCDsNQVOp27fhQTM/ruIXAA==",
	}
	vanilla2 = npm.Release{
		Name: "vanilla-cookieconsent", Version: "2.9.2",
		Integrity: "sha512-SHAS5W0DBvvcUtjmVvvYkhmLPmTlgwKzFvViUp5mBimbZCdZKbDQzwyk/TgYq02+61RrtxmDdLGzDWNFpSbsGQ==",
	}
	klaro = npm.Release{
		Name: "klaro", Version: "0.7.22",
		Integrity: "sha512-NkaFxS4S8160/zH1UQzCSYIIsAtwIDHIkJ7xofCrgRqk14OSY+OJuwCjYyW+q5fmIeF4RvsuBH6brPe2BS9Z0A==",
	}
	orejime = npm.Release{
		Name: "orejime", Version: "3.2.1",
		Integrity: "sha512-jAEjX6Rzn8W6D+vkoFhJUXECzpLtGUXQJ9yj9PhEkDo/7ZeK2uGjAfXxdQRI4IWPvIL+jVPxgm5Dsi5Rv+8qMw==",
	}
	orejime2 = npm.Release{
		Name: "orejime", Version: "2.3.1",
		Integrity: "sha512-LpJCuOG7mvR5fwD3wr+FoHPG+DX2t7+dJ4gBZnWICnNHtOTNuBzne0T+JcK0nW30JjiYULq1vfOaSLU2qmHCPg==",
	}
	tarteaucitron = npm.Release{
		Name: "tarteaucitronjs", Version: "1.34.0",
		Integrity: "sha512-PEzKEjOLC06zCWSZB1RuQkSlzbDYXSKohv0XD7BMjgfE/M+LhiWLTdNAj47VW9xcVsuQCSvLpR/gqkripHaU6g==",
	}

	// c15t for React, and all that it needs.
	c15t = []npm.Release{
		{Name: "@c15t/react", Version: "2.2.1", Integrity: "sha512-Xl/KPHGBDekRwH+k09fAyNXUI2GirDAWz/R87Yr+htsp+b66A51yMN2hzJCcH1gxm4MLjOzDqHP1nAE/fRJ09Q=="},
		{Name: "@c15t/ui", Version: "2.2.1", Integrity: "sha512-OlmEhScePX3xF+sPNWemLZaiJv80KuxsuxTf+Ip0ImREGeXdaOIG7Hp6IBU+8IOeJ723Q4LlD74gyV2NgTbXIQ=="},
		{Name: "c15t", Version: "2.2.1", Integrity: "sha512-6/yePflfCveo6Q1qMsX3DaKyE2OEuy41PBIl61Z7wScvJkIos3fky2RvBe8p+cScIGM0AbGoXvSEkOxbBda75g=="},
		{Name: "@c15t/schema", Version: "2.2.0", Integrity: "sha512-rj6H1AlbbSnioNaw9Cvoc3vCchVAV/55Jd/6wrzhzW+2z2ByUyf+pDvZXQnAm0KMfsuQ8oDgqNqmPdqD1aJNFw=="},
		{Name: "@c15t/translations", Version: "2.2.1", Integrity: "sha512-JgYXn+bTyys/7e7SMfu19zVBlW1cED6/CqJ5mbOmmfMr9MSkaAq0/UK/6/29FhcfCJKmHq+kQqKa0igX86mJeA=="},
		{Name: "zustand", Version: "5.0.14", Integrity: "sha512-/8tAspM5LMPr28b3fwLYrtdj77ECpfZviaP75CMTnwO8ISyaE4GDIG/9rDDYq/cH9D2Xw2A2RXglLInmVBQB/g=="},
		{Name: "valibot", Version: "1.4.2", Integrity: "sha512-gjdCvJ6d3RyHAneqxMYMW9QMCwYMb3jpOO0IyHZV1bnRHFBHrX3VkIILt5XYR0WhwHiH7Mty8ovuPZ/O3gamrg=="},
		{Name: "react", Version: "19.2.9", Integrity: "sha512-RuLdAokXv3sRmZa2/N8QH0KmTBIgDKC+buRUikGqow31+mGSGidLCX2o4XFq8OV+xBFWfhM9DVgTq1PPHADH4w=="},
		{Name: "react-dom", Version: "19.2.9", Integrity: "sha512-YceU74W21fXEHszKBLj16MY0CmvpFKOs60iVrIyW/cCgOPsZJNaB6GVJEtIUqt6AG6EjzKLui5lPRrxAeS328Q=="},
		{Name: "scheduler", Version: "0.27.0", Integrity: "sha512-eNv+WrVbKu1f3vbYJT/xtiF5syA5HPIMtf9IgY/nKg0sWqzAUEvqY/xm7OcZc/qafLx/iO9FgOmeSAp4v5ti/Q=="},
	}
)

// reads fails where package peers does not read what a page told, as a banner's configuration.
func reads(t *testing.T, p *Page, peer string) {
	t.Helper()
	plan, err := peers.Read(p.Told, "")
	if err != nil {
		t.Fatal(err)
	}
	if plan.Peer != peer || len(plan.Categories) == 0 {
		t.Errorf("it is read as %s, with %d categories; want %s", plan.Peer, len(plan.Categories), peer)
	}
}

// TestVanilla: the configuration is as the site gave it, without the banner's defaults, whether the
// banner is a global variable or a module.
func TestVanilla(t *testing.T) {
	const (
		config = `{revision: 3, categories: {necessary: {readOnly: true}, stats: {autoClear: {cookies: [{name: /^_ga/}]}, services: {ga: {label: "Analytics", onAccept: () => {}}}}},
			language: {default: "en", translations: {en: {consentModal: {title: "Cookies"}, preferencesModal: {title: "Settings", sections: []}}}}}`
		want = `CookieConsent.run({revision: 3, categories: {necessary: {readOnly: true}, stats: {autoClear: {cookies: [{name: /^_ga/}]}, services: {ga: {label: "Analytics", onAccept: <function () => {}>}}}}, ` +
			`language: {default: "en", translations: {en: {consentModal: {title: "Cookies"}, preferencesModal: {title: "Settings", sections: []}}}}})`
	)
	for _, test := range []struct{ name, html, file string }{
		{"a global variable", `<script src="/cookieconsent.umd.js"></script><script>CookieConsent.run(` + config + `)</script>`, "dist/cookieconsent.umd.js"},
		{"a module", `<script type="module">import {run} from "/cookieconsent.esm.js"; run(` + config + `)</script>`, "dist/cookieconsent.esm.js"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := read(t, test.html+`<script type="text/plain" data-category="stats">1</script>`, map[string]string{"/" + filepath.Base(test.file): vanilla.File(t, test.file)})
			equal(t, "told", lines(p), []string{want})
			reads(t, p, "vanilla-cookieconsent 3")
			if len(p.Scripts) != 1 || strings.Contains(p.Scripts[0].Name, "cookieconsent") {
				t.Errorf("the scripts are %+v", p.Scripts)
			}
			if elements := p.Told.Elements; elements[len(elements)-1].Attributes["data-category"] != "stats" || len(elements) > 3 {
				t.Errorf("the elements are %+v", elements)
			}
		})
	}
}

// TestVanilla2: the banner keeps its configuration to itself, and it is found all the same.
func TestVanilla2(t *testing.T) {
	p := read(t, `<body><script src="/cookieconsent.js"></script><script>
		var cc = initCookieConsent();
		cc.run({current_lang: "en", autoclear_cookies: true, cookie_expiration: 90, languages: {en: {
			consent_modal: {title: "Cookies", description: "We ask.", primary_btn: {text: "Accept", role: "accept_all"}, secondary_btn: {text: "Refuse", role: "accept_necessary"}},
			settings_modal: {title: "Settings", save_settings_btn: "Save", accept_all_btn: "Accept", blocks: [
				{title: "Statistics", description: "Counts.", toggle: {value: "stats", enabled: false, readonly: false}, cookie_table: [{col1: "^_ga", is_regex: true}]},
			]},
		}}});
	</script>`, map[string]string{"/cookieconsent.js": vanilla2.File(t, "dist/cookieconsent.js")})
	equal(t, "told", lines(p), []string{`initCookieConsent.run({current_lang: "en", autoclear_cookies: true, cookie_expiration: 90, languages: {en: {` +
		`consent_modal: {title: "Cookies", description: "We ask.", primary_btn: {text: "Accept", role: "accept_all"}, secondary_btn: {text: "Refuse", role: "accept_necessary"}}, ` +
		`settings_modal: {title: "Settings", save_settings_btn: "Save", accept_all_btn: "Accept", blocks: [` +
		`{title: "Statistics", description: "Counts.", toggle: {value: "stats", enabled: false, readonly: false}, cookie_table: [{col1: "^_ga", is_regex: true}]}]}}}})`})
	reads(t, p, "vanilla-cookieconsent 2")
}

// TestKlaro: the configuration is found as a global variable, by the name that the site gives it, and
// where it has none.
func TestKlaro(t *testing.T) {
	const config = `{version: 1, lang: "en", services: [{name: "ga", purposes: ["stats"], cookies: [/^_ga/, ["_gid", "/", "shop.example"]], required: false}]}`
	const want = `{version: 1, lang: "en", services: [{name: "ga", purposes: ["stats"], cookies: [/^_ga/, ["_gid", "/", "shop.example"]], required: false}]}`
	for _, test := range []struct{ name, html, want string }{
		{"klaroConfig", `<script>var klaroConfig = ` + config + `</script><script defer src="/klaro.js"></script>`, "klaroConfig = " + want},
		{"a name of the site's", `<script>var cookies = ` + config + `</script><script defer src="/klaro.js" data-klaro-config="cookies"></script>`, "cookies = " + want},
		{"setup", `<script src="/klaro.js"></script><script>const cookies = ` + config + `; klaro.setup(cookies)</script>`, "klaro.setup(" + want + ")"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := read(t, test.html, map[string]string{"/klaro.js": klaro.File(t, "dist/klaro.js")})
			equal(t, "told", lines(p), []string{test.want})
			reads(t, p, "Klaro 0.7")
		})
	}
}

// TestOrejime: the configuration is found as a global variable, and where the site passes it.
func TestOrejime(t *testing.T) {
	const config = `{privacyPolicyUrl: "/privacy", purposes: [{id: "stats", title: "Statistics", cookies: ["_ga", /^_gid/], purposes: [{id: "ga", title: "GA", cookies: []}]}]}`
	const purposes = `purposes: [{id: "stats", title: "Statistics", cookies: ["_ga", /^_gid/], purposes: [{id: "ga", title: "GA", cookies: []}]}]`
	file := map[string]string{"/orejime-standard-en.js": orejime.File(t, "dist/orejime-standard-en.js")}
	t.Run("orejimeConfig", func(t *testing.T) {
		p := read(t, `<script>window.orejimeConfig = `+config+`</script><script src="/orejime-standard-en.js"></script>`, file)
		equal(t, "told", lines(p), []string{`orejimeConfig = {privacyPolicyUrl: "/privacy", ` + purposes + "}"})
		reads(t, p, "Orejime 3")
	})
	t.Run("loadOrejime", func(t *testing.T) {
		p := read(t, `<script src="/orejime-standard-en.js"></script><script type="module">const cookies = `+config+`; addEventListener("load", () => { window.orejime = loadOrejime(cookies) })</script>`, file)
		equal(t, "told", lines(p), []string{`Orejime.init({privacyPolicyUrl: "/privacy", ` + purposes + "})"})
		reads(t, p, "Orejime 3")
	})
	t.Run("loadOrejime, and the site forgets", func(t *testing.T) {
		p := read(t, `<script src="/orejime-standard-en.js"></script><script>addEventListener("load", () => { window.orejime = loadOrejime(`+config+`) })</script>`, file)
		if got := lines(p); len(got) != 1 || !strings.HasPrefix(got[0], `Orejime.init({privacyPolicyUrl: "/privacy", `) || !strings.Contains(got[0], purposes) || strings.Contains(got[0], "theme") {
			t.Errorf("told %q", got)
		}
		reads(t, p, "Orejime 3")
		if !strings.Contains(problems(p), "comes with the banner's defaults") {
			t.Errorf("the problems are %q", problems(p))
		}
	})
}

// TestOrejime2: the configuration is found as a global variable, and where the site passes it.
func TestOrejime2(t *testing.T) {
	const config = `{privacyPolicy: "/privacy", lang: "en", translations: {en: {purposes: {stats: "Statistics"}}}, apps: [{name: "ga", title: "GA", cookies: ["_ga", /^_gid/], purposes: ["stats"]}]}`
	file := map[string]string{"/orejime.js": orejime2.File(t, "dist/orejime.js")}
	for _, test := range []struct{ name, html, want string }{
		{"orejimeConfig", `<script>window.orejimeConfig = ` + config + `</script><script src="/orejime.js"></script>`, "orejimeConfig = " + config},
		{"init", `<script src="/orejime.js"></script><script>const cookies = ` + config + `; window.orejime = Orejime.init(cookies)</script>`, "Orejime.init(" + config + ")"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := read(t, "<body>"+test.html, file)
			equal(t, "told", lines(p), []string{test.want})
			reads(t, p, "Orejime 2")
		})
	}
	t.Run("init, and the site forgets", func(t *testing.T) {
		p := read(t, `<body><script src="/orejime.js"></script><script>Orejime.init(`+config+`)</script>`, file)
		if got := lines(p); len(got) != 1 || !strings.HasPrefix(got[0], "Orejime.init({") || !strings.Contains(got[0], `apps: [{name: "ga", title: "GA", cookies: ["_ga", /^_gid/], purposes: ["stats"]}]`) {
			t.Errorf("told %q", got)
		}
		reads(t, p, "Orejime 2")
		if !strings.Contains(problems(p), "comes with the banner's defaults") {
			t.Errorf("the problems are %q", problems(p))
		}
	})
}

// TestTarteaucitron: settings, accounts, used services and the site's own are told, and the 240 services
// that tarteaucitron brings along are not.
func TestTarteaucitron(t *testing.T) {
	files := map[string]string{}
	for served, name := range map[string]string{
		"tarteaucitron.min.js": "", "css/tarteaucitron.min.css": "", "lang/tarteaucitron.en.min.js": "", "tarteaucitron.services.min.js": "",
	} {
		files["/tac/"+served] = tarteaucitron.File(t, served+name)
	}
	p := read(t, `<script>var tarteaucitronForceLanguage = "en"</script><script src="/tac/tarteaucitron.min.js"></script><script>
		tarteaucitron.init({privacyUrl: "/privacy", highPrivacy: true, DenyAllCta: false});
		tarteaucitron.user.gtagUa = "G-1";
		tarteaucitron.services["shop-chat"] = {key: "shop-chat", type: "support", name: "Chat", uri: "", needConsent: true, cookies: ["chat"], js() {}, fallback() {}};
		tarteaucitron.job = tarteaucitron.job || [];
		tarteaucitron.job.push("gtag");
		tarteaucitron.job.push("youtube");
		tarteaucitron.job.push("shop-chat");
		</script><div class="youtube_player" videoID="abc" width="300" height="200"></div><div class="tac_facebookpost"></div>`, files)
	reads(t, p, "tarteaucitron")
	got := lines(p)
	for _, want := range []string{
		`tarteaucitron.job.push("gtag")`, `tarteaucitron.job.push("youtube")`, `tarteaucitron.job.push("shop-chat")`, `tarteaucitron.user.gtagUa = "G-1"`, `tarteaucitronForceLanguage = "en"`,
	} {
		if strings.Count(strings.Join(got, "\n"), want) != 1 {
			t.Errorf("%s is not there once", want)
		}
	}
	for _, line := range got {
		if strings.HasPrefix(line, "tarteaucitron.services") && !strings.HasPrefix(line, `tarteaucitron.services["shop-chat"] = {key: "shop-chat", type: "support"`) {
			t.Errorf("a service that is not the site's: %s", line)
		}
	}
	if len(got) != 7 || !strings.HasPrefix(got[0], `tarteaucitron.init({privacyUrl: "/privacy", highPrivacy: true, DenyAllCta: false`) {
		t.Errorf("told\n%s", strings.Join(got, "\n"))
	}
	var classes []string
	for _, e := range p.Told.Elements {
		if e.Tag == "div" {
			classes = append(classes, e.Attributes["class"])
		}
	}
	equal(t, "the elements", classes, []string{"youtube_player", "tac_facebookpost"})
	if len(p.Scripts) != 2 {
		t.Errorf("%d scripts, want the site's two", len(p.Scripts))
	}
}

// c15tPage is a site's program, in which no global variable leads to c15t's options.
const c15tPage = `
import { ConsentBanner, ConsentManagerProvider } from "@c15t/react";
import { createRoot } from "react-dom/client";
const root = document.body.appendChild(document.createElement("div"));
createRoot(root).render(
  <ConsentManagerProvider options={{ mode: "offline", consentCategories: ["necessary", "measurement"], scripts: [{ id: "ga", src: "https://ga.example/a.js", category: "measurement" }] }}>
    <ConsentBanner />
  </ConsentManagerProvider>,
);`

// c15tCore is a site's program without React.
const c15tCore = `
import { getOrCreateConsentRuntime } from "c15t";
const options = { mode: "offline", consentCategories: ["necessary", "marketing"], legalLinks: { privacyPolicy: { href: "/privacy" } } };
getOrCreateConsentRuntime(options);`

// TestC15t: the options are told as the site's program has them, and the store's state where the
// program has forgotten them.
func TestC15t(t *testing.T) {
	for _, test := range []struct{ name, program, want string }{
		{"React", c15tPage, `ConsentManagerProvider({options: {mode: "offline", consentCategories: ["necessary", "measurement"], scripts: [{id: "ga", src: "https://ga.example/a.js", category: "measurement"}]}})`},
		{"without React", c15tCore + `addEventListener("click", () => console.log(options));`, `createConsentManager({mode: "offline", consentCategories: ["necessary", "marketing"], legalLinks: {privacyPolicy: {href: "/privacy"}}})`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := read(t, `<body><script src="/app.js" defer></script>`, map[string]string{"/app.js": bundled(t, test.program)})
			equal(t, "told", lines(p), []string{test.want})
			reads(t, p, "c15t")
		})
	}
	t.Run("forgotten", func(t *testing.T) {
		p := read(t, `<body><script src="/app.js" defer></script>`, map[string]string{"/app.js": bundled(t, c15tCore)})
		reads(t, p, "c15t")
		got := lines(p)
		if len(got) != 1 || !strings.HasPrefix(got[0], "c15tStore = {") || !strings.Contains(got[0], `consentCategories: ["necessary", "marketing"]`) || strings.Contains(got[0], "<function") {
			t.Errorf("told %q", got)
		}
		if !strings.Contains(problems(p), "The state of c15tStore was read instead.") {
			t.Errorf("the problems are %q", problems(p))
		}
	})
}

// bundled is a program with c15t and React in it.
func bundled(t *testing.T, program string) string {
	t.Helper()
	dir := t.TempDir()
	for _, r := range c15t {
		files, err := r.Files(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range files {
			if !filepath.IsLocal(name) {
				t.Fatalf("%s has a file outside of its folder: %s", r.Name, name)
			}
			file := filepath.Join(dir, "node_modules", filepath.FromSlash(r.Name), name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, data, 0o644)); err != nil {
				t.Fatal(err)
			}
		}
	}
	result := api.Build(api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: program, ResolveDir: dir, Sourcefile: "app.jsx", Loader: api.LoaderJSX},
		Bundle: true, Format: api.FormatIIFE, Platform: api.PlatformBrowser, JSX: api.JSXAutomatic,
		Outfile: filepath.Join(dir, "app.js"), Define: map[string]string{"process.env.NODE_ENV": `"production"`}, MinifySyntax: true, MinifyWhitespace: true, MinifyIdentifiers: true,
	})
	if len(result.Errors) > 0 {
		t.Fatal(result.Errors[0].Text)
	}
	for _, file := range result.OutputFiles {
		if strings.HasSuffix(file.Path, ".js") {
			return string(file.Contents)
		}
	}
	t.Fatal("esbuild wrote no script")
	return ""
}
