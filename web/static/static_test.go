package static

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
	"charte/web/engine/manifest"
	"charte/web/guard"
	"charte/web/server"
)

// TestInlined checks that no text in an inlined script ends it early, or makes the
// page's parser take what follows the script for part of it.
func TestInlined(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"an end", `a="</script>"`, `a="\x3C/script>"`},
		{"an end in capitals", `a="</SCRIPT >"`, `a="\x3C/SCRIPT >"`},
		{"the double escaped state", `a="<!--<script>"`, `a="\x3C!--\x3Cscript>"`},
		{"a comparison", `a<b;c="</b>"`, `a<b;c="</b>"`},
		{"what esbuild has written", `a="<\/script>"`, `a="<\/script>"`},
	} {
		if got := Inlined([]byte(test.script)); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// TestFolder checks that the folder's address ends in a slash, and that an address
// with characters special to HTML or to a file server's rules is refused.
func TestFolder(t *testing.T) {
	for _, test := range []struct{ base, address, path string }{
		{"/", "", ""}, // the header rules would apply to the whole site
		{"/charte", "/charte/", "/charte/"},
		{"/a/b-c_1.2/", "/a/b-c_1.2/", "/a/b-c_1.2/"},
		{"https://cdn.example.org", "https://cdn.example.org/", "/"},
		{"http://[::1]:8080/x", "http://[::1]:8080/x/", "/x/"},
		{"", "", ""},
		{"charte/", "", ""},
		{"//evil.test/", "", ""},
		{"/a/../b/", "", ""},
		{"/a b/", "", ""},
		{"/a\";}\n", "", ""},
		{"javascript:alert(1)//", "", ""},
		{"https://user:word@example.org/", "", ""},
	} {
		address, path, err := folder(test.base)
		if address != test.address || path != test.path || (err == nil) != (test.address != "") {
			t.Errorf("folder(%q) = %q, %q, %v; want %q, %q", test.base, address, path, err, test.address, test.path)
		}
	}
}

// published builds the bundle of a catalogue: for a static host at the address base, or, if
// base is empty, for Charte's own server.
func published(t *testing.T, c *catalogue.Catalogue, base string) *bundle.Bundle {
	t.Helper()
	b, err := bundle.Build(t.Context(), bundle.Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
	if err == nil && base != "" {
		err = Publish(b, Options{Base: base})
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestOneRelease checks that a catalogue gives the same release and the same script for a
// static host and for Charte's server. So receipts from both name the same code.
func TestOneRelease(t *testing.T) {
	for _, charterURL := range []string{"", "/ours"} {
		c, err := source.Embedded("demo")
		if err != nil {
			t.Fatal(err)
		}
		c.Site.CharterURL = charterURL
		var bundles []*bundle.Bundle
		for _, base := range []string{"", "/charte/", "https://cdn.example.org/"} {
			bundles = append(bundles, published(t, c, base))
		}
		served := bundles[0]
		for _, published := range bundles[1:] {
			if !bytes.Equal(published.Files["charte.js"].Data, served.Files["charte.js"].Data) {
				t.Errorf("charterURL %q: the static host's script differs", charterURL)
			}
			if published.ReleaseSHA256() != served.ReleaseSHA256() || !bytes.Contains(published.Files["manifest.json"].Data, []byte(`"release": "`+served.ReleaseSHA256()+`"`)) {
				t.Errorf("charterURL %q: the static host's release differs", charterURL)
			}
			if !bytes.Contains(published.Files["snippet.html"].Data, []byte("charte-"+published.Files["charte.js"].Hash+".js")) {
				t.Error("snippet.html names no pinned script, so this test does not cover one")
			}
		}
	}
}

// TestPolicy: policy.json is what package consent decides by, the same in a build and in another of the same catalogue.
func TestPolicy(t *testing.T) {
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	b := published(t, c, "/charte/")
	var got consent.Policy
	if err := json.Unmarshal(b.Files["policy.json"].Data, &got); err != nil {
		t.Fatal(err)
	}
	if want := consent.PolicyOf(b.Views[0]); !reflect.DeepEqual(got, want) || !want.Asks() {
		t.Errorf("policy.json has\n%+v, want\n%+v", got, want)
	}
	accepted, refused := got.AcceptAll(20780), got.RefuseAll(20780)
	if !got.Allows(accepted, "youtube") || got.Allows(refused, "youtube") {
		t.Errorf("it allows youtube: %v after a grant, %v after a refusal", got.Allows(accepted, "youtube"), got.Allows(refused, "youtube"))
	}
	if again := published(t, c, "https://cdn.example.org/"); !bytes.Equal(again.Files["policy.json"].Data, b.Files["policy.json"].Data) {
		t.Error("another base makes another policy.json")
	}
}

// TestTagsByAnswer checks the two files for servers that choose a tag by the answer: they hold the
// tags of snippet.html. Where nobody is asked, nobody ever answers, so both hold the small one.
func TestTagsByAnswer(t *testing.T) {
	asking, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	silent, err := source.Embedded("default")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		c      *catalogue.Catalogue
		inline bool
	}{{"something is asked", asking, true}, {"nothing is asked", silent, false}} {
		t.Run(test.name, func(t *testing.T) {
			b := published(t, test.c, "/charte/")
			text := func(name string) string {
				if b.Files[name] == nil {
					t.Fatalf("there is no %s", name)
				}
				return string(b.Files[name].Data)
			}
			answered, unanswered := text("answered.html"), text("unanswered.html")
			if want := `<script src="/charte/charte-` + b.Files["charte.js"].Hash + `.js" integrity="sha384-`; !strings.HasPrefix(answered, want) {
				t.Errorf("answered.html is %s, want it to begin with %s", answered, want)
			}
			if inline := strings.HasPrefix(unanswered, `<script data-base="/charte/">`); inline != test.inline || !inline && unanswered != answered {
				t.Errorf("unanswered.html begins with %.80s", unanswered)
			}
			for name, tag := range map[string]string{"answered.html": answered, "unanswered.html": unanswered} {
				if !strings.Contains(text("snippet.html"), tag) {
					t.Errorf("snippet.html lacks the tag of %s", name)
				}
				if !strings.HasSuffix(tag, "</script>\n") || strings.Count(tag, "<script ") != 1 {
					t.Errorf("%s does not hold one tag and no more", name)
				}
			}
		})
	}
}

// TestLicences checks that the program is served with the licences of all that it is made from.
func TestLicences(t *testing.T) {
	linked, err := manifest.Modules("../..", manifest.Program)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"The Go Authors", "The TinyGo Authors", "MIT License"}
	for _, module := range linked {
		names = append(names, module.Path+" "+module.Version)
	}
	if len(linked) == 0 {
		t.Error("the program is linked from no module")
	}
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	for _, base := range []string{"", "/charte/"} {
		handler, err := server.Files(published(t, c, base), http.NotFoundHandler())
		if err != nil {
			t.Fatal(err)
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest("GET", "/licences.txt", nil))
		for _, name := range names {
			if !strings.Contains(answer.Body.String(), name) {
				t.Errorf("base %q: licences.txt (%d) lacks %q", base, answer.Code, name)
			}
		}
	}
}

// rulesOf parses a _headers file, as Netlify reads it: values by path and header.
func rulesOf(t *testing.T, text string) map[string]map[string]string {
	t.Helper()
	rules := map[string]map[string]string{}
	path := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		header, value, isHeader := strings.Cut(strings.TrimPrefix(line, "  "), ": ")
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "/") && rules[line] == nil:
			path = line
			rules[path] = map[string]string{}
		case isHeader && rules[path] != nil && rules[path][header] == "":
			rules[path][header] = value
		default:
			t.Errorf("the line %q of the rule for %q is repeated or malformed", line, path)
		}
	}
	return rules
}

