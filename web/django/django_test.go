package django

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"charte/banner/consent/consenttest"
	"charte/web/browser/browsertest"
	"charte/web/hosts/commandline"
)

// debianPython is Debian's Python: another one would not find Debian's Django.
const debianPython = "/usr/bin/python3"

func TestMain(m *testing.M) { browsertest.Main(m) }

// installs installs Debian's Django where it is missing. It also opens the app's files, because go test
// would else take an old result for the one of a changed app.
func installs(t *testing.T) {
	t.Helper()
	for _, pattern := range []string{"charte/*.py", "charte/*/*.py", "testdata/*.py"} {
		files, err := filepath.Glob(pattern)
		browsertest.Must(t, err)
		for _, file := range files {
			_, err := os.ReadFile(file)
			browsertest.Must(t, err)
		}
	}
	browsertest.Must(t, browsertest.InstallPackage("python3-django", func() bool {
		return exec.Command(debianPython, "-I", "-c", "import django").Run() == nil
	}))
}

// absolute returns the absolute path of a file of this folder.
func absolute(t *testing.T, file string) string {
	t.Helper()
	path, err := filepath.Abs(file)
	browsertest.Must(t, err)
	return path
}

// runs calls one of testdata's programs with JSON and reads the JSON that it prints.
func runs(t *testing.T, program string, asked, answers any) {
	t.Helper()
	input, err := json.Marshal(asked)
	browsertest.Must(t, err)
	cmd := exec.Command(debianPython, "-B", absolute(t, "testdata/"+program))
	cmd.Env = append(os.Environ(), "PYTHONPATH="+absolute(t, "."))
	cmd.Dir, cmd.Stdin, cmd.Stderr = t.TempDir(), bytes.NewReader(input), os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	browsertest.Must(t, json.Unmarshal(output, answers))
}

// TestReader: the app reads answers as Go does.
func TestReader(t *testing.T) {
	installs(t)
	consenttest.Hold(t, func(t *testing.T, policy []byte, questions []consenttest.Question) []consenttest.Answer {
		var answers []consenttest.Answer
		runs(t, "reader.py", map[string]any{"policy": json.RawMessage(policy), "questions": questions}, &answers)
		return answers
	})
}

// builds writes the folder of the demo catalogue.
func builds(t *testing.T, folder string) {
	t.Helper()
	cmd := exec.Command(commandline.Build(t), "build", "-proof", "off", "-catalogue", "../../catalogue/demo.yaml", "-o", folder, "-base", "/static/cookies/")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

// TestResponses: requests, caches, tags, checks and what is passed on.
func TestResponses(t *testing.T) {
	installs(t)
	folder := filepath.Join(t.TempDir(), "cookies")
	builds(t, folder)
	cmd := exec.Command(debianPython, "-B", absolute(t, "testdata/responses.py"), folder)
	cmd.Env = append(os.Environ(), "PYTHONPATH="+absolute(t, "."))
	cmd.Dir = t.TempDir()
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	} else if !regexp.MustCompile(`Ran [1-9]\d* tests`).Match(output) {
		t.Fatalf("no test has run:\n%s", output)
	}
}

// pieces are what random blocks are made of.
var pieces = []string{
	"<p>", "</p>", "<div class=a>", "</div>", "<b>", "</b>", "<a href='/x'>", "</a>", "<template>", "</template>", "</TEMPLATE >", "<table>", "<tr>", "<td>",
	"</table>", "<script>", "</script>", "</script x>", "</script/", "</script ", "</SCRIPT\t>", "</iframe x>", "<!--", "-->", "--!>", "<!-->", "<!", "<?", "</", "</ ", "<", ">", "\"", "'", "=", "/", "/>", " ",
	"<iframe src=/f>", "</iframe>", "<iframe>", "<img src=/i>", "<img alt='</template>'>", "<img alt=\"<script>\" src=i>", "<link rel=stylesheet href=/s>", "<textarea>", "</textarea>",
	"<title>", "<style>", "</style>", "<noscript>", "<plaintext>", "<svg>", "</svg>", "<math>", "<select>", "<option>", "<frameset>", "<body>", "</body>", "</html>", "<html>",
	"<form>", "</form>", "<input type=image src=x>", "<script src=/a.js>", "<script type=module>", "<script type='text/template'>", "text", "&lt;", "&amp;lt", "é", "\n", "\x00", "<![CDATA[", "]]>",
	"<img srcset=/s>", "<video src=/v>", "<p title=>", "<p title='", "<p =x>", "<p a<b>", "<caption>", "<colgroup>", "<col>", "<li>", "<h1>", "<button>", "</br>", "<tbody>",
}

