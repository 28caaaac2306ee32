package evaluate

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"
	"github.com/dop251/goja/token"
	"github.com/evanw/esbuild/pkg/api"

	"charte/web/importer/told"
)

const jsxFactory = "__charte_element"

// markEnd closes a bracket that is ours. The comment tells it from the script's own.
const markEnd = "/*__charte*/)"

// marks are what places.go and branches.go put into code, for [unmarked].
var marks = regexp.MustCompile(marker + `\(\d+, |` + testFunction + `\(\d+, \(\) => \(|if \(` + sureFunction + `\(\d+\)\) |` + choiceFunction + `\(\d+, "(?:[^"\\]|\\.)*", |` +
	regexp.QuoteMeta(metBegin) + `(?:true \|\||false &&) \(|` + regexp.QuoteMeta(markEnd))

func itoa(i int) string { return strconv.Itoa(i) }

// A machine is a page's world, in which scripts run one after the other.
type machine struct {
	vm *goja.Runtime
	*notes
	masked *masked

	byName   map[string]*standin
	standins map[*goja.Object]*standin
	modules  map[string]bool // names of stand-ins that are modules

	literals []literal
	origins  map[*goja.Object]int // the literals of objects

	later  []waiting
	queued map[*goja.Object]bool

	ways     []branch
	choices  []told.Place
	touched  bool // something was read of what is not here
	assigned []assigned
	inline   []insertion // scripts that components put into a page

	before  map[string]bool       // the names that were global before any script ran
	scripts []sourced             // that have run; a function of each may be called later
	stopped bool                  // by the watch
	full    bool                  // more was told than is taken down
	cut     bool                  // of a value, too
	exports []*goja.Object        // of files
	given   map[*goja.Object]bool // what they export
	left    map[string]told.Value // objects that were global before the functions that came later were called
	again   bool                  // while exported functions are called once more
	earlier told.Told             // what was told before what runs now, see repeats
	insists bool                  // conditions are taken as met, see [Options.Insist]
	served  func(address, from string) (name, text string, found bool)
	code    goja.Callable     // Function.prototype.toString
	texts   map[string]string // what the page has in elements with data, by their ids
}

// A waiting function is called later, with what it waits for.
type waiting struct {
	call   goja.Callable
	takes  int        // how many arguments, without those that have a default
	this   goja.Value // nil is undefined
	with   string
	export string // the name by which a file exports it, or ""
}

// running is the script whose statements run now.
func (m *machine) running() sourced { return m.scripts[len(m.scripts)-1] }

// setup is what every page finds. What would fill the memory in one step is refused.
const setup = `
	var window = globalThis, self = globalThis, top = globalThis, parent = globalThis, global = globalThis, process = {env: {}}, exports = {}, module = {exports};
	(() => {
		const most = 1e7, refuse = (n) => { if (n > most) throw new RangeError("a text or list of " + n + " parts"); };
		const S = String.prototype, repeat = S.repeat, start = S.padStart, end = S.padEnd;
		S.repeat = function (n) { refuse(this.length * n); return repeat.call(this, n); };
		S.padStart = function (n, by) { refuse(n); return start.call(this, n, by); };
		S.padEnd = function (n, by) { refuse(n); return end.call(this, n, by); };
		const concat = S.concat, replace = S.replace, replaceAll = S.replaceAll, {raw} = String;
		const sum = (list) => { let n = 0; for (let i = 0; i < list.length && n <= 1e9; i++) n += typeof list[i] === "string" ? list[i].length : 1; return n; };
		S.concat = function (...more) { refuse(sum(more)); return concat.apply(this, more); };
		S.replace = function (a, b) { if (typeof b === "string") refuse(this.length * b.length / 10); return replace.call(this, a, b); };
		S.replaceAll = function (a, b) { if (typeof b === "string") refuse(this.length * b.length / 10); return replaceAll.call(this, a, b); };
		String.raw = function (parts, ...more) { if (parts && parts.raw) refuse(parts.raw.length); return raw.call(this, parts, ...more); };
		const join = Array.prototype.join;
		Array.prototype.join = function (by = ",") {
			if (this) { refuse(this.length * (typeof by === "string" ? by.length : 1) / 10); refuse(sum(this) / 10); }
			return join.call(this, by);
		};
		const A = Array, from = A.from;
		A.from = function (list, ...more) { if (list && list.length > 1e5) refuse(list.length * 1000); return from.call(this, list, ...more); };
		for (const name of ["join", "fill", "concat", "map", "sort", "indexOf", "includes", "forEach", "reverse", "lastIndexOf", "slice", "splice"]) {
			const f = A.prototype[name];
			Object.defineProperty(A.prototype, name, {configurable: true, writable: true, value: function (...args) {
				if (this && this.length > 1e6) refuse(this.length * 1000);
				return f.apply(this, args);
			}});
		}
		for (const name of ["ArrayBuffer", "Uint8Array", "Uint16Array", "Uint32Array", "Float64Array", "SharedArrayBuffer"]) delete globalThis[name];
	})();`

