package web

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms says which packages of this module each may import, and why not more.
// The direction is catalogue <- banner <- app; catalogue, banner <- web <- the
// command.
var rooms = []struct {
	room    string // import path below charte
	may     []string
	because string
}{
	{"catalogue", nil, "it is data and rules, linked into the program"},
	{"catalogue/check", []string{"catalogue"}, "it says what is wrong with a catalogue, on the server only"},
	{"catalogue/cataloguetest", []string{"catalogue"}, "it is a catalogue for tests"},
	{"catalogue/languages", nil, "it holds words"},
	{"catalogue/source", []string{"catalogue", "catalogue/check", "catalogue/languages"}, "it reads YAML, on the server only"},
	{"banner/consent", []string{"catalogue"}, "it is pure, and Go servers import it"},
	{"banner", []string{"catalogue", "banner/consent"}, "components render and emit"},
	{"app", []string{"catalogue", "banner"}, "it is wiring"},
	{"web/prerender", nil, "it knows trees, not what is in them"},
	{"web/receipts", []string{"catalogue", "banner/consent", "web", "web/server"}, "it keeps what was answered, and shows visitors nothing"},
	{"web/hosts/browser", nil, "it drives browsers, for the tests and for pictures"},
	{"web/hosts/commandline", []string{"web/hosts/browser"}, "it builds the command, and knows nothing in it"},
	{"web/proof", []string{"web", "web/hosts/browser"}, "it looks at what was built, as a visitor does"},
}

// modules of others that each room may import.
var outside = map[string][]string{
	"catalogue":      nil,
	"banner/consent": nil,
	"banner":         {"github.com/maxence-charriere/go-app/v10/pkg/app"},
	"app":            {"github.com/maxence-charriere/go-app/v10/pkg/app"},
}

// TestRooms: imports point one way.
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

// TestLinked: a program that visitors download links no YAML, no compressor and
// no check of a catalogue.
func TestLinked(t *testing.T) {
	linked := list(t, "-deps", "../app")
	for _, banned := range []string{"github.com/goccy/go-yaml", "github.com/andybalholm/brotli", "github.com/evanw/esbuild/pkg/api", "golang.org/x/text/language", "charte/catalogue/source", "charte/catalogue/check", "charte/web"} {
		if slices.Contains(linked, banned) {
			t.Errorf("the program links %s", banned)
		}
	}
	if !slices.Contains(linked, "charte/banner") {
		t.Error("the list of what is linked lacks the banner itself")
	}
}

// list runs go list for the WebAssembly program's platform.
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