// TestNothingBreaksOut: whatever a block holds, all of it is in the template, by the judgement of another parser, and nothing in it
// is fetched or run by itself.
func TestNothingBreaksOut(t *testing.T) {
	installs(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	asked := append([]string{"", "a < b", "<script>1 < 2</script>", "<iframe src=/f title=x></iframe>",
		"<script type='text/template'></script x><template></script>"}, pieces...)
	for range 300_000 {
		var piece strings.Builder
		for range 1 + random.IntN(9) {
			piece.WriteString(pieces[random.IntN(len(pieces))])
		}
		asked = append(asked, piece.String())
	}
	var made []*string
	runs(t, "marker.py", asked, &made)
	if len(made) != len(asked) {
		t.Fatalf("%d blocks of %d", len(made), len(asked))
	}
	written := 0
	for i, block := range made {
		if block == nil {
			continue
		}
		written++
		if wrong := escapes(*block); wrong != "" {
			t.Errorf("%q became %q: %s", asked[i], *block, wrong)
		}
	}
	t.Logf("%d of %d blocks were written", written, len(made))
	if written < len(made)/50 || written > len(made)*9/10 {
		t.Errorf("%d of %d blocks were written: too few or too many to tell anything", written, len(made))
	}
}

// escapes says what of a block is not held back in a page, or "".
func escapes(block string) string {
	document, err := html.Parse(strings.NewReader("<!doctype html><body><div id=before></div>" + block + "<div id=after></div>"))
	if err != nil {
		return err.Error()
	}
	var body *html.Node
	var wrong string
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Data == "body" && body == nil {
			body = n
		}
		attribute := func(key string) (string, bool) {
			i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
			if i < 0 {
				return "", false
			}
			return n.Attr[i].Val, true
		}
		if n.Type == html.ElementNode {
			_, src := attribute("src")
			_, href := attribute("href")
			_, srcset := attribute("srcset")
			kind, _ := attribute("type")
			if src || srcset || href && n.Data == "link" || n.Data == "script" && (kind == "" || kind == "module") {
				wrong = "it fetches or runs by itself: " + n.Data
			}
		}
		for child := range n.ChildNodes() {
			walk(child)
		}
	}
	walk(document)
	var within []string
	for child := range body.ChildNodes() {
		id := child.Data
		if len(child.Attr) > 0 && child.Attr[0].Key == "id" {
			id = child.Attr[0].Val
		}
		if child.Data == "iframe" {
			if !strings.Contains(fmt.Sprint(child.Attr), "data-category") {
				return "a frame does not wait"
			}
			continue
		}
		if child.Type == html.TextNode && strings.TrimSpace(child.Data) == "" && !strings.HasPrefix(block, "<template") {
			continue
		}
		within = append(within, id)
	}
	if got := strings.Join(within, " "); got != "before template after" && (got != "before after" || strings.HasPrefix(block, "<template")) {
		return "the page's body has " + got
	}
	return wrong
}

// steps are the README's blocks of code from an empty folder: a language and a text each.
func steps(t *testing.T) [][2]string {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	browsertest.Must(t, err)
	_, rest, _ := strings.Cut(string(readme), "## From an empty folder")
	section, _, _ := strings.Cut(rest, "\n## ")
	var found [][2]string
	for _, m := range regexp.MustCompile("(?s)```(\\w+)\n(.*?)```").FindAllStringSubmatch(section, -1) {
		found = append(found, [2]string{m[1], m[2]})
	}
	if len(found) != 5 {
		t.Fatalf("the README has %d blocks of code, and not 5", len(found))
	}
	return found
}

