// Package source reads catalogues and the banner's languages from YAML, with a
// line and a column in every error. It is apart from package catalogue so that
// no YAML library is linked into the WebAssembly program.
package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
	"charte/catalogue/check"

	"github.com/goccy/go-yaml/ast"
)

// Read reads a catalogue from YAML and validates it. name is the name of the file
// in errors. An error is of type [Errors] and lists all that is wrong. Only for a
// file that is not valid YAML does it list a single mistake.
//
// The keys are those of catalogue/default.yaml. A text is a mapping by language,
// or, in a catalogue of one language, the text alone.
//
// A file with "extends: default" at the top adds to a catalogue that comes with
// Charte. Its values of site and charter replace the other's. Its categories,
// providers and services come after the other's. Its languages, if it lists any,
// are the only ones.
func Read(name string, data []byte) (*catalogue.Catalogue, error) {
	return newDecoder(name).read(data)
}

func (d *decoder) read(data []byte) (*catalogue.Catalogue, error) {
	body, err := d.parsed(data)
	if err != nil {
		return nil, err
	}
	return d.checked(body)
}

// parsed reads a file as YAML. It is an error if it is empty.
func (d *decoder) parsed(data []byte) (ast.Node, error) {
	body, errs := parse(d.file, data)
	if errs != nil {
		return nil, errs
	}
	if body == nil {
		return nil, Errors{{File: d.file, Line: 1, Column: 1, Message: `the file is empty; "charte new" writes one, or start from a copy of catalogue/default.yaml`}}
	}
	return body, nil
}

// checked reads a catalogue and validates it.
func (d *decoder) checked(body ast.Node) (*catalogue.Catalogue, error) {
	c := d.catalogue(body)
	if !d.broken["extends"] { // without its base, the catalogue would lack nearly everything
		d.check(c)
	}
	if len(d.errs) > 0 {
		d.errs.sort()
		return nil, d.errs
	}
	return c, nil
}

// check reports the problems of the catalogue, each at its place. It leaves out those
// that may only follow from values that could not be read.
func (d *decoder) check(c *catalogue.Catalogue) {
	reported := map[string]bool{}
	for _, problem := range check.Catalogue(c) {
		path := problem.Path
		if d.isBroken(path) || d.follows(path, "categories", ".category", ".exempt", ".purpose") ||
			d.follows(path, "providers", ".provider", ".exempt", ".policyURL") ||
			strings.HasPrefix(path, "carryOver.services.") && (d.isBroken("categories") || d.isBroken("services")) {
			continue
		}
		reported[path] = true
		d.report(path, problem.Message+d.remedy(path))
	}
	for i, language := range c.Languages {
		path := "languages[" + strconv.Itoa(i) + "]"
		if languageFile(language) == "" && !reported[path] {
			d.report(path, fmt.Sprintf("the banner does not speak %q yet; it speaks %s", shorten(string(language), 40), strings.Join(spoken(), ", ")))
		}
	}
}

// remedy says what the author can do about the name of a cookie that comes from a known service.
func (d *decoder) remedy(path string) string {
	service, cookie, _ := strings.Cut(path, ".")
	i, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(service, "services["), "]"))
	if _, said := d.places[path]; err != nil || d.uses[i] == nil || said || !strings.HasSuffix(cookie, ".name") {
		return ""
	}
	return "; without leaves it out of " + d.uses[i].named()
}

// follows reports whether the path has one of these ends and something in the list
// could not be read. The problem at the path may then only follow from that.
func (d *decoder) follows(path, list string, ends ...string) bool {
	return d.isBroken(list) && slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(path, end) })
}

// File reads the catalogue in the file at path; see [Read].
func File(path string) (*catalogue.Catalogue, error) {
	data, err := fileData(path)
	if err != nil {
		return nil, err
	}
	return Read(path, data)
}

// fileData reads a file. The error is of type [Errors].
func fileData(path string) ([]byte, error) {
	data, err := readFile(path)
	if err == nil {
		return data, nil
	}
	if pathError := (*fs.PathError)(nil); errors.As(err, &pathError) {
		err = pathError.Err
	}
	return nil, Errors{{File: path, Message: err.Error()}}
}

// readFile reads at most one byte more than a catalogue may have, so that reading a
// device without an end is an error and does not go on for ever.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxBytes+1))
}

