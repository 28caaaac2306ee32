package web

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"charte/web/hosts/commandline"
)

// rooms says which packages of this module each package may import, and why not more. The
// direction is catalogue <- banner <- app; catalogue, banner <- web <- the command.
var rooms = []struct {
	room    string // import path below charte
	may     []string
	because string
}{
	{"catalogue", nil, "it is data and rules, linked into the program"},
	{"catalogue/check", []string{"catalogue"}, "it says what is wrong with a catalogue, on the server only"},
	{"catalogue/cataloguetest", []string{"catalogue"}, "it is a catalogue for tests"},
	{"catalogue/viewjson", []string{"catalogue"}, "it writes a file of package catalogue from its types"},
	{"catalogue/languages", nil, "it holds words"},
	{"catalogue/services", []string{"catalogue"}, "it holds facts, and reads none"},
	{"catalogue/source", []string{"catalogue", "catalogue/check", "catalogue/languages", "catalogue/services"}, "it reads YAML, on the server only"},
	{"catalogue/edit/edittest", nil, "it has texts to change, and changes none"},
	{"catalogue/edit", []string{"catalogue/source"}, "it changes the text of a file, whatever the file declares"},
	{"catalogue/schema", []string{"catalogue", "catalogue/services", "catalogue/source"}, "it writes a file of package source from types and entries"},
	{"banner/consent", []string{"catalogue"}, "it is pure, and Go servers import it"},
	{"banner/consent/consenttest", []string{"banner/consent"}, "it judges readers in any language, and runs none"},
	{"banner", []string{"catalogue", "banner/consent"}, "components render and emit"},
	{"app", []string{"catalogue", "banner"}, "it is wiring"},
	{"web/whole", nil, "it writes files, and knows nothing in them"},
	{"web/cache", []string{"web/whole"}, "it keeps bytes"},
	{"web/engine/toolchain", nil, "it runs compilers"},
	{"web/engine/stubs", nil, "it stands in for packages that nobody calls"},
	{"web/engine", []string{"web/cache", "web/engine/stubs", "web/engine/toolchain"}, "it compiles the program, whatever that shows"},
	{"web/bundle/prerender", nil, "it knows trees, not what is in them"},
	{"web/bundle", []string{"banner", "banner/consent", "catalogue", "catalogue/check", "catalogue/source", "web/bundle/prerender", "web/cache", "web/engine", "web/whole"}, "it makes what visitors download, and serves nothing"},
	{"web/guard", []string{"banner/consent", "catalogue", "catalogue/source"}, "it is for any server in Go, and knows nothing of Charte's own"},
	{"web/static", []string{"banner/consent", "catalogue", "web/bundle", "web/guard"}, "it is for hosts that serve files"},
	{"web/server", []string{"banner/consent", "catalogue", "catalogue/source", "web/bundle"}, "it serves bundles, and keeps no answers"},
	{"web/portal", []string{"catalogue", "catalogue/source", "web/server"}, "it is a site like others"},
	{"web/receipts", []string{"catalogue", "banner/consent"}, "it is the store alone: it knows no bundle, and nothing of HTTP"},
	{"web/receipts/collect", []string{"catalogue", "banner/consent", "web/bundle", "web/server", "web/receipts"}, "it takes what pages say of answers, and shows visitors nothing"},
	{"web/draft", []string{"catalogue", "catalogue/edit", "catalogue/services", "catalogue/source", "web/whole"}, "it writes catalogues, and builds nothing of them"},
	{"web/audit/report", nil, "it holds what was seen, and decides nothing"},
	{"web/audit/report/page", []string{"web/audit/report"}, "it writes a report for people"},
	{"web/audit/report/schema", []string{"web/audit/report", "web/whole"}, "it writes a file of package report from its types"},
	{"web/audit/report/reporttest", []string{"web/audit/report"}, "it is a report for tests"},
	{"web/audit/har", []string{"web/audit/report"}, "it writes a report for programs that read HAR"},
	{"web/audit/crawl", []string{"web/audit/report"}, "it chooses pages, and opens none"},
	{"web/audit/record", []string{"web/audit/report", "web/browser"}, "it writes down what a browser does, and judges nothing"},
	{"web/audit/find", []string{"catalogue", "catalogue/services", "catalogue/source", "web/audit/report"}, "it judges what others saw"},
	{"web/audit/settle", []string{"catalogue/source", "web/audit/report"}, "it says what counts, and looks for nothing"},
	{"web/audit/patch", []string{"catalogue", "catalogue/check", "catalogue/edit", "catalogue/services", "catalogue/source", "web/audit/report", "web/draft"}, "it writes catalogues from reports"},
	{"web/audit", []string{"catalogue/services", "catalogue/source", "web/audit/crawl", "web/audit/find", "web/audit/har", "web/audit/patch", "web/audit/record", "web/audit/report", "web/audit/report/page", "web/audit/settle", "web/browser", "web/whole"}, "it audits any site, and builds nothing of Charte"},
	{"web/audit/audittest", []string{"catalogue/source", "web/audit/report", "web/bundle", "web/cache", "web/engine", "web/server"}, "it serves sites to audit, and audits none"},
	{"web/importer/told", nil, "it holds what was told, and reads nothing"},
	{"web/importer/plan", []string{"web/importer/told"}, "it holds what is taken over, and decides nothing"},
	{"web/importer/evaluate", []string{"web/importer/told"}, "it runs scripts, and knows no banner's settings"},
	{"web/importer/page", []string{"web/browser", "web/importer/told"}, "it looks at a page, and clicks on nothing"},
	{"web/importer/peers", []string{"catalogue", "web/importer/plan", "web/importer/told"}, "it reads settings, and writes no catalogue"},
	{"web/importer/draft/recognise", []string{"catalogue", "catalogue/services", "web/importer/plan"}, "it knows services again, and writes nothing"},
	{"web/importer/draft", []string{"catalogue", "catalogue/check", "catalogue/services", "catalogue/source", "web/importer/draft/recognise", "web/importer/plan", "web/importer/told"}, "it writes catalogues from plans"},
	{"web/importer/mistakes", []string{"catalogue/check", "catalogue/services", "web/importer/draft", "web/importer/draft/recognise", "web/importer/plan"}, "it judges plans, and changes nothing else in them"},
	{"web/importer/report", []string{"web/importer/plan", "web/importer/told"}, "it says what others have done"},
	{"web/importer/tags", []string{"web/importer/told", "web/whole"}, "it changes tags, whatever a catalogue says"},
	{"web/importer", []string{"catalogue", "catalogue/services", "catalogue/source", "web/audit/patch", "web/audit/record", "web/audit/report", "web/importer/draft", "web/importer/evaluate", "web/importer/mistakes", "web/importer/page", "web/importer/peers", "web/importer/plan", "web/importer/report", "web/importer/tags", "web/importer/told", "web/whole"}, "it imports any banner, and builds nothing of Charte"},
	{"web/workbench/desk", nil, "it holds what a page and its server tell each other"},
	{"web/workbench/words", nil, "it holds texts"},
	{"web/workbench/file", []string{"catalogue/edit", "web/whole", "web/workbench/desk"}, "it keeps one text and its file, whatever it declares"},
	{"web/workbench/fields", []string{"catalogue", "catalogue/check", "catalogue/edit", "catalogue/services", "catalogue/source", "web/workbench/desk"}, "it knows keys and forms, and neither files nor pages"},
	{"web/workbench/preview", []string{"catalogue", "web/bundle", "web/cache", "web/engine", "web/workbench/desk"}, "it shows a catalogue, and changes none"},
	{"web/workbench/effect", []string{"banner/consent", "catalogue", "catalogue/check", "catalogue/edit", "catalogue/services", "catalogue/source", "web/bundle", "web/workbench/desk"}, "it says what saving would do, and saves nothing"},
	{"web/workbench/offers", []string{"catalogue", "catalogue/check", "catalogue/edit", "catalogue/services", "catalogue/source", "web/audit/patch", "web/audit/report", "web/draft", "web/importer", "web/importer/draft", "web/importer/draft/recognise", "web/importer/plan", "web/importer/report", "web/workbench/desk"}, "it adds what others know, and serves nothing"},
	{"web/workbench/editor", []string{"web/workbench/desk"}, "components show, and ask a desk"},
	{"web/workbench/editor/editortest", []string{"web/workbench/desk"}, "it is a desk for tests"},
	{"web/workbench/editor/editortest/page", []string{"web/workbench/desk", "web/workbench/editor", "web/workbench/editor/editortest", "web/workbench/words"}, "it is a page for tests"},
	{"web/workbench/program", []string{"web/workbench/desk", "web/workbench/editor", "web/workbench/words"}, "it is wiring, linked into the page"},
	{"web/workbench", []string{"catalogue/edit", "web/cache", "web/engine", "web/workbench/desk", "web/workbench/editor", "web/workbench/effect", "web/workbench/fields", "web/workbench/file", "web/workbench/offers", "web/workbench/preview", "web/workbench/words"}, "it is wiring, and serves one page to one machine"},
	{"web/django", nil, "it is an app in Python, and its tests"},
	{"web/browser", nil, "it drives browsers, for the tests and for pictures"},
	{"web/browser/browsertest", []string{"web/browser"}, "it lends browsers to tests, whatever they test"},
	{"web/hosts/postgres", []string{"web/browser/browsertest"}, "it starts a database, and knows nothing in it"},
	{"web/npm", []string{"web/browser/browsertest", "web/cache"}, "it fetches what others have published, and knows nothing in it"},
	{"web/hosts/commandline", []string{"web/browser/browsertest"}, "it builds the command, and knows nothing in it"},
	{"web/proof", []string{"web/browser", "web/bundle", "web/server", "web/whole"}, "it looks at what was built, as a visitor does"},
}

