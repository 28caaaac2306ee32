package guard

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/web/browser/browsertest"
)

// A server is a program that serves a folder by the rules that the guard has written for it.
type server struct {
	name   string
	root   string // the folder with its files
	client *http.Client
}

// get asks for a path of the site, with any number of Cookie headers.
func (s server) get(t testing.TB, path string, cookies ...string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", "http://localhost"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header["Cookie"] = cookies
	response, err := s.client.Do(request)
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	return response
}

// pages are the files of the site that servers serve.
var siteFiles = map[string]string{
	"index.html": "<!doctype html><title>Un site</title>",
	"page.xhtml": `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Un site</title></head></html>`,
	"script.js":  "1", "data.json": "{}", "image.svg": "<svg/>", "untyped": "<!doctype html><title>Un site</title>",
	"upper": "<!doctype html><title>Un site</title>", "vary.html": "<!doctype html><title>Un site</title>",
}

// startServers starts nginx, Caddy and Apache with a guard's rules. upstream is where nginx sends what
// is below /upstream/, or "".
func startServers(t *testing.T, g *Guard, upstream string) []server {
	t.Helper()
	for program, deb := range map[string]string{"nginx": "nginx", "caddy": "caddy", "apache2": "apache2"} {
		if err := browsertest.InstallProgram(program, deb); err != nil {
			t.Fatal(err)
		}
	}
	const module = "/usr/lib/nginx/modules/ngx_http_js_module.so"
	if err := browsertest.InstallPackage("libnginx-mod-http-js", func() bool { _, err := os.Stat(module); return err == nil }); err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	for dir := root; dir != filepath.Dir(os.TempDir()) && dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil { // Apache reads it as another user
			t.Fatal(err)
		}
	}
	write := func(name, data string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(root, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"site", "state"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range siteFiles {
		write("site/"+name, data)
	}
	files := map[string]string{}
	for _, file := range g.Rules() {
		files[file.Name] = string(file.Data)
		write(file.Name, string(file.Data))
	}

	// What the files say is to be written elsewhere.
	lines := strings.Join(regexp.MustCompile(`(?m)^#     (add_header .*;)$`).FindAllString(files["guard.nginx.conf"], -1), "\n")
	lines = strings.ReplaceAll(lines, "#     ", "")
	js := ""
	if upstream != "" {
		js = "location /upstream/ { js_header_filter charte.filter; proxy_pass http://" + upstream + "; proxy_set_header Host $host; }"
	}
	conf := fmt.Sprintf("load_module %[1]s; daemon off; master_process off; pid %[2]s/pid; error_log stderr warn; error_log %[2]s/state/log warn;\nevents {}\nhttp { access_log off;\n", module, root)
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		conf += name + "_temp_path " + root + "/state;\n"
	}
	conf += fmt.Sprintf(`types { text/html html; application/xhtml+xml xhtml; text/javascript js; application/json json; image/svg+xml svg; } default_type ""; charset utf-8;
large_client_header_buffers 4 32k; js_import charte from %[1]s/guard.nginx.js;
include %[1]s/guard.nginx.conf;
server { listen unix:%[1]s/nginx; root %[1]s/site; error_page 404 /index.html; location = /upper { default_type TEXT/HTML; }
%[2]s
%[3]s } }
`, root, lines, js)
	write("nginx.conf", conf)
	write("Caddyfile", fmt.Sprintf("{\n\tadmin off\n\tauto_https off\n}\nhttp://localhost {\n\tbind unix/%[1]s/caddy\n\troot * %[1]s/site\n\theader /upper Content-Type TEXT/HTML\n\theader /vary.html Vary Accept-Language\n\timport %[1]s/guard.Caddyfile\n\tfile_server\n\thandle_errors {\n\t\timport %[1]s/guard.Caddyfile\n\t\trewrite * /index.html\n\t\tfile_server\n\t}\n}\n", root))
	listener, err := net.Listen("tcp", "127.0.0.1:0") // Apache does not listen on a socket
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	apache := fmt.Sprintf("ServerName localhost\nServerRoot %[1]s\nPidFile %[1]s/state/pid\nErrorLog /dev/stderr\nLogLevel warn\nListen %[2]s\nUser www-data\nGroup www-data\nLimitRequestFieldSize 32000\n", root, address)
	for _, name := range []string{"mpm_event", "authz_core", "setenvif", "headers", "mime", "dir"} {
		apache += fmt.Sprintf("LoadModule %[1]s_module /usr/lib/apache2/modules/mod_%[1]s.so\n", name)
	}
	apache += fmt.Sprintf("TypesConfig /dev/null\nAddType text/html .html\nAddType application/xhtml+xml .xhtml\nAddType text/javascript .js\nAddType application/json .json\nAddType image/svg+xml .svg\n"+
		"<VirtualHost *>\nDocumentRoot %[1]s/site\nErrorDocument 404 /index.html\n<Files upper>\nForceType TEXT/HTML\n</Files>\nHeader always set Vary Accept-Language \"expr=%%{REQUEST_URI} == '/vary.html'\"\nInclude %[1]s/guard.apache.conf\n</VirtualHost>\n<Directory %[1]s/site>\nRequire all granted\n</Directory>\n", root)
	write("apache.conf", apache)

	all := []server{
		{"nginx", root, start(t, root, "unix", root+"/nginx", "nginx", "-p", root, "-c", root+"/nginx.conf", "-e", "stderr")},
		{"Caddy", root, start(t, root, "unix", root+"/caddy", "caddy", "run", "--adapter", "caddyfile", "--config", root+"/Caddyfile")},
		{"Apache", root, start(t, root, "tcp", address, "apache2", "-X", "-d", root, "-f", root+"/apache.conf")},
	}
	return all
}

