package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v3"

	"charte/catalogue/source"
	audited "charte/web/audit/report"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/importer/draft"
	"charte/web/importer/plan"
	"charte/web/importer/report"
	"charte/web/importer/tags"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// command runs "charte import" in a folder, and returns what it prints and its exit status.
func command(t *testing.T, dir string, args ...string) (out, errs string, status int) {
	t.Helper()
	t.Chdir(dir)
	var screen, complaints bytes.Buffer
	root := &cli.Command{Name: "charte", Writer: &screen, ErrWriter: &complaints, Commands: []*cli.Command{Command()}, ExitErrHandler: func(context.Context, *cli.Command, error) {}}
	err := root.Run(t.Context(), append([]string{"charte", "import"}, args...))
	if err == nil {
		return screen.String(), complaints.String(), 0
	}
	fmt.Fprintln(&complaints, err)
	var coded cli.ExitCoder
	if !errors.As(err, &coded) {
		return screen.String(), complaints.String(), 1
	}
	return screen.String(), complaints.String(), coded.ExitCode()
}

// matomo is a configuration of Klaro with one service. It keeps the answer for too long.
const matomo = `var klaroConfig = {
  cookieExpiresAfterDays: 800,
  translations: { fr: { purposes: { audience: "Audience" } } },
  services: [{ name: "matomo", title: "Matomo", purposes: ["audience"], cookies: [/^_pk_/] }],
};
`

// folder is a folder with files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// contents are the files in a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if info, err := entry.Info(); err != nil || info.Size() > 1<<20 {
			all[name] = "big"
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestCommand: the catalogue goes into its file and the report to the screen, or the catalogue goes to
// the screen and the report beside it.
func TestCommand(t *testing.T) {
	dir := folder(t, map[string]string{"klaro.js": matomo})
	said, errs, status := command(t, dir, "-o", "mine.yaml", "-json", "report.json", "klaro.js")
	if status != 0 || errs != "" {
		t.Fatalf("status %d: %s", status, errs)
	}
	files := contents(t, dir)
	if !strings.Contains(files["mine.yaml"], "use: matomo@1") {
		t.Errorf("the catalogue is\n%s", files["mine.yaml"])
	}
	_, err := source.Read("mine.yaml", []byte(files["mine.yaml"]))
	if err == nil || !strings.Contains(err.Error(), "TODO") {
		t.Errorf("with its TODOs, the catalogue is taken: %v", err)
	}
	for _, want := range []string{"Klaro 0.7, from klaro.js, to mine.yaml", "long-lived", "charte check -strict mine.yaml"} {
		if !strings.Contains(said, want) {
			t.Errorf("the report lacks %q:\n%s", want, said)
		}
	}
	var r report.Report
	if err := json.Unmarshal([]byte(files["report.json"]), &r); err != nil || r.Peer != "Klaro 0.7" || r.Counts.Mistakes != 1 || r.Mistakes[0].Place.Line != 2 {
		t.Errorf("the report as JSON is %+v, %v", r, err)
	}

	out, errs, status := command(t, folder(t, map[string]string{"klaro.js": matomo}), "klaro.js")
	schema, catalogue, _ := strings.Cut(files["mine.yaml"], "\n")
	if schema != "# yaml-language-server: $schema=charte.schema.json" || files["charte.schema.json"] == "" {
		t.Errorf("editors read the keys from %q", schema)
	}
	if status != 0 || out != catalogue || !strings.Contains(errs, "long-lived") {
		t.Errorf("to the screen: status %d, catalogue\n%s\nbeside it\n%s", status, out, errs)
	}
}

// TestFail: with -fail, mistakes are in the status; the catalogue is there all the same.
func TestFail(t *testing.T) {
	dir := folder(t, map[string]string{"klaro.js": matomo, "good.js": strings.Replace(matomo, "800", "150", 1)})
	if _, errs, status := command(t, dir, "-fail", "-o", "mine.yaml", "klaro.js"); status != 1 || !strings.Contains(errs, "mistakes in the configuration: 1") {
		t.Errorf("status %d: %s", status, errs)
	}
	if contents(t, dir)["mine.yaml"] == "" {
		t.Error("there is no catalogue")
	}
	if _, errs, status := command(t, dir, "-fail", "-o", "good.yaml", "good.js"); status != 0 {
		t.Errorf("without mistakes: status %d: %s", status, errs)
	}
}

