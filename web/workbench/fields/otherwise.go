package fields

import (
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/edit"
	"charte/catalogue/services"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// What is behind a mapping holds where it says nothing, by its keys.
type behind struct {
	values map[string]string
	texts  map[string]catalogue.Text
	lists  map[string][]string // of desk.KindChoices

	// whole are the keys of texts that hold only where the file has no wording at all.
	whole map[string]bool
}

// behind returns what holds where a mapping says nothing. n may be nil.
func (r *reading) behind(t *table, n *edit.Node) behind {
	b := behind{map[string]string{}, map[string]catalogue.Text{}, map[string][]string{}, map[string]bool{}}
	switch t {
	case &site:
		if r.base != nil {
			s := r.base.Site
			b.texts["name"], b.whole["name"], b.values["controller"] = s.Name, true, s.Controller
			b.values["charterURL"], b.values["cookieDomain"] = s.CharterURL, s.CookieDomain
		}
	case &charter:
		if r.base != nil {
			c := r.base.Charter
			b.texts = map[string]catalogue.Text{"title": c.Title, "introduction": c.Introduction, "whatTitle": c.WhatTitle, "what": c.What, "kindsTitle": c.KindsTitle}
			for key := range b.texts {
				b.whole[key] = true
			}
		}
	case &category:
		b.texts["tableTitle"], b.whole["tableTitle"] = r.written(child(n, "name")), true
	case &service:
		r.behindService(n, b)
	case &cookie:
		b.values["kind"] = string(catalogue.KindCookie)
	case &look:
		whole := catalogue.Look{Preset: catalogue.Preset(said(n, "preset"))}.Whole()
		b.values["preset"] = string(catalogue.PresetNeutral)
		b.values["position"], b.values["scheme"], b.values["choices"], b.values["font"] = string(whole.Position), string(whole.Scheme), string(whole.Choices), whole.Font
		b.values["radius"], b.values["spacing"] = string(whole.Radius), string(whole.Spacing)
		for token, colour := range whole.Colours {
			b.values[string(token)] = pair(colour.Light, colour.Dark)
		}
	case &carryOver:
		b.values["cookie"] = catalogue.FormerBanner(said(n, "banner")).AnswerCookie()
	case top:
		if r.base != nil {
			for _, language := range r.base.Languages {
				b.lists["languages"] = append(b.lists["languages"], string(language))
			}
		}
	}
	return b
}

// behindService fills in what comes from a known service.
func (r *reading) behindService(n *edit.Node, b behind) {
	b.texts["placeholder"], b.whole["placeholder"] = r.written(child(n, "purpose")), true
	u := r.use(n)
	if u == nil {
		return
	}
	s := u.edition.Service
	b.values["id"], b.values["category"], b.values["provider"] = string(u.entry.ID), string(s.Category), string(u.provider.ID)
	b.texts["name"], b.texts["purpose"] = s.Name, s.Purpose
	if s.Placeholder != nil {
		b.texts["placeholder"], b.whole["placeholder"] = s.Placeholder, false
	} else if len(b.texts["placeholder"]) == 0 {
		b.texts["placeholder"] = s.Purpose
	}
	if s.Retention.Unit != "" && s.Retention.Unit != catalogue.UnitUnknown {
		b.values["retention"] = source.WriteLifetime(s.Retention)
	}
	if s.Sale {
		b.values["sale"] = "true"
	}
	for _, signal := range s.Signals {
		b.lists["signals"] = append(b.lists["signals"], string(signal))
	}
	b.values["frame"], b.values["content"] = services.Fill(s.Frame, u.values), services.Fill(s.Content, u.values)
	var hosts, cookies []string
	for _, h := range s.Hosts {
		hosts = append(hosts, services.Fill(h.Host, u.values)+" ("+string(h.Kind)+")")
	}
	without := texts(child(n, "without"))
	for _, c := range s.Cookies {
		if name := services.Fill(c.Name, u.values); !slices.Contains(without, name) && !slices.Contains(cookies, name) {
			cookies = append(cookies, name)
		}
	}
	b.values["hosts"], b.values["cookies"] = strings.Join(hosts, ", "), strings.Join(cookies, ", ")
}

// behindCookie is what holds where a cookie of a service says nothing.
func (r *reading) behindCookie(u *use, n *edit.Node) behind {
	b := r.behind(&cookie, n)
	if u == nil {
		return b
	}
	c := u.cookie(n)
	if c == nil {
		return b
	}
	b.texts["purpose"], b.values["lifetime"] = c.Purpose, source.WriteLifetime(c.Lifetime)
	b.values["domain"] = services.Fill(c.Domain, u.values)
	if child(n, "lifetime") == nil { // else they would be about another lifetime
		b.values["source"], b.values["checked"] = c.Source, c.Checked
	}
	return b
}

// written returns the wordings that the file has of a text.
func (r *reading) written(n *edit.Node) catalogue.Text {
	text := catalogue.Text{}
	switch {
	case n == nil || n.Kind == edit.List || n.Kind == edit.Nothing:
	case n.Kind == edit.Mapping:
		for _, value := range n.Nodes {
			text[catalogue.Language(value.Key())] = value.Value
		}
	case len(r.languages) > 0:
		text[r.languages[0]] = n.Value
	}
	return text
}

// pair writes one colour, or one for light and one for dark.
func pair(light, dark string) string {
	if light == dark {
		return light
	}
	return light + " " + dark
}

// value returns what holds where the file does not say a key.
func (b behind) value(row *row) string {
	value := b.values[row.key]
	switch {
	case row.kind == desk.KindChoices:
		return strings.Join(b.lists[row.key], ", ")
	case row.kind == desk.KindFlag && value == "":
		return "false"
	}
	return value
}
