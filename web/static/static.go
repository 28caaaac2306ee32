// Package static adds to a bundle what a host of files needs: what to paste into pages,
// header rules, and a manifest.
package static

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/web/bundle"
	"charte/web/guard"
)

// A listedFile is a file in manifest.json.
type listedFile struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	Brotli int    `json:"brotli,omitempty"` // bytes of the compressed file beside it; 0 means there is none
	Gzip   int    `json:"gzip,omitempty"`

	// The digests are written as in the attribute integrity
	// (https://www.w3.org/TR/SRI/).
	SHA256 string `json:"sha256"`
	SHA384 string `json:"sha384"`
}

// integrity384 returns a file's digest as it is written in the attribute integrity.
func integrity384(data []byte) string {
	sum := sha512.Sum384(data)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

func integrity256(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// canonicalFile is the name of the canonical catalogue. Receipts and the manifest
// hold its digest.
const canonicalFile = "catalogue.json"

// listing writes manifest.json, which lists the files of a bundle, sorted by name.
func listing(b *bundle.Bundle) ([]byte, error) {
	list := struct {
		Revision  string               `json:"revision"`  // of the catalogue, as the cookie has it
		Catalogue string               `json:"catalogue"` // SHA-256 of catalogue.json, in hexadecimal
		Release   string               `json:"release"`   // SHA-256 of what sha256sum prints of charte.js and the files with a hash in their name, by name, without charte-HASH.js
		Languages []catalogue.Language `json:"languages"`
		Files     []listedFile         `json:"files"`
	}{Revision: b.Views[0].Revision, Release: b.ReleaseSHA256(), Languages: b.Catalogue.Languages}
	var err error
	if list.Catalogue, err = b.CatalogueSHA256(); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(b.Files)) {
		f := b.Files[name]
		list.Files = append(list.Files, listedFile{name, len(f.Data), len(f.Brotli), len(f.Gzip), integrity256(f.Data), integrity384(f.Data)})
	}
	data, err := json.MarshalIndent(list, "", "  ")
	return append(data, '\n'), err
}

// baseShape matches the addresses that a folder may have. They hold nothing that
// would have to be quoted in HTML or in the rules of a file server.
var baseShape = regexp.MustCompile(`^(https?://[A-Za-z0-9.:\[\]-]+)?(/[A-Za-z0-9._~-]+)*/?$`)

// folder checks the address that the bundle's folder will have, and returns it
// with a slash at the end. path is the same without an origin. The root of the
// site is refused: the header rules would let every other site read all its pages.
func folder(base string) (address, path string, err error) {
	u, err := url.Parse(base)
	if err != nil || base == "" || !baseShape.MatchString(base) || strings.Contains(base, "/.") {
		return "", "", fmt.Errorf("the folder's address %q is neither a path such as /charte/ nor an address such as https://example.org/charte/", base)
	}
	if base == "/" {
		return "", "", errors.New("the folder's address cannot be /: the header rules that go with it would hold for the whole site, and let any other read its pages; give a folder, such as /charte/")
	}
	return strings.TrimSuffix(base, "/") + "/", strings.TrimSuffix(u.Path, "/") + "/", nil
}

// Options say where a bundle will be served.
type Options struct {
	// Base is the address of the bundle's folder: a path, or an absolute http or https
	// address.
	Base string

	// Tell is the address that the pasted tags send answers and receipts to. It must be
	// that of the bundle's charter pages ([bundle.Options]).
	Tell bundle.Address

	// Reports is where browsers send reports of what the guard stops: a path, or an https
	// address. Empty means nowhere. Where the catalogue's site.guard is off, it must be empty.
	Reports string
}

// Publish adds to a bundle the files that a static host needs and Charte's own server does
// not: what to paste, header rules, the rules of the guard where it is on, and the manifest. It
// returns an error if o.Base cannot be a folder's address, or if o.Reports cannot be where
// reports go.
func Publish(b *bundle.Bundle, o Options) error {
	address, path, err := folder(o.Base)
	if err != nil {
		return err
	}
	loader := b.Files["charte.js"].Data
	pinned, err := b.Add("charte.js", loader, true)
	if err != nil {
		return err
	}
	inline := Inlined(loader)
	facts := map[string]any{
		"Base": address, "Path": path, "Pinned": pinned.Name, "Integrity": integrity384(pinned.Data),
		"Inline": inline, "InlineHash": integrity256([]byte(inline)),
		"Files": b.Sorted(), "Answer": o.Tell.Answer, "Receipts": o.Tell.Receipts,
	}
	unanswered := tags.Lookup("inline")
	if !b.Views[0].Asks() {
		unanswered = tags.Lookup("file") // as for all visitors: nobody is asked, so nobody ever answers
	}
	for name, text := range map[string]*template.Template{"snippet.html": snippet, "answered.html": tags.Lookup("file"), "unanswered.html": unanswered, "_headers": netlifyRules, "nginx.conf": nginxRules, "Caddyfile": caddyRules} {
		var data bytes.Buffer
		if err := text.Execute(&data, facts); err != nil {
			return err
		}
		b.AddPlain(name, data.Bytes())
	}
	if err := publishGuard(b, address, o.Reports); err != nil {
		return err
	}
	data, err := b.CanonicalCatalogue()
	if err != nil {
		return err
	}
	b.AddPlain(canonicalFile, data)
	policy, err := json.Marshal(consent.PolicyOf(b.Views[0])) // any language: the policy is the same
	if err != nil {
		return err
	}
	b.AddPlain("policy.json", append(policy, '\n'))
	list, err := listing(b)
	if err != nil {
		return err
	}
	b.AddPlain("manifest.json", list)
	return nil
}

// publishGuard adds the guard's rules for web servers. address is that of the bundle's folder.
func publishGuard(b *bundle.Bundle, address, reports string) error {
	options := guard.Options{Reports: reports}
	if !strings.HasPrefix(address, "/") {
		options.Charte = address
	}
	g, err := guard.New(b.Catalogue, options)
	switch {
	case errors.Is(err, guard.ErrOff) && reports == "":
		return nil
	case errors.Is(err, guard.ErrOff):
		return fmt.Errorf("reports are to go to %q, but the catalogue has no site.guard: nothing would be reported", reports)
	case err != nil:
		return err
	}
	for _, rules := range g.Rules() {
		b.AddPlain(rules.Name, rules.Data)
	}
	return nil
}

// markup matches text that would end a script, or change the state of HTML's tokenizer in it
// (https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements).
// A minified script has such text only in strings and regular expressions.
var markup = regexp.MustCompile(`(?i)<(/script|script|!--)`)

// Inlined returns a minified script in a form that can stand between <script> and </script>.
func Inlined(script []byte) string {
	return strings.TrimSpace(markup.ReplaceAllString(string(script), `\x3C$1`))
}

// tags are the tags that embed the banner, "file" and "inline". answered.html and unanswered.html
// hold one each, for sites whose server chooses by the visitor's answer.
var tags = template.Must(template.New("tags").Parse(`
{{define "tell"}}{{with .Answer}} data-answer="{{html .}}"{{end}}{{with .Receipts}} data-receipts="{{html .}}"{{end}}{{end}}
{{define "file"}}<script src="{{.Base}}{{.Pinned}}" integrity="{{.Integrity}}" crossorigin="anonymous"{{template "tell" .}} defer></script>
{{end}}
{{define "inline"}}<script data-base="{{.Base}}"{{template "tell" .}}>{{.Inline}}</script>
{{end}}`))

// snippet is the file snippet.html, from which the site's owner pastes a tag.
var snippet = template.Must(template.Must(tags.Clone()).New("snippet").Parse(`<!-- Paste one of these two into every page.

     1. A file. The browser takes this build and no other: paste again after each build, and leave the older
     files where they are for pages that still name them. To follow each build without pasting again:
     <script src="{{.Base}}charte.js"{{template "tell" .}} defer></script> -->
{{template "file" .}}
<!-- 2. Inside the page, first in <head>, for pages in UTF-8: the notice is there with the page's first paint, without
     a request. In a Content-Security-Policy: script-src '{{.InlineHash}}' -->
{{template "inline" .}}`))

const rulesComments = `# Header rules for the files of a Charte bundle at {{.Path}}, made by "charte build".
`

// netlifyRules has one rule for the whole folder, which also covers files of earlier builds,
// and one rule for each file. Hosts join the values of a header when several rules match. So
// the folder's rule and the files' rules have no header in common.
var netlifyRules = template.Must(template.New("_headers").Parse(rulesComments + `# Add it to the file _headers at the root of what is published.
{{$path := .Path}}{{$path}}*
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  X-Content-Type-Options: nosniff
{{range .Files}}{{$path}}{{.Name}}
  Content-Type: {{.Type}}
  Cache-Control: {{.CacheControl}}
{{if .IsPage}}  Content-Security-Policy: ` + bundle.PagePolicy + `
  Referrer-Policy: ` + bundle.PageReferrer + `
{{end}}{{end}}`))

var nginxRules = template.Must(template.New("nginx.conf").Parse(rulesComments + `# Include it in a server block whose root holds that folder. With the module ngx_brotli, add: brotli_static on;
location ^~ {{.Path}} {
    types {
        text/html html;
        text/javascript js;
        application/json json;
        application/wasm wasm;
    }
    default_type text/plain;
    charset utf-8;
    charset_types text/javascript text/plain;
    gzip_static on;
    gzip_vary on;
    set $charte_cache "` + bundle.CacheShortly + `";
    if ($uri ~ "-[A-Za-z0-9_-]{43}\.(js|json|wasm)$") {
        set $charte_cache "` + bundle.CacheForever + `";
    }
    set $charte_policy "";
    set $charte_referrer "";
    if ($uri ~ "\.html$") {
        set $charte_policy "` + bundle.PagePolicy + `";
        set $charte_referrer "` + bundle.PageReferrer + `";
    }
    add_header Content-Security-Policy $charte_policy;
    add_header Referrer-Policy $charte_referrer;
    add_header Cache-Control $charte_cache;
    add_header Access-Control-Allow-Origin "*";
    add_header Cross-Origin-Resource-Policy "cross-origin";
    add_header X-Content-Type-Options "nosniff";
}
`))

var caddyRules = template.Must(template.New("Caddyfile").Parse(rulesComments + `# Import it in a site block; root is the folder above.
handle {{.Path}}* {
	@charte_hashed path_regexp -[A-Za-z0-9_-]{43}\.(js|json|wasm)$
	@charte_others not path_regexp -[A-Za-z0-9_-]{43}\.(js|json|wasm)$
	header {
		Access-Control-Allow-Origin "*"
		Cross-Origin-Resource-Policy "cross-origin"
		X-Content-Type-Options "nosniff"
	}
	@charte_pages path *.html
	header @charte_pages {
		Content-Security-Policy "` + bundle.PagePolicy + `"
		Referrer-Policy "` + bundle.PageReferrer + `"
	}
	header @charte_hashed Cache-Control "` + bundle.CacheForever + `"
	header @charte_others Cache-Control "` + bundle.CacheShortly + `"
	file_server {
		precompressed br gzip
	}
}
`))
