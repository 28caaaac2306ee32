// Package server runs Charte's own server. It has limits, TLS, figures for its
// operators, many sites in one process, and sets the cookies of answers by
// Set-Cookie. Its logs and counts have no visitor's address, no browser's name and
// no query.
package server

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
	"golang.org/x/net/netutil"
)

// Limits of a connection. The slowest honest visitor is on 2G: 128 KB at
// 20 kbit/s take 52 seconds.
const (
	headerTimeout = 5 * time.Second // with TLS only
	readTimeout   = 30 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 2 * time.Minute

	// maxHeaderBytes leaves room for the cookies of a whole site, of which
	// browsers send up to 180 (RFC 6265, 6.1, asks for at least 50).
	maxHeaderBytes = 32 << 10

	// maxBodyBytes is more than an answer or a receipt has.
	maxBodyBytes = 4 << 10
)

// MaxConnections is how many connections are served at one time. Without TLS each
// open connection holds a buffer of maxHeaderBytes and 4 KB, 300 MB in all. Freeing it
// between two requests would cost a fifth of the requests per second.
const MaxConnections = 8192

// limits are the limits that tests make smaller.
type limits struct {
	header, read time.Duration
	connections  int
}

// shutdownTime is how long requests that are under way may take once the server ends.
const shutdownTime = 10 * time.Second

// Options configure a server. The zero Options serve plain HTTP.
type Options struct {
	// Cert and Key are the paths of PEM files for TLS. Both or neither must be given.
	Cert, Key string

	// Hosts are the names for which certificates are fetched by ACME, over TLS-ALPN
	// on port 443 (RFC 8737). Empty means no ACME.
	Hosts []string

	// ACMECache is the folder where certificates are kept; if empty, none are.
	// ACMEDirectory is the authority's address; if empty, it is Let's Encrypt's.
	ACMECache, ACMEDirectory string

	// Metrics is an address, "127.0.0.1:9090", that serves only /metrics, over plain
	// HTTP. If it is empty, /metrics is served beside everything else.
	Metrics string

	// BodyBytes is the size of the largest body of a request. 0 is 4 KB, which is enough for
	// answers and receipts.
	BodyBytes int

	// Figures are shown at /metrics, after the server's own figures.
	Figures []prometheus.Collector

	// Log receives errors and warnings; nil is [slog.Default].
	Log *slog.Logger

	limits limits // the zero limits stand for the constants above
}

// A Server serves a handler, and its own figures at /healthz and /metrics.
type Server struct {
	speaker speaker
	finder  Finder // the handler, or nil if it is no Finder
	log     *slog.Logger
	limits  limits
	body    int          // bytes of the largest body of a request
	secure  bool         // whether it speaks TLS
	metrics string       // Options.Metrics
	figures http.Handler // serves /metrics
	leaving atomic.Bool  // whether the server is ending; /healthz says so on connections still open
}

// A speaker speaks HTTP: net/http with TLS, which has HTTP/2, and fasthttp without TLS. See
// [Server.front] for why there is fasthttp.
type speaker interface {
	Serve(net.Listener) error

	// Shutdown ends Serve. It waits for requests that are under way until the context ends.
	Shutdown(context.Context) error
}

// secured is net/http with TLS.
type secured struct {
	http.Server
	connections int // how many are served at one time
}

func (s *secured) Serve(listener net.Listener) error {
	return s.ServeTLS(netutil.LimitListener(listener, s.connections), "", "")
}

// New prepares a server. It returns an error if the certificate cannot be read, or if
// the options contradict each other.
func New(handler http.Handler, o Options) (*Server, error) {
	s := &Server{log: o.Log, metrics: o.Metrics, limits: o.limits, body: cmp.Or(o.BodyBytes, maxBodyBytes)}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.limits == (limits{}) {
		s.limits = limits{headerTimeout, readTimeout, MaxConnections}
	}
	config, err := tlsConfig(o, s.log)
	if err != nil {
		return nil, err
	}
	s.secure = config != nil
	s.finder, _ = handler.(Finder)
	routes, sent := s.routes(handler, o.Figures)
	if !s.secure {
		s.speaker = s.front(routes, sent)
		return s, nil
	}
	s.speaker = &secured{connections: s.limits.connections, Server: http.Server{
		Handler:           routes,
		TLSConfig:         config,
		ReadHeaderTimeout: s.limits.header,
		ReadTimeout:       s.limits.read,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          s.errorLog(),
	}}
	return s, nil
}

// errorLog is the log that net/http writes to, without addresses.
func (s *Server) errorLog() *log.Logger { return log.New(anonymous{s.log}, "", 0) }

// Address returns the address at which a browser finds the server:
// "http://127.0.0.1:8080".
func (s *Server) Address(listener net.Listener) string {
	if s.secure {
		return "https://" + listener.Addr().String()
	}
	return "http://" + listener.Addr().String()
}

