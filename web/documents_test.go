package web

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/hosts/commandline"
)

// A document is a README.md.
type document struct {
	name   string // below the repository's root
	lines  int
	links  []string
	blocks []block
	heads  []string // anchors of its headings
}

// A block is a piece of code in a document.
type block struct{ language, code string }

// documents returns the README.md files of the repository, parsed.
func documents(t *testing.T) []document {
	t.Helper()
	var all []document
	err := filepath.WalkDir("..", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "README.md" {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel("..", file)
		all = append(all, parsed(name, data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 9 {
		t.Fatalf("only %d documents are found", len(all))
	}
	return all
}

func parsed(name string, data []byte) document {
	d := document{name: filepath.ToSlash(name), lines: bytes.Count(data, []byte("\n"))}
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	code := func(lines *text.Segments) string { return string(lines.Value(data)) }
	ast.Walk(markdown.Parser().Parse(text.NewReader(data)), func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := node.(type) {
		case *ast.Link:
			d.links = append(d.links, string(n.Destination))
		case *ast.Image:
			d.links = append(d.links, string(n.Destination))
		case *ast.Heading:
			id, _ := n.AttributeString("id")
			d.heads = append(d.heads, string(id.([]byte)))
		case *ast.FencedCodeBlock:
			d.blocks = append(d.blocks, block{string(n.Language(data)), code(n.Lines())})
		case *ast.CodeBlock:
			d.blocks = append(d.blocks, block{"figure", code(n.Lines())})
		}
		return ast.WalkContinue, nil
	})
	return d
}

// TestDocumentLinks: each link within the repository leads to something.
func TestDocumentLinks(t *testing.T) {
	all := documents(t)
	heads := map[string][]string{}
	for _, d := range all {
		heads[d.name] = d.heads
	}
	checked := 0
	for _, d := range all {
		for _, link := range d.links {
			u, err := url.Parse(link)
			if err != nil {
				t.Errorf("%s: the link %q: %v", d.name, link, err)
				continue
			}
			if u.IsAbs() {
				continue
			}
			target := d.name
			if u.Path != "" {
				target = filepath.ToSlash(filepath.Join(filepath.Dir(d.name), u.Path))
			}
			if _, err := os.Stat(filepath.Join("..", target)); err != nil {
				t.Errorf("%s: %q leads nowhere", d.name, link)
			}
			if u.Fragment != "" && !slices.Contains(heads[target], u.Fragment) {
				t.Errorf("%s: %q leads to no heading; there are %q", d.name, link, heads[target])
			}
			checked++
		}
	}
	if checked < 20 {
		t.Errorf("only %d links are checked", checked)
	}
}

// TestFirstDocument: the first document that a newcomer reads has at most 200 lines.
func TestFirstDocument(t *testing.T) {
	for _, d := range documents(t) {
		if d.name == "README.md" && d.lines > 200 {
			t.Errorf("README.md has %d lines, more than 200", d.lines)
		}
	}
}

// elsewhere says, by a block's language, which test runs such blocks.
var elsewhere = map[string]string{
	"waivers": "TestDocumented in web/audit/settle",
	"html":    "TestDocumentedPages in web/hosts",
	"js":      "TestDocumentedPages in web/hosts",
	"go":      "TestDocumentedGo in banner/consent",
	"python":  "TestReaders in banner/consent, TestFollowed in web/django",
	"django":  "TestFollowed in web/django",
	"console": "TestFollowed in web/django",
	"php":     "TestReaders in banner/consent",
	"figure":  "nobody: it is a picture",
}

// TestDocumentedCode: each piece of code in the documents runs, here or in another test.
func TestDocumentedCode(t *testing.T) {
	for _, d := range documents(t) {
		for i, b := range d.blocks {
			t.Run(fmt.Sprintf("%s/%d", d.name, i+1), func(t *testing.T) {
				t.Parallel()
				switch {
				case b.language == "sh":
					runLines(t, b.code)
				case b.language == "yaml":
					readsYAML(t, b.code)
				case elsewhere[b.language] == "":
					t.Errorf("nobody runs code of the language %q:\n%s", b.language, b.code)
				}
			})
		}
	}
}

// readsYAML reads a catalogue, or a part of one.
func readsYAML(t *testing.T, code string) {
	t.Helper()
	const service = `extends: default
languages: [en]
providers:
  - { id: example, name: Example, policyURL: "https://example.org/privacy" }
services:
  - id: example
    category: statistics
    provider: example
    name: Example
    purpose: Count visits.
    cookies: [{ name: example, purpose: Count visits, lifetime: 1 day }]
    `
	switch {
	case strings.HasPrefix(code, "signals:"):
		code = service + code
	case !strings.Contains(code, "extends:"):
		code = "extends: default\n" + code
	}
	if _, err := source.Read("README.md", []byte(code)); err != nil {
		t.Errorf("%v\n%s", err, code)
	}
}

// A place is a folder in which documented commands are run. It has the files that they
// name, and bin has stand-ins for programs that connect to other machines.
type place struct{ dir, bin string }

// standIns are shell scripts in place of programs that documents name, or that are started, and that would
// connect to other machines or open a window. $REMOTE is a folder with the files of example.org.
var standIns = map[string]string{
	"rsync": `for last; do :; done; dir="$REMOTE/${last#*:}"; mkdir -p "$dir" && cp -R "$2." "$dir"`,
	"scp":   `cp "$1" "$REMOTE"`,
	"ssh":   `shift; cd "$REMOTE" && exec "$@"`,
	"curl":  `for last; do :; done; test -f "$REMOTE/var/www/html/${last#https://example.org/}" && echo "Cache-Control: public, max-age=300"`,

	"xdg-open": `test -f "$1"`, // which browsers are opened with, on Linux
	"open":     `test -f "$1"`, // on macOS
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{dir: t.TempDir(), bin: t.TempDir()}
	demo, err := os.ReadFile("../catalogue/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"mine.yaml", "catalogues/site.yaml", "catalogue/demo.yaml", "catalogue/default.yaml"} {
		file := filepath.Join(p.dir, name)
		data := demo
		if strings.HasSuffix(name, "default.yaml") {
			if data, err = os.ReadFile("../catalogue/default.yaml"); err != nil {
				t.Fatal(err)
			}
		}
		must(t, os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, data, 0o644))
	}
	must(t, os.WriteFile(filepath.Join(p.dir, "consent.ts"), []byte(klaro), 0o600), os.Mkdir(filepath.Join(p.dir, "templates"), 0o755))
	must(t, os.WriteFile(filepath.Join(p.dir, "token.txt"), []byte("a token that nobody guesses"), 0o600))
	remote := filepath.Join(p.dir, "remote")
	must(t, os.MkdirAll(remote, 0o755))
	for name, script := range standIns {
		must(t, os.WriteFile(filepath.Join(p.bin, name), []byte("#!/bin/sh\nREMOTE="+remote+"\n"+script+"\n"), 0o755))
	}
	return p
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// runLines runs the lines of a block, one after the other, in one folder.
func runLines(t *testing.T, code string) {
	t.Helper()
	p := newPlace(t)
	for line := range strings.Lines(code) {
		command, _, _ := strings.Cut(strings.TrimSpace(line), " #")
		if command = strings.TrimSpace(command); command == "" {
			continue
		}
		p.run(t, command)
	}
}

// run runs a line as a shell does. Of a line that would take long, such as go test, it only
// checks the names.
func (p *place) run(t *testing.T, line string) {
	t.Helper()
	words := strings.Fields(line)
	switch {
	case strings.HasPrefix(line, "go test"), strings.HasPrefix(line, "go generate"):
		p.names(t, words)
		return
	case strings.HasPrefix(line, "go run ./"):
		// These take minutes, or need other machines. So only the package is checked.
		if output, err := exec.Command("go", "vet", "../"+strings.TrimPrefix(words[2], "./")).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", line, err, output)
		}
		return
	}
	if strings.HasPrefix(line, "go run . release") {
		release := exec.CommandContext(t.Context(), commandline.Build(t), "release", "-catalogue", filepath.Join(p.dir, "mine.yaml"), "-o", filepath.Join(p.dir, "charte-server"))
		release.Dir = ".." // it is built from the sources
		if output, err := release.CombinedOutput(); err != nil || line != "go run . release -catalogue mine.yaml -o charte-server" {
			t.Errorf("%s: %v: %s", line, err, output)
		}
		return
	}
	line = strings.ReplaceAll(line, "go run .", commandline.Build(t))
	if strings.Contains(line, " edit ") {
		p.edits(t, line)
		return
	}
	if strings.Contains(line, " audit ") {
		p.audits(t, line)
		return
	}
	if strings.Contains(line, " import ") {
		p.imports(t, line)
		return
	}
	serves := strings.HasSuffix(line, commandline.Build(t)) || strings.Contains(line, " -acme") || strings.Contains(line, "-token ") || strings.Contains(line, " -sites")
	if !serves {
		cmd := p.shell(t.Context(), line)
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", line, err, output)
		}
		return
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	line = strings.NewReplacer(" -addr :443", "", " 127.0.0.1:9090", " 127.0.0.1:0").Replace(line) + " -addr 127.0.0.1:0"
	cmd := p.shell(ctx, "exec "+line)
	if before, last, chained := strings.Cut(line, " && "); chained {
		cmd = p.shell(ctx, before+" && exec "+last)
	}
	output, err := cmd.StdoutPipe()
	must(t, err)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	must(t, cmd.Start())
	listening := false
	for scanner := bufio.NewScanner(output); scanner.Scan() && !listening; {
		listening = strings.Contains(scanner.Text(), "listening on")
	}
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if !listening {
		t.Errorf("%s never listens: %s", line, complaints.String())
	}
}

// edits begins the workbench in the folder of the sources, which it compiles its page from, and ends it
// as soon as it has printed its address.
func (p *place) edits(t *testing.T, line string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute) // the page is compiled once
	defer stop()
	cmd := p.shell(ctx, "exec "+strings.Replace(line, "mine.yaml", filepath.Join(p.dir, "mine.yaml"), 1))
	cmd.Dir = ".."
	said, err := cmd.StderrPipe()
	must(t, err)
	must(t, cmd.Start())
	printed, listening := "", false
	for scanner := bufio.NewScanner(said); !listening && scanner.Scan(); {
		printed += scanner.Text() + "\n"
		listening = strings.HasPrefix(scanner.Text(), "http://127.0.0.1:")
	}
	cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil || !listening {
		t.Errorf("%s: %v, after\n%s", line, err, printed)
	}
}

// klaro is a configuration of another banner.
const klaro = `window.klaroConfig = { services: [{ name: "matomo", purposes: ["statistics"], cookies: [/^_pk_/] }] };`

// imports runs an import in a folder that has no catalogue yet. A small site stands in for example.org.
func (p *place) imports(t *testing.T, line string) {
	t.Helper()
	must(t, browsertest.Install(browser.Chromium), os.RemoveAll(filepath.Join(p.dir, "mine.yaml")))
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(rw, "<!doctype html><title>A site</title><script>"+klaro+"</script>")
	}))
	defer s.Close()
	if output, err := p.shell(t.Context(), strings.ReplaceAll(line, "https://example.org", s.URL)).CombinedOutput(); err != nil {
		t.Errorf("%s: %v: %s", line, err, output)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "mine.yaml")); err != nil {
		t.Errorf("%s: %v", line, err)
	}
}

