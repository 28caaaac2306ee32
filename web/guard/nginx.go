package guard

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

// nginx returns guard.nginx.conf. It has nothing but maps, which cost nothing where they are not used.
func (r rules) nginx() string {
	var b strings.Builder
	fmt.Fprintf(&b, title, "nginx")
	b.WriteString("# Include this file within http { }; on Debian, copy it to /etc/nginx/conf.d/. Then write into the site's server { }:\n#\n")
	for _, field := range r.fields("") {
		fmt.Fprintf(&b, "#     add_header %s $charte_%s always;\n", field.name, field.variable)
	}
	b.WriteString(`#
# A location that has an add_header of its own inherits none from its server: write the lines there as well.
# For a second site on the same nginx, write another word for charte_ everywhere in its file, and in these lines.
`)
	table := func(source, name, comment string, list ...entry) {
		fmt.Fprintf(&b, "map %q $charte_%s {", source, name)
		if comment != "" {
			b.WriteString(" # " + comment)
		}
		for _, one := range list {
			key := "default"
			if one.when != "" {
				key = `"~` + one.when + `"`
			}
			fmt.Fprintf(&b, "\n    %s %q;", key, one.text)
		}
		b.WriteString("\n}\n")
	}
	const cookies, separators = "$http_cookie", ";"
	b.WriteString(onAnswers)
	table(cookies, "shaped", "", entry{twice(separators), ""}, entry{r.shaped(), "1"}, entry{})
	table("$charte_shaped;"+cookies, "answered", "", r.answered()...)
	b.WriteString(onMay)
	for i, s := range r.services {
		if name := fmt.Sprintf("may_%d", i+1); s.exempt {
			table(cookies, name, s.said(), entry{objects(s, separators), ""}, entry{"", "1"})
		} else {
			table("$charte_answered;"+cookies, name, s.said(), entry{"^;", ""}, entry{grants(s), "1"}, entry{})
		}
	}
	b.WriteString(onHosts)
	policy := ""
	for _, d := range r.policy {
		name := strings.ReplaceAll(d.name, "-", "_")
		value := ""
		for i, p := range d.pieces {
			if p.isConstant() && len(value)+len(p.text) <= maxText {
				value += p.text
				continue
			}
			own := fmt.Sprintf("%s_%d", name, i)
			table(p.source("$charte_may_%d"), own, "", p.entries()...)
			value += "$charte_" + own
		}
		table(cookies, name, "", entry{"", value})
		policy += "$charte_" + name
	}
	b.WriteString(onPages)
	for _, field := range r.fields(policy) {
		// nginx compares no expression with an empty text.
		fmt.Fprintf(&b, "map $sent_http_content_type $charte_%s {\n    default \"\";\n    \"\" %[2]q;\n    \"~*%[3]s\" %[2]q;\n}\n", field.variable, field.value, pages)
	}
	return b.String()
}

// filterSource is the program of the filter for nginx.
//
//go:embed filter.nginx.js
var filterSource string

// filterRules is the line of the program that nginxFilter replaces.
const filterRules = "const rules = {};"

// nginxFilter returns guard.nginx.js.
func (r rules) nginxFilter() string {
	type declared struct {
		May     string   `json:"may"` // the variable of guard.nginx.conf that says whether the service may run, or ""
		Cookies []string `json:"cookies"`
	}
	own := struct {
		Enforced bool       `json:"enforced"`
		Domain   string     `json:"domain"`
		Services []declared `json:"services"`
	}{r.guard.enforced, r.guard.cookieDomain, nil}
	number := 0
	for _, s := range r.guard.services {
		next := declared{}
		if r.mayOrNot(s) {
			number++
			next.May = fmt.Sprintf("charte_may_%d", number)
		}
		for _, cookie := range s.cookies {
			next.Cookies = append(next.Cookies, cookie.Name)
		}
		if next.Cookies != nil {
			own.Services = append(own.Services, next)
		}
	}
	data, err := json.Marshal(own)
	if err != nil {
		panic(err) // texts are always written
	}
	return strings.Replace(filterSource, filterRules, "const rules = "+string(data)+";", 1)
}