// start starts a program, and returns a client for the address on which it listens. The program ends
// with the test.
func start(t *testing.T, home, network, address string, args ...string) *http.Client {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "HOME="+home)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan string, 1)
	go func() {
		words, _ := io.ReadAll(stderr)
		ended <- string(words)
	}()
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		words := <-ended
		cmd.Wait()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(home, "state", "log"))
			t.Logf("%s said %s%s", args[0], words[:min(len(words), 4000)], log[:min(len(log), 4000)])
		}
	})
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DisableCompression: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			for { // until the program listens or has ended
				conn, err := net.Dial(network, address)
				if err == nil {
					return conn, nil
				}
				select {
				case words := <-ended:
					ended <- words
					return nil, fmt.Errorf("%s has ended", args[0])
				case <-ctx.Done():
					return nil, ctx.Err()
				case <-time.After(time.Millisecond):
				}
			}
		}},
	}
}

// cookieRows are cookies to read. as is what they are read as where rules are stricter than the
// middleware.
func cookieRows(g *Guard) []struct{ name, cookies, as string } {
	all := "&yes=ads+ads-b+statistics+third-party"
	rev := g.policy.Revision
	return []struct{ name, cookies, as string }{
		{"no cookie", "", ""},
		{"another cookie", "sessionid=1", ""},
		{"everything accepted", g.answer(all), ""},
		{"everything refused", g.answer(""), ""},
		{"refused, with an empty list", g.answer("&yes="), ""},
		{"one category", g.answer("&yes=third-party"), ""},
		{"one service, whose host another's wildcard would cover", g.answer("&yes=third-party.youtube"), ""},
		{"the service with the wildcard", g.answer("&yes=third-party.maps"), ""},
		{"one of two services with the same host", g.answer("&yes=ads.y"), ""},
		{"a category whose name begins another's", g.answer("&yes=ads"), ""},
		{"the other category", g.answer("&yes=ads-b"), ""},
		{"both, by a service", g.answer("&yes=ads-b+ads.x+statistics"), ""},
		{"among other cookies", "a=b; " + g.answer("&yes=statistics") + "; c=d", ""},
		{"without spaces", "a=b;" + g.answer("&yes=statistics") + ";c=d", ""},
		{"with many spaces", "a=b;   " + g.answer("&yes=statistics") + "   ; c=d", ""},
		{"an objection to a category", g.answer("&no=statistics"), ""},
		{"an objection to a service, beside grants", g.answer("&yes=statistics+third-party&no=statistics.counter"), ""},
		{"an objection to another revision", "cookies_preferences=v=1&on=" + today.String() + "&rev=aaaaaa&yes=gone&no=gone.a+statistics.matomo", ""},
		{"an objection with unknown tokens, at this revision", g.answer("&no=aaa+statistics+zzz"), ""},
		{"another revision", "cookies_preferences=v=1&on=" + today.String() + "&rev=aaaaaa" + all, ""},
		{"a revision that goes on", "cookies_preferences=v=1&on=" + today.String() + "&rev=" + rev + "a" + all, ""},
		{"a revision in upper case", "cookies_preferences=v=1&on=" + today.String() + "&rev=" + strings.ToUpper(rev) + all, ""},
		{"a token in upper case", g.answer("&yes=Statistics"), ""},
		{"the name in upper case", strings.ToUpper(consent.CookieName) + strings.TrimPrefix(g.answer(all), consent.CookieName), ""},
		{"a name that ends alike", "x" + g.answer(all), ""},
		{"a name that begins alike", strings.Replace(g.answer(all), "=", "2=", 1), ""},
		{"a name with a space", strings.Replace(g.answer(all), "=", " =", 1), ""},
		{"the name as a value", "a=" + g.answer(all), ""},
		{"the name with nothing", "cookies_preferences", ""},
		{"the name with an empty value", "cookies_preferences=", ""},
		{"version 2", strings.Replace(g.answer(all), "v=1", "v=2", 1), ""},
		{"quoted", strings.Replace(g.answer(all), "v=1", `"v=1`, 1) + `"`, ""},
		{"garbage behind", g.answer(all) + "x", ""},
		{"a part behind", g.answer(all) + "&x=1", ""},
		{"a space within", g.answer("&yes=statistics third-party"), ""},
		{"a tab behind", g.answer("&yes=statistics\t; a=b"), ""},
		{"unsorted", g.answer("&yes=third-party+statistics"), ""},
		{"unsorted between categories", g.answer("&yes=ads.x+ads-b"), ""},
		{"doubled", g.answer("&yes=statistics+statistics"), ""},
		{"a category and its service", g.answer("&yes=third-party+third-party.youtube"), ""},
		{"a category and its service, with another between", g.answer("&yes=ads+ads-b+ads.x"), ""},
		{"all services of a category", g.answer("&yes=third-party.maps+third-party.youtube"), ""},
		{"the only service of a category that is asked", g.answer("&yes=statistics.analytics"), ""},
		{"a service without its category", g.answer("&yes=youtube"), ""},
		{"an unknown token", g.answer("&yes=statistics+zzz"), ""},
		{"a necessary category", g.answer("&yes=necessary"), ""},
		{"an exempt service granted", g.answer("&yes=statistics.matomo"), ""},
		{"an objection to all, by the services", g.answer("&yes=third-party&no=statistics.counter+statistics.matomo"), ""},
		{"an objection to what asks", g.answer("&yes=statistics&no=third-party"), ""},
		{"an empty objection", g.answer("&yes=statistics&no="), ""},
		{"an empty list before an objection", g.answer("&yes=&no=statistics"), ""},
		{"a list that begins with a plus", g.answer("&yes=+statistics"), ""},
		{"a list that ends with a plus", g.answer("&yes=statistics+"), ""},
		{"lists in the wrong order", g.answer("&no=statistics&yes=third-party"), ""},
		{"a list without its sign", g.answer("&yes+statistics"), ""},
		{"a list with another sign", g.answer("&yes=ads=ads-b+statistics"), ""},
		{"a list twice", g.answer("&yes=statistics&yes=third-party"), ""},
		{"a day that is none", "cookies_preferences=v=1&on=2026-13-01&rev=" + rev + all, ""},
		{"a percent code", strings.ReplaceAll(g.answer(all), "&", "%26"), ""},
		{"two alike", g.answer(all) + "; " + g.answer(all), g.answer("x")},
		{"two that differ", g.answer(all) + "; a=b; " + g.answer("&yes=statistics"), g.answer("x")},
		{"two, the second empty", g.answer(all) + "; cookies_preferences", ""},
		{"two, the first empty", "cookies_preferences; " + g.answer(all), ""},
		{"two, the second of which objects", g.answer(all) + "; " + g.answer("&no=statistics.matomo"), "cookies_preferences=x;" + g.answer("&no=statistics.matomo")},
		{"an objection beside what says nothing", "cookies_preferences=x; " + g.answer("&no=statistics"), ""},
		{"a comma within another cookie", "a=b,c; " + g.answer(all), ""},
		{"5 KB of another cookie", "a=" + strings.Repeat("x", 5000) + "; " + g.answer(all), ""},
		{"5 KB of semicolons", strings.Repeat(";", 5000) + g.answer(all) + strings.Repeat(";", 100), ""},
		{"5 KB behind", g.answer(all) + strings.Repeat("a", 5000), ""},
		{"8 KB of tokens", g.answer("&yes=third-party" + strings.Repeat("+third-party", 660)), ""},
		{"8 KB of lists", g.answer(strings.Repeat("&yes=statistics", 530)), ""},
		{"8 KB of the name", strings.Repeat(consent.CookieName+"=;", 380), ""},
		{"8 KB of the name, almost", strings.Repeat(consent.CookieName+"x;", 380) + g.answer(all), ""},
		{"a placeholder of Caddy", "a={charte_shaped}; " + g.answer("&yes={http.request.header.Cookie}"), ""},
		{"a header of Apache", g.answer("&yes=%{reqenv:CHARTE_MAY_1}"), ""},
		{"bytes outside ASCII", "a=\xff\xc3\xa9; " + g.answer("&yes=statistics"), ""},
	}
}

