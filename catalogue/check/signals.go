package check

import (
	"slices"

	"charte/catalogue"
)

// signals checks the signals that a category or a service declares.
func (v *validator) signals(path, label string, declared []catalogue.Signal) {
	all := catalogue.Signals()
	for i, signal := range declared {
		switch {
		case !slices.Contains(all, signal):
			list := ""
			for _, known := range all {
				list += ", " + string(known)
			}
			v.add(at(path, i), label, ": signal ", quote(string(signal)), " is not known; there are ", list[len(", "):])
		case slices.Contains(declared[:i], signal):
			v.add(at(path, i), label, ": signal ", quote(string(signal)), " is declared twice")
		}
	}
}