// TestAll: with -all, what was mapped is listed, with where it is in the catalogue.
func TestAll(t *testing.T) {
	for _, test := range []struct {
		args []string
		all  bool
	}{{[]string{"-o", "mine.yaml", "klaro.js"}, false}, {[]string{"-all", "-o", "mine.yaml", "klaro.js"}, true}} {
		said, errs, status := command(t, folder(t, map[string]string{"klaro.js": matomo}), test.args...)
		if status != 0 || strings.Contains(said, "Mapped: the catalogue says the same") != test.all || strings.Contains(said, "-> services.matomo.cookies") != test.all {
			t.Errorf("%v: status %d: %s\n%s", test.args, status, errs, said)
		}
	}
}

// TestFrom: of two configurations one is chosen, by its banner or by its place.
func TestFrom(t *testing.T) {
	two := matomo + `tarteaucitron.init({ privacyUrl: "/p" }); tarteaucitron.job = ["youtube"];` + "\n"
	for from, want := range map[string]string{"Klaro 0.7": "use: matomo@1", "tarteaucitron": "use: youtube@1", "two.js:6": "use: youtube@1"} {
		out, errs, status := command(t, folder(t, map[string]string{"two.js": two}), "-from", from, "two.js")
		if status != 0 || !strings.Contains(out, want) || strings.Count(out, "- use: ") != 1 {
			t.Errorf("-from %s: status %d\n%s%s", from, status, out, errs)
		}
	}
}

// TestLanguage: texts without a language are in the one that is named.
func TestLanguage(t *testing.T) {
	text := `window.orejimeConfig = { purposes: [{ id: "stats", title: "Besuche", cookies: ["own"] }] };`
	out, errs, status := command(t, folder(t, map[string]string{"a.js": text}), "-language", "de", "a.js")
	if status != 0 || !strings.Contains(out, "languages: [de]") || !strings.Contains(out, `"Besuche"`) {
		t.Errorf("status %d\n%s%s", status, out, errs)
	}
	_, errs, status = command(t, folder(t, map[string]string{"a.js": text}), "a.js")
	if words := strings.Join(strings.Fields(errs), " "); status != 0 || !strings.Contains(words, "The source names no language") {
		t.Errorf("without -language: status %d\n%s", status, errs)
	}
}

// TestAudit: what an audit has seen stands beside what the configuration does not say.
func TestAudit(t *testing.T) {
	r := &audited.Report{Version: audited.Version, Journeys: []audited.Journey{{State: audited.Accepted, Entries: []audited.Entry{
		{Kind: audited.Cookie, Name: "own_stats", LifetimeS: 2_592_000, Initiator: audited.Initiator{Kind: "script", URL: "https://cdn.example/count.js"}},
		{Kind: audited.Cookie, Name: "_pk_id.1.1fff", LifetimeS: 33_955_200},
	}}}}
	seen, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	text := `var klaroConfig = { services: [{ name: "stats", title: "Own", purposes: ["audience"], cookies: ["own_stats", "own_other"] }] };`
	dir := folder(t, map[string]string{"report.json": string(seen), "klaro.js": text})
	out, errs, status := command(t, dir, "-audit", "report.json", "klaro.js")
	if want := "lifetime: TODO # an audit saw 30 days, stored by cdn.example\n"; status != 0 || strings.Count(out, "an audit saw") != 1 || !strings.Contains(out, want) {
		t.Errorf("status %d, the catalogue lacks %q:\n%s%s", status, want, out, errs)
	}
}

