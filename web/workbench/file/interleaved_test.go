package file

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"charte/catalogue/edit"
)

// A twin is what a file is meant to be, kept in the plainest way: which value each place has here, on
// the disk as it was last seen, and in the text from which both come.
type twin struct {
	mine, disk, base values
	clashing         map[string]bool
	undo, redo       []formerly
	news             [][2]values // what another program has changed, from what to what
	text, seen       string      // here, and on the disk as it was last seen
	gone             bool
}

// A formerly is a text to go back to, with its values, and how many news it has.
type formerly struct {
	text string
	values
	news int
}

// values are those of a document by their pointers. A place without a value is not in it.
type values map[string]string

// places are where both programs write.
var places = []string{"/a", "/b", "/c/d", "/c/e", "/services/0/name", "/services/1/name", "/services/1/with/site"}

func valuesIn(t testing.TB, text string) values {
	t.Helper()
	d, err := edit.Parse("x.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	all := values{}
	for _, place := range places {
		if n := d.At(place); n != nil {
			all[place] = n.Value
		}
	}
	return all
}

// became notes a text that is the newest, as a change that can be undone.
func (w *twin) became(t testing.TB, text string) {
	t.Helper()
	if text == w.text {
		return
	}
	w.undo, w.redo, w.text = append(w.undo, w.now(t)), nil, text
}

// now is the text as one to go back to.
func (w *twin) now(t testing.TB) formerly {
	return formerly{w.text, valuesIn(t, w.text), len(w.news)}
}

// swap goes back or forth by a number of texts, all but the last of which show nothing new.
func (w *twin) swap(t testing.TB, from, to *[]formerly, by int, text string) error {
	now := w.now(t)
	for i := range by {
		next := (*from)[len(*from)-1]
		*from = (*from)[:len(*from)-1]
		all, clashing := maps.Clone(next.values), map[string]bool{}
		for _, news := range w.news[next.news:] {
			join(news[0], all, news[1], clashing)
		}
		if i < by-1 || text == w.text {
			if !maps.Equal(all, w.mine) {
				return fmt.Errorf("%v was left out, before %v", all, w.mine)
			}
			continue
		}
		if next.news == len(w.news) && next.text != text {
			return fmt.Errorf("the text is %q, want %q", text, next.text)
		}
		*to, w.text, w.mine = append(*to, now), text, all
		maps.Copy(w.clashing, clashing)
		w.settled()
	}
	return nil
}

// join puts what another program has changed into values, and notes where both have changed the same.
func join(base, mine, theirs values, clashing map[string]bool) {
	for _, place := range places {
		was, had := base[place]
		here, is := mine[place]
		there, has := theirs[place]
		switch {
		case is == has && here == there: // both made the same of it
		case had == is && was == here: // only they changed it
			if delete(mine, place); has {
				mine[place] = there
			}
		case had == has && was == there: // only it was changed here
		default:
			clashing[place] = true
		}
	}
}

// settled drops the clashes that are none any more.
func (w *twin) settled() {
	maps.DeleteFunc(w.clashing, func(place string, _ bool) bool {
		mine, is := w.mine[place]
		theirs, has := w.disk[place]
		return is == has && mine == theirs
	})
}

// take is what must come of another text on the disk.
func (w *twin) take(theirs values) {
	join(w.base, w.mine, theirs, w.clashing)
	w.news = append(w.news, [2]values{w.base, theirs})
	w.disk, w.base = theirs, maps.Clone(theirs)
	w.settled()
}

const interleaved = "# the head\na: 1\nb: 1 # why\n\nc:\n  d: 1\n  e: '1'\n  z: 0\nservices:\n  # first\n  - id: x\n    name: \"1\"\n  - id: y\n    name: 1\n    with: { site: 1, z: 0 }\n# the tail\n"

// TestInterleaved: whatever order a person and another program change, undo, save, settle and remove
// in, nobody's change is lost without a conflict that says so, and what is saved is the text.
func TestInterleaved(t *testing.T) {
	t.Parallel()
	many := 120
	if os.Getenv("CHARTE_TRUTH") == "all" { // which takes a minute
		many = 2000
	} else if testing.Short() {
		many = 60
	}
	counts := map[string]int{}
	dir := t.TempDir()
	for seed := range many {
		interleave(t, dir, uint64(seed), counts)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	for _, what := range []string{"mine", "theirs", "undone", "redone", "saved", "conflicts", "settled", "refused", "changed", "gone", "anew"} {
		if counts[what] < many/30 {
			t.Errorf("%q has happened %d times only", what, counts[what])
		}
	}
	t.Log(counts)
}

func interleave(t *testing.T, dir string, seed uint64, counts map[string]int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 24))
	text, lineEnd := interleaved, "\n"
	if r.IntN(3) == 0 {
		text, lineEnd = strings.ReplaceAll(text, "\n", "\r\n"), "\r\n"
	}
	mode := []fs.FileMode{0o600, 0o644, 0o660}[r.IntN(3)]
	path := filepath.Join(dir, "x.yaml")
	os.Remove(path)
	if err := errors.Join(os.WriteFile(path, []byte(text), mode), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	f.now = fixed
	twin := &twin{mine: valuesIn(t, text), disk: valuesIn(t, text), base: valuesIn(t, text), clashing: map[string]bool{}, text: text, seen: text}
	actual, there := text, true // what is on the disk
	fresh := 0
	var story []string
	changed := func(text string, who string) string {
		d, err := edit.Parse("x.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		place := places[r.IntN(len(places))]
		fresh++
		value := fmt.Sprint(who, 10+fresh)
		if r.IntN(4) == 0 {
			value = fmt.Sprint("same", r.IntN(2))
		}
		around, _ := edit.Parent(place)
		if r.IntN(5) == 0 {
			value = ""
			if d, err = d.Remove(place); err != nil {
				return text
			}
		} else if d.At(around) == nil && around != "" {
			return text
		} else if d, err = d.Set(place, value); err != nil {
			t.Fatal(err)
		}
		story = append(story, fmt.Sprintf("%s: %s = %q", who, place, value))
		return string(d.Bytes())
	}
	// settle is what must hold after the disk was looked at.
	looked := func() {
		twin.gone = !there
		if there && actual != twin.seen {
			twin.take(valuesIn(t, actual))
			twin.seen = actual
			text, _ := f.Text() // which is no step of the person's
			twin.text = string(text)
		}
	}
	for range 15 {
		switch r.IntN(13) {
		case 0, 1, 2, 3: // the person
			text, version := f.Text()
			text = []byte(changed(string(text), "mine"))
			if bytes.Equal(text, []byte(twin.text)) {
				continue
			}
			if err := f.Replace(version, "", text); err != nil {
				t.Fatal(err)
			}
			counts["mine"]++
			twin.mine = valuesIn(t, string(text))
			twin.settled()
			twin.became(t, string(text))
		case 4, 5: // another program, seen at once or not
			if there {
				actual = changed(actual, "theirs")
			}
			elseHow(t, f, actual, r.IntN(5), mode)
			there = true
			counts["theirs"]++
			if r.IntN(4) == 0 {
				story = append(story, "not seen yet")
				continue
			}
			seen(f)
			looked()
		case 6:
			steps := len(f.undo)
			err := f.Undo()
			text, _ := f.Text()
			if wrong := twin.swap(t, &twin.undo, &twin.redo, steps-len(f.undo), string(text)); wrong != nil || err == nil && len(f.undo) == steps || err != nil && len(f.undo) > 0 {
				t.Fatalf("%q: undo: %v, %v", story, err, wrong)
			}
			if err == nil {
				story = append(story, "undone")
				counts["undone"]++
			}
		case 7:
			steps := len(f.redo)
			err := f.Redo()
			text, _ := f.Text()
			if wrong := twin.swap(t, &twin.redo, &twin.undo, steps-len(f.redo), string(text)); wrong != nil || err == nil && len(f.redo) == steps || err != nil && len(f.redo) > 0 {
				t.Fatalf("%q: redo: %v, %v", story, err, wrong)
			}
			if err == nil {
				story = append(story, "redone")
				counts["redone"]++
			}
		case 8, 9:
			err := f.Save()
			story = append(story, fmt.Sprint("saved: ", err))
			switch {
			case len(twin.clashing) > 0:
				if counts["refused"]++; !errors.Is(err, ErrConflicts) {
					t.Fatalf("%q: saved with conflicts", story)
				}
			case there && actual != twin.seen:
				looked()
				want := ErrChanged
				if len(twin.clashing) > 0 {
					want = ErrConflicts
				}
				if counts["changed"]++; !errors.Is(err, want) {
					t.Fatalf("%q: saved over what nobody has seen, want %v", story, want)
				}
			case err != nil:
				t.Fatalf("%q: %v", story, err)
			default:
				counts["saved"]++
				if !there {
					counts["anew"]++
				}
				actual, there = twin.text, true
				twin.seen, twin.gone, twin.disk, twin.base = actual, false, maps.Clone(twin.mine), maps.Clone(twin.mine)
			}
		case 10, 12:
			if s := f.Status(); len(s.Conflicts) > 0 {
				c := s.Conflicts[r.IntN(len(s.Conflicts))]
				take := []string{Mine, Theirs}[r.IntN(2)]
				place := c.ID
				for _, p := range places {
					if strings.NewReplacer("/x/", "/0/", "/y/", "/1/").Replace(c.ID) == p {
						place = p
					}
				}
				if !twin.clashing[place] {
					t.Fatalf("%q: a conflict about %q, which is none", story, c.ID)
				}
				if err := f.Settle(c.ID, take); err != nil {
					t.Fatalf("%q: %v", story, err)
				}
				story = append(story, fmt.Sprint("settled ", place, take))
				counts["settled"]++
				delete(twin.clashing, place)
				if take == Theirs {
					if delete(twin.mine, place); twin.disk[place] != "" {
						twin.mine[place] = twin.disk[place]
					}
					twin.settled()
				}
			}
		case 11:
			if r.IntN(2) == 0 {
				os.Remove(path)
				there = false
				story = append(story, "removed")
				counts["gone"]++
				seen(f)
				looked()
			} else if there {
				mode = []fs.FileMode{0o600, 0o644, 0o660}[r.IntN(3)]
				os.Chmod(path, mode)
				story = append(story, fmt.Sprint("has the mode ", mode))
				seen(f)
				looked()
			}
		}

		// What must hold at any time.
		now, _ := f.Text()
		if got := valuesIn(t, string(now)); !maps.Equal(got, twin.mine) {
			t.Fatalf("%q: the text has %v, want %v", story, got, twin.mine)
		}
		if twin.became(t, string(now)); !strings.HasPrefix(string(now), "# the head"+lineEnd) || !strings.HasSuffix(string(now), lineEnd+"# the tail"+lineEnd) ||
			strings.Count(string(now), "\n") != strings.Count(string(now), lineEnd) || lineEnd == "\n" && strings.Contains(string(now), "\r") {
			t.Fatalf("%q: the text is\n%q", story, now)
		}
		s := f.Status()
		if len(s.Conflicts) != len(twin.clashing) {
			t.Fatalf("%q: the conflicts are %v, want %v", story, s.Conflicts, twin.clashing)
		}
		counts["conflicts"] += len(s.Conflicts)
		if s.Gone != twin.gone || s.Unsaved != (twin.gone || twin.seen != string(now)) || s.Undo != (len(twin.undo) > 0) || s.Redo != (len(twin.redo) > 0) || s.Fault != "" {
			t.Fatalf("%q: the status is %+v, with %d to undo and %d to redo; gone: %v", story, s, len(twin.undo), len(twin.redo), twin.gone)
		}
		data, err := os.ReadFile(path)
		if there != (err == nil) || there && string(data) != actual {
			t.Fatalf("%q: the disk has %q, %v; want %q", story, data, err, actual)
		}
		if look, err := os.Stat(path); err == nil && look.Mode().Perm() != mode {
			t.Fatalf("%q: the mode is %v, want %v", story, look.Mode(), mode)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() != "x.yaml" }) {
			t.Fatalf("%q: beside the file stand others: %v", story, entries)
		}
	}
}

// elseHow writes the file in one of the ways that programs do. It leaves the last two looks at the
// disk to the caller.
func elseHow(t testing.TB, f *File, text string, how int, mode fs.FileMode) {
	t.Helper()
	var err error
	var w watch
	switch how {
	case 0: // in place
		err = os.WriteFile(f.path, []byte(text), mode)
	case 1: // in place, in two steps
		err = os.WriteFile(f.path, []byte(text[:len(text)/2]), mode)
		f.glance(&w)
		err = errors.Join(err, os.WriteFile(f.path, []byte(text), mode))
	case 2: // as vim does it with a backup
		backup := f.path + "~"
		os.Rename(f.path, backup)
		f.glance(&w)
		err = os.WriteFile(f.path, []byte(text), mode)
		os.Remove(backup)
	case 3: // emptied first
		err = os.WriteFile(f.path, nil, mode)
		f.glance(&w)
		err = errors.Join(err, os.WriteFile(f.path, []byte(text), mode))
	default: // another file, renamed
		other := f.path + ".swp"
		err = errors.Join(os.WriteFile(other, []byte(text), mode), os.Chmod(other, mode), os.Rename(other, f.path))
	}
	if err := errors.Join(err, os.Chmod(f.path, mode)); err != nil {
		t.Fatal(err)
	}
}
