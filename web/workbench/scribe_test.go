package workbench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/catalogue/source"
)

// A scribe writes catalogues at random that are valid, in all the ways that people write YAML.
type scribe struct {
	*rand.Rand
	languages []string
	broad     int  // how many spaces an inner line has more
	under     bool // whether lists stand under their key's first letter
}

// A leaf is a text to write.
type leaf struct {
	text  string
	prose prose
}

// A prose says over how many lines a text may be written.
type prose int

const (
	single  prose = iota // on one
	folded               // over several that are read as one
	several              // over several
)

// A member is a key with a leaf, a list of members ([]any) or a mapping ([]member).
type member struct {
	key   string
	value any
}

// knownLate are the known services with names from n to z, and without a parameter that only an owner knows.
var knownLate = sync.OnceValues(func() ([]*services.Entry, error) {
	all, err := source.Services()
	return slices.DeleteFunc(all, func(e *services.Entry) bool { return e.ID < "n" }), err
})

func (s *scribe) of(all ...string) string { return all[s.IntN(len(all))] }

// sometimes is true one time in n.
func (s *scribe) sometimes(n int) bool { return s.IntN(n) == 0 }

// phrase is a text that no two places have, with what YAML makes hard.
func (s *scribe) phrase() string {
	text := s.of("C'est l'été", "Größe: mittel", "«\u00a0Lac\u00a0»", "Ελληνικά", "العربية", "100 % # sûr", "\"citation\"", "a, b", "{nom}", "- tiret", "Łódź", "& suite", "*gras*", "yes", "12", "~ environ", "fin:", "50 € ?")
	return text + " " + strconv.Itoa(s.IntN(1_000_000))
}

// texts is a text in each language, or one that stands alone.
func (s *scribe) texts(prose prose) any {
	if len(s.languages) == 1 && !s.sometimes(3) {
		return leaf{s.phrase(), prose}
	}
	var all []member
	for _, language := range s.languages {
		all = append(all, member{language, leaf{s.phrase(), prose}})
	}
	return all
}

func (s *scribe) word(text string) leaf { return leaf{text: text} }

func (s *scribe) hosts() any {
	var all []any
	for i := range 1 + s.IntN(3) {
		all = append(all, []member{{"host", s.word(s.of("*.cdn", "cdn") + strconv.Itoa(i) + ".example")}, {"kind", s.word(s.of("script", "frame", "style", "image", "pixel", "connect", "font", "media"))}})
	}
	return all
}

func (s *scribe) signals() any {
	var all []any
	for _, signal := range catalogue.Signals() {
		if s.sometimes(5) {
			all = append(all, s.word(string(signal)))
		}
	}
	if all == nil {
		return []any{s.word("ad_storage")}
	}
	return all
}

// some adds a key now and then.
func (s *scribe) some(to []member, key string, value func() any) []member {
	if s.sometimes(2) {
		return append(to, member{key, value()})
	}
	return to
}

func (s *scribe) truth() any { return s.word(s.of("true", "false")) }

