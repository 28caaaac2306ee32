package guard

import (
	"fmt"
	"strings"
)

// caddy returns guard.Caddyfile. Caddy looks the maps up when it sends the header, and leaves out a
// field whose name is empty.
func (r rules) caddy() string {
	var b strings.Builder
	fmt.Fprintf(&b, title, "Caddy")
	b.WriteString("# Import this file into the site's block, and into its handle_errors if it has one: import guard.Caddyfile\n")
	table := func(source, name, comment string, list ...entry) {
		fmt.Fprintf(&b, "map %q {charte_%s} {", source, name)
		if comment != "" {
			b.WriteString(" # " + comment)
		}
		for _, one := range list {
			key := "default"
			if one.when != "" {
				key = `"~` + one.when + `"`
			}
			fmt.Fprintf(&b, "\n\t%s %q", key, one.text)
		}
		b.WriteString("\n}\n")
	}
	// Caddy joins two headers with a comma. It looks up a map for each use of it, and Go's regular
	// expressions are slow on long cookies. So the answer's cookie, with the separator before it, is
	// taken out once; where there are two, all cookies are.
	const cookies, separators = "{http.vars.charte_answers}", ";,"
	b.WriteString(onAnswers)
	table("{http.request.header.Cookie}", "answers", "", entry{"^.*" + twice(separators) + ".*$", "${0}"},
		entry{cookiesAt(separators) + "(?:=[^;]*| *(?:;|,|$))", "${0}"}, entry{})
	b.WriteString("vars charte_answers {charte_answers}\n")
	table(cookies, "shaped", "", entry{twice(separators), ""}, entry{r.shaped(), "1"}, entry{})
	table("{charte_shaped};"+cookies, "answered", "", r.answered()...)
	b.WriteString("vars charte_answered {charte_answered}\n")
	b.WriteString(onMay)
	for i, s := range r.services {
		if name := fmt.Sprintf("may_%d", i+1); s.exempt {
			table(cookies, name, s.said(), entry{objects(s, separators), ""}, entry{"", "1"})
		} else {
			table("{http.vars.charte_answered};"+cookies, name, s.said(), entry{"^;", ""}, entry{grants(s), "1"}, entry{})
		}
	}
	b.WriteString(onHosts)
	policy := ""
	for _, d := range r.policy {
		for i, p := range d.pieces {
			if p.isConstant() {
				policy += p.text
				continue
			}
			own := fmt.Sprintf("%s_%d", strings.ReplaceAll(d.name, "-", "_"), i)
			table(p.source("{charte_may_%d}"), own, "", p.entries()...)
			policy += "{charte_" + own + "}"
		}
	}
	b.WriteString(onPages)
	fields := r.fields(policy)
	for _, field := range fields {
		table("{http.response.header.Content-Type}", field.variable, "",
			entry{"(?i)" + pages, field.name}, entry{"^$", field.name}, entry{})
	}
	b.WriteString("header {\n\tdefer\n")
	for _, field := range fields {
		fmt.Fprintf(&b, "\t+{charte_%s} %q\n", field.variable, field.value)
	}
	b.WriteString("}\n")
	return b.String()
}
