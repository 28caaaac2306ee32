package collect

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"charte/web/receipts"
	"charte/web/server"
)

// Flags are the command line's flags for taking receipts. They are local, as those of package server.
func Flags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Local: true, Name: "receipts", Usage: "keep receipts of consent in `STORE`: a file (SQLite) or postgres://…"},
		&cli.StringFlag{Local: true, Name: "receipts-path", Value: "/receipts", Usage: "take them at `PATH`"},
		&cli.StringFlag{Local: true, Name: "receipts-chain", Usage: "`NAME` of this server's chain of receipts (default: the machine's name)"},
		&cli.IntFlag{Local: true, Name: "receipts-rate", Value: 300, Usage: "take at most `N` a minute from one /24 or /48; 0 is no limit"},
		&cli.StringFlag{Local: true, Name: "receipts-token", Usage: "show figures at /receipts to anybody with the token in `FILE`"},
		&cli.StringSliceFlag{Local: true, Name: "trusted-proxy", Usage: "believe X-Forwarded-For from `ADDRESS` (203.0.113.7 or 10.0.0.0/8)"},
	}
}

// FromFlags returns the service that the command line asks for with [Flags] and with the
// server's -origin. It returns nil if the command line names no store. Another flag whose
// name begins with "receipts" is an error then.
func FromFlags(ctx context.Context, cmd *cli.Command) (*Service, error) {
	name := cmd.String("receipts")
	if name == "" {
		for _, flag := range Flags() {
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
		if o.Token, err = server.ReadToken(file); err != nil {
			return nil, err
		}
	}
	store, err := receipts.OpenToServe(ctx, name, slog.Default())
	if err != nil {
		return nil, err
	}
	return New(store, o), nil
}

// prefixes reads a list of addresses and ranges of addresses.
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