// Embedded returns a catalogue that comes with Charte: "default", the cookie
// charter of a data portal, or "demo", the same portal with services of all
// four kinds. Any other name is an error. Each call returns a new copy.
func Embedded(name string) (*catalogue.Catalogue, error) {
	text, ok := catalogue.EmbeddedYAML(name)
	if !ok {
		return nil, Errors{{File: name, Message: `no catalogue of this name comes with Charte; there are "default" and "demo"`}}
	}
	return Read(name+".yaml", []byte(text))
}

// View returns the catalogue in one of its languages, with the banner's words. It is
// an error if the catalogue does not declare lang, or the banner does not speak it.
func View(c *catalogue.Catalogue, lang catalogue.Language) (*catalogue.View, error) {
	if !slices.Contains(c.Languages, lang) {
		return nil, fmt.Errorf("language %q is not declared in the catalogue", lang)
	}
	w, err := Wording(lang)
	if err != nil {
		return nil, err
	}
	return c.In(lang, w)
}

// noRegions says why a catalogue has no key that other banners have.
const noRegions = `key "regions" is left out on purpose: every visitor is asked in the same way, wherever they are; remove it (see "One rule for everybody" in catalogue/README.md)`

// catalogue reads the whole file.
func (d *decoder) catalogue(body ast.Node) *catalogue.Catalogue {
	c := &catalogue.Catalogue{}
	// The base and the languages are read first, wherever they stand in the file:
	// they decide how texts are read and with which index lists begin.
	var base catalogue.Catalogue
	first := func(key string, read func(node ast.Node, path string)) field {
		if value := d.lookAhead(body, "", key); value != nil {
			read(value, key)
		}
		return ahead(key)
	}
	extends := first("extends", func(node ast.Node, path string) { base = d.base(node, path) })
	languages := first("languages", func(node ast.Node, path string) {
		d.list(node, path, 0, func(node ast.Node, path string) {
			c.Languages = append(c.Languages, catalogue.Language(d.text(node, path)))
		})
	})
	for i, language := range c.Languages {
		if path := "languages[" + strconv.Itoa(i) + "]"; base.Languages != nil && !slices.Contains(base.Languages, language) && !d.broken[path] {
			d.report(path, fmt.Sprintf("the catalogue that this one extends has no wordings in %q; copy it instead, and translate the copy", shorten(string(language), 40)))
			d.breaks(path)
		}
	}
	switch {
	case d.isBroken("languages"):
		c.Languages = nil // else every text would be compared with half of the languages
	case c.Languages == nil:
		c.Languages = base.Languages
	}
	if c.Languages != nil {
		keep(&base, c.Languages)
	}
	without := first("without", func(node ast.Node, path string) { d.leaves(node, path, &base) })
	c.Site, c.Charter = base.Site, base.Charter
	c.Categories, c.Providers, c.Services = base.Categories, base.Providers, base.Services
	text := func(key string, into *catalogue.Text) field { return d.wordings(key, c.Languages, into) }

	d.refused = map[string]string{"regions": noRegions}
	d.mapping(body, "",
		extends,
		without,
		languages,
		field{"site", func(node ast.Node, path string) {
			d.mapping(node, path,
				text("name", &c.Site.Name),
				str(d, "controller", &c.Site.Controller),
				str(d, "charterURL", &c.Site.CharterURL),
				str(d, "cookieDomain", &c.Site.CookieDomain),
				boolean(d, "keepAfterWithdrawal", &c.Site.KeepAfterWithdrawal),
				boolean(d, "doNotTrack", &c.Site.DoNotTrack),
				boolean(d, "figures", &c.Site.Figures),
				str(d, "guard", &c.Site.Guard),
				d.hosts(&c.Site.Hosts),
			)
		}},
		field{"charter", func(node ast.Node, path string) {
			d.mapping(node, path,
				text("title", &c.Charter.Title),
				text("introduction", &c.Charter.Introduction),
				text("whatTitle", &c.Charter.WhatTitle),
				text("what", &c.Charter.What),
				text("kindsTitle", &c.Charter.KindsTitle),
			)
		}},
		field{"categories", func(node ast.Node, path string) {
			d.list(node, path, len(base.Categories), func(node ast.Node, path string) {
				var category catalogue.Category
				d.mapping(node, path,
					str(d, "id", &category.ID),
					boolean(d, "necessary", &category.Necessary),
					text("name", &category.Name),
					text("summary", &category.Summary),
					text("description", &category.Description),
					text("tableTitle", &category.TableTitle),
					boolean(d, "sale", &category.Sale),
					d.signals(&category.Signals),
				)
				c.Categories = append(c.Categories, category)
			})
		}},
		field{"providers", func(node ast.Node, path string) {
			d.list(node, path, len(base.Providers), func(node ast.Node, path string) {
				var provider catalogue.Provider
				d.mapping(node, path,
					str(d, "id", &provider.ID),
					str(d, "name", &provider.Name),
					boolean(d, "firstParty", &provider.FirstParty),
					str(d, "policyURL", &provider.PolicyURL),
				)
				c.Providers = append(c.Providers, provider)
			})
		}},
		field{"services", func(node ast.Node, path string) {
			d.list(node, path, len(base.Services), func(node ast.Node, path string) {
				c.Services = append(c.Services, d.service(node, path, c))
			})
		}},
		field{"formerly", func(node ast.Node, path string) {
			d.pairs(node, path, func(revision string, _, value ast.Node) {
				asked := []string{}
				d.list(value, join(path, revision), 0, func(node ast.Node, path string) {
					asked = append(asked, d.text(node, path))
				})
				if c.Formerly == nil {
					c.Formerly = map[string][]string{}
				}
				c.Formerly[revision] = asked
			})
		}},
		field{"carryOver", func(node ast.Node, path string) { c.CarryOver = d.carryOver(node, path) }},
		field{"look", func(node ast.Node, path string) { c.Look = d.look(node, path) }},
		field{"words", func(node ast.Node, path string) {
			d.pairs(node, path, func(language string, _, value ast.Node) {
				words := map[string]string{}
				d.words(value, join(path, language), "", words)
				if c.Words == nil {
					c.Words = map[catalogue.Language]map[string]string{}
				}
				c.Words[catalogue.Language(language)] = words
			})
		}},
	)
	d.adds(c)
	return c
}

