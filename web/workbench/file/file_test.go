package file

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"charte/catalogue/edit"
	"charte/web/whole"
)

// opened returns a file with a text. Its clock stands still.
func opened(t testing.TB, text string) *File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	f.now = fixed
	return f
}

// elsewhere writes the file as another program does, and lets f see it.
func elsewhere(t testing.TB, f *File, text string) {
	t.Helper()
	if err := whole.WriteFile(f.path, []byte(text)); err != nil {
		t.Fatal(err)
	}
	seen(f)
}

// seen lets f look at the disk twice, as it does before it takes anything.
func seen(f *File) {
	var w watch
	f.glance(&w)
	f.glance(&w)
}

// written replaces the text, or ends the test.
func written(t testing.TB, f *File, text string) {
	t.Helper()
	_, version := f.Text()
	if err := f.Replace(version, "", []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// setTo sets a value, or ends the test.
func setTo(t testing.TB, f *File, label, pointer, to string) {
	t.Helper()
	_, version := f.Text()
	err := f.Change(version, label, func(d *edit.Document) (*edit.Document, error) { return d.Set(pointer, to) })
	if err != nil {
		t.Fatal(err)
	}
}

func holds(t testing.TB, f *File, want string) {
	t.Helper()
	if text, _ := f.Text(); string(text) != want {
		t.Errorf("the text is\n%s\nwant\n%s", text, want)
	}
}

func onDisk(t testing.TB, f *File, want string) {
	t.Helper()
	text, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != want {
		t.Errorf("the file has\n%s\nwant\n%s", text, want)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	sized := func(name string, size int64) string {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, size)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path string
		want       string // what the error says; "" for none
	}{
		{"as long as may be", sized("long", maxBytes), ""},
		{"too long", sized("longer", maxBytes+1), "8388609 bytes, 8388608 at most"},
		{"empty", sized("empty", 0), ""},
		{"missing", filepath.Join(dir, "no.yaml"), "charte new -o " + filepath.Join(dir, "no.yaml")},
		{"a folder", dir, "not a file with text"},
		{"a pipe", pipe, "not a file with text"},
		{"a link to itself", loop, "too many links"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := Open(test.path)
			switch {
			case test.want == "" && err != nil:
				t.Fatal(err)
			case test.want == "":
				if f.Name() != filepath.Base(test.path) {
					t.Errorf("the name is %q", f.Name())
				}
			case err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.path):
				t.Errorf("the error is %v, want %q with the path", err, test.want)
			}
		})
	}
}

func TestHistory(t *testing.T) {
	f := opened(t, "a: v\nb: c\n")
	now := time.Time{}
	f.now = func() time.Time { return now }
	if f.Undo() != ErrNothing || f.Redo() != ErrNothing {
		t.Error("there is something to undo or redo at the beginning")
	}
	setTo(t, f, "/a", "/a", "x")
	now = now.Add(joins)
	setTo(t, f, "/a", "/a", "xy")
	setTo(t, f, "/b", "/b", "d")
	now = now.Add(joins + 1)
	setTo(t, f, "/b", "/b", "de")
	setTo(t, f, "", "/a", "z")
	setTo(t, f, "", "/a", "zz")
	states := []string{"a: zz\nb: de\n", "a: z\nb: de\n", "a: xy\nb: de\n", "a: xy\nb: d\n", "a: xy\nb: c\n", "a: v\nb: c\n"}
	holds(t, f, states[0])
	for i, want := range states[1:] {
		if err := f.Undo(); err != nil {
			t.Fatal(err)
		}
		holds(t, f, want)
		if s := f.Status(); s.Undo != (i+2 < len(states)) || !s.Redo || s.Unsaved != s.Undo {
			t.Errorf("after %d times of Undo: %+v", i+1, s)
		}
	}
	for i := len(states) - 2; i >= 0; i-- {
		if err := f.Redo(); err != nil {
			t.Fatal(err)
		}
		holds(t, f, states[i])
	}
	if f.Status().Redo {
		t.Error("there is something to redo at the end")
	}

	// What was undone is gone once something else is done, and no change joins an undone one.
	f.Undo()
	setTo(t, f, "/b", "/b", "new")
	f.Undo()
	setTo(t, f, "/b", "/b", "newer")
	if f.Status().Redo {
		t.Error("a change leaves something to redo")
	}
	f.Undo()
	holds(t, f, states[1])

	// A text that is typed and taken back is no change.
	setTo(t, f, "/a", "/a", "one")
	setTo(t, f, "/a", "/a", "one more")
	setTo(t, f, "/a", "/a", "z")
	f.Undo()
	holds(t, f, states[2])
	_, version := f.Text()
	setTo(t, f, "", "/a", "xy")
	if _, now := f.Text(); now != version {
		t.Error("what changes nothing is a version of its own")
	}
}

