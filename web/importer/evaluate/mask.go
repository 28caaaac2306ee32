package evaluate

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A masked has what stood where a template's code was taken out.
type masked struct {
	texts []string
}

// A hole stands for an interpolation. It is a name of JavaScript, so it can stand where a value does as
// well as within a text.
var hole = regexp.MustCompile(`__CHARTE_(\d+)__`)

func (m *masked) hole(text string) string {
	m.texts = append(m.texts, text)
	return fmt.Sprintf("__CHARTE_%d__", len(m.texts)-1)
}

// restored puts what was taken out back into a text.
func (m *masked) restored(text string) string {
	return hole.ReplaceAllStringFunc(text, func(found string) string {
		n, err := strconv.Atoi(hole.FindStringSubmatch(found)[1])
		if err != nil || n >= len(m.texts) {
			return found
		}
		return m.texts[n]
	})
}

// Template code: what it prints becomes a hole, and the rest becomes blank. Handlebars' and
// Go's blocks and comments print nothing, nor do FreeMarker's directives. Of Django's tags, and Twig's, some print.
var (
	prints = regexp.MustCompile(`(?s)\{\{[^#/!>{].*?\}\}|\{\{\{.*?\}\}\}|<\?=.*?\?>|<\?php\s+(?:echo|print|printf|_e|_ex|esc_html_e|esc_attr_e|bloginfo|the_\w+)\b.*?\?>|\{!!.*?!!\}|<%[=-].*?%>|\{%-?\s*(?:url|static|trans|translate|pageurl|slugurl|include|now|firstof|asset|path)\b.*?%\}`)
	silent = regexp.MustCompile(`(?s)\{%.*?%\}|\{#.*?#\}|\{\{[#/!>].*?\}\}|<\?(?:php)?\s.*?\?>|<%.*?%>|<#--.*?-->|</?[#@][^>]*>`)
	blocks = regexp.MustCompile(`(?s)\{\{-?\s*(?:(?:range|if|else|end|with|block|define|break|continue)\b[^}]*|\$\w+\s*:?=[^}]*|/\*.*?\*/\s*-?)\}\}`) // of Go's templates
	// A comma between the rounds of a loop: its body stands here once.
	between = regexp.MustCompile(`(\{%-?\s*if\b[^%]*%\}|\{\{-?\s*if\b[^}]*\}\}|<\?php\s+if\b[^?]*\?>|<#if\b[^>]*>)(\s*),(\s*)(\{%-?\s*endif|\{\{-?\s*end|<\?php\s+endif|</#if)`)
	dollar  = regexp.MustCompile(`(?s)[$#]\{.*?\}`)
)

// mask takes template code out of a text, and keeps its lines. dollars says that ${…} is such code, as
// in FreeMarker, and not JavaScript's.
func mask(text string, dollars bool, m *masked) string {
	masks := func(found string) string { return m.hole(found) + blank(found) }
	text = between.ReplaceAllString(text, "$1$2 $3$4")
	text = blocks.ReplaceAllStringFunc(text, spaces)
	text = prints.ReplaceAllStringFunc(text, masks)
	text = silent.ReplaceAllStringFunc(text, spaces)
	if dollars {
		text = dollar.ReplaceAllStringFunc(text, masks)
	}
	return text
}

// spaces is a text in which only the line ends are left.
func spaces(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, text)
}

// Laravel's Blade has directives between the text: some print, as @json($texts) does.
var (
	bladePrints = regexp.MustCompile(`@(?:json|js|lang|choice|csrf)\b\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)`)
	bladeSilent = regexp.MustCompile(`@(?:if|elseif|unless|isset|empty|auth|guest|env|foreach|forelse|for|while|switch|case|push|section|can|production|php)\b\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|@(?:else|end\w+|production|auth|guest|php|default|break)\b`)
)

// blade takes the directives of Blade out of a text, and keeps its lines.
func blade(text string, m *masked) string {
	text = bladePrints.ReplaceAllStringFunc(text, func(found string) string { return m.hole(found) + blank(found) })
	return bladeSilent.ReplaceAllStringFunc(text, blank)
}
