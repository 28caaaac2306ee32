package crawl

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// urlset is a sitemap of addresses.
func urlset(addresses ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, text := range addresses {
		fmt.Fprintf(&b, "<url><loc>%s</loc></url>", text)
	}
	return b.String() + "</urlset>"
}

// index is an index of sitemaps.
func index(addresses ...string) string {
	return strings.NewReplacer("urlset", "sitemapindex", "<url>", "<sitemap>", "</url>", "</sitemap>").Replace(urlset(addresses...))
}

// zipped is a text that gzip has compressed.
func zipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReadSitemap(t *testing.T) {
	const a, b = "https://example.org/a", "https://example.org/b"
	const images = `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="/main-sitemap.xsl"?>
<!-- made by a plugin -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">
	<url>
		<loc>
			https://example.org/a
		</loc>
		<lastmod>2026-11-01T10:00:00+00:00</lastmod>
		<xhtml:link rel="alternate" hreflang="fr" href="https://example.org/fr"/>
		<image:image><image:loc>https://example.org/a.png</image:loc></image:image>
	</url>
	<url><loc><![CDATA[https://example.org/b]]></loc></url>
</urlset>
`
	for _, test := range []struct {
		name, text   string
		pages, files []string
		err          string
	}{
		{"two pages", urlset(a, b), []string{a, b}, nil, ""},
		{"an index", index(a, b), nil, []string{a, b}, ""},
		{"with images and other languages", images, []string{a, b}, nil, ""},
		{"none", urlset(), nil, nil, ""},
		{"an empty address", urlset("", " ", a), []string{a}, nil, ""},
		{"an address that is too long", urlset("https://example.org/"+strings.Repeat("a", longestAddress), a), []string{a}, nil, ""},
		{"an address that is far too long", urlset(strings.Repeat("a", 10*longestAddress), a), []string{a}, nil, ""},
		{"an escape", urlset(a + "?x=1&amp;y=2"), []string{a + "?x=1&y=2"}, nil, ""},
		{"an escape that is missing", urlset(a+"?x=1&y=2", b), []string{a + "?x=1&y=2", b}, nil, ""},
		{"a byte order mark and a line before", "\ufeff\n" + urlset(a)[38:], []string{a}, nil, ""},
		{"in Latin 1", "<?xml version='1.0' encoding='iso-8859-1'?><urlset><url><loc>https://example.org/\xe9</loc></url></urlset>", []string{"https://example.org/é"}, nil, ""},
		{"compressed", zipped(t, urlset(a, b)), []string{a, b}, nil, ""},
		{"as text", a + "\n" + b + "\n", []string{a, b}, nil, ""},
		{"as text with a byte order mark and Windows line breaks", "\ufeff" + a + "\r\n\r\n  " + b, []string{a, b}, nil, ""},
		{"as compressed text", zipped(t, a), []string{a}, nil, ""},
		{"an index and pages in one", "<urlset><url><loc>" + a + "</loc></url><sitemap><loc>" + b + "</loc></sitemap></urlset>", []string{a}, nil, ""},
		{"nothing", "", nil, nil, "it is empty"},
		{"space", " \n", nil, nil, "it is empty"},
		{"a page", "<!doctype html><html lang=fr><title>Not found</title>", nil, nil, "it is no sitemap: it begins with <html>"},
		{"a feed", "<rss><channel><item><link>" + a + "</link></item></channel></rss>", nil, nil, "it begins with <rss>"},
		{"JSON", `{"a": "` + a + `"}`, nil, nil, "it is no sitemap: it has no address"},
		{"a text without addresses", "nothing here\n/a\n", nil, nil, "it is no sitemap: it has no address"},
		{"cut short", urlset(a, b)[:150], []string{a}, nil, "its XML is broken in line 1"},
		{"compressed and cut short", zipped(t, urlset(a))[:40], nil, nil, "unexpected EOF"},
		{"compressed, and not", "\x1f\x8bnot compressed by gzip", nil, nil, "gzip: invalid header"},
		{"in an unknown encoding", "<?xml version='1.0' encoding='x-none'?><urlset></urlset>", nil, nil, `"x-none"`},
		{"nested deep", "<urlset>" + strings.Repeat("<a>", 100), nil, nil, "nested too deep"},
		{"a line without an end", a + "\n" + strings.Repeat("a", 100_000), []string{a}, nil, "it has a line of more than 65536 bytes"},
		{"more than may be", urlset(a, b, a, b), []string{a, b, a}, nil, "it has more than 3 addresses, and the rest was left out"},
		{"as many as may be", urlset(a, b, a), []string{a, b, a}, nil, ""},
		{"more lines than may be", strings.Repeat(a+"\n", 4), []string{a, a, a}, nil, "it has more than 3 addresses"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readSitemap(strings.NewReader(test.text), 3)
			if !slices.Equal(got.pages, test.pages) || !slices.Equal(got.files, test.files) {
				t.Errorf("got %q and %q, want %q and %q", got.pages, got.files, test.pages, test.files)
			}
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("got the error %v, want one with %q", err, test.err)
			}
		})
	}
}

