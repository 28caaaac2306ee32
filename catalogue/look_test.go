package catalogue

import "testing"

// TestFamilies: names of families are in quotes, except those that CSS itself defines.
func TestFamilies(t *testing.T) {
	if got, want := (Look{Font: "Source Sans 3,system-ui , serif"}).Families(), `"Source Sans 3", system-ui, serif`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
