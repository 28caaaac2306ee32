package server

import (
	"fmt"
	"os"
	"strings"
)

// minTokenBytes is the least length of a token. A random token of that length in base64
// has 96 bits.
const minTokenBytes = 16

// ReadToken reads the token that opens a server's figures from a file, without the spaces and line
// ends around it. It returns an error if the file cannot be read, or if the token is so short that
// it could be guessed.
func ReadToken(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("the token: %w", err)
	}
	token := strings.TrimSpace(string(data))
	if len(token) < minTokenBytes {
		return "", fmt.Errorf("the token in %s has less than %d characters", file, minTokenBytes)
	}
	return token, nil
}
