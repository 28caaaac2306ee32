package npm

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"charte/web/browser/browsertest"
)

// typescript checks the types of our scripts. This is the last release that is written in
// JavaScript. Later ones have another program for each kind of machine.
var typescript = Release{
	Name:      "typescript",
	Version:   "6.0.3",
	Integrity: "sha512-y2TvuxSZPDyQakkFRPZHKFm+KKVqIisdg9/CZwm9ftvKXLP8NRWj38/ODjNbr43SsoXqNuAisEf1GdCxqWcdBw==",
}

// Types returns TypeScript's complaints about a project, which is a folder with a tsconfig.json, one
// a line, and the files that it has read. Where it cannot be run the test ends.
func Types(t testing.TB, project string) (complaints, read []string) {
	t.Helper()
	if err := browsertest.InstallProgram("node", "nodejs"); err != nil {
		t.Fatal(err)
	}
	compiler := filepath.Join(typescript.Unpack(t), "lib", "tsc.js")
	cmd := exec.CommandContext(t.Context(), "node", compiler, "--project", project, "--pretty", "false", "--listFiles")
	output, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(output)) {
		if line = strings.TrimRight(line, "\r\n"); filepath.IsAbs(line) {
			read = append(read, line)
		} else {
			complaints = append(complaints, line)
		}
	}
	if err != nil && complaints == nil {
		t.Fatal(err)
	}
	return complaints, read
}
