package file

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/catalogue/edit"
)

func TestTake(t *testing.T) {
	f := opened(t, "a: b\n")
	elsewhere(t, f, "a: c\n")
	holds(t, f, "a: c\n")
	if s := f.Status(); s.Version != 2 || s.Unsaved || s.Undo || string(f.Saved()) != "a: c\n" {
		t.Errorf("what another program has written: %+v", s)
	}
	if err := f.Undo(); err != ErrNothing { // it is for the other program to undo
		t.Errorf("what another program has written is undone: %v", err)
	}

	// What is written anew with the same bytes is no news.
	version := f.Status().Version
	elsewhere(t, f, "a: c\n")
	if f.Status().Version != version {
		t.Error("the same bytes are a new version")
	}
	// Both made the same change.
	setTo(t, f, "", "/a", "d")
	elsewhere(t, f, "a: d\n")
	if s := f.Status(); s.Unsaved || s.Conflicts != nil {
		t.Errorf("both have made the same change: %+v", s)
	}
}

// TestUndoOverNews: what is undone is what a person has changed here. What another program has changed
// since stays, or is a conflict.
func TestUndoOverNews(t *testing.T) {
	f := opened(t, "a: 1\nb: 1\n")
	setTo(t, f, "", "/a", "mine")
	elsewhere(t, f, "a: 1\nb: theirs\n")
	holds(t, f, "a: mine\nb: theirs\n")
	f.Undo()
	holds(t, f, "a: 1\nb: theirs\n")
	if s := f.Status(); s.Unsaved || s.Undo || !s.Redo {
		t.Errorf("what was changed here is undone: %+v", s)
	}
	f.Redo()
	holds(t, f, "a: mine\nb: theirs\n")

	// Saved, and changed by the other program after that: undoing would overwrite it.
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	elsewhere(t, f, "a: theirs\nb: theirs\n")
	holds(t, f, "a: theirs\nb: theirs\n")
	f.Undo()
	holds(t, f, "a: 1\nb: theirs\n")
	if got := said(f); !slices.Equal(got, []string{"a: mine|1|theirs"}) {
		t.Errorf("the conflicts are %q", got)
	}
	if err := f.Save(); !errors.Is(err, ErrConflicts) {
		t.Errorf("the other program's change is overwritten: %v", err)
	}
	if err := f.Settle("/a", Theirs); err != nil {
		t.Fatal(err)
	}
	holds(t, f, "a: theirs\nb: theirs\n")

	// Where the texts cannot be put together, the whole file is in question.
	setTo(t, f, "", "/b", "mine")
	setTo(t, f, "", "/b", "mine too")
	elsewhere(t, f, "a: theirs\nb: mine too\n")
	elsewhere(t, f, "- a\n")
	holds(t, f, "- a\n")
	f.Undo()
	holds(t, f, "a: theirs\nb: mine\n")
	if got := said(f); !slices.Equal(got, []string{"x.yaml: -|-|-"}) {
		t.Errorf("the conflicts are %q", got)
	}
}

// TestTypedOverNews: what is typed after the file was saved, or after another program has changed it, is a
// change of its own.
func TestTypedOverNews(t *testing.T) {
	for _, test := range []struct {
		name    string
		between func(t *testing.T, f *File)
		want    string // after undoing once
	}{
		{"nothing between", func(*testing.T, *File) {}, "a: 1\nb: 1\n"},
		{"saved", func(t *testing.T, f *File) {
			if err := f.Save(); err != nil {
				t.Fatal(err)
			}
		}, "a: x\nb: 1\n"},
		{"changed elsewhere", func(t *testing.T, f *File) { elsewhere(t, f, "a: 1\nb: theirs\n") }, "a: x\nb: theirs\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := opened(t, "a: 1\nb: 1\n")
			setTo(t, f, "/a", "/a", "x")
			test.between(t, f)
			setTo(t, f, "/a", "/a", "xy")
			if err := f.Undo(); err != nil {
				t.Fatal(err)
			}
			holds(t, f, test.want)
		})
	}
}

