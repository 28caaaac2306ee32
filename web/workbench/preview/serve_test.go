package preview

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"charte/catalogue"
	"charte/web/bundle"
	"charte/web/engine"
)

// ask asks a preview on port 8123 for a path below the secret.
func ask(p *Preview, method, host, path string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	r.Host = host
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, r)
	return w.Result()
}

// TestHandler: pages and files are given out to the preview's own hosts, below the secret, and to
// nobody else.
func TestHandler(t *testing.T) {
	for _, ending := range []string{".html", ".css", ".js"} { // as another machine's tables might have them
		if err := mime.AddExtensionType(ending, "text/odd"); err != nil {
			t.Fatal(err)
		}
	}
	p := New(Options{Engine: engine.Light(), Self: "127.0.0.1:8123", Secret: secret})
	if got := ask(p, "GET", "localhost:8123", "/"+secret+"/1/fr,light,-,0,notice/").StatusCode; got != http.StatusNotFound {
		t.Errorf("without a catalogue: status %d", got)
	}
	p.Show(7, demo(t))
	if got, want := p.Shown().Base, "http://preview.localhost:8123/"+secret+"/7/"; got != want {
		t.Errorf("the base is %s, want %s", got, want)
	}
	if got, want := p.Shown().Spare, "http://localhost:8123/"+secret+"/7/"; got != want {
		t.Errorf("the spare base is %s, want %s", got, want)
	}
	const (
		own     = "preview.localhost:8123"
		page    = "/" + secret + "/7/fr,light,-,0,notice/"
		no      = http.StatusNotFound
		nowhere = "frame-ancestors http://127.0.0.1:8123 http://localhost:8123"
	)
	for _, test := range []struct {
		name, method, host, path string
		status                   int
		kind, cache, policy      string // of the answer; policy is its end
	}{
		{"the notice", "GET", own, page, 200, "text/html; charset=utf-8", "no-store", nowhere},
		{"its spare host", "GET", "localhost:8123", page, 200, "text/html; charset=utf-8", "no-store", nowhere},
		{"its head", "HEAD", own, page, 200, "text/html; charset=utf-8", "no-store", nowhere},
		{"the charter", "GET", own, "/" + secret + "/7/en,dark,soft,1,charter/", 200, "text/html; charset=utf-8", "no-store", nowhere},
		{"the charter that the notice leads to", "GET", own, page + "charte.en.html", 200, "text/html; charset=utf-8", "no-store", nowhere},
		{"the script", "GET", own, page + "charte.js", 200, "text/javascript; charset=utf-8", "no-store", ""},
		{"the site's script", "GET", own, page + "stage/report.js", 200, "text/javascript; charset=utf-8", "no-store", nowhere},
		{"the site's styles", "GET", own, page + "stage/site.css", 200, "text/css; charset=utf-8", "no-store", nowhere},
		{"the page in the place of a frame", "GET", own, page + "stage/frame.html", 200, "text/html; charset=utf-8", "no-store", nowhere + " 'self'"},
		{"an older version, which is not kept", "GET", own, "/" + secret + "/6/fr,light,-,0,notice/", 200, "text/html; charset=utf-8", "no-store", nowhere},
		{"the workbench's host", "GET", "127.0.0.1:8123", page, no, "", "no-store", ""},
		{"a host that was pointed here", "GET", "evil.test:8123", page, no, "", "no-store", ""},
		{"a host that ends like ours", "GET", "evil.preview.localhost:8123", page, no, "", "no-store", ""},
		{"another port", "GET", "preview.localhost:8124", page, no, "", "no-store", ""},
		{"no port", "GET", "preview.localhost", page, no, "", "no-store", ""},
		{"a guess", "GET", own, "/" + strings.Replace(secret, "a", "b", 1) + "/7/fr,light,-,0,notice/", no, "", "no-store", ""},
		{"a part of the secret", "GET", own, "/" + secret[1:] + "/7/fr,light,-,0,notice/", no, "", "no-store", ""},
		{"a guess at the script", "GET", own, "/x/7/fr,light,-,0,notice/charte.js", no, "", "no-store", ""},
		{"a language that the catalogue lacks", "GET", own, "/" + secret + "/7/de,light,-,0,notice/", no, "", "no-store", ""},
		{"a file that is not there", "GET", own, page + "nothing.js", no, "", "no-store", ""},
		{"a prop that is not there", "GET", own, page + "stage/nothing.js", no, "", "no-store", ""},
		{"a file beside the props", "GET", own, page + "stage/..%2fpreview.go", no, "", "no-store", ""},
		{"the folder of the props", "GET", own, page + "stage/", no, "", "no-store", ""},
		{"another method", "POST", own, page, http.StatusMethodNotAllowed, "", "no-store", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ask(p, test.method, test.host, test.path)
			if got.StatusCode != test.status || test.status == 200 && got.Header.Get("Content-Type") != test.kind || got.Header.Get("Cache-Control") != test.cache {
				t.Errorf("status %d, %v", got.StatusCode, got.Header)
			}
			policy := got.Header.Get("Content-Security-Policy")
			if !strings.HasSuffix(policy, test.policy) || (test.policy == "") != (policy == "") || policy != "" && !strings.HasPrefix(policy, "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; ") {
				t.Errorf("the policy is %q", policy)
			}
			for field, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Set-Cookie": "", "Access-Control-Allow-Origin": ""} {
				if value := got.Header.Get(field); value != want {
					t.Errorf("%s: %q, want %q", field, value, want)
				}
			}
		})
	}
	built, err := p.version("7").bundle(dress{scheme: catalogue.SchemeLight})
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range built.Files {
		if !file.Immutable {
			continue
		}
		got := ask(p, "GET", own, page+name)
		if cached := got.Header.Get("Cache-Control"); got.StatusCode != 200 || cached != "private, max-age=3600, immutable" || got.Header.Get("Content-Type") != file.Type {
			t.Errorf("%s, whose name holds its hash: status %d, %v", name, got.StatusCode, got.Header)
		}
	}
	without := New(Options{Engine: engine.Light(), Self: "127.0.0.1:8123"})
	without.Show(7, demo(t))
	if got := ask(without, "GET", own, "//7/fr,light,-,0,notice/").StatusCode; got == 200 {
		t.Error("a preview without a secret gives out pages")
	}
}