func TestHistoryEnds(t *testing.T) {
	f := opened(t, "0")
	long := strings.Repeat("x", 1<<20)
	for range maxSteps + 10 {
		written(t, f, "x"+string(f.newest().bytes))
	}
	if len(f.undo) != maxSteps || len(f.texts) != maxTexts {
		t.Errorf("%d steps and %d texts are kept", len(f.undo), len(f.texts))
	}
	for i := range 70 {
		written(t, f, long+strings.Repeat("y", i))
	}
	size := 0
	for _, step := range f.undo {
		size += len(step.text)
	}
	if len(f.undo) < 60 || size > maxStepBytes {
		t.Errorf("%d steps of %d bytes are kept", len(f.undo), size)
	}
	if len(f.texts) != 3 {
		t.Errorf("%d long texts are kept, want 3", len(f.texts))
	}
	for i := range 3 {
		written(t, f, strings.Repeat(long, 3)+strings.Repeat("z", i))
	}
	if len(f.texts) != 2 { // else nobody could find a value again after a change
		t.Errorf("%d very long texts are kept, want 2", len(f.texts))
	}
}

func TestChange(t *testing.T) {
	f := opened(t, "a: b\n")
	_, version := f.Text()
	setTo(t, f, "", "/a", "c")
	other := errors.New("no")
	_, newest := f.Text()
	for _, test := range []struct {
		name string
		err  error
		want error
	}{
		{"of an older text", f.Change(version, "", func(d *edit.Document) (*edit.Document, error) { return d.Set("/a", "d") }), ErrStale},
		{"of a text that is not there yet", f.Replace(newest+1, "", nil), ErrStale},
		{"an older text replaced", f.Replace(version, "", nil), ErrStale},
		{"that fails", f.Change(newest, "", func(*edit.Document) (*edit.Document, error) { return nil, other }), other},
	} {
		if !errors.Is(test.err, test.want) {
			t.Errorf("a change %s: %v, want %v", test.name, test.err, test.want)
		}
	}
	if err := f.Replace(newest, "", make([]byte, maxBytes+1)); err == nil {
		t.Error("a text that is too long is taken")
	}
	holds(t, f, "a: c\n")
	if err := f.Replace(newest, "", make([]byte, maxBytes)); err != nil {
		t.Error(err)
	}
	written(t, f, "a: [\n")
	_, newest = f.Text()
	if err := f.Change(newest, "", func(d *edit.Document) (*edit.Document, error) { return d, nil }); err == nil || !strings.Contains(err.Error(), "x.yaml:1") {
		t.Errorf("a change of what is not YAML: %v", err)
	}
}

func TestWait(t *testing.T) {
	f := opened(t, "a: b\n")
	if got := f.Wait(t.Context(), 0); got != 1 {
		t.Errorf("the version is %d, want 1", got)
	}
	got := make(chan int)
	go func() { got <- f.Wait(context.Background(), 1) }()
	setTo(t, f, "", "/a", "c")
	if version := <-got; version != 2 {
		t.Errorf("the version is %d, want 2", version)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { got <- f.Wait(ctx, 7) }()
	cancel()
	if version := <-got; version != 2 {
		t.Errorf("the version is %d once the context has ended, want 2", version)
	}
}

func TestPointer(t *testing.T) {
	const text = "site:\n  name: s\nservices:\n  - id: a\n    name: { fr: x }\n    cookies:\n      - name: _ga\n      - name: _ga\n        kind: localStorage\n      - name: _ga\n        domain: .b\n  - use: yt@1\n    hosts:\n      - host: y\n        kind: frame\n      - host: y\n  - category: c\n    price: low\n    sale: false\nlanguages: [fr, en]\n"
	for _, test := range []struct {
		name, pointer string
		now           string // the text
		want          string // "" if it is lost
	}{
		{"the whole", "", text, "/"},
		{"the same text", "/services/0/id", text, "/services/0/id"},
		{"a key that moved", "/site/name", "services: []\nsite: { name: s }\n", "/site/name"},
		{"an element that moved, by its id", "/services/0/name/fr", "services:\n  - id: b\n  - id: a\n", "/services/1/name/fr"},
		{"an element by its known service", "/services/1/category", "services:\n  - use: yt@2\n", "/services/0/category"},
		{"an element that is gone", "/services/0/name", "services:\n  - use: yt@2\n  - id: b\n  - id: c\n  - id: d\n", ""},
		{"a list that is gone", "/services/0/name", "a: b\n", ""},
		{"a list that is a text", "/services/0/name", "services: b\n", ""},
		{"a cookie by its kind", "/services/0/cookies/1/name", "services:\n  - id: a\n    cookies: [{ name: _ga, kind: localStorage }]\n", "/services/0/cookies/0/name"},
		{"a cookie by its domain", "/services/0/cookies/2", "services:\n  - id: a\n    cookies: [{ name: _ga, domain: .b }]\n", "/services/0/cookies/0"},
		{"a host by its kind", "/services/1/hosts/0/host", "services:\n  - use: yt@1\n    hosts: [{ host: y }, { host: y, kind: frame }]\n", "/services/0/hosts/1/host"},
		{"a text by itself", "/languages/1", "languages: [en, fr]\n", "/languages/0"},
		{"an element with another id", "/services/0/name", strings.Replace(text, "id: a", "id: ab", 1), "/services/0/name"},
		{"an element without a name", "/services/2/price", strings.Replace(text, "  - id: a", "  - id: new\n  - id: a", 1), "/services/3/price"},
		{"a key that nobody has written", "/services/1/purpose/fr", "services:\n  - id: b\n  - use: yt@1\n", "/services/1/purpose/fr"},
		{"a key that was removed", "/site/name", "a: b\n", "/site/name"},
		{"an element that was never there", "/services/9", "services: []\n", "/services/9"},
		{"what is no pointer", "services", "services: []\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := opened(t, text)
			written(t, f, test.now)
			got, err := f.Pointer(test.pointer, 1)
			if want := strings.TrimSuffix(test.want, "/"); got != want || (test.want == "") != errors.Is(err, ErrLost) {
				t.Errorf("it is at %q, %v; want %q", got, err, want)
			}
		})
	}
}