func newMachine(n *notes, hidden *masked) *machine {
	m := &machine{
		vm: goja.New(), notes: n, masked: hidden, byName: map[string]*standin{}, standins: map[*goja.Object]*standin{}, modules: map[string]bool{},
		origins: map[*goja.Object]int{}, queued: map[*goja.Object]bool{}, before: map[string]bool{}, given: map[*goja.Object]bool{},
		left: map[string]told.Value{}, texts: map[string]string{},
	}
	m.vm.SetMaxCallStackSize(2000)
	m.vm.SetTimeSource(func() time.Time { return time.Unix(0, 0).UTC() })
	m.vm.SetRandSource(func() float64 { return 0.5 })
	m.vm.SetParserOptions(parser.WithDisableSourceMaps)
	if _, err := m.vm.RunString(setup); err != nil {
		panic(err) // it is our own
	}
	m.keep(moduleFunction, func(c goja.FunctionCall) goja.Value { return m.module(c.Argument(0).String()) })
	m.keep(marker, func(c goja.FunctionCall) goja.Value {
		if object, is := c.Argument(1).(*goja.Object); is {
			m.origins[object] = int(c.Argument(0).ToInteger())
		}
		return c.Argument(1)
	})
	m.keep(jsxFactory, m.element)
	m.keep(testFunction, m.tested)
	m.keep(sureFunction, m.sure)
	m.keep(choiceFunction, m.chosen)
	for _, name := range []string{"addEventListener", "setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback", "queueMicrotask", "document", "console",
		"navigator", "location", "localStorage", "sessionStorage", "fetch", "removeEventListener", "dispatchEvent", "clearTimeout", "clearInterval", "matchMedia",
		"history", "performance", "crypto", "CustomEvent", "Event", "CookieConsent", "initCookieConsent", "klaro", "Orejime", "tarteaucitron"} {
		m.set(name, m.standin(name))
	}
	m.set("__import_meta", m.standin("import.meta"))
	m.parseJSON()
	m.code, _ = goja.AssertFunction(m.vm.Get("Function").ToObject(m.vm).Get("prototype").ToObject(m.vm).Get("toString"))
	m.vm.Get("process").ToObject(m.vm).Set("env", m.standin("process.env"))
	for _, name := range m.vm.GlobalObject().GetOwnPropertyNames() {
		m.before[name] = true
	}
	return m
}

func (m *machine) set(name string, value any) {
	if err := m.vm.Set(name, value); err != nil {
		panic(err) // our names can be set
	}
}

// keep sets a name that scripts cannot set.
func (m *machine) keep(name string, value any) {
	if err := m.vm.GlobalObject().DefineDataProperty(name, m.vm.ToValue(value), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE); err != nil {
		panic(err)
	}
}

func (m *machine) restored(text string) string { return m.masked.restored(text) }

// element is React's createElement. An imported component is told its properties; one of the file is
// called.
func (m *machine) element(c goja.FunctionCall) goja.Value {
	object, is := c.Argument(0).(*goja.Object)
	if !is {
		if c.Argument(0).String() == "script" {
			m.insert(c)
		}
		return goja.Null()
	}
	if s := m.standins[object]; s != nil {
		if strings.EqualFold(s.name, "script") { // of next/script
			m.insert(c)
		}
		return m.called(s, c.Arguments[1:min(2, len(c.Arguments))])
	}
	if f, callable := goja.AssertFunction(object); callable {
		if v, err := f(goja.Undefined(), c.Argument(1)); err == nil {
			return v
		}
	}
	return goja.Null()
}