// tlsConfig returns the configuration of TLS, or nil for a server without it.
func tlsConfig(o Options, logger *slog.Logger) (*tls.Config, error) {
	switch {
	case (o.Cert == "") != (o.Key == ""):
		return nil, errors.New("a certificate needs its key: give both -tls-cert and -tls-key")
	case o.Cert != "" && len(o.Hosts) > 0:
		return nil, errors.New("certificates come from files or by ACME: give -tls-cert and -tls-key, or -acme")
	case len(o.Hosts) > 0:
		manager := &autocert.Manager{Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(o.Hosts...)}
		if o.ACMECache != "" {
			manager.Cache = autocert.DirCache(o.ACMECache)
		}
		if o.ACMEDirectory != "" {
			manager.Client = &acme.Client{DirectoryURL: o.ACMEDirectory}
		}
		config := manager.TLSConfig()
		config.MinVersion = tls.VersionTLS12
		return config, nil
	case o.Cert != "":
		p, err := newPair(o.Cert, o.Key, logger)
		if err != nil {
			return nil, fmt.Errorf("the certificate cannot be used: %w", err)
		}
		return &tls.Config{GetCertificate: p.certificate, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
	}
	return nil, nil
}

// Serve serves until the context ends. It then waits for requests that are under way,
// for shutdownTime at most, and returns an error if some are left.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	failed := make(chan error, 2)
	if s.metrics != "" {
		private, err := net.Listen("tcp", s.metrics)
		if err != nil {
			return fmt.Errorf("the figures cannot be served: %w", err)
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", s.figures)
		figures := http.Server{Handler: mux, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, ErrorLog: s.errorLog()}
		defer figures.Close()
		go func() { failed <- figures.Serve(private) }()
	}
	go func() { failed <- s.speaker.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.leaving.Store(true)
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := s.speaker.Shutdown(patience); err != nil {
		return fmt.Errorf("requests were still under way %v after the end: %w", shutdownTime, err)
	}
	return nil
}

// routes adds /healthz and /metrics to a handler, counts its requests and limits
// their bodies. The function sent counts an answer that the handler did not give.
func (s *Server) routes(handler http.Handler, figures []prometheus.Collector) (all http.Handler, sent func(status int, method string, took time.Duration)) {
	registry := prometheus.NewRegistry()
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "charte_requests_total", Help: "Requests answered, by status code and method."}, []string{"code", "method"})
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "charte_request_seconds", Help: "Time from a request's header to the end of its answer.", Buckets: []float64{.0005, .001, .005, .01, .05, .1, .5, 1, 5, 30}}, nil)
	open := prometheus.NewGauge(prometheus.GaugeOpts{Name: "charte_requests_open", Help: "Requests that are under way."})
	registry.MustRegister(requests, seconds, open, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	registry.MustRegister(figures...)

	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if s.leaving.Load() {
			http.Error(w, "leaving", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	s.figures = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	if s.metrics == "" {
		mux.Handle("GET /metrics", s.figures)
	}
	mux.Handle("/", promhttp.InstrumentHandlerInFlight(open, promhttp.InstrumentHandlerDuration(seconds,
		promhttp.InstrumentHandlerCounter(requests, s.guarded(http.MaxBytesHandler(handler, int64(s.body)))))))
	took, usual := seconds.WithLabelValues(), requests.WithLabelValues("200", "get")
	return mux, func(status int, method string, duration time.Duration) {
		if status == http.StatusOK && method == http.MethodGet {
			usual.Inc()
		} else {
			requests.WithLabelValues(strconv.Itoa(status), strings.ToLower(method)).Inc()
		}
		took.Observe(duration.Seconds())
	}
}

// guarded answers 500 if a handler panics, and logs the panic. The log has the path
// without its query, and nothing about the visitor.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch fault := recover(); fault {
			case nil:
			case http.ErrAbortHandler:
				panic(fault)
			default:
				s.log.Error("a request failed", "path", r.URL.Path, "fault", fmt.Sprint(fault))
				http.Error(w, "internal error", http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// anonymous writes net/http's messages to a log, without visitors' addresses.
type anonymous struct{ log *slog.Logger }

// address matches an IPv4 or IPv6 address, with its port or without.
var address = regexp.MustCompile(`\[[0-9a-fA-F:.%a-z]+\](:\d+)?|\b\d{1,3}(\.\d{1,3}){3}(:\d+)?|\b[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}\b`)

func (a anonymous) Write(line []byte) (int, error) {
	a.log.Warn("a connection failed", "fault", address.ReplaceAllString(strings.TrimSpace(string(line)), "(address)"))
	return len(line), nil
}
