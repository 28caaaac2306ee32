package preview

import (
	"bytes"
	"embed"
	"html/template"
	"path"
	"strings"

	"charte/catalogue"
	"charte/web/bundle"
)

// props are the files of the made-up site: what is the same in all variants.
//
//go:embed stage
var props embed.FS

// standIn is the page in the place of what a service's frame would show.
const standIn = "stage/frame.html"

// stage returns a file of the made-up site. It reports false if there is none.
func stage(name string) ([]byte, bool) {
	if path.Dir(name) != "stage" {
		return nil, false
	}
	data, err := props.ReadFile(name)
	return data, err == nil
}

// site is the made-up site. What stands in it is the banner's own words, or bars in the place of
// words, so that there is nothing to translate.
var site = template.Must(template.New("site").Parse(`<!doctype html>
<html lang="{{.View.Lang}}" dir="{{.View.Dir}}" class="{{.Class}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.View.SiteName}}</title>
<link rel="stylesheet" href="stage/site.css">
{{.Scripts}}
</head>
<body>
<header><p>{{.View.SiteName}}</p><div class="bars" aria-hidden="true"><i></i><i></i><i></i></div></header>
<main>
{{- if .Demo}}
<h1>{{.View.Words.Settings.Services}}</h1>
<p class="buttons"><button type="button" data-charte="open">{{.View.Words.Manage}}</button> <button type="button" id="ask">{{.View.Words.Notice.Title}}</button></p>
<ul class="services">
{{- range .View.Categories}}{{$category := .}}{{range .Services}}{{if .Asks}}
<li id="service-{{.ID}}">
<h2>{{.Name}}</h2>
<p class="state" data-service="{{.ID}}" data-runs="{{$.View.Words.Settings.Accepted}}" data-waits="{{$.View.Words.Settings.Refused}}">…</p>
<script type="text/plain" data-category="{{$category.ID}}" data-service="{{.ID}}" data-src="stage/runs.js"></script>
<script type="text/plain" data-category="!{{$category.ID}}" data-service="!{{.ID}}" data-src="stage/waits.js"></script>
{{- if .Frame}}
<iframe title="{{.Name}}" width="560" height="315" data-category="{{$category.ID}}" data-service="{{.ID}}" data-src="stage/frame.html"></iframe>
{{- end}}
</li>
{{- end}}{{end}}{{end}}
</ul>
{{- else}}
<div class="picture" aria-hidden="true"></div>
<div class="text" aria-hidden="true"><i></i><i></i><i></i><i></i></div>
<div class="cards" aria-hidden="true"><b></b><b></b><b></b></div>
<div class="text" aria-hidden="true"><i></i><i></i><i></i></div>
{{- end}}
</main>
</body>
</html>
`))

// scripts are the tags of each page. The first script runs before the banner's. The program is fetched on
// the first sign of intent: most pages give way to the next version before anybody points at
// them, and to start it takes as long as to show a change.
var scripts = template.Must(template.New("scripts").Parse(reporter + `<script src="charte.js" data-load="intent" defer></script>`))

// failure is the page in the place of one whose bundle cannot be built.
var failure = template.Must(template.New("failure").Parse("<!doctype html>\n<meta charset=\"utf-8\">\n" + reporter + "\n"))

// reporter is the script that tells the parent what is shown. It has a tag's data.
const reporter = `<script src="stage/report.js" data-version="{{.Version}}" data-variant="{{.Variant}}" data-show="{{.Show}}" data-parents="{{.Parents}}"{{with .Failed}} data-failed="{{.}}"{{end}}></script>`

// A tag is what report.js is told by its tag.
type tag struct{ Version, Variant, Show, Parents, Failed string }

// tag returns that of a page. failed is why there is no bundle; it is empty where there is one.
func (p *Preview) tag(version int, wanted variant, showing show, failed string) tag {
	return tag{number(version), wanted.String(), string(showing), strings.Join(p.parents(), " "), failed}
}

// page returns a page of a variant: that of the show, where the name is empty, or a charter that
// the notice leads to. It is nil for all other names.
func (p *Preview) page(b *bundle.Bundle, wanted variant, version int, name string) ([]byte, error) {
	var view *catalogue.View
	for _, v := range b.Views {
		if v.Lang == string(wanted.language) {
			view = v
		}
	}
	file := b.Files[name]
	if name == "" && wanted.show == showCharter {
		file = b.Charter(wanted.language)
	}
	if view == nil || name != "" && (file == nil || !file.IsPage()) {
		return nil, nil
	}
	var tags bytes.Buffer
	showing := wanted.show
	if file != nil {
		showing = showCharter
	}
	if err := scripts.Execute(&tags, p.tag(version, wanted, showing, "")); err != nil {
		return nil, err
	}
	if file != nil {
		const own = `<script src="charte.js" defer></script>` // of the page in web/bundle/charter.go
		return bytes.Replace(file.Data, []byte(own), tags.Bytes(), 1), nil
	}
	class := string(wanted.scheme)
	if wanted.forced {
		class += " forced"
	}
	var page bytes.Buffer
	err := site.Execute(&page, map[string]any{
		"View": view, "Class": class, "Demo": wanted.show == showDemo, "Scripts": template.HTML(tags.String()),
	})
	return page.Bytes(), err
}
