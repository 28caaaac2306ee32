package hosts

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/evanw/esbuild/pkg/api"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/guard"
	"charte/web/npm"
)

// A library is one that many sites use, with a page that does what it is for.
type library struct {
	// name is that of the page, libraries/<name>.html. Where there is a script
	// libraries/<name>.js, the page loads it with what it imports from the releases.
	name     string
	releases []npm.Release

	// result is what the page says in the end, as a regular expression for the whole of it.
	// again is the same for the page's second visit; where it is empty there is none.
	result, again string

	// writes are the names that the library stores by itself and that the catalogue does not
	// declare, each with its kind before it. The library works without them.
	writes []string

	// stray are the names under which the page's function stray stores something, in the same form.
	// The catalogue does not declare them. It is empty where the page has no such function.
	stray []string
}

// libraries are those that keep nothing in the browser, except in the page's history, by the names of
// their pages.
var libraries = []library{
	{name: "angular", result: `2 seats: €24\.00, padding 16px`, releases: []npm.Release{
		{Name: "@angular/core", Version: "21.2.26", Integrity: "sha512-EXALAnHRhhBj9WAYend5IIpFlpqPq+HM3OrHxBiWNQoqxOfFKnmRKGERLlX3FEDSzWQt+iZcZHpd2569Xo0pMA=="},
		{Name: "@angular/common", Version: "21.2.26", Integrity: "sha512-2lnNdImIHaeTmYqW+lEKeU9vPauNLz8NgM2MoZs7kV9D+CfPMi90F5VwRg0q16J/UiKS8uiYIYmUeaoo2wu4Pg=="},
		{Name: "@angular/platform-browser", Version: "21.2.26", Integrity: "sha512-0yJN5FZX88SqdAnsmZC5E0MGpkQyG4CXjdWN3wTX3vFMsnetvm9MqyZKalxNFneucXV0KLrb8oRma5San3Hmeg=="},
		{Name: "@angular/compiler", Version: "21.2.26", Integrity: "sha512-awrZjb8ok4TE871RVCvVkPfO63vmW0whqslXQ1s5sSFzlYoYDGxQznVbp0PoDiYU+QpoxMK50Lec/J2l0+0fjw=="},
		{Name: "rxjs", Version: "7.8.2", Integrity: "sha512-dhKf903U/PQZY6boNNtAGdWbG85WAbjT/1xYoZIC7FAY0yWapOBQVsVrDl58W86//e1VpMNBtRV4MaXfdMySFA=="},
		{Name: "tslib", Version: "2.9.1", Integrity: "sha512-a4Ux9VKuIMHsOS7ENbEq6hK2ZGYIT27Rtl0E4eD9KqwxhKiQeMZE/9xb3IdYwWaSOyIBQLExhQgXDTYoiCxnWA=="},
	}},
	{name: "bootstrap", result: `dropdown-menu show; collapse show; modal show; url\("data:image/svg`, releases: []npm.Release{
		{Name: "bootstrap", Version: "5.3.9", Integrity: "sha512-20cU0rcfw8WdxtVbmfU+xT2EjvVTw9Ror/h1Qvd7DXCujRg8OO9mdBCsmTHdJFf3BuadmBNJtgIuUXsBqSkk/w=="},
	}},
	{name: "chartjs", result: `Lyon,Lille, red 255, data:image/png;`, releases: []npm.Release{
		{Name: "chart.js", Version: "4.6.1", Integrity: "sha512-hJyniucsFmq//EvXYvJ6c6mahPoI3kaxdjVH8awTaJ/fDNWeSqqqArixMJWkWNN6fcYvPU3HneSANFNYtRi61g=="},
	}},
	{name: "d3", result: `120,200,40`, releases: []npm.Release{
		{Name: "d3", Version: "7.9.2", Integrity: "sha512-ZKb/mONPVKzaO5UlcWcwN8bS4ezvQaYu+bsou+XgNABdGC800kwH651ADTbbTxMPHW13UlvbQafdmJQDk1w7Mg=="},
	}},
	{name: "flatpickr", result: `dimanche 29 novembre 2026`, releases: []npm.Release{
		{Name: "flatpickr", Version: "4.6.13", Integrity: "sha512-97PMG/aywoYpB4IvbvUJi0RQi8vearvU0oov1WW3k0WZPBMrTQVqekSX5CjSG/M4Q3i6A/0FKXC7RyAoAUUSPw=="},
	}},
	{name: "hls", result: `2 qualities, blob: fragParsingError`, releases: []npm.Release{
		{Name: "hls.js", Version: "1.7.4", Integrity: "sha512-3GlxGdPvT2YHvQYOt+yOzT/DEior/qJVNIylHA77kgeoBTdQQqi70GwefNEUmHQeNGyjC8U62+bruqW/Tpm+tg=="},
	}},
	{name: "htmx", result: `A part of a page; /offers\.html Offers of the week; /htmx\.html A part of a page`, writes: []string{"sessionStorage htmx:sessionStorageTest"}, releases: []npm.Release{htmxRelease}},
	{name: "jquery", result: `Brest A part of a page 1 said 1`, releases: []npm.Release{
		{Name: "jquery", Version: "4.0.0", Integrity: "sha512-TXCHVR3Lb6TZdtw1l3RTLf8RBWVGexdxL6AC8/e0xZKEpBflBsjh9/8LXw+dkNFuOyW9B7iB3O1sP7hS0Kiacg=="},
	}},
	{name: "leaflet", result: `Paris, 25 px, 1 circle, 1 canvas, tiles 256 px`, releases: []npm.Release{
		{Name: "leaflet", Version: "1.9.4", Integrity: "sha512-nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA=="},
	}},
	{name: "lit", result: `1,2,3 in rgb\(1, 2, 3\)`, releases: []npm.Release{
		{Name: "lit", Version: "3.3.3", Integrity: "sha512-fycuvZg/hkpozL00lm1pEJH5nN/lr9ZXd6mJI2HSN4+Bzc+LDNdEApJ6HFbPkdFNHLvOplIIuJvxkS4XUxqirw=="},
		{Name: "lit-html", Version: "3.3.3", Integrity: "sha512-el8M6jK2o3RXBnrSHX3ZKrsN8zEV63pSExTO1wYJz7QndGYZ8353e2a5PPX+qHe2aGayfnchQmkAojaWAREOIA=="},
		{Name: "lit-element", Version: "4.2.2", Integrity: "sha512-aFKhNToWxoyhkNDmWZwEva2SlQia+jfG0fjIWV//YeTaWrVnOxD89dPKfigCUspXFmjzOEUQpOkejH5Ly6sG0w=="},
		{Name: "@lit/reactive-element", Version: "2.1.2", Integrity: "sha512-pbCDiVMnne1lYUIaYNN5wrwQXDtHaYtg7YEFPeW+hws6U47WeFvISGUWekPGKWOP1ygrs0ef0o1VJMk1exos5A=="},
	}},
	{name: "maplibre", result: `Lyon|no WebGL`, releases: []npm.Release{
		{Name: "maplibre-gl", Version: "6.17.0", Integrity: "sha512-2chIZwpLGenoUQOcnm9Pk4SLbA8ppNFq8jlpXiq9vcYm3Y1wJ3fc82FL0GLwBaPYJCLzPv/mC46KEupVov75rQ=="},
	}},
	{name: "preact", result: `Arles Brest Lyon `, releases: []npm.Release{
		{Name: "preact", Version: "11.2.0", Integrity: "sha512-/HfHI/7N84e6GrWBJ3J280z3mLaRJiDcSvj/A+y/4AbLnND/1UlGHe1sR6oYuTGwId0nP7dqDU9OnLxMPZ7xBg=="},
	}},
	{name: "quill", result: `1 px, <p><strong>Bonjour</strong>&nbsp;<strong>Ada</strong></p>`, releases: []npm.Release{
		{Name: "quill", Version: "2.0.3", Integrity: "sha512-xEYQBqfYx/sfb33VJiKnSJp8ehloavImQ2A6564GAbqG55PGw1dAWUn1MUbQB62t0azawUS2CZZhWCjO8gRvTw=="},
	}},
	{name: "react", result: `Ada takes 3: 36 CHF`, releases: []npm.Release{reactRelease, reactDOMRelease, schedulerRelease}},
	{name: "solid", result: `seat 1 seat 2 : 24 €`, releases: []npm.Release{
		{Name: "solid-js", Version: "1.9.20", Integrity: "sha512-7zEbPxRU5/hHX8O/rYtQ34p/wq44w09gv0u4+myOW5Ode8unKhoG5FbcGlqRXKqqDuDW9yOJ1OXoHgUUl/1f3Q=="},
	}},
	{name: "stimulus", result: `Hello, Ada! Hello, Ada! loud`, releases: []npm.Release{
		{Name: "@hotwired/stimulus", Version: "3.2.2", Integrity: "sha512-eGeIqNOQpXoPAIP7tC1+1Yc1yl1xnwYqg+3mzqxyrbE5pg5YFBZcA6YoTiByJB6DKAEsiWtl6tjTJS4IYtbB7A=="},
	}},
	{name: "streams", result: `an event,through a socket`, releases: []npm.Release{turboRelease}},
	{name: "swiper", result: `Three, 3 dots`, releases: []npm.Release{
		{Name: "swiper", Version: "14.4.0", Integrity: "sha512-6axnAuBsttFJe0gwsM5tT203/Bts0vcI+FwIX6dqFE4pUFVW6qrdRprNFQVxOYMW7V0S6A/KIqJ6JaPpNN2MCw=="},
	}},
	{name: "swup", result: `/offers\.html Offers of the week; /swup\.html Offers`, releases: []npm.Release{
		{Name: "swup", Version: "4.10.0", Integrity: "sha512-bzl5u94ovy5YDc+6No28De2TgMWK47Ym0uuMpN9kmzu+NWm3/mhQrmRPjArsFpfVTWO1nMFUZrKRwpRjS6eNJg=="},
	}},
	{name: "turbo", result: `A part of a page; /offers\.html Offers of the week; /turbo\.html Offersand more`, releases: []npm.Release{turboRelease}},
	{name: "vue", result: `Lyon and Lille: 2 of 3`, releases: []npm.Release{vueRelease}},
}

