package main

import (
	"strings"
	"testing"
)

// TestC15t: c15t and all that it needs become one script and one style sheet, without
// React's checks for developers.
func TestC15t(t *testing.T) {
	files, err := c15tFiles(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range peerFileNames[c15t] {
		if len(files[name]) < 10_000 {
			t.Errorf("%s has %d bytes", name, len(files[name]))
		}
	}
	if len(files) != len(peerFileNames[c15t]) {
		t.Errorf("there are %d files, want %d", len(files), len(peerFileNames[c15t]))
	}
	if strings.Contains(string(files["c15t.js"]), "Invalid hook call. Hooks can only be called inside") {
		t.Error("the script is React's for developers")
	}
}
