package draft

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"charte/catalogue"
	"charte/catalogue/services"
	"charte/catalogue/source"
)

// A Site is what a new catalogue is made of.
type Site struct {
	Name       string
	Controller string
	Languages  []string // the default one first
	Services   []Addition
	Look       string // a preset
	Address    string // of the folder that charte.js will stand in, "https://example.org/charte/" or "/charte/"
}

// Tag is the tag to put into the site's pages.
func (s Site) Tag() string {
	return fmt.Sprintf(`<script src="%s/charte.js" defer></script>`, strings.TrimSuffix(s.Address, "/"))
}

// New writes a catalogue. name is the name of the file in errors. The catalogue is valid, and
// leaves no doubt that a program could find.
func New(name string, s Site) (string, error) {
	if fault := addressFault(s.Address); fault != "" {
		return "", errors.New(fault)
	}
	base, err := source.Embedded("default")
	if err != nil {
		return "", err
	}
	texts := func(in func(catalogue.Language) string) string {
		var each []string
		for _, language := range s.Languages {
			each = append(each, language+": "+quoted(in(catalogue.Language(language))))
		}
		return "{ " + strings.Join(each, ", ") + " }"
	}
	var own []string // ids of the services that the default catalogue has
	var choice catalogue.Service
	for _, service := range base.Services {
		if own = append(own, string(service.ID)); service.Cookies[0].Name == catalogue.AnswerCookie {
			choice = service
		}
	}
	var b strings.Builder
	line := func(format string, values ...any) { fmt.Fprintf(&b, format+"\n", values...) }
	line("# yaml-language-server: $schema=%s", source.SchemaFile)
	line("# The cookies of %s. In its pages: %s", strings.Join(strings.Fields(s.Name), " "), s.Tag())
	line("")
	line("extends: default")
	line("languages: [%s]", strings.Join(s.Languages, ", "))
	line("site: { name: %s, controller: %s }", texts(func(catalogue.Language) string { return s.Name }), quoted(s.Controller))
	if s.Look != "" && s.Look != "neutral" {
		line("look: { preset: %s }", s.Look)
	}
	line("")
	line("# The default catalogue is that of an Opendatasoft portal. These services are its own; declare yours below.")
	line("without: [%s]", strings.Join(own, ", "))
	line("")
	line("providers:")
	line("  - { id: site, name: %s, firstParty: true }", quoted(s.Controller))
	line("")
	line("services:")
	line("  # What the site itself cannot do without comes first: its choice about cookies, its sign-in and the like.")
	line("  - id: %s", choice.ID)
	line("    category: %s", choice.Category)
	line("    provider: site")
	line("    name: %s", texts(func(l catalogue.Language) string { return choice.Name[l] }))
	line("    cookies:")
	line("      - name: %s", choice.Cookies[0].Name)
	line("        purpose: %s", texts(func(l catalogue.Language) string { return choice.Cookies[0].Purpose[l] }))
	line("        lifetime: %s", source.WriteLifetime(choice.Cookies[0].Lifetime))
	var declared []catalogue.Cookie
	for _, addition := range s.Services {
		line("")
		line("  - %s", strings.Join(addition.Beside(declared).Lines(), "\n    "))
		for _, cookie := range addition.Edition.Service.Cookies {
			cookie.Name = services.Fill(cookie.Name, addition.With)
			declared = append(declared, cookie)
		}
	}
	_, doubts, _, err := source.DoubtsIn(name, []byte(b.String()))
	if err == nil && len(doubts) > 0 {
		err = doubts
	}
	return b.String(), err
}

// quoted writes a text as YAML, always in quotes.
func quoted(text string) string { return fmt.Sprintf("%q", strings.TrimSpace(text)) }

// languages are those that both the default catalogue and the known services have.
var languages = []string{"fr", "en"}

// languageFault says which languages a new catalogue cannot be in, or "" where it can.
func languageFault(tags []string) string {
	for _, tag := range tags {
		if !slices.Contains(languages, tag) {
			return fmt.Sprintf("a new catalogue can be in %s; for %q, copy catalogue/default.yaml and translate its texts", strings.Join(languages, " and "), tag)
		}
	}
	if len(tags) == 0 {
		return "a catalogue has one language at least"
	}
	return ""
}
