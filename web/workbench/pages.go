package workbench

import (
	"bytes"
	"embed"
	"html/template"
	"io"
	"log"
	"net/http"
	"strings"

	"golang.org/x/text/language"
)

// page has the files of the page that the program runs in.
//
//go:embed page/index.html page/start.js page/icon.svg
var page embed.FS

// index is the page. It has words, and nothing of the file.
var index = template.Must(template.ParseFS(page, "page/index.html"))

// silent throws away what net/http writes of broken connections: nobody can mend them.
var silent = log.New(io.Discard, "", 0)

// spoken are the languages of the workbench. The first is for whoever speaks none of them.
var spoken = language.NewMatcher([]language.Tag{language.English, language.French})

// tongue returns the workbench's language for a header Accept-Language.
func tongue(header string) string {
	tags, _, _ := language.ParseAcceptLanguage(header) // what cannot be read stands for no wish
	if _, i, _ := spoken.Match(tags...); i == 1 {
		return "fr"
	}
	return "en"
}

// policy is the page's Content-Security-Policy.
func (s *server) policy() string {
	frames := "http://" + strings.Join(s.preview, " http://")
	return "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-src " + frames +
		"; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
}

// pages adds the page and its files.
func (s *server) pages(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		lang := tongue(r.Header.Get("Accept-Language"))
		var html bytes.Buffer
		if err := index.Execute(&html, struct {
			Lang  string
			Words map[string]string
		}{lang, s.rooms.Words(lang)}); err != nil {
			http.Error(w, "internal error", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Security-Policy", s.policy())
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(html.Bytes())
	})
	embedded := func(name string) []byte {
		data, err := page.ReadFile("page/" + name)
		if err != nil {
			panic(err) // it is embedded: this cannot happen
		}
		return data
	}
	for _, file := range []struct {
		path, kind string
		data       []byte
	}{
		{"/start.js", "text/javascript; charset=utf-8", embedded("start.js")},
		{"/icon.svg", "image/svg+xml", embedded("icon.svg")},
		{"/wasm_exec.js", "text/javascript; charset=utf-8", s.program.Glue},
		{"/program.wasm", "application/wasm", s.program.Wasm},
		{"/editor.css", "text/css; charset=utf-8", s.rooms.Style},
	} {
		mux.HandleFunc("GET "+file.path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", file.kind)
			w.Write(file.data)
		})
	}
}
