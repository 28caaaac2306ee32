package server

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"github.com/urfave/cli/v3"
)

// Flags are the command-line flags about a server. They are local: the commands that do not have
// them refuse them, and do not list them in their help.
func Flags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Local: true, Name: "addr", Value: "127.0.0.1:8080", Usage: "listen on `HOST:PORT`; with -acme the default is :443"},
		&cli.StringFlag{Local: true, Name: "sites", Usage: "serve each catalogue NAME.yaml of `DIR` at /NAME/, and follow its changes"},
		&cli.StringSliceFlag{Local: true, Name: "origin", Usage: "take answers at /answer only from pages of `ORIGIN` (https://…) and from the server's own charter; without this flag the origin must be that of the request's Host"},
		&cli.StringFlag{Local: true, Name: "tls-cert", Usage: "speak TLS with the certificate in `FILE` (PEM)"},
		&cli.StringFlag{Local: true, Name: "tls-key", Usage: "the certificate's key is in `FILE` (PEM)"},
		&cli.StringSliceFlag{Local: true, Name: "acme", Usage: "speak TLS with a certificate for `HOST` that is fetched by ACME; the authority must reach the server at port 443"},
		&cli.StringFlag{Local: true, Name: "guard-token", Usage: "take reports of the guard at /guard of each site, and show their counts there to anybody with the token in `FILE`"},
		&cli.StringFlag{Local: true, Name: "metrics", Usage: "serve /metrics at `HOST:PORT` only, and not at the public address"},
	}
}

// FromFlags reads the address to listen on and the options from the command line. It returns
// an error if -acme is given and there is no folder to keep certificates in.
func FromFlags(cmd *cli.Command) (addr string, o Options, err error) {
	addr = cmd.String("addr")
	o = Options{Cert: cmd.String("tls-cert"), Key: cmd.String("tls-key"), Hosts: cmd.StringSlice("acme"), Metrics: cmd.String("metrics")}
	if len(o.Hosts) == 0 {
		return addr, o, nil
	}
	if !cmd.IsSet("addr") {
		addr = ":443" // the authority connects to this port (RFC 8737, section 3)
	}
	// This is not the cache folder, which may be erased at any time: authorities limit how
	// many certificates they give.
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", Options{}, fmt.Errorf("there is no folder to keep certificates in: %w", err)
	}
	o.ACMECache = filepath.Join(dir, "charte", "certificates")
	return addr, o, nil
}

// Listen listens on a TCP address, "127.0.0.1:8080". If the port is in use, the error says
// what to do.
func Listen(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program; choose another address with -addr", addr)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	return listener, nil
}
