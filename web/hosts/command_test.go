package hosts

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/hosts/commandline"
)

// charte prepares a call of the command line, in the repository's root folder.
func charte(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), commandline.Build(t), args...)
	cmd.Dir = "../.."
	return cmd
}

// TestServe: the command prints the address where it listens, and serves both portals. A second start
// with nothing changed builds nothing.
func TestServe(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	for range 2 { // the first may have to build
		serve(t)
	}
	address, stderr := serve(t)
	if stderr.Len() > 0 {
		t.Errorf("a start with nothing changed prints %q on stderr, want nothing", stderr)
	}
	for path, part := range map[string]string{
		"/":                  `src="charte.js"`,
		"/portail/":          `src="charte.js"`,
		"/charte.js":         "cookies_preferences",
		"/portail/charte.js": "cookies_preferences",
		"/charte":            "django_language",
		"/portail/charte":    "django_language",
		"/charte?lang=en":    "Cookie",
	} {
		response, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(part)) {
			t.Errorf("%s: %s, want 200 and a body with %q", path, response.Status, part)
		}
	}
}

// serve starts the server on a free port and stops it when the test ends.
func serve(t testing.TB, args ...string) (address string, stderr *bytes.Buffer) {
	t.Helper()
	cmd := charte(t, append([]string{"-addr", "127.0.0.1:0"}, args...)...)
	stderr = &bytes.Buffer{}
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	lines := make(chan string)
	go func() {
		scanner := bufio.NewScanner(stdout)
		for scanner.Scan() {
			if found := regexp.MustCompile(`listening on (\S+)`).FindStringSubmatch(scanner.Text()); found != nil {
				lines <- found[1]
			}
		}
	}()
	select {
	case address = <-lines:
	case <-time.After(5 * time.Minute):
		t.Fatalf("the server has not printed where it listens within 5 minutes; on stderr it printed %s", stderr)
	}
	return address, stderr
}

// TestPortal: the demo portal obeys its visitor.
func TestPortal(t *testing.T) {
	t.Parallel()
	shows(t, "The demo portal obeys its visitor")
	address, _ := serve(t)
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		v := visitor{browsertest.NewPage(t, name), t}
		v.must(v.Open(address + "/"))
		v.sees(notice)
		v.shot("portal-" + string(name))
		v.waits(`document.getElementById("matomo").textContent === "exécuté"`) // exempt
		want(v, "statistics", eval[string](v, `document.getElementById("statistics").textContent`), "en attente")
		v.click(notice + " " + acceptAll)
		for _, id := range []string{"statistics", "first-party", "third-party"} {
			v.waits(`document.getElementById("` + id + `").textContent === "exécuté"`)
		}
		v.shot("portal-accepted-" + string(name))
		v.must(v.Open(address + "/portail/charte"))
		v.sees("[data-charte=list]")
		v.shot("charter-" + string(name))
		v.must(v.SetViewport(390, 844))
		v.must(v.Open(address + "/charte"))
		v.sees("[data-charte=list]")
		v.shot("charter-390-" + string(name))
		want(v, "the charter is wider than a phone", eval[bool](v, `document.documentElement.scrollWidth > 390`), false)
	})
}

