package file

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// heap is how many bytes are in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestLongSession: ten thousand changes take no more memory than a thousand, and the newest 500 can be
// undone and made again.
func TestLongSession(t *testing.T) {
	f := opened(t, "a: 0\n")
	filler := strings.Repeat("# a comment of some length\n", 100) // about 3 KB
	change := func(from, to int) {
		for n := from; n < to; n++ {
			if n%50 == 0 { // read, so that its values are kept, too
				setTo(t, f, "", "/a", fmt.Sprint(n))
				continue
			}
			written(t, f, fmt.Sprintf("a: %d\n%s", n, filler))
		}
	}
	empty := heap()
	change(1, 1000)
	early := heap()
	change(1000, 10_000)
	late := heap()
	t.Logf("a thousand changes take %d KB, ten thousand %d KB", (early-empty)>>10, (late-empty)>>10)
	if late-early > 2<<20 {
		t.Errorf("ten thousand changes take %d KB more than a thousand", (late-early)>>10)
	}
	if len(f.texts) != maxTexts || f.Status().Version != 10_000 {
		t.Errorf("%d texts are kept, the version is %d", len(f.texts), f.Status().Version)
	}
	newest, _ := f.Text()
	undone := 0
	for f.Undo() == nil {
		undone++
	}
	if text, _ := f.Text(); undone != maxSteps || !strings.HasPrefix(string(text), "a: 9499\n") {
		t.Errorf("%d changes are undone, and the text is %.10s", undone, text)
	}
	for f.Redo() == nil {
	}
	if text, _ := f.Text(); !bytes.Equal(text, newest) {
		t.Errorf("all is made again, and the text is %.10s", text)
	}
}

// TestLargeSession: of large texts, fewer changes can be undone.
func TestLargeSession(t *testing.T) {
	f := opened(t, "a: 0\n")
	empty := heap()
	for n := range 60 {
		written(t, f, fmt.Sprint("a: ", n, "\n", strings.Repeat("#\n", 2<<20)))
	}
	if used := heap() - empty; used > maxStepBytes+maxTextBytes+(12<<20) {
		t.Errorf("60 changes of 4 MB take %d MB", used>>20)
	}
	undone := 0
	for f.Undo() == nil {
		undone++
	}
	if undone != maxStepBytes/(4<<20)-1 { // each has a few bytes more
		t.Errorf("%d changes are undone", undone)
	}
}
