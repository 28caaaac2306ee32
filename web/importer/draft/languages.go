package draft

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/importer/plan"
)

// speak chooses the catalogue's languages: those of the source that the banner speaks.
func (d *drafter) speak() {
	d.from = map[catalogue.Language][]string{}
	if d.options.Beside != nil {
		d.speakAs(d.options.Beside.Languages)
		return
	}
	var unspoken []string
	for _, tag := range d.plan.Languages {
		l, fits := spoken(tag, d.plan.Languages)
		if !fits {
			if tag = remark(tag); tag != "" && !slices.Contains(unspoken, tag) {
				unspoken = append(unspoken, tag)
			}
			continue
		}
		if !slices.Contains(d.from[l], tag) {
			if d.from[l] != nil {
				d.note(plan.Changed, "languages", "languages", "The catalogue has “%s” once. Its texts are those in %s, and those in %s where these lack one.", l, strings.Join(d.from[l], " and "), remark(tag))
			}
			d.from[l] = append(d.from[l], tag)
		}
		if !slices.Contains(d.languages, l) && len(d.languages) < 100 {
			d.languages = append(d.languages, l)
		}
	}
	if len(unspoken) > 0 {
		var all []string
		for _, l := range source.Languages() {
			all = append(all, string(l))
		}
		d.note(plan.Dropped, "languages", "", "The banner does not speak %s, so the texts in it are left out. It speaks %s.", strings.Join(unspoken, ", "), strings.Join(all, ", "))
	}
	if len(d.languages) == 0 {
		l, fits := spoken(d.options.Language, nil)
		if !fits {
			l = "en"
		}
		d.languages = []catalogue.Language{l}
		taken := "its texts are taken to be in “%s”. If they are in another, import it again with -language."
		if unspoken != nil {
			taken = "the catalogue is in “%s”. For another, import it again with -language."
		}
		d.note(plan.Changed, "languages", "languages", "The source names no language that the banner speaks, so "+taken, l)
	}
	// A language that covers another comes behind it, or the other would never be chosen.
	var order []catalogue.Language
	for _, l := range d.languages {
		at := slices.IndexFunc(order, func(before catalogue.Language) bool { return strings.HasPrefix(string(l), string(before)+"-") })
		if at < 0 {
			at = len(order)
		}
		order = slices.Insert(order, at, l)
	}
	d.languages = order
}

// speakAs takes the languages of the catalogue beside the draft, and the source's texts in them.
func (d *drafter) speakAs(languages []catalogue.Language) {
	d.languages = languages
	var left []string
	for _, tag := range d.plan.Languages {
		if l, fits := spoken(tag, d.plan.Languages); fits && slices.Contains(languages, l) {
			d.from[l] = append(d.from[l], tag)
		} else if tag = remark(tag); tag != "" && !slices.Contains(left, tag) {
			left = append(left, tag)
		}
	}
	if left != nil {
		d.note(plan.Dropped, "languages", "", "The catalogue has no texts in %s, so those of the source are left out.", strings.Join(left, ", "))
	}
}

// Speaks reports whether a catalogue can have texts in the language of a tag.
func Speaks(tag string) bool {
	_, fits := spoken(tag, nil)
	return fits
}

// spoken returns a tag as a catalogue has it, and whether the banner speaks the language. Regional
// French and English are French and English, since known services have texts in these, unless
// the source has both.
func spoken(tag string, all []string) (catalogue.Language, bool) {
	parsed, err := language.Parse(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-"))
	if err != nil || parsed == language.Und {
		return "", false
	}
	base, _ := parsed.Base()
	script, sure := parsed.Script()
	region, regional := parsed.Region()
	text := base.String()
	if text == "fr" || text == "en" {
		if !slices.ContainsFunc(all, func(other string) bool { return strings.EqualFold(strings.TrimSpace(other), text) }) || parsed.String() == text {
			return catalogue.Language(text), true
		}
	}
	if sure == language.Exact {
		text += "-" + script.String()
	}
	if regional == language.Exact {
		text += "-" + region.String()
	}
	_, err = source.Wording(catalogue.Language(text))
	return catalogue.Language(text), err == nil
}

// tags are the source's for a language of the catalogue. Those that it names come first.
func (d *drafter) tags(l catalogue.Language) []string {
	return append(slices.Clone(d.from[l]), string(l))
}

// in returns a text of the source in a language of the catalogue, or "".
func (d *drafter) in(t plan.Texts, l catalogue.Language) string {
	for _, tag := range d.tags(l) {
		if text := clean(t[tag], true); text != "" {
			return text
		}
	}
	if l == d.languages[0] {
		return clean(t[""], true)
	}
	return ""
}

// A wording is a text to be written.
type wording struct {
	from plan.Texts
	hint func(catalogue.Language) string // said beside a TODO; may be nil
	has  catalogue.Text                  // of a known service, in which nothing is missing
	only bool                            // nothing is written where the source has no text
	// lines allows line ends.
	lines bool
}

// text writes a text in each language, and TODO for those that it lacks.
func (d *drafter) text(doc *document, indent, key string, w wording) {
	type said struct {
		language catalogue.Language
		text     string
	}
	var all []said
	written := false // its English stands in the catalogue
	for _, l := range d.languages {
		text := d.in(w.from, l)
		if !w.lines {
			text = clean(text, false)
		}
		if text != "" && text == w.has[l] || text == "" && (w.only || w.has[l] != "") {
			continue
		}
		written = written || l == "en" && text != ""
		all = append(all, said{l, text})
	}
	if len(all) == 0 {
		return
	}
	head := func(l catalogue.Language) string { return indent + key + ": " }
	if len(d.languages) > 1 {
		doc.add(indent + key + ":")
		head = func(l catalogue.Language) string { return indent + "  " + string(l) + ": " }
	}
	for _, s := range all {
		if s.text == "" {
			line := head(s.language) + todo("x")
			if w.hint != nil {
				line += beside(w.hint(s.language))
			} else if english := clean(cmp.Or(w.has["en"], w.from["en"]), false); english != "" && !written {
				line += " # in English: " + english // in full, since it is to be translated
			}
			doc.add(line)
			continue
		}
		doc.value(head(s.language)+quoted(s.text), func(fault string) []string {
			return []string{head(s.language) + todo("x") + beside(short(fault), "the source has: "+s.text)}
		})
	}
}

// line writes a text that is the same in every language.
func (d *drafter) line(doc *document, indent, key, text, sample, hint string) {
	text = clean(text, false)
	if text == "" {
		doc.add(indent + key + ": " + todo(sample) + beside(hint))
		return
	}
	doc.value(indent+key+": "+quoted(text), func(fault string) []string {
		return []string{indent + key + ": " + todo(sample) + beside(short(fault), hint)}
	})
}

// short is a fault with room for another remark behind it.
func short(fault string) string {
	const some = 100
	if runes := []rune(fault); len(runes) > some {
		return string(runes[:some]) + "…"
	}
	return fault
}
