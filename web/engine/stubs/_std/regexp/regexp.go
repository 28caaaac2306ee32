// Package regexp is a stand-in for regexp. go-app (v10.1.11) needs the real one
// for RouteWithRegexp only; Charte has one route.
package regexp

// A Regexp matches nothing.
type Regexp struct{}

// MustCompile always panics.
func MustCompile(string) *Regexp { panic("regexp: not in the engine (web/engine/stubs)") }

// MatchString reports false.
func (*Regexp) MatchString(string) bool { return false }
