package server

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A journal is a log that tests read.
type journal struct {
	mutex sync.Mutex
	text  bytes.Buffer
	wrote chan struct{}
}

func newJournal() *journal { return &journal{wrote: make(chan struct{}, 100)} }

func (j *journal) Write(line []byte) (int, error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	select {
	case j.wrote <- struct{}{}:
	default:
	}
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.text.String()
}

func (j *journal) log() *slog.Logger { return slog.New(slog.NewTextHandler(j, nil)) }

// certificate writes a certificate for localhost and its key into two files. It
// returns their paths, and a pool that trusts the certificate.
func certificate(t *testing.T) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return cert, key, roots
}

// start serves on a free port; stop ends it and returns what Serve returned.
func start(t *testing.T, handler http.Handler, o Options) (address string, stop func() error) {
	t.Helper()
	s, err := New(handler, o)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { stop() })
	return listener.Addr().String(), stop
}

func get(t *testing.T, client *http.Client, url string) (*http.Response, string) {
	t.Helper()
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// TestTLS checks that a server with a certificate speaks HTTP/2, and refuses TLS 1.1.
func TestTLS(t *testing.T) {
	cert, key, roots := certificate(t)
	address, _ := start(t, http.NotFoundHandler(), Options{Cert: cert, Key: key, Log: newJournal().log()})
	_, port, _ := net.SplitHostPort(address)
	client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots}}}
	response, body := get(t, client, "https://localhost:"+port+"/healthz")
	if response.ProtoMajor != 2 || response.StatusCode != 200 || body != "ok\n" {
		t.Errorf("%s %s %q", response.Proto, response.Status, body)
	}
	if conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots, ServerName: "localhost", MaxVersion: tls.VersionTLS11}); err == nil {
		conn.Close()
		t.Error("TLS 1.1 is spoken")
	}
}

// TestRenewed checks that a renewed certificate is used within a minute, and that
// one which cannot be read or is half replaced is not used.
func TestRenewed(t *testing.T) {
	cert, key, _ := certificate(t)
	logged := newJournal()
	p, err := newPair(cert, key, logged.log())
	if err != nil {
		t.Fatal(err)
	}
	clock := time.Now()
	p.now = func() time.Time { return clock }
	used := func() []byte {
		t.Helper()
		c, err := p.certificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.Certificate[0]
	}
	replace := func(file, by string) {
		t.Helper()
		data, err := os.ReadFile(by)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		later := time.Now().Add(time.Hour) // differs even if the file system only keeps seconds
		if err := os.Chtimes(file, later, later); err != nil {
			t.Fatal(err)
		}
	}
	first := used()
	newCert, newKey, _ := certificate(t)
	replace(cert, newCert)
	clock = clock.Add(pairEvery)
	if !bytes.Equal(used(), first) || strings.Count(logged.String(), "the one before is used") != 1 {
		t.Errorf("with the old key: logged %s", logged)
	}
	replace(key, newKey)
	if clock = clock.Add(pairEvery - time.Second); !bytes.Equal(used(), first) {
		t.Error("the files are read again before it is time")
	}
	clock = clock.Add(time.Second)
	renewed := used()
	if bytes.Equal(renewed, first) {
		t.Error("the renewed certificate is not used")
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(pairEvery)
	if !bytes.Equal(used(), renewed) || strings.Count(logged.String(), "the one before is used") != 2 {
		t.Errorf("without a key: logged %s", logged)
	}
}

// TestACME checks that certificates are requested only for the names that were given.
func TestACME(t *testing.T) {
	asked := make(chan string, 10)
	authority, _ := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		http.NotFound(w, r)
	}), Options{Log: newJournal().log()})
	address, _ := start(t, http.NotFoundHandler(), Options{Hosts: []string{"example.org"}, ACMEDirectory: "http://" + authority + "/directory", Log: newJournal().log()})
	for _, test := range []struct {
		host string
		asks bool
	}{{"evil.test", false}, {"example.org", true}} {
		if conn, err := tls.Dial("tcp", address, &tls.Config{ServerName: test.host}); err == nil {
			conn.Close()
			t.Errorf("%s has a certificate that no authority gave", test.host)
		}
		select { // the handshake fails after the authority has failed
		case path := <-asked:
			if !test.asks || path != "/directory" {
				t.Errorf("for %s the authority was asked for %s", test.host, path)
			}
		default:
			if test.asks {
				t.Errorf("for %s the authority was not asked", test.host)
			}
		}
	}
}

