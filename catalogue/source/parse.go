package source

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/scanner"
	"github.com/goccy/go-yaml/token"

	"charte/catalogue/check"
)

const (
	// maxBytes bounds a file. The largest catalogue that a person could maintain
	// has a tenth of that.
	maxBytes = 8 << 20

	// maxDepth bounds nesting, maxKeys the keys of one mapping, maxElements
	// the elements of one list. A catalogue needs six levels, a key for each
	// of 100 languages and, at the very most, a list of 20,000 cookies.
	maxDepth    = 50
	maxKeys     = 200
	maxElements = 25_000
)

// Syntax reads YAML as [Read] does, and returns its syntax tree. It is nil if the file is empty. Lines
// and columns in it are those of the file; offsets are not. name is the name of the file in errors,
// which are of type [Errors].
func Syntax(name string, data []byte) (ast.Node, error) {
	body, errs := parse(name, data)
	if errs != nil {
		return nil, errs
	}
	return body, nil
}

// parse reads data as one YAML document and returns its body, or nil if that is
// empty.
//
// goccy/go-yaml does the reading. Before that, parse refuses input for which the
// library would take long, or which it would misread or panic on.
func parse(file string, data []byte) (body ast.Node, errs Errors) {
	fail := func(line, column int, message string) (ast.Node, Errors) {
		return nil, Errors{{File: file, Line: line, Column: column, Message: message}}
	}
	if len(data) > maxBytes {
		return fail(0, 0, fmt.Sprintf("the file has %d bytes, %d at most", len(data), maxBytes))
	}
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")),
		len(data) >= 2 && (data[0] == 0) != (data[1] == 0):
		return fail(1, 1, "the file is in UTF-16; save it as UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	if line, column, message := firstBadCharacter(data); message != "" {
		return fail(line, column, message)
	}

	// A panic of the library must not end the program. A mistake in a catalogue
	// that is edited while the server runs must be an error.
	defer func() {
		if r := recover(); r != nil {
			body, errs = fail(0, 0, fmt.Sprintf("the file is not YAML that can be read (%v)", r))
		}
	}()
	if t, message := early(string(data)); t != nil {
		return fail(t.Position.Line, t.Position.Column, message)
	}
	tokens := lexer.Tokenize(string(data))
	for _, t := range tokens {
		if message := refused(t); message != "" {
			return fail(t.Position.Line, t.Position.Column, message)
		}
	}
	if t, message := tooMuch(tokens); t != nil {
		return fail(t.Position.Line, t.Position.Column, message)
	}
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		syntax := yaml.Error(nil)
		if !errors.As(err, &syntax) {
			return fail(0, 0, "not valid YAML: "+err.Error())
		}
		// syntax.Error() would print the lines around the place as well.
		line, column := 0, 0
		if t := syntax.GetToken(); t != nil && t.Position != nil {
			line, column = t.Position.Line, t.Position.Column
		}
		return fail(line, column, "not valid YAML: "+shorten(syntax.GetMessage(), 100))
	}
	documents := 0
	for _, document := range parsed.Docs {
		if document.Body == nil {
			continue
		}
		if documents++; documents > 1 {
			line, column := position(document.Body)
			return fail(line, column, `a second document; one file holds one, so remove the "---" before it`)
		}
		body = document.Body
	}
	return body, nil
}

// firstBadCharacter finds the first byte that is not UTF-8 or the first control
// character that YAML does not allow (YAML 1.2.2, section 5.1), whichever comes
// first. The message is "" if there is none.
func firstBadCharacter(data []byte) (line, column int, message string) {
	line, column = 1, 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1:
			return line, column, fmt.Sprintf("the byte 0x%02X is not UTF-8; save the file as UTF-8", data[0])
		case r == '\n':
			line, column = line+1, 0
		case r < ' ' && r != '\t', r == 0x7f, r == 0xfeff:
			return line, column, fmt.Sprintf("the control character U+%04X is not allowed", r)
		}
		data = data[size:]
		column++
	}
	return 0, 0, ""
}

// refused says why a catalogue may not have such a token, or "" if it may. A small
// file with aliases can stand for a huge one, and tags name types that a catalogue
// does not have.
func refused(t *token.Token) string {
	switch t.Type {
	case token.AnchorType, token.AliasType, token.MergeKeyType:
		return "anchors, aliases and merge keys (&name, *name, <<) are not supported; write the text out, in quotes if it starts with & or *"
	case token.TagType:
		return "tags (!name) are not supported; put the text in quotes if it starts with !"
	case token.DirectiveType:
		return "directives (%…) are not supported; put the text in quotes if it starts with %"
	case token.MappingKeyType:
		return `"? " keys are not supported; put the text in quotes if it starts with ?`
	}
	return ""
}

