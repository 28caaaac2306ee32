package workbench

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"charte/catalogue/edit"
	"charte/web/workbench/desk"
	"charte/web/workbench/file"
)

// thorough tries every field of every catalogue, and takes minutes. Otherwise some are drawn.
var thorough = os.Getenv("CHARTE_TRUTH") == "all"

// fenced finds the YAML in the documentation.
var fenced = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// texts returns all YAML of the tree by its file, and of the documentation by its place.
func texts(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name == ".git" || name == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		switch filepath.Ext(path) {
		case ".yaml":
			text, err := os.ReadFile(path)
			all[path] = string(text)
			return err
		case ".md":
			text, err := os.ReadFile(path)
			for i, block := range fenced.FindAllStringSubmatch(string(text), -1) {
				all[fmt.Sprintf("%s, block %d", path, i)] = block[1]
			}
			return err
		}
		return nil
	})
	if err != nil || len(all) < 100 {
		t.Fatalf("%d files, %v", len(all), err)
	}
	return all
}

// catalogues returns those texts of the tree that are catalogues.
func catalogues(t testing.TB) map[string]string {
	t.Helper()
	all := texts(t)
	for name := range all {
		switch {
		case strings.Contains(name, "catalogue/languages"), strings.Contains(name, "catalogue/services"), strings.Contains(name, "peers"), strings.Contains(name, "words"):
			delete(all, name)
		}
	}
	if len(all) < 12 {
		t.Fatalf("there are only %d catalogues", len(all))
	}
	return all
}

// scalars returns the texts of a document that can be another text.
func scalars(d *edit.Document) (all []*edit.Node) {
	var look func(n *edit.Node)
	look = func(n *edit.Node) {
		if n.Kind == edit.Text && !strings.HasPrefix(n.Pointer, "/languages/") && n.Pointer != "/extends" {
			all = append(all, n)
		}
		for _, child := range n.Nodes {
			look(child)
		}
	}
	if d.Root() != nil {
		look(d.Root())
	}
	return all
}

// TestUntouched: what is opened and saved keeps every byte and its mode, also where it was changed,
// saved, undone and saved again.
func TestUntouched(t *testing.T) {
	type row struct {
		name, text string
		changed    bool // whether it must have been possible to change it
	}
	var rows []row
	for name, text := range texts(t) {
		rows = append(rows, row{name, text, false}, row{name + " of Windows", strings.ReplaceAll(text, "\n", "\r\n"), false})
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.name, b.name) })
	for seed := range uint64(1000) {
		rows = append(rows, row{"seed " + strconv.FormatUint(seed, 10), written(t, seed), true})
	}
	for part := range 4 {
		t.Run(strconv.Itoa(part), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for i := part; i < len(rows); i += 4 {
				row := rows[i]
				r := rand.New(rand.NewPCG(uint64(i), 22))
				mode := []fs.FileMode{0o600, 0o644, 0o640, 0o664}[r.IntN(4)]
				target := filepath.Join(dir, "target.yaml")
				os.Remove(target)
				if err := os.WriteFile(target, []byte(row.text), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(target, mode); err != nil {
					t.Fatal(err)
				}
				path := target
				if r.IntN(3) == 0 {
					path = filepath.Join(dir, "link.yaml")
					os.Remove(path)
					if err := os.Symlink("target.yaml", path); err != nil {
						t.Fatal(err)
					}
				}
				kept := func(after string) {
					t.Helper()
					text, err := os.ReadFile(target)
					if err != nil || string(text) != row.text {
						t.Errorf("%s is another after %s: %v", row.name, after, err)
					}
					if look, err := os.Stat(target); err != nil || look.Mode() != mode {
						t.Errorf("%s has the mode %v after %s, want %v: %v", row.name, look.Mode(), after, mode, err)
					}
				}
				f, err := file.Open(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := f.Save(); err != nil {
					t.Fatal(err)
				}
				kept("it was opened and saved")
				text, version := f.Text()
				err = f.Change(version, "", func(d *edit.Document) (*edit.Document, error) {
					all := scalars(d)
					if len(all) == 0 {
						return nil, edit.ErrUnfit
					}
					n := all[r.IntN(len(all))]
					if row.changed && strings.HasSuffix(n.Pointer, "/use") {
						n = all[0]
					}
					return d.Set(n.Pointer, n.Value+" é")
				})
				if err != nil {
					if row.changed {
						t.Errorf("%s cannot be changed: %v", row.name, err)
					}
					continue
				}
				if now, _ := f.Text(); string(now) == string(text) {
					t.Errorf("%s: the change is none", row.name)
				}
				saved := i%5 == 0 // the disk takes most of the time
				if saved {
					if err := f.Save(); err != nil {
						t.Fatal(err)
					}
				}
				if err := f.Undo(); err != nil {
					t.Fatal(err)
				}
				if f.Status().Unsaved != saved {
					t.Errorf("%s: unsaved is %v after undoing", row.name, !saved)
				}
				if err := f.Save(); err != nil {
					t.Fatal(err)
				}
				kept("a change was undone")
				if entries, _ := os.ReadDir(dir); len(entries) > 2 {
					t.Fatalf("%s: beside the file stand others: %v", row.name, entries)
				}
			}
		})
	}
}