// catalogue returns a catalogue with nearly every key.
func (s *scribe) catalogue(t testing.TB) []member {
	t.Helper()
	all := []string{"fr", "en"}
	extends := s.sometimes(3)
	if !extends {
		all = []string{"de", "it", "es", "pl", "el", "ar", "nl", "uk", "br", "fr", "en"}
	}
	s.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	s.languages = all[:1+s.IntN(min(3, len(all)))]

	var languages, categories, providers, declared []any
	for _, language := range s.languages {
		languages = append(languages, s.word(language))
	}
	site := []member{{"name", s.texts(single)}, {"controller", leaf{text: s.phrase()}}}
	site = s.some(site, "charterURL", func() any { return s.word("/cookies-" + strconv.Itoa(s.IntN(1000))) })
	site = s.some(site, "cookieDomain", func() any { return s.word("example.org") })
	site = s.some(site, "keepAfterWithdrawal", s.truth)
	site = s.some(site, "doNotTrack", s.truth)
	site = s.some(site, "guard", func() any { return s.word(s.of("report", "enforce")) })
	site = s.some(site, "hosts", s.hosts)

	const ours = "home"
	providers = append(providers, []member{{"id", s.word(ours)}, {"name", leaf{text: s.phrase()}}, {"firstParty", s.word("true")}})
	for i := range 1 + s.IntN(3) {
		providers = append(providers, []member{{"id", s.word(fmt.Sprint("firm-", i))}, {"name", leaf{text: s.phrase()}}, {"policyURL", s.word(fmt.Sprintf("https://firm%d.example/privacy?a=b#c", i))}})
	}
	var ids []string
	for i := range 1 + s.IntN(3) {
		id := fmt.Sprint("purpose-", i)
		c := []member{{"id", s.word(id)}, {"name", s.texts(single)}, {"summary", s.texts(single)}, {"description", s.texts(several)}}
		if i == 0 && !extends {
			c = append(c, member{"necessary", s.word("true")})
		} else {
			ids = append(ids, id)
			c = s.some(c, "sale", s.truth)
			c = s.some(c, "signals", s.signals)
		}
		categories = append(categories, s.some(c, "tableTitle", func() any { return s.texts(single) }))
	}
	if ids == nil {
		ids = []string{"purpose-more"}
		categories = append(categories, []member{{"id", s.word("purpose-more")}, {"name", s.texts(single)}, {"summary", s.texts(single)}, {"description", s.texts(several)}})
	}
	if !extends {
		declared = append(declared, []member{{"id", s.word("answer")}, {"category", s.word("purpose-0")}, {"provider", s.word(ours)}, {"name", s.texts(single)},
			{"cookies", []any{[]member{{"name", s.word("consent")}, {"purpose", s.texts(single)}, {"lifetime", s.word("6 months")}}}}})
	}
	for i := range 1 + s.IntN(4) {
		v := []member{{"id", s.word(fmt.Sprint("service-", i))}, {"category", s.word(s.of(ids...))}, {"provider", s.word("firm-0")}, {"name", s.texts(single)}, {"purpose", s.texts(folded)}}
		v = s.some(v, "location", func() any { return s.texts(single) })
		v = s.some(v, "retention", func() any { return s.word(s.of("13 months", "2 years", "up to 3 weeks")) })
		v = s.some(v, "sale", s.truth)
		v = s.some(v, "signals", s.signals)
		v = s.some(v, "placeholder", func() any { return s.texts(single) })
		v = s.some(v, "hosts", s.hosts)
		if s.sometimes(3) {
			v = append(v, member{"frame", s.word("https://play.example/{video}")}, member{"content", s.word("https://show.example/{video}")})
		}
		var cookies []any
		for j := range s.IntN(4) {
			c := []member{{"name", s.word(fmt.Sprintf("c%d_%d%s", i, j, s.of("", "", "_*")))}, {"purpose", s.texts(single)}, {"lifetime", s.word(s.of("session", "13 months", "up to 30 minutes", "1 year"))}}
			c = s.some(c, "domain", func() any { return s.word(".firm.example") })
			c = s.some(c, "source", func() any { return s.word("https://firm.example/cookies") })
			c = s.some(c, "checked", func() any { return s.word("2026-11-" + strconv.Itoa(10+s.IntN(20))) })
			cookies = append(cookies, c)
		}
		if cookies != nil {
			v = append(v, member{"cookies", cookies})
		}
		declared = append(declared, v)
	}
	c := []member{{"languages", languages}, {"site", site}, {"categories", categories}, {"providers", providers}, {"services", nil}}
	if extends {
		c = append(c, member{"extends", s.word("default")})
		known, err := knownLate()
		if err != nil {
			t.Fatal(err)
		}
		entry := known[s.IntN(len(known))]
		edition := entry.Editions[len(entry.Editions)-1]
		use := []member{{"use", s.word(fmt.Sprintf("%s@%d", entry.ID, edition.Number))}, {"category", s.word(s.of(ids...))}, {"acceptsUnknown", s.word("true")}}
		var with []member
		for _, p := range edition.Parameters {
			with = append(with, member{p.ID, s.word(p.Example)})
		}
		if with != nil {
			use = append(use, member{"with", with})
		}
		declared = append(declared, use)
	}
	c[4].value = declared
	if !extends || s.sometimes(2) {
		var charter []member
		for _, key := range []string{"title", "introduction", "whatTitle", "what", "kindsTitle"} {
			charter = append(charter, member{key, s.texts(map[string]prose{"introduction": several, "what": several}[key])})
		}
		c = append(c, member{"charter", charter})
	}
	c = s.some(c, "look", func() any {
		look := []member{{"preset", s.word(s.of("neutral", "soft", "compact", "french-state"))}, {"radius", s.word(s.of("0", "3px", "1em"))}, {"font", s.word("Marianne, Arial, sans-serif")}}
		look = s.some(look, "position", func() any { return s.word(s.of("bottom", "start", "end", "centre")) })
		return s.some(look, "border", func() any {
			return []member{{"light", s.word("#777777")}, {"dark", s.word("#999999")}}
		})
	})
	c = s.some(c, "words", func() any {
		var words []member
		for _, language := range s.languages {
			words = append(words, member{language, []member{{"manage", leaf{text: "Mes cookies " + strconv.Itoa(s.IntN(100))}}}})
		}
		return words
	})
	c = s.some(c, "formerly", func() any { return []member{{"k3f7ab", []any{s.word("purpose-1.service-0")}}} })
	c = s.some(c, "carryOver", func() any {
		return []member{{"banner", s.word("klaro")}, {"cookie", s.word("klaro")}, {"services", []member{{"carte", s.word("service-0")}, {"Mesure d'audience", s.word("service-0")}}}}
	})
	return c
}

