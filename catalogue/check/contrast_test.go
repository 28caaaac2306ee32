package check

import (
	"math"
	"testing"
)

// TestContrast compares contrasts with those that WCAG's authors give in a table.
func TestContrast(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want float64
	}{{"#000", "#fff", 21}, {"#777777", "#ffffff", 4.48}, {"#767676", "#ffffff", 4.54}, {"#949494", "#fff", 3.03}, {"#fff", "#FFFFFF", 1}, {"#fff", "white", 0}} {
		if got := Contrast(test.a, test.b); math.Abs(got-test.want) > 0.01 {
			t.Errorf("%s on %s: %.2f, want %.2f", test.a, test.b, got, test.want)
		}
	}
}