// TestUndoOverSaved: a conflict that undoing brings is with what the file has since it was saved.
func TestUndoOverSaved(t *testing.T) {
	f := opened(t, "a: 1\n")
	save := func() {
		t.Helper()
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
	}
	setTo(t, f, "", "/a", "mine")
	save()
	elsewhere(t, f, "a: theirs\n")
	setTo(t, f, "", "/a", "saved")
	save()
	f.Undo()
	f.Undo()
	if got := said(f); !slices.Equal(got, []string{"a: mine|1|saved"}) {
		t.Errorf("the conflicts are %q", got)
	}
}

// TestHalfWritten: a file is read once it does not change any more.
func TestHalfWritten(t *testing.T) {
	f := opened(t, "a: b\n")
	var w watch
	for i, text := range []string{"", "a", "a: c\nd:"} {
		if err := os.WriteFile(f.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f.glance(&w)
		if f.Status().Version != 1 {
			t.Fatalf("the file is read at look %d", i)
		}
	}
	f.glance(&w)
	holds(t, f, "a: c\nd:")
	f.glance(&w)
	if w.new {
		t.Error("what was read is news again")
	}

	// The same size at another time.
	if err := errors.Join(os.WriteFile(f.path, []byte("a: d\nd:"), 0o600), os.Chtimes(f.path, time.Time{}, time.Unix(9, 0))); err != nil {
		t.Fatal(err)
	}
	seen(f)
	holds(t, f, "a: d\nd:")

	// The same size at the same time: the clock of a file is coarse.
	f = opened(t, "a: b\n")
	look, err := os.Stat(f.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(f.path, []byte("a: c\n"), 0o600), os.Chtimes(f.path, time.Time{}, look.ModTime())); err != nil {
		t.Fatal(err)
	}
	seen(f)
	holds(t, f, "a: c\n")

	// Another file with the same size and time, as cp -p makes one.
	other := f.path + ".new"
	if err := errors.Join(os.WriteFile(other, []byte("a: e\n"), 0o600), os.Chtimes(other, time.Time{}, look.ModTime()), os.Rename(other, f.path)); err != nil {
		t.Fatal(err)
	}
	seen(f)
	holds(t, f, "a: e\n")
}

func TestGone(t *testing.T) {
	f := opened(t, "a: b\n")
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	var w watch
	f.glance(&w)
	if f.Status().Gone { // as between the two steps of a program that writes carelessly
		t.Error("the file is gone at the first look")
	}
	f.glance(&w)
	if s := f.Status(); !s.Gone || !s.Unsaved || s.Version != 2 {
		t.Errorf("the file is removed: %+v", s)
	}
	seen(f)
	if s := f.Status(); s.Version != 2 {
		t.Errorf("the file is removed once, and is news twice: %+v", s)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	onDisk(t, f, "a: b\n")
	if s := f.Status(); s.Gone || s.Unsaved || s.Version != 3 {
		t.Errorf("the file is saved anew: %+v", s)
	}
	if look, _ := os.Stat(f.path); look.Mode().Perm() != 0o600 {
		t.Errorf("the mode of the new file is %v", look.Mode())
	}

	// A mode that it got meanwhile is kept.
	if err := os.Chmod(f.path, 0o640); err != nil {
		t.Fatal(err)
	}
	seen(f)
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	seen(f)
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	if look, err := os.Stat(f.path); err != nil || look.Mode().Perm() != 0o640 {
		t.Errorf("the mode of the file that was removed later is %v, %v", look, err)
	}

	// It comes back by itself, as it was.
	os.Rename(f.path, f.path+"2")
	seen(f)
	os.Rename(f.path+"2", f.path)
	seen(f)
	if s := f.Status(); s.Gone || s.Unsaved || s.Version != 7 {
		t.Errorf("the file is back: %+v", s)
	}

	if err := os.RemoveAll(filepath.Dir(f.path)); err != nil {
		t.Fatal(err)
	}
	seen(f)
	if err := f.Save(); err == nil || !strings.Contains(err.Error(), "is not there any more") {
		t.Errorf("the folder is removed: %v", err)
	}
	holds(t, f, "a: b\n")
	if err := os.Mkdir(filepath.Dir(f.path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	onDisk(t, f, "a: b\n")
}

func TestFault(t *testing.T) {
	f := opened(t, "a: b\nc: d\n")
	setTo(t, f, "", "/a", "mine")
	elsewhere(t, f, "a: [\n")
	s := f.Status()
	if !strings.Contains(s.Fault, "x.yaml:1:") || len(s.Conflicts) != 1 || s.Conflicts[0].ID != "file" || s.Conflicts[0].Path != "x.yaml" {
		t.Errorf("the file is not YAML any more: %+v", s)
	}
	holds(t, f, "a: mine\nc: d\n")
	if err := f.Save(); !errors.Is(err, ErrConflicts) {
		t.Errorf("it is saved: %v", err)
	}
	if err := f.Settle("file", Theirs); err == nil || !strings.Contains(err.Error(), "x.yaml:1:") {
		t.Errorf("what is not YAML is taken: %v", err)
	}
	setTo(t, f, "", "/a", "mine too")
	f.Undo()
	f.Redo()
	if err := f.Save(); !errors.Is(err, ErrConflicts) {
		t.Errorf("it is saved after undoing: %v", err)
	}
	elsewhere(t, f, "a: b\nc: theirs\n")
	holds(t, f, "a: mine too\nc: theirs\n")
	if s := f.Status(); s.Fault != "" || s.Conflicts != nil || !s.Unsaved {
		t.Errorf("the file is YAML again: %+v", s)
	}

	elsewhere(t, f, "a: [\n")
	if err := f.Settle("file", Mine); err != nil {
		t.Fatal(err)
	}
	if s := f.Status(); s.Fault != "" || s.Conflicts != nil || !s.Unsaved {
		t.Errorf("the conflict is settled: %+v", s)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	onDisk(t, f, "a: mine too\nc: theirs\n")

	// Nothing was changed here, so what can be read again is taken.
	elsewhere(t, f, "a: [\n")
	holds(t, f, "a: mine too\nc: theirs\n")
	elsewhere(t, f, "a: x\n")
	holds(t, f, "a: x\n")
	if s := f.Status(); s.Conflicts != nil || s.Unsaved {
		t.Errorf("the file is YAML again, and nothing was changed here: %+v", s)
	}
}

// TestFaultAtFirst: a file that is not YAML when it is opened is shown, and mended from elsewhere.
func TestFaultAtFirst(t *testing.T) {
	f := opened(t, "a: [\n")
	elsewhere(t, f, "a: b\n")
	holds(t, f, "a: b\n")

	f = opened(t, "a: [\n")
	written(t, f, "a: [ # mine\n")
	elsewhere(t, f, "a: b\n")
	holds(t, f, "a: [ # mine\n")
	if err := f.Settle("file", Theirs); err != nil {
		t.Fatal(err)
	}
	holds(t, f, "a: b\n")
	if s := f.Status(); s.Conflicts != nil || s.Unsaved || !s.Undo {
		t.Errorf("theirs is taken: %+v", s)
	}
}

// TestShut: what cannot be read at all is told, and never overwritten.
func TestShut(t *testing.T) {
	for _, test := range []struct {
		name string
		make func(path string) error
		want string
	}{
		{"a folder", func(path string) error { return os.Mkdir(path, 0o700) }, "not a file with text"},
		{"a file of 10 MB", func(path string) error {
			return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 10<<20))
		}, "10485760 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := opened(t, "a: b\n")
			setTo(t, f, "", "/a", "c")
			if err := errors.Join(os.Remove(f.path), test.make(f.path)); err != nil {
				t.Fatal(err)
			}
			if err := f.Save(); err == nil || errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), "x.yaml") {
				t.Errorf("it is saved, before it is seen: %v", err)
			}
			seen(f)
			version := f.Status().Version
			seen(f)
			s := f.Status()
			if !strings.Contains(s.Fault, test.want) || s.Version != version {
				t.Errorf("the status is %+v", s)
			}
			if err := f.Save(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("it is saved: %v", err)
			}
			os.RemoveAll(f.path)
			elsewhere(t, f, "a: b\n")
			if s := f.Status(); s.Fault != "" || s.Version <= version {
				t.Errorf("it is as it was: %+v", s)
			}
			if err := f.Save(); err != nil {
				t.Error(err)
			}
			onDisk(t, f, "a: c\n")
		})
	}
}

