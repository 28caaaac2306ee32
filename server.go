// Command charte serves a cookie-consent banner, builds what it needs, and
// checks catalogues. This file is wiring: the command line and the routes.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/urfave/cli/v3"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/audit"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/draft"
	"charte/web/engine"
	"charte/web/guard"
	"charte/web/importer"
	"charte/web/portal"
	"charte/web/proof"
	"charte/web/receipts"
	"charte/web/receipts/collect"
	"charte/web/release"
	"charte/web/server"
	"charte/web/static"
	"charte/web/workbench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command().Run(ctx, os.Args); err != nil {
		fmt.Fprintln(os.Stderr, sentence(err))
		os.Exit(status(err))
	}
}

// status is the exit status for an error: 1, unless the error says another.
func status(err error) int {
	if coded := cli.ExitCoder(nil); errors.As(err, &coded) {
		return coded.ExitCode()
	}
	return 1
}

// sentence writes an error for the terminal. A mistake in a catalogue begins with its file
// and line, as a compiler's messages do.
func sentence(err error) string {
	if mistakes := (source.Errors)(nil); errors.As(err, &mistakes) {
		return mistakes.Error()
	}
	return "charte: " + err.Error()
}

// command returns the whole command line, with its subcommands and flags.
func command() *cli.Command {
	common := []cli.Flag{
		&cli.StringFlag{Local: true, Name: "catalogue", Usage: "read the catalogue from `FILE` (YAML)"},
		&cli.StringFlag{Local: true, Name: "engine", Value: "light", Usage: "give visitors the engine `NAME`: light (comes with Charte) or go (compiled here)"},
	}
	serveFlags := slices.Concat(common, server.Flags(), collect.Flags())
	commands := []*cli.Command{
		{Name: "serve", Usage: "build what has changed and serve it (the default)", Flags: serveFlags, Action: serve},
		{Name: "build", Usage: "write the bundle of a catalogue into a folder", Action: build, Flags: slices.Concat(common, static.Flags(), proof.Flags())},
		{Name: "release", Usage: "build a server that carries the bundle of a catalogue, and needs nothing else where it runs", Action: carry, Flags: append(slices.Clip(common),
			&cli.StringFlag{Name: "o", Value: "charte-server", Usage: "write the server to `FILE`"})},
		{Name: "check", Usage: "validate a catalogue; print what is in it and what a regulator might ask about", ArgsUsage: "FILE", Action: check, Flags: []cli.Flag{
			&cli.BoolFlag{Name: "strict", Usage: "fail on warnings too"},
			&cli.StringFlag{Name: "against", Usage: "compare it with the Open Cookie Database in `FILE` (CSV)"},
		}},
		receipts.Command(misused),
	}
	for _, c := range commands {
		c.OnUsageError = misused
	}
	commands = append(commands, draft.Commands()...)
	commands = append(commands, audit.Command(), importer.Command(), workbench.Command(release.Workbench))
	return &cli.Command{
		Name:           "charte",
		Usage:          "a cookie-consent banner in Go and WebAssembly",
		Flags:          serveFlags,
		Action:         serve,
		ExitErrHandler: func(context.Context, *cli.Command, error) {}, // main prints it, once
		OnUsageError:   misused,
		Commands:       commands,
	}
}

// misused adds to an error in the command line where help can be found.
func misused(_ context.Context, cmd *cli.Command, err error, _ bool) error {
	return fmt.Errorf("%w; see %s -help", err, cmd.FullName())
}

// progress tells the user that a slow step begins.
func progress(what string) { fmt.Fprintln(os.Stderr, "charte: "+what+" …") }

// ownServer is the address that the charter's pages send answers to on Charte's own server.
// It is relative: beside /charte, below each site's own path.
var ownServer = bundle.Address{Answer: "answer"}

// builder returns the function that builds a catalogue's bundle, with the engine that the
// command line names.
func builder(ctx context.Context, cmd *cli.Command, tell bundle.Address) (server.Builder, error) {
	program, err := engine.Named(ctx, cmd.String("engine"), cache.User(), progress)
	if err != nil {
		return nil, err
	}
	return func(c *catalogue.Catalogue) (*bundle.Bundle, error) {
		return bundle.Build(ctx, bundle.Options{Catalogue: c, Engine: program, Cache: cache.User(), Tell: tell, Progress: progress})
	}, nil
}

