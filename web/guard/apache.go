package guard

import (
	"fmt"
	"strings"
)

// apache returns guard.apache.conf.
func (r rules) apache() string {
	var b strings.Builder
	fmt.Fprintf(&b, title, "Apache")
	b.WriteString(`# Include this file within the site's <VirtualHost>. It needs: a2enmod headers setenvif
# It takes from pages what browsers ask with whether a page has changed, since Apache does not send the policy with that answer.
`)
	const cookies, separators = "req_novary('Cookie')", ";," // Apache joins two headers with a comma
	set := func(variable, format string, args ...any) {
		fmt.Fprintf(&b, "SetEnvIfExpr \"%s\" %s\n", fmt.Sprintf(format, args...), variable)
	}
	matches := func(expression string) string { return cookies + " =~ m#" + expression + "#" }
	is := func(variable string) string { return "-n reqenv('CHARTE_" + variable + "')" }
	b.WriteString(onAnswers)
	set("CHARTE_WRONG", "%s", matches(twice(separators)))
	for _, doubled := range r.doubled() {
		set("CHARTE_WRONG", "%s", matches(doubled))
	}
	set("CHARTE_ANSWERED", "!(%s) && %s && %s", is("WRONG"), matches(r.shaped()), matches(r.listed()))
	b.WriteString(onMay)
	may := func(i int) string { return fmt.Sprintf("MAY_%d", i+1) }
	for i, s := range r.services {
		fmt.Fprintf(&b, "# %s\n", s.said())
		if s.exempt {
			set("CHARTE_"+may(i), "!(%s)", matches(objects(s, separators)))
		} else {
			set("CHARTE_"+may(i), "%s && %s", is("ANSWERED"), matches(grants(s)))
		}
	}
	b.WriteString(onHosts)
	oneOf := func(services []int) string {
		var each []string
		for _, i := range services {
			each = append(each, is(may(i)))
		}
		return "(" + strings.Join(each, " || ") + ")"
	}
	policy := ""
	for _, d := range r.policy {
		for i, p := range d.pieces {
			if p.isConstant() {
				policy += p.text
				continue
			}
			own := fmt.Sprintf("%s_%d", strings.ToUpper(strings.ReplaceAll(d.name, "-", "_")), i)
			var conditions []string
			if len(p.by) > 0 {
				conditions = append(conditions, oneOf(p.by))
			}
			if len(p.unless) > 0 {
				conditions = append(conditions, "!"+oneOf(p.unless))
			}
			set(fmt.Sprintf("\"CHARTE_%s=%s\"", own, p.text), "%s", strings.Join(conditions, " && "))
			policy += "%{reqenv:CHARTE_" + own + "}"
		}
	}
	b.WriteString(onPages)
	when := `"expr=%{CONTENT_TYPE} == '' || %{CONTENT_TYPE} =~ m#` + pages + `#i"`
	for _, field := range r.fields(policy) {
		action := "add"
		if field.name == "Vary" {
			action = "merge"
		}
		fmt.Fprintf(&b, "Header always %s %s \"expr=%s\" %s\n", action, field.name, strings.ReplaceAll(field.value, `"`, `\"`), when)
	}
	for _, validator := range []string{"ETag", "Last-Modified"} {
		fmt.Fprintf(&b, "Header unset %s %s\n", validator, when)
	}
	return b.String()
}