// TestServers: nginx, Caddy and Apache send the same policy as the middleware, whatever the cookie.
func TestServers(t *testing.T) {
	t.Parallel()
	for _, kind := range catalogue.Guards() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, site(kind), Options{Charte: "https://consent.example.org:8443/", Reports: "/guard"})
			page := g.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
			}))
			middleware := func(cookies string) http.Header {
				w := httptest.NewRecorder()
				r := httptest.NewRequest("GET", "/", nil)
				r.Header.Set("Cookie", cookies)
				page.ServeHTTP(w, r)
				return w.Header()
			}
			seen := map[string]bool{}
			for _, server := range startServers(t, g, "") {
				for _, row := range cookieRows(g) {
					as := row.as
					if as == "" {
						as = row.cookies
					}
					want := middleware(as)
					seen[want.Get(g.HeaderName())] = true
					began := time.Now()
					got := server.get(t, "/index.html", row.cookies).Header
					if spent := time.Since(began); spent > 2*time.Second { // expressions can be slow
						t.Errorf("%s, %s: takes %v", server.name, row.name, spent)
					}
					for _, field := range []string{g.HeaderName(), "Vary", "Reporting-Endpoints"} {
						if !slices.Equal(got.Values(field), want.Values(field)) {
							t.Errorf("%s, %s: %s:\n%q\nwant\n%q", server.name, row.name, field, got.Values(field), want.Values(field))
						}
					}
				}
				all := g.answer("&yes=ads+ads-b+statistics+third-party")
				for path, isPage := range map[string]bool{"/": true, "/index.html": true, "/page.xhtml": true, "/untyped": true, "/upper": true, "/missing": true, "/script.js": false, "/data.json": false, "/image.svg": false} {
					got := server.get(t, path, all).Header
					want := http.Header{}
					if isPage {
						want = middleware(all)
					}
					for _, field := range []string{g.HeaderName(), "Vary", "Reporting-Endpoints"} {
						if !slices.Equal(got.Values(field), want.Values(field)) {
							t.Errorf("%s, %s: %s: %q, want %q", server.name, path, field, got.Values(field), want.Values(field))
						}
					}
				}
				if vary := strings.ReplaceAll(strings.Join(server.get(t, "/vary.html", all).Header.Values("Vary"), ","), " ", ""); server.name != "nginx" && vary != "Accept-Language,Cookie" {
					t.Errorf("%s, a page with a Vary of its own: %q", server.name, vary)
				}
				// A browser that asks whether its page is still right gets the policy too.
				validator := server.get(t, "/index.html", all).Header.Get("ETag")
				request, _ := http.NewRequestWithContext(t.Context(), "GET", "http://localhost/index.html", nil)
				request.Header = http.Header{"Cookie": {all}, "If-None-Match": {validator}}
				response, err := server.client.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				response.Body.Close()
				if status := map[bool]int{true: 200, false: 304}[server.name == "Apache"]; response.StatusCode != status || response.Header.Get(g.HeaderName()) != middleware(all).Get(g.HeaderName()) {
					t.Errorf("%s, asked with %q: %s, header %v", server.name, validator, response.Status, response.Header)
				}
				// Two headers are no answer, or the answer in one of them. An objection counts.
				got := server.get(t, "/index.html", "a=b", g.answer("&no=statistics")).Header.Get(g.HeaderName())
				if want := middleware(g.answer("&no=statistics")).Get(g.HeaderName()); got != want {
					t.Errorf("%s, two headers: %q, want %q", server.name, got, want)
				}
			}
			if len(seen) < 12 {
				t.Errorf("the rows have only %d policies", len(seen))
			}
		})
	}
}