// TestBadInput: the command reports a person's mistake in one sentence and exits with status 1. It
// leaves nothing half built.
func TestBadInput(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.yaml")
	if err := os.WriteFile(broken, []byte("languages: [fr]\nunknown: 1\ncategories:\n  - id: Bad ID\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()

	for _, test := range []struct {
		name string
		args []string
		env  []string
		want []string // each a regular expression
	}{
		{"a port in use", []string{"-addr", busy.Addr().String()}, nil, []string{`^charte: \S+ is in use by another program; choose another address with -addr\n$`}},
		{"no such address", []string{"-addr", "nonsense"}, nil, []string{`cannot listen on nonsense`}},
		{"an unknown command", []string{"srve"}, nil, []string{`there is no command "srve"`}},
		{"an unknown flag", []string{"-prot", "1"}, nil, []string{`-prot`}},
		{"a broken catalogue", []string{"check", broken}, nil, []string{`broken\.yaml:2:1: `, `broken\.yaml:4:\d+: .*Bad ID`}},
		{"a broken catalogue, served", []string{"-addr", "127.0.0.1:0", "-catalogue", broken}, nil, []string{`broken\.yaml:2:1: `, `broken\.yaml:4:\d+: `}},
		{"a broken catalogue, built", []string{"build", "-catalogue", broken, "-o", filepath.Join(dir, "never")}, nil, []string{`broken\.yaml:2:1: `}},
		{"no such catalogue", []string{"check", filepath.Join(dir, "none.yaml")}, nil, []string{`none\.yaml`}},
		{"no catalogue named", []string{"check"}, nil, []string{`which catalogue`}},
		{"a folder that cannot be made", []string{"build", "-catalogue", "catalogue/demo.yaml", "-o", filepath.Join(broken, "x")}, nil, []string{`^charte: the folder \S+ cannot be made: `}},
		{"a build of no catalogue", []string{"build", "-o", filepath.Join(dir, "never")}, nil, []string{`^charte: which catalogue\? charte build -catalogue FILE\n$`}},
		{"a release of no catalogue", []string{"release", "-o", filepath.Join(dir, "never")}, nil, []string{`^charte: which catalogue\? charte release -catalogue FILE\n$`}},
		{"no such engine", []string{"build", "-catalogue", "catalogue/demo.yaml", "-engine", "steam", "-o", filepath.Join(dir, "never")}, nil, []string{`^charte: there is no engine "steam"; the engines are light and go\n$`}},
		{"no such proof", []string{"build", "-proof", "maybe", "-o", filepath.Join(dir, "never")}, nil, []string{`^charte: -proof "maybe" is not known; there are auto, on and off\n$`}},
		{"one site and many", []string{"-sites", dir, "-catalogue", broken}, nil, []string{`^charte: give -catalogue for one site, or -sites for many\n$`}},
		{"no such folder of sites", []string{"-addr", "127.0.0.1:0", "-sites", filepath.Join(dir, "none")}, nil, []string{`^charte: the folder of catalogues: .*none`}},
		{"a certificate without its key", []string{"-addr", "127.0.0.1:0", "-tls-cert", broken}, nil, []string{`^charte: a certificate needs its key`}},
		{"a folder that is the whole site", []string{"build", "-catalogue", "catalogue/demo.yaml", "-base", "/", "-o", filepath.Join(dir, "never")}, nil, []string{`^charte: the folder's address cannot be /: .* such as /charte/\n$`}},
		{"answers sent to another site", []string{"build", "-catalogue", "catalogue/demo.yaml", "-answer", "https://example.org/answer", "-o", filepath.Join(dir, "never")}, nil, []string{`^charte: answers cannot be sent to "https://example.org/answer": give a path of your site, such as /cookies/answers\n$`}},
		{"receipts sent to another site", []string{"build", "-catalogue", "catalogue/demo.yaml", "-receipts", "//example.org/receipts", "-o", filepath.Join(dir, "never")}, nil, []string{`^charte: receipts cannot be sent to `}},
		{"a folder at no address", []string{"build", "-catalogue", "catalogue/demo.yaml", "-base", "a b", "-o", filepath.Join(dir, "never")}, nil, []string{`^charte: the folder's address "a b" is neither a path such as /charte/`}},
		{"no Go toolchain", []string{"-addr", "127.0.0.1:0", "-engine", "go"}, []string{"PATH=" + dir}, []string{`^charte: there is no Go toolchain on the PATH`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := charte(t, test.args...)
			cmd.Env = append(os.Environ(), test.env...)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			err := cmd.Run()
			if cmd.ProcessState.ExitCode() != 1 {
				t.Errorf("exit status %d (%v), want 1", cmd.ProcessState.ExitCode(), err)
			}
			for _, want := range test.want {
				if !regexp.MustCompile(want).MatchString(stderr.String()) {
					t.Errorf("stderr is\n%s\nwant a match of %s", stderr.String(), want)
				}
			}
			if strings.Contains(stderr.String(), "goroutine ") {
				t.Errorf("stderr has a stack instead of a sentence: %s", stderr.String())
			}
		})
	}
	if _, err := os.Stat(filepath.Join(dir, "never")); err == nil {
		t.Error("a folder was made for a build that failed")
	}
}

// TestHelp: each command lists its own flags in its help and no others, and refuses those of a server.
func TestHelp(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	for name, own := range map[string]string{
		"serve": "--guard-token FILE", "build": "--reports PATH", "release": "-o FILE", "check": "--strict", "receipts": "verify", "services": "--json",
		"add": "", "new": "-o FILE", "schema": "", "audit": "--fail", "import": "--json",
	} {
		output, err := charte(t, name, "-h").Output()
		if err != nil || !strings.Contains(string(output), own) || strings.Contains(string(output), "GLOBAL OPTIONS") {
			t.Errorf("charte %s -h: %v, want %q and no flags of other commands in\n%s", name, err, own, output)
		}
		if name == "serve" {
			continue
		}
		var stderr bytes.Buffer
		cmd := charte(t, name, "-guard-token", "token.txt")
		cmd.Stderr = &stderr
		if err := cmd.Run(); err == nil || !strings.Contains(stderr.String(), "-guard-token") {
			t.Errorf("charte %s -guard-token: %v, %s", name, err, stderr.String())
		}
	}
}

// TestCheck: charte check prints the services and languages of a catalogue.
func TestCheck(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	output, err := charte(t, "check", "catalogue/demo.yaml").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"youtube", "fr", "en"} {
		if !strings.Contains(string(output), part) {
			t.Errorf("the output is\n%s\nwant %q in it", output, part)
		}
	}
}

// TestServeACME: with -acme the command listens on port 443, where the authority looks, unless -addr
// names another address. Where it may not listen there, it names the address.
func TestServeACME(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-acme", "example.org"}, `:443\b`},
		{[]string{"serve", "-acme", "example.org"}, `:443\b`},
		{[]string{"-acme", "example.org", "-addr", "127.0.0.1:0"}, `listening on https://127\.0\.0\.1:`},
	} {
		cmd := charte(t, test.args...)
		cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir())
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stderr = cmd.Stdout
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line := ""
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			if line = scanner.Text(); strings.Contains(line, "listen") || strings.Contains(line, "in use") {
				break
			}
		}
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
		if !regexp.MustCompile(test.want).MatchString(line) {
			t.Errorf("%q says %q, want %s", test.args, line, test.want)
		}
	}
}

