package workbench

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// patience is how long something takes until a bar says that it goes on.
const patience = 2 * time.Second

// progress shows a bar on a terminal, after a while, until the function that it returns is called.
// Elsewhere it shows nothing.
func progress(out io.Writer) (end func()) {
	file, is := out.(*os.File)
	if !is || !term.IsTerminal(int(file.Fd())) {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-done:
			return
		case <-time.After(patience):
		}
		bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription("compiling"),
			progressbar.OptionSetElapsedTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionUseANSICodes(true))
		defer bar.Finish()
		for tick := time.NewTicker(100 * time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
				bar.Add(1)
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}
