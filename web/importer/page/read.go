package page

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// reader is a function that reads what banners have left.
//
//go:embed read.js
var reader string

// looker is the body of a function that lists elements and scripts.
//
//go:embed elements.js
var looker string

// limits bound what is read of a page. A real configuration has some hundreds of values, and 200 kB of
// texts are those of 40 languages.
var limits = struct{ nodes, text, depth, notes, elements, elementText int }{
	nodes: 50_000, text: 200_000, depth: 20, notes: 50, elements: 2_000, elementText: 1_000_000,
}

// readMost is how long the script that reads values may take. It stops by itself then, unless the
// page's own code keeps it. Only tests change it.
var readMost = 8 * time.Second

// gates are the attributes of elements that a banner holds back.
var gates = []string{"data-category", "data-service", "data-name", "data-purpose", "data-cookiecategory", "data-contextual"}

// read reads the page as it stands.
func (v *visit) read(ctx context.Context) (*Page, error) {
	ctx, cancel := context.WithTimeout(ctx, answerMost)
	defer cancel()
	v.mu.Lock()
	v.looked = v.loader
	v.mu.Unlock()
	if err := v.wake(ctx); err != nil {
		return nil, err
	}
	world, err := v.apart(ctx)
	if err != nil {
		return nil, err
	}
	files := v.files(ctx)
	elements, err := v.look(ctx, world, files.classes)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(elements.Type, "html") {
		return nil, notHTML(elements.Type)
	}
	left, err := v.left(ctx, world, files)
	if err != nil {
		return nil, err
	}
	return assemble(elements, left, files), nil
}

// wake has the page answer: a script that has no end is stopped.
func (v *visit) wake(ctx context.Context) error {
	const patience = 5 * time.Second
	asking, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := v.evaluate(asking, parameters{"expression": "1"})
	if err == nil || ctx.Err() != nil || asking.Err() == nil {
		return err
	}
	v.mu.Lock()
	v.note("A script of the page has no end, and was stopped.")
	v.mu.Unlock()
	return v.send(ctx, "Runtime.terminateExecution", nil, nil)
}

// apart makes a world that has the page's elements and nothing of its scripts, and returns its number.
func (v *visit) apart(ctx context.Context) (int, error) {
	var world struct{ ExecutionContextID int }
	params := parameters{"frameId": v.watch.Frame(), "worldName": "charte-import"}
	err := v.send(ctx, "Page.createIsolatedWorld", params, &world)
	return world.ExecutionContextID, err
}

// look lists the page's elements and scripts.
func (v *visit) look(ctx context.Context, world int, classes []string) (*elements, error) {
	options, err := json.Marshal(parameters{"elements": limits.elements, "text": limits.elementText, "gates": gates, "classes": classes})
	if err != nil {
		return nil, err
	}
	expression := "JSON.stringify(((options) => {" + looker + "\n})(" + string(options) + "))"
	text, err := v.evaluate(ctx, parameters{"expression": expression, "contextId": world, "returnByValue": true})
	if err != nil {
		return nil, err
	}
	return decodeElements([]byte(text.text()))
}

// An object is Runtime.RemoteObject.
type object struct {
	ObjectID string
	Value    json.RawMessage
}

// text is the value of a string, and "" of anything else.
func (o object) text() string {
	var text string
	json.Unmarshal(o.Value, &text)
	return text
}

// An answer is what Runtime.evaluate and Runtime.callFunctionOn answer.
type answer struct {
	Result           object
	ExceptionDetails *struct {
		Text      string
		Exception struct{ Description string }
	}
}

func (a answer) object() (object, error) {
	if e := a.ExceptionDetails; e != nil {
		first, _, _ := strings.Cut(e.Exception.Description, "\n")
		return object{}, errors.New(strings.TrimSpace(e.Text + " " + first))
	}
	return a.Result, nil
}

func (v *visit) evaluate(ctx context.Context, params parameters) (object, error) {
	var a answer
	if err := v.send(ctx, "Runtime.evaluate", params, &a); err != nil {
		return object{}, err
	}
	return a.object()
}

