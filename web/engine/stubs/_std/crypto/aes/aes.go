// Package aes is a stand-in for crypto/aes. go-app (v10.1.11) needs the real
// one for Context.Encrypt and Decrypt and for encrypted states; Charte keeps
// nothing but its cookie.
package aes

import (
	"crypto/cipher"
	"errors"
)

// NewCipher always fails.
func NewCipher([]byte) (cipher.Block, error) {
	return nil, errors.New("crypto/aes: not in the engine (web/engine/stubs)")
}
