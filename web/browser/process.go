package browser

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A process is a program that was started, and everything that it started in turn.
// It has a folder of its own for its files.
type process struct {
	cmd  *exec.Cmd
	dir  string        // removed by kill
	done chan struct{} // closed when cmd has ended

	announced chan string // see await

	mu   sync.Mutex
	last []string // its latest lines of output, for errors
}

// quotedLines is how many lines of output an error quotes.
const quotedLines = 8

// homeDir makes the folder that a process keeps its files in.
func homeDir(name Engine) (string, error) {
	return os.MkdirTemp("", "charte-"+string(name)+"-")
}

// launch starts cmd in English, with cmd.Env on top of this process's environment.
// The program keeps its files in dir. dir is removed when the process is killed, and at
// once if launch fails. The program dies with this process, even if this one is killed.
//
// announce is a regular expression with one group. The group's text in the first line
// of output that matches is what [process.await] returns.
func launch(cmd *exec.Cmd, dir string, announce string, log io.Writer) (*process, error) {
	p := &process{cmd: cmd, dir: dir, done: make(chan struct{}), announced: make(chan string, 1)}
	out, in, err := os.Pipe()
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = in, in
	cmd.Env = slices.Concat(os.Environ(), []string{
		// navigator.language follows these. Under C.UTF-8 it would be "C" in WebKit.
		"LC_ALL=en_US.UTF-8", "LANGUAGE=en_US",
		"HOME=" + dir, "TMPDIR=" + dir,
		"XDG_CONFIG_HOME=" + dir, "XDG_CACHE_HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_RUNTIME_DIR=" + dir,
	}, cmd.Env)
	ownGroup(cmd)

	started := make(chan error)
	go func() {
		// The kernel kills the process when the thread that started it ends
		// (prctl(2), PR_SET_PDEATHSIG), so this thread must last as long. It ends with
		// this function, since it is not unlocked: it is not like others any more.
		runtime.LockOSThread()
		keepPriority()
		err := cmd.Start()
		in.Close()
		started <- err
		if err == nil {
			cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		out.Close()
		os.RemoveAll(dir)
		return nil, err
	}
	go p.listen(out, regexp.MustCompile(announce), log)
	return p, nil
}

// listen reads the output to its end.
func (p *process) listen(out *os.File, announce *regexp.Regexp, log io.Writer) {
	defer out.Close()
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if line = strings.TrimSpace(line); line != "" {
			fmt.Fprintln(log, line)
			p.mu.Lock()
			p.last = append(p.last, line)
			if len(p.last) > quotedLines {
				p.last = p.last[1:]
			}
			p.mu.Unlock()
		}
		if announce != nil {
			if m := announce.FindStringSubmatch(line); m != nil {
				p.announced <- m[1]
				announce = nil
			}
		}
		if err != nil {
			return
		}
	}
}

// errEnded is why [process.await] fails when the process ended by itself.
var errEnded = errors.New("ended before it was ready")

// await waits for the line that the process announces itself with, and returns its
// first group. If that line does not come before ctx ends, await kills the process.
func (p *process) await(ctx context.Context) (string, error) {
	var err error
	select {
	case found := <-p.announced:
		return found, nil
	case <-p.done:
		err = fmt.Errorf("%s %w", p.cmd.Path, errEnded)
	case <-ctx.Done():
		err = fmt.Errorf("%s was not ready in time: %w", p.cmd.Path, ctx.Err())
	}
	p.kill()
	return "", fmt.Errorf("%w%s", err, p.quote())
}

// quote returns the latest output, ready to end an error message.
func (p *process) quote() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.last) == 0 {
		return ""
	}
	return "; it printed:\n\t" + strings.Join(p.last, "\n\t")
}

// term asks the process to end, and gives it a second to clean up.
func (p *process) term() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(time.Second):
	}
}

// kill ends the process and all it started, and removes its folder.
func (p *process) kill() {
	killGroup(p.cmd)
	<-p.done
	// The removal fails if a child writes a file in its last moment.
	for range 20 {
		if os.RemoveAll(p.dir) == nil {
			return
		}
		time.Sleep(pollInterval)
	}
}
