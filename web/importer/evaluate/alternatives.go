package evaluate

import (
	"fmt"
	"regexp"
	"strings"

	"charte/web/importer/told"
)

// Tags of templates that begin, part and end alternatives and loops: those of Django, Twig, Liquid, Go,
// Handlebars, ERB, SilverStripe, PHP and FreeMarker.
var (
	tag     = regexp.MustCompile(`(?s)\{%-?.*?%\}|\{\{[-~]?[^{}]*\}\}|<%[^=].*?%>|<\?(?:php)?\s.*?\?>|</?#[a-z]+[^<>]*>`)
	opens   = regexp.MustCompile(`^(?:\{%-?\s*(?:if|unless|for|ifequal|case)\b|\{\{[-~]?\s*#?(?:if|unless|range|with|each|block|define)\b|<%-?\s*(?:if|unless|loop|with|cached)\b|<%.*\bdo\s*(?:\|.*\|)?\s*-?%>|<\?(?:php)?\s+(?:if|foreach|for|while)\b.*(?::|\{)\s*\?>|<#(?:if|list)\b)`)
	parting = regexp.MustCompile(`^(?:\{%-?\s*(?:else|elif|elsif|elseif|empty)\b|\{\{[-~]?\s*else\b|<%-?\s*(?:else|elsif|else_if)\b|<\?(?:php)?\s+\}?\s*(?:else|elseif)\b|<#else)`)
	closes  = regexp.MustCompile(`^(?:\{%-?\s*end\w+|\{\{[-~]?\s*(?:end\b|/(?:if|unless|each|with)\b)|<%-?\s*(?:end|end_\w+)\b|<\?(?:php)?\s+(?:endif|endforeach|endfor|endwhile|\})|</#(?:if|list))`)
)

// Tags and expressions of Fluid, SilverStripe and Smarty, which look like JavaScript or HTML, so that they
// are looked for only where JavaScript cannot be read.
var (
	otherwise = regexp.MustCompile(`(?s)<[a-z]+:else\b[^<>]*>(.*?)</[a-z]+:else>`)
	alone     = regexp.MustCompile(`<[a-z]+:[\w.]+(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/>`)
	around    = regexp.MustCompile(`</?[a-z]+:[\w.]+(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*>`)
	braced    = regexp.MustCompile(`[{$]?(?:\{\$[^{}\n]*\}|\{[\w.]+\s*->[^{}\n]*\}|\{\w+:[\w.]+\([^{}\n]*\)\}|\{[a-z]\w*(?:\.\w+)+\})`)
)

// firstBranches takes all but the first branch out of the alternatives of a template, which together are
// often no JavaScript, and puts holes where Fluid and its like print. It notes what it takes out.
func (e *evaluation) firstBranches(name, text string) string {
	unread := func(at int, found string) {
		e.problem(told.Place{File: name, Line: 1 + strings.Count(text[:at], "\n")}, fmt.Sprintf("The template chooses between texts here, and the first one was read: what follows %q was not.", found))
	}
	for _, at := range otherwise.FindAllStringSubmatchIndex(text, -1) {
		if len(strings.TrimSpace(text[at[2]:at[3]])) > 1 { // more than the comma between items
			unread(at[0], text[at[0]:at[2]])
		}
	}
	text = otherwise.ReplaceAllStringFunc(text, spaces)
	masks := func(found string) string { return e.masked.hole(found) + blank(found) }
	text = around.ReplaceAllStringFunc(alone.ReplaceAllStringFunc(text, masks), spaces)
	text = braced.ReplaceAllStringFunc(text, func(found string) string {
		if strings.HasPrefix(found, "{{") || strings.HasPrefix(found, "${") { // another template's, or JavaScript's
			return found
		}
		return masks(found)
	})
	var b strings.Builder
	var open []bool // whether the first branch of what is open has ended
	from, hidden := 0, 0
	for _, at := range tag.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		until := at[0]
		opened, parted, closed := opens.MatchString(found), parting.MatchString(found), closes.MatchString(found)
		if !opened && !parted && !closed {
			continue
		}
		if hidden > 0 {
			b.WriteString(spaces(text[from:until]))
		} else {
			b.WriteString(text[from:until])
		}
		b.WriteString(spaces(found))
		from = at[1]
		switch last := len(open) - 1; {
		case opened:
			open = append(open, false)
		case last < 0:
		case parted && !open[last]:
			open[last] = true
			hidden++
			unread(at[0], e.masked.restored(found))
		case closed:
			if open[last] {
				hidden--
			}
			open = open[:last]
		}
	}
	b.WriteString(text[from:])
	return b.String()
}

// loneHole is a hole that stands alone on its line, where no value can stand.
var loneHole = regexp.MustCompile(`(?m)([^\s:=(\[+?|&]\s*\n\s*)(__CHARTE_\d+__)([ \t]*;?)$`)

// withoutLone takes out what a template writes on a line of its own, which may be anything, and notes it.
func (e *evaluation) withoutLone(name, text string) string {
	for range 100 {
		at := loneHole.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		found := text[at[4]:at[5]]
		e.problem(told.Place{File: name, Line: 1 + strings.Count(text[:at[4]], "\n")}, "What the template writes here is not known: "+e.masked.restored(found)+".")
		text = text[:at[4]] + strings.Repeat(" ", len(found)) + text[at[5]:]
	}
	return text
}
