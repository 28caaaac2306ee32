// Command charte serves a cookie-consent banner, builds what it needs, and
// checks catalogues. This file is wiring: the command line and the routes.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v3"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web"
	"charte/web/proof"
	"charte/web/receipts"
	"charte/web/receipts/collect"
	"charte/web/release"
	"charte/web/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command().Run(ctx, os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// command is the command line.
func command() *cli.Command {
	catalogueFlag := &cli.StringFlag{Name: "catalogue", Usage: "read the catalogue from `FILE` (YAML)"}
	engineFlag := &cli.StringFlag{Name: "engine", Value: "light", Usage: "give visitors the engine `NAME`: light (comes with Charte) or go (compiled here)"}
	serveFlags := append([]cli.Flag{
		&cli.StringFlag{Name: "addr", Value: "127.0.0.1:8080", Usage: "listen on `HOST:PORT`; with -acme on :443 unless it is given"},
		catalogueFlag,
		engineFlag,
		&cli.StringFlag{Name: "sites", Usage: "serve each catalogue NAME.yaml of `DIR` at /NAME/, and follow its changes"},
		&cli.StringSliceFlag{Name: "origin", Usage: "take answers at /answer from pages of `ORIGIN` (https://…) and the server's own charter only; otherwise the origin must be that of the request's Host"},
		&cli.StringFlag{Name: "tls-cert", Usage: "speak TLS with the certificate in `FILE` (PEM)"},
		&cli.StringFlag{Name: "tls-key", Usage: "and its key in `FILE` (PEM)"},
		&cli.StringSliceFlag{Name: "acme", Usage: "speak TLS with a certificate for `HOST`, had by ACME, whose authority asks at port 443"},
		&cli.StringFlag{Name: "metrics", Usage: "serve /metrics at `HOST:PORT` alone, and not to the public"},
	}, collect.Flags()...)
	return &cli.Command{
		Name:           "charte",
		Usage:          "a cookie-consent banner in Go and WebAssembly",
		Flags:          serveFlags,
		Action:         serve,
		ExitErrHandler: func(context.Context, *cli.Command, error) {}, // main prints it, once
		OnUsageError:   usage,
		Commands: []*cli.Command{
			{Name: "serve", Usage: "build what has changed and serve it (the default)", Flags: serveFlags, Action: serve, OnUsageError: usage},
			{Name: "build", Usage: "write the bundle of a catalogue into a folder", Action: build, OnUsageError: usage, Flags: []cli.Flag{
				catalogueFlag,
				engineFlag,
				&cli.StringFlag{Name: "o", Value: "bundle", Usage: "write into `DIR`"},
				&cli.StringFlag{Name: "proof", Value: "auto", Usage: "take pictures of what visitors are shown: auto (where there is a Chromium), on or off"},
				&cli.StringFlag{Name: "base", Value: "/charte/", Usage: "the folder will stand at `ADDRESS` (a path of the site, or https://…)"},
				&cli.StringFlag{Name: "answer", Usage: "the snippets and the charter's pages send answers to `PATH` of your site, which passes them on to a server's /answer"},
				&cli.StringFlag{Name: "receipts", Usage: "the snippets and the charter's pages send receipts to `PATH` of your site, which passes them on to a server's /receipts"},
			}},
			{Name: "release", Usage: "build a server that carries the bundle of a catalogue, and needs nothing else where it runs", Action: carry, OnUsageError: usage, Flags: []cli.Flag{
				catalogueFlag,
				engineFlag,
				&cli.StringFlag{Name: "o", Value: "charte-server", Usage: "write the server to `FILE`"},
			}},
			{Name: "check", Usage: "validate a catalogue, say what is in it, and what a regulator might ask about", ArgsUsage: "FILE", Action: check, Flags: []cli.Flag{&cli.BoolFlag{Name: "strict", Usage: "fail on warnings too"}}, OnUsageError: usage},
			receipts.Command(usage),
		},
	}
}

// usage says what is wrong with the words of a call.
func usage(_ context.Context, cmd *cli.Command, err error, _ bool) error {
	return fmt.Errorf("charte: %w; see %s -help", err, cmd.FullName())
}

// progress says what takes long.
func progress(what string) { fmt.Fprintln(os.Stderr, "charte: "+what+" …") }

// ownServer is where the charter's pages of Charte's own server send answers: beside
// /charte, below each site's own path.
var ownServer = web.Address{Answer: "answer"}

