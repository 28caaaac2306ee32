// Package workbench is the command "edit": a page in the browser in which people edit a catalogue
// and see the banner that it makes. It serves the page on this machine only, to whoever has the
// address that the terminal prints. The rooms below it do the work.
package workbench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/urfave/cli/v3"

	"charte/web/cache"
	"charte/web/engine"
)

// misuse is the exit status of a command that was called with the wrong words.
const misuse = 2

// Program is what the page runs. It needs three packages of the standard library whole: what the
// page and the server tell each other is JSON, and is asked for by addresses with escapes.
var Program = engine.Program{Name: "workbench", Package: "charte/web/workbench/program", Whole: []string{"encoding/json", "fmt", "net/url"}}

// Command returns the command "edit". carried returns the page's program where this command carries
// it, and nil elsewhere.
func Command(carried func() (*engine.Engine, error)) *cli.Command {
	return &cli.Command{
		Name: "edit", Usage: "edit a catalogue in the browser, beside the banner that it makes", ArgsUsage: "FILE",
		Description: "The page is for this machine only, and for whoever has the address that is printed.\nThe first start compiles the page, which takes a minute. Ctrl-C ends it.\nThe exit status is 0 once all is saved, 1 if it fails or changes are left unsaved, and 2 if it is called wrongly.\nExample: charte edit mine.yaml\n         charte edit mine.yaml -open",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "addr", Value: "127.0.0.1:0", Usage: "listen on `ADDRESS`, which must be this machine's own"},
			&cli.BoolFlag{Name: "open", Usage: "open the page in the browser"},
		},
		OnUsageError: func(_ context.Context, cmd *cli.Command, err error, _ bool) error {
			return cli.Exit(fmt.Errorf("%w; see %s -help", err, cmd.FullName()), misuse)
		},
		Action: func(ctx context.Context, cmd *cli.Command) error {
			if cmd.NArg() != 1 {
				return cli.Exit(errors.New("which catalogue? charte edit FILE; \"charte new\" begins one"), misuse)
			}
			return begin(ctx, cmd, carried)
		},
	}
}

// hungUp returns a context that also ends when the terminal is closed, as with Ctrl-C: what is unsaved in the page
// can then be saved there. A command that was told to outlive its terminal, with nohup, does so.
func hungUp(ctx context.Context) (context.Context, context.CancelFunc) {
	if signal.Ignored(syscall.SIGHUP) {
		return context.WithCancel(ctx)
	}
	return signal.NotifyContext(ctx, syscall.SIGHUP)
}

// begin serves the workbench of a file until the context ends, or the terminal is closed.
func begin(ctx context.Context, cmd *cli.Command, carried func() (*engine.Engine, error)) error {
	ctx, listening := hungUp(ctx)
	defer listening()
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	defer signal.Stop(terminated)

	listener, err := listen(cmd.String("addr"))
	if system := (*net.OpError)(nil); errors.As(err, &system) {
		return err
	}
	if err != nil {
		return cli.Exit(err, misuse)
	}
	defer listener.Close()
	self := strings.TrimSuffix(listener.Addr().String(), ":80") // as browsers write it

	working, stop := context.WithCancel(context.WithoutCancel(ctx)) // the page can save after Ctrl-C
	defer stop()
	out := cmd.Root().ErrWriter
	say := &terminal{out: out}
	rooms, err := wire(working, filepath.Clean(cmd.Args().First()), self, say.line)
	if err != nil {
		return err
	}
	program, err := carried()
	if err == nil && program == nil {
		program, err = compiled(ctx, out)
	}
	if err != nil {
		return err
	}
	erase := func() {}
	defer func() { erase() }()
	s := newServer(self, rooms, *program, func(token, why string) {
		address := "http://" + self + "/#" + token
		if why == "" {
			say.line(address)
			if cmd.Bool("open") {
				if erase, err = open(address); err != nil {
					say.line("charte: no browser can be opened: " + err.Error())
				}
			}
			return
		}
		say.line("charte: " + why + ":\n" + address)
	})
	s.complain = say.line
	return s.run(ctx, listener, say, terminated)
}

// answered is how long the last answers may take once the text is saved. A page that waits for news of the
// file gets none.
const answered = time.Second

// run serves until ctx ends. If the text is unsaved then, run goes on until it is saved, or until
// the person says once more that they want to leave. It returns an error if it is left.
func (s *server) run(ctx context.Context, listener net.Listener, say *terminal, terminated <-chan os.Signal) error {
	own := s.http()
	failed := make(chan error, 1)
	go func() { failed <- own.Serve(listener) }()
	defer own.Close()
	select {
	case err := <-failed:
		return fmt.Errorf("the workbench has ended: %w", err)
	case <-ctx.Done():
	}
	// Both channels of the first signal have it by the time that Notify returns (os/signal holds a lock
	// while it hands a signal out), so that again has the second one.
	again := make(chan os.Signal, 1)
	signal.Notify(again, os.Interrupt)
	defer signal.Stop(again)
	if !s.rooms.State().Unsaved {
		return nil
	}
	leave := func() error {
		if !s.rooms.State().Unsaved { // the changes were taken back meanwhile
			return nil
		}
		return cli.Exit(errors.New("the unsaved changes are lost"), 1)
	}
	say.line("charte: there are unsaved changes: press Ctrl-C again to leave them, or save them in the page")
	for {
		select {
		case <-s.saved:
			if !s.rooms.State().Unsaved {
				answering, end := context.WithTimeout(context.WithoutCancel(ctx), answered)
				defer end()
				own.Shutdown(answering) // so that the page gets its answer
				return nil
			}
		case <-again:
			return leave()
		case <-terminated:
			return leave()
		case err := <-failed:
			return fmt.Errorf("the workbench has ended: %w", err)
		}
	}
}

// A terminal takes lines of more than one goroutine.
type terminal struct {
	mu  sync.Mutex
	out io.Writer
}

// line writes a line.
func (t *terminal) line(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintln(t.out, text)
}

// compiled compiles the page's program, or takes it from the cache. It tells on out that it
// compiles.
func compiled(ctx context.Context, out io.Writer) (*engine.Engine, error) {
	shown := func() {}
	program, err := engine.Compile(ctx, Program, cache.User(), func(what string) {
		fmt.Fprintln(out, "charte: "+what+" …")
		shown = progress(out)
	})
	shown()
	if err != nil {
		return nil, fmt.Errorf("%w; a server that \"charte release\" has built carries the page, and needs neither", err)
	}
	return &program, nil
}