// stores are those that keep cookies or storage, by the names of their pages.
var stores = []library{
	{name: "alpine", result: `visit 1: 1,2,3`, again: `visit 2: 1,2,3`, stray: []string{"localStorage _x_stray"}, releases: []npm.Release{
		{Name: "alpinejs", Version: "3.17.5", Integrity: "sha512-XewMqRC6zjy8iaUPn86dxjvooAsNai3hUtQbdn0A5H2w7Jt10xHGZ1SczN5+Dvp3UKkuSEt9moy/UaUWOwKdnQ=="},
		{Name: "@alpinejs/persist", Version: "3.17.5", Integrity: "sha512-hH1UmIXgakz93pHFif5a6N0HLRO2237l7i0xvS7cpxV47WLJv8+1hAiWABjKZA2VQuWEghXMvYFjtoOLihP5PQ=="},
	}},
	{name: "i18next", result: `Hello, Ada; fr true`, again: `Bonjour, Ada; fr true`, writes: []string{"localStorage i18next.translate.boo"}, stray: []string{"localStorage stray"}, releases: []npm.Release{
		{Name: "i18next", Version: "26.7.2", Integrity: "sha512-RsOY3BeaCDdkk52NeJSFAXELQ2rQXBO/tOub6L8ue2ICPfR/FRDWDOfEDg4xMPd1SqO5goVYQ6i72qWEUB/PPw=="},
		{Name: "i18next-browser-languagedetector", Version: "8.3.0", Integrity: "sha512-t7FtF+VyQ+XSy+GI1O9TXWsMzP4U2u0m27yxJcCbG4LaAbTQa3CXFXgG3LvRivS+ZoYah8yPv5NhMl+Wg6I8Fg=="},
	}},
	{name: "js-cookie", result: `1, \{é;=\}, undefined`, again: `2, \{é;=\}, undefined`, stray: []string{"cookie stray"}, releases: []npm.Release{
		{Name: "js-cookie", Version: "3.0.8", Integrity: "sha512-yeJd4aNAdYZQjaon2bpD/Gb0B/omw7HQOsynXXcOiWVCacbBcPlgn8S/d1X6blFSaHao7ozqtW7NZW19xpCtIw=="},
	}},
	{name: "pinia", result: `1 seats, and \{"seats":1\}`, again: `2 seats, and \{"seats":2\}`, stray: []string{"sessionStorage stray"}, releases: []npm.Release{
		vueRelease,
		{Name: "pinia", Version: "4.1.0", Integrity: "sha512-+5/HMuVjYQfKlCD5xQ7zfXn1xUzYFEa7pd0DQK5SaMfZCaFRTHlaH/c02N1FoGOdlzSiwf5EOPgJx//1QDw6gw=="},
		{Name: "pinia-plugin-persistedstate", Version: "4.7.1", Integrity: "sha512-WHOqh2esDlR3eAaknPbqXrkkj0D24h8shrDPqysgCFR6ghqP/fpFfJmMPJp0gETHsvrh9YNNg6dQfo2OEtDnIQ=="},
	}},
	{name: "store", result: `1 seats in localStorage`, again: `2 seats in localStorage`, stray: []string{"localStorage stray"}, releases: []npm.Release{
		{Name: "store", Version: "2.0.12", Integrity: "sha512-eO9xlzDpXLiMr9W1nQ3Nfp9EzZieIQc10zPPMP5jsVV7bLOziSFFBP0XoDXACEIFtdI+rIz0NwWVA/QVJ8zJtw=="},
	}},
	{name: "videojs", result: `#FFF before, now #FF0: Bonjour; volume 0\.5; VideoJS`, again: `#FF0 before, now #FF0: Bonjour; volume 0\.5; VideoJS`, releases: []npm.Release{
		{Name: "video.js", Version: "8.24.1", Integrity: "sha512-Qh2WxVyiw6BEvpS95KCoZM8wt10r2iDvembOjHPftVcxY4QR53WVTDQlJEuI1J46Yo9Zw+6rRDIe62C+J+edfQ=="},
	}},
	{name: "zustand", result: `1, and 1 kept`, again: `2, and 2 kept`, stray: []string{"localStorage stray"}, releases: []npm.Release{
		{Name: "zustand", Version: "5.1.0", Integrity: "sha512-ciJZlP48M1PTQbVQq81CGVFxHTLpZNrFjKqwjtCU34AWuXTZT/jrF3p9+fI84Cf1eSCMLapxqBy/SNTfwOBuqA=="},
	}},
}

