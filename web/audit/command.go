// Package audit compares what a site does in a real browser with what its catalogue says.
package audit

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"time"

	"github.com/urfave/cli/v3"

	"charte/web/audit/crawl"
	"charte/web/audit/report"
	"charte/web/audit/settle"
)

// The exit statuses. 0 is a clean site.
const (
	statusFindings = 1
	statusNotMade  = 2
)

// Command returns the command "audit".
func Command() *cli.Command {
	return &cli.Command{
		Name: "audit", Usage: "compare what a site does with what its catalogue says", ArgsUsage: "ADDRESS …", Action: action,
		Description: "It visits the pages in a real Chromium, each time as a new visitor: before an answer, after a refusal, after\n" +
			"acceptance, and after a withdrawal. The exit status is 0 for a clean site, 1 for findings (with -fail or\n-baseline), and 2 where the audit could not be made.\n" +
			"Example: charte audit https://example.org\n         charte audit -catalogue mine.yaml -fail https://example.org",
		OnUsageError: func(_ context.Context, cmd *cli.Command, err error, _ bool) error {
			return notMade("%w; see %s -help", err, cmd.FullName())
		},
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "catalogue", Usage: "compare with the catalogue in `FILE` (YAML)"},
			&cli.BoolFlag{Name: "fail", Usage: "exit with 1 if there is anything to mend"},
			&cli.StringFlag{Name: "o", Value: "charte-audit", Usage: "write the report into the folder `DIR`"},
			&cli.IntFlag{Name: "pages", Value: 25, Usage: "visit `N` pages at most"},
			&cli.StringFlag{Name: "sitemap", Usage: "take the pages from the sitemap at `ADDRESS`, or \"auto\" for the one that robots.txt names"},
			&cli.FloatFlag{Name: "rate", Value: 4, Usage: "ask for `N` pages a second at most"},
			&cli.FloatFlag{Name: "minutes", Value: 10, Usage: "end after `N` minutes, with a report of what was seen"},
			&cli.StringSliceFlag{Name: "resolve", Usage: "look for a host at another address, as `HOST=ADDRESS`; may be said again"},
			&cli.StringFlag{Name: "cookies", Usage: "begin with the cookies, or the storage state, in `FILE` (Netscape's text, or JSON), for what stands behind a login"},
			&cli.StringFlag{Name: "accept", Usage: "accept by a click on the element at `SELECTOR`, where the banner is not Charte's"},
			&cli.StringFlag{Name: "refuse", Usage: "refuse by a click on the element at `SELECTOR`"},
			&cli.StringFlag{Name: "settings", Usage: "bring the banner back, for a withdrawal, by a click on the element at `SELECTOR`"},
			&cli.StringFlag{Name: "autoconsent", Usage: "answer by the rules in `FILE`: dist/autoconsent.standalone.js of npm's @duckduckgo/autoconsent"},
			&cli.StringFlag{Name: "baseline", Usage: "fail only on what is not in the report.json of an earlier audit: `FILE`"},
			&cli.StringFlag{Name: "waivers", Usage: "read what is known and accepted from `FILE` (YAML)"},
			&cli.BoolFlag{Name: "values", Usage: "write cookies' values and identifiers as they are, instead of a hash"},
			&cli.StringFlag{Name: "write", Usage: "write what the catalogue lacks into `FILE`, which may be the catalogue itself"},
		},
	}
}

// action makes the audit.
func action(ctx context.Context, cmd *cli.Command) error {
	in, err := read(cmd)
	if err != nil {
		return err
	}
	dir := cmd.String("o")
	if err := folder(dir); err != nil {
		return err
	}
	site, err := url.Parse(in.addresses[0])
	if err != nil {
		return notMade("%w", err)
	}
	plan, err := crawl.New(ctx, crawl.Options{
		Start: in.addresses, Sitemap: cmd.String("sitemap"), Most: cmd.Int("pages"), Rate: cmd.Float("rate"),
		Client: client(in.resolve), UserAgent: "charte-audit",
	})
	if err != nil {
		return notMade("%w", err)
	}
	bar := newProgress()
	result, err := Run(ctx, Options{
		Site: in.addresses[0], Pages: plan, Study: in.study, Banner: in.banner, Resolve: in.resolve,
		Cookies: in.login.cookies, Storage: in.login.storage, CNAME: alias(in.resolve),
		ThirdParty: otherSite,
		Budget:     time.Duration(cmd.Float("minutes") * float64(time.Minute)), Charte: version(), Progress: bar.page,
	})
	bar.end()
	if err != nil {
		for _, note := range plan.Notes() {
			err = fmt.Errorf("%w%s", err, note.Text)
		}
		return notMade("%s cannot be audited: %w", site.Host, err)
	}
	r := result.Report
	r.Notes = append(r.Notes, plan.Notes()...)
	if err := in.settle(r, cmd.Bool("values")); err != nil {
		return err
	}
	drafted, draftErr := in.draft(r)
	written, err := write(dir, result)
	if err != nil {
		return notMade("%w", err)
	}
	out := cmd.Root().Writer
	columns := width(out)
	r.Summary(out, columns, columns > 0 && os.Getenv("NO_COLOR") == "", append(drafted, written...)...)
	if draftErr != nil {
		return notMade("%w", draftErr)
	}
	return verdict(r, cmd.Bool("fail") || in.baseline != nil)
}

// otherSite reports whether a host belongs to another site than a page. Two ports of one host are one
// site to a browser, and share their cookies.
func otherSite(page *url.URL, host string) bool {
	return host != page.Hostname() && !crawl.SameSite(page, &url.URL{Scheme: page.Scheme, Host: host})
}

// settle decides what counts, and cuts values.
func (in *inputs) settle(r *report.Report, values bool) error {
	r.Values = values
	if !values {
		settle.Mask(r)
	}
	settle.Waive(r, in.waivers, time.Now())
	if in.baseline == nil {
		return nil
	}
	return settle.Baseline(r, in.baseline)
}

// verdict is the error that the command ends with. An audit that was cut short is no clean one.
func verdict(r *report.Report, fails bool) error {
	n := len(r.Counting())
	switch {
	case !fails:
		return nil
	case n == 1:
		return cli.Exit("1 finding is to be mended", statusFindings)
	case n > 1:
		return cli.Exit(fmt.Sprintf("%d findings are to be mended", n), statusFindings)
	case r.Cut != "":
		return notMade("what was seen is clean, and the rest was not seen: %s", r.Cut)
	}
	return nil
}

// version is the program's own version.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
