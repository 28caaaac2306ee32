package receipts

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v3"
)

// Command returns the command "receipts", which verifies, exports, purges and counts the
// receipts of a store. usage is called for an error in the words of a command line.
func Command(usage cli.OnUsageErrorFunc) *cli.Command {
	sub := func(name, args, what string, flags []cli.Flag, run func(context.Context, *cli.Command, *Store) error) *cli.Command {
		return &cli.Command{Name: name, ArgsUsage: args, Usage: what, Flags: flags, OnUsageError: usage, Action: func(ctx context.Context, cmd *cli.Command) error {
			if cmd.NArg() != 1 {
				return fmt.Errorf("which store? charte receipts %s %s", name, args)
			}
			store, err := Open(ctx, cmd.Args().First(), false)
			if err != nil {
				return err
			}
			defer store.Close()
			if err := run(ctx, cmd, store); err != nil {
				return err
			}
			return nil
		}}
	}
	return &cli.Command{
		Name: "receipts", Usage: "verify, export, purge and count receipts of consent", OnUsageError: usage,
		Action: func(_ context.Context, cmd *cli.Command) error {
			return fmt.Errorf("there is no command %q; the commands are verify, export, purge and stats", cmd.Args().First())
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
				&cli.IntFlag{Name: "days", Value: 30, Usage: "in the last `N` days"},
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

func export(ctx context.Context, cmd *cli.Command, store *Store) (err error) {
	var out io.Writer = cmd.Root().Writer
	if file := cmd.String("o"); file != "" {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }() // a full disk may be reported only now
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
	fmt.Fprintln(w, "day\taccept\tcustom\trefuse\twithdraw\tall\tshown\tignored\t")
	for _, day := range append(f.Days, f.Total) {
		if day.All+day.Shown == 0 {
			continue
		}
		name := day.Day
		if name == "" {
			name = "all"
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", name, day.Actions[Accept], day.Actions[Custom], day.Actions[Refuse], day.Actions[Withdraw], day.All, day.Shown, day.Ignored)
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
