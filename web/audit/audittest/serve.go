package audittest

import (
	"context"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
	"charte/web/server"
)

// Serve serves a site until the test ends. All its hosts stand at the address of the server's
// Listener, over TLS, with the certificate that is returned. If the site has a catalogue, Charte is
// built of it.
func Serve(t testing.TB, s Site) (*httptest.Server, *x509.Certificate) {
	t.Helper()
	var charte http.Handler
	if s.Catalogue != nil {
		charte = Bundle(t, s.Catalogue)
	}
	running, end := context.WithCancel(context.Background())
	served := httptest.NewUnstartedServer(s.Handler(charte))
	served.Config.BaseContext = func(net.Listener) context.Context { return running }
	served.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that a browser breaks off when it ends
	served.StartTLS()
	t.Cleanup(func() {
		end()
		served.CloseClientConnections()
		served.Close()
	})
	return served, served.Certificate()
}

var bundles sync.Map // a catalogue's text to func() (http.Handler, error)

// Bundle serves the files of Charte for a catalogue by their names. They are built once in a run of
// the test binary.
func Bundle(t testing.TB, yaml []byte) http.Handler {
	t.Helper()
	once, _ := bundles.LoadOrStore(string(yaml), sync.OnceValues(func() (http.Handler, error) {
		c, err := source.Read("catalogue.yaml", yaml)
		if err != nil {
			return nil, err
		}
		b, err := bundle.Build(context.Background(), bundle.Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
		if err != nil {
			return nil, err
		}
		return server.Files(b, http.NotFoundHandler())
	}))
	handler, err := once.(func() (http.Handler, error))()
	if err != nil {
		t.Fatal(err)
	}
	return handler
}
