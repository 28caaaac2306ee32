package evaluate

import (
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"charte/web/importer/told"
)

// moduleFunction is the function that gives a stand-in for a module.
const moduleFunction = "__charte_module"

// most calls, functions that are to be called later, and scripts in texts. A page that asks for more is not configured by them.
const mostCalls, mostLater, mostInline = 10000, 1000, 100

// A standin stands for what is not there: a banner, a browser's object, a module. Each property of it is
// a stand-in, and so is what a call of it gives. What is assigned to it stays.
type standin struct {
	name   string // as in JavaScript: "CookieConsent.run", "document.documentElement.lang"
	object *goja.Object
	target *goja.Object // has what is assigned, too, so that it is copied with {...x}
	values map[string]goja.Value
	listed bool // it is said that its parts are not known
}

// standin returns the stand-in of a name, always the same.
func (m *machine) standin(name string) *goja.Object {
	if there := m.byName[name]; there != nil {
		return there.object
	}
	if len(name) > 500 {
		name = name[:500]
		if there := m.byName[name]; there != nil {
			return there.object
		}
	}
	s := &standin{name: name, values: map[string]goja.Value{}}
	target, err := m.vm.RunString("(function () {})")
	if err != nil {
		panic(err) // it is our own
	}
	s.target = target.ToObject(m.vm)
	s.object = m.vm.ToValue(m.vm.NewProxy(s.target, m.traps(s))).ToObject(m.vm)
	m.byName[name] = s
	m.standins[s.object] = s
	return s.object
}

func (m *machine) traps(s *standin) *goja.ProxyTrapConfig {
	return &goja.ProxyTrapConfig{
		Has: func(*goja.Object, string) bool { return true },
		OwnKeys: func(target *goja.Object) *goja.Object {
			m.listed(s)
			var names []any
			for _, name := range target.GetOwnPropertyNames() { // with what a script has assigned
				names = append(names, name)
			}
			return m.vm.NewArray(names...)
		},
		Get: func(_ *goja.Object, property string, _ goja.Value) goja.Value { return m.property(s, property) },
		GetIdx: func(_ *goja.Object, property int, _ goja.Value) goja.Value {
			return m.standin(told.At(s.name, property))
		},
		GetSym: func(_ *goja.Object, property *goja.Symbol, _ goja.Value) goja.Value {
			switch property {
			case goja.SymToPrimitive:
				return m.vm.ToValue(func(goja.FunctionCall) goja.Value { return m.vm.ToValue(m.text(s)) })
			case goja.SymIterator:
				m.listed(s)
				return m.vm.NewArray().GetSymbol(goja.SymIterator)
			}
			return goja.Undefined()
		},
		Set: func(_ *goja.Object, property string, value goja.Value, _ goja.Value) bool {
			m.assign(s, property, value)
			return true
		},
		Apply: func(_ *goja.Object, this goja.Value, args []goja.Value) goja.Value { return m.called(s, args) },
		Construct: func(_ *goja.Object, args []goja.Value, made *goja.Object) *goja.Object {
			if methods, is := made.Get("prototype").(*goja.Object); is && made != s.object { // of a class that extends this one
				return m.vm.CreateObject(methods)
			}
			return m.called(s, args).ToObject(m.vm)
		},
	}
}

// text is a stand-in within a text. A template's code is put back later.
func (m *machine) text(s *standin) string {
	m.touched = true
	if hole.MatchString(s.name) {
		return s.name
	}
	return "${" + s.name + "}"
}

// property is a property of a stand-in. One with "then" would be taken for a promise, whose end a
// script may wait for.
func (m *machine) property(s *standin, name string) goja.Value {
	m.touched = true
	if value, assigned := s.values[name]; assigned {
		return value
	}
	switch name {
	case "then", "toJSON":
		if name == "then" && strings.HasPrefix(s.name, "fetch(") {
			return m.standin("fetch().then")
		}
		return goja.Undefined()
	case "__esModule":
		return m.vm.ToValue(m.modules[s.name])
	case "length", "size":
		return m.vm.ToValue(0)
	case "toString", "valueOf":
		return m.vm.ToValue(func(goja.FunctionCall) goja.Value { return m.vm.ToValue(m.text(s)) })
	case "bind":
		return m.vm.ToValue(func(goja.FunctionCall) goja.Value { return s.object })
	case "call":
		return m.vm.ToValue(func(c goja.FunctionCall) goja.Value { return m.called(s, c.Arguments[min(1, len(c.Arguments)):]) })
	case "apply":
		return m.vm.ToValue(func(c goja.FunctionCall) goja.Value {
			var args []goja.Value
			if list, is := c.Argument(1).(*goja.Object); is && list.ClassName() == "Array" {
				m.vm.ForOf(list, func(v goja.Value) bool { args = append(args, v); return len(args) < 100 })
			}
			return m.called(s, args)
		})
	}
	if m.modules[s.name] {
		return m.standin(imported(s.name, name))
	}
	return m.standin(told.Below(s.name, name))
}

