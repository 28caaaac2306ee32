package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// budgets are the bytes that web/budgets.json allows, by its keys.
type budgets map[string]struct{ Bytes int }

// readBudgets finds web/budgets.json in this folder or above it.
func readBudgets() (budgets, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		data, err := os.ReadFile(filepath.Join(dir, "web", "budgets.json"))
		if err == nil {
			var b budgets
			return b, json.Unmarshal(data, &b)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil, errors.New("web/budgets.json is not in this folder or above it; run the benchmark from Charte's repository")
		}
		dir = parent
	}
}

// target is the budget of that key. A key that the file lacks allows nothing,
// so that its row is not reached.
func (b budgets) target(key string) target {
	bytes := b[key].Bytes
	return atMost(float64(bytes), fmt.Sprintf("≤ %s B", grouped(bytes)))
}