// TestBad: what cannot be imported is said in one sentence, and no file is written.
func TestBad(t *testing.T) {
	files := map[string]string{
		"klaro.js": matomo, "none.js": "export const a = 1;", "syntax.js": "klaro.run({ services: [", "loop.js": "for (;;) {}\n" + matomo, "bytes.js": "var klaroConfig = {a: '\xff'}",
		"two.js": matomo + `tarteaucitron.init({ privacyUrl: "/p" });`, "folder/inside.js": matomo, "there.yaml": "mine", "page.html": "<script>" + matomo + `</script><script>tarteaucitron.init({ privacyUrl: "/p" });</script>`,
	}
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"nothing", nil, "which configuration?"},
		{"no such file", []string{"gone.js"}, "gone.js: no such file; the address of a page begins with https://"},
		{"a folder", []string{"folder"}, "folder is a folder; name the files"},
		{"no banner", []string{"none.js"}, "none.js configures none of the banners that can be read: vanilla-cookieconsent 3, "},
		{"two banners", []string{"two.js"}, "there are 2 configurations of banners: Klaro 0.7 at two.js:1:19 and tarteaucitron at two.js:6:20; say which with -from"},
		{"two banners in a page", []string{"page.html"}, "there are 2 configurations of banners: Klaro 0.7 at page.html:1:27 and tarteaucitron at page.html:6:"},
		{"two files, two banners", []string{"klaro.js", "page.html"}, "there are 2 configurations of banners: Klaro 0.7 at page.html:1:27 and"},
		{"a syntax error", []string{"syntax.js"}, "syntax.js:1:24: This cannot be read: Unexpected end of file; apart from that, syntax.js configures none of the banners"},
		{"an endless loop", []string{"loop.js"}, "loop.js: It runs for too long, as an endless loop does."},
		{"100 MB", []string{"big.js"}, "big.js has more than 50 MB, which no configuration has"},
		{"6 MB", []string{"bundle.js"}, "name the file that configures the banner, not the bundle of the site"},
		{"no text", []string{"bytes.js"}, "bytes.js is not text in UTF-8"},
		{"a catalogue that is there", []string{"-o", "there.yaml", "klaro.js"}, "there.yaml is there already; name another file"},
		{"a catalogue that cannot be written", []string{"-o", "gone/mine.yaml", "klaro.js"}, "gone/mine.yaml cannot be written: no such file or directory"},
		{"a catalogue that cannot be written, and a report", []string{"-o", "gone/mine.yaml", "-json", "report.json", "klaro.js"}, "gone/mine.yaml cannot be written"},
		{"a report that cannot be written", []string{"-o", "mine.yaml", "-json", "gone/report.json", "klaro.js"}, "gone/report.json cannot be written: no such file or directory"},
		{"a report in the place of a folder", []string{"-o", "mine.yaml", "-json", "folder", "klaro.js"}, "folder cannot be written: file exists"},
		{"a report over the catalogue", []string{"-o", "mine.yaml", "-json", "./mine.yaml", "klaro.js"}, "-json ./mine.yaml is the name of another file"},
		{"a report over the configuration", []string{"-json", "klaro.js", "klaro.js"}, "-json klaro.js is the name of another file"},
		{"a report over that of an audit", []string{"-audit", "none.js", "-json", "none.js", "klaro.js"}, "-json none.js is the name of another file"},
		{"another banner", []string{"-from", "orejime", "klaro.js"}, `nothing here is "orejime": there is Klaro 0.7 at klaro.js:1:19`},
		{"a language that nobody speaks", []string{"-language", "zz", "klaro.js"}, `-language "zz": the banner does not speak it`},
		{"no report of an audit", []string{"-audit", "klaro.js", "klaro.js"}, "-audit klaro.js: it is no report.json: "},
		{"pages that are not there", []string{"-pages", "gone", "klaro.js"}, "-pages gone: "},
		{"pages that are one page", []string{"-pages", "page.html", "klaro.js"}, "-pages page.html: it is a file; name the folder"},
		{"-script of nothing", []string{"-script", "/charte.js", "klaro.js"}, "-script is for the tags of pages: say which with -pages"},
		{"-resolve of a file", []string{"-resolve", "a.example=127.0.0.1", "klaro.js"}, "files are read without it"},
		{"a file and a page", []string{"klaro.js", "https://a.example"}, "one page at a time, and no files beside it"},
		{"-write of nothing", []string{"-write", "klaro.js"}, "say which with -pages"},
		{"an unknown option", []string{"-nope", "klaro.js"}, "-nope; see charte import -help"},
		{"two pages", []string{"https://a.example", "https://b.example"}, "one page at a time"},
		{"a host nowhere", []string{"-resolve", "a.example", "https://a.example"}, `-resolve "a.example": write HOST=ADDRESS`},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := folder(t, files)
			for name, size := range map[string]int64{"big.js": 100 << 20, "bundle.js": 6 << 20} {
				if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
					t.Fatal(err)
				}
				if err := os.Truncate(filepath.Join(dir, name), size); err != nil {
					t.Fatal(err)
				}
			}
			before := contents(t, dir)
			out, errs, status := command(t, dir, test.args...)
			if status != 2 || out != "" || !strings.Contains(errs, test.want) || strings.Count(strings.TrimSpace(errs), "\n") != 0 {
				t.Errorf("status %d, on the screen %q, complaint\n%s\nwant\n%s", status, out, errs, test.want)
			}
			for name, text := range contents(t, dir) {
				if was, there := before[name]; !there || was != text {
					t.Errorf("%s was written", name)
				}
			}
		})
	}
}

