package banner_test

import (
	"slices"
	"strings"
	"testing"

	"charte/banner"
	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/bundle/prerender"
)

// switches returns the ids of the switches in the tree that are on.
func switches(n *prerender.Node) (on []string) {
	id, checked := "", false
	for _, a := range n.Attributes {
		switch a.Name {
		case "data-id":
			id = a.Value
		case "checked":
			checked = true
		}
	}
	if id != "" && checked {
		on = append(on, id)
	}
	for _, child := range n.Children {
		on = append(on, switches(child)...)
	}
	return on
}

// TestCarriedOver: the settings show what was chosen in another banner and say so. The notice is the same
// as for everybody.
func TestCarriedOver(t *testing.T) {
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	c.CarryOver = &catalogue.CarryOver{Banner: catalogue.Klaro, Services: map[string]catalogue.ID{"ga": "google-analytics", "yt": "youtube", "pixel": "meta-pixel"}}
	view, err := source.View(c, "fr")
	if err != nil {
		t.Fatal(err)
	}
	policy := consent.PolicyOf(view)
	for _, test := range []struct {
		name, cookies string
		changed       bool
		on            string
	}{
		{"granted and refused", "klaro=%7B%22ga%22%3Atrue%2C%22yt%22%3Atrue%2C%22pixel%22%3Afalse%7D", true, "statistics google-analytics youtube"},
		{"refused", `klaro={"ga":false,"yt":false,"pixel":false}`, true, ""},
		{"unreadable", "klaro=%7B%22ga%22%3Atrue", false, ""},
		{"none", "", false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			draft := policy.CarriedOver(view.CarryOver, test.cookies)
			node, err := prerender.Render(&banner.Settings{View: view, Draft: draft, Changed: draft.Answered})
			if err != nil {
				t.Fatal(err)
			}
			if on := strings.Join(switches(node), " "); on != test.on {
				t.Errorf("on: %q, want %q", on, test.on)
			}
			html, said := node.HTML(), view.Words.Settings
			if strings.Contains(html, strings.ReplaceAll(said.Changed, "'", "&#39;")) != test.changed {
				t.Errorf("the settings say %q: %v, want %v", said.Changed, !test.changed, test.changed)
			}
			if granted := policy.Granted(policy.Read(test.cookies, 20_000)); len(granted) > 0 {
				t.Errorf("the cookie grants %v", granted)
			}
		})
	}
	plain, err := prerender.Render(&banner.Notice{View: plainOf(t, c)})
	if err != nil {
		t.Fatal(err)
	}
	carrying, err := prerender.Render(&banner.Notice{View: view})
	if err != nil {
		t.Fatal(err)
	}
	if plain.HTML() != carrying.HTML() || !slices.Equal(switches(carrying), nil) {
		t.Error("the notice is another one")
	}
}

// plainOf is the view of a catalogue without what it carries over.
func plainOf(t *testing.T, c *catalogue.Catalogue) *catalogue.View {
	t.Helper()
	c.CarryOver = nil
	view, err := source.View(c, "fr")
	if err != nil {
		t.Fatal(err)
	}
	return view
}
