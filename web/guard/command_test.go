package guard

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"charte/web/hosts/commandline"
)

// A process is a server that runs beside the test.
type process struct {
	address string         // "http://127.0.0.1:1234"
	log     *bufio.Scanner // of its standard error
}

// serve starts a server on a free port.
func serve(t *testing.T, args ...string) process {
	t.Helper()
	cmd := exec.Command(commandline.Build(t), append([]string{"serve", "-addr", "127.0.0.1:0"}, args...)...)
	said, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for scanner := bufio.NewScanner(said); scanner.Scan(); {
		if found := regexp.MustCompile(`listening on (\S+)`).FindStringSubmatch(scanner.Text()); found != nil {
			go io.Copy(io.Discard, said)
			return process{found[1], bufio.NewScanner(log)}
		}
	}
	text, _ := io.ReadAll(log)
	t.Fatalf("the server never printed where it listens; it printed %s", text)
	return process{}
}

// waits reads the server's log until it has a line with part.
func (p process) waits(t *testing.T, part string) {
	t.Helper()
	for p.log.Scan() {
		if strings.Contains(p.log.Text(), part) {
			return
		}
	}
	t.Fatalf("the log has no line with %q", part)
}

// ask sends a request, and returns the status and the body of the answer.
func (p process) ask(t *testing.T, method, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, p.address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", reporting)
	r.Header.Set("Authorization", "Bearer "+token)
	conn, err := net.Dial("tcp", r.URL.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// A server that refuses a large body answers before it has read all of it, and then reads no more. Writing the rest
	// fails, which http.Client might report in place of the answer.
	go r.Write(conn)
	response, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data)
}

// counts returns what the server counts for the site at a path.
func (p process) counts(t *testing.T, path string) string {
	t.Helper()
	status, body := p.ask(t, "GET", path+"/guard", "")
	var s Snapshot
	if err := json.Unmarshal([]byte(body), &s); err != nil || status != 200 {
		t.Fatalf("%s: %d, %v, %s", path, status, err, body)
	}
	text := fmt.Sprintf("elsewhere %d", s.Elsewhere)
	for _, h := range s.Hosts {
		text += fmt.Sprintf(", %s %s %d", h.Directive, h.Host, h.Count)
	}
	return text
}

func write(t *testing.T, file, text string) {
	t.Helper()
	// It is written elsewhere and renamed, so that nobody reads half of it.
	if err := os.WriteFile(file+".new", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

// TestServe: with -guard-token, the command's server counts the reports of each site by itself,
// also large ones, and goes on counting when a site's catalogue changes. Without the flag there are
// no counts, and a body of that size is refused.
func TestServe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "token.txt")
	write(t, file, token+"\n")
	demo, err := os.ReadFile("../../catalogue/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	sites := filepath.Join(dir, "sites")
	if err := os.Mkdir(sites, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(sites, "lyon.yaml"), string(demo))
	write(t, filepath.Join(sites, "brest.yaml"), string(demo))
	large := strings.Repeat(" ", 100<<10)

	p := serve(t, "-sites", sites, "-guard-token", file, "-origin", "https://lyon.example", "-origin", "https://brest.example")
	for _, test := range []struct {
		name, path, body string
		status           int
	}{
		{"Lyon", "/lyon/guard", batch("https://lyon.example/x", "img-src", "https://a.example/", "img-src", "https://b.example/"), 204},
		{"again, with a large report", "/lyon/guard", batch("https://lyon.example/x", "img-src", "https://a.example/") + large, 204},
		{"a page of another site", "/lyon/guard", batch("https://paris.example/x", "img-src", "https://a.example/"), 204},
		{"Brest", "/brest/guard", batch("https://brest.example/x", "font-src", "https://c.example/"), 204},
		{"too large", "/lyon/guard", batch("https://lyon.example/x", "img-src", "https://a.example/") + large + large, 413},
		{"no site", "/guard", batch("https://lyon.example/x", "img-src", "https://a.example/"), 404},
		{"a site that is not there", "/paris/guard", batch("https://lyon.example/x", "img-src", "https://a.example/"), 404},
	} {
		if status, body := p.ask(t, "POST", test.path, test.body); status != test.status {
			t.Errorf("%s: %d %s, want %d", test.name, status, body, test.status)
		}
	}
	write(t, filepath.Join(sites, "lyon.yaml"), strings.Replace(string(demo), "extends: default\n", "extends: default\nsite:\n  controller: Lyon\n", 1))
	for range 3 { // the first two are those of the start
		p.waits(t, "a site is served")
	}
	if status, body := p.ask(t, "GET", "/lyon/charte.js", ""); status != 200 || !strings.Contains(body, "Lyon") {
		t.Errorf("the new version is not served: %d", status)
	}
	p.ask(t, "POST", "/lyon/guard", batch("https://lyon.example/x", "img-src", "https://a.example/"))
	for path, want := range map[string]string{"/lyon": "elsewhere 1, img-src a.example 3, img-src b.example 1", "/brest": "elsewhere 0, font-src c.example 1"} {
		if got := p.counts(t, path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}

	p = serve(t, "-guard-token", file)
	for _, path := range []string{"", "", "/portail"} {
		p.ask(t, "POST", path+"/guard", batch(p.address+"/x", "img-src", "https://a.example/"))
	}
	for path, want := range map[string]string{"": "elsewhere 0, img-src a.example 2", "/portail": "elsewhere 0, img-src a.example 1"} {
		if got := p.counts(t, path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}

	p = serve(t)
	if status, body := p.ask(t, "GET", "/guard", ""); status != 404 {
		t.Errorf("without the flag: %d %s", status, body)
	}
	if status, _ := p.ask(t, "POST", "/guard", batch(p.address+"/x", "img-src", "https://a.example/")+large); status != 413 {
		t.Errorf("without the flag, a large body: %d", status)
	}
}

// TestServeFlags: a mistake in the flags gets an error that says what is wrong.
func TestServeFlags(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	short, right := filepath.Join(dir, "short"), filepath.Join(dir, "right")
	write(t, short, "1234")
	write(t, right, token)
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-guard-token", short}, "less than 16 characters"},
		{[]string{"-guard-token", filepath.Join(dir, "none")}, "the token: open "},
		{[]string{"-guard-token="}, "the token: open "},
		{[]string{"-guard-token", right, "-receipts-path", "/guard", "-receipts", filepath.Join(dir, "r.db")}, "-receipts-path /guard"},
	} {
		// The folder of sites is not there, so that a server that starts in spite of the mistake
		// ends at once.
		args := append([]string{"-addr", "127.0.0.1:0", "-sites", filepath.Join(dir, "none")}, test.args...)
		output, err := exec.CommandContext(t.Context(), commandline.Build(t), args...).CombinedOutput()
		if err == nil || !strings.HasPrefix(string(output), "charte: ") || !strings.Contains(string(output), test.want) || strings.Contains(string(output), token) {
			t.Errorf("%s: %v, it printed %s, want %s", test.args, err, output, test.want)
		}
	}
}