// call calls a function with this, and with arguments of the same world.
func (v *visit) call(ctx context.Context, this, function string, arguments ...parameters) (object, error) {
	params := parameters{"objectId": this, "functionDeclaration": function, "arguments": arguments, "returnByValue": true}
	var a answer
	if err := v.send(ctx, "Runtime.callFunctionOn", params, &a); err != nil {
		return object{}, err
	}
	return a.object()
}

// left reads what banners have left in the page. Where it cannot be read, that is said.
func (v *visit) left(ctx context.Context, world int, f *files) (*left, error) {
	heap, err := v.heap(ctx)
	if err != nil {
		return nil, err
	}
	options := parameters{"value": parameters{
		"builtIn": f.services, "known": f.services != nil, "nodes": limits.nodes, "text": limits.text, "depth": limits.depth, "notes": limits.notes, "ms": readMost.Milliseconds(),
	}}
	reading, cancel := context.WithTimeout(ctx, readMost+2*time.Second)
	defer cancel()
	text, err := v.readApart(reading, world, heap, options)
	if err != nil && reading.Err() == nil && !v.moved() {
		// A page that is sandboxed cannot look into a frame of its own.
		text, err = v.call(reading, heap, "function (options) { return ("+reader+")(window, this, options) }", options)
	}
	if err != nil && reading.Err() != nil && ctx.Err() == nil {
		// A getter of the page's has no end. The elements are there already.
		if err := v.send(ctx, "Runtime.terminateExecution", nil, nil); err != nil {
			return nil, err
		}
		return &left{Notes: []note{{"endless", ""}}}, nil
	}
	if err != nil {
		return nil, err
	}
	l, err := decodeLeft([]byte(text.text()))
	if err != nil { // the page has spoilt its own built-ins
		return &left{Notes: []note{{"unclear", err.Error()}}}, nil
	}
	return l, nil
}

// heap is a list of all of the page's objects, in the page: Vue, React and bundlers keep a
// configuration where no global variable leads to it.
func (v *visit) heap(ctx context.Context) (string, error) {
	prototype, err := v.evaluate(ctx, parameters{"expression": "Object.prototype"})
	if err != nil {
		return "", err
	}
	var found struct{ Objects object }
	err = v.send(ctx, "Runtime.queryObjects", parameters{"prototypeObjectId": prototype.ObjectID}, &found)
	return found.Objects.ObjectID, err
}

// reading is the name under which a blank frame has the reader.
const reading = "charteImportReads"

// readApart reads with the built-ins of a blank frame. heap is of the page's own world.
func (v *visit) readApart(ctx context.Context, world int, heap string, options parameters) (object, error) {
	made, err := v.evaluate(ctx, parameters{"contextId": world, "expression": `(() => {
		const frame = Document.prototype.createElementNS.call(document, "http://www.w3.org/1999/xhtml", "iframe");
		frame.hidden = true;
		Object.getOwnPropertyDescriptor(Document.prototype, "documentElement").get.call(document).append(frame);
		return frame;
	})()`})
	if err != nil {
		return object{}, err
	}
	defer v.call(ctx, made.ObjectID, "function () { this.remove() }")
	var frame struct {
		Node struct {
			BackendNodeID   int
			ContentDocument struct{ BackendNodeID int }
		}
	}
	if err := v.send(ctx, "DOM.describeNode", parameters{"objectId": made.ObjectID}, &frame); err != nil {
		return object{}, err
	}
	// Without a world, each node comes in its own document's main world.
	var blank, element struct{ Object object }
	if err := v.send(ctx, "DOM.resolveNode", parameters{"backendNodeId": frame.Node.ContentDocument.BackendNodeID}, &blank); err != nil {
		return object{}, err
	}
	if err := v.send(ctx, "DOM.resolveNode", parameters{"backendNodeId": frame.Node.BackendNodeID}, &element); err != nil {
		return object{}, err
	}
	if _, err := v.call(ctx, blank.Object.ObjectID, "function (name) { globalThis[name] = "+reader+" }", parameters{"value": reading}); err != nil {
		return object{}, err
	}
	return v.call(ctx, heap, "function (frame, name, options) { return frame.contentWindow[name](window, this, options) }",
		parameters{"objectId": element.Object.ObjectID}, parameters{"value": reading}, options)
}