// vectors are the rows of banner/consent/testdata/vectors.json that are read.
type vectors struct {
	Policy consent.Policy
	Read   []struct{ Name, Cookies, Today string }
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	data, err := os.ReadFile("../../banner/consent/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestServersVectors: no server's rule grants anything where the reference grants nothing, except that
// rules compare no days.
func TestServersVectors(t *testing.T) {
	t.Parallel()
	v := readVectors(t)
	g := &Guard{enforced: true, policy: v.Policy}
	for _, category := range v.Policy.Categories {
		for _, s := range category.Services {
			g.services = append(g.services, service{
				id: s.ID, category: category.ID, asks: s.Asks, exempt: !s.Asks && !category.Necessary,
				hosts: []catalogue.Host{{Host: s.ID + ".example", Kind: "script"}},
			})
			if category.Necessary {
				g.always = append(g.always, catalogue.Host{Host: s.ID + ".example", Kind: "script"})
			}
		}
	}
	dated := regexp.MustCompile(`&on=\d{4}-\d\d-\d\d&`)
	allowed := func(policy string) []string { return regexp.MustCompile(`[a-z]+\.example`).FindAllString(policy, -1) }
	equal, sent, granted := 0, 0, 0
	for _, server := range startServers(t, g, "") {
		for _, row := range v.Read {
			if strings.ContainsFunc(row.Cookies, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
				continue // no header may have it
			}
			sent++
			reference := row.Cookies
			var day time.Time
			if day, _ = time.Parse("2006-01-02", row.Today); day.IsZero() {
				t.Fatalf("%s: today is %q", row.Name, row.Today)
			}
			d := g.policy.Read(reference, consent.DayOf(day))
			if found := dated.FindString(reference); found != "" { // the rule goes by no day
				if on, err := time.Parse("2006-01-02", found[4:len(found)-1]); err == nil {
					d = g.policy.Read(dated.ReplaceAllString(reference, found), consent.DayOf(on))
				}
			}
			want := allowed(g.Header(d))
			got := allowed(server.get(t, "/index.html", row.Cookies).Header.Get(g.HeaderName()))
			for _, host := range got {
				if !slices.Contains(want, host) {
					t.Errorf("%s, %s: %q: allows %q, want %q at most", server.name, row.Name, row.Cookies, got, want)
					break
				}
			}
			if slices.Equal(got, want) {
				equal++
			}
			if len(got) > 2 {
				granted++
			}
		}
	}
	if sent < 3*100 || equal < sent*95/100 || granted < 30 {
		t.Errorf("of %d rows sent, %d agree and %d grant something", sent, equal, granted)
	}
	t.Logf("of %d rows sent, %d agree and %d grant something", sent, equal, granted)
}

// TestNginxFilter: nginx filters and erases the cookies of what it proxies as the middleware does.
func TestNginxFilter(t *testing.T) {
	t.Parallel()
	for _, kind := range catalogue.Guards() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			c := site(kind)
			c.Site.CookieDomain = "example.org"
			g := newGuard(t, c, Options{})
			upstream := browsertest.NewServer(t, http.StripPrefix("/upstream", setting))
			nginx := startServers(t, g, upstream.Listener.Addr().String())[0]
			guarded := g.Middleware(http.StripPrefix("/upstream", setting))
			compare := func(t *testing.T, path, cookies string) http.Header {
				t.Helper()
				r := httptest.NewRequest("GET", "http://localhost"+path, nil)
				r.Header.Set("Cookie", cookies)
				w := httptest.NewRecorder()
				guarded.ServeHTTP(w, r)
				got := nginx.get(t, path, cookies).Header
				for _, field := range []string{"Set-Cookie", "Vary", "Cache-Control", g.HeaderName()} {
					have, want := slices.Clone(got.Values(field)), slices.Clone(w.Header().Values(field))
					for i := range want {
						want[i] = strings.Trim(want[i], " \t") // as nginx and net/http send it
					}
					slices.Sort(have) // erasing begins at any cookie
					slices.Sort(want)
					if !slices.Equal(have, want) {
						t.Errorf("%s, cookies %s: %s: %q, want %q", path, cookies, field, have, want)
					}
				}
				return got
			}
			for _, row := range setCookieRows {
				t.Run(row.name, func(t *testing.T) {
					for cookies, passes := range row.answers(g) {
						got := compare(t, "/upstream/?"+url.Values{"Set-Cookie": {row.line, "sessionid=2"}}.Encode(), cookies)
						isThere := slices.Contains(got.Values("Set-Cookie"), strings.Trim(row.line, " \t"))
						if want := passes || kind == catalogue.GuardReport; isThere != want && row.line != "" { // nginx drops an empty field
							t.Errorf("%s: sent %q, want it sent: %v", cookies, got.Values("Set-Cookie"), want)
						}
					}
				})
			}
			for _, row := range erasingRows {
				t.Run(row.name, func(t *testing.T) {
					cookies := row.cookies
					if row.answer != "none" {
						cookies = g.answer(row.answer) + ";" + cookies
					}
					got := compare(t, "/upstream/?Set-Cookie=sessionid=1", cookies)
					if names := erased(got.Values("Set-Cookie")); kind == catalogue.GuardEnforce && !slices.Equal(names, row.want) {
						t.Errorf("erases %q, want %q", names, row.want)
					}
					compare(t, "/upstream/?type=text/css", cookies)
				})
			}
			for _, row := range []struct {
				name, query, field string
				enforced, reported []string
			}{
				{"the same Vary", "Vary=cookie&type=text/css&Set-Cookie=_ga=1", "Vary", []string{"cookie"}, []string{"cookie"}},
				{"another Vary", "Vary=Accept&type=text/css&Set-Cookie=_ga=1", "Vary", []string{"Accept, Cookie"}, []string{"Accept"}},
				{"the Vary that is all", "Vary=*&type=text/css&Set-Cookie=_ga=1", "Vary", []string{"*"}, []string{"*"}},
				{"another Vary of a page", "Vary=Accept", "Vary", []string{"Accept", "Cookie"}, []string{"Accept", "Cookie"}},
				{"Cache-Control", "Cache-Control=no-store&Set-Cookie=_ga=1", "Cache-Control", []string{"no-store"}, []string{"no-store"}},
			} {
				t.Run(row.name, func(t *testing.T) {
					want := row.reported
					if kind == catalogue.GuardEnforce {
						want = row.enforced
					}
					if got := nginx.get(t, "/upstream/?"+row.query, g.answer("")).Header.Values(row.field); !slices.Equal(got, want) {
						t.Errorf("%s: %q, want %q", row.field, got, want)
					}
				})
			}
			log, err := os.ReadFile(filepath.Join(nginx.root, "state", "log"))
			if err != nil {
				t.Fatal(err)
			}
			if said := `charte: a response sets the cookie "\"_ga\"", which the visitor has not allowed`; !strings.Contains(string(log), said) || strings.Contains(string(log), "has failed") {
				t.Errorf("the log does not say %s, or tells of a fault: %s", said, log[:min(len(log), 2000)])
			}
			var many strings.Builder
			for i := range 1000 {
				fmt.Fprintf(&many, "_ga_%d=1; ", i)
			}
			if got := len(strings.Join(nginx.get(t, "/upstream/", many.String()).Header.Values("Set-Cookie"), "Set-Cookie: \r\n")); kind == catalogue.GuardEnforce && (got > erasingBytes || got < erasingBytes/2) {
				t.Errorf("%d bytes for many cookies", got)
			}
		})
	}
}

