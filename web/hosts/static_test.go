package hosts

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"charte/banner/consent"
	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/bundle"
)

// staticDemo writes the demo catalogue for a site of this controller, and returns the file's path.
func staticDemo(t testing.TB, controller string) string {
	t.Helper()
	data, err := os.ReadFile("../../catalogue/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const first = "extends: default\n"
	before, after, found := strings.Cut(string(data), first)
	if !found {
		t.Fatalf("the demo catalogue has no line %q, after which this test writes", first)
	}
	file := filepath.Join(t.TempDir(), "catalogue.yaml")
	if err := os.WriteFile(file, []byte(before+first+"site:\n  controller: '"+controller+"'\n"+after), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// builds calls charte build with more arguments and environment variables.
func builds(t testing.TB, env []string, args ...string) {
	t.Helper()
	cmd := charte(t, append([]string{"build", "-proof", "off"}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

// contents returns the contents of the files in a folder, by name.
func contents(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = data
	}
	return files
}

// TestBuild: two builds of one catalogue are the same, byte for byte, and the
// manifest says what is in them.
func TestBuild(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	dir := t.TempDir()
	file := staticDemo(t, "Un site")
	builds(t, nil, "-catalogue", file, "-o", filepath.Join(dir, "a"))
	builds(t, []string{"XDG_CACHE_HOME=" + filepath.Join(dir, "cache")}, "-catalogue", file, "-o", filepath.Join(dir, "b")) // with an empty cache, so that everything is built anew
	files := contents(t, filepath.Join(dir, "a"))
	again := contents(t, filepath.Join(dir, "b"))
	if len(files) != len(again) {
		t.Errorf("the first build has %d files, the second %d", len(files), len(again))
	}
	for name, data := range files {
		if !bytes.Equal(data, again[name]) {
			t.Errorf("%s is not the same in two builds", name)
		}
	}

	var manifest struct {
		Revision           string
		Catalogue, Release string
		Files              []struct {
			Name                string
			Bytes, Brotli, Gzip int
			SHA256, SHA384      string
		}
	}
	if err := json.Unmarshal(files["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(files["charte.js"], []byte(`"`+manifest.Revision+`"`)) || len(manifest.Revision) < 6 {
		t.Errorf("charte.js does not know the revision %q", manifest.Revision)
	}
	digest := func(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }
	if manifest.Catalogue != digest(files["catalogue.json"]) || !bytes.Contains(files["catalogue.json"], []byte("VISITOR_INFO1_LIVE")) {
		t.Errorf("catalogue.json is not what the manifest says: %s", manifest.Catalogue)
	}
	var sums bytes.Buffer // as sha256sum prints them
	for _, f := range manifest.Files {
		if bytes.Equal(files[f.Name], files["charte.js"]) && f.Name != "charte.js" {
			continue // charte.js again, under the name that does not change its content
		}
		if f.Name == "charte.js" || regexp.MustCompile(`-[\w-]{43}\.\w+$`).MatchString(f.Name) {
			fmt.Fprintf(&sums, "%s  %s\n", digest(files[f.Name]), f.Name)
		}
	}
	if manifest.Release != digest(sums.Bytes()) {
		t.Errorf("the release is not what the manifest says: %s", manifest.Release)
	}
	listed, before := 1, "" // 1 for the manifest itself
	for _, f := range manifest.Files {
		if f.Name <= before {
			t.Errorf("%s is listed after %s", f.Name, before)
		}
		before = f.Name
		listed++
		sum256, sum384 := sha256.Sum256(files[f.Name]), sha512.Sum384(files[f.Name])
		if len(files[f.Name]) != f.Bytes || f.Bytes == 0 || len(files[f.Name+".br"]) != f.Brotli || len(files[f.Name+".gz"]) != f.Gzip ||
			f.SHA256 != "sha256-"+base64.StdEncoding.EncodeToString(sum256[:]) || f.SHA384 != "sha384-"+base64.StdEncoding.EncodeToString(sum384[:]) {
			t.Errorf("%s is not what the manifest says: %+v", f.Name, f)
		}
		if f.Brotli > 0 {
			listed++
		}
		if f.Gzip > 0 {
			listed++
		}
	}
	if listed != len(files) {
		t.Errorf("the manifest lists %d of %d files", listed, len(files))
	}
	for _, name := range []string{"charte.js", "charte.js.br", "charte.js.gz", "charte.html", "charte.html.br", "charte.en.html", "snippet.html", "answered.html", "unanswered.html", "_headers", "nginx.conf", "Caddyfile"} {
		if len(files[name]) == 0 {
			t.Errorf("there is no %s", name)
		}
	}
}

// pasted returns the two ways of embedding in a bundle's snippet.html: the tag and the inline script.
func pasted(t testing.TB, dir string) (tag, inline string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "snippet.html"))
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?s)<!--.*?-->`).ReplaceAllString(string(data[:bytes.Index(data, []byte("<script data-base="))]), "")
	return strings.TrimSpace(text), string(data[bytes.Index(data, []byte("<script data-base=")):])
}

// newStaticSite serves a site of plain files. It has a built folder at /static/cookies/, and pages
// into which the folder's snippets are pasted.
func newStaticSite(t testing.TB, controller string) *world {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "static", "cookies")
	builds(t, nil, "-catalogue", staticDemo(t, controller), "-o", dir, "-base", "/static/cookies/")
	tag, inline := pasted(t, dir)
	inline = strings.Replace(inline, "<script ", `<script data-load="intent" `, 1)
	const page = `<!doctype html><html lang=fr><head><meta charset="utf-8">%s<title>Un site</title></head><body><p id=after>Bonjour</p></body></html>`
	for name, snippet := range map[string]string{"page.html": tag, "inline.html": inline} {
		if err := os.WriteFile(filepath.Join(root, name), fmt.Appendf(nil, page, snippet), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	w := &world{t: t}
	w.Site = w.serve("site", "localhost", http.FileServer(http.Dir(root)))
	return w
}

// TestStatic: a built folder works on a server that only serves files.
func TestStatic(t *testing.T) {
	t.Parallel()
	shows(t, "A built folder works on any file server, under a path, its script verified")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newStaticSite(t, "Un site")
		v := w.visit(name, "/page.html")
		v.sees(notice)
		want(v, "the tag's digest", eval[bool](v, `/^sha384-/.test(document.querySelector("script[src]").integrity)`), true)
		want(v, "the charter", eval[string](v, `document.querySelector("charte-banner").shadowRoot.querySelector("a").href`), w.Site+"/static/cookies/charte.html")
		v.asks(customise)
		v.sees(list)
		v.click(switchOf("youtube"))
		v.click(save)
		v.seesNot(settings)
		if c := v.answer(); c == nil || !strings.HasSuffix(c.Value, "&yes=third-party.youtube") {
			t.Errorf("cookie: %+v", c)
		}
		for path, lang := range map[string]string{"charte.html": "fr", "charte.en.html": "en"} {
			v.must(v.Open(w.Site + "/static/cookies/" + path))
			v.waits(`window.charte?.decision?.granted.includes("youtube")`)
			want(v, path, eval[string](v, `document.documentElement.lang + " " + !!document.querySelector("[data-charte=list]")`), lang+" true")
		}
	})
}

// TestInline: the script inside the page shows the notice without a request, and finds the other files
// at the address in data-base.
func TestInline(t *testing.T) {
	t.Parallel()
	shows(t, "The inline variant shows the notice without any request, whatever the catalogue's texts hold")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		const evil = `<!--<script></script><script>window.evil=1</script>`
		w := newStaticSite(t, evil)
		v := w.visit(name, "/inline.html")
		v.sees(notice)
		v.waits(`document.readyState === "complete"`)
		if requests := w.requested("/static/"); len(requests) > 0 {
			t.Errorf("requests until the notice: %q", requests)
		}
		want(v, "the page behind the script", eval[string](v, `document.getElementById("after")?.textContent + document.body.children.length`), "Bonjour1")
		want(v, "scripts out of a text", eval[bool](v, `"evil" in window`), false)
		if text := v.text("notice"); !strings.Contains(text, evil) {
			t.Errorf("the notice says %q, want the controller %q in it", text, evil)
		}
		v.asks(customise)
		v.sees(list)
		v.click(settings + " " + refuseAll)
		v.seesNot(settings)
		if c := v.answer(); c == nil || strings.Contains(c.Value, "yes") {
			t.Errorf("cookie: %+v", c)
		}
	})
}

// chosenPage is a page of a site in Go that chooses a tag by the visitor's answer.
const chosenPage = `<!doctype html><html lang=fr><head><meta charset="utf-8">{{charte . "r4nd0m"}}<title>Un site</title></head>
<body><p>Bonjour</p><script nonce="r4nd0m" type="text/plain" data-category="statistics">window.counted = true</script></body></html>`

// newChosenSite serves chosenPage, under a policy with a nonce, and a built folder at /static/cookies/.
func newChosenSite(t testing.TB) *world {
	t.Helper()
	file, root := staticDemo(t, "Un site"), t.TempDir()
	dir := filepath.Join(root, "static", "cookies")
	builds(t, nil, "-catalogue", file, "-o", dir, "-base", "/static/cookies/")
	c, err := source.File(file)
	if err != nil {
		t.Fatal(err)
	}
	view, err := source.View(c, c.Languages[0])
	if err != nil {
		t.Fatal(err)
	}
	tags, err := consent.ReadTags(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	page := template.Must(template.New("page").Funcs(template.FuncMap{"charte": tags.For}).Parse(chosenPage))
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-r4nd0m' 'self' 'wasm-unsafe-eval'; connect-src 'self'")
		page.Execute(w, r)
	})
	files := http.FileServer(http.Dir(root))
	mux.HandleFunc("/static/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", bundle.CacheForever) // right for the file of the tag, whose name has a hash
		files.ServeHTTP(w, r)
	})
	w := &world{t: t}
	w.Site = w.serve("site", "localhost", consent.Middleware(consent.PolicyOf(view))(mux))
	return w
}

// TestChosen: a site in Go chooses a tag by the visitor's answer. The first page holds the script
// itself. Once the visitor has answered, each page holds the small tag, whose file is fetched once.
func TestChosen(t *testing.T) {
	t.Parallel()
	shows(t, "A server that reads the answer sends the notice within the page, and to those who have answered a small tag, under a policy with a nonce")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newChosenSite(t)
		fetched := func() int { return len(w.requested("/static/cookies/charte-")) - len(w.requested(".wasm")) }
		inline := func(v visitor) bool {
			return eval[bool](v, `!document.querySelector("head script[src]") && !!document.querySelector("head script[data-base]")`)
		}

		v := w.visitWith(name, countViolations, "/one")
		v.sees(notice)
		v.waits(`document.readyState === "complete"`)
		want(v, "the first page holds the script", inline(v), true)
		want(v, "requests for it", fetched(), 0)
		want(v, "the gated script has run unasked", eval[bool](v, `!!window.counted`), false)
		v.click(notice + " " + acceptAll)
		v.seesNot(notice)
		v.waits(`window.counted`)

		for _, path := range []string{"/two", "/three"} {
			v.must(v.Open(w.Site + path))
			v.waits(`window.counted`)
			want(v, path+" holds the script", inline(v), false)
			want(v, path+" asks again", eval[bool](v, `!!document.querySelector("charte-banner")?.shadowRoot.querySelector("[data-charte=notice]")`), false)
			want(v, "requests for the script, at "+path, fetched(), 1)
			want(v, "violations at "+path, eval[string](v, `violations.join() + errors.join()`), "")
		}

		// Whoever takes the answer back is asked within the page again.
		v.do(`await charte.reset()`)
		v.must(v.Open(w.Site + "/four"))
		v.sees(notice)
		want(v, "the page after a withdrawal holds the script", inline(v), true)
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		v.must(v.Open(w.Site + "/five"))
		v.waits(`window.charte?.decision?.answered`)
		want(v, "the page after a refusal holds the script", inline(v), false)
		want(v, "the gated script has run after a refusal", eval[bool](v, `!!window.counted`), false)
	})
}

// TestNginx: nginx accepts the rules that a build writes for it, and sends what Charte's own server
// would send.
func TestNginx(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	if err := browsertest.InstallProgram("nginx", "nginx"); err != nil {
		t.Fatal(err)
	}
	serveStatic(t, func(root, dir, socket string) (string, []string) {
		conf := fmt.Sprintf("daemon off; master_process off; pid %[1]s/pid; error_log stderr;\nevents {}\nhttp { access_log off;\n", root)
		for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
			conf += name + "_temp_path " + root + ";\n"
		}
		conf += fmt.Sprintf("server { listen unix:%s; root %s/site; include %s/nginx.conf; } }\n", socket, root, dir)
		return conf, []string{"nginx", "-p", root, "-c", filepath.Join(root, "conf"), "-e", "stderr"}
	})
}

// TestCaddy: Caddy accepts its rules too, and sends the same.
func TestCaddy(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	if err := browsertest.InstallProgram("caddy", "caddy"); err != nil {
		t.Fatal(err)
	}
	serveStatic(t, func(root, dir, socket string) (string, []string) {
		conf := fmt.Sprintf("{\n\tadmin off\n\tauto_https off\n}\nhttp://localhost {\n\tbind unix/%s\n\troot * %s/site\n\timport %s/Caddyfile\n}\n", socket, root, dir)
		return conf, []string{"caddy", "run", "--adapter", "caddyfile", "--config", filepath.Join(root, "conf")}
	})
}

// serveStatic starts a program that serves a bundle on a socket, and checks what it sends. program
// returns its configuration, which is written to root/conf, and its command line.
func serveStatic(t *testing.T, program func(root, dir, socket string) (conf string, args []string)) {
	root := t.TempDir()
	dir := filepath.Join(root, "site", "static", "cookies")
	builds(t, nil, "-catalogue", staticDemo(t, "Un site"), "-o", dir, "-base", "/static/cookies")
	socket := filepath.Join(root, "s")
	conf, args := program(root, dir, socket)
	if err := os.WriteFile(filepath.Join(root, "conf"), []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "HOME="+root)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 1)
	go func() {
		words, _ := io.ReadAll(stderr)
		said <- string(words)
	}()
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		words := <-said
		cmd.Wait()
		if t.Failed() {
			t.Logf("the program said %s", words)
		}
	})
	client := http.Client{Transport: &http.Transport{DisableCompression: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		for { // until the program listens or has ended
			conn, err := net.Dial("unix", socket)
			if err == nil {
				return conn, nil
			}
			select {
			case words := <-said:
				said <- words
				return nil, fmt.Errorf("the program has ended")
			case <-t.Context().Done():
				return nil, t.Context().Err()
			default:
			}
		}
	}}}
	types := map[string]string{".js": "text/javascript; charset=utf-8", ".json": "application/json", ".wasm": "application/wasm", ".html": "text/html; charset=utf-8"}
	tried := 0
	for name, data := range contents(t, dir) {
		typ, served := types[filepath.Ext(name)]
		if !served {
			continue
		}
		tried++
		request, err := http.NewRequestWithContext(t.Context(), "GET", "http://localhost/static/cookies/"+name, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || !bytes.Equal(body, data) {
			t.Errorf("%s: %s, %d bytes of %d, %v", name, response.Status, len(body), len(data), err)
		}
		cache := "public, max-age=300, stale-while-revalidate=86400"
		if strings.ContainsAny(name, "-") {
			cache = "public, max-age=31536000, immutable"
		}
		for header, want := range map[string]string{"Content-Type": typ, "Cache-Control": cache, "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff"} {
			if got := response.Header.Values(header); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s: %q, want %q", name, header, got, want)
			}
		}
		policy := response.Header.Get("Content-Security-Policy")
		if page := strings.HasSuffix(name, ".html"); page != strings.Contains(policy, "frame-ancestors 'self'") || page != (response.Header.Get("Referrer-Policy") != "") {
			t.Errorf("%s: Content-Security-Policy: %q", name, policy)
		}
	}
	if tried < 8 {
		t.Errorf("only %d files were tried, want at least 8", tried)
	}
	request, _ := http.NewRequestWithContext(t.Context(), "GET", "http://localhost/static/cookies/charte.js", nil)
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.Header.Get("Content-Encoding") != "gzip" || response.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("the compressed file is not sent: %v", response.Header)
	}
}
