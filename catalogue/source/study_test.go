package source

import (
	"fmt"
	"strings"
	"testing"
)

// TestStudied: a study says where each part of a catalogue stands, and which known services it takes
// over.
func TestStudied(t *testing.T) {
	const text = `extends: default
languages: [en]
site: { name: { en: Shop }, controller: Shop Ltd }
services:
  - use: hotjar@1
    category: statistics
    with: { site: "1234567" }
    acceptsUnknown: true
  - id: own
    category: statistics
    provider: opendatasoft
    name: { en: Own }
    purpose: { en: Count }
    cookies:
      - name: count
        purpose: { en: Count }
        lifetime: 1 day
`
	s, err := Studied("shop.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	of := func(id string) int {
		for i, service := range s.Catalogue.Services {
			if string(service.ID) == id {
				return i
			}
		}
		t.Fatalf("there is no service %s", id)
		return -1
	}
	own, hotjar := of("own"), of("hotjar")
	if use, is := s.Uses[hotjar]; !is || use.Entry.Name != "Hotjar" || use.Edition.Number != 1 || use.Values["site"] != "1234567" {
		t.Errorf("hotjar is used as %+v", s.Uses[hotjar])
	}
	if _, is := s.Uses[own]; is {
		t.Error("a service of one's own counts as a known one")
	}
	line := func(what string) int { return 1 + strings.Count(text[:strings.Index(text, what)], "\n") }
	for path, want := range map[string]int{
		"languages":                      line("languages"),
		fmt.Sprintf("services[%d]", own): line("- id: own"),
		fmt.Sprintf("services[%d]", own) + ".cookies[0]":          line("- name: count"),
		fmt.Sprintf("services[%d]", own) + ".cookies[0].lifetime": line("lifetime: 1 day"),
		fmt.Sprintf("services[%d]", hotjar):                       line("- use: hotjar"),
		fmt.Sprintf("services[%d]", hotjar) + ".cookies[0]":       line("- use: hotjar"), // it stands in no file of the owner's
	} {
		if got, column := s.Place(path); got != want || column < 1 {
			t.Errorf("%s is at line %d, column %d; want line %d", path, got, column, want)
		}
	}
	if _, err := Studied("shop.yaml", []byte("languages: [xx]\n")); err == nil || !strings.HasPrefix(err.Error(), "shop.yaml:1:") {
		t.Errorf("a broken catalogue: %v", err)
	}
}