// outside lists the packages of other modules that a room may import. A room that is not
// in it may import any.
var outside = map[string][]string{
	"catalogue":      nil,
	"banner/consent": nil,
	"banner":         {"github.com/maxence-charriere/go-app/v10/pkg/app"},
	"app":            {"github.com/maxence-charriere/go-app/v10/pkg/app"},

	"web/workbench/desk":    nil,
	"web/workbench/words":   nil,
	"web/workbench/editor":  {"github.com/maxence-charriere/go-app/v10/pkg/app"},
	"web/workbench/program": {"github.com/maxence-charriere/go-app/v10/pkg/app"},
}

// TestRooms: each room imports only what it may.
func TestRooms(t *testing.T) {
	for _, test := range rooms {
		t.Run(test.room, func(t *testing.T) {
			for _, path := range imports(t, "charte/"+test.room) {
				room, own := strings.CutPrefix(path, "charte/")
				switch first, _, _ := strings.Cut(path, "/"); {
				case own && !slices.Contains(test.may, room):
					t.Errorf("imports %s; it may not: %s", path, test.because)
				case !own && strings.Contains(first, "."):
					if allowed, limited := outside[test.room]; limited && !slices.Contains(allowed, path) {
						t.Errorf("imports %s, which would be linked into the program", path)
					}
				}
			}
		})
	}
}