// A trial is a change to make, and what it may do to the lines of the file.
type trial struct {
	desk.Change
	name  string // of the field
	block bool   // whether the value has several lines
}

// trials returns a change for each thing that a person can do to a form.
func trials(form desk.Form, d *edit.Document) (all []trial) {
	add := func(f *desk.Field, do desk.Deed, pointer, value string) {
		n := d.At(pointer)
		block := n != nil && (n.Kind == edit.Mapping || n.Kind == edit.List || strings.Contains(d.Written(pointer), "\n"))
		all = append(all, trial{desk.Change{Do: do, Pointer: pointer, Value: value}, f.Name, block})
	}
	var look func(f []desk.Field)
	look = func(list []desk.Field) {
		for i := range list {
			f := &list[i]
			for pointer, value := range fitting(f) {
				add(f, desk.DeedSet, pointer, value)
				if d.At(pointer) != nil {
					add(f, desk.DeedClear, pointer, "")
				}
			}
			for j, item := range f.Items {
				if d.At(item.Pointer) != nil {
					add(f, desk.DeedRemove, item.Pointer, "")
				}
				if to := (j + 1) % len(f.Items); to != j && d.At(f.Pointer).Kind == edit.List {
					all = append(all, trial{desk.Change{Do: desk.DeedMove, Pointer: item.Pointer, To: to}, f.Name, true})
				}
				look(item.Fields)
			}
			if f.Kind == desk.KindItems && f.Value == "" {
				add(f, desk.DeedAdd, f.Pointer, "added.example")
			}
		}
	}
	look(form.Fields)
	return all
}

// fitting returns another value for each pointer of a field that takes one.
func fitting(f *desk.Field) map[string]string {
	values := map[string]string{}
	switch f.Kind {
	case desk.KindText, desk.KindProse:
		values[f.Pointer] = "new-9"
	case desk.KindFlag:
		values[f.Pointer] = strconv.FormatBool(f.Value != "true")
	case desk.KindChoice:
		for _, c := range f.Choices {
			if c.Value != f.Value {
				values[f.Pointer] = c.Value
			}
		}
	case desk.KindTexts, desk.KindProses:
		for i, w := range f.Texts {
			values[w.Pointer] = []string{"Une autre valeur : n° 7", "other", "#3 \"quoted\"", "trait - d'union, 100 %"}[(i+len(f.Name))%4]
		}
	case desk.KindLifetime:
		values[f.Pointer] = "3 weeks"
	case desk.KindDay:
		values[f.Pointer] = "2026-11-07"
	case desk.KindAddress:
		values[f.Pointer] = "https://x.example/a?b=c#d"
	case desk.KindColour:
		values[f.Pointer] = "#abcdef"
		if _, _, two := strings.Cut(f.Value, " "); two {
			values[f.Pointer] = "#abcdef #fedcba"
		}
	case desk.KindLength:
		values[f.Pointer] = "9px"
	}
	return values
}

// linesOf returns the lines of a text without what ends them.
func linesOf(text []byte) []string {
	all := strings.Split(string(text), "\n")
	for i, line := range all {
		all[i] = strings.TrimSuffix(line, "\r")
	}
	return all
}

// between returns the lines that two texts do not share at their begin and their end. first is the
// index of the first of them.
func between(before, after []byte) (first int, old, now []string) {
	old, now = linesOf(before), linesOf(after)
	for len(old) > 0 && len(now) > 0 && old[0] == now[0] {
		first, old, now = first+1, old[1:], now[1:]
	}
	for len(old) > 0 && len(now) > 0 && old[len(old)-1] == now[len(now)-1] {
		old, now = old[:len(old)-1], now[:len(now)-1]
	}
	return first, old, now
}

// values returns each value of a document that has none in it, by its pointer, in the order of the file.
func values(n *edit.Node, prefix string, all map[string]string) map[string]string {
	if n == nil {
		return all
	}
	if len(n.Nodes) == 0 {
		all[prefix] = fmt.Sprint(n.Kind, n.Value)
	}
	for i, child := range n.Nodes {
		step := strconv.Itoa(i)
		if n.Kind == edit.Mapping {
			step = child.Key()
		}
		values(child, edit.Join(prefix, step), all)
	}
	return all
}