// TestPagesChanged: where somebody has changed a page in between, no file is written.
func TestPagesChanged(t *testing.T) {
	dir := folder(t, map[string]string{"site/a.html": "theirs"})
	made := imported{draft: &draft.Draft{Text: "a"}, pages: &pages{dir: filepath.Join(dir, "site"), files: []tags.File{{Name: "a.html", Before: []byte("a"), After: []byte("b")}}}}
	made.Plan = &plan.Plan{}
	err := made.save(filepath.Join(dir, "mine.yaml"), filepath.Join(dir, "report.json"), true)
	if err == nil || !strings.Contains(err.Error(), "has changed since it was read; run the command again") {
		t.Errorf("the error is %v", err)
	}
	if got := contents(t, dir); len(got) != 1 || got["site/a.html"] != "theirs" {
		t.Errorf("the files are %q", got)
	}
}

// TestInsisted: a banner that waits for something that is not there is read, and the report says so.
func TestInsisted(t *testing.T) {
	dir := folder(t, map[string]string{"guard.js": "function boot() {\n  if (localStorage.getItem('quiet')) return;\n  CookieConsent.run({ categories: { ads: {} }, language: { default: 'en', translations: { en: {} } } });\n}\nfunction more() {\n  null.ads;\n}\nimport './gone.js';\n"})
	out, errs, status := command(t, dir, "-o", "mine.yaml", "guard.js")
	if status != 0 || !strings.Contains(contents(t, dir)["mine.yaml"], "- id: ads") {
		t.Fatalf("status %d, complaint %s", status, errs)
	}
	if words := strings.Join(strings.Fields(out), " "); !strings.Contains(words, insisted) {
		t.Errorf("the report does not say that conditions were taken as met:\n%s", out)
	}
	if n := strings.Count(out, "./gone.js"); n != 1 {
		t.Errorf("the report says %d times that an import was not found:\n%s", n, out)
	}
	if !strings.Contains(out, "guard.js:6:") {
		t.Errorf("the report does not say that one function could not be run:\n%s", out)
	}
}

// TestRest: what can be evaluated is read where something else cannot.
func TestRest(t *testing.T) {
	for what, text := range map[string]string{
		"before an endless loop":  matomo + "for (;;) {}",
		"before an error":         matomo + "throw new Error('no')",
		"beside a broken script":  "<script>" + matomo + "</script><script>function {</script>",
		"beside an unknown thing": matomo + "somewhere.else.entirely();",
	} {
		name := "a.js"
		if strings.HasPrefix(text, "<") {
			name = "a.html"
		}
		out, errs, status := command(t, folder(t, map[string]string{name: text}), name)
		if status != 0 || !strings.Contains(out, "use: matomo@1") {
			t.Errorf("%s: status %d\n%s%s", what, status, out, errs)
		}
	}
}

