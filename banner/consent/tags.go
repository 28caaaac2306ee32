//go:build !js

package consent

import (
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
)

// Tags are two tags that embed the banner, for a server that chooses by the visitor's answer.
// Both work for every visitor, since the script reads the cookie again in the browser. The
// choice only decides which is fastest. The zero Tags put nothing into a page.
type Tags struct {
	// Answered is for visitors whose answer is in force: a short tag, whose file is in
	// their browser's cache.
	Answered template.HTML

	// Unanswered is for all others: the script itself, so that the notice is there with the
	// page's first paint, without a request.
	Unanswered template.HTML
}

// ReadTags reads the tags from a folder that "charte build" has written, for example
// os.DirFS("charte"). The error names a file that is missing or holds no script.
func ReadTags(folder fs.FS) (Tags, error) {
	var t Tags
	for name, tag := range map[string]*template.HTML{"answered.html": &t.Answered, "unanswered.html": &t.Unanswered} {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return Tags{}, err
		}
		*tag = template.HTML(strings.TrimSpace(string(data)))
		if !strings.HasPrefix(string(*tag), opening) {
			return Tags{}, fmt.Errorf("charte: %s does not begin with %s, as charte build writes it", name, opening)
		}
	}
	return t, nil
}

// opening is how each tag begins.
const opening = "<script "

// For returns the tag for the page that answers r. It depends on the answer that
// [Middleware] has read. Without the middleware it is always Unanswered.
//
// It is a function for templates of html/template, and belongs into the page's head, before
// the style sheets, for which a script after them would wait:
//
//	template.FuncMap{"charte": tags.For}    // {{charte .Request}}
//
// If the page has a Content-Security-Policy with a nonce, give the nonce as well:
// {{charte .Request .Nonce}}. Only the first nonce counts.
func (t Tags) For(r *http.Request, nonce ...string) template.HTML {
	tag := t.Unanswered
	if FromContext(r.Context()).Answered {
		tag = t.Answered
	}
	if rest, found := strings.CutPrefix(string(tag), opening); found && len(nonce) > 0 && nonce[0] != "" {
		return template.HTML(opening + `nonce="` + template.HTMLEscapeString(nonce[0]) + `" ` + rest)
	}
	return tag
}