// service reads a service. What it says itself counts; what it does not, comes from the known
// service that it uses.
func (d *decoder) service(node ast.Node, path string, c *catalogue.Catalogue) catalogue.Service {
	service, u := d.use(node, path)
	text := func(key string, into *catalogue.Text) field { return d.said(u != nil, key, c.Languages, into) }
	fields := []field{ahead("use"), ahead("with"), ahead("without")}
	if u != nil {
		d.uses[len(c.Services)] = u
		fields = append(fields, boolean(d, "acceptsUnknown", &u.acceptsUnknown))
	} else {
		fields = append(fields, ahead("acceptsUnknown"))
	}
	d.mapping(node, path, append(fields,
		str(d, "id", &service.ID),
		str(d, "category", &service.Category),
		str(d, "provider", &service.Provider),
		text("name", &service.Name),
		text("location", &service.Location),
		text("purpose", &service.Purpose),
		boolean(d, "exempt", &service.Exempt),
		d.retention(&service.Retention),
		boolean(d, "sale", &service.Sale),
		d.signals(&service.Signals),
		text("placeholder", &service.Placeholder),
		str(d, "frame", &service.Frame),
		str(d, "content", &service.Content),
		d.hosts(&service.Hosts),
		d.cookies(u != nil, &service.Cookies, text),
	)...)
	if u != nil {
		d.speaks(&service, path, u, c.Languages)
		service.Exempt = service.Exempt && d.exempts(path, u)
	}
	return service
}

// cookies reads the cookies of a service. In one that takes over a known service, a cookie of the
// same name and kind says that one otherwise; the others come beside.
func (d *decoder) cookies(taken bool, into *[]catalogue.Cookie, text func(string, *catalogue.Text) field) field {
	return field{"cookies", func(node ast.Node, path string) {
		place := func(value ast.Node) int {
			var cookie catalogue.Cookie
			scratch := newDecoder(d.file) // whatever is wrong is reported when the cookie is read
			for key, into := range map[string]*string{"name": &cookie.Name, "kind": (*string)(&cookie.Kind), "domain": &cookie.Domain} {
				if said := scratch.lookAhead(value, "", key); said != nil {
					*into = scratch.text(said, key)
				}
			}
			found := -1
			for i, other := range *into {
				if !taken || other.Name != cookie.Name || other.Kind.OrCookie() != cookie.Kind.OrCookie() {
					continue
				}
				if found < 0 || other.Domain == cookie.Domain { // which tells two of one name apart
					found = i
				}
			}
			if found >= 0 {
				return found
			}
			*into = append(*into, catalogue.Cookie{})
			return len(*into) - 1
		}
		d.elements(node, path, place, func(node ast.Node, path string, i int) {
			cookie := &(*into)[i]
			if d.lookAhead(node, path, "lifetime") != nil {
				cookie.Source, cookie.Checked = "", "" // which were about the other lifetime
			}
			d.mapping(node, path, d.cookie(cookie, text)...)
		})
	}}
}

