package banner_test

import (
	"strings"
	"testing"

	"charte/banner"
	"charte/catalogue"
	"charte/web/bundle/prerender"
)

// TestListKinds: the list says of each entry where it is kept, in the visitor's language. It says
// nothing of cookies.
func TestListKinds(t *testing.T) {
	for _, row := range []struct {
		kind   catalogue.Kind
		fr, en string
	}{
		{"", "", ""},
		{catalogue.KindLocalStorage, " stockage local", " local storage"},
		{catalogue.KindSessionStorage, " stockage de session", " session storage"},
		{catalogue.KindIndexedDB, " base de données du navigateur", " browser database"},
	} {
		t.Run(string(row.kind.OrCookie()), func(t *testing.T) {
			for lang, said := range map[catalogue.Language]string{"fr": row.fr, "en": row.en} {
				v := view(t, "demo", lang)
				v.Categories[0].Services[0].Cookies = []catalogue.CookieView{{Name: "entry", Kind: row.kind, Purpose: "Purpose", Lifetime: "Lifetime"}}
				node, err := prerender.Render(&banner.CookieTable{View: v, Category: 0, Whole: true})
				if err != nil {
					t.Fatal(err)
				}
				if got, want := node.HTML(), `<code translate="no">entry</code>`+said+`</th>`; !strings.Contains(got, want) {
					t.Errorf("%s: want %q in\n%s", lang, want, got)
				}
			}
		})
	}
}
