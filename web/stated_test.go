package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"charte/catalogue/languages"
)

// spelt are the numbers that documents write as words.
var spelt = map[string]float64{"a tenth of a": 0.1, "three": 3, "five": 5}

// TestStatedNumbers: the documents have the same numbers as the code. Each row finds a
// number in a document, and the same number in a source, where it may be in thousandths.
// TestNumbers in web/bundle checks the numbers of bytes.
func TestStatedNumbers(t *testing.T) {
	for _, test := range []struct {
		document, says string
		source, has    string
		thousandths    bool
	}{
		{"README.md", `is told so within (\w+) seconds`, "web/bundle/loader/program.js", `PATIENCE_MS = (\d+)`, true},
		{"banner/consent/README.md", `is kept for (\d+) days`, "banner/consent/codec.go", `LifetimeDays = (\d+)`, false},
		{"banner/consent/README.md", `\.days <= (\d+)`, "banner/consent/codec.go", `LifetimeDays = (\d+)`, false},
		{"banner/consent/README.md", `\$age > (\d+)`, "banner/consent/codec.go", `LifetimeDays = (\d+)`, false},
		{"catalogue/README.md", `hyphens, (\d+) at most`, "catalogue/check/check.go", `idBytes += (\d+)`, false},
		{"catalogue/README.md", `refused: ([\d.]+):1 for text`, "catalogue/check/contrast.go", `textContrast += ([\d.]+)`, false},
		{"catalogue/README.md", `, ([\d.]+):1 for borders`, "catalogue/check/contrast.go", `controlContrast += ([\d.]+)`, false},
		{"catalogue/README.md", `up to ([\d.]+)em`, "catalogue/check/look.go", `radiusMost += ([\d.]+)`, false},
		{"catalogue/README.md", `from ([\d.]+)em`, "catalogue/check/look.go", `spacingLeast += ([\d.]+)`, false},
		{"catalogue/README.md", `from 0.5em to ([\d.]+)em`, "catalogue/check/look.go", `spacingMost += ([\d.]+)`, false},
		{"catalogue/README.md", `wait_for_update: (\d+)`, "web/bundle/loader/signals.js", `WAIT_MS = (\d+)`, false},
		{"web/bundle/README.md", `holds up the next for (\w+) seconds`, "web/bundle/loader/script.js", `PATIENCE_MS = (\d+)`, true},
		{"web/bundle/README.md", `within (a tenth of a) second`, "web/bundle/loader/gate.js", `GATHER_MS = (\d+)`, true},
		{"web/bundle/README.md", `again after one second and (\w+)`, "web/bundle/loader/charte.js", `\[0, 1000, (\d+)\]`, true},
		{"web/bundle/README.md", `again after one second and (\w+)`, "web/bundle/loader/databases.js", `\[0, 1000, (\d+)\]`, true},
		{"web/static/README.md", `max-age=(\d+)`, "web/bundle/headers.go", `CacheShortly += "public, max-age=(\d+)`, false},
		{"web/guard/README.md", `There are (\d+) rows`, "web/guard/counts.go", `maxRows = (\d+)`, false},
		{"web/guard/README.md", `cut after (\d+) bytes`, "web/guard/counts.go", `maxNameBytes = (\d+)`, false},
		{"web/guard/README.md", `A body has (\d+) KB`, "web/guard/reports.go", `MaxReportBytes = (\d+) << 10`, false},
		{"web/guard/README.md", `and (\d+) reports at most`, "web/guard/reports.go", `maxReports = (\d+)`, false},
		{"web/receipts/README.md", `more than (\d+) a minute`, "web/receipts/collect/flags.go", `"receipts-rate", Value: (\d+)`, false},
		{"web/receipts/README.md", `takes more than (\w+) seconds`, "web/receipts/collect/queue.go", `answerTime += (\d+) \* time.Second`, false},
		{"web/server/README.md", `at most ([\d,]+) are open`, "web/server/server.go", `MaxConnections = (\d+)$`, false},
	} {
		t.Run(test.document+"/"+test.says, func(t *testing.T) {
			stated, is := onlyNumber(t, test.document, test.says), onlyNumber(t, test.source, test.has)
			if test.thousandths {
				stated *= 1000
			}
			if stated != is {
				t.Errorf("%s says %v, and %s has %v", test.document, stated, test.source, is)
			}
		})
	}
	files, err := languages.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	if stated := onlyNumber(t, "catalogue/README.md", `come in (\d+) languages`); stated != float64(len(files)) {
		t.Errorf("catalogue/README.md says %v languages, and there are %d", stated, len(files))
	}
}

// onlyNumber returns the number that a pattern finds in a file of the repository. The test
// fails if it finds none or several.
func onlyNumber(t *testing.T, file, pattern string) float64 {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", file))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?m)"+pattern).FindAllSubmatch(data, -1)
	if len(found) != 1 {
		t.Fatalf("%s has %d places like %q, not one", file, len(found), pattern)
	}
	text := string(found[0][1])
	if number, ok := spelt[text]; ok {
		return number
	}
	number, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	if err != nil {
		t.Fatal(err)
	}
	return number
}
