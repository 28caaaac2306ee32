package server

import (
	"cmp"
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"
)

// pairEvery is how often the files are checked for a renewed certificate.
const pairEvery = time.Minute

// A pair is a certificate and its key in two files. It reads them again when they
// have changed, since certificates are renewed while the server runs.
type pair struct {
	cert, key string
	log       *slog.Logger
	now       func() time.Time

	mutex  sync.Mutex
	loaded *tls.Certificate
	times  [2]time.Time // when the loaded files were modified
	looked time.Time    // when the files were last checked
}

// newPair loads a pair. It returns an error if the files cannot be used.
func newPair(cert, key string, log *slog.Logger) (*pair, error) {
	p := &pair{cert: cert, key: key, log: log, now: time.Now}
	return p, p.load()
}

// load reads the files if they have changed. If they cannot be used, for example
// while they are being replaced, the loaded certificate stays.
func (p *pair) load() error {
	p.looked = p.now()
	cert, errCert := os.Stat(p.cert)
	key, errKey := os.Stat(p.key)
	if err := cmp.Or(errCert, errKey); err != nil {
		return err
	}
	times := [2]time.Time{cert.ModTime(), key.ModTime()}
	if times == p.times {
		return nil
	}
	loaded, err := tls.LoadX509KeyPair(p.cert, p.key)
	if err != nil {
		return err
	}
	p.loaded, p.times = &loaded, times
	return nil
}

// certificate is the GetCertificate of a [tls.Config].
func (p *pair) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.now().Sub(p.looked) >= pairEvery {
		if err := p.load(); err != nil {
			p.log.Error("the changed certificate cannot be read; the one before is used", "fault", err.Error())
		}
	}
	return p.loaded, nil
}
