package static

import (
	"github.com/urfave/cli/v3"

	"charte/web/bundle"
)

// Flags are the command-line flags about a static host.
func Flags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "o", Value: "bundle", Usage: "write into `DIR`"},
		&cli.StringFlag{Name: "base", Value: "/charte/", Usage: "the folder will stand at `ADDRESS` (a path of the site, or https://…)"},
		&cli.StringFlag{Name: "answer", Usage: "the snippets and the charter's pages send answers to `PATH` of your site, which passes them on to a server's /answer"},
		&cli.StringFlag{Name: "receipts", Usage: "the snippets and the charter's pages send receipts to `PATH` of your site, which passes them on to a server's /receipts"},
		&cli.StringFlag{Name: "reports", Usage: "where site.guard is on, browsers send reports of what it stops to `PATH` of your site, or to an address (https://…); for example a server's /guard"},
	}
}

// FromFlags reads the options from the command line.
func FromFlags(cmd *cli.Command) Options {
	return Options{Base: cmd.String("base"), Tell: bundle.Address{Answer: cmd.String("answer"), Receipts: cmd.String("receipts")}, Reports: cmd.String("reports")}
}
