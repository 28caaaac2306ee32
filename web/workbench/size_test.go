package workbench

import (
	"slices"
	"testing"

	"github.com/andybalholm/brotli"
)

// A counter counts the bytes that are written to it.
type counter int

func (c *counter) Write(data []byte) (int, error) {
	*c += counter(len(data))
	return len(data), nil
}

// TestSize: the page's program stays within a tenth of what it has now. The browser compiles it before
// anything is seen, and a release carries it compressed, in better a way than here, where that would
// take long.
func TestSize(t *testing.T) {
	const mostBytes, mostCompressedBytes = 7_400_000, 1_550_000
	built, err := program()
	if err != nil {
		t.Fatal(err)
	}
	var compressed counter
	w := brotli.NewWriterLevel(&compressed, 5)
	if _, err := w.Write(built.Wasm); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d compressed", len(built.Wasm), compressed)
	if len(built.Wasm) > mostBytes || compressed > mostCompressedBytes {
		t.Errorf("the program has %d bytes of %d, and compressed %d of %d", len(built.Wasm), mostBytes, compressed, mostCompressedBytes)
	}
	// What it asks for, the page's script fetches, which has the key: net/http is a stand-in that cannot.
	if slices.Contains(Program.Whole, "net/http") {
		t.Error("the program links an HTTP client")
	}
}
