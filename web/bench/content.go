package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"strings"
	"sync"

	"charte/web/bundle"
	"charte/web/npm"
)

// The page's own files are under /page-files/. They are not the banner's, and do not
// count for it.
const contentPath = "/page-files/"

// The releases that the page's style sheet and its font come from.
var (
	styleRelease = npm.Release{
		Name: "purecss", Version: "3.0.0",
		Integrity: "sha512-IdYbGwbmuA7Hy9ACIO1q7ks4xGLcJSVHxJT2BXIz2c4Ve1aSrNU5bAzA1ILT4Gmdy5K59ruWoRPf9WvJZU5fbA==",
	}
	fontRelease = npm.Release{
		Name: "@fontsource/lora", Version: "5.3.0",
		Integrity: "sha512-OK1g1z01rHVPqO5aw/FOIoDqc46KKYZdgL3NOLkxLWDk6QhDHhdr/h2BV1cke6gTvR1tzpDfdKyUkGsC+sQLeQ==",
	}
)

const (
	styleName = "build/pure-min.css"                // in styleRelease
	fontName  = "files/lora-latin-400-normal.woff2" // in fontRelease
)

// ownCSS are the page's styles beside the framework's.
//
//go:embed host.css
var ownCSS string

// contentFiles returns the page's own files by their names. npm fetches the style sheet
// and the font where the user's cache does not have them.
func contentFiles(ctx context.Context) (map[string]*bundle.File, error) {
	progress("the page's style sheet and font come from the user's cache or, the first time, from npm")
	style, err := fileOf(ctx, styleRelease, styleName)
	if err != nil {
		return nil, err
	}
	font, err := fileOf(ctx, fontRelease, fontName)
	if err != nil {
		return nil, err
	}
	files := map[string]*bundle.File{}
	add := func(name string, data []byte) error {
		files[name], err = packed(name, data)
		return err
	}
	if err := add("site.css", append(style, ownCSS...)); err != nil {
		return nil, err
	}
	if err := add("lora.woff2", font); err != nil {
		return nil, err
	}
	for i := range pictures {
		data, err := pictureOf(i)
		if err != nil {
			return nil, err
		}
		if err := add(pictureName(i), data); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// fileOf returns a file of a release.
func fileOf(ctx context.Context, r npm.Release, name string) ([]byte, error) {
	files, err := r.Files(ctx)
	if err != nil {
		return nil, err
	}
	data, found := files[name]
	if !found {
		return nil, fmt.Errorf("%s@%s has no file %s", r.Name, r.Version, name)
	}
	return data, nil
}

// The page has five pictures. The first is in the first screen. The last two are far
// below, and lazy.
const (
	pictures      = 5
	lazyPictures  = 2
	pictureWidth  = 960 // pixels
	pictureHeight = 540
)

func pictureName(i int) string { return fmt.Sprintf("picture-%d.jpg", i+1) }

// pictureOf draws a picture as a camera's would compress: hills before a sky, with the
// grain of a sensor. It is the same in every run.
func pictureOf(i int) ([]byte, error) {
	random := rand.New(rand.NewPCG(uint64(i), 42))
	m := image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))
	phase, grain := random.Float64()*6, 2+float64(i)
	for x := range pictureWidth {
		hill := pictureHeight/2 + 90*math.Sin(phase+float64(x)/170) + 25*math.Sin(3*phase+float64(x)/31)
		for y := range pictureHeight {
			r, g, b := 120+float64(y)/6, 160+float64(y)/8, 225-float64(i)*9
			if float64(y) > hill {
				texture := 14 * math.Sin(float64(x)/5+phase) * math.Sin(float64(y)/7)
				r, g, b = 70+texture+float64(i)*14, 120+texture-(float64(y)-hill)/8, 62+texture/2
			}
			noise := (random.Float64() - 0.5) * 2 * grain
			m.SetRGBA(x, y, color.RGBA{level(r + noise), level(g + noise), level(b + noise), 255})
		}
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 60})
	return b.Bytes(), err
}

// level is a brightness within the bounds of a byte.
func level(v float64) uint8 { return uint8(max(0, min(255, v))) }

// The page's text: sections of paragraphs, each with a picture until there are no more,
// and a table.
const (
	sections             = 12
	paragraphsPerSection = 6
	sentencesPerPart     = 6
	tableRows            = 125
)

// article is the page's text as HTML. Every page has the same.
var article = sync.OnceValue(func() template.HTML {
	w := newWriter()
	var b strings.Builder
	picture := 0
	show := func() {
		loading := ""
		if picture >= pictures-lazyPictures {
			loading = ` loading="lazy"`
		}
		fmt.Fprintf(&b, "<figure><img src=\"%s%s\" width=\"%d\" height=\"%d\" alt=\"\"%s><figcaption>%s</figcaption></figure>\n",
			contentPath, pictureName(picture), pictureWidth, pictureHeight, loading, w.sentence())
		picture++
	}
	show()
	for section := range sections {
		fmt.Fprintf(&b, "<section id=\"partie-%d\">\n<h2>%s à %s</h2>\n", section, w.one("theme"), w.place())
		for part := range paragraphsPerSection {
			b.WriteString(w.paragraph(2 + w.IntN(sentencesPerPart)))
			if part == 2 && pictureAfter(section) {
				show()
			}
		}
		b.WriteString("</section>\n")
		if section == sections/2 {
			b.WriteString(table(w))
		}
	}
	return template.HTML(b.String())
})

// table is the page's table, as HTML.
func table(w writer) string {
	var b strings.Builder
	b.WriteString("<table class=\"pure-table pure-table-striped\"><thead><tr><th>Jeu</th><th>Thème</th><th>Producteur</th><th>Mise à jour</th><th>Taille</th><th>Lectures</th></tr></thead><tbody>\n")
	for range tableRows {
		b.WriteString(w.dataRow())
	}
	b.WriteString("</tbody></table>\n")
	return b.String()
}

// pictureAfter reports whether a section has one of the four pictures that follow the
// first.
func pictureAfter(section int) bool {
	return section == 1 || section == 3 || section == sections-2 || section == sections-1
}
