// Package sha1 is a stand-in for crypto/sha1. go-app (v10.1.11) needs the real
// one for the version of app.Handler, which runs on servers, and
// github.com/google/uuid for UUIDs made from names, which nothing makes.
package sha1

import "hash"

// Size is the length of a checksum in bytes.
const Size = 20

// New always panics.
func New() hash.Hash { panic("crypto/sha1: not in the engine (web/engine/stubs)") }

// Sum always panics.
func Sum([]byte) [Size]byte { panic("crypto/sha1: not in the engine (web/engine/stubs)") }