// remark writes comments and empty lines, now and then.
func (s *scribe) remark(b *strings.Builder, lead string) {
	if s.sometimes(6) {
		b.WriteString("\n")
	}
	for s.sometimes(5) {
		b.WriteString(lead + s.of("# pourquoi ?", "#", "# - id: old", "# a: \"b", "#\ttab é") + "\n")
	}
}

// end ends a line.
func (s *scribe) end() string { return s.of("\n", "\n", "\n", "\n", " # why\n", "  \n", "\t# tab\n") }

// scalar writes a text on one line.
func (s *scribe) scalar(text string, flow bool) string {
	hard := strings.ContainsAny(text, "#:\"'{}[],&*!|>%@`") || strings.HasPrefix(text, "-") || strings.HasPrefix(text, "~") || strings.HasPrefix(text, "?")
	if !hard && s.IntN(4) > 0 {
		return text
	}
	if plain := !strings.Contains(text, ": ") && !strings.Contains(text, " #") && !strings.HasSuffix(text, ":") && !strings.ContainsAny(text[:1], "#:\"'{}[],&*!|>%@`-~?"); plain && !flow && s.sometimes(2) {
		return text
	}
	if s.sometimes(2) && !strings.Contains(text, "\\") {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return `"` + strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), `"`, `\"`) + `"`
}

// key writes a key.
func (s *scribe) key(key string, flow bool) string {
	if strings.ContainsAny(key, " '") || s.sometimes(12) {
		return `"` + key + `"`
	}
	return key
}

// onOneLine writes a value in braces.
func (s *scribe) onOneLine(value any) string {
	space := s.of("", " ")
	switch v := value.(type) {
	case leaf:
		text := v.text
		if text == "true" || text == "false" || text == "0" {
			return text
		}
		return s.scalar(text, true)
	case []member:
		var all []string
		for _, p := range s.shuffled(v) {
			all = append(all, s.key(p.key, true)+": "+s.onOneLine(p.value))
		}
		return "{" + space + strings.Join(all, ", ") + space + "}"
	}
	var all []string
	for _, element := range value.([]any) {
		all = append(all, s.onOneLine(element))
	}
	return "[" + space + strings.Join(all, ", ") + space + "]"
}

// small reports whether a value is one that people write on one line.
func small(value any) bool {
	switch v := value.(type) {
	case leaf:
		return v.prose == single
	case []member:
		return len(v) <= 3 && !slices.ContainsFunc(v, func(m member) bool { _, is := m.value.(leaf); return !is })
	}
	return !slices.ContainsFunc(value.([]any), func(element any) bool { return !small(element) })
}

