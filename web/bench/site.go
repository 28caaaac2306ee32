package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
)

// A list names a catalogue. It is demo, or a number: then it is the demo catalogue with
// more services, until it has that many cookies.
type list string

const demo list = "demo"

// of returns the catalogue that a list names, made from the demo catalogue.
func (l list) of(c *catalogue.Catalogue) *catalogue.Catalogue {
	n, err := strconv.Atoi(string(l))
	if err != nil {
		return c
	}
	return grown(c, n)
}

// A site is what all banners are configured with: one catalogue in French.
type site struct {
	view   *catalogue.View
	bundle *bundle.Bundle

	// gated is the service that the page's scripts wait for, the first that asks.
	// category is its category.
	category catalogue.CategoryView
	gated    catalogue.ServiceView
}

// newSite builds a catalogue's bundle.
func newSite(ctx context.Context, c *catalogue.Catalogue, program engine.Engine) (site, error) {
	built, err := bundle.Build(ctx, bundle.Options{Catalogue: c, Engine: program, Cache: cache.User(), Progress: progress})
	if err != nil {
		return site{}, err
	}
	s := site{view: built.Views[0], bundle: built}
	s.category, s.gated = gatedService(s.view)
	if s.gated.ID == "" {
		return site{}, errors.New("the catalogue asks nothing")
	}
	return s, nil
}

// gatedService returns the first service that asks, and its category.
func gatedService(v *catalogue.View) (catalogue.CategoryView, catalogue.ServiceView) {
	for _, category := range v.Categories {
		for _, service := range category.Services {
			if service.Asks {
				return category, service
			}
		}
	}
	return catalogue.CategoryView{}, catalogue.ServiceView{}
}

// demoCatalogue returns the demo catalogue in French alone. The other languages are not
// measured.
func demoCatalogue() (*catalogue.Catalogue, error) {
	c, err := source.Embedded("demo")
	if err != nil {
		return nil, err
	}
	if i := slices.Index(c.Languages, "fr"); i < 0 {
		return nil, errors.New("the demo catalogue has no French")
	}
	c.Languages = []catalogue.Language{"fr"}
	return c, nil
}

// cookiesPerService is how many cookies each added service has. The demo's services have
// two or three. With so few, ten thousand cookies would need four thousand services, and
// a catalogue may have two thousand.
const cookiesPerService = 10

// grown returns a copy of a catalogue with added services, until it has n cookies. They
// are spread over the providers and the categories that ask.
func grown(c *catalogue.Catalogue, n int) *catalogue.Catalogue {
	larger := *c
	larger.Services = slices.Clone(c.Services)
	var asking []catalogue.Category
	for _, category := range c.Categories {
		if !category.Necessary {
			asking = append(asking, category)
		}
	}
	have := 0
	for _, s := range c.Services {
		have += len(s.Cookies)
	}
	for i := 0; have < n; i++ {
		service := catalogue.Service{
			ID:       catalogue.ID(fmt.Sprintf("service-%d", i)),
			Category: asking[i%len(asking)].ID,
			Provider: c.Providers[i%len(c.Providers)].ID,
			Name:     catalogue.Text{"fr": fmt.Sprintf("Service %d", i)},
			Location: catalogue.Text{"fr": "toutes les pages"},
			Purpose:  catalogue.Text{"fr": fmt.Sprintf("Savoir ce que fait le visiteur des pages où le service %d est présent.", i)},
		}
		for j := 0; j < cookiesPerService && have < n; j++ {
			service.Cookies = append(service.Cookies, catalogue.Cookie{
				Name:     fmt.Sprintf("_cookie_%d_%d", i, j),
				Purpose:  catalogue.Text{"fr": "Reconnaître le navigateur d'une visite à l'autre"},
				Lifetime: catalogue.Lifetime{Count: 1 + j, Unit: catalogue.UnitMonth},
			})
			have++
		}
		larger.Services = append(larger.Services, service)
	}
	return &larger
}
