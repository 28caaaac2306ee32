package audit

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"charte/catalogue/source"
	"charte/web/audit/record"
	"charte/web/audit/settle"
)

// inputs are what the command line and the files that it names say.
type inputs struct {
	addresses []string
	resolve   map[string]string
	banner    record.Banner
	login     login

	study    *source.Study // nil without -catalogue
	text     string        // the catalogue's
	waivers  []settle.Waiver
	baseline []byte // nil without -baseline
	write    string // where the draft goes; "" where none is wanted
}

// read reads what the command line says. Every file is read before the audit begins, so that a wrong
// name is told at once.
func read(cmd *cli.Command) (*inputs, error) {
	in := &inputs{}
	var err error
	if in.addresses, err = addresses(cmd.Args().Slice()); err != nil {
		return nil, err
	}
	if in.resolve, err = record.Resolved(cmd.StringSlice("resolve")); err != nil {
		return nil, notMade("-resolve %w", err)
	}
	if cmd.Int("pages") < 1 || cmd.Float("rate") <= 0 || cmd.Float("minutes") <= 0 {
		return nil, notMade("-pages, -rate and -minutes must be above 0")
	}
	in.banner = record.Banner{Accept: cmd.String("accept"), Refuse: cmd.String("refuse"), Settings: cmd.String("settings")}
	if file := cmd.String("autoconsent"); file != "" {
		script, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return nil, notMade("autoconsent's script cannot be read: %w", err)
		}
		in.banner.Autoconsent = string(script)
	}
	if file := cmd.String("cookies"); file != "" {
		if in.login, err = readLogin(filepath.Clean(file)); err != nil {
			return nil, err
		}
	}
	if file := cmd.String("waivers"); file != "" {
		data, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return nil, notMade("the waivers cannot be read: %w", err)
		}
		if in.waivers, err = settle.ReadWaivers(file, data); err != nil {
			return nil, notMade("%w", err)
		}
	}
	if file := cmd.String("baseline"); file != "" {
		if in.baseline, err = os.ReadFile(filepath.Clean(file)); err != nil {
			return nil, notMade("the baseline cannot be read: %w", err)
		}
		if err := settle.Baseline(emptyReport(), in.baseline); err != nil {
			return nil, notMade("%s: %w", file, err)
		}
	}
	return in, in.catalogue(cmd)
}

// catalogue reads the catalogue, and decides where the draft goes.
func (in *inputs) catalogue(cmd *cli.Command) error {
	file := cmd.String("catalogue")
	in.write = cmd.String("write")
	if file == "" {
		if in.write == "" {
			in.write = filepath.Join(cmd.String("o"), "catalogue.yaml")
		} else if _, err := os.Stat(in.write); err == nil {
			return notMade("%s is there already: give it as -catalogue, too, or write another file", in.write)
		}
		return nil
	}
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return notMade("the catalogue cannot be read: %w", err)
	}
	in.text = string(text)
	if in.study, err = source.Studied(file, text); err != nil {
		return notMade("%w", err)
	}
	return nil
}

// addresses reads the addresses to begin with.
func addresses(args []string) ([]string, error) {
	if len(args) == 0 {
		return nil, notMade("which site? charte audit https://example.org")
	}
	for _, text := range args {
		at, err := url.Parse(text)
		if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Hostname() == "" {
			return nil, notMade("%q is no address; write https://example.org", text)
		}
	}
	return args, nil
}

// instead returns the address that stands for a host and port, as the browser takes it from
// -resolve.
func instead(resolve map[string]string, address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	to, is := resolve[host]
	if !is {
		to, is = resolve["*"]
	}
	switch {
	case !is:
		return address
	case strings.HasPrefix(to, "[") && strings.HasSuffix(to, "]"), !strings.Contains(to, ":"):
		return net.JoinHostPort(strings.Trim(to, "[]"), port)
	}
	return to
}

// client asks for robots.txt and sitemaps. It finds hosts as the browser does.
func client(resolve map[string]string) *http.Client {
	const patience = 10 * time.Second
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		return (&net.Dialer{Timeout: patience}).DialContext(ctx, network, instead(resolve, address))
	}
	return &http.Client{Transport: transport, Timeout: patience}
}

// alias asks the system's resolver what a host is another name of. It is "" where nobody tells, and
// for a host that -resolve leads elsewhere.
func alias(resolve map[string]string) func(context.Context, string) string {
	return func(ctx context.Context, host string) string {
		if instead(resolve, net.JoinHostPort(host, "443")) != net.JoinHostPort(host, "443") {
			return ""
		}
		name, err := net.DefaultResolver.LookupCNAME(ctx, host)
		if err != nil || strings.EqualFold(strings.TrimSuffix(name, "."), host) {
			return ""
		}
		return name
	}
}

// notMade is an error that says why the audit could not be made.
func notMade(format string, values ...any) error {
	return cli.Exit(fmt.Errorf(format, values...), statusNotMade)
}