func TestSave(t *testing.T) {
	for _, text := range []string{"a: b\r\nc: d\r\n", "\uFEFFa: b # é\n", "a: b", "a: b\r", ""} {
		f := opened(t, text)
		os.Chmod(f.path, 0o640)
		written(t, f, "x")
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
		f.Undo()
		if s := f.Status(); !s.Unsaved {
			t.Error("what is undone after it was saved counts as saved")
		}
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
		onDisk(t, f, text)
		if look, err := os.Stat(f.path); err != nil || look.Mode().Perm() != 0o640 {
			t.Errorf("the mode is %v, %v", look.Mode(), err)
		}
		before, _ := os.Stat(f.path)
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
		if after, _ := os.Stat(f.path); !alike(before, after) {
			t.Error("a file is written although nothing has changed")
		}
		if entries, _ := os.ReadDir(filepath.Dir(f.path)); len(entries) != 1 {
			t.Errorf("beside the file stands another: %v", entries)
		}
		version := f.Status().Version
		seen(f)
		if f.Status().Version != version {
			t.Error("what was saved is news")
		}
	}
}

// TestSaveProtected: a file that may only be read is not replaced by one that was written.
func TestSaveProtected(t *testing.T) {
	f := opened(t, "a: b\n")
	if err := os.Chmod(f.path, 0o400); err != nil {
		t.Fatal(err)
	}
	setTo(t, f, "", "/a", "c")
	err, want := f.Save(), "a: b\n"
	if os.Getuid() == 0 { // who may write all the same
		want = "a: c\n"
	}
	onDisk(t, f, want)
	if errors.Is(err, fs.ErrPermission) == (os.Getuid() == 0) {
		t.Errorf("saving: %v", err)
	}
	if look, err := os.Stat(f.path); err != nil || look.Mode().Perm() != 0o400 {
		t.Errorf("the mode is %v, %v", look.Mode(), err)
	}
}