// TestOptions checks that options that contradict each other are refused.
func TestOptions(t *testing.T) {
	cert, key, _ := certificate(t)
	for _, test := range []struct {
		name    string
		options Options
		want    string
	}{
		{"a certificate alone", Options{Cert: cert}, "give both -tls-cert and -tls-key"},
		{"a key alone", Options{Key: key}, "give both -tls-cert and -tls-key"},
		{"files and ACME", Options{Cert: cert, Key: key, Hosts: []string{"example.org"}}, "or -acme"},
		{"no such file", Options{Cert: cert + "x", Key: key}, "the certificate cannot be used"},
		{"a key for a certificate", Options{Cert: key, Key: key}, "the certificate cannot be used"},
	} {
		if _, err := New(http.NotFoundHandler(), test.options); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}

// TestShutdown checks that a server that ends completes the request under way, and
// takes no new one.
func TestShutdown(t *testing.T) {
	reached, release := make(chan struct{}), make(chan struct{})
	address, stop := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(reached)
		<-release
		io.WriteString(w, "whole")
	}), Options{Log: newJournal().log()})
	said := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + address + "/slow")
		if err != nil {
			said <- err.Error()
			return
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			body = []byte(err.Error())
		}
		said <- string(body)
	}()
	<-reached
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	for { // until the server no longer listens
		conn, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		conn.Close()
	}
	select {
	case err := <-ended:
		t.Fatalf("the server ended with a request under way: %v", err)
	default:
	}
	close(release)
	if got := <-said; got != "whole" {
		t.Errorf("the request under way got %q", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestLimits checks that requests that are too large are refused, that a panic is
// answered 500, and that the log has no address and no query.
func TestLimits(t *testing.T) {
	logged := newJournal()
	address, _ := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic("a fault")
		}
		var tooLarge *http.MaxBytesError
		if _, err := io.ReadAll(r.Body); errors.As(err, &tooLarge) {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	}), Options{Log: logged.log()})
	for _, test := range []struct {
		name, path string
		body, head int // bytes
		status     int
	}{
		{"small", "/", 100, 100, 200},
		{"the cookies of a whole site", "/", 0, 30 << 10, 200},
		{"more than that", "/", 0, 64 << 10, 431},
		{"a large body", "/", 10 << 10, 0, 413},
		{"a fault", "/panic?secret=1", 0, 0, 500},
	} {
		r, err := http.NewRequest("POST", "http://"+address+test.path, strings.NewReader(strings.Repeat("x", test.body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", strings.Repeat("x", test.head))
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != test.status {
			t.Errorf("%s: %s, want %d", test.name, response.Status, test.status)
		}
	}
	_, metrics := get(t, http.DefaultClient, "http://"+address+"/metrics")
	for _, line := range []string{`charte_requests_total{code="500",method="post"} 1`, `charte_requests_total{code="413",method="post"} 1`, `charte_requests_total{code="200",method="post"} 2`, "charte_requests_open 0", "charte_request_seconds_count 5", "go_goroutines "} {
		if !strings.Contains(metrics, "\n"+line) {
			t.Errorf("the figures lack %s", line)
		}
	}
	if text := logged.String(); !strings.Contains(text, "path=/panic fault=") || strings.Contains(text, "secret") || strings.Contains(text, "127.0.0.1") {
		t.Errorf("logged %s", text)
	}
}

// TestBodyBytes checks that a server takes the largest body that its options allow, with TLS and
// without, and no larger one.
func TestBodyBytes(t *testing.T) {
	cert, key, roots := certificate(t)
	const most = 100 << 10
	for name, o := range map[string]Options{"plain": {}, "TLS": {Cert: cert, Key: key}} {
		o.BodyBytes, o.Log = most, newJournal().log()
		address, _ := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var tooLarge *http.MaxBytesError
			if _, err := io.ReadAll(r.Body); errors.As(err, &tooLarge) {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
			}
		}), o)
		scheme := "http://"
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "localhost"}}}
		if name == "TLS" {
			scheme = "https://"
		}
		for size, status := range map[int]int{most: 200, most + 1: 413} {
			response, err := client.Post(scheme+address+"/", "text/plain", strings.NewReader(strings.Repeat("x", size)))
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != status {
				t.Errorf("%s: %d bytes: %s, want %d", name, size, response.Status, status)
			}
		}
	}
}

// TestSlow checks that a client that sends a header or a body very slowly gets 408 or no
// answer when the time is up, with TLS and without. The handler never gets such a body whole.
func TestSlow(t *testing.T) {
	const patience = 200 * time.Millisecond
	header, body := limits{patience, readTimeout, 10}, limits{headerTimeout, patience, 10}
	cert, key, roots := certificate(t)
	plain := func(address string) (net.Conn, error) { return net.Dial("tcp", address) }
	secure := func(address string) (net.Conn, error) {
		return tls.Dial("tcp", address, &tls.Config{RootCAs: roots, ServerName: "localhost"})
	}
	for _, test := range []struct {
		name       string
		start, rep string // what is sent first, and then again and again
		options    Options
		dial       func(address string) (net.Conn, error)
	}{
		{"a header", "GET / HTTP/1.1\r\n", "A: b\r\n", Options{limits: body}, plain},
		{"a header over TLS", "GET / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n", Options{Cert: cert, Key: key, limits: header}, secure},
		{"a body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n", "x", Options{limits: body}, plain},
		{"a body in chunks", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", Options{limits: body}, plain},
		{"a body in chunks over TLS", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", Options{Cert: cert, Key: key, limits: body}, secure},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.options.Log = newJournal().log()
			address, _ := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, err := io.ReadAll(r.Body); err != nil {
					w.WriteHeader(http.StatusRequestTimeout)
				}
			}), test.options)
			conn, err := test.dial(address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			began := time.Now()
			conn.SetReadDeadline(began.Add(4 * time.Second))
			io.WriteString(conn, test.start)
			ended := make(chan struct{})
			go func() {
				for {
					select {
					case <-ended:
						return
					case <-time.After(patience / 10):
						io.WriteString(conn, test.rep)
					}
				}
			}()
			answer, err := io.ReadAll(conn)
			close(ended)
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				t.Errorf("the server still waits after %v", time.Since(began))
			}
			if len(answer) > 0 && !bytes.HasPrefix(answer, []byte("HTTP/1.1 408 ")) {
				t.Errorf("answered %.100q", answer)
			}
		})
	}
}

