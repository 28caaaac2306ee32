package source

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/check"
	"charte/catalogue/languages"

	"github.com/goccy/go-yaml/ast"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Wording returns what the banner says in a language. A language without a file of
// its own, such as "fr-CA", takes that of the language it belongs to, "fr". It is an
// error if there is none.
func Wording(lang catalogue.Language) (*catalogue.Wording, error) {
	name := languageFile(lang)
	if name == "" {
		return nil, Errors{{File: string(lang), Message: "the banner does not speak this language yet; it speaks " + strings.Join(spoken(), ", ")}}
	}
	data, err := fs.ReadFile(languages.Files, name)
	if err != nil {
		return nil, Errors{{File: name, Message: err.Error()}}
	}
	w, errs := readWording(name, data)
	if errs != nil {
		return nil, errs
	}
	return w, nil
}

// Languages returns the languages that the banner speaks, in alphabetical order.
func Languages() []catalogue.Language {
	var all []catalogue.Language
	for _, tag := range spoken() {
		all = append(all, catalogue.Language(tag))
	}
	return all
}

func spoken() []string { return namesIn(languages.Files) }

// namesIn returns the names of the YAML files in a folder, without their ending, sorted.
func namesIn(files fs.FS) []string {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		panic(err) // fs.Glob fails only for a malformed pattern
	}
	for i := range names {
		names[i] = strings.TrimSuffix(names[i], ".yaml")
	}
	slices.Sort(names)
	return names
}

// languageFile returns the name of the file for a language, or "".
func languageFile(lang catalogue.Language) string {
	files := spoken()
	for tag := string(lang); tag != ""; tag = tag[:max(0, strings.LastIndexByte(tag, '-'))] {
		if slices.Contains(files, tag) {
			return tag + ".yaml"
		}
	}
	return ""
}

// readWording reads a language file, whose name is "<tag>.yaml". The file must have
// every word, and every plural form that the language has for whole numbers.
func readWording(name string, data []byte) (*catalogue.Wording, Errors) {
	body, errs := parse(name, data)
	if errs != nil {
		return nil, errs
	}
	if body == nil {
		return nil, Errors{{File: name, Line: 1, Column: 1, Message: "the file is empty"}}
	}
	lang := catalogue.Language(strings.TrimSuffix(name, ".yaml"))
	tag, err := language.Parse(string(lang))
	if err != nil {
		return nil, Errors{{File: name, Message: "the file's name is not a language: " + err.Error()}}
	}
	w := &catalogue.Wording{
		Language:  lang,
		Dir:       direction(tag),
		Lifetimes: map[catalogue.Unit]catalogue.Forms{},
		Plural:    func(n int) string { return pluralForm(tag, n) },
	}
	d := newDecoder(name)
	words := map[string]string{}
	forms := func(key string, set func(catalogue.Forms)) field {
		return field{key, func(node ast.Node, path string) { set(d.forms(node, path, tag)) }}
	}
	d.words(body, "", "", words,
		forms("parties", func(f catalogue.Forms) { w.Parties = f }),
		field{"lifetime", func(node ast.Node, path string) {
			fields := []field{str(d, "session", &w.Session), str(d, "persistent", &w.Persistent), str(d, "unknown", &w.Unknown), str(d, "upTo", &w.UpTo)}
			for word, unit := range units {
				fields = append(fields, forms(word, func(f catalogue.Forms) { w.Lifetimes[unit] = f }))
			}
			d.mapping(node, path, fields...)
		}},
	)
	d.complete(w, words)
	if len(d.errs) > 0 {
		d.errs.sort()
		return nil, d.errs
	}
	return w, nil
}

