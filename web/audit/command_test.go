package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/urfave/cli/v3"

	"charte/web/audit/report"
)

// command runs "charte audit" and returns what it prints, and its exit status.
func command(t *testing.T, args ...string) (printed string, status int) {
	t.Helper()
	install(t)
	var out bytes.Buffer
	root := &cli.Command{Name: "charte", Writer: &out, ErrWriter: &out, Commands: []*cli.Command{Command()}, ExitErrHandler: func(context.Context, *cli.Command, error) {}}
	err := root.Run(t.Context(), append([]string{"charte", "audit"}, args...))
	if err == nil {
		return out.String(), 0
	}
	fmt.Fprintln(&out, err)
	var coded cli.ExitCoder
	if !errors.As(err, &coded) {
		return out.String(), 1
	}
	return out.String(), coded.ExitCode()
}

// stray serves a page that stores a cookie which nobody declares, and takes what is in cookies for a
// login.
func stray(t *testing.T) string {
	return site(t, func(rw http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("login"); err == nil && c.Value == "secret-4711-4711" {
			fmt.Fprint(rw, `<!doctype html><title>Inside</title>`)
			return
		}
		if r.URL.Path != "/" {
			http.NotFound(rw, r)
			return
		}
		http.SetCookie(rw, &http.Cookie{Name: "stray", Value: "a1b2c3d4e5f6", MaxAge: 3600})
		fmt.Fprint(rw, `<!doctype html><title>Outside</title><h1>Outside</h1>`)
	}).URL + "/"
}

// small is a catalogue that declares nothing but what every site with Charte has.
const small = `extends: default
languages: [en]
site: { name: { en: Shop }, controller: Shop Ltd }
without: [authentication, language, api-csrf]
`

// fileOf puts a text into a file of the test's folder, and returns the file's name.
func fileOf(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestCommand: the files are all there, the manifest's sums are theirs, a value is nowhere in them,
// and the draft declares what was seen.
func TestCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	printed, status := command(t, "-o", dir, stray(t))
	if status != 0 {
		t.Fatalf("the status is %d: %s", status, printed)
	}
	var manifest struct {
		Files []struct{ Name, SHA256 string }
	}
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range manifest.Files {
		names = append(names, f.Name)
		text, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != f.SHA256 {
			t.Errorf("%s has another sum than the manifest says", f.Name)
		}
		if bytes.Contains(text, []byte("a1b2c3d4e5f6")) {
			t.Errorf("%s has the cookie's value in it", f.Name)
		}
		if !strings.Contains(printed, f.Name) {
			t.Errorf("the summary does not name %s", f.Name)
		}
	}
	if want := []string{"before.png", "junit.xml", "report.har", "report.html", "report.json", "report.sarif"}; !slices.Equal(names, want) {
		t.Errorf("the files are %q, want %q", names, want)
	}
	draft, err := os.ReadFile(filepath.Join(dir, "catalogue.yaml"))
	if err != nil || !strings.Contains(string(draft), `name: "stray"`) {
		t.Errorf("the draft: %v\n%s", err, draft)
	}
}

// TestStatus: the exit status is 0, 1 or 2, as the README says.
func TestStatus(t *testing.T) {
	address := stray(t)
	catalogue := fileOf(t, "mine.yaml", small)
	out := t.TempDir()
	waiver := func(until string) string {
		return fileOf(t, "waivers.yaml", "waivers:\n  - { rule: undeclared, subject: cookie stray, reason: It goes with release 12., until: "+until+" }\n  - { rule: banner-missing, subject: page /, reason: It comes with release 12., until: "+until+" }\n")
	}
	for _, row := range []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"findings, and nobody asks", []string{"-catalogue", catalogue, address}, 0, "undeclared"},
		{"findings", []string{"-catalogue", catalogue, "-fail", address}, 1, "to be mended"},
		{"all are known", []string{"-catalogue", catalogue, "-baseline", filepath.Join(out, "first", "report.json"), address}, 0, ""},
		{"all are waived", []string{"-catalogue", catalogue, "-fail", "-waivers", waiver(time.Now().AddDate(0, 1, 0).Format(time.DateOnly)), address}, 0, ""},
		{"no address", nil, 2, "which site?"},
		{"no such flag", []string{"-what", address}, 2, "-help"},
		{"no such catalogue", []string{"-catalogue", "none.yaml", address}, 2, "catalogue cannot be read"},
		{"a broken catalogue", []string{"-catalogue", fileOf(t, "broken.yaml", "languages: [xx]\n"), address}, 2, "broken.yaml:1:"},
		{"no such baseline", []string{"-baseline", "none.json", address}, 2, "baseline cannot be read"},
		{"a baseline that is none", []string{"-baseline", catalogue, address}, 2, "no report of an audit"},
		{"a draft over a file that is there", []string{"-write", catalogue, address}, 2, "is there already"},
		{"a host that nobody knows", []string{"http://nobody.invalid/"}, 2, "nobody.invalid is not known"},
		{"no pages", []string{"-pages", "0", address}, 2, "above 0"},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := filepath.Join(out, "other")
			if row.name == "findings, and nobody asks" {
				dir = filepath.Join(out, "first")
			}
			printed, status := command(t, append([]string{"-o", dir}, row.args...)...)
			if status != row.status || !strings.Contains(printed, row.says) {
				t.Errorf("the status is %d, want %d; want %q in\n%s", status, row.status, row.says, printed)
			}
		})
	}
}

// TestLogin: with -cookies, the audit sees what stands behind a login, and the login's own cookie is
// no finding.
func TestLogin(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	cookies := fileOf(t, "cookies.txt", "127.0.0.1\tFALSE\t/\tFALSE\t0\tlogin\tsecret-4711-4711\n")
	printed, status := command(t, "-o", dir, "-cookies", cookies, "-values", stray(t))
	if status != 0 {
		t.Fatal(printed)
	}
	data, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if page := r.Journeys[0].Pages[0]; page.Title != "Inside" {
		t.Errorf("the audit saw %q", page.Title)
	}
	if len(r.Journeys[0].Entries) != 0 {
		t.Errorf("the report has %+v", r.Journeys[0].Entries)
	}
}

// TestWrite: -write adds to the catalogue what it lacks, and keeps what is in it. What is added is not
// found again.
func TestWrite(t *testing.T) {
	catalogue := fileOf(t, "mine.yaml", small+"# my own words\n")
	dir := filepath.Join(t.TempDir(), "out")
	if printed, status := command(t, "-o", dir, "-catalogue", catalogue, "-write", catalogue, stray(t)); status != 0 {
		t.Fatal(printed)
	}
	text, err := os.ReadFile(catalogue)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# my own words", `name: "stray"`, "TODO"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
