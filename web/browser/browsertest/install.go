package browsertest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"charte/web/browser"
)

// Install installs the Debian packages that the engines lack, as root or through
// sudo. It does nothing if none is missing. Test binaries that call it at the same
// time wait for each other. If it cannot install a package, its error has the command
// to run.
func Install(engines ...browser.Engine) error {
	return install(func() ([]string, error) { return browser.Missing(engines...) })
}

// InstallPackage does the same for one Debian package that a test needs beside the
// browsers. there reports whether the package need not be installed.
func InstallPackage(deb string, there func() bool) error {
	return install(func() ([]string, error) {
		if there() {
			return nil, nil
		}
		return []string{deb}, nil
	})
}

// InstallProgram does the same for a program, which the Debian package deb holds.
func InstallProgram(name, deb string) error {
	return InstallPackage(deb, func() bool { _, err := browser.FindProgram(name); return err == nil })
}

// install installs the packages that look finds missing, and then looks again.
func install(look func() ([]string, error)) error {
	missing, err := look()
	if missing == nil || err != nil {
		return err
	}
	unlock, err := Lock("browsers")
	if err != nil {
		return err
	}
	defer unlock()
	if missing, err = look(); missing == nil || err != nil {
		return err
	}

	command := "apt-get install --no-install-recommends " + strings.Join(missing, " ")
	if err := aptGet("update"); err != nil {
		return fmt.Errorf("programs are missing; run %q as root (%w)", command, err)
	}
	if err := aptGet(append([]string{"install", "--yes", "--no-install-recommends"}, missing...)...); err != nil {
		return fmt.Errorf("programs are missing; run %q as root (%w)", command, err)
	}
	if missing, err = look(); missing != nil {
		err = fmt.Errorf("apt-get installed %s, and still their programs are not found", strings.Join(missing, " "))
	}
	return err
}

// aptGet runs apt-get, waiting up to five minutes while another program holds
// Debian's package lock. Its error is one line.
func aptGet(args ...string) error {
	if runtime.GOOS != "linux" {
		return errors.New("they are installed on Debian only, and this is " + runtime.GOOS)
	}
	args = append([]string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"}, args...)
	if os.Geteuid() != 0 {
		args = append([]string{"sudo", "-n"}, args...)
	}
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err == nil {
		return nil
	}
	if lines := bytes.Split(bytes.TrimSpace(out), []byte("\n")); len(lines[len(lines)-1]) > 0 {
		return fmt.Errorf("%s: %w: %s", args[0], err, lines[len(lines)-1])
	}
	return fmt.Errorf("%s: %w", args[0], err)
}
