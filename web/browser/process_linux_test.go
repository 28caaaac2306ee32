package browser_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// TestPriority: no process of a browser takes a higher priority than this one has, also as root.
func TestPriority(t *testing.T) {
	for _, engine := range browsertest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			b, p := start(t, engine)
			var two int
			must(t, p.Eval(`return 1 + 1`, &two))
			dirs, found := b.Dirs(), 0
			environs, err := filepath.Glob("/proc/[0-9]*/environ")
			must(t, err)
			for _, name := range environs {
				environ, _ := os.ReadFile(name)
				stat, _ := os.ReadFile(filepath.Join(filepath.Dir(name), "stat"))
				if !slices.ContainsFunc(dirs, func(dir string) bool { return bytes.Contains(environ, []byte(dir)) }) {
					continue
				}
				// proc(5): pid (comm) state ppid …; nice is the 19th field.
				fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
				if len(fields) < 17 {
					continue // it has ended
				}
				found++
				if nice, err := strconv.Atoi(string(fields[16])); err != nil || nice < 0 {
					t.Errorf("its nice value is %s: %s", fields[16], stat)
				}
			}
			if found == 0 {
				t.Error("no process is found")
			}
		})
	}
}

// TestUnseen: Chromium makes no pages of its own ready, which would cost each window seconds, also where somebody turns
// other features off.
func TestUnseen(t *testing.T) {
	b, p := start(t, browser.Chromium)
	second, err := b.NewPage()
	must(t, err)
	var two int
	must(t, errors.Join(p.Eval(`return 1 + 1`, &two), second.Eval(`return 1 + 1`, &two)))
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	must(t, err)
	found := 0
	for _, name := range lines {
		line, _ := os.ReadFile(name)
		if !slices.ContainsFunc(b.Dirs(), func(dir string) bool { return bytes.Contains(line, []byte(dir)) }) {
			continue
		}
		found++
		if bytes.Contains(line, []byte("--top-chrome-webui")) {
			t.Errorf("it runs %s", bytes.ReplaceAll(line, []byte{0}, []byte{' '}))
		}
	}
	if found == 0 {
		t.Error("no process is found")
	}
	got := browser.Together([]string{"--a", "--disable-features=B,C", "--d", "--disable-features=E"})
	if want := []string{"--a", "--d", "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,B,C,E"}; !slices.Equal(got, want) {
		t.Errorf("the flags are %q, want %q", got, want)
	}
}
