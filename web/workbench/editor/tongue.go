package editor

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// A Tongue is the language that the page speaks, with its texts. Components get the same pointer until the
// language changes, so that they are not rendered again.
type Tongue struct {
	Language string // as a BCP 47 tag
	Texts    map[string]string
}

// Say returns a text. values are pairs: the name of a placeholder, and what stands for it. A key that there
// is no text for is returned as it is.
func (t *Tongue) Say(key string, values ...string) string {
	text, found := t.Texts[key]
	if !found {
		return key
	}
	return filled(text, values)
}

// filled puts values into the placeholders of a text. What a value has in braces stays as it is. A
// strings.Replacer would be made for each text anew, which took an eighth of the memory that the
// translations take while they are rendered.
func filled(text string, values []string) string {
	if len(values) == 0 {
		return text
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		shut := strings.IndexByte(text[open+1:], '}')
		if open < 0 || shut < 0 {
			return b.String() + text
		}
		value, known := valueOf(values, text[open+1:][:shut])
		if !known {
			b.WriteString(text[:open+1])
			text = text[open+1:]
			continue
		}
		b.WriteString(text[:open] + value)
		text = text[open+1+shut+1:]
	}
}

// valueOf is what stands for a placeholder.
func valueOf(values []string, placeholder string) (value string, known bool) {
	for i := 0; i+1 < len(values); i += 2 {
		if values[i] == placeholder {
			return values[i+1], true
		}
	}
	return "", false
}

// Or is [Tongue.Say] with a text for a key that there is none for.
func (t *Tongue) Or(key, otherwise string) string {
	if text, found := t.Texts[key]; found {
		return text
	}
	return otherwise
}

// Count says how many there are of something. The texts are those of key with ".one" and ".many" behind it.
func (t *Tongue) Count(key string, n int) string {
	form := ".many"
	if n == 1 || n == 0 && t.Language == "fr" { // Unicode CLDR, plural rules
		form = ".one"
	}
	return t.Say(key+form, "n", strconv.Itoa(n))
}

// Label is what a field is called, by its name. A name that there is no text for is the catalogue's own: the
// words of the banner are called by their keys.
func (t *Tongue) Label(name string) string {
	_, key, _ := strings.Cut(name, ".")
	return t.Or("field."+name, firstOf(key, name))
}

// LanguageName is the name of a language, a BCP 47 tag, in the page's own language; the tag where nobody knows
// it. The browser knows those that the page's words have no name for.
func (t *Tongue) LanguageName(tag string) string {
	name := t.Or("language."+tag, "")
	if name != "" || tag == "" || !app.IsClient {
		return firstOf(name, tag)
	}
	if intl := app.Window().Get("Intl"); isLanguageTag(tag) && intl.Truthy() { // it throws at what is no tag
		names := intl.Get("DisplayNames").New(t.Language, app.ValueOf(map[string]any{"type": "language"}))
		if told := names.Call("of", tag); told.Truthy() {
			return told.String()
		}
	}
	return tag
}

// isLanguageTag reports whether a browser takes a text for a tag: a language of two or three letters, and
// perhaps a region or a script.
func isLanguageTag(tag string) bool {
	for i, part := range strings.Split(tag, "-") {
		for _, r := range part {
			if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
				return false
			}
		}
		switch n := len(part); {
		case i == 0 && (n == 2 || n == 3), i == 1 && (n == 2 || n == 4):
		default:
			return false
		}
	}
	return true
}

// Named is the name of a language with its tag: "German (de)".
func (t *Tongue) Named(tag string) string {
	if name := t.LanguageName(tag); name != tag {
		return name + " (" + tag + ")"
	}
	return tag
}

// lifetime says a lifetime, which catalogues write in English ("up to 13 months"), in the page's language. It
// is empty where it cannot be read (catalogue/source/lifetime.go).
func (t *Tongue) lifetime(written string) string {
	switch written {
	case "session", "persistent", "unknown":
		return t.Say("lifetime." + written)
	}
	most, upTo := strings.CutPrefix(strings.Join(strings.Fields(written), " "), "up to ")
	number, unit, _ := strings.Cut(most, " ")
	n, err := strconv.Atoi(number)
	key := "lifetime." + strings.TrimSuffix(unit, "s")
	if _, known := t.Texts[key+".one"]; err != nil || n < 1 || !known {
		return ""
	}
	said := t.Count(key, n)
	if upTo {
		return t.Say("lifetime.most", "lifetime", said)
	}
	return said
}