// audits runs an audit of a small site that stands in for example.org. It has findings, which is no
// fault of the line's.
func (p *place) audits(t *testing.T, line string) {
	t.Helper()
	must(t, browsertest.Install(browser.Chromium))
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, "<!doctype html><title>A site</title>") }))
	defer s.Close()
	output, err := p.shell(t.Context(), strings.ReplaceAll(line, "https://example.org", s.URL)).CombinedOutput()
	if failed := (*exec.ExitError)(nil); err != nil && !(errors.As(err, &failed) && failed.ExitCode() == 1) {
		t.Errorf("%s: %v: %s", line, err, output)
	}
}

// shell prepares a line for a shell.
func (p *place) shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sh", "-c", line)
	cmd.Dir = p.dir
	if strings.Contains(line, " new") { // asks six questions
		cmd.Stdin = strings.NewReader("Portail\nVille\n\n\n\n\n")
	}
	cmd.Env = append(os.Environ(), "PATH="+p.bin+":"+os.Getenv("PATH"), "XDG_CONFIG_HOME="+p.dir)
	return cmd
}

// names checks that the packages and the test in a call of the go command are there.
func (p *place) names(t *testing.T, words []string) {
	t.Helper()
	for i, word := range words {
		if word == "-run" {
			output, err := exec.Command("sh", "-c", "grep -rhoE '^func "+words[i+1]+"\\b' ..").Output()
			if err != nil || len(output) == 0 {
				t.Errorf("there is no test %s", words[i+1])
			}
		}
		if strings.HasPrefix(word, "./") && !strings.Contains(word, "...") {
			if _, err := os.Stat(filepath.Join("..", word)); err != nil {
				t.Errorf("there is no %s", word)
			}
		}
	}
}
