package peers

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"charte/web/importer/told"
)

func TestCookieNames(t *testing.T) {
	text := func(s string) told.Value { return told.Value{Kind: told.Text, Text: s} }
	pattern := func(s, flags string) told.Value { return told.Value{Kind: told.Pattern, Text: s, Flags: flags} }
	for _, test := range []struct {
		name   string
		value  told.Value
		names  []string
		source string
		why    string // a part of it; "" means that nothing is changed
	}{
		{"a name", text("_ga"), []string{"_ga"}, "_ga", ""},
		{"a name with dots", text("_hjSession.1"), []string{"_hjSession.1"}, "_hjSession.1", ""},
		{"a name with blanks", text(" _ga "), []string{"_ga"}, " _ga ", "blanks"},
		{"a star", text("_ga_*"), []string{"_ga_*"}, "_ga_*", "star"},
		{"a star inside", text("_ga_*_x"), nil, "_ga_*_x", "end of a name"},
		{"only a star", text("*"), nil, "*", "every name"},
		{"an empty text", text(""), nil, "", "empty"},
		{"a template", text("_ga_{{ id }}"), nil, "_ga_{{ id }}", "template"},
		{"a function", told.Value{Kind: told.Function, Text: "() => id"}, nil, "() => id", "worked out"},
		{"a number", told.Value{Kind: told.Number, Number: 3}, nil, "", "no name"},

		{"an exact expression", pattern("^_ga$", ""), []string{"_ga"}, "/^_ga$/", ""},
		{"a prefix", pattern("^_ga", ""), []string{"_ga*"}, "/^_ga/", ""},
		{"a prefix with anything after it", pattern("^_ga.*$", "g"), []string{"_ga*"}, "/^_ga.*$/g", ""},
		{"in a text", text("/^_ga/"), []string{"_ga*"}, "/^_ga/", ""},
		{"in a text with flags", text("/^_ga/i"), []string{"_ga*"}, "/^_ga/i", "Capital"},
		{"no flag that matters", text("/^_0/i"), []string{"_0*"}, "/^_0/i", ""},
		{"escaped dots", pattern(`^\.x\.y$`, ""), []string{".x.y"}, `/^\.x\.y$/`, ""},
		{"a dot that is any letter", pattern(`^a.b$`, ""), []string{"a*"}, `/^a.b$/`, "a* also covers"},
		{"alternatives", pattern(`^(_ga|_gid)$`, ""), []string{"_ga", "_gid"}, `/^(_ga|_gid)$/`, ""},
		{"alternatives as the whole", pattern(`^_ga$|^_gid`, ""), []string{"_ga", "_gid*"}, `/^_ga$|^_gid/`, ""},
		{"alternatives of which one has no beginning", pattern(`^_ga|_gid`, ""), nil, `/^_ga|_gid/`, "Without ^"},
		{"alternatives inside", pattern(`^_pk_(id|ses)\..*$`, ""), []string{"_pk_id.*", "_pk_ses.*"}, `/^_pk_(id|ses)\..*$/`, ""},
		{"a part that may be missing", pattern(`^_ga(_.*)?$`, ""), []string{"_ga", "_ga_*"}, `/^_ga(_.*)?$/`, ""},
		{"a name within a family", pattern(`^(_ga.*|_gat)$`, ""), []string{"_ga*"}, `/^(_ga.*|_gat)$/`, ""},
		{"something after the prefix", pattern(`^_ga_.+$`, ""), []string{"_ga_*"}, `/^_ga_.+$/`, "itself"},
		{"letters and digits after it", pattern(`^_ga_[A-Z0-9]+$`, ""), []string{"_ga_*"}, `/^_ga_[A-Z0-9]+$/`, "in another way"},
		{"three digits", pattern(`^_ga_\d{3}$`, ""), []string{"_ga_*"}, `/^_ga_\d{3}$/`, "in another way"},
		{"something after the end", pattern(`^_ga$\d+`, ""), nil, `/^_ga$\d+/`, "matches no name"},
		{"a few letters", pattern(`^_g[ab]$`, ""), []string{"_ga", "_gb"}, `/^_g[ab]$/`, ""},
		{"more letters", pattern(`^x[acegi]$`, ""), []string{"x*"}, `/^x[acegi]$/`, "in another way"},
		{"something after the end", pattern(`^a$b`, ""), nil, `/^a$b/`, "no name"},
		{"a letter thrice", pattern(`^x{3}$`, ""), []string{"xxx"}, `/^x{3}$/`, ""},
		{"an ending after anything", pattern(`^amp_.*_id$`, ""), []string{"amp_*"}, `/^amp_.*_id$/`, "in another way"},
		{"without a beginning", pattern(`_ga`, ""), nil, `/_ga/`, "Without ^"},
		{"an ending alone", pattern(`_ga$`, ""), nil, `/_ga$/`, "Without ^"},
		{"anything first", pattern(`^.*_ga`, ""), nil, `/^.*_ga/`, "any beginning"},
		{"everything", pattern(`.*`, ""), nil, `/.*/`, "every name"},
		{"everything, with ends", pattern(`^.+$`, ""), nil, `/^.+$/`, "every name"},
		{"nothing", pattern(`^$`, ""), nil, `/^$/`, "empty name"},
		{"never", pattern(`a^b`, ""), nil, `/a^b/`, "no name"},
		{"lookahead", pattern(`^_ga(?!t)`, ""), nil, `/^_ga(?!t)/`, "cannot be read"},
		{"a flag within", pattern(`(?i)^_ga`, ""), nil, `/(?i)^_ga/`, "cannot be read"},
		{"a star as a letter", pattern(`^a\*b`, ""), nil, `/^a\*b/`, "star"},
		{"too many", pattern(`^[ab][ab][ab][ab][ab]$`, ""), nil, `/^[ab][ab][ab][ab][ab]$/`, "more than"},
	} {
		t.Run(test.name, func(t *testing.T) {
			names, source, why := cookieNames(test.value)
			if !slices.Equal(names, test.names) || source != test.source {
				t.Errorf("names %q from %q, want %q from %q", names, source, test.names, test.source)
			}
			if (why == "") != (test.why == "") || !strings.Contains(why, test.why) {
				t.Errorf("why = %q, want %q in it", why, test.why)
			}
		})
	}
}