// serve builds the bundles and serves them until the context ends.
func serve(ctx context.Context, cmd *cli.Command) error {
	if cmd.Args().Present() {
		return fmt.Errorf("there is no command %q; the commands are serve, build, release, check, services, add, new, schema, edit, audit, import and receipts", cmd.Args().First())
	}
	if cmd.String("sites") != "" && cmd.String("catalogue") != "" {
		return errors.New("give -catalogue for one site, or -sites for many")
	}
	c, err := source.Embedded("demo")
	if file := cmd.String("catalogue"); file != "" {
		c, err = source.File(filepath.Clean(file))
	}
	if err != nil {
		return err
	}
	addr, options, err := server.FromFlags(cmd)
	if err != nil {
		return err
	}
	// Listen first, so that a port in use is reported before a minute of building.
	listener, err := server.Listen(addr)
	if err != nil {
		return err
	}
	defer listener.Close()

	kept, err := collect.FromFlags(ctx, cmd)
	if err != nil {
		return err
	}
	defer kept.Close()
	tell := ownServer
	if kept != nil {
		tell.Receipts = strings.TrimPrefix(kept.Path, "/")
	}
	build, err := builder(ctx, cmd, tell)
	if err != nil {
		return err
	}
	reports, err := reporting(cmd, &options)
	if err != nil {
		return err
	}
	site := func(name string, built *bundle.Bundle, older []*bundle.Bundle, next http.Handler) (http.Handler, error) {
		inner, err := server.Site(built, older, cmd.StringSlice("origin"), reports.Site(name, built.Catalogue, next))
		if err != nil {
			return nil, err
		}
		outer, err := kept.Site(built, older, inner)
		return server.Within(outer, inner), err
	}
	served, err := routes(ctx, cmd, c, tell, build, site)
	if err != nil {
		return err
	}
	options.Figures = kept.Figures()
	s, err := server.New(server.Within(kept.Page(served.Handler), served.Handler), options)
	if err != nil {
		return err
	}
	served.Print(os.Stdout, s.Address(listener))
	return s.Serve(ctx, listener)
}

// reporting returns what counts the guard's reports, and lets the server take their bodies. It
// returns nil if the command line has no -guard-token.
func reporting(cmd *cli.Command, o *server.Options) (*guard.Collector, error) {
	if !cmd.IsSet("guard-token") {
		return nil, nil
	}
	if cmd.String("receipts-path") == guard.CountsPath {
		return nil, fmt.Errorf("-receipts-path %s is where the guard's reports are taken; give another path", guard.CountsPath)
	}
	token, err := server.ReadToken(cmd.String("guard-token"))
	if err != nil {
		return nil, err
	}
	o.BodyBytes = guard.MaxReportBytes
	return guard.NewCollector(token, cmd.StringSlice("origin")), nil
}

// routes returns the sites to serve: those of the folder -sites, or the one that a release
// carries, or the demo.
func routes(ctx context.Context, cmd *cli.Command, c *catalogue.Catalogue, tell bundle.Address, build server.Builder, site server.Embed) (server.Routes, error) {
	if dir := cmd.String("sites"); dir != "" {
		return server.Folder(ctx, dir, build, site)
	}
	carried, err := release.Bundle()
	if err != nil {
		return server.Routes{}, err
	}
	if carried == nil || cmd.String("catalogue") != "" {
		return portal.Routes(c, build, site)
	}
	if tell != ownServer {
		if err := carried.Tell(tell); err != nil {
			return server.Routes{}, err
		}
	}
	handler, err := site("", carried, nil, http.NotFoundHandler())
	return server.Routes{Handler: handler, Pages: []server.Page{{Path: "/charte.js", About: "and what belongs to it"}, {Path: "/charte", About: "the charter"}}}, err
}

// made builds the bundle of the catalogue that the command line names. It also returns the
// catalogue's text.
func made(ctx context.Context, cmd *cli.Command, tell bundle.Address) (*bundle.Bundle, []byte, error) {
	file := cmd.String("catalogue")
	if file == "" {
		return nil, nil, fmt.Errorf("which catalogue? charte %s -catalogue FILE", cmd.Name)
	}
	yaml, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return nil, nil, fmt.Errorf("the catalogue cannot be read: %w", err)
	}
	c, err := source.Read(file, yaml)
	if err != nil {
		return nil, nil, err
	}
	build, err := builder(ctx, cmd, tell)
	if err != nil {
		return nil, nil, err
	}
	b, err := build(c)
	return b, yaml, err
}

// build writes a bundle into a folder.
func build(ctx context.Context, cmd *cli.Command) error {
	pictures, err := proof.FromFlags(cmd)
	if err != nil {
		return err
	}
	host := static.FromFlags(cmd)
	b, _, err := made(ctx, cmd, host.Tell)
	if err != nil {
		return err
	}
	if err := static.Publish(b, host); err != nil {
		return err
	}
	if err := b.Write(cmd.String("o")); err != nil {
		return err
	}
	fmt.Print(b.Sizes())
	return pictures.Take(ctx, b, cmd.String("o"), progress)
}

// carry builds a server that carries the bundle of a catalogue.
func carry(ctx context.Context, cmd *cli.Command) error {
	b, yaml, err := made(ctx, cmd, ownServer)
	if err != nil {
		return err
	}
	editor, err := engine.Compile(ctx, workbench.Program, cache.User(), progress)
	if err != nil {
		return err
	}
	progress("building " + cmd.String("o"))
	return release.Build(ctx, b, yaml, editor, cmd.String("o"))
}

// check validates a catalogue, prints what is in it, and what a regulator might
// ask about.
func check(_ context.Context, cmd *cli.Command) error {
	if cmd.NArg() != 1 {
		return errors.New("which catalogue? charte check FILE")
	}
	file := cmd.Args().First()
	if err := draft.Against(os.Stdout, file, cmd.String("against")); err != nil {
		return err
	}
	return source.Report(os.Stdout, file, cmd.Bool("strict"))
}