// insert takes in the text of a script that a component puts into its page.
func (m *machine) insert(c goja.FunctionCall) {
	if properties, is := c.Argument(1).(*goja.Object); is && m.standins[properties] == nil {
		if inner, is := properties.Get("dangerouslySetInnerHTML").(*goja.Object); is && m.standins[inner] == nil {
			m.scriptText(inner.Get("__html"))
		}
	}
	for _, child := range c.Arguments[min(2, len(c.Arguments)):] {
		m.scriptText(child)
	}
}

func (m *machine) scriptText(v goja.Value) {
	if v == nil || len(m.inline) >= mostInline {
		return
	}
	if text, is := v.Export().(string); is && strings.TrimSpace(text) != "" && len(text) <= mostBytes {
		place := m.here()
		if place.Line == 0 {
			place.File = m.last()
		}
		if again := func(i insertion) bool { return i.text == text }; !slices.ContainsFunc(m.inline, again) {
			m.inline = append(m.inline, insertion{text, place})
		}
	}
}

// here is where the script that runs now stands.
func (m *machine) here() told.Place { return m.placeIn(m.vm.CaptureCallStack(20, nil)) }

// placeIn is the place of the first call that stands in a file.
func (m *machine) placeIn(frames []goja.StackFrame) told.Place {
	for _, frame := range frames {
		var script, before int
		if n, _ := fmt.Sscanf(frame.SrcName(), built, &script, &before); n < 2 {
			continue
		}
		if p, s := frame.Position(), m.scripts[script]; p.Line > 0 {
			return s.place(p.Line+before, s.column(p.Line+before, p.Column))
		}
	}
	return told.Place{}
}

// built is the name of every statement of a built script: with the script's number, and how many lines
// are before the statement.
const built = "built %d:%d"

// run runs a built script, a statement at a time, so that one that fails leaves the others.
func (m *machine) run(text string, most time.Duration) {
	m.survived(m.guarded(func() { m.statements(text, most) }))
}

func (m *machine) statements(text string, most time.Duration) {
	s := withMap(text)
	m.scripts = append(m.scripts, s)
	m.earlier = *m.told
	module, exports := m.vm.NewObject(), m.vm.NewObject()
	// A script may have given all objects a property of that name, with a setter.
	if err := module.DefineDataProperty("exports", exports, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
		panic(err) // it is our own
	}
	m.set("module", module)
	m.set("exports", exports)
	text = s.text
	program, err := parser.ParseFile(nil, "", text, 0, parser.WithDisableSourceMaps)
	if err != nil {
		m.fault(told.Place{}, "This cannot be run: "+err.Error()+".")
		return
	}
	stop := m.watch(most)
	defer stop()
	m.provide(program)
	ended := m.inOrder(program, text)
	if ended {
		m.leave()
		m.flush()
	}
	if object, is := module.Get("exports").(*goja.Object); is { // of a script that was stopped, too
		m.exports = append(m.exports, m.settled(object))
	}
}

