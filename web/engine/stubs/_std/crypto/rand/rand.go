// Package rand is a stand-in for crypto/rand. go-app (v10.1.11) needs the real
// one to encrypt, and, through github.com/google/uuid, to name a device
// (Context.DeviceID) and the sender of a broadcast state. Charte does none of
// it: it must not tell visitors apart.
package rand

import (
	"errors"
	"io"
)

// Reader always fails.
var Reader io.Reader = absent{}

type absent struct{}

func (absent) Read([]byte) (int, error) {
	return 0, errors.New("crypto/rand: not in the engine (web/engine/stubs)")
}