// TestHeaderRules checks that each file has the headers that Charte's server sends,
// each once. A file of an earlier build has the headers that let other sites load it.
func TestHeaderRules(t *testing.T) {
	c, err := source.Embedded("default")
	if err != nil {
		t.Fatal(err)
	}
	b := published(t, c, "/a/b")
	rules := rulesOf(t, string(b.Files["_headers"].Data))
	if all, want := rules["/a/b/*"], map[string]string{"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff"}; !maps.Equal(all, want) {
		t.Errorf("all files have %v, want %v", all, want)
	}
	delete(rules, "/a/b/*")
	immutable := 0
	for name, file := range b.Files {
		switch name {
		case "_headers", "nginx.conf", "Caddyfile", "snippet.html", "answered.html", "unanswered.html", "manifest.json", "catalogue.json", "policy.json":
			if rules["/a/b/"+name] != nil {
				t.Errorf("%s has a rule, but it is for the site's owner alone", name)
			}
			continue
		}
		cached := bundle.CacheShortly
		if file.Immutable {
			cached = bundle.CacheForever
			immutable++
		}
		want := map[string]string{"Content-Type": file.Type, "Cache-Control": cached}
		if strings.HasSuffix(name, ".html") {
			want["Content-Security-Policy"], want["Referrer-Policy"] = bundle.PagePolicy, "strict-origin-when-cross-origin"
		}
		if got := rules["/a/b/"+name]; !maps.Equal(got, want) {
			t.Errorf("%s has %v, want %v", name, got, want)
		}
		delete(rules, "/a/b/"+name)
	}
	if len(rules) > 0 {
		t.Errorf("these rules match no file: %v", rules)
	}
	if immutable < 5 {
		t.Errorf("only %d files are immutable, want 5 at least", immutable)
	}
}