// TestVersions: the newest version is kept, and those that pages were asked of last.
func TestVersions(t *testing.T) {
	p := New(Options{Engine: engine.Light(), Self: "127.0.0.1:8123", Secret: secret})
	c := demo(t)
	// shown asks for a version, and tells which one is given out.
	shown := func(number string) string {
		t.Helper()
		v := p.version(number)
		if v == nil {
			t.Fatal("no version")
		}
		return number + ":" + numberOf(v)
	}
	for number := range most + 2 {
		p.Show(number+1, c)
		if number > 0 { // nobody asks for 1
			shown(strconv.Itoa(number + 1))
		}
	}
	p.Show(100, c)
	for _, step := range []struct {
		show int // 0 for none
		ask  string
		want string
	}{
		{ask: "1", want: "1:100"},
		{ask: "4", want: "4:4"},
		{ask: "3", want: "3:100"}, // 2 and 3 have gone for the ones after, and 100
		{show: 101, ask: "x", want: "x:101"},
		{ask: "100", want: "100:100"},
		{ask: "4", want: "4:4"},
		{ask: "5", want: "5:101"}, // 4 was asked for after it
	} {
		if step.show != 0 {
			p.Show(step.show, c)
		}
		if got := shown(step.ask); got != step.want {
			t.Errorf("after %+v: %s", step, got)
		}
	}
}

func numberOf(v *version) string { return number(v.number) }

