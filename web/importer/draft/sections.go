package draft

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/importer/plan"
)

// cameFrom is a comment that says where something stood in the source.
func (d *drafter) cameFrom(doc *document, indent, path string) {
	place := PlaceOf(d.plan, path)
	if place.File == "" {
		return
	}
	place.Column = 0
	doc.add(indent + "# from " + remark(place.String()))
}

// category writes a category.
func (d *drafter) category(doc *document, c *category) {
	if c.added {
		doc.add(commented("  ", "The source has no category for what is in this one.")...)
	} else {
		d.cameFrom(doc, "  ", c.Path)
	}
	if !c.Necessary && !slices.ContainsFunc(d.services, func(s *service) bool { return s.category == c }) {
		doc.add(commented("  ", "No service of the source is in it: declare what it is for, or leave it out.")...)
	}
	doc.add("  - id: " + c.id)
	if c.Necessary {
		doc.add("    necessary: true")
	}
	d.text(doc, "    ", "name", wording{from: c.Name})
	summary := plan.Texts{}
	for _, l := range d.languages {
		const glance = 60 // letters that are read at a glance: see package source
		if text := d.in(c.Description, l); text != "" && len([]rune(text)) <= glance && !c.added {
			summary[string(l)] = text
		}
	}
	d.text(doc, "    ", "summary", wording{from: summary, hint: d.summary(c)})
	d.text(doc, "    ", "description", wording{from: c.Description, lines: true})
	if c.Sale && !c.Necessary {
		doc.add("    sale: true")
	}
	d.signals(doc, c.Signals, c.Path, "categories."+c.id)
}

// summary is what the default catalogue says of a category of the same kind.
func (d *drafter) summary(c *category) func(catalogue.Language) string {
	id := catalogue.ID(c.ID)
	switch {
	case c.Necessary:
		id = "necessary"
	case slices.ContainsFunc(purposes["statistics"], func(word string) bool { return strings.HasPrefix(strings.ToLower(c.ID), word) }):
		id = "statistics"
	}
	for _, own := range d.base.Categories {
		if own.ID == id {
			return func(l catalogue.Language) string {
				if text := cmp.Or(own.Summary[l], own.Summary["en"]); text != "" {
					return "such as: " + text
				}
				return "the purpose in one line"
			}
		}
	}
	return func(catalogue.Language) string { return "the purpose in one line" }
}

// signals writes what vendors are told.
func (d *drafter) signals(doc *document, declared []string, path, to string) {
	var all []string
	for _, signal := range declared {
		switch {
		case !slices.Contains(catalogue.Signals(), catalogue.Signal(signal)):
			d.note(plan.Dropped, path, to, "No signal is called “%s”.", remark(signal))
		case !slices.Contains(all, signal):
			all = append(all, signal)
		}
	}
	if all != nil {
		doc.add("    signals: [" + strings.Join(all, ", ") + "]")
	}
}

// provider writes a provider.
func (d *drafter) provider(doc *document, p *provider) {
	doc.add("  - id: " + p.id)
	if p.firstParty {
		d.line(doc, "    ", "name", p.name, "x", "the controller")
		doc.add("    firstParty: true")
		return
	}
	d.line(doc, "    ", "name", p.name, "x", "who gets what "+p.of+" stores")
	d.line(doc, "    ", "policyURL", p.policy, "https://example.org/", "its privacy policy")
}

// words writes the banner's words that the source replaces.
func (d *drafter) words(doc *document) {
	inner := &document{} // with the languages, so that it is known whether any word stands
	for _, l := range d.languages {
		words := d.worded(l)
		answers := d.answers(l, words)
		if len(words)+len(answers) == 0 {
			continue
		}
		own := &document{}
		for _, key := range slices.Sorted(maps.Keys(words)) {
			text := clean(words[key], false)
			own.value("    "+quoted(remark(key))+": "+quoted(text), func(fault string) []string {
				return commented("    ", fmt.Sprintf("The source has %s: %s. %s", key, remark(text), fault))
			}).settings = d.wordsAt(l, key)
		}
		inner.under("  ", string(l)+":", own)
		inner.add(answers...)
	}
	if inner.parts != nil {
		doc.add("")
		doc.under("", "words:", inner)
	}
}

// worded are the source's words in a language of the catalogue, by their keys. Of several of the
// source's languages that are one of the catalogue's, the first has the say.
func (d *drafter) worded(l catalogue.Language) map[string]string {
	all := map[string]string{}
	tags := d.tags(l)
	if l == d.languages[0] {
		tags = append(tags, "")
	}
	for _, tag := range slices.Backward(tags) {
		for key, text := range d.plan.Words[tag] {
			if all[key] == "" || text != "" {
				all[key] = text
			}
		}
	}
	return all
}