// complete puts the words in place and reports what is missing or wrong.
func (d *decoder) complete(w *catalogue.Wording, words map[string]string) {
	missing := func(path, message string) {
		if !d.isBroken(path) {
			d.report(path, message)
		}
	}
	w.Words.Each(func(key string, word *string) {
		*word = words[key]
		if _, ok := words[key]; !ok {
			missing(key, fmt.Sprintf("%q is missing", key))
		}
	})
	// The checks of a catalogue's own words hold for the banner's as well.
	alone := catalogue.Catalogue{
		Languages: []catalogue.Language{w.Language},
		Words:     map[catalogue.Language]map[string]string{w.Language: words},
	}
	for _, problem := range check.Catalogue(&alone) {
		if key, ok := strings.CutPrefix(problem.Path, "words."+string(w.Language)+"."); ok {
			missing(key, strings.TrimPrefix(problem.Message, "words: "))
		}
	}
	if w.Parties == nil {
		missing("parties", `"parties" is missing`)
	}
	for word, unit := range units {
		if w.Lifetimes[unit] == nil {
			missing("lifetime."+word, fmt.Sprintf(`"lifetime.%s" is missing`, word))
		}
	}
	for key, text := range map[string]string{"session": w.Session, "persistent": w.Persistent, "unknown": w.Unknown, "upTo": w.UpTo} {
		if strings.TrimSpace(text) == "" {
			missing("lifetime."+key, fmt.Sprintf(`"lifetime.%s" is missing`, key))
		}
	}
	if w.UpTo != "" && !strings.Contains(w.UpTo, "{lifetime}") {
		missing("lifetime.upTo", `"lifetime.upTo" must contain {lifetime}`)
	}
}

// words reads words by their keys. "notice.title" may be one key, or title within
// notice. The other fields may stand beside the words.
func (d *decoder) words(node ast.Node, path, prefix string, into map[string]string, others ...field) {
	var known []string
	for _, other := range others {
		known = append(known, other.key)
	}
	groups := map[string]bool{}
	new(catalogue.Words).Each(func(key string, _ *string) {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			known = append(known, rest)
			if group, _, nested := strings.Cut(rest, "."); nested && !groups[group] {
				groups[group] = true
				known = append(known, group)
			}
		}
	})
	parent := path
	d.pairs(node, parent, func(key string, keyNode, value ast.Node) {
		path := join(parent, key)
		for _, other := range others {
			if other.key == key {
				other.read(value, path)
				return
			}
		}
		switch {
		case groups[key]:
			d.words(value, path, prefix+key+".", into)
		case !slices.Contains(known, key):
			d.unknown(keyNode, parent, key, known)
		default:
			text := d.text(value, path)
			if _, twice := into[prefix+key]; twice {
				d.fail(keyNode, path, fmt.Sprintf("key %q is written twice", prefix+key))
			}
			into[prefix+key] = text
		}
	})
}

// forms reads the plural forms of one phrase.
func (d *decoder) forms(node ast.Node, path string, tag language.Tag) catalogue.Forms {
	forms := catalogue.Forms{}
	var fields []field
	for _, category := range categories {
		fields = append(fields, field{category, func(node ast.Node, path string) { forms[category] = d.text(node, path) }})
	}
	d.mapping(node, path, fields...)
	for _, category := range needed(tag) {
		if strings.TrimSpace(forms[category]) == "" && !d.isBroken(path) {
			d.report(path, fmt.Sprintf("%q lacks the plural form %q", path, category))
		}
	}
	return forms
}

// categories are the names of the plural categories, by plural.Form.
var categories = []string{plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}

// unruled are the languages for which CLDR has no plural rules. For them x/text
// takes 1 for a plural (golang.org/x/text v0.43.0, feature/plural). Each is here with
// a language that has the same rules.
var unruled = map[string]language.Tag{"co": language.Italian, "oc": language.French}

// pluralForm returns the plural category of n in a language.
func pluralForm(tag language.Tag, n int) string {
	base, _ := tag.Base()
	if like, ok := unruled[base.String()]; ok {
		tag = like
	}
	return categories[plural.Cardinal.MatchPlural(tag, n%10_000_000, 0, 0, 0, 0)]
}

// needed returns the plural categories that whole numbers have in a language.
func needed(tag language.Tag) []string {
	var all []string
	for n := 1; n <= 200; n++ { // every rule repeats after a hundred
		if category := pluralForm(tag, n); !slices.Contains(all, category) {
			all = append(all, category)
		}
	}
	return all
}

// direction returns the direction of a language's script, "ltr" or "rtl".
func direction(tag language.Tag) string {
	script, _ := tag.Script()
	switch script.String() {
	case "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg":
		return "rtl"
	}
	return "ltr"
}
