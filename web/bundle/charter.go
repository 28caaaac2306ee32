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

// charterURL is the address of the whole charter in a language: the site's own page,
// or else a page beside charte.js. It must be the same on a static host and on
// Charte's own server, since it is part of charte.js, whose hash receipts name.
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

// Charter returns the charter's page in a language, or nil if the bundle has none.
func (b *Bundle) Charter(language catalogue.Language) *File {
	return b.Files[charterFile(b.Catalogue, language)]
}

// charterPage is the page around the charter. It can be read without its script,
// which is there so that visitors can change their choice.
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

// An Address says where pages send a visitor's answer: Answer is the data-answer of the
// script's tag, and Receipts its data-receipts. Each is a path from the site's root or from
// the page. Nothing is sent where it is empty.
type Address struct{ Answer, Receipts string }

// check refuses an address that is no path. The answer's cookie belongs to the page's own
// site, and the charter's pages may send to their own origin only, by their policy.
func (a Address) check() error {
	for _, to := range [][2]string{{"answers", a.Answer}, {"receipts", a.Receipts}} {
		if u, err := url.Parse(to[1]); err != nil || u.IsAbs() || u.Host != "" {
			return fmt.Errorf("%s cannot be sent to %q: give a path of your site, such as /cookies/%[1]s", to[0], to[1])
		}
	}
	return nil
}

// Tell makes the charter's pages send an answer that is given or changed in them to these
// addresses. In other pages, the script's tag says the same. Tell must be called before the
// bundle is served. It is an error if an address is no path.
func (b *Bundle) Tell(a Address) error {
	if err := a.check(); err != nil {
		return err
	}
	return b.addCharters(a, nil)
}

// addCharters puts the charter's pages into the bundle. Rendered has what was rendered before,
// by language.
func (b *Bundle) addCharters(a Address, rendered map[string]*prerender.Node) error {
	pages, err := b.charters(a, rendered)
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

// charters returns the charter's pages by language.
func (b *Bundle) charters(a Address, rendered map[string]*prerender.Node) (map[catalogue.Language][]byte, error) {
	l, err := b.look()
	if err != nil {
		return nil, err
	}
	css, err := minifiedCSS("styles/charter.css", l)
	if err != nil {
		return nil, err
	}
	pages := map[catalogue.Language][]byte{}
	for _, view := range b.Views {
		charter := rendered[view.Lang]
		if charter == nil {
			if charter, err = prerender.Render(&banner.Charter{View: view}); err != nil {
				return nil, err
			}
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

// demoted returns a copy of a tree with its headings one level lower. The copy is shown
// within a page that has a first heading of its own.
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
