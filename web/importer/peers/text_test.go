package peers

import (
	"slices"
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	for _, test := range []struct {
		name, markup, text string
		links              []string
	}{
		{"a plain text", "We count visits.", "We count visits.", nil},
		{"blanks and lines", "  We\n\tcount  visits. ", "We count visits.", nil},
		{"a link", `See <a href="/privacy">our policy</a>.`, "See our policy.", []string{"/privacy"}},
		{"the same link twice", `<a href="/p">a</a> <a href="/p">b</a>`, "a b", []string{"/p"}},
		{"entities", "caf&eacute;s &amp; th&#233;s", "cafés & thés", nil},
		{"paragraphs", "<p>One.</p><p>Two.</p>", "One. Two.", nil},
		{"a line break", "One.<br>Two.", "One. Two.", nil},
		{"marks in a word", "re<b>fuse</b>", "refuse", nil},
		{"a script", "Hi<script>alert('<b>')</script> there", "Hi there", nil},
		{"a style that is never closed", "Hi<style>p{}", "Hi", nil},
		{"less than", "1 < 2", "1 < 2", nil},
		{"a template", "{{ site.name }} asks", "{{ site.name }} asks", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, links := plain(test.markup)
			if text != test.text || !slices.Equal(links, test.links) {
				t.Errorf("plain(%q) = %q, %q; want %q, %q", test.markup, text, links, test.text, test.links)
			}
		})
	}
}

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{"a<b>c</b>", `<a href="x">`, "<script>", "&#0;", "<!--", "<p/><a href='y'/>z", "\xff<"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		text, links := plain(markup)
		if strings.TrimSpace(text) != text || strings.Contains(text, "\n") || strings.Contains(text, "  ") {
			t.Errorf("%q has spaces to spare", text)
		}
		if slices.Contains(links, "") {
			t.Error("an empty link")
		}
	})
}