// TestPointerBack: what was taken out and put back by undoing is where it was, for those who have not
// seen either.
func TestPointerBack(t *testing.T) {
	f := opened(t, "s:\n  - id: a\n  - id: b\n")
	setTo(t, f, "", "/s/0/n", "c")
	written(t, f, "s:\n  - id: c\n  - id: d\n  - id: e\n")
	f.Undo()
	for version, want := range map[int]string{1: "/s/1/id", 2: "/s/1/id", 4: "/s/1/id"} {
		if got, err := f.Pointer("/s/1/id", version); got != want || err != nil {
			t.Errorf("of version %d: it is at %q, %v", version, got, err)
		}
	}
	if _, err := f.Pointer("/s/1/id", 3); !errors.Is(err, ErrLost) {
		t.Errorf("what is not there any more: %v", err)
	}
}

// TestPointerOverTexts: a value is followed from text to text, even if its element gets a new name
// letter by letter, and if a text between is not YAML.
func TestPointerOverTexts(t *testing.T) {
	f := opened(t, "s:\n  - id: a\n    n: 1\n  - id: b\n    n: 2\n")
	setTo(t, f, "", "/s/1/id", "bc")
	setTo(t, f, "", "/s/1/id", "bcd")
	f.touch()
	written(t, f, "s: [\n")
	written(t, f, "s:\n  - id: x\n  - id: y\n  - id: bcd\n    n: 2\n")
	written(t, f, "s: [\n")
	if got, err := f.Pointer("/s/1/n", 1); got != "/s/2/n" || err != nil {
		t.Errorf("it is at %q, %v", got, err)
	}
	if got, err := f.Pointer("/s/1/n", 4); got != "/s/2/n" || err != nil {
		t.Errorf("it is at %q, %v", got, err)
	}
	for _, version := range []int{0, 8} {
		if _, err := f.Pointer("/s/1/n", version); !errors.Is(err, ErrStale) {
			t.Errorf("version %d: %v, want ErrStale", version, err)
		}
	}
	for range maxTexts {
		written(t, f, "x"+string(f.newest().bytes))
	}
	if _, err := f.Pointer("/s/1/n", 1); !errors.Is(err, ErrStale) {
		t.Errorf("a version of long ago: %v, want ErrStale", err)
	}
}

// fixed is a clock that stands still.
func fixed() time.Time { return time.Time{} }

// TestDocument: a text is read as YAML once, and each version has its own.
func TestDocument(t *testing.T) {
	f := opened(t, "a: 1\n")
	written(t, f, "a: 2\n")
	written(t, f, "a: [\n")
	for _, test := range []struct {
		name    string
		version int
		want    string // of a; "" for an error
		stale   bool
	}{
		{"an earlier text", 1, "1", false},
		{"a later one", 2, "2", false},
		{"no YAML", 3, "", false},
		{"to come", 4, "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := f.Document(test.version)
			if test.want == "" {
				if err == nil || errors.Is(err, ErrStale) != test.stale {
					t.Errorf("the error is %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := d.At("/a").Value; got != test.want {
				t.Errorf("a is %q, want %q", got, test.want)
			}
			if again, _ := f.Document(test.version); again != d {
				t.Error("the text was read twice")
			}
		})
	}
}
