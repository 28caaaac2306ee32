package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/cache"
	"charte/web/engine"
)

// builtWith builds an embedded catalogue with a guard.
func builtWith(t *testing.T, name string, guard catalogue.Guard, change func(*catalogue.Catalogue)) *Bundle {
	t.Helper()
	c, err := source.Embedded(name)
	if err != nil {
		t.Fatal(err)
	}
	c.Site.Guard = guard
	if change != nil {
		change(c)
	}
	b, err := Build(t.Context(), Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestGuardOff: visitors of a site without a guard download nothing of it. Their files are to the
// byte those that the sources make without the guard's few lines.
func TestGuardOff(t *testing.T) {
	for _, name := range []string{"demo", "default"} {
		hosts := func(c *catalogue.Catalogue) {
			c.Site.Hosts = append(c.Site.Hosts, catalogue.Host{Host: "cdn.example", Kind: "script"})
		}
		off := builtWith(t, name, "", hosts)
		o := Options{Catalogue: off.Catalogue, Engine: engine.Light(), Cache: cache.User()}
		look, err := lookOf(o.Catalogue.Look)
		if err != nil {
			t.Fatal(err)
		}
		// without reads a file of the loader without a line that is there for the guard.
		without := func(file, line string) string {
			t.Helper()
			data, err := sources.ReadFile("loader/" + file)
			if err != nil {
				t.Fatal(err)
			}
			before, after, found := strings.Cut(string(data), line)
			if !found {
				t.Fatalf("loader/%s has no line %q", file, line)
			}
			return before + after
		}
		var release *File
		for _, file := range off.Files {
			if strings.HasPrefix(file.Name, "release-") {
				release = file
			}
		}
		files, err := filesOf(off)
		if err != nil {
			t.Fatal(err)
		}
		want, err := bundleModule("release.js", look, map[string]string{
			"charte:files": files, "charte:figures": "export {};\n", "loader/release.js": without("release.js", "export * from \"charte:hosts\";\n"),
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(release.Data, want) {
			t.Errorf("%s: release.js has %d bytes without a guard, and %d without the guard's line", name, len(release.Data), len(want))
		}
		site, err := siteData(o, off.Views[0], look)
		if err != nil {
			t.Fatal(err)
		}
		site["release"] = release.Name
		// charte.js has no line for the guard. Its module of signals is the one that there was before.
		want, err = bundleScript("charte.js", look, map[string]string{"charte:signals": "export function signal() {}\n"}, site)
		if err != nil {
			t.Fatal(err)
		}
		if got := off.Files["charte.js"].Data; !bytes.Equal(got, want) {
			t.Errorf("%s: charte.js has the hash %s without a guard, want %s", name, hexSHA256(got), hexSHA256(want))
		}
		for _, file := range off.Files {
			if bytes.Contains(file.Data, []byte("charte:undeclared")) || bytes.Contains(file.Data, []byte("charte-no")) || bytes.Contains(file.Data, []byte("cdn.example")) {
				t.Errorf("%s: %s holds something of the guard, which is off", name, file.Name)
			}
		}
	}
}

// TestGuardBudget: the guard's part of charte.js is within 700 bytes, after Brotli, and charte.js as a
// whole within 7,300 in the demo.
func TestGuardBudget(t *testing.T) {
	const part, whole = 700, 7300
	for _, name := range []string{"demo", "default"} {
		off := len(builtWith(t, name, "", nil).Files["charte.js"].Brotli)
		for _, guard := range catalogue.Guards() {
			b := builtWith(t, name, guard, nil)
			size := len(b.Files["charte.js"].Brotli)
			t.Logf("%s, %s: %d B, %d more than without", name, guard, size, size-off)
			if size-off > part || size > whole {
				t.Errorf("%s, %s: charte.js has %d bytes, at most %d, and %d more than without, at most %d", name, guard, size, whole, size-off, part)
			}
			if !bytes.Contains(b.Files["charte.js"].Data, []byte("charte-no")) {
				t.Errorf("%s, %s: charte.js has no guard", name, guard)
			}
		}
	}
}

// TestSignalsModule: a vendor's signals and the guard are both in the module, and the guard is told
// first.
func TestSignalsModule(t *testing.T) {
	view := &catalogue.View{Categories: []catalogue.CategoryView{{ID: "audience", Signals: []catalogue.Signal{catalogue.SignalTagManager}}}}
	for guard, want := range map[catalogue.Guard]string{
		"":                     `const all = [tagManager(["audience"])];`,
		catalogue.GuardReport:  `const all = [guard(false), tagManager(["audience"])];`,
		catalogue.GuardEnforce: `const all = [guard(true), tagManager(["audience"])];`,
	} {
		if module := signalsModule(view, guard); !strings.Contains(module, want) || strings.Contains(module, "guard.js") != (guard != "") {
			t.Errorf("guard %q: the module is\n%s\nwant %s in it", guard, module, want)
		}
	}
}

// TestHostsModule: release.js knows the hosts of services, each once, and those that the site needs.
func TestHostsModule(t *testing.T) {
	c := &catalogue.Catalogue{
		Site: catalogue.Site{Guard: catalogue.GuardReport, Hosts: []catalogue.Host{{Host: "cdn.example", Kind: "script"}, {Host: "cdn.example", Kind: "style"}}},
		Services: []catalogue.Service{
			{ID: "video", Category: "third-party", Hosts: []catalogue.Host{{Host: "*.video.example", Kind: "frame"}, {Host: "*.video.example", Kind: "script"}}},
			{ID: "maps", Category: "third-party", Hosts: []catalogue.Host{{Host: "*.video.example", Kind: "image"}}},
		},
	}
	want := `finder([["cdn.example"],["*.video.example","third-party","video"],["*.video.example","third-party","maps"]])`
	if got := hostsModule(c); !strings.Contains(got, want) {
		t.Errorf("the module is\n%s\nwant %s in it", got, want)
	}
	c.Site.Guard = ""
	if got := hostsModule(c); strings.Contains(got, "example") || strings.Contains(got, "import") {
		t.Errorf("with the guard off, the module is\n%s", got)
	}
}

// filesOf writes the module charte:files of release.js, as Build does.
func filesOf(b *Bundle) (string, error) {
	name := func(prefix string) string {
		for name := range b.Files {
			if strings.HasPrefix(name, prefix) {
				return name
			}
		}
		return ""
	}
	words, charters, charter := map[string]string{}, map[string]string{}, map[string]string{}
	for _, view := range b.Views {
		words[view.Lang] = name(view.Lang + "-")
		charters[view.Lang] = charterURL(b.Catalogue, view)
		charter[view.Lang] = name("charter-" + view.Lang + "-")
	}
	data, err := json.Marshal(map[string]any{"wasm": name("charte-"), "words": words, "charters": charters, "charter": charter, "engine": name("engine-")})
	return fmt.Sprintf("export default %s", data), err
}