// assign notes what a script assigns to a property of a stand-in.
func (m *machine) assign(s *standin, property string, value goja.Value) {
	s.values[property] = value
	m.safely(func() { _ = s.target.Set(property, value) }) // a function's name, for one, cannot be set
	if object, is := value.(*goja.Object); is {
		switch other := m.standins[object]; {
		case other != nil && other.name == told.Below(s.name, property):
			return // x.y = x.y || []
		case other == nil:
			m.listens(s, property, object)
		}
	}
	if !ours(s.name) && m.room(m.noted < mostCalls) {
		place := m.here()
		n := told.Named{Name: m.restored(told.Below(s.name, property)), Value: m.value(value, place), Place: place}
		if m.repeatsName(n) {
			return
		}
		m.name(n)
		if object, is := value.(*goja.Object); is && (n.Value.Kind == told.List || n.Value.Kind == told.Map) && len(m.assigned) < mostCalls {
			m.assigned = append(m.assigned, assigned{n.Name, place, object, parts(n.Value)})
		}
	}
}

// listed notes that a script goes through the parts of what is not here.
func (m *machine) listed(s *standin) {
	if m.modules[s.name] || ours(s.name) || s.listed {
		return
	}
	s.listed = true
	m.fault(m.here(), "The parts of "+m.restored(s.name)+" are not known here, so what is done with each of them was not read.")
}

// room gives back whether there is room for one thing more. The first time that there is none, it says so.
func (m *machine) room(is bool) bool {
	if !is && !m.full {
		m.full = true
		m.fault(m.here(), fmt.Sprintf("More is told from here on than a banner needs: %d calls and values, and %d functions to be called later, are the most. The rest was not read.", mostCalls, mostLater))
	}
	return is
}

// listener is a property with a function that the browser calls.
var listener = regexp.MustCompile(`^on[a-z]`)

// listens has an assigned listener called later, as a browser would, and the hooks of an object, as a
// framework would to which it is handed in that way.
func (m *machine) listens(s *standin, property string, object *goja.Object) {
	f, callable := goja.AssertFunction(object)
	switch {
	case callable && listener.MatchString(property):
		m.await(object, waiting{call: f, with: "event"})
	case callable:
	case strings.HasSuffix(s.name, ".behaviors"): // Drupal's are attached to the page first
		if attach, is := object.Get("attach").(*goja.Object); is && m.standins[attach] == nil {
			if f, callable := goja.AssertFunction(attach); callable {
				m.await(attach, waiting{call: f, this: object, with: "document"})
			}
		}
	default:
		m.component(object)
	}
}

// takesIn takes in what a stand-in was given: functions are called later, as a browser or a library would,
// and so are the hooks of components.
func (m *machine) takesIn(s *standin, v goja.Value) {
	object, is := v.(*goja.Object)
	if !is || m.standins[object] != nil {
		return
	}
	f, callable := goja.AssertFunction(object)
	switch {
	case !callable || m.isClass(object):
		m.start(object, "")
		if strings.HasSuffix(s.name, "run") {
			m.translations(object)
		}
	case strings.HasSuffix(s.name, ".then"):
		m.await(object, waiting{call: f, with: "response"})
	default:
		m.await(object, waiting{call: f, with: "event"})
	}
}

// called notes a call of a stand-in. Functions that are given to it are called later, as a browser or a
// library would.
func (m *machine) called(s *standin, args []goja.Value) goja.Value {
	m.touched = true
	if !ours(s.name) && m.room(m.noted < mostCalls) {
		call := told.Call{Name: m.restored(strings.ReplaceAll(s.name, "()", "")), Place: m.here()}
		for _, arg := range args {
			call.Args = append(call.Args, m.value(arg, call.Place))
		}
		if !m.repeats(call) {
			m.call(call)
		}
	}
	if result := m.ofReact(s, args); result != nil {
		return result
	}
	if data := m.data(s.name, args); data != nil {
		return data
	}
	if m.again && (s.name == "document.getElementById" || s.name == "document.querySelector") {
		return goja.Null()
	}
	for _, arg := range args {
		m.takesIn(s, arg)
	}
	return m.standin(s.name + "()")
}

