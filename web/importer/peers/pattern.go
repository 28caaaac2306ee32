package peers

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"

	"charte/web/importer/told"
)

// mostNames is how many names a pattern may stand for. More are no list that anybody reads.
const mostNames = 24

// cookieNames says how Charte writes the name of a cookie, or a regular expression for names: a text,
// "/…/i" in a text, or a RegExp. A final "*" of a name stands for any ending. Alternatives are several
// names. source is what stands in the configuration. names is empty where no such name says the same;
// why then says why. Where names says more than the source does, why says what.
func cookieNames(v told.Value) (names []string, source, why string) {
	switch v.Kind {
	case told.Text:
		if expression, flags, ok := slashed(v.Text); ok {
			names, why = patternNames(expression, flags)
			return names, v.Text, why
		}
		names, why = textName(v.Text)
		return names, v.Text, why
	case told.Pattern:
		names, why = patternNames(v.Text, v.Flags)
		return names, "/" + v.Text + "/" + v.Flags, why
	case told.Function, told.Opaque:
		return nil, v.Text, "The name is worked out in the page, so it is not known here."
	}
	return nil, v.Text, "It is no name of a cookie."
}

// slashed takes a regular expression out of a text that has it between slashes. No cookie's name has
// a slash (RFC 6265, section 4.1.1, and RFC 2616, section 2.2).
func slashed(text string) (expression, flags string, ok bool) {
	last := strings.LastIndexByte(text, '/')
	if last < 2 || text[0] != '/' || strings.Trim(text[last+1:], "dgimsuvy") != "" {
		return "", "", false
	}
	return text[1:last], text[last+1:], true
}

// textName is a name that stands for itself.
func textName(text string) (names []string, why string) {
	name := strings.TrimSpace(text)
	switch star := strings.IndexByte(name, '*'); {
	case name == "":
		return nil, "The name is empty."
	case strings.ContainsAny(name, "{<"):
		return nil, "A template fills in a part of the name. Write the name that comes of it."
	case strings.Trim(name, "*.") == "":
		return nil, "It matches every name. Write the names that the service sets."
	case star >= 0 && star < len(name)-1:
		return nil, "Charte has a star at the end of a name only. Write the names that it stands for."
	case star >= 0:
		return []string{name}, "The banner reads the star as a letter of the name, so it found no cookie. In the catalogue it stands for any ending."
	case name != text:
		return []string{name}, "It had blanks around it, with which it matched nothing."
	}
	return []string{name}, ""
}

