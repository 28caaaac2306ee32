package bundle

import (
	"bytes"
	"fmt"
	"html/template"
	"net/url"

	"charte/banner"
	"charte/catalogue"
	"charte/web/bundle/prerender"
)

// charterURL is where the whole charter stands in a language: beside charte.js
// unless the site has a page of its own. It is the same on a static host and on
// Charte's own server: it is in the script, whose hash receipts name.
func charterURL(c *catalogue.Catalogue, view *catalogue.View) string {
	if view.CharterURL != "" {
		return view.CharterURL
	}
	return charterFile(c, catalogue.Language(view.Lang))
}

// charterFile is the name of a charter page in a bundle.
func charterFile(c *catalogue.Catalogue, language catalogue.Language) string {
	if language == c.Languages[0] {
		return "charte.html"
	}
	return "charte." + string(language) + ".html"
}

// Charter is the charter's page in a language; nil where the bundle has none.
func (b *Bundle) Charter(language catalogue.Language) *File {
	return b.Files[charterFile(b.Catalogue, language)]
}

// charterPage is the page around the charter. It needs no script to be read;
// the script is for changing one's choice.
var charterPage = template.Must(template.New("charter").Parse(`<!doctype html>
<html lang="{{.Lang}}" dir="{{.Dir}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} – {{.Site}}</title>
<style>{{.Style}}</style>
<script src="charte.js"{{with .Answer}} data-answer="{{.}}"{{end}}{{with .Receipts}} data-receipts="{{.}}"{{end}} defer></script>
</head>
<body>
<main>
{{.Charter}}
</main>
</body>
</html>
`))

// An Address is where pages tell servers of an answer, as the tag's data-answer and
// data-receipts say: a path from the site's root, or from the page. Empty: nowhere.
type Address struct{ Answer, Receipts string }

// check refuses what is no path: the answer's cookie is the page's own, and the policy of
// the charter's pages lets them send to their own origin alone.
func (a Address) check() error {
	for _, to := range [][2]string{{"answers", a.Answer}, {"receipts", a.Receipts}} {
		if u, err := url.Parse(to[1]); err != nil || u.IsAbs() || u.Host != "" {
			return fmt.Errorf("%s cannot be sent to %q: give a path of your site, such as /cookies/%[1]s", to[0], to[1])
		}
	}
	return nil
}

// Tell has the charter's pages tell servers of an answer that is given or taken back
// in them, as the tag of other pages says. It must come before the bundle is served. The
// error is that of [Build] where an address is no path.
func (b *Bundle) Tell(a Address) error {
	if err := a.check(); err != nil {
		return err
	}
	return b.addCharters(a)
}

// addCharters puts the charter's pages into the bundle.
func (b *Bundle) addCharters(a Address) error {
	pages, err := b.charters(a)
	if err != nil {
		return err
	}
	for language, page := range pages {
		if _, err := b.Add(charterFile(b.Catalogue, language), page, false); err != nil {
			return err
		}
	}
	return nil
}

// charters are the charter pages by language.
func (b *Bundle) charters(a Address) (map[catalogue.Language][]byte, error) {
	l, err := lookOf(b.Catalogue.Look)
	if err != nil {
		return nil, err
	}
	css, err := minifiedCSS("styles/charter.css", l)
	if err != nil {
		return nil, err
	}
	pages := map[catalogue.Language][]byte{}
	for _, view := range b.Views {
		charter, err := prerender.Render(&banner.Charter{View: view})
		if err != nil {
			return nil, err
		}
		var page bytes.Buffer
		err = charterPage.Execute(&page, map[string]any{
			"Lang": view.Lang, "Dir": view.Dir, "Title": view.Title, "Site": view.SiteName,
			"Style":   template.CSS(css),
			"Charter": template.HTML(charter.HTML()),
			"Answer":  a.Answer, "Receipts": a.Receipts,
		})
		if err != nil {
			return nil, fmt.Errorf("charter in %s: %w", view.Lang, err)
		}
		pages[catalogue.Language(view.Lang)] = page.Bytes()
	}
	return pages, nil
}

// demoted is a tree whose headings are one level lower: within a page, which
// has a first heading of its own.
func demoted(n *prerender.Node) *prerender.Node {
	lower := *n
	switch n.Tag {
	case "h1", "h2", "h3", "h4", "h5":
		lower.Tag = "h" + string(n.Tag[1]+1)
	}
	lower.Children = nil
	for _, child := range n.Children {
		lower.Children = append(lower.Children, demoted(child))
	}
	return &lower
}