// settled are the exports of a module as they are now: esbuild reads each from the variable with its name,
// which the next file may have, too.
func (m *machine) settled(exports *goja.Object) *goja.Object {
	if !m.isModule(exports) {
		return exports
	}
	copied := m.vm.NewObject()
	for _, key := range m.keys(exports) {
		m.safely(func() {
			_ = copied.DefineDataProperty(key, exports.Get(key), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		})
	}
	_ = copied.DefineDataProperty("__esModule", m.vm.ToValue(true), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	return copied
}

// isModule reports whether exports are those of a module, and not of CommonJS.
func (m *machine) isModule(exports *goja.Object) (is bool) {
	m.safely(func() {
		marked := exports.Get("__esModule")
		is = marked != nil && marked.ToBoolean()
	})
	return is
}

// inOrder runs the statements of a script: functions first, as JavaScript has them. It is false where the
// script was stopped.
func (m *machine) inOrder(program *ast.Program, text string) bool {
	statements := m.prepare(program, text)
	for _, functions := range []bool{true, false} {
		for _, s := range statements {
			if _, is := s.node.(*ast.FunctionDeclaration); is == functions && !m.statement(program, text, s) {
				return false
			}
		}
	}
	return true
}

// leave takes down the objects that are global now. A site may clear its configuration later, for
// visitors from some countries.
func (m *machine) leave() {
	global := m.vm.GlobalObject()
	for _, key := range global.Keys() {
		if m.before[key] || strings.HasPrefix(key, "__") {
			continue
		}
		var v goja.Value
		if m.safely(func() { v = global.Get(key) }) {
			if object, is := v.(*goja.Object); is && m.standins[object] == nil && object.ClassName() == "Object" {
				m.left[key] = m.value(v, told.Place{})
			}
		}
	}
}

// fault notes what could not be run.
func (m *machine) fault(place told.Place, text string) {
	if place.File == "" {
		place.File = m.last()
	}
	m.problem(place, m.restored(text))
}

// prepare marks the literals of all statements.
func (m *machine) prepare(program *ast.Program, text string) []placed {
	at := func(i file.Idx) (int, int) {
		p := program.File.Position(int(i) - 1)
		return p.Line, p.Column
	}
	var statements []placed
	for i, node := range program.Body {
		s := placed{node: node, begin: beginning(text, node), end: len(text), edits: append(m.branches(node, text, at), m.marks(node, m.running(), at)...)}
		if i+1 < len(program.Body) { // the parser's Idx1 leaves out the end of some functions
			s.end = beginning(text, program.Body[i+1])
		}
		switch n := node.(type) {
		case *ast.LexicalDeclaration: // a second script may declare the name again, and one that fails leaves it undefined
			if n.Token == token.CONST {
				s.edits = append(s.edits, edit{int(n.Idx) - 1, "var "})
			}
		case *ast.ClassDeclaration:
			s.edits = append([]edit{{int(n.Idx0()) - 1, "var " + n.Class.Name.Name.String() + " = "}}, s.edits...)
		}
		statements = append(statements, s)
	}
	return statements
}

// beginning is where a statement begins: the parser's trees have no parentheses.
func beginning(text string, statement ast.Statement) int {
	from := int(statement.Idx0()) - 1
	if n, is := statement.(*ast.IfStatement); is { // goja's parser does not note where it begins
		from = ifAt(n, text)
	}
	for {
		before := strings.TrimRight(text[:from], " \t\n")
		if !strings.HasSuffix(before, "(") {
			return from
		}
		from = len(before) - 1
	}
}

// ifAt is where an if statement begins: before its condition.
func ifAt(n *ast.IfStatement, text string) int {
	return strings.LastIndex(text[:max(0, int(n.Test.Idx0())-1)], "if")
}

// statement runs a statement. It is false where nothing more may run.
func (m *machine) statement(program *ast.Program, text string, s placed) bool {
	line := program.File.Position(s.begin).Line
	code := edited(text, s.begin, s.end, s.edits)
	if n, is := s.node.(*ast.LexicalDeclaration); is {
		keyword := n.Token.String()
		code = strings.Replace(code, "var "+keyword, "var", 1)
		code = "var" + strings.TrimPrefix(strings.TrimPrefix(code, "var"), keyword)
	}
	if strings.HasPrefix(code, "var __toESM =") {
		code = `var __toESM = (mod) => mod && mod.__esModule ? mod : Object.assign({default: mod}, mod);`
	}
	if strings.HasPrefix(code, "var __decorateClass =") { // decorators are a framework's, and change nothing here
		code = `var __decorateClass = (decorators, target) => target;`
	}
	shifts := m.running().shifts
	for _, e := range s.edits {
		p := program.File.Position(e.at)
		shifts[p.Line] = append(shifts[p.Line], shift{p.Column, len(e.text)})
	}
	return m.survived(m.guarded(func() {
		if _, err := m.vm.RunScript(fmt.Sprintf(built, len(m.scripts)-1, line-1), code); err != nil {
			panic(err)
		}
	}))
}

// guarded runs what may run code of a script, and returns what made it fail: what was thrown, the end
// that the watch has set, or a fault of the interpreter's own.
func (m *machine) guarded(f func()) (err error) {
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case error:
			err = fault
		default:
			err = fmt.Errorf("%v", fault)
		}
	}()
	if thrown := m.vm.Try(f); thrown != nil {
		return thrown
	}
	return nil
}