// comments counts the comments of a text. One behind a value counts only if it can be nothing else.
func comments(lines []string) map[string]int {
	all := map[string]int{}
	for _, line := range lines {
		at := max(strings.LastIndex(line, " #"), strings.LastIndex(line, "\t#"))
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "#"):
			all[strings.TrimSpace(line)]++
		case at >= 0 && !strings.ContainsAny(line[at:], "'\"}]"):
			all[line[at+1:]]++
		}
	}
	return all
}

// check holds that a change does to the file what it is meant to do, and nothing else.
func (c trial) check(before, after *edit.Document, languages int) error {
	first, old, now := between(before.Bytes(), after.Bytes())
	was, is := values(before.Root(), "", map[string]string{}), values(after.Root(), "", map[string]string{})
	n := before.At(c.Pointer)
	around, key := edit.Parent(c.Pointer)
	own := func(pointer string) bool {
		return pointer == c.Pointer || strings.HasPrefix(pointer, c.Pointer+"/") || strings.HasPrefix(c.Pointer, pointer+"/")
	}
	renames := key == "id" || key == "use"
	gone := func(allowed func(pointer string) bool) error {
		for pointer, value := range was {
			if now, has := is[pointer]; (!has || now != value) && !allowed(pointer) {
				return fmt.Errorf("%s was %q and is %q", pointer, value, now)
			}
		}
		for pointer, value := range is {
			if _, had := was[pointer]; !had && !allowed(pointer) {
				return fmt.Errorf("%s is new, %q", pointer, value)
			}
		}
		return nil
	}
	switch c.Do {
	case desk.DeedSet:
		allowed := func(pointer string) bool {
			switch {
			case own(pointer), renames && (strings.HasSuffix(pointer, "/category") || strings.HasSuffix(pointer, "/provider") || strings.HasPrefix(pointer, "/carryOver/services/")), c.Pointer == "/extends":
				return true
			}
			return n == nil && strings.HasPrefix(pointer, around+"/") && is[pointer] != "" && was[pointer] == "" // a text that gets apart
		}
		if err := gone(allowed); err != nil {
			return err
		}
		switch {
		case renames || c.Pointer == "/extends":
		case n != nil && n.Kind != edit.Nothing && !c.block:
			if len(old) != 1 || len(now) != 1 || first+1 < n.Line {
				return fmt.Errorf("the lines %d, %q, become %q", first+1, old, now)
			}
		case n != nil && n.Kind != edit.Nothing:
			if end := n.Line + strings.Count(before.Written(c.Pointer), "\n") + 1; first+1 < n.Line || first+len(old) > end {
				return fmt.Errorf("the lines %d, %q, become %q; the value ends in line %d", first+1, old, now, end)
			}
		case len(old) > 1 || len(now) > len(old)+2+languages+strings.Count(c.Pointer, "/"):
			return fmt.Errorf("the lines %d, %q, become %q", first+1, old, now)
		}
	case desk.DeedClear:
		if err := gone(func(pointer string) bool {
			return own(pointer) || renames && (strings.HasSuffix(pointer, "/category") || strings.HasSuffix(pointer, "/provider") || strings.HasPrefix(pointer, "/carryOver/services/")) || c.Pointer == "/extends"
		}); err != nil {
			return err
		}
		if !renames && len(now) > 1 {
			return fmt.Errorf("the lines %d, %q, become %q", first+1, old, now)
		}
	case desk.DeedAdd:
		if err := gone(own); err != nil {
			return err
		}
		if len(old) > 1 {
			return fmt.Errorf("the lines %d, %q, become %q", first+1, old, now)
		}
	case desk.DeedRemove, desk.DeedMove:
		if err := c.checkOrder(before, after); err != nil {
			return err
		}
		if c.Do == desk.DeedRemove && len(now) > 1 {
			return fmt.Errorf("the lines %d, %q, become %q", first+1, old, now)
		}
	}
	// No comment goes but one within what goes.
	if c.Do != desk.DeedRemove && c.Do != desk.DeedClear && !c.block {
		have := comments(linesOf(after.Bytes()))
		for comment, times := range comments(linesOf(before.Bytes())) {
			if have[comment] < times {
				return fmt.Errorf("the comment %q is gone", comment)
			}
		}
	}
	return nil
}

