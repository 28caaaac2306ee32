package bundle

import (
	"fmt"
	"maps"
	"regexp"
	"strings"

	"charte/catalogue"
	"charte/catalogue/check"
)

// A look is a catalogue's look as it is put into the style sheets: values by custom
// property, such as "--charte-accent" or "--look-width". Visitors download only the
// look of the site.
type look map[string]string

// lookOf writes a catalogue's look as CSS. It leaves out values that are the same as
// in the preset neutral, which are the defaults of the style sheets.
func lookOf(l catalogue.Look) (look, error) {
	if problems := check.Look(l); problems != nil {
		return nil, fmt.Errorf("%s: %s", problems[0].Path, problems[0].Message)
	}
	whole, neutral := l.Whole(), catalogue.Look{}.Whole()
	values := look{}
	for _, file := range []string{"styles/looks/" + string(whole.Preset), "styles/positions/" + string(whole.Position)} {
		own, err := variables(file + ".css")
		if err != nil {
			return nil, err
		}
		maps.Copy(values, own)
	}
	for token, colour := range whole.Colours {
		if colour != neutral.Colours[token] {
			values["--charte-"+string(token)] = colourCSS(colour, whole.Scheme)
		}
	}
	if whole.Radius != neutral.Radius {
		values["--charte-radius"] = string(whole.Radius)
	}
	if whole.Radius == "0" {
		values["--charte-radius"] = "0px" // calc() does not take 0 for a length
	}
	if whole.Spacing != neutral.Spacing {
		values["--charte-spacing"] = string(whole.Spacing)
	}
	if whole.Font != neutral.Font {
		values["--charte-font"] = whole.Families()
	}
	if whole.Scheme != catalogue.SchemeBoth {
		values["--look-scheme"] = string(whole.Scheme)
	}
	return values, nil
}

// colourCSS writes a colour as CSS, for this scheme.
func colourCSS(c catalogue.Colour, s catalogue.Scheme) string {
	light, dark := strings.ToLower(c.Light), strings.ToLower(c.Dark)
	switch {
	case s == catalogue.SchemeLight, light == dark:
		return light
	case s == catalogue.SchemeDark:
		return dark
	}
	return "light-dark(" + light + ", " + dark + ")"
}

// declared matches a custom property --look-… and its value in one of our style sheets.
var declared = regexp.MustCompile(`(?m)^\s*(--look-[a-z]+): ([^;]+);$`)

// variables returns the custom properties --look-… that one of our style sheets declares.
func variables(file string) (look, error) {
	data, err := sources.ReadFile(file)
	values := look{}
	for _, found := range declared.FindAllStringSubmatch(string(data), -1) {
		values[found[1]] = found[2]
	}
	return values, err
}

// dressed puts the look into a style sheet. It replaces each var(--look-…) by its
// value, and the default of each var(--charte-…) by the look's value. Declarations
// without a value are left out afterwards.
func (l look) dressed(css string) string {
	var out strings.Builder
	for {
		start := strings.Index(css, "var(--")
		if start < 0 {
			out.WriteString(css)
			return empty.ReplaceAllString(out.String(), "")
		}
		out.WriteString(css[:start])
		name, fallback, length := variable(css[start:])
		value, ours := l[name]
		switch {
		case !ours:
			value = l.dressed(fallback)
		case strings.HasPrefix(name, "--look-"):
			value = l.dressed(value)
		}
		switch {
		case strings.HasPrefix(name, "--look-"):
			out.WriteString(value)
		case value != "":
			out.WriteString("var(" + name + ", " + value + ")")
		default:
			out.WriteString("var(" + name + ")")
		}
		css = css[start+length:]
	}
}

// empty matches a declaration without a value.
var empty = regexp.MustCompile(`\s*[a-z-]+:\s*;`)

// variable reads the var() that css begins with. length is how many bytes it has.
func variable(css string) (name, fallback string, length int) {
	depth := 0
	for i := range len(css) {
		switch css[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				name, fallback, _ = strings.Cut(css[len("var("):i], ",")
				return strings.TrimSpace(name), strings.TrimSpace(fallback), i + 1
			}
		}
	}
	return css, "", len(css) // without an end; esbuild reports the mistake
}

// fallback returns a rule to add to a style sheet for browsers that do not know
// light-dark() (before 2024). Without it the notice would be transparent there.
func (l look) fallback(file string) string {
	pair := func(name string) bool { return strings.HasPrefix(l[name], "light-dark(") }
	if file != "styles/notice.css" || !pair("--charte-background") && !pair("--charte-text") {
		return ""
	}
	return "@supports not (color: light-dark(red, red)) { :host { --_paper: Canvas; --_ink: CanvasText } }"
}
