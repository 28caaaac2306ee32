package tags

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	waits = `<script type="text/plain" data-category="analytics">a()</script>`
	moved = `<script type="text/plain" data-category="statistics">a()</script>`
)

// site writes files into a new folder.
func site(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFolder(t *testing.T) {
	elsewhere := site(t, map[string]string{"out.html": waits, "more/a.html": waits, "b.css": ""})
	dir := site(t, map[string]string{
		"index.html":              waits,
		"a/Page.HTM":              "é\r\n" + waits,
		"a/theme.php":             "<?php a(); ?>" + waits,
		"a/old.aspx":              "<% if (a > 1) { %>" + waits + "<% } %>",
		"same.twig":               "<p>",
		"script.js":               waits,
		"node_modules/x.html":     waits,
		"a/.git/x.html":           waits,
		"dist/x.html":             waits,
		"large.html":              waits + strings.Repeat(" ", FileBytes),
		"binary.html":             waits + "\x00",
		"left.html":               `<script data-category="analytics">a()</script>`,
		"components/Frame.tsx":    waits,
		"a/b/c/d/e/f/g/deep.html": waits,
	})
	for link, to := range map[string]string{
		"out.html": filepath.Join(elsewhere, "out.html"), "more": filepath.Join(elsewhere, "more"), "in.html": filepath.Join(dir, "index.html"),
		"gone.html": filepath.Join(dir, "nowhere"), "b.css": filepath.Join(elsewhere, "b.css"), "loop": dir,
		"gone.css": filepath.Join(dir, "nowhere"),
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	files, left, read, err := Folder(t.Context(), dir, names("vanilla-cookieconsent 3"))
	if err != nil {
		t.Fatal(err)
	}
	var changed, said []string
	for _, f := range files {
		changed = append(changed, f.Name)
	}
	if got, want := strings.Join(changed, " "), "a/Page.HTM a/b/c/d/e/f/g/deep.html a/old.aspx a/theme.php index.html"; got != want {
		t.Errorf("%s would change, want %s", got, want)
	}
	for _, l := range left {
		said = append(said, l.Place.String())
		if l.Why == "" {
			t.Errorf("%s is left without a reason", l.Place)
		}
	}
	if got, want := strings.Join(said, " "), "binary.html components/Frame.tsx:1:1 dist gone.html large.html left.html:1:1 more out.html ."; got != want {
		t.Errorf("left are %s, want %s", got, want)
	}
	if read != 8 {
		t.Errorf("%d files are read, want 8", read)
	}
	if files, _, _, err := Folder(t.Context(), filepath.Join(dir, "dist"), names("vanilla-cookieconsent 3")); err != nil || len(files) != 1 {
		t.Errorf("of a folder that is named and is called dist, %d files would change: %v", len(files), err)
	}
}

func TestFolderScripts(t *testing.T) {
	dir := site(t, map[string]string{
		"index.html":                "<p>",
		"head.tpl":                  `<a href="#tarteaucitron">A</a>`,
		"js/a.js":                   "a();\ntarteaucitron.services.mine = {};\n  tarteaucitron.job.push(\"matomo\");\n// tarteaucitron.job.push('twitter');",
		"js/b.ts":                   "window.tarteaucitron.job.push('vimeo');",
		"js/c.js":                   "//<div class=\"youtube_player\"></div>\nvar a = '<p class=\"audio_player\">' +\n '<p class=\"tac_player youtube_player\">';",
		"js/none.mjs":               "a.push('vimeo')",
		"tarteaucitron.js":          "tarteaucitron.job.push('matomo')",
		"tarteaucitron.services.js": "tarteaucitron.services.matomo = {}",
		"node_modules/a.js":         "tarteaucitron.job.push('matomo')",
	})
	for _, test := range []struct{ peer, left string }{
		{"tarteaucitron", "js/a.js:2:1 js/a.js:3:3 js/b.ts:1:8 js/c.js:3:6 ."},
		{"Klaro 0.7", ""},
	} {
		_, left, read, err := Folder(t.Context(), dir, names(test.peer))
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, l := range left {
			said = append(said, l.Place.String())
		}
		if got := strings.Join(said, " "); got != test.left || read != 2 {
			t.Errorf("%s: left are %s of %d pages, want %s of 2", test.peer, got, read, test.left)
		}
	}
}

func TestWrite(t *testing.T) {
	dir := site(t, map[string]string{"a/index.html": waits + "\r\n", "script.html": waits, "same.html": "<p><script src=\"/charte/charte.js\" defer></script>"})
	if err := os.Chmod(filepath.Join(dir, "script.html"), 0o750); err != nil {
		t.Fatal(err)
	}
	m := names("vanilla-cookieconsent 3")
	files, left, _, err := Folder(t.Context(), dir, m)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("left is %+v", left)
	}
	if err := Write(dir, files...); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a/index.html": moved + "\r\n", "script.html": moved} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s is %q, want %q: %v", name, got, want, err)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "script.html")); err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("the access rights are %v: %v", info.Mode(), err)
	}
	if files, _, _, err = Folder(t.Context(), dir, m); err != nil || len(files) > 0 {
		t.Errorf("a second time, %d files would change: %v", len(files), err)
	}
}

func TestWriteRefuses(t *testing.T) {
	dir := site(t, map[string]string{"a.html": waits, "index.html": waits})
	files, _, _, err := Folder(t.Context(), dir, names("vanilla-cookieconsent 3"))
	if err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(dir, "index.html")
	mine := []byte("somebody's")
	if err := os.WriteFile(at, mine, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, files...); err == nil || !strings.Contains(err.Error(), "has changed since") {
		t.Errorf("Write: %v", err)
	}
	for name, want := range map[string]string{"a.html": waits, "index.html": string(mine)} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s is %q, want %q: %v", name, got, want, err)
		}
	}
}

// TestFolderStops: who ends the command need not wait for a large folder.
func TestFolderStops(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	if files, _, _, err := Folder(ended, site(t, map[string]string{"a.html": waits}), names("Klaro 0.7")); !errors.Is(err, context.Canceled) || len(files) > 0 {
		t.Errorf("Folder: %d files, %v", len(files), err)
	}
}

func TestFolderErrors(t *testing.T) {
	file := filepath.Join(site(t, map[string]string{"a.html": waits}), "a.html")
	for _, test := range []struct{ name, dir, peer, want string }{
		{"a file", file, "Klaro 0.7", "it is a file"},
		{"no folder", filepath.Join(t.TempDir(), "gone"), "Klaro 0.7", "no such file"},
		{"no peer", t.TempDir(), "Other", `the tags of "Other"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, _, err := Folder(t.Context(), test.dir, names(test.peer))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Folder: %v, want %q", err, test.want)
			}
		})
	}
}
