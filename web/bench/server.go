package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"

	"charte/catalogue"
	"charte/web/bundle"
	"charte/web/server"
)

// Where the server has the host pages, and the peers' files by their names without a
// folder.
const (
	pagePath  = "/page/"
	peersPath = "/peers/"
)

// A watchedServer serves the pages and the banners' files, and counts the bytes of every
// answer. All files go through the handler of package server, so that they have the
// same headers.
type watchedServer struct {
	sites   map[list]site
	peers   map[string]*bundle.File
	content map[string]*bundle.File // the page's own files
	origin  string

	// secure serves the same with HTTP/2 over TLS, to the pages with a tag: browsers
	// take early hints over no other protocol. It counts no bytes.
	secure *httptest.Server

	http  *http.Server
	mutex sync.Mutex
	pages map[string]*preparedPage
	log   []*exchange
}

// A preparedPage is a page that the server has ready.
type preparedPage struct {
	*bundle.File
	page
}

// newServer serves on a free port of this machine.
func newServer(sites map[list]site, peers, content map[string]*bundle.File) (*watchedServer, error) {
	s := &watchedServer{sites: sites, peers: peers, content: content, pages: map[string]*preparedPage{}}
	mux := http.NewServeMux()
	mux.HandleFunc(pagePath, s.page)
	for name, site := range sites {
		files, err := server.Files(site.bundle, http.NotFoundHandler())
		if err != nil {
			return nil, err
		}
		mux.Handle("/"+string(name)+"/", http.StripPrefix("/"+string(name), files))
	}
	for folder, inFolder := range map[string]map[string]*bundle.File{peersPath: peers, contentPath: content} {
		files, err := server.Files(&bundle.Bundle{Catalogue: &catalogue.Catalogue{}, Files: inFolder}, http.NotFoundHandler())
		if err != nil {
			return nil, err
		}
		mux.Handle(folder, http.StripPrefix(strings.TrimSuffix(folder, "/"), files))
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.origin = "http://" + listener.Addr().String()
	s.http = &http.Server{
		Handler:     s.logged(mux),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, wireKey{}, c) },
	}
	go s.http.Serve(wireListener{listener})
	s.secure = httptest.NewUnstartedServer(s.logged(mux))
	s.secure.EnableHTTP2 = true
	s.secure.StartTLS()
	return s, nil
}

func (s *watchedServer) close() {
	s.http.Close()
	s.secure.CloseClientConnections()
	s.secure.Close()
}

// page serves a page that prepare has made, by its address.
func (s *watchedServer) page(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	page := s.pages[r.RequestURI]
	s.mutex.Unlock()
	if page == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	if page.tag.early {
		h.Set("Link", preload(page.list))
		w.WriteHeader(http.StatusEarlyHints)
		h.Del("Link")
	}
	if page.tag.making > 0 {
		time.Sleep(page.tag.making)
	}
	if page.tag.link {
		h.Set("Link", preload(page.list))
	}
	h.Set("Content-Type", page.Type)
	h.Set("Content-Encoding", "br")
	h.Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(page.Brotli))
}

// prepare makes a page, so that no visit waits for its compression, and returns
// its address.
func (s *watchedServer) prepare(p page) (string, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.pages[p.path()] == nil {
		html, err := p.html(s.sites[p.list])
		if err != nil {
			return "", err
		}
		file, err := packed("page.html", html)
		if err != nil {
			return "", err
		}
		s.pages[p.path()] = &preparedPage{file, p}
	}
	if p.tag.name != "" {
		return s.secure.URL + p.path(), nil
	}
	return s.origin + p.path(), nil
}

// packed compresses a file as bundle.Build does. Pictures and fonts are compressed
// already.
func packed(name string, data []byte) (*bundle.File, error) {
	sum := sha256.Sum256(data)
	file := &bundle.File{Name: name, Data: data, Hash: hex.EncodeToString(sum[:8])}
	switch path.Ext(name) {
	case ".html":
		file.Type = "text/html; charset=utf-8"
	case ".js":
		file.Type = "text/javascript; charset=utf-8"
	case ".css":
		file.Type = "text/css; charset=utf-8"
	case ".woff2":
		file.Type = "font/woff2"
		return file, nil
	case ".jpg":
		file.Type = "image/jpeg"
		return file, nil
	default:
		file.Type = mime.TypeByExtension(path.Ext(name))
	}
	var br bytes.Buffer
	w := brotli.NewWriterOptions(&br, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 22})
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	file.Brotli = br.Bytes()
	return file, nil
}