// wordsAt is where the fates of words have one of them: in each of the source's languages that is one
// of the catalogue's.
func (d *drafter) wordsAt(l catalogue.Language, key string) []string {
	var all []string
	for _, tag := range d.tags(l) {
		all = append(all, "words."+tag+"."+key)
	}
	if l == d.languages[0] {
		all = append(all, "words."+key)
	}
	return all
}

// answers takes the texts of the two answers out of a language's words, and returns comments that offer
// those that are not Charte's own. No program can tell whether another text says as plainly what it
// does, so "charte check -strict" lets none pass: see package source.
func (d *drafter) answers(l catalogue.Language, words map[string]string) (lines []string) {
	own, err := source.Wording(l)
	if err != nil {
		return nil
	}
	if d.comments == nil {
		d.comments = map[string]string{}
	}
	for _, answer := range []struct{ key, own, does string }{{"acceptAll", own.Words.AcceptAll, "accepts"}, {"refuseAll", own.Words.RefuseAll, "refuses"}} {
		text := clean(words[answer.key], false)
		delete(words, answer.key)
		if text == "" || text == answer.own {
			continue
		}
		why := fmt.Sprintf("Charte's own text is “%s”. Another must say as plainly that it %s all, which charte check -strict cannot know, so yours is a comment.", answer.own, answer.does)
		lines = append(lines, commented("    ", why+" To have it, take the mark away, and those before “words” and “"+string(l)+"” if they have one:")...)
		lines = append(lines, "    # "+quoted(answer.key)+": "+quoted(text))
		for _, to := range d.wordsAt(l, answer.key) {
			d.comments[to] = why
		}
	}
	return lines
}

// banners are the peers' names as "carryOver" has them.
var banners = regexp.MustCompile(`^(vanilla-cookieconsent|orejime|klaro|tarteaucitron|c15t)`)

// carryOver writes, as a comment, what the former answers are called.
func (d *drafter) carryOver(doc *document) {
	banner, cookie := banners.FindString(strings.ToLower(d.plan.Peer)), clean(d.plan.Answer.Cookie, false)
	if banner == "" || cookie == "" {
		return
	}
	if slices.ContainsFunc(d.plan.Mistakes, func(m plan.Mistake) bool { return m.Rule == plan.ImpliedConsent }) {
		doc.add("")
		doc.add(commented("", "In the former banner, doing nothing could count as consent. So what its cookie says is no choice of the visitor, and the settings cannot show it (carryOver).")...)
		return
	}
	names, ticked := d.chosen()
	if names == nil {
		return
	}
	about := commented("", "Visitors who have answered the former banner are asked once more, since they have not seen this list, and a choice in another banner's cookie proves nothing (GDPR, article 7(1)). If you take the marks away below, the settings show them what they chose then. Nothing is granted by it until they save. Names of the former banner stand first, ours behind.")
	if ticked != nil {
		about = append(about, commented("", "Left out, since that was no choice: "+strings.Join(ticked, ", ")+".")...)
	}
	lines := []string{"carryOver:", "  banner: " + banner, "  cookie: " + quoted(cookie), "  services:"}
	for _, name := range names {
		lines = append(lines, "    "+quoted(name[0])+": "+name[1])
	}
	doc.offer(slices.Concat([]string{""}, about, []string{"#"}), lines)
}

// chosen are the names in a former answer that visitors chose themselves, each with the catalogue's, and
// those that were ticked in advance, or that nobody was asked for.
func (d *drafter) chosen() (names [][2]string, ticked []string) {
	said := map[string]bool{"": true}
	say := func(on bool, theirs, ours string) {
		theirs = clean(theirs, false)
		switch {
		case said[theirs]:
		case on:
			ticked = append(ticked, remark(theirs))
		default:
			names = append(names, [2]string{theirs, ours})
		}
		said[theirs] = true
	}
	answer := d.plan.Answer
	for _, c := range d.categories {
		var asks []*service
		for _, s := range d.services {
			if s.category == c && !s.exempt && !c.Necessary {
				asks = append(asks, s)
			}
		}
		if asks == nil {
			continue
		}
		if !c.added && answer.Categories {
			given := func(s *service) bool { return s.On || s.unasked }
			say(c.On || !answer.Services && slices.ContainsFunc(asks, given), c.ID, c.id)
		}
		for _, s := range asks {
			if answer.Services && !made(s.Service) && s.Path != "" {
				say(c.On || s.On || s.unasked, s.ID, s.id)
			}
		}
	}
	return names, ticked
}
