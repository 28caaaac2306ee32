package prerender

import (
	"encoding/json"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

func TestRender(t *testing.T) {
	for _, test := range []struct {
		name string
		ui   app.UI
		html string
		json string
	}{
		{"nested", app.Div().Body(app.P().Text("a"), app.P()), `<div><p>a</p><p></p></div>`, `["div",{},["p",{},"a"],["p",{}]]`},
		{"text among elements keeps its spaces", app.P().Body(app.Text(" a "), app.B().Text("b"), app.Text(" c")), `<p> a <b>b</b> c</p>`, `["p",{}," a ",["b",{},"b"]," c"]`},
		{"line breaks in a text", app.P().Body(app.Text("a\n\nb "), app.B()), "<p>a\n\nb <b></b></p>", `["p",{},"a\n\nb ",["b",{}]]`},
		{"an empty text", app.P().Body(app.Text(""), app.B()), `<p><b></b></p>`, `["p",{},["b",{}]]`},
		{"markup in a text", app.P().Text(`</p><script>alert(1)</script>`), `<p>&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</p>`, `["p",{},"\u003c/p\u003e\u003cscript\u003ealert(1)\u003c/script\u003e"]`},
		{"a quote that would end an attribute", app.P().Title(`" onfocus=alert(1) autofocus="`), `<p title="&#34; onfocus=alert(1) autofocus=&#34;"></p>`, `["p",{"title":"\" onfocus=alert(1) autofocus=\""}]`},
		{"a backslash and a line break in an attribute", app.P().Title("a\\b\nc>"), "<p title=\"a\\b\nc&gt;\"></p>", `["p",{"title":"a\\b\nc\u003e"}]`},
		{"aria true", app.P().Aria("expanded", true), `<p aria-expanded="true"></p>`, `["p",{"aria-expanded":"true"}]`},
		{"not checked", app.Div().Body(app.Input().Checked(false), app.Input().Checked(true)), `<div><input><input checked></div>`, `["div",{},["input",{}],["input",{"checked":""}]]`},
		{"attributes in one order", app.P().ID("i").Class("c").Lang("fr"), `<p class="c" id="i" lang="fr"></p>`, `["p",{"class":"c","id":"i","lang":"fr"}]`},
		{"no-break spaces and quotes of the catalogue", app.P().Text("« tiers »"), "<p>« tiers »</p>", `["p",{},"« tiers »"]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			node, err := Render(test.ui)
			if err != nil {
				t.Fatal(err)
			}
			if got := node.HTML(); got != test.html {
				t.Errorf("HTML\n got %s\nwant %s", got, test.html)
			}
			got, err := json.Marshal(node)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.json {
				t.Errorf("JSON\n got %s\nwant %s", got, test.json)
			}
		})
	}
}