// patternNames are the names that a regular expression of JavaScript stands for.
func patternNames(expression, flags string) (names []string, why string) {
	// Go's expressions have neither lookaround nor back-references; a name needs neither.
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil || folds(parsed) {
		return nil, "The regular expression cannot be read as names. Write the names that it stands for."
	}
	branches, ok := expand(parsed)
	if !ok || len(branches) == 0 {
		return nil, fmt.Sprintf("The regular expression stands for more than %d names, or for none. Write the names that the service sets.", mostNames)
	}
	var wider []string
	for _, b := range branches {
		name, note := b.name()
		if name == "" {
			return nil, note
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		if note != "" && !slices.Contains(wider, note) {
			wider = append(wider, note)
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool { return coveredBy(names, name) })
	if strings.Contains(flags, "i") && strings.ContainsFunc(strings.Join(names, ""), unicode.IsLetter) {
		wider = append(wider, "Capital and small letters count as the same in the source, and differ in the catalogue.")
	}
	return names, strings.Join(wider, " ")
}

// folds reports whether an expression has a flag within it, by which it no longer says how the name is
// spelt.
func folds(e *syntax.Regexp) bool {
	return e.Op == syntax.OpLiteral && e.Flags&syntax.FoldCase != 0 || slices.ContainsFunc(e.Sub, folds)
}

// coveredBy reports whether another of the names covers this one.
func coveredBy(names []string, name string) bool {
	return slices.ContainsFunc(names, func(other string) bool {
		family, isFamily := strings.CutSuffix(other, "*")
		return isFamily && other != name && strings.HasPrefix(name, family)
	})
}

// A branch is one of the alternatives of a regular expression: what a name begins with, and what may
// follow.
type branch struct {
	begun  bool   // "^" stands before it
	prefix string // the letters before anything that varies
	open   bool   // something that varies follows
	every  bool   // what varies may be anything, or nothing
	some   bool   // what varies may be anything, but not nothing
	ended  bool   // "$" stands after it
	broken bool   // something stands after "$", or before "^": nothing matches
}

// name is Charte's name for a branch, with what it covers beyond the branch. It is "" where there is
// no such name, and why says so.
func (b branch) name() (name, why string) {
	switch exact := b.ended && !b.open; {
	case b.broken:
		return "", "The regular expression matches no name."
	case b.prefix == "" && exact && b.begun:
		return "", "The regular expression matches the empty name only."
	case b.prefix == "":
		return "", "It matches every name, or names with any beginning. Write the names that the service sets."
	case !b.begun:
		return "", "Without ^ at its beginning, it matches names that have this anywhere in them. Write the names that the service sets."
	case strings.Contains(b.prefix, "*"):
		return "", "A name of Charte's catalogue has a star at its end only."
	case exact:
		return b.prefix, ""
	case b.every || !b.open:
		return b.prefix + "*", ""
	case b.some:
		return b.prefix + "*", fmt.Sprintf("%s* also covers %s itself.", b.prefix, b.prefix)
	}
	return b.prefix + "*", fmt.Sprintf("%s* also covers names that begin with %s and go on in another way than in the source.", b.prefix, b.prefix)
}

// then is a branch with another one after it.
func (b branch) then(next branch) branch {
	switch {
	case next.begun && (b.prefix != "" || b.open && !b.every):
		b.broken = true
	case next.begun:
		b.begun = true
	}
	if b.ended && (next.prefix != "" || next.open && !next.every) {
		b.broken = true
	}
	if !b.open {
		b.prefix += next.prefix
		b.every, b.some = next.every, next.some
	} else if next.prefix != "" || next.open && !next.every {
		b.every, b.some = false, false
	}
	b.open = b.open || next.open
	b.ended = b.ended || next.ended
	b.broken = b.broken || next.broken
	return b
}

// expand writes an expression out as its alternatives. ok is false where there are too many.
func expand(e *syntax.Regexp) (branches []branch, ok bool) {
	switch e.Op {
	case syntax.OpLiteral:
		return []branch{{prefix: string(e.Rune)}}, true
	case syntax.OpCharClass:
		return class(e.Rune), true
	case syntax.OpBeginText, syntax.OpBeginLine:
		return []branch{{begun: true}}, true
	case syntax.OpEndText, syntax.OpEndLine:
		return []branch{{ended: true}}, true
	case syntax.OpEmptyMatch:
		return []branch{{}}, true
	case syntax.OpNoMatch:
		return []branch{{broken: true}}, true
	case syntax.OpCapture:
		return expand(e.Sub[0])
	case syntax.OpStar, syntax.OpPlus:
		anything := e.Sub[0].Op == syntax.OpAnyChar || e.Sub[0].Op == syntax.OpAnyCharNotNL
		return []branch{{open: true, every: anything && e.Op == syntax.OpStar, some: anything && e.Op == syntax.OpPlus}}, true
	case syntax.OpQuest:
		branches, ok = expand(e.Sub[0])
		return append([]branch{{}}, branches...), ok && len(branches) < mostNames
	case syntax.OpAlternate:
		for _, sub := range e.Sub {
			more, fits := expand(sub)
			branches = append(branches, more...)
			if !fits || len(branches) > mostNames {
				return nil, false
			}
		}
		return branches, true
	case syntax.OpConcat:
		return concat(e.Sub)
	case syntax.OpRepeat:
		if e.Min == e.Max && e.Min <= mostNames {
			if branches, ok = concat(slices.Repeat(e.Sub, e.Min)); ok {
				return branches, true
			}
		}
	}
	// What is left varies: a repetition, any letter, the edge of a word.
	return []branch{{open: true}}, true
}

// concat writes out expressions that follow one another.
func concat(parts []*syntax.Regexp) (branches []branch, ok bool) {
	branches = []branch{{}}
	for _, part := range parts {
		next, fits := expand(part)
		if !fits || len(branches)*len(next) > mostNames {
			return nil, false
		}
		var longer []branch
		for _, b := range branches {
			for _, n := range next {
				longer = append(longer, b.then(n))
			}
		}
		branches = longer
	}
	return branches, true
}

// class writes out a class of a few letters, as in [ab]. A larger one varies.
func class(ranges []rune) []branch {
	const few = 4
	var branches []branch
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] >= few || len(branches)+int(ranges[i+1]-ranges[i]) >= few {
			return []branch{{open: true}}
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			branches = append(branches, branch{prefix: string(r)})
		}
	}
	return branches
}
