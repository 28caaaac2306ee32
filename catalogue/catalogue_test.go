package catalogue_test

import (
	"testing"

	"charte/catalogue"
	"charte/catalogue/cataloguetest"
)

func TestCovers(t *testing.T) {
	for _, test := range []struct {
		name, cookie, other string
		want                bool
	}{
		{"the same name", "_ga", "_ga", true},
		{"a longer name", "_ga", "_ga_X1", false},
		{"another case", "_ga", "_GA", false},
		{"a member of the family", "_ga_*", "_ga_X1", true},
		{"the bare prefix", "_pk_id*", "_pk_id", true},
		{"Matomo's real name", "_pk_id*", "_pk_id.1.1fff", true},
		{"outside the family", "_ga_*", "_ga", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (catalogue.Cookie{Name: test.cookie}).Covers(test.other); got != test.want {
				t.Errorf("%q covers %q = %v, want %v", test.cookie, test.other, got, test.want)
			}
		})
	}
}

func TestAsks(t *testing.T) {
	want := map[catalogue.ID]bool{"choice": false, "matomo": false, "analytics": true, "youtube": true, "maps": true}
	c := cataloguetest.Valid()
	for _, s := range c.Services {
		if got := c.Asks(s); got != want[s.ID] {
			t.Errorf("Asks(%s) = %v, want %v", s.ID, got, want[s.ID])
		}
	}
	if !c.Asks(catalogue.Service{Category: "unheard-of"}) {
		t.Error("a service of an unknown category does not ask, so it would run without consent")
	}
}
