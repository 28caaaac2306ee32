package workbench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"charte/web/browser/browsertest"
	"charte/web/engine"
	"charte/web/workbench/desk"
)

// A joined is a workbench of all rooms, on a file.
type joined struct {
	*running
	file string
	key  string
	made int // changes
}

// join runs a workbench on a copy of the demo's catalogue until the test ends.
func join(t *testing.T, program engine.Engine) *joined {
	t.Helper()
	text, err := os.ReadFile("../../catalogue/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	j := &joined{file: filepath.Join(t.TempDir(), "mine.yaml")}
	j.write(t, text)
	listener, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	self := listener.Addr().String()
	rooms, err := wire(t.Context(), j.file, self, func(text string) { t.Error(text) })
	if err != nil {
		t.Fatal(err)
	}
	j.running = &running{self: self}
	j.server = newServer(self, rooms, program, j.tell)
	own := j.server.http()
	go own.Serve(listener)
	t.Cleanup(func() { own.Close() })
	return j
}

func (j *joined) write(t *testing.T, text []byte) {
	t.Helper()
	if err := os.WriteFile(j.file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func (j *joined) read(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(j.file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// ask asks the server, and reads its answer into value. It returns the status.
func (j *joined) ask(t *testing.T, c call, value any) int {
	t.Helper()
	if j.key == "" {
		j.key = j.open(t, j.token())
	}
	if c.method == "POST" {
		j.made++
		if c.header == nil {
			c.header = map[string]string{}
		}
		c.header[RequestNumber] = fmt.Sprint(j.made)
	}
	status, body, _ := j.do(t, j.key, c)
	if err := json.Unmarshal([]byte(body), value); err != nil {
		t.Fatalf("%s: %v in %.200s", c.path, err, body)
	}
	return status
}

// change changes a value, and returns the state after that.
func (j *joined) change(t *testing.T, c desk.Change) (state desk.State) {
	t.Helper()
	body, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if status := j.ask(t, call{method: "POST", path: "/api/change", body: string(body)}, &state); status != 200 {
		t.Fatalf("%+v: status %d", c, status)
	}
	return state
}

// becomes waits for a state.
func (j *joined) becomes(t *testing.T, what string, is func(desk.State) bool) (state desk.State) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		j.ask(t, call{method: "GET", path: "/api/state"}, &state)
		if is(state) {
			return state
		}
		if time.Now().After(deadline) {
			t.Fatalf("the file never becomes %s: %+v", what, state)
		}
	}
}

// changed returns the lines of b that are not in a at the same place.
func changed(a, b []byte) (lines []string) {
	old := strings.Split(string(a), "\n")
	for i, line := range strings.Split(string(b), "\n") {
		if i >= len(old) || line != old[i] {
			lines = append(lines, line)
		}
	}
	return lines
}

// TestJoined: a value is changed, undone, changed again and saved; only its line is another then.
// What another program does to the file meanwhile is seen, and not overwritten.
func TestJoined(t *testing.T) {
	j := join(t, engine.Engine{})
	before := j.read(t)
	var state desk.State
	j.ask(t, call{method: "GET", path: "/api/state"}, &state)
	if state.File != "mine.yaml" || state.Unsaved || state.Light == "" || len(state.Sections) < 5 || state.Preview.Base == "" {
		t.Fatalf("the state is %+v", state)
	}
	first := state.Version
	var form desk.Form
	if status := j.ask(t, call{method: "GET", path: "/api/form?at=/services/0"}, &form); status != 200 || len(form.Fields) == 0 || form.Version != first {
		t.Fatalf("the form is %+v, status %d", form, status)
	}

	set := desk.Change{Version: first, Do: desk.DeedSet, Pointer: "/services/0/purpose/fr", Value: "Savoir ce qui est lu."}
	state = j.change(t, set)
	if !state.Unsaved || !state.Undo || state.Version <= first || !bytes.Equal(j.read(t), before) {
		t.Fatalf("after a change: %+v", state)
	}
	j.ask(t, call{method: "POST", path: "/api/undo", body: "{}"}, &state)
	if state.Unsaved || !state.Redo {
		t.Errorf("after undoing it: %+v", state)
	}
	j.ask(t, call{method: "POST", path: "/api/redo", body: "{}"}, &state)

	// Another program adds a line in front, so that everything moves.
	j.write(t, append([]byte("# of another program\n"), before...))
	state = j.becomes(t, "what another program has made of it", func(s desk.State) bool { return s.Version > state.Version })
	if len(state.Conflicts) > 0 || !state.Unsaved {
		t.Errorf("after a change on the disk: %+v", state)
	}
	var effect desk.Effect
	if j.ask(t, call{method: "GET", path: "/api/effect"}, &effect); len(effect.Lines) == 0 {
		t.Errorf("the effect is %+v", effect)
	}
	j.ask(t, call{method: "POST", path: "/api/save", body: "{}"}, &state)
	after := j.read(t)
	if lines := changed(append([]byte("# of another program\n"), before...), after); state.Unsaved || len(lines) != 1 || !strings.Contains(lines[0], "Savoir ce qui est lu.") {
		t.Errorf("saving has changed the lines %q; %+v", lines, state)
	}

	// Both change the same value: nobody is overwritten.
	set.Version, set.Value = state.Version, "Le mien."
	j.change(t, set)
	j.write(t, bytes.Replace(after, []byte("Savoir ce qui est lu."), []byte("Le leur."), 1))
	state = j.becomes(t, "one with a conflict", func(s desk.State) bool { return len(s.Conflicts) == 1 })
	var refused desk.Fault
	if status := j.ask(t, call{method: "POST", path: "/api/save", body: "{}"}, &refused); status != 422 || refused.Message == "" {
		t.Errorf("saving with a conflict: status %d, %+v", status, refused)
	}
	j.ask(t, call{method: "POST", path: "/api/settle", body: `{"id":"` + state.Conflicts[0].ID + `","take":"theirs"}`}, &state)
	if text := j.read(t); len(state.Conflicts) > 0 || !bytes.Contains(text, []byte("Le leur.")) {
		t.Errorf("after settling it: %+v", state)
	}

	// The file is removed: saving writes it anew.
	if err := os.Remove(j.file); err != nil {
		t.Fatal(err)
	}
	j.becomes(t, "gone", func(s desk.State) bool { return s.Gone })
	j.ask(t, call{method: "POST", path: "/api/save", body: "{}"}, &state)
	if text := j.read(t); state.Gone || !bytes.Contains(text, []byte("Le leur.")) {
		t.Errorf("after it was written anew: %+v", state)
	}
	// It is replaced by 10 MB: the text stays as it was.
	j.write(t, bytes.Repeat([]byte("#\n"), 5<<20))
	state = j.becomes(t, "unreadable", func(s desk.State) bool { return s.Unreadable != "" })
	var text string
	if j.ask(t, call{method: "GET", path: "/api/text"}, &text); !strings.Contains(text, "Le leur.") || len(text) > 1<<20 {
		t.Errorf("the text has %d bytes", len(text))
	}
}

// TestAdded: a known service is added and translated into what the catalogue has; a report that is no
// report is refused in a sentence.
func TestAdded(t *testing.T) {
	j := join(t, engine.Engine{})
	var found []desk.Known
	if j.ask(t, call{method: "GET", path: "/api/known?q=vimeo&lang=fr"}, &found); len(found) == 0 || found[0].ID != "vimeo" {
		t.Fatalf("found %+v", found)
	}
	body, err := json.Marshal(desk.Addition{ID: "vimeo", With: map[string]string{}, AcceptsUnknown: true})
	if err != nil {
		t.Fatal(err)
	}
	var state desk.State
	if status := j.ask(t, call{method: "POST", path: "/api/add", body: string(body)}, &state); status != 200 || !state.Unsaved {
		t.Errorf("adding it: status %d, %+v", status, state)
	}
	var rows desk.Translations
	if j.ask(t, call{method: "GET", path: "/api/translations"}, &rows); len(rows.Rows) == 0 || rows.Version != state.Version {
		t.Errorf("the translations are %+v", rows)
	}
	var refused desk.Fault
	status := j.ask(t, call{method: "POST", path: "/api/drop?name=..%2F..%2Fetc%2Fpasswd", body: "root:x:0", header: map[string]string{"Content-Type": "application/octet-stream"}}, &refused)
	if status != 422 || refused.Message == "" || strings.Contains(refused.Message, "..") {
		t.Errorf("status %d, %+v", status, refused)
	}
}

// TestNotOpened: what is no catalogue's file is refused in a sentence, before a page is served.
func TestNotOpened(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.yaml")
	if err := os.WriteFile(large, bytes.Repeat([]byte("#\n"), 5<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{filepath.Join(dir, "gone.yaml"), dir, large} {
		if _, err := wire(t.Context(), name, "127.0.0.1:1", func(string) {}); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), filepath.Base(name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWorkbench: in a browser, a person types, and the preview follows; the text is saved, with the letters
// that were typed last.
func TestWorkbench(t *testing.T) {
	built, err := program()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range browsertest.Engines() {
		t.Run(string(name), func(t *testing.T) {
			j := join(t, built)
			before := j.read(t)
			page := browsertest.NewPage(t, name)
			sees := func(text string) {
				t.Helper()
				browsertest.Must(t, page.WaitFor(`document.body.innerText.includes(arguments[0])`, text))
			}
			browsertest.Must(t, page.SetViewport(1280, 800))
			began := time.Now()
			browsertest.Must(t, page.Open(j.latest()))
			sees("mine.yaml")
			t.Logf("the page is there after %v", time.Since(began).Round(time.Millisecond))
			browsertest.Must(t, page.WaitFor(`document.querySelector("iframe")?.src.startsWith("http://preview.localhost:")`))
			sees("The notice takes") // said by the preview's page
			browsertest.Must(t, page.Click(`[id="at-site-controller"]`))
			browsertest.Must(t, page.Press("V", "i", "l", "l", "e"))
			sees("not saved yet")
			// The notice is built anew, and shown.
			browsertest.Must(t, page.WaitFor(`[...document.querySelectorAll("iframe")].some(f => Number(f.src.split("/")[4]) >= arguments[0])`, j.version()))
			browsertest.Must(t, page.Press("Control+s"))
			browsertest.Must(t, page.WaitFor(`!document.body.innerText.includes("not saved yet")`))
			if lines := changed(before, j.read(t)); !strings.Contains(strings.Join(lines, "\n"), "Ville") {
				t.Errorf("saving has changed %q", lines)
			}
			lines, err := page.Console()
			browsertest.Must(t, err)
			if len(lines) > 0 {
				t.Errorf("the console has %q", lines)
			}
		})
	}
}

// version is that of the newest text.
func (j *joined) version() int { return j.server.rooms.State().Version }
