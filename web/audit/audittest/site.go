// Package audittest serves small sites with seeded faults. The audit is judged on them.
package audittest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"charte/web/audit/report"
)

// Host is the host of every site, and First the address of its first page.
const (
	Host  = "www.site.example"
	First = "https://" + Host + "/"
)

// A Site is a small site with faults, or its twin without them.
type Site struct {
	Name  string // that of its file, without ".txtar"; a twin's ends in "/clean"
	About string // what the fault is, and how sites come to have it

	// Catalogue is the site's catalogue as YAML, or nil where it has none.
	Catalogue []byte

	// Expect is what an audit has to find, in the file's order, and nothing else.
	Expect []Expected

	Banner Banner

	// CNAMEs are the names that hosts are other names of.
	CNAMEs map[string]string

	files   map[string][]byte // all of them, by name, without those of the twin
	answers map[string]answer // by host and path
	twin    *Site
}

// An Expected finding is the ID of its rule, and its subject as report.Finding has it.
type Expected struct{ Rule, Subject string }

// A Banner says where the buttons of a banner are that is not Charte's. Each is a selector, or empty.
type Banner struct{ Accept, Refuse, Settings string }

// Twin returns the same site without its faults. The twin of a twin is itself.
func (s Site) Twin() Site {
	if s.twin == nil {
		return s
	}
	return *s.twin
}

// CNAME returns the name that a host is another name of, or "".
func (s Site) CNAME(_ context.Context, host string) string { return s.CNAMEs[host] }

// Load reads the sites of a folder, each of which is a file NAME.txtar, in the order of their names.
// README.md says what such a file holds.
func Load(dir string) ([]Site, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: there is no file NAME.txtar in it", dir)
	}
	slices.Sort(names)
	var sites []Site
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		site, err := parse(strings.TrimSuffix(filepath.Base(name), ".txtar"), data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		sites = append(sites, site)
	}
	return sites, nil
}

// ofTwin is what the names of files begin with that only the twin has.
const ofTwin = "clean/"

// parse reads a site and its twin.
func parse(name string, data []byte) (Site, error) {
	archive := txtar.Parse(data)
	files, clean := map[string][]byte{}, map[string][]byte{}
	for _, file := range archive.Files {
		of, in := file.Name, files
		if twins, is := strings.CutPrefix(file.Name, ofTwin); is {
			of, in = twins, clean
		}
		if _, twice := in[of]; twice {
			return Site{}, fmt.Errorf("file %q is there twice; keep one of them", file.Name)
		}
		in[of] = file.Data
	}
	site := Site{Name: name, About: strings.TrimSpace(string(archive.Comment)), files: files}
	if site.About == "" {
		return Site{}, fmt.Errorf("it does not say what the fault is; write that before the first file")
	}
	if err := site.read(); err != nil {
		return Site{}, err
	}
	without := maps.Clone(files)
	delete(without, "expect") // what is expected of the site is its fault
	for name, data := range clean {
		if len(data) > 0 {
			without[name] = data
			continue
		}
		if _, there := files[name]; !there {
			return Site{}, fmt.Errorf("file %q is empty, so it removes %q, which is not there", ofTwin+name, name)
		}
		delete(without, name)
	}
	twin := Site{Name: name + "/clean", About: site.About, files: without}
	if err := twin.read(); err != nil {
		return Site{}, fmt.Errorf("its twin: %w", err)
	}
	site.twin = &twin
	return site, nil
}

// read reads a site's files.
func (s *Site) read() error {
	s.answers, s.CNAMEs = map[string]answer{}, map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		data := s.files[name]
		var err error
		switch host, _, inHost := strings.Cut(name, "/"); {
		case name == "catalogue.yaml":
			s.Catalogue = data
		case name == "expect":
			err = s.readExpected(data)
		case name == "banner":
			err = s.readBanner(data)
		case name == "cname":
			err = pairs(data, func(host, target string) error { s.CNAMEs[host] = target; return nil })
		case inHost && strings.Contains(host, ".") && path.Clean(name) == name:
			err = s.readAnswer(name, data)
		default:
			err = fmt.Errorf("it is neither catalogue.yaml, expect, banner nor cname, and not HOST/PATH")
		}
		if err != nil {
			return fmt.Errorf("file %q: %w", name, err)
		}
	}
	return nil
}

// pairs calls f for each line, of which each is a word, a space, and the rest.
func pairs(data []byte, f func(word, rest string) error) error {
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		word, rest, both := strings.Cut(line, " ")
		if !both {
			return fmt.Errorf("line %q: write two words with a space between them", line)
		}
		if err := f(word, strings.TrimSpace(rest)); err != nil {
			return fmt.Errorf("line %q: %w", line, err)
		}
	}
	return nil
}

func (s *Site) readExpected(data []byte) error {
	return pairs(data, func(rule, subject string) error {
		expected := Expected{rule, subject}
		if report.RuleNamed(rule) == nil {
			return fmt.Errorf("there is no rule %q; rules.go of package report has them", rule)
		}
		if slices.Contains(s.Expect, expected) {
			return fmt.Errorf("it is there twice; keep one")
		}
		s.Expect = append(s.Expect, expected)
		return nil
	})
}

func (s *Site) readBanner(data []byte) error {
	buttons := map[string]*string{"accept": &s.Banner.Accept, "refuse": &s.Banner.Refuse, "settings": &s.Banner.Settings}
	return pairs(data, func(button, selector string) error {
		if buttons[button] == nil {
			return fmt.Errorf("there is no button %q; the buttons are accept, refuse and settings", button)
		}
		*buttons[button] = selector
		return nil
	})
}