// TestServersMany: servers take the rules of a catalogue with as many hosts as it may have.
func TestServersMany(t *testing.T) {
	t.Parallel()
	c := site(catalogue.GuardEnforce)
	many := func(name string, kinds ...catalogue.HostKind) []catalogue.Host {
		var hosts []catalogue.Host
		for i := range 100 / len(kinds) {
			for _, kind := range kinds {
				hosts = append(hosts, catalogue.Host{Host: fmt.Sprintf("%s-%d.cdn.some-provider.example", name, i), Kind: kind})
			}
		}
		return hosts
	}
	c.Site.Hosts = many("site", "connect")
	for i, s := range c.Services {
		if s.ID == "youtube" || s.ID == "x" || s.ID == "matomo" {
			c.Services[i].Hosts = many(string(s.ID), "connect")
		}
	}
	g := newGuard(t, c, Options{})
	all := g.answer("&yes=ads+ads-b+statistics+third-party")
	for _, server := range startServers(t, g, "") {
		for name, cookies := range map[string]string{"all": all, "nothing": g.answer("")} {
			want := g.Header(g.policy.Read(cookies, today))
			if got := server.get(t, "/index.html", cookies).Header.Get(g.HeaderName()); got != want {
				t.Errorf("%s, %s: %d bytes, want %d", server.name, name, len(got), len(want))
			}
		}
	}
}

