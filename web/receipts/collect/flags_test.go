package collect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFlags: a mistake in the flags gets an error that says what is wrong.
func TestFlags(t *testing.T) {
	dir := t.TempDir()
	short := filepath.Join(dir, "short")
	if err := os.WriteFile(short, []byte("1234\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(dir, "none.db")
	for _, test := range []struct{ args, want string }{
		{"-addr 127.0.0.1:0 -receipts " + filepath.Join(short, "x"), "the store of receipts cannot be used"},
		{"-addr 127.0.0.1:0 -receipts postgres://%zz:secret@x", "cannot be read"},
		{"-addr 127.0.0.1:0 -receipts " + none + " -receipts-token " + short, "has less than 16 characters"},
		{"-addr 127.0.0.1:0 -receipts " + none + " -trusted-proxy all", `-trusted-proxy "all"`},
		{"-addr 127.0.0.1:0 -receipts " + none + " -receipts-path x", "is no path"},
		// These have a folder of sites that is not there, so that a server that starts in
		// spite of the mistake ends at once.
		{"-addr 127.0.0.1:0 -sites " + none + " -receipts=", "-receipts is given, and no store"},
		{"-addr 127.0.0.1:0 -sites " + none + " -receipts-token " + short, "-receipts-token is given, and no store"},
		{"-addr 127.0.0.1:0 -sites " + none + " -receipts-rate 0", "-receipts-rate is given, and no store"},
		{"serve -addr 127.0.0.1:0 -sites " + none + " -receipts-chain one", "-receipts-chain is given, and no store"},
	} {
		text, err := charte(t, strings.Fields(test.args)...)
		if err == nil || !strings.HasPrefix(text, "charte: ") || !strings.Contains(text, test.want) || strings.Contains(text, "secret") || strings.Contains(text, "goroutine ") {
			t.Errorf("%s: %v, it printed %s, want %s", test.args, err, text, test.want)
		}
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("a store was made although the flags were wrong")
	}
}
