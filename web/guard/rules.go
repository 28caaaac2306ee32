package guard

import (
	"fmt"
	"slices"
	"strings"

	"charte/banner/consent"
)

// A File is one that another web server reads.
type File struct {
	Name string
	Data []byte
}

// Rules returns the files that make nginx, Caddy and Apache send what [Guard.Middleware] sends.
// guard.nginx.conf, guard.Caddyfile and guard.apache.conf are for the policy. guard.nginx.js filters
// cookies in nginx.
//
// A server's rule cannot compare days. So an answer that is older than [consent.LifetimeDays] counts,
// but browsers have dropped its cookie by then. In two cases rules are stricter than the middleware:
// where a browser has two cookies of the answer's name nothing is granted, and an objection counts
// whatever its day.
func (g *Guard) Rules() []File {
	r := g.rules()
	return []File{
		{"guard.nginx.conf", []byte(r.nginx())},
		{"guard.Caddyfile", []byte(r.caddy())},
		{"guard.apache.conf", []byte(r.apache())},
		{"guard.nginx.js", []byte(r.nginxFilter())},
	}
}

// rules are what the files have in common: first conditions for the request's cookies, and then
// what of the policy depends on them.
type rules struct {
	guard *Guard

	// services are those that may run or not, by the answer.
	services []service

	policy []written
}

// written is a directive as the rules write it, in pieces.
type written struct {
	name   string // "script-src"
	pieces []piece
}

// A piece of a directive is some text. If it has no services it is always there. Otherwise it is
// there if one of those in by may run, or by is empty, and none of those in unless may.
type piece struct {
	text       string
	by, unless []int // indices into rules.services
}

// isConstant reports whether the piece is always there.
func (p piece) isConstant() bool { return len(p.by)+len(p.unless) == 0 }

// maxText bounds the text of a piece, in bytes: nginx takes no parameter of more than 4,096.
const maxText = 2048

func (g *Guard) rules() rules {
	r := rules{guard: g}
	for _, s := range g.services {
		if r.mayOrNot(s) {
			r.services = append(r.services, s)
		}
	}
	for i, d := range directives {
		pieces := []piece{{text: d.opening()}}
		if i > 0 {
			pieces[0].text = "; " + pieces[0].text
		}
		for _, next := range r.hosts(d) {
			last := &pieces[len(pieces)-1]
			if slices.Equal(next.by, last.by) && slices.Equal(next.unless, last.unless) && len(last.text)+len(next.text) <= maxText {
				last.text += next.text
			} else {
				pieces = append(pieces, next)
			}
		}
		r.policy = append(r.policy, written{d.name, pieces})
	}
	return r
}

// mayOrNot reports whether it depends on the answer what the service may do.
func (r rules) mayOrNot(s service) bool {
	return (s.asks || s.exempt) && len(s.hosts)+len(s.cookies) > 0
}

// hosts returns a piece for each host that a directive may have, in the order in which it has them.
func (r rules) hosts(d directive) []piece {
	always := r.guard.constant(d)
	all := slices.Clone(always)
	for _, s := range r.services {
		all = append(all, d.of(s.hosts)...)
	}
	slices.Sort(all)
	var pieces []piece
	for _, host := range slices.Compact(all) {
		if slices.ContainsFunc(always, func(other string) bool { return covers(other, host) }) {
			continue
		}
		p := piece{text: d.host(host)}
		for i, s := range r.services {
			own := d.of(s.hosts)
			if slices.Contains(own, host) && !slices.Contains(always, host) {
				p.by = append(p.by, i)
			}
			if slices.ContainsFunc(own, func(other string) bool { return covers(other, host) }) {
				p.unless = append(p.unless, i)
			}
		}
		pieces = append(pieces, p)
	}
	return pieces
}

// The regular expressions below mean the same in PCRE and in Go, and look at a whole Cookie header.
// They have no backslash, brace or quote, which would mean something in a server's configuration.
// Between two cookies there is a separator: ";", or in some servers "," too, with which they join
// headers.

// cookiesAt is the beginning of a cookie with the answer's name.
func cookiesAt(separators string) string { return "(?:^|[" + separators + "]) *" + consent.CookieName }

// twice matches a header that has two cookies of the answer's name.
func twice(separators string) string {
	return cookiesAt(separators) + "(?:=[^;]*| *)[" + separators + "](?:.*[" + separators + "])? *" + consent.CookieName + "(?:=| *(?:[" + separators + "]|$))"
}

// day matches a day as an answer has it. It also takes 30 and 31 in months that are shorter.
const day = "(?:19[7-9]|[2-9][0-9][0-9])[0-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"

// ends matches what follows an answer's value.
const ends = " *(?:;|$)"

// shaped matches a header with an answer to this revision, whatever tokens are in it. It passes over
// an empty list, which is part of a refusal: that grants nothing in any case.
func (r rules) shaped() string {
	return cookiesAt(";") + "=v=1&on=" + day + "&rev=" + r.guard.policy.Revision + "(?:&yes=[a-z0-9.+-]+)?(?:&no=[a-z0-9.+-]+)?" + ends
}

// listed matches a header with an answer whose tokens are those that an answer may have, in their
// order and each once. In a header that is shaped each list begins with "=".
func (r rules) listed() string {
	lists := ""
	for _, list := range []struct {
		name  string
		meant func(service) bool
	}{{"yes", service.isAsked}, {"no", service.isExempt}} {
		lists += "(?:&" + list.name
		for _, token := range r.tokens(list.meant) {
			lists += "(?:[=+]" + literal(token) + ")?"
		}
		lists += ")?"
	}
	return cookiesAt(";") + "=v=1&on=[0-9-]*&rev=[a-z0-9]*" + lists + ends
}

