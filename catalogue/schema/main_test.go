package main

import (
	"bytes"
	"os"
	"testing"
)

// TestCurrent: schema.json in the tree is what the types, their comments and the known services give.
func TestCurrent(t *testing.T) {
	want, err := generate("..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../source/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("schema.json is older than what it describes; run: go generate ./catalogue/source")
	}
}