// TestPureConsent: the rules of consent see neither a browser nor go-app.
func TestPureConsent(t *testing.T) {
	for _, banned := range []string{"syscall/js", "github.com/maxence-charriere/go-app/v10/pkg/app", "os"} {
		if slices.Contains(imports(t, "charte/banner/consent"), banned) {
			t.Errorf("banner/consent imports %s", banned)
		}
	}
}

// TestPureStore: the store of receipts takes no requests, and writes no HTML.
func TestPureStore(t *testing.T) {
	imported := imports(t, "charte/web/receipts")
	for _, banned := range []string{"net/http", "html/template"} {
		if slices.Contains(imported, banned) {
			t.Errorf("web/receipts imports %s", banned)
		}
	}
	if !slices.Contains(imported, "database/sql") {
		t.Error("the list of what the store imports lacks its database")
	}
}

// TestLinked: a program that visitors download links no YAML, no compressor and no check of a
// catalogue. That of the workbench's page links nothing of a catalogue at all: the server reads it.
func TestLinked(t *testing.T) {
	for _, test := range []struct {
		program string
		has     string
		bans    []string
	}{
		{"app", "charte/banner", []string{"charte/catalogue/source", "charte/catalogue/check", "charte/catalogue/services", "charte/web/bundle"}},
		{"web/workbench/program", "charte/web/workbench/editor", []string{"charte/catalogue", "charte/catalogue/source", "charte/catalogue/edit", "charte/banner", "charte/web/bundle", "charte/web/workbench", "charte/web/workbench/fields", "charte/web/workbench/file", "testing"}},
	} {
		t.Run(test.program, func(t *testing.T) {
			linked := list(t, "-deps", "charte/"+test.program)
			for _, banned := range append([]string{"github.com/goccy/go-yaml", "github.com/andybalholm/brotli", "github.com/evanw/esbuild/pkg/api", "golang.org/x/text/language"}, test.bans...) {
				if slices.Contains(linked, banned) {
					t.Errorf("the program links %s", banned)
				}
			}
			if !slices.Contains(linked, test.has) {
				t.Errorf("the list of what is linked lacks %s", test.has)
			}
		})
	}
}

// TestCommandLinked: the command that runs on servers links nothing that only tests need.
// Of the browsers' drivers it links only Chromium's, which takes pictures.
func TestCommandLinked(t *testing.T) {
	output, err := exec.Command("go", "list", "-deps", "charte").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(output))
	for _, banned := range []string{"testing", "charte/web/browser/browsertest"} {
		if slices.Contains(linked, banned) {
			t.Errorf("the command links %s", banned)
		}
	}

	const inBrowser = "charte/web/browser."
	symbols, err := exec.Command("go", "tool", "nm", commandline.Build(t)).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"firefox", "bidi", "webkit", "inspect"} {
		driver := regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(inBrowser) + `.*` + other + `.*`)
		if found := driver.Find(symbols); found != nil {
			t.Errorf("the command links %s", found)
		}
	}
	if !bytes.Contains(symbols, []byte(inBrowser+"startChromium")) {
		t.Error("the list of what is linked lacks what takes the pictures")
	}
}

// list runs go list for the platform of the WebAssembly program, and returns the words of
// its output.
func list(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(output))
}

func imports(t *testing.T, path string) []string {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=Imports", path)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var listed struct{ Imports []string }
	if err := json.Unmarshal(output, &listed); err != nil {
		t.Fatal(err)
	}
	return listed.Imports
}
