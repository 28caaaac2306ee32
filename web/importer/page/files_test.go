package page

import (
	"slices"
	"testing"
)

// TestItself: a banner's own file is no site's configuration, and a site's file is.
func TestItself(t *testing.T) {
	for address, want := range map[string]bool{
		"/vendor/cookieconsent.umd.js":                 true,
		"/cookieconsent.js":                            true,
		"/klaro/klaro.js":                              true,
		"/klaro-no-translations-no-css.min.js":         true,
		"/js/orejime-standard-fr.js":                   true,
		"/tarteaucitron/tarteaucitron.min.js":          true,
		"/tarteaucitron/tarteaucitron.services.min.js": true,
		"/lang/tarteaucitron.fr.js":                    true,
		"/js/cookieconsent-config.js":                  false,
		"/js/klaro-config.js":                          false,
		"/js/orejime-config.js":                        false,
		"/js/tarteaucitron.custom.js":                  false,
		"/js/app.4f3a.js":                              false,
	} {
		if got := itself.MatchString(address); got != want {
			t.Errorf("%s: %t, want %t", address, got, want)
		}
	}
}

// TestDeclared: tarteaucitron's own services and their classes are found, minified or not.
func TestDeclared(t *testing.T) {
	text := `tarteaucitron.services.youtube = {
  "js": function () { tarteaucitron.fallback(['youtube_player', "tac_youtube"], f); } };
tarteaucitron.services["my-maps"]={js(){tarteaucitron.fallback(["googlemaps-canvas"],f)}};if(tarteaucitron.services.other===undefined){}`
	if got, want := declared(text), []string{"youtube", "my-maps"}; !slices.Equal(got, want) {
		t.Errorf("services %q, want %q", got, want)
	}
	f := &files{}
	f.held(text)
	if want := []string{"youtube_player", "tac_youtube", "googlemaps-canvas"}; !slices.Equal(f.classes, want) {
		t.Errorf("classes %q, want %q", f.classes, want)
	}
	if got := declared("nothing"); got == nil {
		t.Error("no service is not the same as not known")
	}
}

// TestSameSite: a scheme and a host with its port are one site.
func TestSameSite(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"https://example.org/a.js", "https://EXAMPLE.org/", true},
		{"https://example.org/a.js", "http://example.org/", false},
		{"https://cdn.example.org/a.js", "https://example.org/", false},
		{"https://example.org:8443/a.js", "https://example.org/", false},
		{"%", "%", false},
	} {
		if got := sameSite(test.a, test.b); got != test.want {
			t.Errorf("%s and %s: %t, want %t", test.a, test.b, got, test.want)
		}
	}
}