// shuffled are members in another order, now and then.
func (s *scribe) shuffled(members []member) []member {
	members = slices.Clone(members)
	if s.sometimes(2) {
		s.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	}
	return members
}

// mapping writes members, each on lines of its own. The first one stands behind a dash if inline.
func (s *scribe) mapping(b *strings.Builder, members []member, lead string, inline bool) {
	for i, p := range s.shuffled(members) {
		if i > 0 || !inline {
			s.remark(b, lead)
			b.WriteString(lead)
		}
		b.WriteString(s.key(p.key, false) + ":")
		s.value(b, p.value, lead)
	}
}

// value writes a value behind its key.
func (s *scribe) value(b *strings.Builder, value any, lead string) {
	inner := lead + strings.Repeat(" ", s.broad)
	if l, is := value.(leaf); is {
		switch {
		case l.text == "true" || l.text == "false" || l.text == "0":
			b.WriteString(" " + l.text + s.end())
		case l.prose == several && s.IntN(4) > 0:
			b.WriteString(" " + s.of("|", ">", "|-", ">-", ">+") + s.of("", " # prose") + "\n" + inner + l.text + "\n")
			for range s.IntN(3) {
				b.WriteString(s.of("", "\n") + inner + s.phrase() + "\n")
			}
		case l.prose == folded && s.IntN(4) > 0:
			b.WriteString(" >-" + s.of("", " # folded") + "\n" + inner + l.text + "\n")
			for range s.IntN(3) {
				b.WriteString(inner + s.phrase() + "\n")
			}
		default:
			b.WriteString(s.of(" ", " ", "  ") + s.scalar(l.text, false) + s.end())
		}
		return
	}
	if small(value) && s.sometimes(2) {
		b.WriteString(" " + s.onOneLine(value) + s.end())
		return
	}
	b.WriteString(s.end())
	if members, is := value.([]member); is {
		s.mapping(b, members, inner, false)
		return
	}
	if s.under {
		inner = lead
	}
	for _, element := range value.([]any) {
		s.remark(b, inner)
		b.WriteString(inner + "-")
		gap := s.of(" ", " ", "   ")
		switch e := element.(type) {
		case leaf:
			b.WriteString(gap + s.scalar(e.text, false) + s.end())
		case []member:
			switch {
			case small(e) && s.sometimes(2):
				b.WriteString(gap + s.onOneLine(e) + s.end())
			case s.sometimes(8):
				b.WriteString("\n")
				s.mapping(b, e, inner+"  ", false)
			default:
				b.WriteString(gap)
				s.mapping(b, e, inner+strings.Repeat(" ", 1+len(gap)), true)
			}
		}
	}
}

// written is a catalogue written at random. The same seed gives the same.
func written(t testing.TB, seed uint64) string {
	t.Helper()
	s := &scribe{Rand: rand.New(rand.NewPCG(seed, 21))}
	s.broad, s.under = 2+2*s.IntN(2), s.sometimes(3)
	var b strings.Builder
	if s.sometimes(3) {
		b.WriteString("# Un catalogue\n\n")
	}
	if s.sometimes(6) {
		b.WriteString("---\n")
	}
	s.mapping(&b, s.catalogue(t), "", false)
	text := b.String()
	switch s.IntN(8) {
	case 0:
		text += "# the end\n"
	case 1:
		text += "\n\n"
	case 2:
		text = strings.TrimRight(text, "\n")
	case 3:
		text += "...\n"
	}
	if s.sometimes(4) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if s.sometimes(8) {
		text = "\uFEFF" + text
	}
	return text
}

// TestScribe: what is written at random is valid, nearly always, and has all languages and styles.
func TestScribe(t *testing.T) {
	valid, many := 0, 200
	for seed := range uint64(many) {
		text := written(t, seed)
		if _, err := source.Read("written.yaml", []byte(text)); err != nil {
			t.Logf("seed %d: %v", seed, err)
			continue
		}
		valid++
	}
	if valid*10 < many*9 {
		t.Errorf("%d of %d are valid", valid, many)
	}
}