// TestAhead: a version is built as soon as it is there, in the dress of the last page that was asked for. No
// page was asked for before the first.
func TestAhead(t *testing.T) {
	p := New(Options{Engine: engine.Light(), Self: "127.0.0.1:8123", Secret: secret})
	builds := make(chan string, 10) // radius, scheme and preset of each
	p.options.build = func(ctx context.Context, o bundle.Options) (*bundle.Bundle, error) {
		look := o.Catalogue.Look
		builds <- fmt.Sprint(look.Radius, " ", look.Scheme, " ", look.Preset)
		return bundle.Build(ctx, o)
	}
	for i, step := range []struct {
		name, asks string // the variant of the page that is asked for before the version
		want       string // what is built; empty for nothing
	}{
		{"the first version", "", ""},
		{"a page of it", "fr,light,-,0,notice", "2px light soft"},
		{"a page in another dress", "en,dark,compact,0,settings", "3px dark compact"},
		{"none since", "", "4px dark compact"},
	} {
		t.Run(step.name, func(t *testing.T) {
			if step.asks != "" {
				if got := ask(p, "GET", "localhost:8123", fmt.Sprintf("/%s/%d/%s/", secret, i, step.asks)).StatusCode; got != 200 {
					t.Fatalf("status %d", got)
				}
				for len(builds) > 0 {
					<-builds // of the page, unless it was built ahead
				}
			}
			c := demo(t)
			c.Look = catalogue.Look{Preset: "soft", Radius: catalogue.Length(fmt.Sprintf("%dpx", i+1))}
			p.Show(i+1, c)
			if step.want == "" {
				if p.worn != nil {
					t.Errorf("built in the dress %+v", *p.worn)
				}
				return
			}
			select {
			case got := <-builds:
				if got != step.want {
					t.Errorf("built %q, want %q", got, step.want)
				}
			case <-time.After(10 * time.Second):
				t.Error("nothing is built")
			}
		})
	}
}

// TestDress: a variant changes the look alone, and leaves out what leads out of the preview. The
// catalogue itself stays as it is.
func TestDress(t *testing.T) {
	for _, test := range []struct {
		name  string
		own   catalogue.Look
		dress dress
		want  catalogue.Look // preset and scheme
	}{
		{"as it is", catalogue.Look{Preset: "soft"}, dress{scheme: "both"}, catalogue.Look{Preset: "soft", Scheme: "both"}},
		{"on a dark system", catalogue.Look{}, dress{scheme: "dark"}, catalogue.Look{Scheme: "dark"}},
		{"on a dark system, said to be both", catalogue.Look{Scheme: "both"}, dress{scheme: "dark"}, catalogue.Look{Scheme: "dark"}},
		{"always light, on a dark system", catalogue.Look{Scheme: "light"}, dress{scheme: "dark"}, catalogue.Look{Scheme: "light"}},
		{"always light, in dark forced colours", catalogue.Look{Scheme: "light"}, dress{scheme: "dark", forced: true}, catalogue.Look{Scheme: "dark"}},
		{"another preset", catalogue.Look{Preset: "soft"}, dress{scheme: "both", preset: "compact"}, catalogue.Look{Preset: "compact", Scheme: "both"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := demo(t)
			c.Look = test.own
			c.Site.CharterURL, c.Site.CookieDomain = "/cookies", "example.org"
			got := test.dress.on(c)
			if got.Look.Preset != test.want.Preset || got.Look.Scheme != test.want.Scheme {
				t.Errorf("the look is %+v, want %+v", got.Look, test.want)
			}
			if got.Site.CharterURL != "" || got.Site.CookieDomain != "" || got.Site.Controller != c.Site.Controller || len(got.Services) != len(c.Services) {
				t.Errorf("the site is %+v", got.Site)
			}
			if c.Site.CharterURL != "/cookies" || c.Site.CookieDomain != "example.org" || c.Look.Scheme != test.own.Scheme || c.Look.Preset != test.own.Preset {
				t.Errorf("the catalogue was changed: %+v, %+v", c.Site, c.Look)
			}
		})
	}
}

