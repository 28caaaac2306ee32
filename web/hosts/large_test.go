package hosts

import (
	"fmt"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/browser"
)

// TestLargeCatalogue: the settings of a catalogue with thousands of cookies render what is seen,
// and render the rest as the visitor comes near it.
func TestLargeCatalogue(t *testing.T) {
	t.Parallel()
	shows(t, "10,000 cookies: only what can be seen is rendered, and the rest as it comes near")
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 { // services of a provider in the demo, in a category that asks
		asking := c.Services[len(c.Services)-1]
		asking.ID, asking.Cookies = catalogue.ID(fmt.Sprintf("network-%d", i)), nil
		c.Services = append(c.Services, asking)
	}
	service := &c.Services[0]
	for i := range 10_000 {
		service.Cookies = append(service.Cookies, catalogue.Cookie{
			Name: fmt.Sprintf("cookie-%05d", i), Kind: catalogue.KindCookie,
			Purpose:  catalogue.Text{"fr": "Se souvenir du réglage", "en": "Remember the setting"},
			Lifetime: catalogue.Lifetime{Count: 1, Unit: catalogue.UnitDay},
		})
	}
	for _, engine := range engines() {
		bundleOf(t, engine, c) // built now, so that no browser waits for it
	}
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, c)
		v := w.visit(name, "/journey/")
		v.asks(customise)
		v.sees(list)
		const services = `document.querySelector("charte-banner").shadowRoot.querySelectorAll(".category li").length`
		shown := eval[int](v, services)
		if shown > 20 {
			t.Errorf("%d services before anybody has come near them", shown)
		}
		v.do(`document.querySelector("charte-banner").shadowRoot.querySelector(".category > .more").scrollIntoView()`)
		v.waits(fmt.Sprintf("%s >= %d", services, shown+20))
		v.do(`window.rows = () => document.querySelector("charte-banner").shadowRoot.querySelectorAll("tbody tr").length`)
		first := eval[int](v, `rows()`)
		if first > 50 {
			t.Errorf("%d rows before anybody has come near them", first)
		}
		for range 3 {
			before := eval[int](v, `rows()`)
			v.do(`document.querySelector("charte-banner").shadowRoot.querySelector("[data-charte=list] .more").scrollIntoView()`)
			v.waits(fmt.Sprintf(`rows() >= %d`, before+100))
		}
		v.click(switchOf("youtube"))
		v.waits(`document.querySelector("charte-banner").shadowRoot.querySelector("input[data-id=youtube]").checked`)
	})
}