// databases are those that keep databases, by the names of their pages.
var databases = []library{
	{name: "dexie", result: `Lille,Lyon of 3`, again: `Lille,Lille,Lyon,Lyon of 6`, stray: []string{"indexedDB stray"}, releases: []npm.Release{
		{Name: "dexie", Version: "4.4.7", Integrity: "sha512-wemFiCl3DTCnfzyqepUTX1ugbYbkTrw3aEZOG7YjAOUoEQB5g5PrEywPzk5JpbX/SxqQ9IvjUpxCDIEjoOWEfA=="},
	}},
	{name: "idb-keyval", result: `visit 1: 3 seats, seats,visits`, again: `visit 2: 3 seats, seats,visits`, stray: []string{"indexedDB stray"}, releases: []npm.Release{
		{Name: "idb-keyval", Version: "6.3.0", Integrity: "sha512-um+2dgAWmYsu615EXpWVwSmapJhON0G43t3Ka/EVaohzPQXSMqKEqeDK/oIW3Ow+BXaF2PvSc+oBTFp793A5Ow=="},
	}},
	{name: "localforage", result: `1 seats, image/png of 1 B, basket,picture`, again: `2 seats, image/png of 1 B, basket,picture`, writes: []string{"localStorage _localforage_support_test"}, stray: []string{"indexedDB stray", "localStorage stray/key"}, releases: []npm.Release{
		localforageRelease,
	}},
	{name: "zone", result: `order,order,3,true,order`, again: `order,order,3,true,order`, stray: []string{"indexedDB stray", "localStorage _localforage_support_test", "localStorage stray/key"}, releases: []npm.Release{
		{Name: "zone.js", Version: "0.16.3", Integrity: "sha512-ihXL9+vhYyEhXz4TDNpHeAOZN9FVrbog0Il64OIEI28UP/n5AaI6gsccRuOHBfx+206agzyoK527bYIO0Foy6A=="},
		localforageRelease,
	}},
}

