package check

import (
	"slices"

	"charte/catalogue"
)

// signals checks the signals that a category or a service declares.
func (v *validator) signals(path, label string, declared []catalogue.Signal) {
	known := catalogue.Signals()
	for i, signal := range declared {
		switch {
		case !slices.Contains(known, signal):
			v.add(at(path, i), "%s: signal %s is not known; there are %s", label, quote(signal), list(known))
		case slices.Contains(declared[:i], signal):
			v.add(at(path, i), "%s: signal %s is declared twice", label, quote(signal))
		}
	}
}
