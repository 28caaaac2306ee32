package importer

import (
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// working tells what is being done: with a turning bar where somebody watches, and else with a line. The
// bar turns until done is called.
func working(what string) (done func()) {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		fmt.Fprintln(os.Stderr, "charte: "+what)
		return func() {}
	}
	const unknown = -1 // how long it takes
	bar := progressbar.NewOptions(unknown, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(what),
		progressbar.OptionSpinnerType(14), progressbar.OptionSetSpinnerChangeInterval(100*time.Millisecond),
		progressbar.OptionClearOnFinish(), progressbar.OptionUseANSICodes(true))
	return func() { bar.Finish() }
}
