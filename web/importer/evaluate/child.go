package evaluate

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"charte/web/importer/told"
)

// A script can fill the memory or the stack in one step, or make a regular expression search for ever.
// Nothing within Go stops that but the end of the process. So files are evaluated in a child, which
// sends each thing that it notes at once.

// childKey is the variable that says to a program that it is the child.
const childKey = "CHARTE_EVALUATES"

// The most that a child may take.
const (
	mostProblems  = 100       // of a file
	mostMemory    = 1 << 30   // bytes of objects
	mostNoted     = 64 << 20  // bytes of what it sends; a configuration with 10,000 settings has 2 MB
	mostStack     = 128 << 20 // bytes
	mostCompiling = 5 * time.Second
	grace         = time.Second
	slack         = 20 * time.Second // for starting, and for turning files into plain script
)

// The statuses with which a child ends early.
const (
	exitStuck  = 3
	exitMemory = 4
)

const tooLong = "It runs for too long, as an endless loop does. What it told the banner until then was read."

// A request is what a child is to do.
type request struct {
	Files   []File
	Dir     string
	Scripts bool
	Most    time.Duration
	Insist  bool
}

// A note is something that a child has seen. One of its fields is set.
type note struct {
	File    string        `json:",omitempty"` // is begun
	Import  string        `json:",omitempty"`
	Call    *told.Call    `json:",omitempty"`
	Named   *told.Named   `json:",omitempty"`
	Element *told.Element `json:",omitempty"`
	Problem *told.Problem `json:",omitempty"`
}

// notes are what was seen until now.
type notes struct {
	told     *told.Told
	before   told.Told          // what was told when the last file was begun
	noted    int                // calls and names
	problems int                // of the file that was begun last
	send     func(n note) error // nil sends nothing
}

func (n *notes) take(seen note) {
	t := n.told
	switch {
	case seen.File != "":
		n.before = *t
		t.Files = append(t.Files, seen.File)
	case seen.Import != "":
		t.Imports = append(t.Imports, seen.Import)
	case seen.Call != nil:
		t.Calls = append(t.Calls, *seen.Call)
		n.noted++
	case seen.Named != nil:
		t.Names = append(t.Names, *seen.Named)
		n.noted++
	case seen.Element != nil:
		t.Elements = append(t.Elements, *seen.Element)
	case seen.Problem != nil:
		t.Problems = append(t.Problems, *seen.Problem)
	}
	if n.send != nil && n.send(seen) != nil {
		os.Exit(1) // whoever asked is gone
	}
}

func (n *notes) file(name string) {
	n.problems = 0
	n.take(note{File: name})
}

func (n *notes) call(c told.Call)       { n.take(note{Call: &c}) }
func (n *notes) name(v told.Named)      { n.take(note{Named: &v}) }
func (n *notes) element(e told.Element) { n.take(note{Element: &e}) }

// problem notes a problem, once: exported functions are called twice. Of a file that has hundreds, the first
// ones say what it is.
func (n *notes) problem(p told.Place, t string) {
	if slices.Contains(n.told.Problems, told.Problem{Place: p, Text: t}) {
		return
	}
	n.problems++
	switch {
	case n.problems == mostProblems+1:
		p, t = told.Place{File: n.last()}, "More could not be read in the same way."
	case n.problems > mostProblems:
		return
	}
	n.take(note{Problem: &told.Problem{Place: p, Text: t}})
}

func (n *notes) imports(module string) {
	if !slices.Contains(n.told.Imports, module) {
		n.take(note{Import: module})
	}
}

// last is the file that was begun last.
func (n *notes) last() string {
	if len(n.told.Files) == 0 {
		return ""
	}
	return n.told.Files[len(n.told.Files)-1]
}