// serve builds the bundles and serves them until the context ends.
func serve(ctx context.Context, cmd *cli.Command) error {
	if cmd.Args().Present() {
		return fmt.Errorf("charte: there is no command %q; the commands are serve, build, release, check and receipts", cmd.Args().First())
	}
	if cmd.String("sites") != "" && cmd.String("catalogue") != "" {
		return errors.New("charte: give -catalogue for one site, or -sites for many")
	}
	main, err := read(cmd.String("catalogue"))
	if err != nil {
		return err
	}
	// Listening first: a port in use is said before a minute of building.
	addr := cmd.String("addr")
	if len(cmd.StringSlice("acme")) > 0 && !cmd.IsSet("addr") {
		addr = ":443" // where the authority asks (RFC 8737, section 3)
	}
	listener, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("charte: %s is in use by another program; choose another address with -addr", addr)
	}
	if err != nil {
		return fmt.Errorf("charte: cannot listen on %s: %w", addr, err)
	}
	defer listener.Close()

	kept, err := collect.FromFlags(ctx, cmd)
	if err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	defer kept.Close()
	tell := ownServer
	if kept != nil {
		tell.Receipts = strings.TrimPrefix(kept.Path, "/")
	}
	engine, err := web.EngineNamed(ctx, cmd.String("engine"), web.UserCache(), progress)
	if err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	make := func(c *catalogue.Catalogue) (*web.Bundle, error) {
		return web.Build(ctx, web.Options{Catalogue: c, Engine: engine, Cache: web.UserCache(), Tell: tell, Progress: progress})
	}
	routes, home := portals(main), "          the portal, with services in all four kinds\n  %[1]s/portail/  the same, where nothing needs consent\n  %[1]s/charte    the charter\n\n  <script src=\"%[1]s/charte.js\" defer></script>\n"
	carried, err := release.Bundle()
	if err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	if carried != nil && cmd.String("catalogue") == "" {
		if tell != ownServer {
			if err := carried.Tell(tell, web.UserCache()); err != nil {
				return fmt.Errorf("charte: %w", err)
			}
		}
		routes, home = only(carried), "charte.js  and what belongs to it\n  %[1]s/charte  the charter\n"
	}
	if cmd.String("sites") != "" {
		routes, home = folder(ctx, cmd.String("sites")), "NAME/  the site of the catalogue NAME.yaml\n"
	}
	handler, err := routes(make, func(bundle *web.Bundle, older []*web.Bundle, next http.Handler) (http.Handler, error) {
		handler, err := server.Site(bundle, older, cmd.StringSlice("origin"), next)
		if err != nil {
			return nil, err
		}
		outer, err := kept.Site(bundle, older, handler)
		return server.Within(outer, handler), err
	})
	if err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	handler = server.Within(kept.Page(handler), handler)
	options := server.Options{Cert: cmd.String("tls-cert"), Key: cmd.String("tls-key"), Hosts: cmd.StringSlice("acme"), Metrics: cmd.String("metrics"), Figures: kept.Figures()}
	if len(options.Hosts) > 0 {
		if options.ACMECache, err = certificates(); err != nil {
			return fmt.Errorf("charte: %w", err)
		}
	}
	s, err := server.New(handler, options)
	if err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	address := "http://" + listener.Addr().String()
	if s.Secure() {
		address = "https://" + listener.Addr().String()
	}
	fmt.Printf("charte: listening on %[1]s\n  %[1]s/"+home, address)
	if err := s.Serve(ctx, listener); err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	return nil
}

// routes make what the server answers, given what builds a bundle and what
// serves one.
type routes func(make func(*catalogue.Catalogue) (*web.Bundle, error), site site) (http.Handler, error)

// site serves a bundle, and of older ones what open pages need; anything else is
// passed to next.
type site func(bundle *web.Bundle, older []*web.Bundle, next http.Handler) (http.Handler, error)

// portals are the main catalogue's bundle and portal at /, and the default
// catalogue's under /portail/.
func portals(main *catalogue.Catalogue) routes {
	return func(make func(*catalogue.Catalogue) (*web.Bundle, error), site site) (http.Handler, error) {
		plain, err := source.Embedded("default")
		if err != nil {
			return nil, err
		}
		sites := map[string]http.Handler{}
		for prefix, c := range map[string]*catalogue.Catalogue{"": main, "/portail": plain} {
			bundle, err := make(c)
			if err != nil {
				return nil, err
			}
			handler, err := site(bundle, nil, web.Portal())
			if err != nil {
				return nil, err
			}
			sites[prefix] = handler
		}
		return server.Under(sites), nil
	}
}