// These releases are those of two pages each.
var (
	vueRelease         = npm.Release{Name: "vue", Version: "3.5.45", Integrity: "sha512-3cvsib8m9c0vB24+MDKsgcW4+Da4xaBl9Z/5Tbm2pmSIsRPxcil4cdXjXlVsmJ2g64XJo5h+IRd7rsdGT9pZaw=="}
	localforageRelease = npm.Release{Name: "localforage", Version: "1.10.0", Integrity: "sha512-14/H1aX7hzBBmmh7sGPd+AOMkkIrHM3Z1PAyGgZigA1H1p5O5ANnMyWzvpAETtG68/dC4pC0ncy3+PPGzXZHPg=="}
)

//go:embed libraries/catalogue.yaml
var librariesCatalogue []byte

// mediaTypes are those of the files of library pages, by the ends of their names.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".json": "application/json", ".csv": "text/csv", ".svg": "image/svg+xml", ".vtt": "text/vtt", ".m3u8": "application/vnd.apple.mpegurl", ".png": "image/png", ".ts": "video/mp2t",
}

// A librarySite is a site with the libraries' pages.
type librarySite struct {
	*world
	guard     catalogue.Guard
	handler   http.Handler
	published map[string][]byte // the releases' files, by the release's name, a slash and the file's
	scripts   map[string]string // libraries/<name>.js with what it imports, by its name
}

