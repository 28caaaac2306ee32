package source

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Errors are all the errors of one file, in the order of their positions. It
// is the type of every error that [Read], [File] and [Wording] return.
type Errors []Error

// An Error is one reason why a file cannot be used.
type Error struct {
	File string

	// Line and Column count from 1, the column in characters. Both are 0 if the
	// error is about the file as a whole.
	Line, Column int

	// Missing is the path of what is missing at the place, such as "provider" in a service without
	// one, or beside it, such as "with.host" beside "use". It is empty where the place itself is meant.
	Missing string

	Message string
}

// Error writes the error as compilers do: "catalogue.yaml:41:7: …".
func (e Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return e.File + ":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column) + ": " + e.Message
}

// Error writes one error per line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i := range e {
		lines[i] = e[i].Error()
	}
	return strings.Join(lines, "\n")
}

func (e Errors) sort() {
	slices.SortStableFunc(e, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
