package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"charte/web/engine/toolchain"
)

// budgets are the bytes that web/bundle/budgets.json allows, by its keys.
type budgets map[string]struct{ Bytes int }

// readBudgets reads web/bundle/budgets.json of the repository in which the command runs.
func readBudgets() (budgets, error) {
	root, err := toolchain.Root()
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(root, "web", "bundle", "budgets.json"))
	if err != nil {
		return nil, err
	}
	var b budgets
	return b, json.Unmarshal(data, &b)
}

// target returns the budget of a key as a target. A key that the file lacks allows 0
// bytes, so that the table says that its target is not reached.
func (b budgets) target(key string) target {
	bytes := b[key].Bytes
	return atMost(float64(bytes), fmt.Sprintf("≤ %s B", grouped(bytes)))
}