// safely is guarded, for a part of a value: all that is to be said of a failure is that the part is not
// known, or that the script was stopped.
func (m *machine) safely(f func()) (done bool) {
	err := m.guarded(f)
	var stopped *goja.InterruptedError
	if errors.As(err, &stopped) {
		m.survived(err)
	}
	return err == nil
}

// survived notes what made a script fail. It is false where the script was stopped.
func (m *machine) survived(err error) bool {
	if err == nil {
		return true
	}
	var stopped *goja.InterruptedError
	if errors.As(err, &stopped) {
		if !m.stopped {
			m.stopped = true
			m.fault(m.here(), fmt.Sprint(stopped.Value()))
		}
		return false
	}
	place, text := told.Place{}, err.Error()
	var full *goja.StackOverflowError
	var thrown *goja.Exception
	if errors.As(err, &full) {
		text = "a function calls itself too often"
	} else if errors.As(err, &thrown) {
		text = "what it throws cannot be read"
		if err := m.guarded(func() { text = thrown.Value().String() }); errors.As(err, &stopped) {
			return m.survived(err)
		}
		place = m.placeIn(thrown.Stack())
	}
	m.fault(place, "This could not be run: "+strings.TrimSuffix(cut(text, 200), ".")+".")
	return true
}

// startsIn takes in a text that is a script for a banner.
func (m *machine) startsIn(v goja.Value) {
	if v == nil {
		return
	}
	if text, is := v.Export().(string); is && len(text) <= mostBytes && starts.MatchString(text) {
		m.scriptText(v)
	}
}

// flush calls the functions that were to be called later, those that they leave included. It is false
// where one was stopped, and nothing more may run.
func (m *machine) flush() bool {
	for i := 0; i < len(m.later); i++ {
		w := m.later[i]
		this := w.this
		if this == nil {
			this = goja.Undefined()
		}
		var result goja.Value
		err := m.guarded(func() {
			var err error
			if result, err = w.call(this, m.arguments(w)...); err != nil {
				panic(err)
			}
		})
		if !m.survived(err) {
			break
		}
		m.startsIn(result)
		m.safely(func() { m.returned(w.export, result) })
	}
	m.later = nil
	return !m.stopped
}

// arguments are stand-ins for what a function is called with.
func (m *machine) arguments(w waiting) []goja.Value {
	const most = 5
	var given []goja.Value
	for range min(w.takes, most) {
		given = append(given, m.standin(w.with))
	}
	return given
}

// returned takes down the object that an exported function returns: it may be the configuration.
func (m *machine) returned(export string, result goja.Value) {
	object, is := result.(*goja.Object)
	if !is || m.standins[object] != nil {
		return
	}
	if f, callable := goja.AssertFunction(object); callable && m.insists && !m.isClass(object) {
		m.await(object, waiting{call: f, with: "event"})
		return
	}
	if export == "" {
		return
	}
	if promise, is := object.Export().(*goja.Promise); is {
		if promise.State() == goja.PromiseStateFulfilled {
			m.returned(export, promise.Result())
		}
		return
	}
	if object.ClassName() == "Object" {
		value := m.value(object, told.Place{File: m.last()})
		if m.again {
			return
		}
		m.name(told.Named{Name: m.restored(export) + "()", Export: true, Value: value, Place: value.Place})
	}
}

// finish calls what a page or a framework would, and takes down what the scripts have left: globals and
// exports. Each has its time, so that a function without an end does not cost what is exported beside it.
func (m *machine) finish(most time.Duration) {
	for _, do := range []func(){m.callLeft, m.takeLeft} {
		stop := m.watch(most)
		do()
		stop()
	}
}

