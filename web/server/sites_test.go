package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"charte/catalogue"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
)

// TestSites checks that each catalogue of a folder is a site, that a valid change is
// served, and that the version before an invalid change keeps serving.
func TestSites(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		// The file is written elsewhere and renamed, as editors do.
		temporary := filepath.Join(dir, "temporary")
		if err := os.WriteFile(temporary, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(temporary, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	demo, err := os.ReadFile("../../catalogue/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	site := func(controller string) string {
		return strings.Replace(string(demo), "extends: default\n", "extends: default\nsite:\n  controller: "+controller+"\n", 1)
	}
	put("lyon.yaml", site("Lyon"))
	put("brest.yaml", "extends: nothing\n")
	put("metrics.yaml", site("Metrics"))
	put("guard.yaml", site("Guard"))
	put("Bad name.yaml", site("Bad"))
	put("notes.txt", "not a catalogue")

	logged := newJournal()
	builds := 0
	build := func(c *catalogue.Catalogue) (*bundle.Bundle, error) {
		builds++
		return bundle.Build(t.Context(), bundle.Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
	}
	serve := func(_ string, built *bundle.Bundle, older []*bundle.Bundle) (http.Handler, error) {
		return Site(built, older, nil, http.NotFoundHandler())
	}
	sites, err := NewSites(dir, build, serve, logged.log())
	if err != nil {
		t.Fatal(err)
	}
	clock := time.Now()
	sites.now = func() time.Time { return clock }
	ask := func(path string) (int, string) {
		w := httptest.NewRecorder()
		sites.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code, w.Body.String()
	}
	serves := func(path string, status int, part string) {
		t.Helper()
		if code, body := ask(path); code != status || !strings.Contains(body, part) {
			t.Errorf("%s: %d, want %d with %q", path, code, status, part)
		}
	}
	look := func() {
		t.Helper()
		if err := sites.Look(); err != nil {
			t.Error(err)
		}
	}
	release := func(site string) string {
		t.Helper()
		_, script := ask("/" + site + "/charte.js")
		_, after, found := strings.Cut(script, `"release-`)
		if !found {
			t.Fatalf("the script of %s names no release.js: %.80s", site, script)
		}
		return "/" + site + "/release-" + after[:strings.Index(after, `"`)]
	}

	serves("/lyon/charte.js", 200, "Lyon")
	serves("/lyon/charte", 200, "Lyon")
	serves("/lyon", 404, "")
	serves("/brest/charte.js", 404, "")
	serves("/metrics/charte.js", 404, "")
	serves("/guard/charte.js", 404, "")
	serves("/charte.js", 404, "")
	serves("/lyon/../brest/charte.js", 404, "")
	for _, part := range []string{"site=brest", "brest.yaml:1:", "metrics.yaml", "guard.yaml", "Bad name.yaml"} {
		if !strings.Contains(logged.String(), part) {
			t.Errorf("the log lacks %s:\n%s", part, logged)
		}
	}

	lines := strings.Count(logged.String(), "\n")
	look()
	if builds != 1 || strings.Count(logged.String(), "\n") != lines {
		t.Errorf("%d builds with nothing changed, and in the log %s", builds, logged)
	}

	before := release("lyon")
	put("lyon.yaml", site("Villeurbanne")+"nonsense: 1\n")
	look()
	serves("/lyon/charte.js", 200, "Lyon")
	if !strings.Contains(logged.String(), "a new version is refused") || !strings.Contains(logged.String(), "nonsense") {
		t.Errorf("the log does not say what is wrong with the new version:\n%s", logged)
	}
	put("lyon.yaml", site("Villeurbanne"))
	put("brest.yaml", site("Brest"))
	look()
	serves("/lyon/charte.js", 200, "Villeurbanne")
	serves("/brest/charte.js", 200, "Brest")
	if release("lyon") == before {
		t.Error("release.js is the same, so this test does not cover pages that are open")
	}
	serves(before, 200, "") // for pages that are open
	serves(release("lyon"), 200, "")

	// Versions change back and forth, and one has the same release as the one before.
	second := release("lyon")
	put("lyon.yaml", site("Villeurbanne")+"# a remark\n")
	look()
	serves(before, 200, "")
	if n := len(sites.sites["lyon"].older); n != 1 {
		t.Errorf("%d older bundles are kept, want Lyon's", n)
	}
	put("lyon.yaml", site("Bron"))
	look()
	serves(before, 200, "")
	serves(second, 200, "")
	clock = clock.Add(bundle.CachedFor)
	put("lyon.yaml", site("Oullins"))
	look()
	serves(second, 200, "")
	clock = clock.Add(time.Second)
	put("lyon.yaml", site("Villeurbanne"))
	look()
	serves(before, 404, "") // no cache has it any more
	serves(second, 200, "")
	if n := len(sites.sites["lyon"].older); n != 2 {
		t.Errorf("%d older bundles are kept, want Bron's and Oullins'", n)
	}

	gone := func() {
		t.Helper()
		if err := os.Remove(filepath.Join(dir, "brest.yaml")); err != nil {
			t.Fatal(err)
		}
		look()
	}
	gone() // missing at one look only
	serves("/brest/charte.js", 200, "Brest")
	put("brest.yaml", site("Brest"))
	look()
	gone()
	serves("/brest/charte.js", 200, "Brest")
	look()
	serves("/brest/charte.js", 404, "")
	serves("/lyon/charte.js", 200, "Villeurbanne")

	// Watch finds a new site by itself.
	ctx, stop := context.WithCancel(t.Context())
	watched := aside(func() { sites.Watch(ctx, time.Millisecond) })
	for len(logged.wrote) > 0 {
		<-logged.wrote
	}
	put("nantes.yaml", site("Nantes"))
	<-logged.wrote
	serves("/nantes/charte.js", 200, "Nantes")
	stop()
	<-watched

	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if sites.Look() == nil {
		t.Error("a folder that is gone is no error")
	}
	serves("/nantes/charte.js", 200, "Nantes")
}

// aside runs a function in a goroutine. It closes the channel when the function has ended.
func aside(run func()) <-chan struct{} {
	ended := make(chan struct{})
	go func() { defer close(ended); run() }()
	return ended
}
