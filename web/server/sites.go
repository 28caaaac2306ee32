package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/bundle"
)

// Sites serves many catalogues: NAME.yaml in a folder is the site at /NAME/. It
// reads a changed file again. If the new version is invalid, the site keeps serving
// the one before.
type Sites struct {
	dir   string
	build Builder
	serve func(name string, built *bundle.Bundle, older []*bundle.Bundle) (http.Handler, error)
	log   *slog.Logger
	now   func() time.Time

	looking sync.Mutex   // held by Look
	mutex   sync.RWMutex // guards sites
	sites   map[string]*site
}

type site struct {
	seen    [sha256.Size]byte // hash of the last version of the file, valid or not
	bundle  *bundle.Bundle    // of the last valid version; nil if there was none
	older   []replaced
	handler http.Handler
	missing bool // whether the last look did not find its file
}

// A replaced bundle is kept for pages that have loaded its charte.js.
type replaced struct {
	bundle *bundle.Bundle
	at     time.Time
}

// maxOlder bounds the memory that older bundles take if somebody tries one version
// after another. A bundle with the light engine has half a megabyte.
const maxOlder = 32

// rest returns the older bundles to keep once the site's bundle is replaced by built,
// the newest last: those whose charte.js caches may still hold. A bundle of the same
// release as built is not kept, since it gives pages the same files.
func (s *site) rest(built *bundle.Bundle, now time.Time) []replaced {
	all := s.older
	if s.bundle != nil {
		all = append(slices.Clip(all), replaced{s.bundle, now})
	}
	same := built.ReleaseSHA256()
	var rest []replaced
	for _, r := range all {
		if now.Sub(r.at) <= bundle.CachedFor && r.bundle.ReleaseSHA256() != same {
			rest = append(rest, r)
		}
	}
	return rest[max(0, len(rest)-maxOlder):]
}

// siteFile matches the name of a site's catalogue. The part before .yaml is the
// site's path.
var siteFile = regexp.MustCompile(`^([a-z0-9][a-z0-9_-]{0,62})\.yaml$`)

// reserved are the paths that the server uses itself, so no site can have them.
var reserved = map[string]bool{"guard": true, "healthz": true, "metrics": true, "receipts": true}

// NewSites reads the folder dir for the first time. build builds a catalogue's
// bundle. serve makes the handler of the site of that name; it also serves the files of older
// bundles that caches may still lead to, the newest last. NewSites returns an error
// if the folder cannot be read. It logs what is wrong with a file.
func NewSites(dir string, build Builder, serve func(name string, built *bundle.Bundle, older []*bundle.Bundle) (http.Handler, error), log *slog.Logger) (*Sites, error) {
	s := &Sites{dir: dir, build: build, serve: serve, log: log, now: time.Now, sites: map[string]*site{}}
	return s, s.Look()
}

// Look reads the files of the folder that have changed. It returns an error if the
// folder cannot be read.
func (s *Sites) Look() error {
	s.looking.Lock()
	defer s.looking.Unlock()
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("the folder of catalogues: %w", err)
	}
	there := map[string]bool{}
	for _, entry := range entries {
		found := siteFile.FindStringSubmatch(entry.Name())
		if found == nil || reserved[found[1]] {
			if strings.HasSuffix(entry.Name(), ".yaml") {
				s.unusable(entry.Name())
			}
			continue
		}
		there[found[1]] = true
		s.read(found[1], filepath.Join(s.dir, entry.Name()))
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for name, site := range s.sites {
		if !siteFile.MatchString(name + ".yaml") {
			continue
		}
		// A site goes only if its file is missing twice: some editors remove a file
		// and write it anew.
		if !there[name] && site.missing {
			delete(s.sites, name)
			s.log.Info("a site is gone", "site", name)
		}
		site.missing = !there[name]
	}
	return nil
}

// unusable logs, once for each file, that its name cannot be a site's path.
func (s *Sites) unusable(file string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.sites[file] == nil {
		s.sites[file] = &site{}
		s.log.Error("a catalogue is not served: its name must be a path of small letters, digits and hyphens, and not guard, healthz, metrics or receipts", "file", file)
	}
}

// read builds a site anew if its file has changed since the last look.
func (s *Sites) read(name, file string) {
	// Contents are compared, not times: an editor, a checkout or a copied folder
	// may leave a changed file with its old time.
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return // it is being replaced; the next look finds it
	}
	sum := sha256.Sum256(data)
	if err != nil {
		sum = sha256.Sum256([]byte(err.Error()))
	}
	s.mutex.RLock()
	before := s.sites[name]
	s.mutex.RUnlock()
	if before != nil && bytes.Equal(before.seen[:], sum[:]) {
		return
	}
	now := &site{seen: sum}
	if before != nil {
		now.bundle, now.older, now.handler = before.bundle, before.older, before.handler
	}
	var c *catalogue.Catalogue
	if err == nil {
		c, err = source.Read(file, data)
	}
	var built *bundle.Bundle
	if err == nil {
		built, err = s.build(c)
	}
	var handler http.Handler
	var rest []replaced
	if err == nil {
		rest = now.rest(built, s.now())
		var older []*bundle.Bundle
		for _, r := range rest {
			older = append(older, r.bundle)
		}
		handler, err = s.serve(name, built, older)
	}
	if err == nil {
		now.bundle, now.older, now.handler = built, rest, handler
	}
	s.mutex.Lock()
	s.sites[name] = now
	s.mutex.Unlock()
	switch {
	case err == nil:
		s.log.Info("a site is served", "site", name, "revision", c.Revision())
	case now.handler != nil:
		s.log.Error("a new version is refused; the one before keeps serving", "site", name, "fault", err.Error())
	default:
		s.log.Error("a site is not served", "site", name, "fault", err.Error())
	}
}

// Watch calls Look at an interval until the context ends. It logs Look's errors.
func (s *Sites) Watch(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := s.Look(); err != nil {
				s.log.Error("the sites stay as they are", "fault", err.Error())
			}
		}
	}
}

// ServeHTTP passes a request to the site whose name begins the path.
func (s *Sites) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, handler, _ := s.named(r.URL.Path)
	if handler == nil {
		http.NotFound(w, r)
		return
	}
	http.StripPrefix("/"+name, handler).ServeHTTP(w, r)
}

// Find finds a file of the site whose name begins the path.
func (s *Sites) Find(path string) *bundle.File {
	_, handler, rest := s.named(path)
	return find(handler, rest)
}

// named returns the name and handler of the site whose name begins a path, and the
// rest of the path. The handler is nil if there is no such site.
func (s *Sites) named(path string) (name string, handler http.Handler, rest string) {
	name, rest, inside := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	if found := s.sites[name]; inside && found != nil {
		handler = found.handler
	}
	return name, handler, rest
}
