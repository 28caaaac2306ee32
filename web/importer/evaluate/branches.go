package evaluate

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"

	"charte/web/importer/told"
)

// The functions that a script calls with the test of a branch, before it leaves a function, and with what
// it chooses by.
const (
	testFunction   = "__charte_test"
	sureFunction   = "__charte_sure"
	choiceFunction = "__charte_choice"
)

// starts is code that starts a banner.
var starts = regexp.MustCompile(`(?i)\b(?:tarteaucitron\.(?:init|job)|orejime\.init|loadOrejime|klaro\.(?:setup|render)|cookieconsent\.run|initCookieConsent|(?:orejime|klaro)Config\s*=)`)

// A branch is an if whose way matters: it leaves the function, or starts a banner.
type branch struct {
	starts  bool
	unknown bool // the last time, what is not here decided
	passed  int  // how often it did not leave for that reason
}

// mostPassed is how often a branch may not leave. A loop waits for it to.
const mostPassed = 20

// branches returns the edits that watch a statement's branches. What is not here seldom decides as it would
// on the site: "if (!settings.consents.length) return" would leave too early, and "if (page.ready)" would not
// start the banner.
func (m *machine) branches(statement ast.Statement, text string, at func(file.Idx) (line, column int)) []edit {
	var edits []edit
	nodes(reflect.ValueOf(statement), func(n ast.Node) {
		switch n := n.(type) {
		case *ast.IfStatement:
			edits = append(edits, m.branch(n, text)...)
		case *ast.SwitchStatement:
			line, column := at(n.Discriminant.Idx0())
			edits = append(edits, m.choice(n, text, m.running().place(line, column))...)
		}
	})
	return edits
}

func (m *machine) branch(n *ast.IfStatement, text string) []edit {
	leave := leaves(n.Consequent)
	begin := int(n.Consequent.Idx0()) - 1
	if begin < 0 || n.Test.Idx0() < 1 {
		return nil
	}
	if _, is := n.Consequent.(*ast.ExpressionStatement); is {
		begin = beginning(text, n.Consequent)
	}
	begins := n.Alternate == nil && starts.MatchString(text[begin:max(begin, min(int(n.Consequent.Idx1()), len(text)))])
	if leave == nil && !begins {
		return nil
	}
	until := strings.TrimRight(text[:begin], " \t\n")
	from := strings.LastIndex(text[:int(n.Test.Idx0())-1], "if (") + len("if (")
	if from < len("if (") || !strings.HasSuffix(until, ")") || from > len(until)-1 || waits(n.Test) {
		return nil
	}
	id := itoa(len(m.ways))
	m.ways = append(m.ways, branch{starts: begins})
	edits := []edit{{from, testFunction + "(" + id + ", () => ("}, {len(until) - 1, markEnd + markEnd}}
	if leave != nil {
		edits = append(edits, edit{int(leave.Idx0()) - 1, "if (" + sureFunction + "(" + id + ")) "})
	}
	return edits
}

// leaves is the statement by which a branch leaves its function at its end, or nil.
func leaves(s ast.Statement) ast.Statement {
	switch s := s.(type) {
	case *ast.ReturnStatement, *ast.ThrowStatement:
		return s
	case *ast.BlockStatement:
		if len(s.List) > 0 {
			return leaves(s.List[len(s.List)-1])
		}
	}
	return nil
}

// waits reports whether an expression cannot stand in a function of its own.
func waits(e ast.Expression) (found bool) {
	nodes(reflect.ValueOf(e), func(n ast.Node) {
		switch n.(type) {
		case *ast.AwaitExpression, *ast.YieldExpression:
			found = true
		}
	})
	return found
}

// choice has a switch without a default take its first case, where it is not known what it chooses by.
func (m *machine) choice(n *ast.SwitchStatement, text string, place told.Place) []edit {
	if n.Default >= 0 || len(n.Body) == 0 {
		return nil
	}
	first, is := n.Body[0].Test.(*ast.StringLiteral)
	from := strings.LastIndex(text[:int(n.Discriminant.Idx0())-1], "switch (") + len("switch (")
	brace := strings.LastIndex(text[:int(n.Body[0].Case)-1], "{")
	if !is || from < len("switch (") || brace < from || waits(n.Discriminant) {
		return nil
	}
	until := strings.LastIndex(text[:brace], ")")
	if until < from {
		return nil
	}
	m.choices = append(m.choices, place)
	return []edit{{from, choiceFunction + "(" + itoa(len(m.choices)-1) + ", " + strconv.Quote(first.Value.String()) + ", "}, {until, markEnd}}
}

// tested is what a branch's test says. Where what is not here decides, a branch that starts a banner is
// taken.
func (m *machine) tested(c goja.FunctionCall) goja.Value {
	f, _ := goja.AssertFunction(c.Argument(1))
	before := m.touched
	m.touched = false
	v, err := f(goja.Undefined())
	unknown := m.touched || err == nil && m.isStandin(v)
	m.touched = before || unknown
	if err != nil {
		panic(err)
	}
	way := &m.ways[c.Argument(0).ToInteger()]
	way.unknown = unknown
	return m.vm.ToValue(v.ToBoolean() || unknown && way.starts)
}

// sure reports whether a branch leaves: for a known reason, or since a loop waits for it.
func (m *machine) sure(c goja.FunctionCall) goja.Value {
	way := &m.ways[c.Argument(0).ToInteger()]
	if way.unknown {
		way.passed++
	}
	return m.vm.ToValue(!way.unknown || way.passed > mostPassed)
}

// chosen is what a switch chooses by: the last argument or, where that is not known, the first case.
func (m *machine) chosen(c goja.FunctionCall) goja.Value {
	first, v := c.Argument(1), c.Argument(2)
	if object, is := v.(*goja.Object); is && m.standins[object] != nil {
		m.fault(m.choices[c.Argument(0).ToInteger()], m.standins[object].name+" is not known here, so only the case “"+first.String()+"” was read.")
		return first
	}
	return v
}

func (m *machine) isStandin(v goja.Value) bool {
	object, is := v.(*goja.Object)
	return is && m.standins[object] != nil
}

// An assigned value is an object or a list that a script has given to a stand-in, and may change later.
type assigned struct {
	name   string
	place  told.Place
	object *goja.Object
	parts  int // when it was noted
}

// grown notes what has come into such values since they were noted.
func (m *machine) grown() {
	for _, a := range m.assigned {
		value := m.value(a.object, a.place)
		switch {
		case value.Kind == told.List && len(value.Items) > a.parts:
			value.Items = value.Items[a.parts:]
		case value.Kind == told.Map && parts(value) > a.parts:
		default:
			continue
		}
		m.name(told.Named{Name: a.name, Value: value, Place: a.place})
	}
}

// parts is how many parts a list has, or a map with all that is below it.
func parts(v told.Value) (n int) {
	if v.Kind == told.List {
		return len(v.Items)
	}
	v.Leaves("", func(string, told.Value) { n++ })
	if v.Kind == told.Map && len(v.Fields) == 0 {
		return 0
	}
	return n
}