// newLibrarySite serves the pages with the policy of a guard, or without one.
func newLibrarySite(t *testing.T, with catalogue.Guard) *librarySite {
	t.Helper()
	c, err := source.Read("libraries/catalogue.yaml", librariesCatalogue)
	if err != nil {
		t.Fatal(err)
	}
	c.Site.Guard = with
	s := &librarySite{world: newWorldOf(t, "light", c), guard: with, published: map[string][]byte{}, scripts: map[string]string{}}
	s.handler = http.HandlerFunc(s.page)
	if with != "" {
		g, err := guard.New(c, guard.Options{Charte: s.Charte})
		if err != nil {
			t.Fatal(err)
		}
		s.handler = g.Middleware(s.handler)
	}
	return s
}

// changeBy is a change of the page streams.html, as Turbo takes it.
func changeBy(how string) string {
	return `<turbo-stream action="append" target="changes"><template><li>` + how + `</li></template></turbo-stream>`
}

// page serves the pages, what they load, the releases' files below /npm/, and changes of a page.
func (s *librarySite) page(rw http.ResponseWriter, r *http.Request) {
	name := path.Clean(r.URL.Path)
	switch name {
	case "/events":
		rw.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(rw, "data: %s\n\n", changeBy("an event"))
		if err := http.NewResponseController(rw).Flush(); err != nil {
			s.t.Error(err)
		}
		<-r.Context().Done()
		return
	case "/socket":
		socket, err := websocket.Accept(rw, r, nil)
		if err != nil {
			s.t.Error(err)
			return
		}
		defer socket.CloseNow()
		if err := socket.Write(r.Context(), websocket.MessageText, []byte(changeBy("through a socket"))); err == nil {
			socket.Read(r.Context()) // until the page closes it
		}
		return
	}
	file, published := strings.CutPrefix(name, "/npm/")
	data := s.published[file]
	if script, bundled := s.scripts[name]; bundled {
		data = []byte(script)
	} else if !published {
		data, _ = os.ReadFile(filepath.Join("libraries", filepath.FromSlash(name)))
	}
	if data == nil {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", mediaTypes[path.Ext(name)])
	if path.Ext(name) == ".html" {
		data = bytes.ReplaceAll(data, []byte("CHARTE"), []byte(s.Charte))
	}
	rw.Write(data)
}

// files returns the files of the library's releases, as a librarySite serves them.
func (l library) files(t *testing.T) map[string][]byte {
	t.Helper()
	published := map[string][]byte{}
	for _, release := range l.releases {
		files, err := release.Files(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range files {
			published[release.Name+"/"+name] = data
		}
	}
	return published
}

// bundled returns the page's script, with what it imports from the releases, as one module. It is
// empty where the page has no such script.
func (l library) bundled(t *testing.T, published map[string][]byte) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("libraries", l.name+".js"))
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range published {
		if !slices.Contains([]string{".js", ".mjs", ".json"}, path.Ext(name)) {
			continue
		}
		file := filepath.Join(dir, "node_modules", filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	result := api.Build(api.BuildOptions{
		Stdin:      &api.StdinOptions{Contents: string(script), ResolveDir: dir, Sourcefile: l.name + ".js"},
		Bundle:     true,
		Format:     api.FormatESModule,
		Conditions: []string{"browser", "production"},
		Define:     map[string]string{"process.env.NODE_ENV": `"production"`, "ngDevMode": "false"},
	})
	if len(result.Errors) > 0 {
		t.Fatalf("libraries/%s.js: %s", l.name, result.Errors[0].Text)
	}
	return string(result.OutputFiles[0].Contents)
}

// watches is run before a page's own scripts. It notes what goes wrong in the page, and what the
// guard reports.
const watches = `
	window.faults = [];
	window.undeclared = [];
	addEventListener("error", ({message, target}) => faults.push(message || "not loaded: " + (target.src || target.href)), true);
	addEventListener("unhandledrejection", ({reason}) => faults.push("rejected: " + reason));
	document.addEventListener("securitypolicyviolation", (event) => faults.push(event.effectiveDirective + " refuses " + event.blockedURI));
	document.addEventListener("charte:undeclared", ({detail}) => undeclared.push(detail.kind + " " + detail.name + (detail.enforced ? "" : ", done")));`

// A sight is what is seen of a library's page.
type sight struct {
	Result     string   // what the page says in the end
	Text       string   // the text of all of it
	Faults     []string // exceptions, and what was not loaded
	Undeclared []string // the writes that the guard has reported
}

// lastWrite is the name of a write of the test's own. The guard reports in order, so what it has not
// reported before this one it never will.
const lastWrite = "the last write of the test"

// sight waits for the page's result, for what it still loads, and for the guard's reports.
func (v visitor) sight(with catalogue.Guard) sight {
	v.t.Helper()
	v.waits(`window.charte?.decision && document.readyState === "complete" && (faults.length || document.querySelector("#result")?.textContent)`)
	want(v, "that the visitor has answered", eval[bool](v, `charte.decision.answered`), false)
	seen := eval[sight](v, `(await document.fonts.ready, {
		Result: document.querySelector("#result")?.textContent || "",
		Text: document.body.innerText,
		Faults: faults,
	})`)
	seen.Undeclared = v.undeclared(with)
	return seen
}

// undeclared returns the names that the guard has reported since the last call.
func (v visitor) undeclared(with catalogue.Guard) []string {
	v.t.Helper()
	if with != "" {
		v.do(`sessionStorage.setItem(arguments[0], "")`, lastWrite)
		v.waits(`undeclared.at(-1) === "sessionStorage " + arguments[0]`, lastWrite)
	}
	names := eval[[]string](v, `undeclared.splice(0)`)
	names = names[:max(0, len(names)-1)]
	slices.Sort(names)
	return slices.Compact(names)
}

// A stay is what is seen of a library's page by a visitor who comes, comes again, and gives no answer.
type stay struct {
	first, again sight
	console      []string // without what Charte says
	stray        string   // "kept", where what the page's function stray stores can be read
	reported     []string // the writes of stray that the guard has reported
	faults       []string // those of the page after stray, which has caught its own
	databases    []string // the names of those that there are after stray
	said         []string // what Charte says in the console
}

var localOrigin = regexp.MustCompile(`https?://(localhost|127\.0\.0\.1):\d+`)

// graphics matches what Chromium says of a graphics card that it has to do without.
var graphics = regexp.MustCompile(`^warn: \[(\.WebGL-[^\]]*)?\](Automatic fallback to software WebGL|GL Driver Message)`)

// newVisitor is one whose pages note what goes wrong in them.
func newVisitor(t *testing.T, name browser.Engine) visitor {
	t.Helper()
	v := visitor{browsertest.NewPage(t, name), t}
	v.must(v.Preload(watches))
	return v
}

// stay opens a library's page.
func (s *librarySite) stay(v visitor, l library) stay {
	v.t.Helper()
	earlier, err := v.Console()
	v.must(err)
	var seen stay
	site := s.serve("library", "localhost", s.handler) // one for each stay, because browsers keep storage for the next
	v.must(v.Open(site + "/" + l.name + ".html"))
	seen.first = v.sight(s.guard)
	if l.again != "" {
		v.must(v.Reload())
		seen.again = v.sight(s.guard)
	}
	lines, err := v.Console()
	v.must(err)
	for _, line := range lines[len(earlier):] {
		if !strings.Contains(line, "charte: ") && !graphics.MatchString(line) {
			seen.console = append(seen.console, localOrigin.ReplaceAllString(line, "SITE"))
		}
	}
	if l.stray != nil {
		seen.stray = eval[string](v, `Promise.resolve(stray()).then((kept) => kept || "not kept", (error) => "not kept: " + error)`)
		seen.reported = v.undeclared(s.guard)
		seen.faults = eval[[]string](v, `faults`)
		seen.databases = eval[[]string](v, `(await indexedDB.databases()).map(({name}) => name)`)
	}
	if s.guard != "" {
		want(v, "what refuses a picture of another host", eval[string](v, `new Promise((next) => {
			document.addEventListener("securitypolicyviolation", (event) => next(event.effectiveDirective));
			new Image().src = arguments[0];
		})`, s.Canary+"/picture.png"), "img-src")
	}
	lines, err = v.Console()
	v.must(err)
	for _, line := range lines[len(earlier):] {
		if strings.Contains(line, "charte: ") && !strings.Contains(line, lastWrite) {
			seen.said = append(seen.said, line)
		}
	}
	return seen
}

// works fails the test where the page does not do what the library is for.
func (l library) works(t *testing.T, how string, seen stay) {
	t.Helper()
	for _, visit := range []struct {
		name, want string
		seen       sight
	}{{"at first", l.result, seen.first}, {"again", l.again, seen.again}} {
		if len(visit.seen.Faults) > 0 {
			t.Errorf("%s, %s: %q", how, visit.name, visit.seen.Faults)
		}
		if !regexp.MustCompile(`^(` + visit.want + `)$`).MatchString(visit.seen.Result) {
			t.Errorf("%s, %s, the page says %q, want %q", how, visit.name, visit.seen.Result, visit.want)
		}
	}
	if len(seen.faults) > len(seen.again.Faults) {
		t.Errorf("%s, after what the catalogue does not declare: %q", how, seen.faults)
	}
	if len(seen.console) > 0 {
		t.Errorf("%s, the console says %q", how, seen.console)
	}
}

// compare fails the test where a page differs under a guard that enforces from what it is without,
// except for the writes that the catalogue does not declare.
func (l library) compare(t *testing.T, off, on stay) {
	t.Helper()
	for _, visit := range []struct {
		name    string
		off, on sight
	}{{"at first", off.first, on.first}, {"again", off.again, on.again}} {
		if visit.on.Text != visit.off.Text {
			t.Errorf("%s, the page's text is %q under enforce, want that without a guard, %q", visit.name, visit.on.Text, visit.off.Text)
		}
		if len(visit.off.Undeclared) > 0 {
			t.Errorf("%s, what is off reports %q", visit.name, visit.off.Undeclared)
		}
	}
	if len(off.said) > 0 {
		t.Errorf("without a guard, Charte says %q", off.said)
	}
	if !slices.Equal(on.first.Undeclared, l.writes) {
		t.Errorf("under enforce, the guard reports %q, want %q", on.first.Undeclared, l.writes)
	}
	visits := 1
	if l.again != "" {
		visits = 2
	}
	lines := len(l.writes) * visits
	for _, written := range l.writes {
		l.saidOf(t, written, on.said)
	}
	for _, written := range l.stray {
		lines++
		l.saidOf(t, written, on.said)
	}
	if l.stray != nil {
		reported := slices.DeleteFunc(slices.Clone(on.reported), func(name string) bool { return slices.Contains(l.writes, name) })
		if off.stray != "kept" || !strings.HasPrefix(on.stray, "not kept") || !slices.Equal(reported, l.stray) {
			t.Errorf("%q is %s without a guard, and %s under enforce, which reports %q", l.stray, off.stray, on.stray, on.reported)
		}
	}
	for _, database := range on.databases {
		if !slices.Contains([]string{"seats", "shop"}, database) {
			t.Errorf("under enforce, there is a database %s", database)
		}
	}
	if len(on.said) > lines {
		t.Errorf("the console says more than once a name and visit: %q", on.said)
	}
}

// saidOf fails the test where the console does not name a write.
func (l library) saidOf(t *testing.T, written string, said []string) {
	t.Helper()
	kind, name, _ := strings.Cut(written, " ")
	if !slices.ContainsFunc(said, func(line string) bool { return strings.Contains(line, kind+` "`+name+`" `) }) {
		t.Errorf("the console does not say %s: %q", written, said)
	}
}

// testLibraries shows the libraries' pages to visitors who have not answered, on a site without a guard
// and on one that enforces.
func testLibraries(t *testing.T, libraries []library) {
	off, on := newLibrarySite(t, ""), newLibrarySite(t, catalogue.GuardEnforce)
	for _, l := range libraries {
		t.Run(l.name, func(t *testing.T) {
			published := l.files(t)
			script := l.bundled(t, published)
			for _, site := range []*librarySite{off, on} { // before any page is open, since these parts wait
				maps.Copy(site.published, published)
				if script != "" {
					site.scripts["/"+l.name+".js"] = script
				}
			}
			t.Parallel()
			eachBrowser(t, func(t *testing.T, name browser.Engine) {
				v := newVisitor(t, name)
				before := off.stay(v, l)
				l.works(t, "without a guard", before)
				if l.again != "" { // two servers on one machine would share their cookies
					v.must(v.Close())
					v = newVisitor(t, name)
				}
				after := on.stay(v, l)
				l.works(t, "under enforce", after)
				l.compare(t, before, after)
			})
		})
	}
}

// TestGuardLibraries: pages with libraries that store nothing work alike with and without a guard.
func TestGuardLibraries(t *testing.T) {
	t.Parallel()
	shows(t, "Under `guard: enforce`, before an answer, pages with React, Vue, Angular, htmx, Turbo, Bootstrap, Leaflet, MapLibre… from npm are the same as without a guard: text, results, console")
	testLibraries(t, libraries)
}

// TestGuardStores: pages with libraries that store what the catalogue declares work alike with and
// without a guard. Only what else they store is not done.
func TestGuardStores(t *testing.T) {
	t.Parallel()
	shows(t, "The same for js-cookie, Zustand, Pinia, i18next, Video.js…: what they store is kept where it is declared, and else not done, said and reported")
	testLibraries(t, stores)
}

// TestGuardDatabases: the same holds for libraries that open databases.
func TestGuardDatabases(t *testing.T) {
	t.Parallel()
	shows(t, "The same for the databases of Dexie, idb-keyval and localForage, under zone.js too; one that is not declared is never made")
	testLibraries(t, databases)
}