func (s service) isAsked() bool  { return s.asks }
func (s service) isExempt() bool { return s.exempt }

// tokens returns those that a list in an answer may have, sorted. meant says whether a service may be
// in the list.
func (r rules) tokens(meant func(service) bool) []string {
	var tokens []string
	for category, services := range r.guard.categories(meant) {
		tokens = append(tokens, category)
		if len(services) > 1 {
			tokens = append(tokens, services...)
		}
	}
	slices.Sort(tokens)
	return tokens
}

// categories returns, by category, the tokens "category.service" of the services that are meant,
// sorted.
func (g *Guard) categories(meant func(service) bool) map[string][]string {
	found := map[string][]string{}
	for _, s := range g.services {
		if meant(s) {
			found[s.category] = append(found[s.category], s.category+"."+s.id)
		}
	}
	for _, services := range found {
		slices.Sort(services)
	}
	return found
}

// doubled returns what matches a header that lists a category and one of its services, or all of
// its services. An answer lists the category alone then.
func (r rules) doubled() []string {
	var found []string
	for _, list := range []struct {
		name  string
		meant func(service) bool
	}{{"yes", service.isAsked}, {"no", service.isExempt}} {
		for category, services := range r.guard.categories(list.meant) {
			if len(services) < 2 {
				continue
			}
			before := cookiesAt(";") + "=[^;]*&" + list.name + "=(?:[^&;]*[+])?"
			var all []string
			for _, token := range services {
				all = append(all, literal(token))
			}
			found = append(found,
				before+literal(category)+"[+](?:[^&;]*[+])?"+literal(category+"."),
				before+strings.Join(all, "[+]")+"(?:[+&; ]|$)")
		}
	}
	slices.Sort(found)
	return found
}

// grants matches a header whose one answer, which is right, grants the service.
func grants(s service) string {
	return cookiesAt(";") + "=[^;]*&yes=(?:[^&;]*[+])?" + literal(s.category) + "(?:" + literal("."+s.id) + ")?(?:[+&; ]|$)"
}

// objects matches a header one of whose answers, of any revision, objects to the service.
func objects(s service, separators string) string {
	const list = "[a-z0-9.+-]*"
	return cookiesAt(separators) + "=v=1&on=" + day + "&rev=[a-z0-9.+-]+(?:&yes=" + list + ")?&no=(?:" + list + "[+])?" +
		literal(s.category) + "(?:" + literal("."+s.id) + ")?(?:[+]" + list + ")? *(?:[" + separators + "]|$)"
}

// literal writes a token as a regular expression.
func literal(token string) string { return strings.ReplaceAll(token, ".", "[.]") }

// pages matches the types of pages, in any case.
const pages = "^ *(?:text/html|application/xhtml[+]xml) *(?:;|,|$)"

// An entry of a map gives a text to what a regular expression matches. The first that matches
// counts. An entry without an expression is for all else.
type entry struct{ when, text string }

// entries returns the map of a piece, which is for what source returns.
func (p piece) entries() []entry {
	var all []entry
	if len(p.unless) > 0 {
		all = append(all, entry{"^1", ""})
	}
	when := ";"
	if len(p.by) > 0 {
		when = ";1"
	}
	return append(all, entry{when, p.text}, entry{})
}

// source returns what the entries of a piece look at: which of its services may run, each as "1" or
// nothing. format writes the variable of a service, by its number.
func (p piece) source(format string) string {
	return p.list(p.unless, format) + ";" + p.list(p.by, format)
}

func (p piece) list(services []int, format string) string {
	text := ""
	for _, i := range services {
		text += fmt.Sprintf(format, i+1)
	}
	return text
}

// answered returns the map of a header that is shaped, before which there is "1;".
func (r rules) answered() []entry {
	list := []entry{{"^;", ""}}
	for _, doubled := range r.doubled() {
		list = append(list, entry{doubled, ""})
	}
	return append(list, entry{r.listed(), "1"}, entry{})
}

// fields returns the fields that pages get, each with a name for its variable and with its value.
func (r rules) fields(policy string) []field {
	all := []field{{"policy", r.guard.HeaderName(), policy + r.guard.closing()}, {"vary", "Vary", "Cookie"}}
	if r.guard.reports != "" {
		all = append(all, field{"reports", "Reporting-Endpoints", r.guard.endpoints()})
	}
	return all
}

type field struct{ variable, name, value string }

// title is the beginning of each file of rules.
const title = `# What a site's visitors allow, as rules for %s. Made by "charte build", anew for each catalogue.
# A page's policy has the hosts that the catalogue's services need, where the visitor's answer allows the services.
#
`

// The comments between the parts of each file.
const (
	onAnswers = "\n# Whether there is one answer, and one to this revision of the catalogue.\n"
	onMay     = "\n# Which services may run.\n"
	onHosts   = "\n# Which hosts the policy has for them.\n"
	onPages   = "\n# Pages alone get the policy. A response without a type may be a page.\n"
)

// said is what a file says of a service.
func (s service) said() string {
	if s.exempt {
		return s.id + ", unless the visitor objects"
	}
	return s.id
}