// TestSame: a variant's bundle is that of the site, but that it asks in frames.
func TestSame(t *testing.T) {
	p := New(Options{Engine: engine.Light(), Self: "127.0.0.1:8123", Secret: secret})
	c := demo(t)
	p.Show(1, c)
	got, err := p.version("1").bundle(dress{scheme: catalogue.SchemeBoth})
	if err != nil {
		t.Fatal(err)
	}
	want, err := bundle.Build(t.Context(), bundle.Options{Catalogue: c, Engine: engine.Light(), Quick: true, Framed: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Files) < 10 || len(got.Files) != len(want.Files) {
		t.Fatalf("%d files, want %d", len(got.Files), len(want.Files))
	}
	for name, file := range want.Files {
		if got.Files[name] == nil || got.Files[name].Hash != file.Hash || got.Files[name].Brotli != nil {
			t.Errorf("%s is another one", name)
		}
	}
	if again, _ := p.version("1").bundle(dress{scheme: catalogue.SchemeBoth}); again != got {
		t.Error("the bundle was built twice")
	}
}

// TestBroken: what cannot be built is said in the page.
func TestBroken(t *testing.T) {
	p := New(Options{Engine: engine.Light(), Self: "127.0.0.1:8123", Secret: secret})
	c := demo(t)
	c.Look.Radius = "wide"
	p.Show(1, c)
	got := ask(p, "GET", "localhost:8123", "/"+secret+"/1/fr,light,-,0,notice/")
	text, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode != http.StatusInternalServerError || !strings.Contains(string(text), "wide") {
		t.Errorf("status %d, %s (%v)", got.StatusCode, text, err)
	}
	if policy := got.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("its policy is %q", policy)
	}
}

// FuzzReadVariant: what is read is written in the same way.
func FuzzReadVariant(f *testing.F) {
	f.Add("fr,light,-,0,notice")
	f.Add("pt-BR,both,french-state,1,demo")
	f.Fuzz(func(t *testing.T, text string) {
		if v, fine := readVariant(text); fine && v.String() != text {
			t.Errorf("%q is written %q", text, v)
		}
	})
}

// TestReadVariant: a variant is read as it is written, and nothing else is read.
func TestReadVariant(t *testing.T) {
	for _, test := range []struct {
		text string
		fine bool
	}{
		{"fr,light,-,0,notice", true},
		{"pt-BR,both,french-state,1,demo", true},
		{"ar,dark,compact,0,charter", true},
		{"en,dark,neutral,1,settings", true},
		{"", false},
		{"fr,light,-,0", false},
		{"fr,light,-,0,notice,", false},
		{"fr,grey,-,0,notice", false},
		{"fr,,-,0,notice", false},
		{"fr,light,,0,notice", false},
		{"fr,light,bold,0,notice", false},
		{"fr,light,-,2,notice", false},
		{"fr,light,-,true,notice", false},
		{"fr,light,-,0,list", false},
		{"fr,light,-,0,", false},
	} {
		v, fine := readVariant(test.text)
		if fine != test.fine || fine && v.String() != test.text {
			t.Errorf("%q is read as %+v, %v", test.text, v, fine)
		}
	}
}

// TestFails: a page whose bundle cannot be built says why, and the next version is shown again.
func TestFails(t *testing.T) {
	for _, test := range []struct {
		name  string
		build func() error
		want  string
	}{
		{"an error", func() error { return errors.New(`the look is "wrong"`) }, `data-failed="the look is &#34;wrong&#34;"`},
		{"a mistake", func() error { panic("<b>") }, `data-failed="a mistake of Charte&#39;s own: &lt;b&gt;"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := New(Options{Engine: engine.Light(), Self: "127.0.0.1:8123", Secret: secret})
			p.options.build = func(ctx context.Context, o bundle.Options) (*bundle.Bundle, error) {
				if o.Catalogue.Look.Radius != "" {
					return bundle.Build(ctx, o)
				}
				return nil, test.build()
			}
			p.Show(1, demo(t))
			for _, name := range []string{"", "charte.js", ""} { // the second page has the same answer
				answer := ask(p, "GET", "localhost:8123", "/"+secret+"/1/fr,light,-,0,notice/"+name)
				body, err := io.ReadAll(answer.Body)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(string(body), test.want) || answer.StatusCode != 500 {
					t.Errorf("%q: status %d, %s", name, answer.StatusCode, body)
				}
				if got := answer.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; script-src 'self'") {
					t.Errorf("%q: the policy is %s", name, got)
				}
			}
			fine := demo(t)
			fine.Look.Radius = "3px"
			p.Show(2, fine)
			if got := ask(p, "GET", "localhost:8123", "/"+secret+"/2/fr,light,-,0,notice/").StatusCode; got != 200 {
				t.Errorf("the next version: status %d", got)
			}
		})
	}
}
