// Package cipher is a stand-in for crypto/cipher; crypto/aes beside it says
// why. Nothing can make a Block.
package cipher

import "errors"

// A Block is a cipher.
type Block interface{ block() }

// An AEAD is a mode of a cipher.
type AEAD interface {
	NonceSize() int
	Seal(dst, nonce, plaintext, additionalData []byte) []byte
	Open(dst, nonce, ciphertext, additionalData []byte) ([]byte, error)
}

// NewGCM always fails.
func NewGCM(Block) (AEAD, error) {
	return nil, errors.New("crypto/cipher: not in the engine (web/engine/stubs)")
}
