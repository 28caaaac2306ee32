//go:build !js

package consent

import (
	"html/template"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// built is what charte build writes for a server that chooses between two tags, in short.
func built() fstest.MapFS {
	return fstest.MapFS{
		"answered.html":   {Data: []byte("<script src=\"/charte/charte.js\" defer></script>\n")},
		"unanswered.html": {Data: []byte("<script data-base=\"/charte/\">a=\"<script >\"</script>\n")},
	}
}

// TestTags: a template puts the small tag into the page of a visitor whose answer is in force, a
// refusal too, and the script itself into every other.
func TestTags(t *testing.T) {
	p := readVectors(t).Policy
	today := DayOf(time.Now())
	tags, err := ReadTags(built())
	if err != nil {
		t.Fatal(err)
	}
	page, err := template.New("page").Funcs(template.FuncMap{"charte": tags.For}).Parse(
		`<head>{{if .Nonce}}{{charte .Request .Nonce}}{{else}}{{charte .Request}}{{end}}<title>{{.Request.URL.Path}}</title></head>`)
	if err != nil {
		t.Fatal(err)
	}
	const answered, unanswered = `<script src="/charte/charte.js" defer></script>`, `<script data-base="/charte/">a="<script >"</script>`
	accepted, refused := p.AcceptAll(today).Value(), p.RefuseAll(today).Value()
	for _, test := range []struct {
		name, cookies, nonce string
		want                 string
	}{
		{"no cookie", "", "", unanswered},
		{"an acceptance", CookieName + "=" + accepted, "", answered},
		{"a refusal", CookieName + "=" + refused, "", answered},
		{"a refusal beside an objection", CookieName + "=" + refused + "&no=statistics", "", answered},
		{"a year old", CookieName + "=" + p.AcceptAll(today-365).Value(), "", unanswered},
		{"of another revision", CookieName + "=" + strings.Replace(accepted, p.Revision, "zzzzzz", 1), "", unanswered},
		{"one of two is no answer", CookieName + "=" + accepted + "; " + CookieName + "=x", "", unanswered},
		{"a nonce", "", "r4nd0m", `<script nonce="r4nd0m" data-base="/charte/">a="<script >"</script>`},
		{"a nonce after an answer", CookieName + "=" + refused, "r4nd0m+/=", `<script nonce="r4nd0m+/=" src="/charte/charte.js" defer></script>`},
		{"a nonce that is none", "", `"><b>`, `<script nonce="&#34;&gt;&lt;b&gt;" data-base="/charte/">a="<script >"</script>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/a<b", nil)
			r.Header.Set("Cookie", test.cookies)
			w := httptest.NewRecorder()
			Middleware(p)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if err := page.Execute(w, map[string]any{"Request": r, "Nonce": test.nonce}); err != nil {
					t.Error(err)
				}
			})).ServeHTTP(w, r)
			if want := "<head>" + test.want + "<title>/a&lt;b</title></head>"; w.Body.String() != want {
				t.Errorf("the page is\n%s, want\n%s", w.Body, want)
			}
		})
	}

	// Without the middleware nobody has answered.
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", CookieName+"="+accepted)
	if got := tags.For(r); got != unanswered {
		t.Errorf("without the middleware: %s, want %s", got, unanswered)
	}
	if got := (Tags{}).For(r, "r4nd0m"); got != "" {
		t.Errorf("the zero Tags: %s, want nothing", got)
	}
}

// TestTagsMissing: a folder without the tags is an error that names the file.
func TestTagsMissing(t *testing.T) {
	for _, name := range []string{"answered.html", "unanswered.html"} {
		folder := built()
		delete(folder, name)
		for what, folder := range map[string]fs.FS{"without": folder, "with an empty": emptied(name)} {
			if tags, err := ReadTags(folder); err == nil || !strings.Contains(err.Error(), " "+name) {
				t.Errorf("%s %s: %v, %v; want an error that names it", what, name, tags, err)
			}
		}
	}
}

// emptied is what charte build writes, with one file empty.
func emptied(name string) fs.FS {
	folder := built()
	folder[name] = &fstest.MapFile{}
	return folder
}
