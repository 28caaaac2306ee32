package peers

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"charte/web/importer/plan"
)

// summary is a plan in a few lines, for golden files: what the catalogue gets, the mistakes, and what has
// become of each setting.
func summary(p *plan.Plan) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s", p.Peer)
	line("languages: %s", strings.Join(p.Languages, " "))
	line("site: name%s, controller %q, policy%s, domain %q", sorted(p.Site.Name), p.Site.Controller, sorted(p.Site.PolicyURL), p.Site.CookieDomain)
	line("answer: %q, %v days%s%s", p.Answer.Cookie, p.Answer.Days, when(p.Answer.Categories, ", by category"), when(p.Answer.Services, ", by service"))
	for _, c := range p.Categories {
		line("category %s%s: name%s, description%s%s", c.ID, marked("necessary", c.Necessary, "on", c.On, "sale", c.Sale), sorted(c.Name), sorted(c.Description), list(", signals", c.Signals))
	}
	for _, s := range p.Services {
		line("service %s in %s%s%s: name%s, purpose%s, provider %q, policy %q%s%s%s", s.ID, s.Category, list(" and", s.Others),
			marked("necessary", s.Necessary, "exempt", s.Exempt, "on", s.On), sorted(s.Name), sorted(s.Purpose), s.Provider, s.PolicyURL,
			list(", hosts", s.Hosts), list(", signals", s.Signals), with(s))
		for _, c := range s.Cookies {
			line("  %s %q from %q, domain %q, purpose%s, lifetime %q", cmpKind(c.Kind), c.Name, c.Source, c.Domain, sorted(c.Purpose), c.Lifetime)
		}
	}
	for _, language := range slices.Sorted(maps.Keys(p.Words)) {
		line("words %q:%s", language, sorted(p.Words[language]))
	}
	for _, m := range p.Mistakes {
		line("mistake %s at %s, %s: %s", m.Rule, m.Place, m.Path, m.Text)
	}
	for _, f := range p.Fates {
		line("%s %s%s%s", f.Outcome, f.Path, to(f.To), because(f.Why))
	}
	return b.String()
}

func sorted(texts map[string]string) string {
	if len(texts) == 0 {
		return " none"
	}
	var parts []string
	for _, language := range slices.Sorted(maps.Keys(texts)) {
		parts = append(parts, fmt.Sprintf(" %s %q", language, texts[language]))
	}
	return strings.Join(parts, "")
}

func marked(marks ...any) string {
	var b strings.Builder
	for i := 0; i < len(marks); i += 2 {
		if marks[i+1].(bool) {
			b.WriteString(" " + marks[i].(string))
		}
	}
	return b.String()
}

func when(holds bool, text string) string {
	if holds {
		return text
	}
	return ""
}

func list(before string, texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return before + " " + strings.Join(texts, " ")
}

func with(s plan.Service) string {
	text := ""
	if s.Library != "" {
		text = ", library " + s.Library
	}
	if len(s.Settings) > 0 {
		text += ", with" + sorted(s.Settings)
	}
	return text
}

func cmpKind(kind string) string {
	if kind == "" {
		return "cookie"
	}
	return kind
}

func to(path string) string {
	if path == "" {
		return ""
	}
	return " → " + path
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

func TestSummary(t *testing.T) {
	got := summary(tacPlan(t, `init({"privacyUrl": "/p"})`, `job.push("gtag")`, `user.gtagUa = "G-ABCDE12345"`))
	want := `tarteaucitron
languages: 
site: name none, controller "", policy  "/p", domain ""
answer: "tarteaucitron", 365 days, by service
category analytic: name en "Statistics" fr "Mesure d'audience", description none
service gtag in analytic: name  "Google Analytics (GA4)", purpose none, provider "", policy "", signals analytics_storage, library gtag, with measurement "G-ABCDE12345"
mapped jobs[0] → services[gtag]
mapped user.gtagUa → services[gtag].with.measurement
mapped init.privacyUrl → site.charterURL
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
