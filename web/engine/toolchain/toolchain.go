// Package toolchain runs compilers, and finds what they compile.
package toolchain

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Root returns the folder of Charte's go.mod: the working folder, or one above it. If there
// is none, the error says where to run Charte.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && bytes.HasPrefix(data, []byte("module charte\n")) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("the sources of Charte are needed to build the program, and they are not in this folder or above it; run Charte from its repository")
		}
		dir = parent
	}
}

// Output runs a command and returns its standard output, without space around it. The error
// includes what the command wrote to standard error. Output sets cmd.Stderr.
func Output(cmd *exec.Cmd) (string, error) {
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	printed, err := cmd.Output()
	if err != nil {
		name := append([]string{filepath.Base(cmd.Args[0])}, cmd.Args[1:]...)
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(name, " "), err, bytes.TrimSpace(complaints.Bytes()))
	}
	return strings.TrimSpace(string(printed)), nil
}