// TestGuard checks that the guard's rules are there where it is on, with the addresses that the
// command line names, and that nothing else changes.
func TestGuard(t *testing.T) {
	names := []string{"guard.Caddyfile", "guard.apache.conf", "guard.nginx.conf", "guard.nginx.js"}
	for _, test := range []struct {
		name    string
		guard   catalogue.Guard
		o       Options
		options guard.Options // what the rules are made with
		fault   string
	}{
		{"off", "", Options{Base: "/charte/"}, guard.Options{}, ""},
		{"report", catalogue.GuardReport, Options{Base: "/charte/"}, guard.Options{}, ""},
		{"enforce", catalogue.GuardEnforce, Options{Base: "/charte/", Reports: "/cookies/guard"}, guard.Options{Reports: "/cookies/guard"}, ""},
		{"the folder of another origin", catalogue.GuardReport, Options{Base: "https://cdn.example.org/x", Reports: "https://c.example.org/guard"}, guard.Options{Charte: "https://cdn.example.org/x/", Reports: "https://c.example.org/guard"}, ""},
		{"reports to what is no address", catalogue.GuardReport, Options{Base: "/charte/", Reports: "guard; x"}, guard.Options{}, `"guard; x"`},
		{"reports, and no guard", "", Options{Base: "/charte/", Reports: "/guard"}, guard.Options{}, "no site.guard"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := source.Embedded("demo")
			if err != nil {
				t.Fatal(err)
			}
			c.Site.Guard = test.guard
			b := published(t, c, "")
			err = Publish(b, test.o)
			if test.fault != "" {
				if err == nil || !strings.Contains(err.Error(), test.fault) {
					t.Errorf("%v, want an error with %s", err, test.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var there []string
			for _, name := range slices.Sorted(maps.Keys(b.Files)) {
				if strings.HasPrefix(name, "guard") {
					there = append(there, name)
				}
			}
			if test.guard == "" {
				if there != nil {
					t.Errorf("there are %q", there)
				}
				return
			}
			if !slices.Equal(there, names) {
				t.Errorf("there are %q, want %q", there, names)
			}
			g, err := guard.New(c, test.options)
			if err != nil {
				t.Fatal(err)
			}
			for _, rules := range g.Rules() {
				if !bytes.Equal(b.Files[rules.Name].Data, rules.Data) {
					t.Errorf("%s is not made with %+v:\n%s", rules.Name, test.options, b.Files[rules.Name].Data)
				}
			}
			// The rules are the owner's: no file server sends them with headers of a file for visitors.
			if strings.Contains(string(b.Files["_headers"].Data), "guard.") {
				t.Error("_headers has rules for them")
			}
		})
	}
}
