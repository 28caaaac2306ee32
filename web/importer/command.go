// Package importer makes a catalogue of another banner's configuration, and says what has become of each
// of its settings.
package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"charte/catalogue/source"
	"charte/web/importer/draft"
	"charte/web/importer/peers"
	"charte/web/importer/report"
	"charte/web/importer/tags"
	"charte/web/importer/told"
	"charte/web/whole"
)

// The exit statuses. 0 is a catalogue.
const (
	statusMistakes = 1
	statusNotMade  = 2
)

// Command returns the command "import".
func Command() *cli.Command {
	return &cli.Command{
		Name: "import", Usage: "make a catalogue of another banner's configuration", ArgsUsage: "FILE …|ADDRESS", Action: action,
		Description: "It reads " + strings.Join(peers.Names(), ", ") + ":\n" +
			"from scripts, TypeScript, pages and templates, or from the banner in a page, in a real Chromium. It says what has\n" +
			"become of each setting, and what is wrong in it. The exit status is 0 for a catalogue, 1 for mistakes (with -fail),\nand 2 where none could be made.\n" +
			"Example: charte import -o mine.yaml assets/consent.ts\n         charte import -o mine.yaml -pages templates templates/base.html",
		OnUsageError: func(_ context.Context, cmd *cli.Command, err error, _ bool) error {
			return notMade(fmt.Errorf("%w; see %s -help", err, cmd.FullName()))
		},
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "o", Usage: "write the catalogue into `FILE`, which must not be there; without it, to the screen"},
			&cli.StringFlag{Name: "from", Usage: "read the banner `NAME`, or the configuration at FILE:LINE, where there are several"},
			&cli.StringFlag{Name: "language", Usage: "take texts that name no language for texts in `TAG`"},
			&cli.StringFlag{Name: "audit", Usage: "note, beside what the configuration does not say, what an audit has seen: `FILE` is its report.json"},
			&cli.StringFlag{Name: "pages", Usage: "say how gated tags in the pages and templates in the folder `DIR` are to be changed"},
			&cli.BoolFlag{Name: "write", Usage: "change them"},
			&cli.StringFlag{Name: "script", Usage: "charte.js will stand at `ADDRESS`"},
			&cli.StringFlag{Name: "json", Usage: "write the report into `FILE`"},
			&cli.BoolFlag{Name: "all", Usage: "say of each setting what has become of it, not only of those that changed"},
			&cli.BoolFlag{Name: "fail", Usage: "exit with 1 if the configuration has mistakes"},
			&cli.StringSliceFlag{Name: "resolve", Usage: "look for a host at another address, as `HOST=ADDRESS`; may be said again"},
		},
	}
}

// action makes the catalogue.
func action(ctx context.Context, cmd *cli.Command) error {
	if err := refused(cmd); err != nil {
		return notMade(err)
	}
	what, err := read(ctx, cmd)
	if err != nil {
		return notMade(err)
	}
	observed, err := seen(cmd.String("audit"))
	if err != nil {
		return notMade(err)
	}
	options := draft.Options{Name: cmd.String("o"), Language: cmd.String("language"), Seen: observed}
	if options.Name != "" {
		options.Schema = source.SchemaFile
	}
	made, err := catalogueOf(what, cmd.String("from"), options)
	if err != nil {
		return notMade(err)
	}
	if dir := cmd.String("pages"); dir != "" {
		if err := made.look(ctx, dir, cmd.String("script")); err != nil {
			return notMade(err)
		}
	} else if isAddress(cmd.Args().First()) {
		made.Tags = gatedIn(what.Elements, made.names(cmd.String("script")))
	}
	return made.write(cmd)
}