// FuzzCookieNames holds that a name which an expression matches is covered by the names that are said
// of it, if there are any.
func FuzzCookieNames(f *testing.F) {
	for _, seed := range [][2]string{
		{"^_ga", "_ga_X"}, {"^(a|b)c?$", "bc"}, {`^_pk_(id|ses)\.`, "_pk_id.1"}, {"^x{2,}y*$", "xxxy"}, {"(?i)^a", "A"}, {"^a$|^b.*", "bc"}, {"^a(b|^c)d", "abd"},
		{`^\bab`, "ab"}, {"^(?:a?){3}b", "aab"}, {"(^a)?b", "b"}, {"(a$)?", "b"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, expression, name string) {
		names, why := patternNames(expression, "")
		if len(names) == 0 {
			if why == "" {
				t.Errorf("%q has no names, and it is not said why", expression)
			}
			return
		}
		if len(names) > mostNames {
			t.Errorf("%q has %d names", expression, len(names))
		}
		re, err := regexp.Compile(expression)
		if err != nil || strings.ContainsAny(name, "\r\n\u2028\u2029") || !re.MatchString(name) {
			return
		}
		for _, n := range names {
			if family, isFamily := strings.CutSuffix(n, "*"); n == name || isFamily && strings.HasPrefix(name, family) {
				return
			}
		}
		t.Errorf("%q matches %q, which is none of %q", expression, name, names)
	})
}
