// Package godebug is a stand-in for internal/godebug, by which programs are
// told in $GODEBUG to behave as an older Go did. A browser has no environment:
// every setting keeps its default.
package godebug

// A Setting is one setting of $GODEBUG.
type Setting struct{ name string }

// New is the setting of that name.
func New(name string) *Setting { return &Setting{name} }

// Name is the name given to New.
func (s *Setting) Name() string { return s.name }

// String is the setting as $GODEBUG writes it.
func (s *Setting) String() string { return s.name + "=" }

// Undocumented reports false.
func (s *Setting) Undocumented() bool { return false }

// IncNonDefault does nothing.
func (s *Setting) IncNonDefault() {}

// Value is "", the default.
func (s *Setting) Value() string { return "" }
