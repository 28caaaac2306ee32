package main

import (
	"bytes"
	"testing"

	"charte/web/audit/report"
)

// TestCurrent: the schema in the tree is what the types and their comments give.
func TestCurrent(t *testing.T) {
	t.Chdir("..")
	want, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(report.Schema(), want) {
		t.Error("report.schema.json is older than what it describes; run: go generate ./web/audit/report")
	}
}