// init makes a program that was started as a child behave as one: charte itself, and tests.
func init() {
	if os.Getenv(childKey) == "" {
		return
	}
	if err := child(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func child(in io.Reader, out io.Writer) error {
	debug.SetMaxStack(mostStack)
	go weigh()
	var r request
	if err := json.NewDecoder(in).Decode(&r); err != nil {
		return err
	}
	e := json.NewEncoder(out)
	return evaluate(r, &notes{told: &told.Told{}, send: func(n note) error { return e.Encode(n) }})
}

// weigh ends this process where memory runs out, in a script or in what comes before it.
func weigh() {
	for range time.Tick(10 * time.Millisecond) {
		if heap() > mostMemory {
			os.Exit(exitMemory)
		}
	}
}

// heap is how much memory objects take, in bytes.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// inChildren has children evaluate files. The file that ends a child is its last one, and the next child
// goes on behind it.
func inChildren(ctx context.Context, r request) (*told.Told, error) {
	all := &told.Told{}
	for files := r.Files; len(files) > 0; {
		r.Files = files
		n, ended, err := inChild(ctx, r)
		if err != nil {
			return nil, err
		}
		begun := len(n.told.Files)
		if ended && begun > 1 {
			// What files leave in variables is taken down at the end, to which they did not come.
			r.Files = files[:begun-1]
			alone, _, err := inChild(ctx, r)
			if err != nil {
				return nil, err
			}
			join(all, alone.told)
			join(all, n.ofLast(alone.told))
		} else {
			join(all, n.told)
		}
		files = files[begun:]
	}
	return all, nil
}

// join adds what was told by some files to what was told by those before them.
func join(all, more *told.Told) {
	all.Files = append(all.Files, more.Files...)
	all.Calls = append(all.Calls, more.Calls...)
	all.Names = append(all.Names, more.Names...)
	all.Elements = append(all.Elements, more.Elements...)
	all.Problems = append(all.Problems, more.Problems...)
	for _, module := range more.Imports {
		if !slices.Contains(all.Imports, module) {
			all.Imports = append(all.Imports, module)
		}
	}
}

// ofLast is what was told since the last file was begun, but for what there is already: at the end, the
// functions of all files are called.
func (n *notes) ofLast(there *told.Told) *told.Told {
	t, known := n.told, map[string]bool{}
	key := func(name string, place told.Place) string { return name + " " + place.String() }
	for _, c := range there.Calls {
		known[key(c.Name, c.Place)] = true
	}
	for _, v := range there.Names {
		known[key(v.Name, v.Place)] = true
	}
	last := &told.Told{
		Files: t.Files[len(n.before.Files):], Elements: t.Elements[len(n.before.Elements):], Problems: t.Problems[len(n.before.Problems):], Imports: t.Imports,
	}
	for _, c := range t.Calls[len(n.before.Calls):] {
		if !known[key(c.Name, c.Place)] {
			last.Calls = append(last.Calls, c)
		}
	}
	for _, v := range t.Names[len(n.before.Names):] {
		if !known[key(v.Name, v.Place)] {
			last.Names = append(last.Names, v)
		}
	}
	return last
}

// inChild has a child evaluate files, and returns what it has noted. Where a file has ended the child, it
// is the last one of those that were begun, and ended is true.
func inChild(ctx context.Context, r request) (n *notes, ended bool, err error) {
	program, err := os.Executable()
	if err != nil {
		return nil, false, err
	}
	asked, err := json.Marshal(r)
	if err != nil {
		return nil, false, err
	}
	timed, cancel := context.WithTimeout(ctx, slack+time.Duration(len(r.Files)+2)*(r.Most+mostCompiling+grace))
	defer cancel()
	cmd := exec.CommandContext(timed, program)
	cmd.Env = append(os.Environ(), childKey+"=1")
	cmd.Stdin = bytes.NewReader(asked)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, false, err
	}
	if err := cmd.Start(); err != nil {
		return nil, false, err
	}
	n, full := received(out)
	if full {
		cancel() // kills it
	}
	_, _ = io.Copy(io.Discard, out)
	err = cmd.Wait()
	why := endOf(err, said.String())
	switch begun := len(n.told.Files); {
	case ctx.Err() != nil:
		return nil, false, ctx.Err()
	case begun == 0:
		return nil, false, fmt.Errorf("the files could not be evaluated: %w: %s", errors.Join(err, timed.Err()), said.String())
	case full:
		why = fmt.Sprintf("It tells the banner more than %d MB. What came before was read.", mostNoted>>20)
	case why == "" && begun < len(r.Files):
		why = "It could not be evaluated."
	}
	if why != "" {
		n.problem(told.Place{File: n.last()}, why)
	}
	return n, why != "", nil
}

// received takes what a child sends, until it ends. full says that there is more, which is not taken.
func received(from io.Reader) (n *notes, full bool) {
	n = &notes{told: &told.Told{}}
	sent := &io.LimitedReader{R: from, N: mostNoted}
	decoder := json.NewDecoder(bufio.NewReader(sent))
	for {
		var seen note
		if decoder.Decode(&seen) != nil {
			return n, sent.N <= 0
		}
		n.take(seen)
	}
}

// endOf says why a child ended early, or "" if it did not.
func endOf(err error, said string) string {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return ""
	case strings.Contains(said, "stack overflow") || strings.Contains(said, "stack exceeds"):
		return "It is nested too deeply to be read. What it told the banner until then was read."
	case errors.As(err, &exit) && exit.ExitCode() == exitMemory:
		return fmt.Sprintf("It takes more than %d MB of memory. What it told the banner until then was read.", mostMemory>>20)
	case strings.Contains(said, "panic: "):
		return "It could not be read to its end. What it told the banner until then was read."
	default:
		return tooLong
	}
}