// only is one bundle at /.
func only(bundle *web.Bundle) routes {
	return func(_ func(*catalogue.Catalogue) (*web.Bundle, error), site site) (http.Handler, error) {
		return site(bundle, nil, http.NotFoundHandler())
	}
}

// lookEvery is how often a folder of catalogues is looked at.
const lookEvery = time.Second

// folder are the sites of a folder of catalogues, followed until the context
// ends.
func folder(ctx context.Context, dir string) routes {
	return func(make func(*catalogue.Catalogue) (*web.Bundle, error), site site) (http.Handler, error) {
		serve := func(bundle *web.Bundle, older []*web.Bundle) (http.Handler, error) {
			return site(bundle, older, http.NotFoundHandler())
		}
		sites, err := server.NewSites(dir, make, serve, slog.Default())
		if err != nil {
			return nil, err
		}
		go sites.Watch(ctx, lookEvery)
		return sites, nil
	}
}

// certificates is the folder where certificates had by ACME are kept. It is no
// cache that may be erased at any time: authorities limit how many they give.
func certificates() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("there is no folder to keep certificates in: %w", err)
	}
	return filepath.Join(dir, "charte", "certificates"), nil
}

// build writes a bundle into a folder.
func build(ctx context.Context, cmd *cli.Command) error {
	pictures := cmd.String("proof")
	switch {
	case pictures != "auto" && pictures != "on" && pictures != "off":
		return fmt.Errorf("charte: -proof %q is not known; there are auto, on and off", pictures)
	case pictures == "on" && !proof.Possible():
		return errors.New("charte: there is no Chromium to take pictures with; install it, or leave -proof out")
	}
	if cmd.String("catalogue") == "" {
		return errors.New("charte: which catalogue? charte build -catalogue FILE")
	}
	c, err := source.File(filepath.Clean(cmd.String("catalogue")))
	if err != nil {
		return err
	}
	engine, err := web.EngineNamed(ctx, cmd.String("engine"), web.UserCache(), progress)
	if err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	bundle, err := web.Build(ctx, web.Options{Catalogue: c, Engine: engine, Cache: web.UserCache(), Base: cmd.String("base"), Progress: progress,
		Tell: web.Address{Answer: cmd.String("answer"), Receipts: cmd.String("receipts")}})
	if err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	if err := bundle.Write(cmd.String("o")); err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	fmt.Print(bundle.Sizes())
	if pictures == "off" || !proof.Possible() {
		return nil
	}
	progress("taking pictures of what visitors are shown")
	if err := proof.Take(ctx, bundle, cmd.String("o")); err != nil {
		if pictures == "on" {
			return fmt.Errorf("charte: %w", err)
		}
		fmt.Fprintln(os.Stderr, "charte: no pictures:", err) // the bundle is whole without
	}
	return nil
}

// carry builds a release of the server.
func carry(ctx context.Context, cmd *cli.Command) error {
	file := cmd.String("catalogue")
	if file == "" {
		return errors.New("charte: which catalogue? charte release -catalogue FILE")
	}
	yaml, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return fmt.Errorf("charte: the catalogue cannot be read: %w", err)
	}
	c, err := source.Read(file, yaml)
	if err != nil {
		return err
	}
	engine, err := web.EngineNamed(ctx, cmd.String("engine"), web.UserCache(), progress)
	if err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	bundle, err := web.Build(ctx, web.Options{Catalogue: c, Engine: engine, Cache: web.UserCache(), Tell: ownServer, Progress: progress})
	if err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	progress("building " + cmd.String("o"))
	if err := release.Build(ctx, bundle, yaml, cmd.String("o")); err != nil {
		return fmt.Errorf("charte: %w", err)
	}
	return nil
}

// check validates a catalogue, prints what is in it, and what a regulator might
// ask about.
func check(_ context.Context, cmd *cli.Command) error {
	if cmd.NArg() != 1 {
		return errors.New("charte: which catalogue? charte check FILE")
	}
	c, doubts, err := source.Doubts(cmd.Args().First())
	if err != nil {
		return err
	}
	fmt.Print(source.Summary(c))
	for _, doubt := range doubts {
		fmt.Println("warning: " + doubt.Error())
	}
	if cmd.Bool("strict") && len(doubts) > 0 {
		return fmt.Errorf("charte: %d warnings, and -strict lets none pass", len(doubts))
	}
	return nil
}

// read reads a catalogue: a file, or the demo's where none is given.
func read(file string) (*catalogue.Catalogue, error) {
	if file == "" {
		return source.Embedded("demo")
	}
	return source.File(filepath.Clean(file))
}
