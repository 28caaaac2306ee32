package web

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// fuzzing returns how long a target is fuzzed: half a minute in CI, and 2 seconds elsewhere.
func fuzzing() time.Duration {
	if os.Getenv("CI") == "true" {
		return 30 * time.Second
	}
	return 2 * time.Second
}

// TestFuzz runs the fuzz targets of the module for a while, since go test alone runs only
// their seeds. They run all at once, with the lowest priority. An input that fails is
// written into the target's testdata/fuzz, to be committed.
func TestFuzz(t *testing.T) {
	if testing.Short() {
		t.Skip("under -short only the targets' seeds run, with their packages")
	}
	for _, target := range []struct{ room, name string }{
		{"catalogue", "FuzzCarryOverRead"},
		{"catalogue/source", "FuzzRead"},
		{"catalogue/source", "FuzzReadView"},
		{"catalogue/source", "FuzzUse"},
		{"web/draft", "FuzzAdd"},
		{"web/draft", "FuzzDatabase"},
		{"web/audit", "FuzzLogin"},
		{"web/audit/crawl", "FuzzAddress"},
		{"web/audit/crawl", "FuzzRobots"},
		{"web/audit/crawl", "FuzzSitemap"},
		{"web/audit/find", "FuzzIdentifiers"},
		{"web/audit/har", "FuzzAddress"},
		{"web/audit/har", "FuzzCookies"},
		{"web/audit/har", "FuzzQuery"},
		{"web/audit/patch", "FuzzDraft"},
		{"web/audit/report", "FuzzRead"},
		{"web/audit/settle", "FuzzMask"},
		{"web/audit/settle", "FuzzReadWaivers"},
		{"web/importer/draft", "FuzzDraft"},
		{"web/importer/draft/recognise", "FuzzMatches"},
		{"web/importer/evaluate", "FuzzPage"},
		{"web/importer/page", "FuzzDecode"},
		{"web/importer/peers", "FuzzCookieNames"},
		{"web/importer/peers", "FuzzKlaroAndOrejime"},
		{"web/importer/peers", "FuzzListedNames"},
		{"web/importer/peers", "FuzzPlain"},
		{"web/importer/peers", "FuzzTarteaucitron"},
		{"web/importer/peers", "FuzzVanilla"},
		{"web/importer/tags", "FuzzAsked"},
		{"web/importer/tags", "FuzzMask"},
		{"web/importer/tags", "FuzzRewrite"},
		{"banner/consent", "FuzzDecode"},
		{"banner/consent", "FuzzRead"},
		{"web/guard", "FuzzReceive"},
		{"web/receipts/collect", "FuzzDecode"},
	} {
		t.Run(target.room+"/"+target.name, func(t *testing.T) {
			t.Parallel()
			output, err := exec.CommandContext(t.Context(), "nice", "-n", "19", "go", "test", "-run=^$", "-fuzz=^"+target.name+"$",
				"-fuzztime="+fuzzing().String(), "-fuzzminimizetime=5s", "-parallel=1", "charte/"+target.room).CombinedOutput()
			text := string(output)
			// Go's fuzzer may report the end of its time as a failure, although no input has
			// failed (go.dev/issue/75804).
			if strings.Contains(text, "context deadline exceeded") && !strings.Contains(text, "Failing input written") {
				err = nil
			}
			// An input counts as hung after 10 seconds by the clock, and this process may get no
			// processor for that long. The input is run once more, as any test is.
			if strings.Contains(text, "fuzzing process hung") {
				var again []byte
				again, err = exec.CommandContext(t.Context(), "go", "test", "-count=1", "-timeout=60s", "-run=^"+target.name+"$", "charte/"+target.room).CombinedOutput()
				text += "run once more:\n" + string(again)
			}
			if err != nil || !strings.Contains(text, "fuzz: elapsed") {
				t.Errorf("%v\n%s", err, text)
			}
		})
	}
}
