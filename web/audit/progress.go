package audit

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"charte/web/audit/report"
)

// A progress tells on the terminal how far an audit is: a bar where somebody watches, and else a line
// now and then.
type progress struct {
	mu   sync.Mutex
	bar  *progressbar.ProgressBar // nil where nobody watches
	done map[report.State]int
}

// every is after how many pages of a journey a line is written where nobody watches.
const every = 10

// width is the width of a terminal in characters, or 0 where out is none.
func width(out io.Writer) int {
	file, is := out.(*os.File)
	if !is {
		return 0
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

func newProgress() *progress {
	p := &progress{done: map[report.State]int{}}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		p.bar = progressbar.NewOptions(1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetWidth(24),
			progressbar.OptionShowCount(), progressbar.OptionSetDescription("starting the browsers"), progressbar.OptionClearOnFinish(), progressbar.OptionUseANSICodes(true))
	}
	return p
}

// words are the states in a bar.
var words = map[report.State]string{report.Before: "before an answer", report.Refused: "refused", report.Accepted: "accepted", report.Withdrawn: "withdrawn"}

// page tells that a page has been visited. known is how many pages each journey has, as far as is
// known by now.
func (p *progress) page(state report.State, done, known int, address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done[state] = done
	sum := 0
	for _, n := range p.done {
		sum += n
	}
	if p.bar == nil {
		if done == 1 || done%every == 0 {
			fmt.Fprintf(os.Stderr, "charte: %s: %d of %d pages\n", words[state], done, max(known, done))
		}
		return
	}
	p.bar.ChangeMax(max(sum+1, len(report.States)*known))
	p.bar.Describe(words[state])
	p.bar.Set(sum)
}

// end takes the bar away.
func (p *progress) end() {
	if p.bar != nil {
		p.bar.Finish()
	}
}