// refused returns why a command line is not obeyed, and nil if it is.
func refused(cmd *cli.Command) error {
	args, out := cmd.Args().Slice(), cmd.String("o")
	tag, files := cmd.String("language"), !slices.ContainsFunc(args, isAddress)
	if out != "" {
		if _, err := os.Lstat(out); err == nil {
			return fmt.Errorf("%s is there already; name another file", out)
		}
	}
	if json := cmd.String("json"); json != "" {
		same := func(name string) bool { return name != "" && filepath.Clean(name) == filepath.Clean(json) }
		if same(out) || same(cmd.String("audit")) || slices.ContainsFunc(args, same) {
			return fmt.Errorf("-json %s is the name of another file in this command; name one for the report alone", json)
		}
	}
	switch {
	case len(args) == 0:
		return errors.New("which configuration? charte import -o mine.yaml FILE …, or charte import -o mine.yaml https://example.org")
	case !files && len(args) > 1:
		return errors.New("one page at a time, and no files beside it: its banner is the whole site's")
	case files && len(cmd.StringSlice("resolve")) > 0:
		return errors.New("-resolve says where the host of a page is; files are read without it")
	case cmd.Bool("write") && cmd.String("pages") == "":
		return errors.New("-write changes the pages in a folder: say which with -pages")
	case cmd.String("script") != "" && cmd.String("pages") == "" && files:
		return errors.New("-script is for the tags of pages: say which with -pages")
	case tag != "" && !draft.Speaks(tag):
		return fmt.Errorf("-language %q: the banner does not speak it; write a tag such as fr or pt-BR", tag)
	}
	return nil
}

// notMade is the error where no catalogue could be made.
func notMade(err error) error { return cli.Exit(err, statusNotMade) }

// An imported is a catalogue, with what there is to say about it.
type imported struct {
	report.Import
	draft *draft.Draft
	pages *pages // nil without -pages
}

// catalogueOf makes a catalogue of what was told a banner.
func catalogueOf(what *told.Told, from string, options draft.Options) (*imported, error) {
	var err error
	if options.Known, err = source.Services(); err != nil {
		return nil, err
	}
	p, err := planOf(what, from, options.Known)
	if err != nil {
		return nil, err
	}
	d, err := draft.Catalogue(p, options)
	if err != nil {
		return nil, err
	}
	p.Fates = d.Settled(p)
	return &imported{draft: d, Import: report.Import{
		Plan: p, Notes: d.Notes, Files: what.Files, Problems: what.Problems, Catalogue: options.Name, TODOs: d.TODOs,
	}}, nil
}

// names are the catalogue's names, by those of the former banner.
func (i *imported) names(script string) tags.Map {
	return tags.Map{Peer: i.Plan.Peer, Services: i.draft.Services, Categories: i.draft.Categories, Homes: i.draft.Homes, Library: i.draft.Library, Script: script}
}

// write writes the files, and says what has been done. The catalogue goes to the screen if no file is
// named for it, so that it can be passed on; the report then goes to the error output.
func (i *imported) write(cmd *cli.Command) error {
	written := cmd.Bool("write")
	if err := i.save(cmd.String("o"), cmd.String("json"), written); err != nil {
		return notMade(err)
	}
	say := cmd.Root().Writer
	if cmd.String("o") == "" {
		if _, err := io.WriteString(say, i.draft.Text); err != nil {
			return notMade(err)
		}
		if say = cmd.Root().ErrWriter; say == nil {
			say = os.Stderr
		}
	}
	if err := report.Text(say, i.Import, cmd.Bool("all")); err != nil {
		return notMade(err)
	}
	if i.pages != nil {
		if err := i.pages.tell(say, written); err != nil {
			return notMade(err)
		}
	}
	if n := len(i.Plan.Mistakes); cmd.Bool("fail") && n > 0 {
		return cli.Exit(fmt.Sprintf("mistakes in the configuration: %d", n), statusMistakes)
	}
	return nil
}

// save writes the catalogue into the file out, the report into the file json, and the pages. If one cannot
// be written, those before it are removed, so that the same command can be given again. change says that
// the pages are written. A name that is "" is none.
func (i *imported) save(out, json string, change bool) (err error) {
	var made []string
	defer func() {
		if err != nil {
			for _, name := range made {
				os.Remove(name)
			}
		}
	}()
	put := func(name string, text []byte) error {
		if err := whole.WriteFile(filepath.Clean(name), text); err != nil {
			return fmt.Errorf("%s cannot be written: %w", name, reason(err))
		}
		made = append(made, name)
		return nil
	}
	if out != "" {
		if err := put(out, []byte(i.draft.Text)); err != nil {
			return err
		}
	}
	if json != "" {
		text, err := report.JSON(i.Import)
		if err != nil {
			return err
		}
		if err := put(json, text); err != nil {
			return err
		}
	}
	if i.pages != nil && change {
		if err := tags.Write(i.pages.dir, i.pages.files...); err != nil {
			return err
		}
	}
	if out != "" {
		return put(filepath.Join(filepath.Dir(out), source.SchemaFile), source.Schema())
	}
	return nil
}

// reason is an error without the names of files, where it would name a temporary one.
func reason(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
