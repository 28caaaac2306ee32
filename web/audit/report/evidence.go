package report

import (
	"fmt"
	"strings"
)

// String says in a few words where something was seen, and what did it.
func (e Evidence) String() string {
	words := []string{string(e.State) + ": " + e.Page}
	if e.Request != "" {
		words = append(words, "asked for "+e.Request)
	}
	if by := e.Initiator.String(); by != "" {
		words = append(words, "by "+by)
	}
	return strings.Join(words, ", ")
}

// String says what the initiator is: an address with its line and column, or an element. It is empty
// where neither is known.
func (i Initiator) String() string {
	switch {
	case i.URL == "":
		return i.Element
	case i.Line == 0:
		return i.URL
	case i.Column == 0:
		return fmt.Sprintf("%s:%d", i.URL, i.Line)
	}
	return fmt.Sprintf("%s:%d:%d", i.URL, i.Line, i.Column)
}

// String returns the place as editors read it: "mine.yaml:41:7".
func (p Place) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }
