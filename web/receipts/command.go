package receipts

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v3"
)

// ServeFlags are what the command line says of taking receipts.
func ServeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "receipts", Usage: "keep receipts of consent in `STORE`: a file (SQLite) or postgres://…"},
		&cli.StringFlag{Name: "receipts-path", Value: "/receipts", Usage: "take them at `PATH`"},
		&cli.StringFlag{Name: "receipts-chain", Usage: "`NAME` of this server's chain of receipts (default: the machine's name)"},
		&cli.IntFlag{Name: "receipts-rate", Value: 300, Usage: "take at most `N` a minute from one /24 or /48; 0 is no limit"},
		&cli.StringFlag{Name: "receipts-token", Usage: "show figures at /receipts to who has the token in `FILE`"},
		&cli.StringSliceFlag{Name: "trusted-proxy", Usage: "believe X-Forwarded-For from `ADDRESS` (203.0.113.7 or 10.0.0.0/8)"},
	}
}

// FromFlags is the service that the command line asks for; nil where it asks
// for none. Who means to keep receipts, and names no store, is told.
func FromFlags(ctx context.Context, cmd *cli.Command) (*Service, error) {
	name := cmd.String("receipts")
	if name == "" {
		for _, flag := range ServeFlags() {
			if about := flag.Names()[0]; strings.HasPrefix(about, "receipts") && cmd.IsSet(about) {
				return nil, fmt.Errorf("-%s is given, and no store: name it with -receipts, or no receipts are kept", about)
			}
		}
		return nil, nil
	}
	o := Options{Chain: cmd.String("receipts-chain"), Path: cmd.String("receipts-path"), Origins: cmd.StringSlice("origin"), PerMinute: int(cmd.Int("receipts-rate"))}
	if !strings.HasPrefix(o.Path, "/") {
		return nil, fmt.Errorf("-receipts-path %q is no path", o.Path)
	}
	var err error
	if o.Chain == "" {
		if o.Chain, err = os.Hostname(); err != nil {
			return nil, fmt.Errorf("this machine has no name; give -receipts-chain: %w", err)
		}
	}
	if o.Proxies, err = prefixes(cmd.StringSlice("trusted-proxy")); err != nil {
		return nil, err
	}
	if file := cmd.String("receipts-token"); file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("the token: %w", err)
		}
		if o.Token = strings.TrimSpace(string(data)); len(o.Token) < MinTokenBytes {
			return nil, fmt.Errorf("the token in %s has less than %d characters", file, MinTokenBytes)
		}
	}
	store, err := OpenToServe(ctx, name, slog.Default())
	if err != nil {
		return nil, err
	}
	return NewService(store, o), nil
}

// prefixes reads addresses and ranges of them.
func prefixes(list []string) ([]netip.Prefix, error) {
	var read []netip.Prefix
	for _, text := range list {
		p, err := netip.ParsePrefix(text)
		if a, single := netip.ParseAddr(text); single == nil {
			p, err = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("-trusted-proxy %q is neither an address nor a range", text)
		}
		read = append(read, p.Masked())
	}
	return read, nil
}

// Command is what the command line can do with a store.
func Command(usage cli.OnUsageErrorFunc) *cli.Command {
	sub := func(name, args, what string, flags []cli.Flag, run func(context.Context, *cli.Command, *Store) error) *cli.Command {
		return &cli.Command{Name: name, ArgsUsage: args, Usage: what, Flags: flags, OnUsageError: usage, Action: func(ctx context.Context, cmd *cli.Command) error {
			if cmd.NArg() != 1 {
				return fmt.Errorf("charte: which store? charte receipts %s %s", name, args)
			}
			store, err := Open(ctx, cmd.Args().First(), false)
			if err != nil {
				return fmt.Errorf("charte: %w", err)
			}
			defer store.Close()
			if err := run(ctx, cmd, store); err != nil {
				return fmt.Errorf("charte: %w", err)
			}
			return nil
		}}
	}
	return &cli.Command{
		Name: "receipts", Usage: "verify, export, purge and count receipts of consent", OnUsageError: usage,
		Action: func(_ context.Context, cmd *cli.Command) error {
			return fmt.Errorf("charte: there is no command %q; the commands are verify, export, purge and stats", cmd.Args().First())
		},
		Commands: []*cli.Command{
			sub("verify", "STORE", "follow every chain, and find the first record that was changed", nil, verify),
			sub("export", "STORE", "write all receipts", []cli.Flag{
				&cli.StringFlag{Name: "format", Value: Formats[0], Usage: "as `FORMAT`: " + strings.Join(Formats, ", ")},
				&cli.StringFlag{Name: "o", Usage: "to `FILE` (default: the standard output)"},
				&cli.StringFlag{Name: "archives", Usage: "and the catalogues and releases that they name into `DIR`"},
			}, export),
			sub("purge", "STORE", "delete old receipts, and record that", []cli.Flag{
				&cli.IntFlag{Name: "days", Usage: "those older than `N` days"},
			}, purgeOld),
			sub("stats", "STORE", "say what was answered", []cli.Flag{
				&cli.IntFlag{Name: "days", Value: usualSpan, Usage: "in the last `N` days"},
			}, stats),
		},
	}
}

func verify(ctx context.Context, cmd *cli.Command, store *Store) error {
	chains, err := store.Verify(ctx)
	if err != nil {
		return err
	}
	for _, c := range chains {
		fmt.Fprintf(cmd.Root().Writer, "chain %s: records %d to %d, SHA-256 of the last %s\n", c.Name, c.First, c.Last, c.Head)
	}
	return nil
}

func export(ctx context.Context, cmd *cli.Command, store *Store) error {
	var out io.Writer = cmd.Root().Writer
	if file := cmd.String("o"); file != "" {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		defer f.Close()
		out = f
	}
	buffered := bufio.NewWriter(out)
	if err := store.Export(ctx, buffered, cmd.String("format")); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if dir := cmd.String("archives"); dir != "" {
		return store.ExportArchives(ctx, dir)
	}
	return nil
}

func purgeOld(ctx context.Context, cmd *cli.Command, store *Store) error {
	days := int(cmd.Int("days"))
	if days < 1 {
		return errors.New("how old? give -days")
	}
	gone, err := store.Purge(ctx, store.Now().AddDate(0, 0, -days))
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.Root().Writer, "%d records deleted\n", gone)
	return nil
}

func stats(ctx context.Context, cmd *cli.Command, store *Store) error {
	days := int(cmd.Int("days"))
	if days < 1 {
		return errors.New("of how many days? give -days")
	}
	f, err := store.Figures(ctx, days)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(cmd.Root().Writer, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "day\taccept\tcustom\trefuse\twithdraw\tall\t")
	for _, day := range append(f.Days, f.Total) {
		if day.All == 0 {
			continue
		}
		name := day.Day
		if name == "" {
			name = "all"
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t\n", name, day.Actions[Accept], day.Actions[Custom], day.Actions[Refuse], day.Actions[Withdraw], day.All)
	}
	fmt.Fprintln(w, "\ncategory\tgranted\tin part\trefused\t")
	for _, c := range f.Categories {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t\n", c.Category, c.All, c.Some, c.None)
	}
	fmt.Fprintln(w, "\nwhere\taccept\tcustom\trefuse\twithdraw\t")
	for _, l := range f.Layers {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t\n", l.UI, l.Actions[Accept], l.Actions[Custom], l.Actions[Refuse], l.Actions[Withdraw])
	}
	return w.Flush()
}
