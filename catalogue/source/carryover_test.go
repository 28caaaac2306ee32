package source

import (
	"maps"
	"strings"
	"testing"

	"charte/catalogue"
)

// carrying is a catalogue of nine lines, to which keys are added.
const carrying = `extends: default
languages: [en]
providers:
  - { id: reader, name: Reader Ltd, policyURL: https://reader.example/privacy }
services:
  - { id: reader, category: third-party, provider: reader, name: Books, purpose: Leaf through books. }
  - { id: counter, category: statistics, provider: reader, name: Counter, purpose: Count the visits. }
carryOver:
`

func TestReadCarryOver(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       catalogue.CarryOver
		errs       string
	}{
		{"all keys", "  banner: klaro\n  cookie: consent\n  services:\n    google.books: reader\n    matomo: statistics\n",
			catalogue.CarryOver{Banner: catalogue.Klaro, Cookie: "consent", Services: map[string]catalogue.ID{"google.books": "reader", "matomo": "statistics"}}, ""},
		{"names that look like numbers and words", "  banner: orejime\n  services: {1: reader, true: counter}\n",
			catalogue.CarryOver{Banner: catalogue.Orejime, Services: map[string]catalogue.ID{"1": "reader", "true": "counter"}}, ""},
		{"nothing in it", "  {}\n", catalogue.CarryOver{}, `c.yaml:8:1: carryOver: banner is missing; it is one of vanilla-cookieconsent, orejime, klaro, tarteaucitron, c15t
c.yaml:8:1: carryOver: services is missing; it says which of the other banner's names are which of this catalogue's ids`},
		{"an unknown banner", "  banner: cookiebot\n  services: {a: reader}\n", catalogue.CarryOver{},
			`c.yaml:9:3: carryOver: banner "cookiebot" is none of vanilla-cookieconsent, orejime, klaro, tarteaucitron, c15t`},
		{"unknown ids", "  banner: klaro\n  services:\n    a: reader\n    b: books\n    c: necessary\n", catalogue.CarryOver{},
			`c.yaml:12:5: carryOver: "b" stands for "books", which is neither a category nor a service of this catalogue
c.yaml:13:5: carryOver: "c" stands for the category "necessary", in which no service asks for consent; leave it out`},
		{"a list where an id is", "  banner: klaro\n  services:\n    a: [reader]\n", catalogue.CarryOver{}, `c.yaml:11:8: a list where a text was expected`},
		{"a name twice", "  banner: klaro\n  services:\n    a: reader\n    a: counter\n", catalogue.CarryOver{}, `c.yaml:12:5: key "a" is written twice, first in line 11`},
		{"a list where names are", "  banner: klaro\n  services: [a]\n", catalogue.CarryOver{}, `c.yaml:10:13: a list where a mapping (key: value) was expected`},
		{"an unknown key", "  baner: klaro\n  services: {a: reader}\n", catalogue.CarryOver{}, `c.yaml:9:3: key "baner" is not known; did you mean "banner"?`},
		{"a bad cookie", "  banner: klaro\n  cookie: 'a b'\n  services: {a: reader}\n", catalogue.CarryOver{}, `c.yaml:10:3: carryOver: cookie "a b" contains " ", which the name of a cookie cannot contain`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := Read("c.yaml", []byte(carrying+test.text))
			if test.errs != "" {
				if err == nil || err.Error() != test.errs {
					t.Fatalf("errors\n%v\nwant\n%s", err, test.errs)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := c.CarryOver; got == nil || got.Banner != test.want.Banner || got.Cookie != test.want.Cookie || !maps.Equal(got.Services, test.want.Services) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			plain, err := Read("c.yaml", []byte(strings.TrimSuffix(carrying, "carryOver:\n")))
			if err != nil || plain.CarryOver != nil || plain.Revision() != c.Revision() {
				t.Errorf("without carryOver: %v, %+v; the revisions are %s and %s", err, plain.CarryOver, plain.Revision(), c.Revision())
			}
		})
	}
}

// TestReadCarryOverOfBroken: a service that cannot be read is one mistake, not two.
func TestReadCarryOverOfBroken(t *testing.T) {
	text := strings.Replace(carrying, "id: reader, category", "id: [reader], category", 1) + "  banner: klaro\n  services: {a: reader}\n"
	_, err := Read("c.yaml", []byte(text))
	if err == nil || err.Error() != "c.yaml:6:11: a list where a text was expected" {
		t.Errorf("errors\n%v", err)
	}
}

// TestSummaryCarryOver: "charte check" says what is carried over.
func TestSummaryCarryOver(t *testing.T) {
	c, err := Read("c.yaml", []byte(carrying+"  banner: klaro\n  services: {a: third-party, b: counter}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Summary(c), "\ncarried over   2 services of the cookie klaro (klaro), shown in the settings only\n"; !strings.Contains(got, want) {
		t.Errorf("the summary lacks %q:\n%s", want, got)
	}
}
