package catalogue_test

import (
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

// TestSignalsAskNobodyAgain: signals and the marks of a sale do not change the
// revision, because they do not change what anybody consented to.
func TestSignalsAskNobodyAgain(t *testing.T) {
	c := cataloguetest.Valid()
	before := c.Revision()
	c.Site.DoNotTrack = true
	c.Categories[2].Sale = true
	c.Services[3].Signals = []catalogue.Signal{"ad_storage"}
	if after := c.Revision(); after != before {
		t.Errorf("the revision changes from %q to %q", before, after)
	}
}
