package tags

import (
	"regexp"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
)

// What a script does with the banner.
type doing int

const (
	talks       doing = iota // something else than to set it up
	setsAndMore              // sets it up, and does something else, or what it holds cannot be seen
	onlySets                 // nothing but to set it up, with values that are no functions
)

// setupBytes and setupDepth bound what is parsed. The parser calls itself for each bracket. setupBytes alone
// keeps it from filling the stack, however brackets in texts mislead depth.
const (
	setupBytes = 64_000
	setupDepth = 200
)

// codeLetter stands in the place of template code.
const codeLetter = 'x'

var (
	// setsUp finds that a banner is set up, in a script that cannot be parsed.
	setsUp = regexp.MustCompile(`CookieConsent\s*\.\s*run\b|initCookieConsent|tarteaucitron\s*\.\s*init\b|klaro\s*\.\s*setup\b|(klaro|orejime)Config\s*=|Orejime\s*\.\s*init\b|loadOrejime`)

	// imports finds statements that import a module. The parser knows scripts only.
	imports = regexp.MustCompile(`(?m)^\s*import\s+(?:[\w*{}\s,$]+\s+from\s+)?["']([^"'\n]*)["'];?`)
)

// sets looks at what a script does with the banner.
func (p *page) sets(code span, o *own) doing {
	text := []byte(string(p.text[code.start:code.end]))
	unseen := false
	for _, c := range p.codeIn(code) {
		inside := span{max(c.start, code.start), min(c.end, code.end)}
		for i := inside.start; i < inside.end; i++ {
			text[i-code.start] = codeLetter
		}
	}
	for _, at := range imports.FindAllSubmatchIndex(text, -1) {
		if module := string(text[at[2]:at[3]]); !o.script.MatchString(fileName(module)) {
			unseen = true
		}
		for i := at[0]; i < at[1]; i++ {
			text[i] = ' '
		}
	}
	if !unseen && len(text) <= setupBytes && depth(text) <= setupDepth {
		if program, err := parser.ParseFile(nil, "", string(text), 0, parser.WithDisableSourceMaps); err == nil {
			s := setting{own: o, passed: map[string]bool{}}
			if s.all(program.Body) && s.started {
				return onlySets
			}
		}
	}
	if setsUp.Match(text) {
		return setsAndMore
	}
	return talks
}

// depth is how deep brackets stand in one another. Those in texts count, too.
func depth(text []byte) int {
	now, most := 0, 0
	for _, c := range text {
		switch c {
		case '(', '[', '{':
			now++
		case ')', ']', '}':
			now--
		}
		most = max(most, now)
	}
	return most
}

// A setting looks through the statements of a script.
type setting struct {
	*own
	passed  map[string]bool // variables that are handed to the banner
	started bool            // the banner is given its configuration
}

// all reports whether statements only set the banner up.
func (s *setting) all(statements []ast.Statement) bool {
	// From the end, since variables are declared before they are handed over.
	for i := len(statements) - 1; i >= 0; i-- {
		if !s.one(statements[i]) {
			return false
		}
	}
	return true
}

func (s *setting) one(statement ast.Statement) bool {
	switch statement := statement.(type) {
	case *ast.EmptyStatement:
		return true
	case *ast.VariableStatement:
		return s.declares(statement.List)
	case *ast.LexicalDeclaration:
		return s.declares(statement.List)
	case *ast.ExpressionStatement:
		switch e := statement.Expression.(type) {
		case *ast.StringLiteral: // "use strict"
			return true
		case *ast.CallExpression:
			return s.calls(e)
		case *ast.AssignExpression:
			return s.assigns(e)
		}
	}
	return false
}

func (s *setting) declares(bindings []*ast.Binding) bool {
	for _, b := range bindings {
		name, ok := b.Target.(*ast.Identifier)
		if !ok || !s.takes(name.Name.String(), b.Initializer) {
			return false
		}
	}
	return true
}

// takes reports whether a variable holds nothing but the banner's configuration, or the banner.
func (s *setting) takes(name string, value ast.Expression) bool {
	switch {
	case s.passed[name]:
	case s.settings.MatchString(name):
		s.started = s.started || strings.HasSuffix(name, "Config")
	default:
		return false
	}
	if call, ok := value.(*ast.CallExpression); ok {
		return s.calls(call)
	}
	return plain(value)
}

func (s *setting) assigns(e *ast.AssignExpression) bool {
	name := dotted(e.Left)
	if name == "onload" || name == "document.body.onload" {
		return s.waits(e.Right)
	}
	return s.takes(name, e.Right)
}

func (s *setting) calls(e *ast.CallExpression) bool {
	name := dotted(e.Callee)
	if name == "addEventListener" || name == "document.addEventListener" {
		if len(e.ArgumentList) != 2 {
			return false
		}
		event, ok := e.ArgumentList[0].(*ast.StringLiteral)
		return ok && (event.Value == "load" || event.Value == "DOMContentLoaded") && s.waits(e.ArgumentList[1])
	}
	if !s.starts.MatchString(name) {
		return false
	}
	for _, argument := range e.ArgumentList {
		if variable, ok := argument.(*ast.Identifier); ok && plain(variable) {
			s.passed[variable.Name.String()] = true
		} else if !plain(argument) {
			return false
		}
	}
	s.started = true
	return true
}

// waits reports whether a function only sets the banner up.
func (s *setting) waits(e ast.Expression) bool {
	switch e := e.(type) {
	case *ast.FunctionLiteral:
		return s.all(e.Body.List)
	case *ast.ArrowFunctionLiteral:
		switch body := e.Body.(type) {
		case *ast.BlockStatement:
			return s.all(body.List)
		case *ast.ExpressionBody:
			call, ok := body.Expression.(*ast.CallExpression)
			return ok && s.calls(call)
		}
	}
	return false
}

// dotted is a name with dots, without "window."; "" if an expression is none.
func dotted(e ast.Expression) string {
	var name string
	switch e := e.(type) {
	case *ast.Identifier:
		name = e.Name.String()
	case *ast.DotExpression:
		left := dotted(e.Left)
		if left == "" {
			return ""
		}
		name = left + "." + e.Identifier.Name.String()
	}
	return strings.TrimPrefix(name, "window.")
}

// plain reports whether a value is written out, with no function and no call in it.
func plain(e ast.Expression) bool {
	all := func(parts []ast.Expression) bool {
		for _, part := range parts {
			if part != nil && !plain(part) {
				return false
			}
		}
		return true
	}
	switch e := e.(type) {
	case *ast.StringLiteral, *ast.NumberLiteral, *ast.BooleanLiteral, *ast.NullLiteral, *ast.RegExpLiteral:
		return true
	case *ast.Identifier: // what a template writes could be anything
		return strings.Trim(e.Name.String(), string(codeLetter)) != ""
	case *ast.DotExpression:
		return dotted(e) != ""
	case *ast.UnaryExpression:
		return plain(e.Operand)
	case *ast.BinaryExpression:
		return plain(e.Left) && plain(e.Right)
	case *ast.ConditionalExpression:
		return plain(e.Test) && plain(e.Consequent) && plain(e.Alternate)
	case *ast.TemplateLiteral:
		return e.Tag == nil && all(e.Expressions)
	case *ast.ArrayLiteral:
		return all(e.Value)
	case *ast.ObjectLiteral:
		for _, property := range e.Value {
			switch property := property.(type) {
			case *ast.PropertyKeyed:
				if !plain(property.Value) {
					return false
				}
			case *ast.PropertyShort:
			default:
				return false
			}
		}
		return true
	}
	return false
}