// TestServeSites: the server serves a folder of catalogues, one site for each file, and the pages for
// its operator beside them.
func TestServeSites(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	dir := filepath.Dir(staticDemo(t, "Lyon"))
	address, _ := serve(t, "-sites", dir)
	for _, ask := range [][2]string{
		{"/catalogue/charte.js", "Lyon"},
		{"/catalogue/charte", "django_language"},
		{"/healthz", "ok\n"},
		{"/metrics", "charte_requests_total"}, // counts the requests above
	} {
		path, part := ask[0], ask[1]
		response, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(part)) {
			t.Errorf("%s: %s, %v, want 200 and a body with %q", path, response.Status, err, part)
		}
	}
}

// TestTells: the charter pages of a server name the paths to which answers and receipts are sent. So
// do all tags of a build.
func TestTells(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	get := func(address string) string {
		t.Helper()
		response, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", address, response.Status, err)
		}
		return string(body)
	}
	store := func() string { return filepath.Join(t.TempDir(), "receipts.db") }
	sites := filepath.Dir(staticDemo(t, "Lyon"))
	for _, test := range []struct {
		name, path string
		args       []string
		want       string
	}{
		{"without receipts", "/charte", nil, `<script src="charte.js" data-answer="answer" defer>`},
		{"with receipts", "/charte", []string{"-receipts", store()}, `<script src="charte.js" data-answer="answer" data-receipts="receipts" defer>`},
		{"receipts at another path", "/charte?lang=en", []string{"-receipts", store(), "-receipts-path", "/proofs"}, `<script src="charte.js" data-answer="answer" data-receipts="proofs" defer>`},
		{"one of many sites", "/catalogue/charte", []string{"-sites", sites, "-receipts", store()}, `<script src="charte.js" data-answer="answer" data-receipts="receipts" defer>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			address, _ := serve(t, test.args...)
			if page := get(address + test.path); !strings.Contains(page, test.want) {
				t.Errorf("%s lacks %s", test.path, test.want)
			}
		})
	}
	dir := t.TempDir()
	if output, err := charte(t, "build", "-proof", "off", "-catalogue", filepath.Join(sites, "catalogue.yaml"), "-answer", "/cookies/answer", "-receipts", "/cookies/receipts", "-o", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	for file, tags := range map[string]int{"charte.html": 1, "charte.en.html": 1, "snippet.html": 3, "answered.html": 1, "unanswered.html": 1} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(data), ` data-answer="/cookies/answer" data-receipts="/cookies/receipts"`); n != tags {
			t.Errorf("%s names the paths in %d tags, want %d", file, n, tags)
		}
	}
}