// TestFollowed: who follows the README from an empty folder has a site whose script runs after consent, and not before.
func TestFollowed(t *testing.T) {
	installs(t)
	dir, programs := t.TempDir(), t.TempDir()
	browsertest.Must(t, os.Symlink(commandline.Build(t), filepath.Join(programs, "charte")))
	browsertest.Must(t, os.Symlink(debianPython, filepath.Join(programs, "python3")))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	browsertest.Must(t, err)
	address := listener.Addr().String()
	listener.Close()
	shell := func(line string) *exec.Cmd {
		cmd := exec.Command("sh", "-c", line)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+programs+":/usr/bin:/bin", "CHARTE="+absolute(t, "../.."))
		return cmd
	}
	file := regexp.MustCompile(`^(?:# |\{# )(\S+)`)
	served := false
	for _, step := range steps(t) {
		if step[0] != "console" {
			name := filepath.Join(dir, file.FindStringSubmatch(step[1])[1])
			f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
			browsertest.Must(t, err)
			_, err = f.WriteString(step[1])
			browsertest.Must(t, err)
			browsertest.Must(t, f.Close())
			continue
		}
		for line := range strings.Lines(step[1]) {
			line = strings.TrimSpace(line)
			if !strings.Contains(line, "runserver") {
				if output, err := shell(line).CombinedOutput(); err != nil {
					t.Fatalf("%s: %v\n%s", line, err, output)
				}
				continue
			}
			// The reloader would be a process of its own, which outlives the test.
			site := shell("exec " + line + " --noreload " + address)
			var complaints bytes.Buffer
			site.Stderr = &complaints
			browsertest.Must(t, site.Start())
			served = true
			t.Cleanup(func() {
				site.Process.Kill()
				site.Wait()
				if t.Failed() {
					t.Log(complaints.String())
				}
			})
		}
	}
	if !served {
		t.Fatal("the README never serves")
	}
	site := "http://" + address + "/"
	awaits(t, site)
	for _, engine := range browsertest.Engines() {
		for _, answer := range []struct {
			name, button string
			runs         bool
		}{{"accepted", "accept-all", true}, {"refused", "refuse-all", false}} {
			browsertest.Try(t, string(engine)+"/"+answer.name, engine, func(t *testing.T) {
				page := browsertest.NewPage(t, engine)
				must := func(err error) { t.Helper(); browsertest.Must(t, err) }
				ran := func() (ran bool) {
					t.Helper()
					must(page.Eval(`return document.documentElement.dataset.counted === "yes"`, &ran))
					return ran
				}
				must(page.Open(site))
				must(page.WaitVisible("charte-banner >>> [data-charte=notice]"))
				must(page.WaitFor(`document.querySelector("iframe + charte-frame")`)) // the frame's placeholder
				if ran() {
					t.Error("the script has run before an answer")
				}
				must(page.Click("charte-banner >>> [data-charte=notice] [data-charte=" + answer.button + "]"))
				must(page.WaitGone("charte-banner >>> [data-charte=notice]"))
				if answer.runs {
					must(page.WaitFor(`document.documentElement.dataset.counted === "yes"`))
					return
				}
				must(page.Reload()) // on the next page, all that may run has run once it is loaded
				must(page.WaitFor(`document.readyState === "complete" && window.charte?.decision.answered`))
				must(page.WaitFor(`document.querySelector("iframe + charte-frame")`))
				if ran() {
					t.Error("the script has run although it was refused")
				}
			})
		}
	}
}

// awaits waits until a site answers.
func awaits(t *testing.T, site string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		response, err := http.Get(site)
		if err == nil {
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				t.Fatalf("the site answers %s", response.Status)
			}
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond) // nothing tells when a port is listened on
	}
}