// callLeft calls what the scripts have left to be called: listeners and exported functions.
func (m *machine) callLeft() {
	for _, name := range []string{"onload", "onDOMContentLoaded"} {
		m.safely(func() {
			if f, is := goja.AssertFunction(m.vm.GlobalObject().Get(name)); is {
				m.later = append(m.later, waiting{call: f, takes: 1, with: "event"})
			}
		})
	}
	// The second time, states are on and elements are missing: components often wait for one of them.
	for _, m.again = range []bool{false, true} {
		m.earlier = *m.told
		for _, exports := range m.exports {
			m.safely(func() { m.callExported(exports) })
		}
		if !m.flush() {
			return
		}
		clear(m.queued)
	}
	for i := 0; i < len(m.inline) && m.noted < mostCalls && !m.stopped; i++ {
		m.inserted(m.inline[i])
	}
	if m.insists {
		m.callGlobals()
	}
	m.flush()
}

// takeLeft takes down exports, what has come into values since they were noted, and globals.
func (m *machine) takeLeft() {
	for _, exports := range m.exports {
		m.exported(exports)
	}
	m.grown()
	m.names(m.vm.GlobalObject(), false)
}

// An insertion is a script that a component puts into its page.
type insertion struct {
	text  string
	place told.Place // of what puts it there
}

// inserted runs a script that a component puts into its page. Its lines are not those of a file.
func (m *machine) inserted(i insertion) {
	plain := api.Transform(i.text, api.TransformOptions{Loader: api.LoaderTS, Target: api.ES2019, Charset: api.CharsetUTF8, LogLevel: api.LogLevelSilent})
	if len(plain.Errors) > 0 {
		m.fault(i.place, "A script in a text cannot be read: "+plain.Errors[0].Text+".")
		return
	}
	m.earlier = *m.told
	text := string(plain.Code)
	m.scripts = append(m.scripts, sourced{text: text, at: i.place, shifts: map[int][]shift{}})
	program, err := parser.ParseFile(nil, "", text, 0, parser.WithDisableSourceMaps)
	if err != nil {
		m.fault(i.place, "A script in a text cannot be run: "+err.Error()+".")
		return
	}
	m.provide(program)
	for _, s := range m.prepare(program, text) {
		if !m.statement(program, text, s) {
			return
		}
	}
}

// keys are the names of an object's properties.
func (m *machine) keys(object *goja.Object) (keys []string) {
	m.safely(func() { keys = object.Keys() })
	return keys
}

// exported takes down what a file exports. What CommonJS exports is one value.
func (m *machine) exported(exports *goja.Object) {
	if m.isModule(exports) {
		m.names(exports, true)
	} else if len(m.keys(exports)) > 0 {
		value := m.value(exports, told.Place{File: m.last()})
		m.name(told.Named{Name: "default", Export: true, Value: value, Place: value.Place})
	}
}

// names takes down the values that an object has, by their names.
func (m *machine) names(object *goja.Object, export bool) {
	for _, key := range m.keys(object) {
		if !export && (m.before[key] || strings.HasPrefix(key, "__") || strings.HasSuffix(key, "_exports")) {
			continue
		}
		var v goja.Value
		if !m.safely(func() { v = object.Get(key) }) {
			continue
		}
		if object, is := v.(*goja.Object); is && export {
			m.given[object] = true
		} else if is && m.given[object] {
			continue // a variable that is exported as well
		}
		value := m.value(v, told.Place{})
		if former, there := m.left[key]; there && !export && value.Kind == told.Null {
			value = former
		}
		switch {
		case !export && (value.Kind == told.Function || value.Kind == told.Opaque || value.Kind == told.Null):
			continue
		case value.Place.File == "":
			value.Place.File = m.last()
		}
		m.name(told.Named{Name: m.restored(key), Export: export, Value: value, Place: value.Place})
	}
}

// watch stops a script that runs for too long. Where it does not stop, because one step of it takes that
// long, this process ends: what was noted until then has been sent. The function that watch returns ends
// the watch.
func (m *machine) watch(most time.Duration) (stop func()) {
	m.stopped = false
	ended, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		late, stuck := time.After(most), time.After(most+grace)
		for {
			select {
			case <-ended:
				return
			case <-late:
				m.vm.Interrupt(tooLong)
			case <-stuck:
				os.Exit(exitStuck)
			}
		}
	}()
	return func() {
		close(ended)
		<-gone // or it might interrupt what runs next
		m.vm.ClearInterrupt()
	}
}