// TestSaveLink: a link stays one, and its target is written.
func TestSaveLink(t *testing.T) {
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "real"), 0o700)
	target, link := filepath.Join(dir, "real", "x.yaml"), filepath.Join(dir, "y.yaml")
	if err := errors.Join(os.WriteFile(target, []byte("a: b\n"), 0o600), os.Symlink(filepath.Join("real", "x.yaml"), link)); err != nil {
		t.Fatal(err)
	}
	f, err := Open(link)
	if err != nil {
		t.Fatal(err)
	}
	if f.Name() != "y.yaml" {
		t.Errorf("the name is %s", f.Name())
	}
	setTo(t, f, "", "/a", "c")
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(target); string(text) != "a: c\n" {
		t.Errorf("the target has %q", text)
	}
	if look, _ := os.Lstat(link); look.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link is a file now")
	}
}

// TestSaveChanged: what another program has written since the last look is not overwritten.
func TestSaveChanged(t *testing.T) {
	f := opened(t, "a: b\nc: d\n")
	setTo(t, f, "", "/a", "mine")
	if err := os.WriteFile(f.path, []byte("a: b\nc: theirs\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(); !errors.Is(err, ErrChanged) {
		t.Errorf("the file has changed meanwhile: %v", err)
	}
	onDisk(t, f, "a: b\nc: theirs\n")
	holds(t, f, "a: mine\nc: theirs\n")
	if entries, _ := os.ReadDir(filepath.Dir(f.path)); len(entries) != 1 {
		t.Errorf("beside the file stands another: %v", entries)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	onDisk(t, f, "a: mine\nc: theirs\n")

	// Nothing to save, and something to see.
	if err := os.WriteFile(f.path, []byte("a: b\nc: d\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(); !errors.Is(err, ErrChanged) {
		t.Errorf("the file has changed, and nothing else: %v", err)
	}
	holds(t, f, "a: b\nc: d\n")
}

// TestSaveConflicts: where what another program has written just before cannot go into the text, it is not
// said to be there.
func TestSaveConflicts(t *testing.T) {
	for _, test := range []struct{ name, theirs string }{
		{"the same value", "a: theirs\nc: d\n"},
		{"a second document", "a: b\nc: d\n---\ne: f\n"},
		{"a list in place of all", "- a\n"},
		{"nothing", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := opened(t, "a: b\nc: d\n")
			setTo(t, f, "", "/a", "mine")
			if err := os.WriteFile(f.path, []byte(test.theirs), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := f.Save(); !errors.Is(err, ErrConflicts) {
				t.Errorf("saving says: %v", err)
			}
			onDisk(t, f, test.theirs)
			holds(t, f, "a: mine\nc: d\n")
			if len(f.Status().Conflicts) != 1 {
				t.Errorf("the conflicts are %+v", f.Status().Conflicts)
			}
		})
	}
}

// TestWatch: what another program writes is seen without being asked for.
func TestWatch(t *testing.T) {
	f := opened(t, "a: b\n")
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	ended := make(chan bool)
	go func() { f.Watch(ctx); close(ended) }()
	began := time.Now()
	if err := os.WriteFile(f.path, []byte("a: theirs\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f.Wait(ctx, 1) != 2 {
		t.Fatal("the file is not looked at")
	}
	t.Logf("seen after %v", time.Since(began))
	holds(t, f, "a: theirs\n")
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	if f.Wait(ctx, 2); !f.Status().Gone {
		t.Error("the file is removed, and nobody says so")
	}
	cancel()
	<-ended
}

// TestLookWhileSaving: what is being saved is not taken for another program's.
func TestLookWhileSaving(t *testing.T) {
	f := opened(t, "a: v\n")
	f.saving.Lock()
	if err := os.WriteFile(f.path, []byte("a: saved\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	seen(f)
	holds(t, f, "a: v\n")
	f.saving.Unlock()
	seen(f)
	holds(t, f, "a: saved\n")
}

// TestTogether: changes, savings and looks at the disk at the same time lose nothing.
func TestTogether(t *testing.T) {
	f := opened(t, "a: v\nb: v\n")
	ctx, cancel := context.WithCancel(t.Context())
	var all, watching sync.WaitGroup
	watching.Go(func() {
		for ctx.Err() == nil {
			seen(f)
		}
	})
	const times = 30
	for _, pointer := range []string{"/a", "/b"} {
		all.Go(func() {
			for range times {
				err := ErrStale
				for errors.Is(err, ErrStale) {
					_, version := f.Text()
					err = f.Change(version, "", func(d *edit.Document) (*edit.Document, error) {
						return d.Set(pointer, d.At(pointer).Value+"x")
					})
				}
				if err != nil {
					t.Error(err)
				}
				if err := f.Save(); err != nil {
					t.Error(err)
				}
				f.Status()
			}
		})
	}
	all.Wait()
	cancel()
	watching.Wait()
	want := "v" + strings.Repeat("x", times)
	onDisk(t, f, "a: "+want+"\nb: "+want+"\n")
	if s := f.Status(); s.Unsaved || s.Conflicts != nil {
		t.Errorf("the status is %+v", s)
	}
}
