package bundle_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
	"charte/web/server"
)

// TestBudgets: what visitors download stays within budgets.json.
func TestBudgets(t *testing.T) {
	budgets := budgetsOf(t)
	c, err := source.Embedded("demo")
	if err != nil {
		t.Fatal(err)
	}
	b, err := bundle.Build(t.Context(), bundle.Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
	if err != nil {
		t.Fatal(err)
	}
	sizes := sizesOf(b)
	sizes["notice"] = responseBytes(t, b)
	delete(sizes, "wasm") // engine includes it
	for name, size := range sizes {
		budget, declared := budgets[name]
		if !declared || budget.Because == "" {
			t.Errorf("%s has no budget with a reason", name)
		}
		t.Logf("%s: %d of %d bytes", name, size, budget.Bytes)
		if size > budget.Bytes {
			t.Errorf("%s: %d bytes, over the budget of %d (%s)", name, size, budget.Bytes, budget.Because)
		}
	}
	delete(budgets, "memory") // of the running program: TestMemory in web/hosts
	for name := range budgets {
		if sizes[name] == 0 {
			t.Errorf("the budget %s has no size to compare with", name)
		}
	}
}

// TestLookBudget: charte.js is within its budget with every preset, in every position, with site.figures and without.
func TestLookBudget(t *testing.T) {
	budget := budgetsOf(t)["charte.js"].Bytes
	for _, preset := range catalogue.Presets() {
		for _, position := range catalogue.Positions() {
			for _, figures := range []bool{false, true} {
				c, err := source.Embedded("demo")
				if err != nil {
					t.Fatal(err)
				}
				c.Look = catalogue.Look{Preset: preset, Position: position}
				c.Site.Figures = figures
				b, err := bundle.Build(t.Context(), bundle.Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
				if err != nil {
					t.Fatal(err)
				}
				size := len(b.Files["charte.js"].Brotli)
				t.Logf("%s, %s, figures %t: %d of %d bytes", preset, position, figures, size, budget)
				if size > budget {
					t.Errorf("%s, %s, figures %t: %d bytes, over the budget of %d", preset, position, figures, size, budget)
				}
			}
		}
	}
}

// sizesOf returns the bytes that visitors download, after Brotli, by the names of
// budgets.json. "wasm" is the program alone, which "engine" includes.
func sizesOf(b *bundle.Bundle) map[string]int {
	sizes := map[string]int{}
	for name, file := range b.Files {
		switch {
		case name == "charte.js":
			sizes["charte.js"] = len(file.Brotli)
		case strings.HasSuffix(name, ".wasm"):
			sizes["wasm"] = len(file.Brotli)
			sizes["engine"] += len(file.Brotli)
		case strings.HasPrefix(name, "engine-"):
			sizes["engine"] += len(file.Brotli)
		case strings.HasPrefix(name, "fr-"):
			sizes["words"] = len(file.Brotli)
		}
	}
	return sizes
}

// A budget is how many bytes something may take, at most, and why.
type budget struct {
	Bytes   int
	Because string
}

// budgetsOf reads budgets.json.
func budgetsOf(t *testing.T) map[string]budget {
	t.Helper()
	data, err := os.ReadFile("budgets.json")
	if err != nil {
		t.Fatal(err)
	}
	var budgets map[string]budget
	if err := json.Unmarshal(data, &budgets); err != nil {
		t.Fatal(err)
	}
	return budgets
}

// responseBytes counts the bytes of the response to a browser's request for
// charte.js, headers included.
func responseBytes(t *testing.T, b *bundle.Bundle) int {
	t.Helper()
	handler, err := server.Files(b, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	running := httptest.NewServer(handler)
	defer running.Close()
	address, err := url.Parse(running.URL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", address.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /charte.js HTTP/1.1\r\nHost: "+address.Host+"\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(answer), "HTTP/1.1 200 OK\r\n") {
		t.Fatalf("the response begins with %.40q, want HTTP/1.1 200 OK", answer)
	}
	return len(answer)
}
