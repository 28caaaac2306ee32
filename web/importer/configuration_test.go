package importer

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/web/importer/told"
)

// TestRead: a configuration is read from its text alone, as the command reads its file.
func TestRead(t *testing.T) {
	const config = `{ cookieName: "k", services: [{ name: "one", default: true, purposes: ["p"], cookies: ["one"] }] }`
	for _, test := range []struct {
		name, file, text string
		problem          string // that it has, or ""
		err              string // or ""
	}{
		{"a script", "klaro.js", "var klaroConfig = " + config, "", ""},
		{"TypeScript", "klaro.ts", "export const klaroConfig: any = " + config, "", ""},
		{"JSON", "klaro.json", `{"cookieName": "k", "services": [{"name": "one", "default": true, "purposes": ["p"], "cookies": ["one"]}]}`, "", ""},
		{"a page", "index.html", "<p>a</p><script>var klaroConfig = " + config + "</script>", "", ""},
		{"a script that waits", "klaro.js", "function boot() { if (localStorage.getItem('quiet')) return; klaro.setup(" + config + "); }", "Nothing here tells a banner anything by itself", ""},
		{"what it imports is not read", "klaro.js", "import c from './klaro-beside.js'; var klaroConfig = c;", "", "none of the banners"},
		{"no banner", "a.js", "var a = 1", "", "a.js configures none of the banners"},
		{"no text", "a.js", "\xff", "", "is not text in UTF-8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile(filepath.Join(".", "klaro-beside.js"), []byte("export default "+config), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := Read(t.Context(), test.file, []byte(test.text))
			if err != nil || test.err != "" {
				if err == nil || test.err == "" || !strings.Contains(err.Error(), test.err) {
					t.Errorf("the error is %v, want %q", err, test.err)
				}
				return
			}
			if c.Plan.Peer != "Klaro 0.7" || len(c.Plan.Services) != 1 || c.Plan.Services[0].ID != "one" || len(c.Plan.Mistakes) == 0 || !slices.Equal(c.Files, []string{test.file}) {
				t.Errorf("read %+v of %v", c.Plan, c.Files)
			}
			if has := slices.ContainsFunc(c.Problems, func(p told.Problem) bool { return strings.Contains(p.Text, test.problem) }); has != (test.problem != "") {
				t.Errorf("the problems are %v", c.Problems)
			}
		})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Read(ctx, "a.js", []byte("for (;;) {}")); err == nil {
		t.Error("a script that runs for ever was read to its end")
	}
}
