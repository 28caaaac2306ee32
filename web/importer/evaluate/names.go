package evaluate

import (
	"maps"
	"reflect"
	"slices"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
)

// provide has a stand-in for each name that a script uses and nobody has declared.
func (m *machine) provide(program *ast.Program) {
	global := m.vm.GlobalObject()
	for _, list := range program.DeclarationList {
		for _, b := range list.List { // one in a case that is not taken is undefined, and not missing
			if id, is := b.Target.(*ast.Identifier); is && global.Get(id.Name.String()) == nil {
				m.set(id.Name.String(), goja.Undefined())
			}
		}
	}
	for _, name := range undeclared(program) {
		if global.Get(name) == nil {
			m.set(name, m.standin(name))
			m.before[name] = true
		}
	}
}

// undeclared are the names that a script uses and does not declare anywhere. One that is declared in
// another function is not among them: then what uses it fails, and that is said.
func undeclared(program *ast.Program) []string {
	declared, used := map[string]bool{}, map[string]bool{}
	bind := func(target ast.Node) {
		nodes(reflect.ValueOf(target), func(n ast.Node) {
			if id, is := n.(*ast.Identifier); is {
				declared[id.Name.String()] = true
			}
		})
	}
	name := func(id *ast.Identifier) {
		if id != nil {
			declared[id.Name.String()] = true
		}
	}
	nodes(reflect.ValueOf(program.Body), func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Identifier:
			used[n.Name.String()] = true
		case *ast.PropertyShort:
			used[n.Name.Name.String()] = true
		case *ast.DotExpression:
			used[ofWindow(n.Left)] = true
		case *ast.CallExpression:
			used[ofWindow(n.Callee)] = true
		case *ast.AssignExpression:
			declared[ofWindow(n.Left)] = true
		case *ast.Binding:
			bind(n.Target)
		case *ast.ParameterList:
			if n.Rest != nil {
				bind(n.Rest)
			}
		case *ast.FunctionLiteral:
			name(n.Name)
		case *ast.ClassLiteral:
			name(n.Name)
		case *ast.CatchStatement:
			if n.Parameter != nil {
				bind(n.Parameter)
			}
		case *ast.ForDeclaration:
			bind(n.Target)
		}
	})
	delete(used, "") // what is no property of window
	maps.DeleteFunc(used, func(name string, _ bool) bool { return declared[name] })
	return slices.Sorted(maps.Keys(used))
}

// ofWindow is the name of a global that is written as a property: x of window.x.
func ofWindow(e ast.Expression) string {
	dot, is := e.(*ast.DotExpression)
	if !is {
		return ""
	}
	if id, is := dot.Left.(*ast.Identifier); is && (id.Name == "window" || id.Name == "globalThis" || id.Name == "self") {
		return dot.Identifier.Name.String()
	}
	return ""
}
