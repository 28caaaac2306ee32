package catalogue

import "testing"

// TestFamilies: what is not CSS's own word is a string.
func TestFamilies(t *testing.T) {
	if got, want := (Look{Font: "Source Sans 3,system-ui , serif"}).Families(), `"Source Sans 3", system-ui, serif`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