// early is tooMuch for the beginning of a long file. The library takes 13 s for 8 MB of "[", each of which is a
// token, and finds all of them before anything can be refused (scanner.Scanner.scan, v1.19.2). So it is given
// longer and longer beginnings, which for a file without such a fault takes a seventh longer.
func early(data string) (*token.Token, string) {
	for size := 64 << 10; size < len(data); size *= 8 {
		if t, message := tooMuch(beginning(data[:size])); t != nil {
			return t, message
		}
	}
	return nil, ""
}

// beginning returns the tokens of the beginning of a file. It ends before what is not whole, such as a text
// without its second quote.
func beginning(data string) token.Tokens {
	var s scanner.Scanner
	s.Init(data)
	var all token.Tokens
	for {
		tokens, err := s.Scan()
		all.Add(tokens...)
		if err != nil { // at the latest io.EOF
			return all
		}
	}
}

// tooMuch returns the first token that goes beyond the bounds of nesting, keys
// or elements, and the error to report there. It works on tokens, before the
// library's parser runs: the parser calls itself for every level and for every key
// of a mapping (parser.parseMap, v1.19.2), and no Go program survives a stack
// overflow.
func tooMuch(tokens token.Tokens) (*token.Token, string) {
	type level struct {
		flow     bool // "{…}" or "[…]"
		list     bool
		column   int // of its keys or dashes, in a block
		children int
	}
	var levels []level
	top := func() *level {
		if len(levels) == 0 {
			return nil
		}
		return &levels[len(levels)-1]
	}
	// child counts a key or an element at a column of a block.
	child := func(list bool, column int) {
		for l := top(); l != nil && !l.flow && (l.column > column || l.column == column && l.list && !list); l = top() {
			levels = levels[:len(levels)-1]
		}
		if l := top(); l == nil || l.flow || l.column != column || l.list != list {
			levels = append(levels, level{list: list, column: column})
		}
		top().children++
	}
	for i, t := range tokens {
		l := top()
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			levels = append(levels, level{flow: true, list: t.Type == token.SequenceStartType})
		case token.MappingEndType, token.SequenceEndType:
			for open := false; l != nil && !open; l = top() {
				open = l.flow
				levels = levels[:len(levels)-1]
			}
		case token.CollectEntryType:
			if l != nil {
				l.children++
			}
		case token.SequenceEntryType:
			child(true, t.Position.Column)
		case token.MappingValueType:
			if l != nil && l.flow {
				l.children++ // "," counts too; the bounds leave room for that
				break
			}
			column := t.Position.Column
			if i > 0 && tokens[i-1].Position.Line == t.Position.Line {
				column = tokens[i-1].Position.Column // of the key before ":"
			}
			child(false, column)
		}
		if len(levels) > maxDepth {
			return t, fmt.Sprintf("more than %d levels of nesting", maxDepth)
		}
		if l := top(); l != nil && l.list && l.children > maxElements {
			return t, fmt.Sprintf("a list of more than %d elements", maxElements)
		} else if l != nil && !l.list && l.children > maxKeys {
			return t, fmt.Sprintf("a mapping of more than %d keys", maxKeys)
		}
	}
	return nil, ""
}

// position returns where a node starts. A mapping starts at its first key.
func position(node ast.Node) (line, column int) {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return position(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return position(n.Key)
	case *ast.LiteralNode:
		return n.Start.Position.Line, n.Start.Position.Column
	}
	t := node.GetToken()
	if t == nil || t.Position == nil {
		return 0, 0
	}
	return t.Position.Line, t.Position.Column
}

// todo describes what a draft left to a person.
const todo = "TODO"

// described says what a node is, as in "a list where a text was expected".
func described(node ast.Node) string {
	switch n := node.(type) {
	case *ast.StringNode:
		if check.Undone(n.Value) {
			return todo
		}
		return "a text"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		if len(n.Values) == 1 && described(n.Values[0]) == todo {
			return todo // where a TODO alone could be meant
		}
		return "a list"
	case *ast.NullNode:
		return "nothing"
	case *ast.BoolNode:
		return n.Token.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "the number " + strings.TrimSpace(n.GetToken().Value)
	case *ast.LiteralNode:
		return "a text"
	}
	return "something else"
}