// TestReadSitemapBounds: a file of any length is read for as many bytes as may be, also if it is a
// small one that gzip makes long.
func TestReadSitemapBounds(t *testing.T) {
	const page = "https://example.org/a"
	line := strings.Repeat(" ", 60_000) + "\n"
	for _, test := range []struct{ name, text string }{
		{"in XML", strings.TrimSuffix(urlset(page), "</urlset>") + "<!--" + strings.Repeat(" ", longestSitemap)},
		{"as compressed text", zipped(t, page+"\n"+strings.Repeat(line, longestSitemap/len(line)+1))},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readSitemap(strings.NewReader(test.text), mostInSitemap)
			if !slices.Equal(got.pages, []string{page}) || err == nil || err.Error() != "it is longer than 50 MB, and the rest was left out" {
				t.Errorf("got %q and the error %v", got.pages, err)
			}
		})
	}
}

// FuzzSitemap: whatever the bytes, there are addresses within the bounds, or an error that says what
// is wrong. Compressed they are the same.
func FuzzSitemap(f *testing.F) {
	for _, seed := range []string{
		urlset("https://example.org/a", "https://example.org/b"), index("https://example.org/a.xml"), "https://example.org/a\n", "", "\ufeff", "<", "<urlset><url><loc>&;&a;&#0;",
		zipped(f, urlset("https://example.org/a")), "<?xml encoding='utf-16'?><urlset/>", "<urlset></a></urlset></urlset><loc>", "<urlset \x96>", "<!DOCTYPE a [<!ENTITY b 'c'>]><urlset><url><loc>&b;",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		const most = 4
		got, err := readSitemap(bytes.NewReader(data), most)
		if len(got.pages)+len(got.files) > most {
			t.Errorf("got %d pages and %d files", len(got.pages), len(got.files))
		}
		for _, text := range slices.Concat(got.pages, got.files) {
			if text == "" || len(text) > longestAddress || text != strings.TrimSpace(text) {
				t.Errorf("got the address %q", text)
			}
		}
		if err != nil && (err.Error() == "" || !utf8.ValidString(err.Error())) {
			t.Errorf("got the error %q", err)
		}
		again, errAgain := readSitemap(strings.NewReader(zipped(t, string(data))), most)
		if bytes.HasPrefix(data, []byte("\x1f\x8b")) {
			return // what was compressed twice is none
		}
		if !slices.Equal(again.pages, got.pages) || !slices.Equal(again.files, got.files) || (err == nil) != (errAgain == nil) {
			t.Errorf("got %q, %q, %v; compressed %q, %q, %v", got.pages, got.files, err, again.pages, again.files, errAgain)
		}
	})
}
