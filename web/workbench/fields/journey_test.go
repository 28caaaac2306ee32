package fields

import (
	"testing"

	"charte/web/workbench/desk"
)

// TestJourney: a person who begins with nothing fills in forms until "check -strict" has no objection.
// The file then reads as if it had been written by hand.
func TestJourney(t *testing.T) {
	set := func(pointer, value string) desk.Change {
		return desk.Change{Do: desk.DeedSet, Pointer: pointer, Value: value}
	}
	add := func(pointer, name string) desk.Change {
		return desk.Change{Do: desk.DeedAdd, Pointer: pointer, Value: name}
	}
	d := parsed(t, "# The lake's catalogue\nextends: default\n")
	for _, c := range []desk.Change{
		set("/site/name/fr", "Le lac"), set("/site/name/en", "The lake"), set("/site/controller", "Mairie du Lac"), set("/site/guard", "enforce"),
		add("/providers", ""), set("/providers/0/id", "atlas"), set("/providers/0/name", "Atlas"), set("/providers/0/policyURL", "https://atlas.example/privacy"),
		add("/services", ""), set("/services/0/name/fr", "Cartes"), set("/services/0/name/en", "Maps"), set("/services/0/category", "third-party"), set("/services/0/provider", "atlas"),
		set("/services/0/purpose/fr", "Montrer le lac."), set("/services/0/purpose/en", "Show the lake."), set("/services/0/id", "maps"),
		add("/services/0/cookies", "atlas_id"), set("/services/0/cookies/0/lifetime", "6 months"), set("/services/0/cookies/0/purpose/en", "Remember the place."), set("/services/0/cookies/0/purpose/fr", "Retenir le lieu."),
		add("/services/0/hosts", "atlas.example"), set("/services/0/hosts/0/kind", "frame"),
		add("/services", ""), set("/services/1/use", "matomo@1"), set("/services/1/with/host", "stats.example.org"), set("/services/1/with/cnil-mode", "true"),
		{Do: desk.DeedClear, Pointer: "/services/1/id"}, set("/services/1/retention", "13 months"), set("/services/1/acceptsUnknown", "true"),
		{Do: desk.DeedMove, Pointer: "/services/1", To: 0},
		set("/look/preset", "soft"), set("/look/accent", "#1d4ed8 #93c5fd"), set("/words/fr/manage", "Vos cookies"),
		{Do: desk.DeedChoose, Pointer: "/without", Values: []string{"api-csrf"}},
	} {
		now, err := Change(d, c)
		if err != nil {
			t.Fatalf("%+v: %v\n%s", c, err, d.Bytes())
		}
		d = now
	}
	o := Look("x.yaml", d.Bytes())
	if o.Light != desk.LightFine {
		t.Errorf("the light is %q: %v", o.Light, o.Findings)
	}
	const want = `# The lake's catalogue
extends: default

without: [api-csrf]

site:
  name:
    fr: Le lac
    en: The lake
  controller: Mairie du Lac
  guard: enforce

providers:
  - id: atlas
    name: Atlas
    policyURL: https://atlas.example/privacy

services:
  - use: matomo@1
    with:
      host: stats.example.org
      cnil-mode: true
    acceptsUnknown: true
    retention: 13 months
  - id: maps
    category: third-party
    provider: atlas
    name:
      fr: Cartes
      en: Maps
    purpose:
      fr: Montrer le lac.
      en: Show the lake.
    hosts:
      - host: atlas.example
        kind: frame
    cookies:
      - name: atlas_id
        purpose:
          fr: Retenir le lieu.
          en: Remember the place.
        lifetime: 6 months

look:
  preset: soft
  accent:
    light: "#1d4ed8"
    dark: "#93c5fd"

words:
  fr:
    manage: Vos cookies
`
	if got := string(d.Bytes()); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
