package receipts

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"charte/web/hosts/commandline"
)

// TestCommand: a mistake on the command line gets an error that says what is wrong.
func TestCommand(t *testing.T) {
	dir := t.TempDir()
	short := filepath.Join(dir, "short")
	if err := os.WriteFile(short, []byte("1234\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(dir, "none.db")
	for _, test := range []struct{ args, want string }{
		{"verify", "which store? charte receipts verify STORE"},
		{"verify " + none, "no such file"},
		{"verify " + short, "cannot be used"},
		{"purge " + none, "no such file"},
		{"shred " + none, `there is no command "shred"`},
		{"export -format xml " + none, "no such file"},
	} {
		args := append([]string{"receipts"}, strings.Fields(test.args)...)
		output, err := exec.CommandContext(t.Context(), commandline.Build(t), args...).CombinedOutput()
		text := string(output)
		if err == nil || !strings.HasPrefix(text, "charte: ") || !strings.Contains(text, test.want) || strings.Contains(text, "goroutine ") {
			t.Errorf("%s: %v, it printed %s, want %s", test.args, err, text, test.want)
		}
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("a store was made although the command line was wrong")
	}
}
