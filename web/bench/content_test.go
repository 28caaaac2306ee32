package main

import (
	"bytes"
	"image/jpeg"
	"strings"
	"testing"
)

// TestArticle: the page weighs and compresses as a page of text does, and has its five
// pictures with their sizes, the last two of them lazy.
func TestArticle(t *testing.T) {
	html, err := page{banner: none, list: demo}.html(demoSite(t))
	if err != nil {
		t.Fatal(err)
	}
	file, err := packed("page.html", html)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(html); n < 55_000 || n > 65_000 {
		t.Errorf("the page has %d bytes, want 60,000 or so", n)
	}
	if n := len(file.Brotli); n < 12_000 || n > 18_000 {
		t.Errorf("the page has %d bytes in Brotli, want 12,000 to 18,000", n)
	}
	for part, want := range map[string]int{"<img ": pictures, ` width="960" height="540"`: pictures, ` loading="lazy"`: lazyPictures, "<h1>": 1, "%!": 0} {
		if got := strings.Count(string(html), part); got != want {
			t.Errorf("the page has %q %d times, want %d", part, got, want)
		}
	}
	lazy := strings.Index(string(html), ` loading="lazy"`)
	if lazy < len(html)*2/3 {
		t.Errorf("the first lazy picture is at byte %d of %d, and not far below", lazy, len(html))
	}
	again, err := page{banner: none, list: demo}.html(demoSite(t))
	if err != nil || !bytes.Equal(html, again) {
		t.Errorf("the page is another the second time (%v)", err)
	}
	w := newWriter()
	if first, second := w.sentence(), w.sentence(); first == second {
		t.Errorf("the writer writes one sentence twice: %s", first)
	}
}

// TestPictures: each picture has its size, and weighs as a site's pictures do.
func TestPictures(t *testing.T) {
	for i := range pictures {
		data, err := pictureOf(i)
		if err != nil {
			t.Fatal(err)
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(data))
		if err != nil || config.Width != pictureWidth || config.Height != pictureHeight {
			t.Errorf("picture %d: %+v, %v", i, config, err)
		}
		if n := len(data); n < 15_000 || n > 40_000 {
			t.Errorf("picture %d has %d bytes, want 15,000 to 40,000", i, n)
		}
		file, err := packed(pictureName(i), data)
		if err != nil || file.Brotli != nil {
			t.Errorf("picture %d is compressed once more (%v)", i, err)
		}
	}
}

// TestBanners: a banner's requests are those for neither the page nor the page's files.
func TestBanners(t *testing.T) {
	for path, want := range map[string]bool{
		"/page/charte?list=demo": false,
		"/page-files/site.css":   false,
		"/peers/orejime.js":      true,
		"/demo/charte.js":        true,
	} {
		if got := (exchange{path: path}).isBanners(); got != want {
			t.Errorf("%s: got %t, want %t", path, got, want)
		}
	}
}