// TestConnections checks that no more connections are served at one time than the limit
// allows, with TLS and without. With TLS, the next one is served when another ends.
func TestConnections(t *testing.T) {
	cert, key, roots := certificate(t)
	for name, o := range map[string]Options{"plain": {}, "TLS": {Cert: cert, Key: key}} {
		t.Run(name, func(t *testing.T) {
			o.Log, o.limits = newJournal().log(), limits{headerTimeout, readTimeout, 2}
			entered, release := make(chan struct{}, 10), make(chan struct{})
			address, _ := start(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				entered <- struct{}{}
				<-release
			}), o)
			url := map[string]string{"plain": "http://", "TLS": "https://"}[name] + strings.Replace(address, "127.0.0.1", "localhost", 1)
			said := make(chan int, 10)
			ask := func() {
				client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "localhost"}}}
				response, err := client.Get(url)
				if err != nil {
					said <- 0
					return
				}
				response.Body.Close()
				said <- response.StatusCode
			}
			for range 3 {
				go ask()
			}
			for range 2 {
				<-entered
			}
			served := 3 // the third, too, once there is room
			var waits <-chan time.Time
			if name == "TLS" {
				waits = time.After(300 * time.Millisecond)
			}
			select {
			case <-entered:
				t.Error("a third is served")
			case third := <-said: // without TLS it is refused
				served = 2
				// The connection may end before the client has read the answer. The status is then 0.
				if third != 0 && third != http.StatusServiceUnavailable {
					t.Errorf("a third gets %d", third)
				}
			case <-waits:
			}
			close(release)
			for range served {
				if status := <-said; status != 200 {
					t.Errorf("status %d", status)
				}
			}
		})
	}
}

// TestAnonymous checks that net/http's messages about connections are logged without
// addresses.
func TestAnonymous(t *testing.T) {
	for _, test := range []struct{ said, want string }{
		{"http: TLS handshake error from 203.0.113.7:54321: EOF", "http: TLS handshake error from (address): EOF"},
		{"http: TLS handshake error from [2001:db8::7]:54321: EOF", "http: TLS handshake error from (address): EOF"},
		{"http: TLS handshake error from [fe80::1%eth0]:443: EOF", "http: TLS handshake error from (address): EOF"},
		{"http2: server connection error from 2001:db8:0:1:1:1:1:1", "http2: server connection error from (address)"},
		{"read tcp 127.0.0.1:80->10.0.0.1:4242: i/o timeout", "read tcp (address)->(address): i/o timeout"},
		{"http: superfluous response.WriteHeader call", "http: superfluous response.WriteHeader call"},
	} {
		j := newJournal()
		anonymous{j.log()}.Write([]byte(test.said + "\n"))
		if !strings.Contains(j.String(), `fault="`+test.want+`"`) {
			t.Errorf("logged %s, want %s", j, test.want)
		}
	}
}

// TestMetrics checks that with Options.Metrics the figures are served at that address
// only, and that its port is free again at the end.
func TestMetrics(t *testing.T) {
	free, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	private := free.Addr().String()
	free.Close()
	address, stop := start(t, http.NotFoundHandler(), Options{Metrics: private, Log: newJournal().log()})
	if response, _ := get(t, http.DefaultClient, "http://"+address+"/metrics"); response.StatusCode != http.StatusNotFound {
		t.Errorf("/metrics at the public address: %s, want 404", response.Status)
	}
	for path, want := range map[string]int{"/metrics": 200, "/": 404, "/healthz": 404} {
		response, body := get(t, http.DefaultClient, "http://"+private+path)
		if response.StatusCode != want || want == 200 && !strings.Contains(body, `charte_requests_total{code="404",method="get"} 1`) {
			t.Errorf("%s: %s\n%s", path, response.Status, body)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	again, err := net.Listen("tcp", private)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	s, err := New(http.NotFoundHandler(), Options{Metrics: private})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if err := s.Serve(t.Context(), listener); err == nil || !strings.Contains(err.Error(), "the figures cannot be served") {
		t.Errorf("with a port in use: %v", err)
	}
}