// repeats reports whether a call has been told by code that runs once more: an exported function that the
// script has called itself, or a file that two pages load. The second time that exported functions are
// called, what they are told by stand-ins is another thing, and the place decides.
func (m *machine) repeats(call told.Call) bool {
	return slices.ContainsFunc(m.earlier.Calls, func(there told.Call) bool {
		return there.Name == call.Name && there.Place == call.Place && (m.again && call.Place.Line > 0 || reflect.DeepEqual(there, call))
	})
}

// repeatsName is repeats, for what is assigned.
func (m *machine) repeatsName(n told.Named) bool {
	return slices.ContainsFunc(m.earlier.Names, func(there told.Named) bool {
		return there.Name == n.Name && there.Place == n.Place && reflect.DeepEqual(there, n)
	})
}

// ofReact is what a function of React's gives that hands on what it was given, and nil of all others. Its
// states and references begin with their first value: components ask them whether they have run before.
func (m *machine) ofReact(s *standin, args []goja.Value) goja.Value {
	var first goja.Value = goja.Undefined()
	if len(args) > 0 {
		first = args[0]
	}
	result := func() goja.Value {
		if f, callable := goja.AssertFunction(first); callable {
			if v, err := f(goja.Undefined()); err == nil {
				return v
			}
		}
		return nil
	}
	switch s.name[strings.LastIndexByte(s.name, '.')+1:] {
	case "useMemo":
		return result()
	case "useCallback":
		if object, is := first.(*goja.Object); is && m.standins[object] == nil {
			return object
		}
	case "useState":
		if v := result(); v != nil {
			first = v
		}
		if m.again && first.Export() == false {
			first = m.vm.ToValue(true)
		}
		return m.vm.NewArray(first, m.standin(s.name+"()"))
	case "useRef":
		reference := m.vm.NewObject()
		if err := reference.Set("current", first); err == nil {
			return reference
		}
	}
	return nil
}

// data is the element of the page that a script looks for, if it has data: a script of JSON. Nil if it
// is another one.
func (m *machine) data(function string, args []goja.Value) *goja.Object {
	if function != "document.getElementById" && function != "document.querySelector" || len(args) == 0 {
		return nil
	}
	id := args[0].String()
	if function == "document.querySelector" {
		_, id, _ = strings.Cut(id, "#")
	}
	text, there := m.texts[id]
	if !there || id == "" {
		return nil
	}
	name := "document.getElementById(" + id + ")"
	element := m.standin(name)
	for _, property := range []string{"textContent", "innerHTML", "innerText", "text"} {
		m.byName[name].values[property] = m.vm.ToValue(text)
	}
	return element
}

// ours reports whether a stand-in is a part of every browser. What a script tells those is not told a
// banner.
func ours(name string) bool {
	first, _, _ := strings.Cut(strings.Trim(strings.ReplaceAll(name, "()", ""), "."), ".")
	switch first {
	case "document", "console", "navigator", "location", "localStorage", "sessionStorage", "history", "screen", "performance", "crypto", "fetch",
		"XMLHttpRequest", "setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback", "addEventListener", "matchMedia", "MutationObserver", "IntersectionObserver",
		"clearTimeout", "clearInterval", "removeEventListener", "dispatchEvent", "queueMicrotask", "jQuery", "$", "require":
		return true
	}
	return false
}

// banners are by what the banners' modules are known, where a page loads them as scripts.
var banners = []struct{ part, name string }{
	{"cookieconsent", "CookieConsent"}, {"klaro", "klaro"}, {"orejime", "Orejime"}, {"tarteaucitron", "tarteaucitron"},
}

// banner is a banner's name, by its module's.
func banner(module string) string {
	for _, b := range banners {
		if strings.Contains(strings.ToLower(module), b.part) {
			return b.name
		}
	}
	return ""
}

// imported is the name of what a module exports: "CookieConsent.run", or "createConsentManager" of a
// module that is no banner's.
func imported(key, export string) string {
	module := strings.TrimPrefix(key, moduleKey)
	name := banner(module)
	switch {
	case export != "default" && name == "":
		return export
	case export != "default":
		return told.Below(name, export)
	case name != "":
		return name
	}
	return strings.TrimSuffix(path.Base(module), path.Ext(module))
}

// moduleKey begins the names of stand-ins for modules.
const moduleKey = "module "

// module is the stand-in for a module.
func (m *machine) module(name string) *goja.Object {
	m.modules[moduleKey+name] = true
	return m.standin(moduleKey + name)
}
