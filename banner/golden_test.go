package banner_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/banner"
	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/bundle/prerender"
)

//go:generate go test . -run TestGolden -update

var update = flag.Bool("update", false, "rewrite the golden files; read the diff before committing it")

// view is an embedded catalogue in a language.
func view(t *testing.T, name string, lang catalogue.Language) *catalogue.View {
	t.Helper()
	c, err := source.Embedded(name)
	if err != nil {
		t.Fatal(err)
	}
	v, err := source.View(c, lang)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestGolden compares what the components render with testdata/<name>.html.
func TestGolden(t *testing.T) {
	demo, plain := view(t, "demo", "fr"), view(t, "default", "fr")
	p := consent.PolicyOf(demo)
	some, unknown := p.Set(p.RefuseAll(0), map[string]bool{"youtube": true, "statistics": true, "matomo": false}, 0)
	if len(unknown) > 0 {
		t.Fatalf("the demo catalogue lacks %v", unknown)
	}
	radios := *demo
	radios.Radios, radios.Words.Settings.Accept, radios.Words.Settings.Refuse = true, "Accepter", "Refuser"
	for _, test := range []struct {
		name string
		ui   app.UI
	}{
		{"notice", &banner.Banner{View: demo, Layer: banner.LayerNotice, CharterURL: "charte"}},
		{"notice-en", &banner.Banner{View: view(t, "demo", "en"), Layer: banner.LayerNotice, CharterURL: "charte"}},
		{"nothing", &banner.Banner{View: demo}},
		{"settings-unanswered", &banner.Settings{View: demo, CharterURL: "charte"}},
		{"settings-some", &banner.Settings{View: demo, CharterURL: "charte", Draft: some}},
		{"settings-radios", &banner.Settings{View: &radios, CharterURL: "charte", Draft: some, Undecided: []string{"google-analytics", "meta-pixel"}}},
		{"settings-nothing-to-ask", &banner.Settings{View: plain, CharterURL: "charte"}},
		{"charter", &banner.Charter{View: plain}},
		{"charter-demo-en", &banner.Charter{View: view(t, "demo", "en")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			node, err := prerender.Render(test.ui)
			if err != nil {
				t.Fatal(err)
			}
			got, file := node.Indented(), filepath.Join("testdata", test.name+".html")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is out of date; run go test ./banner -update and read the diff\n got %s", file, firstDifference(got, string(want)))
			}
		})
	}
}

// firstDifference returns the first line that differs, as got and as want have it.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return g[i] + "\nwant " + w[i]
		}
	}
	return "another number of lines"
}

// TestAnswersAreAlike: in both layers, the buttons that accept and refuse differ
// only in their name and their words (law L6, L7).
func TestAnswersAreAlike(t *testing.T) {
	demo := view(t, "demo", "fr")
	for name, ui := range map[string]app.UI{
		"notice":   &banner.Notice{View: demo},
		"settings": &banner.Settings{View: demo},
	} {
		t.Run(name, func(t *testing.T) {
			node, err := prerender.Render(ui)
			if err != nil {
				t.Fatal(err)
			}
			accept, refuse := find(node, "accept-all"), find(node, "refuse-all")
			if accept == nil || refuse == nil {
				t.Fatal("the layer lacks an answer")
			}
			alike := strings.NewReplacer("refuse-all", "accept-all", demo.Words.RefuseAll, demo.Words.AcceptAll).Replace(refuse.HTML())
			if alike != accept.HTML() {
				t.Errorf("the two answers differ in more than name and words\n%s\n%s", accept.HTML(), refuse.HTML())
			}
		})
	}
}

// find returns the first element whose data-charte is name, or nil.
func find(n *prerender.Node, name string) *prerender.Node {
	for _, a := range n.Attributes {
		if a.Name == "data-charte" && a.Value == name {
			return n
		}
	}
	for _, child := range n.Children {
		if found := find(child, name); found != nil {
			return found
		}
	}
	return nil
}

// TestHostileTexts: no text of a catalogue becomes markup.
func TestHostileTexts(t *testing.T) {
	for _, hostile := range []string{
		`</script><script>alert(1)</script>`,
		`<img src=x onerror=alert(1)>`,
		`<svg onload=alert(1)>`,
		`" onfocus=alert(1) autofocus="`,
		`' onfocus=alert(1) autofocus='`,
		"{{constructor.constructor('alert(1)')()}}",
	} {
		v := view(t, "demo", "fr")
		v.Title, v.What, v.Words.Notice.Title, v.Words.Close = hostile, hostile, hostile, hostile
		for i := range v.Categories {
			c := &v.Categories[i]
			c.Name, c.Summary, c.Description = hostile, hostile, hostile
			for j := range c.Services {
				s := &c.Services[j]
				s.Name, s.Purpose, s.Provider = hostile, hostile, hostile
				for k := range s.Cookies {
					s.Cookies[k].Name, s.Cookies[k].Purpose = hostile, hostile
				}
			}
		}
		for _, ui := range []app.UI{&banner.Notice{View: v}, &banner.Settings{View: v}, &banner.Charter{View: v}} {
			node, err := prerender.Render(ui)
			if err != nil {
				t.Fatal(err)
			}
			eachElement(node, func(n *prerender.Node) {
				if n.Tag == "script" || n.Tag == "img" || n.Tag == "svg" {
					t.Errorf("%q became an element %s", hostile, n.Tag)
				}
				for _, a := range n.Attributes {
					if strings.HasPrefix(a.Name, "on") || a.Name == "autofocus" {
						t.Errorf("%q became an attribute %s", hostile, a.Name)
					}
				}
			})
			html := node.HTML()
			if strings.Contains(html, "<script") || strings.Contains(html, "<img") || strings.Contains(html, "<svg") || strings.Contains(html, `" onfocus`) {
				t.Errorf("%q is markup in %s", hostile, html)
			}
		}
	}
}

func eachElement(n *prerender.Node, f func(*prerender.Node)) {
	f(n)
	for _, child := range n.Children {
		eachElement(child, f)
	}
}