// TestPages: -pages shows what is to be changed, -write changes that and nothing else.
func TestPages(t *testing.T) {
	const page = `<!doctype html>
<title>T</title>
<script type="text/plain" data-type="application/javascript" data-name="matomo">count();</script>
<script type="text/plain" data-name="unheard-of">other();</script>
`
	files := map[string]string{"klaro.js": matomo, "site/index.html": page, "site/deep/nothing.html": "<p>", "site/app.js": "tarteaucitron.job.push('x')"}
	dir := folder(t, files)
	said, errs, status := command(t, dir, "-o", "mine.yaml", "-pages", "site", "klaro.js")
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	const written = `<script type="text/plain" data-type="application/javascript" data-category="audience" data-service="matomo">count();</script>`
	for _, want := range []string{"Write the 2 tags of the former banner otherwise", "To be changed in the pages of site (1); -write does it:", "Tags of the former banner: what to write (2)", "\n    site\n      No file has the banner's own tag", "+++ b/index.html", "+" + written, "index.html:4:1", `"unheard-of"`} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	after := contents(t, dir)
	delete(after, "mine.yaml")
	delete(after, "charte.schema.json")
	for name, text := range after {
		if files[name] != text {
			t.Errorf("%s was changed without -write", name)
		}
	}

	said, errs, status = command(t, dir, "-o", "again.yaml", "-pages", "site", "-write", "klaro.js")
	if status != 0 || !strings.Contains(said, "index.html (1)") || !strings.Contains(said, "Write the 2 tags of the former banner otherwise") {
		t.Fatalf("-write: status %d: %s\n%s", status, errs, said)
	}
	got := contents(t, dir)
	if lines := strings.Split(got["site/index.html"], "\n"); lines[2] != written || strings.Join(slices.Delete(lines, 2, 3), "\n") != strings.Join(slices.Delete(strings.Split(page, "\n"), 2, 3), "\n") {
		t.Errorf("the page is\n%s", got["site/index.html"])
	}
	if said, _, _ := command(t, dir, "-o", "third.yaml", "-pages", "site", "klaro.js"); !strings.Contains(said, "there is nothing to change") {
		t.Errorf("afterwards it says\n%s", said)
	}
}

// TestPagesKnow: what is to be written has the address of charte.js, and the library's names of services.
func TestPagesKnow(t *testing.T) {
	const config = "tarteaucitron.init({ privacyUrl: '/p' });\ntarteaucitron.user.gtagUa = 'G-1';\n(tarteaucitron.job = tarteaucitron.job || []).push('gtag');\n"
	dir := folder(t, map[string]string{"tac.js": config, "site/a.html": "<script src=\"/tarteaucitron.min.js\"></script>\n<script>tarteaucitron.job.push('gtag')</script>\n"})
	said, errs, status := command(t, dir, "-o", "mine.yaml", "-pages", "site", "-script", "https://cdn.example/c.js", "tac.js")
	for _, want := range []string{"+<script src=\"https://cdn.example/c.js\" defer></script>\n", "`charte services google-analytics`", "Tags of the former banner: what to write (1)\n"} {
		if status != 0 || !strings.Contains(said, want) {
			t.Errorf("status %d: %s; it does not say %q:\n%s", status, errs, want, said)
		}
	}
}

// image is one that waits for Matomo, with what Charte has no counterpart for.
const image = `<img alt="" data-name="matomo" data-src="/p.gif" data-hide="true">` + "\n"

// TestPagesDiffer: what a change cannot keep is said, once, with its places.
func TestPagesDiffer(t *testing.T) {
	page := strings.Repeat(image, placesMost+2)
	dir := folder(t, map[string]string{"klaro.js": matomo, "site/a.html": page, "site/b.html": `<script type="text/plain" data-name="matomo">a()</script>`})
	for _, arguments := range [][]string{{"-o", "mine.yaml", "-pages", "site", "klaro.js"}, {"-o", "again.yaml", "-pages", "site", "-write", "klaro.js"}} {
		said, errs, status := command(t, dir, arguments...)
		want := "What differs from before in the pages of site:\n  Charte does not read data-hide and data-title.\n      a.html:1:1, a.html:2:1, a.html:3:1, a.html:4:1, a.html:5:1, and in 2 more places\n"
		if status != 0 || !strings.Contains(said, want) || strings.Contains(said, "b.html:1") {
			t.Errorf("status %d, %s\n%s\nwant\n%s", status, errs, said, want)
		}
	}
}

