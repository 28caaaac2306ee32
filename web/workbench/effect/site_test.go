package effect

import (
	"slices"
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

// TestWordings: each text counts once for each language in which it is another one.
func TestWordings(t *testing.T) {
	full := func() *catalogue.Catalogue {
		c := cataloguetest.Valid()
		c.Services[3].Placeholder = catalogue.Text{"fr": "Vidéo", "en": "Video"}
		return c
	}
	place := func(pick func(c *catalogue.Catalogue) *catalogue.Text) func(c *catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) { *pick(c) = catalogue.Text{"fr": "autre", "en": "other"} }
	}
	for _, test := range []struct {
		name string
		edit func(c *catalogue.Catalogue)
		want []string
	}{
		{"nothing", func(*catalogue.Catalogue) {}, []string{}},
		{"one language", func(c *catalogue.Catalogue) { c.Site.Name["en"] = "other" }, []string{"texts.one n=1"}},
		{"site.name", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Site.Name }), []string{"texts.other n=2"}},
		{"charter.title", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.Title }), []string{"texts.other n=2"}},
		{"charter.introduction", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.Introduction }), []string{"texts.other n=2"}},
		{"charter.whatTitle", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.WhatTitle }), []string{"texts.other n=2"}},
		{"charter.what", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.What }), []string{"texts.other n=2"}},
		{"charter.kindsTitle", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Charter.KindsTitle }), []string{"texts.other n=2"}},
		{"category.name", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].Name }), []string{"texts.other n=2"}},
		{"category.summary", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].Summary }), []string{"texts.other n=2"}},
		{"category.description", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].Description }), []string{"texts.other n=2"}},
		{"category.tableTitle", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Categories[0].TableTitle }), []string{"texts.other n=2"}},
		{"service.name", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[3].Name }), []string{"texts.other n=2"}},
		{"service.location", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[0].Location }), []string{"texts.other n=2"}},
		{"service.purpose", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[3].Purpose }), []string{"texts.other n=2"}},
		{"service.placeholder", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[3].Placeholder }), []string{"texts.other n=2"}},
		{"cookie.purpose", place(func(c *catalogue.Catalogue) *catalogue.Text { return &c.Services[3].Cookies[1].Purpose }), []string{"texts.other n=2"}},
		{"a word", func(c *catalogue.Catalogue) { c.Words["fr"]["notice.title"] = "autre" }, []string{"texts.one n=1"}},
		{"another order", func(c *catalogue.Catalogue) { slices.Reverse(c.Services); slices.Reverse(c.Categories) }, []string{}},
		{"a text that is new", func(c *catalogue.Catalogue) { c.Categories[1].TableTitle = catalogue.Text{"fr": "neuf"} }, []string{"texts.one n=1"}},
		{"a service that goes", func(c *catalogue.Catalogue) { c.Services = c.Services[:4] }, []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			after := full()
			test.edit(after)
			if got := spoken(t, wordings(full(), after)); !slices.Equal(got, test.want) {
				t.Errorf("wordings = %q, want %q", got, test.want)
			}
		})
	}
}