// TestServersRandom: servers agree with the middleware on answers to catalogues that are made at
// random, and on what chance makes of such answers.
func TestServersRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			pick := func(from ...string) string { return from[random.IntN(len(from))] }
			g := &Guard{enforced: true, policy: consent.Policy{Revision: "k3f9a1"}}
			id := func(prefix string, i int) string { return pick("a", "ab", "a-b", "z9") + prefix + fmt.Sprint(i) }
			for i := range 6 {
				category := consent.Category{ID: id("c", i), Necessary: i == 0}
				if i > 1 && random.IntN(2) == 0 {
					category.ID = g.policy.Categories[i-1].ID + pick("-", "1", "z") + fmt.Sprint(i)
				}
				for j := range 1 + random.IntN(5) {
					s := service{id: id("s", 10*i+j), category: category.ID}
					s.asks = !category.Necessary && random.IntN(3) > 0
					s.exempt = !category.Necessary && !s.asks
					for range 1 + random.IntN(6) {
						host := pick("a.example", "b.a.example", "*.a.example", "*.b.a.example", "c.b.a.example", "d.example", "*.d.example", "x.d.example")
						s.hosts = append(s.hosts, catalogue.Host{Host: host, Kind: catalogue.HostKind(pick("script", "frame", "connect", "pixel"))})
					}
					category.Services = append(category.Services, consent.Service{ID: s.id, Asks: s.asks})
					g.services = append(g.services, s)
					if category.Necessary {
						g.always = append(g.always, s.hosts...)
					}
				}
				g.policy.Categories = append(g.policy.Categories, category)
			}
			servers := startServers(t, g, "")
			policies := map[string]bool{}
			for range 150 {
				choices := map[string]bool{}
				for _, s := range g.services {
					if random.IntN(3) > 0 {
						choices[s.id] = random.IntN(3) > 0
					}
				}
				d, _ := g.policy.Set(consent.Decision{}, choices, today)
				value := d.Value()
				switch random.IntN(4) { // chance changes every other answer a little
				case 0:
					at := random.IntN(len(value))
					value = value[:at] + pick("", "+", "&", "=", ".", "a", "-") + value[min(at+random.IntN(2), len(value)):]
				case 1:
					tokens := strings.Split(value, "+")
					random.Shuffle(len(tokens), func(i, j int) { tokens[i], tokens[j] = tokens[j], tokens[i] })
					value = strings.Join(tokens, "+")
				}
				cookies := consent.CookieName + "=" + value
				if read := g.policy.Read(cookies, today); strings.Contains(cookies, "&on="+today.String()+"&") {
					policies[g.Header(read)] = true
					for _, server := range servers {
						if got, want := server.get(t, "/index.html", cookies).Header.Get(g.HeaderName()), g.Header(read); got != want {
							t.Errorf("%s: %s:\n%s\nwant\n%s", server.name, cookies, got, want)
						}
					}
				}
			}
			if len(policies) < 20 {
				t.Errorf("the answers have only %d policies", len(policies))
			}
		})
	}
}
