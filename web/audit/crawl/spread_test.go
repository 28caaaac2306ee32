package crawl

import (
	"slices"
	"strings"
	"testing"
)

func TestSpread(t *testing.T) {
	for _, test := range []struct{ name, seen, waiting, want string }{
		{"nothing", "", "", ""},
		{"one section and another", "", "/blog/1 /blog/2 /blog/3 /shop/1 /about", "/blog/1 /shop/1 /about /blog/2 /blog/3"},
		{"in the order in which they were found", "", "/c /b /a", "/c /b /a"},
		{"after a page that was named", "/blog/9", "/blog/1 /shop/1 /shop/2", "/shop/1 /blog/1 /shop/2"},
		{"the page of a section before those below it", "/", "/a/1 /a/ /b/1 /b/", "/a/ /b/ /a/1 /b/1"},
		{"within a language", "", "/fr/blog/1 /fr/blog/2 /fr/shop/1 /en/blog/1", "/fr/blog/1 /en/blog/1 /fr/shop/1 /fr/blog/2"},
		{"below the third segment", "", "/a/b/c/1 /a/b/c/2 /a/b/d/1", "/a/b/c/1 /a/b/d/1 /a/b/c/2"},
		{"the variants of a query", "", "/s?q=1 /s?q=2 /s?q=3 /s/a /t", "/s?q=1 /t /s/a /s?q=2 /s?q=3"},
		{"deeper than is told apart", "", "/a/b/c/d/1 /a/b/c/d/2 /a/b/c/e", "/a/b/c/d/1 /a/b/c/d/2 /a/b/c/e"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var s spread
			for path := range strings.FieldsSeq(test.seen) {
				s.seen(address(t, "https://example.org"+path))
			}
			for path := range strings.FieldsSeq(test.waiting) {
				s.add(address(t, "https://example.org"+path))
			}
			var got []string
			for u := s.take(); u != nil; u = s.take() {
				got = append(got, u.RequestURI())
			}
			if !slices.Equal(got, strings.Fields(test.want)) {
				t.Errorf("got  %v\nwant %s", got, test.want)
			}
			if s.left != 0 {
				t.Errorf("%d are left", s.left)
			}
		})
	}
}
