package main

import (
	"bytes"
	"os"
	"testing"
)

// TestCurrent: viewjson.go in the tree is what the types in the tree give.
func TestCurrent(t *testing.T) {
	want, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../viewjson.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("viewjson.go is older than the types that it reads; run: go generate ./catalogue")
	}
}
