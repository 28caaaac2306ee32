package importer

import (
	"reflect"
	"testing"

	"charte/web/importer/report"
	"charte/web/importer/tags"
	"charte/web/importer/told"
)

// TestGatedIn: what to write in place of a page's elements is said, once, whatever the page's address is.
func TestGatedIn(t *testing.T) {
	m := tags.Map{Peer: "Klaro 0.7", Services: map[string]string{"matomo": "matomo"}, Homes: map[string]string{"matomo": "audience"}}
	for _, address := range []string{"https://example.org/", "https://example.org/readme.md", "https://example.org/a.jsx", "https://example.org/a.pug"} {
		place := told.Place{File: address}
		image := told.Element{Tag: "img", Attributes: map[string]string{"data-name": "matomo", "data-src": "/a.gif?b=1&c=\"2\"", "alt": ""}, Place: place}
		script := told.Element{Tag: "script", Attributes: map[string]string{"type": "text/plain", "data-name": "other"}, Text: "a()", Place: place}
		got := gatedIn([]told.Element{image, script, image}, m)
		want := []report.Tag{
			{Place: report.Place(place), Tag: `<img alt data-name="matomo" data-src="/a.gif?b=1&amp;c=&#34;2&#34;">`, Write: `<img alt data-category="audience" data-service="matomo" data-src="/a.gif?b=1&amp;c=&#34;2&#34;">`},
			{Place: report.Place(place), Tag: `<script data-name="other" type="text/plain">`, Why: `The catalogue has neither a service nor a category for "other".`},
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("of %s:\ngot  %+v\nwant %+v", address, got, want)
		}
	}
	if got := gatedIn(nil, m); got == nil || len(got) > 0 {
		t.Errorf("of no elements: %v, want an empty list, since somebody has looked", got)
	}
}