// checkOrder holds that the elements of a list are those that they were, but for one.
func (c trial) checkOrder(before, after *edit.Document) error {
	around, step := edit.Parent(c.Pointer)
	at := func(d *edit.Document) (all []string) {
		n := d.At(around)
		if n == nil {
			return nil
		}
		for _, child := range n.Nodes {
			all = append(all, child.Key()+fmt.Sprint(values(child, "", map[string]string{})))
		}
		return all
	}
	list := at(before)
	i, err := strconv.Atoi(step)
	if before.At(around).Kind == edit.Mapping {
		i, err = slices.IndexFunc(before.At(around).Nodes, func(n *edit.Node) bool { return n.Key() == step || n.Pointer == c.Pointer }), nil
	}
	if err != nil {
		return err
	}
	moved := list[i]
	list = slices.Delete(list, i, i+1)
	if c.Do == desk.DeedMove {
		list = slices.Insert(list, c.To, moved)
	}
	if got := at(after); !slices.Equal(got, list) {
		return fmt.Errorf("the list is %q, want %q", got, list)
	}
	was, is := values(before.Root(), "", map[string]string{}), values(after.Root(), "", map[string]string{})
	for pointer, value := range was {
		if is[pointer] != value && !strings.HasPrefix(pointer, around+"/") && !strings.HasPrefix(around, pointer) {
			return fmt.Errorf("%s was %q and is %q", pointer, value, is[pointer])
		}
	}
	return nil
}

// TestOneChange: what a person does in a form changes its own lines alone, and is undone to the byte.
// It goes through the rooms as the server calls them.
func TestOneChange(t *testing.T) {
	all := catalogues(t)
	many := uint64(20)
	if thorough {
		many = 1000
	}
	for seed := range many {
		all["seed "+strconv.FormatUint(seed, 10)] = written(t, seed)
	}
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for part := range 2 {
		t.Run(strconv.Itoa(part), func(t *testing.T) {
			t.Parallel()
			tried, refused := 0, 0
			for i := part; i < len(names); i += 2 {
				name := names[i]
				a, b := tryAll(t, name, all[name], rand.New(rand.NewPCG(uint64(i), 23)))
				tried, refused = tried+a, refused+b
			}
			if tried < 100 || refused*20 > tried {
				t.Errorf("%d changes were tried, %d refused", tried, refused)
			}
			t.Logf("%d changes were tried, %d refused", tried, refused)
		})
	}
}

// tryAll makes the changes of one catalogue, each on the text as it was.
func tryAll(t *testing.T, name, text string, r *rand.Rand) (tried, refused int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	rooms, err := wire(t.Context(), path, "127.0.0.1:1", func(text string) { t.Error(text) })
	if err != nil {
		t.Fatal(err)
	}
	before, err := edit.Parse("x.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var todo []trial
	state := rooms.State()
	languages := len(state.Languages)
	for _, section := range state.Sections {
		pointers := []string{section.Pointer}
		for j, entry := range section.Entries {
			pointers = append(pointers, entry.Pointer)
			if before.At(entry.Pointer) == nil {
				continue
			}
			todo = append(todo, trial{desk.Change{Do: desk.DeedRemove, Pointer: entry.Pointer}, section.Pointer, true})
			if to := (j + 1) % len(section.Entries); to != j {
				todo = append(todo, trial{desk.Change{Do: desk.DeedMove, Pointer: entry.Pointer, To: to}, section.Pointer, true})
			}
		}
		if section.Adds {
			todo = append(todo, trial{desk.Change{Do: desk.DeedAdd, Pointer: section.Pointer, Value: "added"}, section.Pointer, false})
		}
		for _, pointer := range pointers {
			form, err := rooms.Form(pointer)
			if err != nil {
				t.Fatalf("%s: %s: %v", name, pointer, err)
			}
			todo = append(todo, trials(form, before)...)
		}
	}
	if !thorough {
		r.Shuffle(len(todo), func(i, j int) { todo[i], todo[j] = todo[j], todo[i] })
		todo = todo[:min(len(todo), 12)]
	}
	version := state.Version
	for i, c := range todo {
		if i%20 == 0 { // the file knows the last fifty versions
			version = rooms.State().Version
		}
		c.Version = version
		tried++
		if err := rooms.Change(c.Change); err != nil {
			refused++
			t.Logf("%s: %s %s %q: %v", name, c.Do, c.Pointer, c.Value, err)
			continue
		}
		changed := slices.Clone(rooms.Text())
		after, err := edit.Parse("x.yaml", changed)
		if err != nil {
			t.Errorf("%s: %s %s %q: %v", name, c.Do, c.Pointer, c.Value, err)
		} else if err := c.check(before, after, languages); err != nil {
			t.Errorf("%s: %s %s %q (%s): %v", name, c.Do, c.Pointer, c.Value, c.name, err)
		}
		if string(changed) == text {
			continue
		}
		if err := rooms.Undo(); err != nil {
			t.Fatal(err)
		}
		if string(rooms.Text()) != text {
			t.Fatalf("%s: %s %s %q is undone, and the text is another", name, c.Do, c.Pointer, c.Value)
		}
	}
	if len(todo) > 0 && rooms.State().Unsaved {
		t.Errorf("%s: all is undone, and counts as unsaved", name)
	}
	return tried, refused
}
