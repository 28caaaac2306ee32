// Package json is a stand-in for encoding/json. go-app (v10.1.11) needs the
// real one for what Charte does not use: states, browser storage, encryption,
// push notifications and GOAPP_INTERNAL_URLS. It also writes the text of its
// errors with it; that text then says only that it could not be written. The
// words of a catalogue are read by catalogue.ReadView.
package json

import "errors"

// A RawMessage is the type of a go-app state's value.
type RawMessage []byte

var errAbsent = errors.New("encoding/json: not in the engine (web/engine/stubs)")

// Marshal always fails.
func Marshal(any) ([]byte, error) { return nil, errAbsent }

// MarshalIndent always fails.
func MarshalIndent(any, string, string) ([]byte, error) { return nil, errAbsent }

// Unmarshal always fails.
func Unmarshal([]byte, any) error { return errAbsent }
