package web

import (
	"strings"
	"testing"

	"charte/catalogue/source"
)

// TestInlined: no text in a script ends the script that it stands in, or has
// the page's parser take what follows for part of it.
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

// TestFolder: the folder's address ends in a slash, and holds nothing that the
// rules of a file server would take for one of their own words.
func TestFolder(t *testing.T) {
	for _, test := range []struct{ base, address, path string }{
		{"/", "/", "/"},
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

// TestHeaderRules: each file has one rule of its own, with the headers that
// Charte's server sends.
func TestHeaderRules(t *testing.T) {
	c, err := source.Embedded("default")
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := Build(t.Context(), Options{Catalogue: c, Engine: LightEngine(), Cache: UserCache(), Base: "/a/b"})
	if err != nil {
		t.Fatal(err)
	}
	rules := string(bundle.Files["_headers"].Data)
	immutable := 0
	for name, file := range bundle.Files {
		switch name {
		case "_headers", "nginx.conf", "Caddyfile", "snippet.html", "manifest.json", "catalogue.json":
			if strings.Contains(rules, "/"+name+"\n") {
				t.Errorf("%s is for the site's owner and has a rule", name)
			}
			continue
		}
		cache := cacheShortly
		if file.Immutable {
			cache = cacheForever
			immutable++
		}
		rule := "\n/a/b/" + name + "\n  Content-Type: " + file.Type + "\n  Cache-Control: " + cache + "\n"
		if strings.Count(rules, rule) != 1 || strings.Count(rules, "/"+name+"\n") != 1 {
			t.Errorf("%s has not one rule, which should be%s", name, rule)
		}
	}
	if immutable < 5 {
		t.Errorf("%d files are immutable", immutable)
	}
}