// TestPagesCategories: a category of the catalogue is known in a page, and five places are all named.
func TestPagesCategories(t *testing.T) {
	const config = "CookieConsent.run({ categories: { ads: {} }, language: { default: 'en', translations: { en: {} } } });"
	dir := folder(t, map[string]string{"cc.js": config, "site/a.html": `<script type="text/plain" data-category="ads">a()</script>`, "klaro.js": matomo, "more/a.html": strings.Repeat(image, placesMost)})
	if said, errs, status := command(t, dir, "-o", "mine.yaml", "-pages", "site", "cc.js"); status != 0 || !strings.Contains(said, "In the pages and templates of site (1), there is nothing to change.") || strings.Contains(said, "what to write") {
		t.Errorf("status %d: %s\n%s", status, errs, said)
	}
	if said, errs, status := command(t, dir, "-o", "more.yaml", "-pages", "more", "klaro.js"); status != 0 || !strings.Contains(said, "a.html:4:1, a.html:5:1\n") {
		t.Errorf("status %d: %s\n%s", status, errs, said)
	}
}

// TestFromPage: a page is opened in a browser, and what its banner was told becomes a catalogue, whether
// the banner left it in the page or in a script only.
func TestFromPage(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := browsertest.Install(browser.Chromium); err != nil {
		t.Fatal(err)
	}
	const written = `<iframe data-category="audience" data-service="matomo" data-src="https://stats.example/opt-out">`
	config := strings.TrimSuffix(strings.TrimPrefix(matomo, "var klaroConfig = "), ";\n")
	const library = "export function setup() {}"
	tests := []struct {
		name, tag string
		files     map[string]string
		from      string // where the catalogue says that the service is from
	}{
		{"a global", `<script src="/consent.js"></script>`, map[string]string{"/consent.js": matomo}, "http://shop.example/"},
		{"a module", `<script src="/consent.js?v=2" type="module"></script>`,
			map[string]string{"/consent.js": "import * as Klaro from './klaro.js'; const config = " + config + "; Klaro.setup(config);", "/klaro.js": library}, "http://shop.example/consent.js?v=2:4"},
		{"two modules", `<script src="/js/consent.js" type="module"></script>`,
			map[string]string{"/js/consent.js": "import * as Klaro from '../klaro.js'; import { settings } from './config.js'; Klaro.setup(settings('matomo'));", "/js/config.js": "/* klaro */ export const settings = (name) => (" + strings.Replace(config, `"matomo"`, "name", 1) + ");", "/klaro.js": library}, "http://shop.example/js/config.js:4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				text, is := tt.files[r.URL.Path]
				switch {
				case r.URL.Path == "/":
					fmt.Fprint(w, `<!doctype html><title>Shop</title>`+tt.tag+`<iframe data-name="matomo" data-src="https://stats.example/opt-out"></iframe>`)
				case is:
					w.Header().Set("Content-Type", "text/javascript")
					fmt.Fprint(w, text)
				default:
					http.NotFound(w, r)
				}
			}))
			defer server.Close()
			out, errs, status := command(t, t.TempDir(), "-resolve", "shop.example="+strings.TrimPrefix(server.URL, "http://"), "http://shop.example/")
			if status != 0 || !strings.Contains(out, "# from "+tt.from+"\n  - use: matomo@1") || !strings.Contains(errs, "from http://shop.example/\n") || !strings.Contains(errs, written) {
				t.Errorf("status %d\n%s%s", status, out, errs)
			}
		})
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<!doctype html><title>Nothing</title>")
	}))
	defer server.Close()
	if out, errs, status := command(t, t.TempDir(), server.URL); status != 2 || out != "" || !strings.Contains(errs, "none of the banners that can be read") {
		t.Errorf("without a banner: status %d\n%s%s", status, out, errs)
	}
	server.Close()
	if out, errs, status := command(t, t.TempDir(), server.URL); status != 2 || out != "" || !strings.Contains(errs, "Nobody answers at 127.0.0.1.") {
		t.Errorf("of no server: status %d\n%s%s", status, out, errs)
	}
}
