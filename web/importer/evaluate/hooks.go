package evaluate

import (
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// hooks are the methods by which frameworks start a component, a plugin or a controller: those of Vue,
// Nuxt, React, Angular, Stimulus, Lit, custom elements, Alpine and Drupal.
var hooks = []string{"setup", "created", "beforeMount", "mounted", "install", "register", "bootstrap", "onLoad", "connect", "connectedCallback", "firstUpdated",
	"ngOnInit", "ngAfterViewInit", "componentDidMount", "attach", "init", "initialize", "start"}

// callExported has what a file exports called once, as a framework would.
func (m *machine) callExported(exports *goja.Object) {
	if f, callable := goja.AssertFunction(exports); callable && m.standins[exports] == nil { // of CommonJS
		m.await(exports, waiting{call: f, with: "event", export: "default"})
		return
	}
	for _, key := range m.keys(exports) {
		var v goja.Value
		if !m.safely(func() { v = exports.Get(key) }) {
			continue
		}
		m.startsIn(v)
		if object, is := v.(*goja.Object); is && m.standins[object] == nil {
			m.start(object, key)
		}
	}
}

// callGlobals has the functions and classes called that are global, and that nothing here calls.
func (m *machine) callGlobals() {
	global := m.vm.GlobalObject()
	for _, key := range global.Keys() {
		if m.before[key] || strings.HasPrefix(key, "__") {
			continue
		}
		m.safely(func() { // its getter, or its class, may throw
			object, is := global.Get(key).(*goja.Object)
			if !is || m.standins[object] != nil {
				return
			}
			if _, callable := goja.AssertFunction(object); callable {
				m.start(object, key)
			}
		})
	}
}

// await has a function called later, once.
func (m *machine) await(function *goja.Object, w waiting) {
	if !m.queued[function] && m.room(len(m.later) < mostLater) {
		m.queued[function] = true
		m.safely(func() { w.takes = int(function.Get("length").ToInteger()) })
		m.later = append(m.later, w)
	}
}

// start has a function called later, and the hooks of a class or of an object.
func (m *machine) start(object *goja.Object, export string) {
	f, callable := goja.AssertFunction(object)
	switch {
	case callable && m.isClass(object):
		m.construct(object)
	case callable:
		m.await(object, waiting{call: f, with: "event", export: export})
	default:
		m.component(object)
	}
}

// isClass reports whether a function is a class, which cannot be called.
func (m *machine) isClass(function *goja.Object) bool {
	return strings.HasPrefix(m.source(function), "class")
}

// source is the code of a function. A class may inherit a toString of its own, which is not asked.
func (m *machine) source(function *goja.Object) string {
	code, err := m.code(function)
	if err != nil {
		return ""
	}
	return code.String()
}

// construct makes one object of a class, and has its hooks called. Where the machine insists, all of its
// methods are.
func (m *machine) construct(class *goja.Object) {
	constructor, is := goja.AssertConstructor(class)
	if !is || m.queued[class] {
		return
	}
	m.queued[class] = true
	made, err := constructor(nil, m.standin("event"), m.standin("event"))
	if err != nil {
		m.survived(err)
		return
	}
	methods, is := class.Get("prototype").(*goja.Object)
	if !is || m.standins[made] != nil {
		return
	}
	m.methods(made, methods.GetOwnPropertyNames(), made)
}

// component has the hooks of an object called, as a framework would: with the object's own parts, its
// data and its methods in this, where all else is not known.
func (m *machine) component(object *goja.Object) {
	if object.ClassName() != "Object" || m.queued[object] || !slices.ContainsFunc(hooks, func(hook string) bool { return m.isFunction(object, hook) }) {
		return
	}
	m.queued[object] = true
	this := m.vm.CreateObject(m.standin("this"))
	take := func(from goja.Value) {
		parts, is := from.(*goja.Object)
		if !is || m.standins[parts] != nil {
			return
		}
		for _, key := range parts.Keys() {
			m.safely(func() {
				_ = this.DefineDataProperty(key, parts.Get(key), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
			})
		}
	}
	take(object)
	m.safely(func() {
		take(object.Get("methods"))
		if data, is := goja.AssertFunction(object.Get("data")); is {
			if made, err := data(this); err == nil {
				take(made)
			}
		}
	})
	m.methods(object, object.Keys(), this)
}

func (m *machine) isFunction(object *goja.Object, key string) bool {
	is := false
	m.safely(func() { _, is = goja.AssertFunction(object.Get(key)) })
	return is
}

// methods has methods of an object called later: the hooks among names or, where the machine insists,
// all.
func (m *machine) methods(object *goja.Object, names []string, this goja.Value) {
	slices.SortStableFunc(names, func(a, b string) int { return hookOrder(a) - hookOrder(b) })
	for _, name := range names {
		if name == "constructor" || !m.insists && !slices.Contains(hooks, name) || !m.isFunction(object, name) {
			continue
		}
		method := object.Get(name).ToObject(m.vm)
		if call, is := goja.AssertFunction(method); is && m.standins[method] == nil && !m.isClass(method) {
			m.await(method, waiting{call: call, this: this, with: "event"})
		}
	}
}

func hookOrder(name string) int {
	if i := slices.Index(hooks, name); i >= 0 {
		return i
	}
	return len(hooks)
}

// parseJSON has JSON.parse return a stand-in for a text that is not known here.
func (m *machine) parseJSON() {
	object := m.vm.Get("JSON").ToObject(m.vm)
	parse, is := goja.AssertFunction(object.Get("parse"))
	if !is {
		return
	}
	if err := object.Set("parse", func(c goja.FunctionCall) goja.Value {
		if m.isStandin(c.Argument(0)) {
			return c.Argument(0)
		}
		value, err := parse(object, c.Arguments...)
		if err == nil {
			return value
		}
		text := c.Argument(0).String()
		if hole.FindString(text) == text && text != "" {
			return m.standin(text)
		}
		if name, is := strings.CutPrefix(text, "${"); is {
			return m.standin("JSON.parse(" + strings.TrimSuffix(name, "}") + ")")
		}
		panic(err)
	}); err != nil {
		panic(err) // it can be set
	}
}