// cookie are the fields of a cookie.
func (d *decoder) cookie(cookie *catalogue.Cookie, text func(string, *catalogue.Text) field) []field {
	return []field{
		str(d, "name", &cookie.Name),
		str(d, "kind", &cookie.Kind),
		text("purpose", &cookie.Purpose),
		field{"lifetime", func(node ast.Node, path string) { cookie.Lifetime = d.lifetime(node, path) }},
		str(d, "domain", &cookie.Domain),
		str(d, "source", &cookie.Source),
		str(d, "checked", &cookie.Checked),
	}
}

// hosts reads a list of hosts.
func (d *decoder) hosts(into *[]catalogue.Host) field {
	return field{"hosts", func(node ast.Node, path string) {
		*into = nil
		d.list(node, path, 0, func(node ast.Node, path string) {
			var host catalogue.Host
			d.mapping(node, path, str(d, "host", &host.Host), str(d, "kind", &host.Kind))
			*into = append(*into, host)
		})
	}}
}

// signals reads a list of signals.
func (d *decoder) signals(into *[]catalogue.Signal) field {
	return field{"signals", func(node ast.Node, path string) {
		*into = nil
		d.list(node, path, 0, func(node ast.Node, path string) {
			*into = append(*into, catalogue.Signal(d.text(node, path)))
		})
	}}
}

// base reads the name of the catalogue that this one extends, and returns that
// catalogue. Errors in its entries are reported at the place of the name.
func (d *decoder) base(node ast.Node, path string) catalogue.Catalogue {
	name := d.text(node, path)
	if d.broken[path] {
		return catalogue.Catalogue{}
	}
	if name != "default" {
		d.fail(node, path, fmt.Sprintf(`extends %q, but only "default" can be extended`, shorten(name, 40)))
		return catalogue.Catalogue{}
	}
	c, err := Embedded(name)
	if err != nil {
		d.fail(node, path, fmt.Sprintf("extends %q, which has errors: %v", name, err))
		return catalogue.Catalogue{}
	}
	line, column := position(node)
	d.inherited = map[string]int{"categories": len(c.Categories), "providers": len(c.Providers), "services": len(c.Services)}
	for list, n := range d.inherited {
		for i := range n {
			d.places[list+"["+strconv.Itoa(i)+"]"] = place{line, column}
		}
	}
	return *c
}

// leaves reads the ids of services that the catalogue does not take over from the one that it
// extends.
func (d *decoder) leaves(node ast.Node, path string, base *catalogue.Catalogue) {
	d.list(node, path, 0, func(node ast.Node, path string) {
		id := d.text(node, path)
		if d.broken[path] || d.broken["extends"] {
			return
		}
		i := slices.IndexFunc(base.Services, func(s catalogue.Service) bool { return string(s.ID) == id })
		if i < 0 {
			ids := make([]string, len(base.Services))
			for i, s := range base.Services {
				ids[i] = string(s.ID)
			}
			d.fail(node, path, fmt.Sprintf("no service %q comes from what this catalogue extends", shorten(id, 40))+suggestion(id, ids))
			return
		}
		base.Services = slices.Delete(base.Services, i, i+1)
		d.inherited["services"]--
	})
}

// keep removes from a catalogue all wordings that are not in these languages.
func keep(c *catalogue.Catalogue, languages []catalogue.Language) {
	texts := []catalogue.Text{c.Site.Name, c.Charter.Title, c.Charter.Introduction, c.Charter.WhatTitle, c.Charter.What, c.Charter.KindsTitle}
	for _, category := range c.Categories {
		texts = append(texts, category.Name, category.Summary, category.Description, category.TableTitle)
	}
	for _, service := range c.Services {
		texts = append(texts, service.Name, service.Location, service.Purpose)
		for _, cookie := range service.Cookies {
			texts = append(texts, cookie.Purpose)
		}
	}
	for _, text := range texts {
		maps.DeleteFunc(text, func(language catalogue.Language, _ string) bool { return !slices.Contains(languages, language) })
	}
}
