//go:build !linux

package browser

import "os/exec"

// The tests run on Debian. On other systems the package compiles, and kills only the
// processes that it started itself.
func ownGroup(*exec.Cmd) {}

func keepPriority() {}

func threads([]string) string { return "" }

func killGroup(cmd *exec.Cmd) { cmd.Process.Kill() }
