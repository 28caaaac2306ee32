package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"charte/web/engine/manifest"
	"charte/web/engine/toolchain"
)

// A tinyGo is an installed TinyGo of the exact version that package manifest names.
type tinyGo struct {
	command string
	root    string // its TINYGOROOT
}

// findTinyGo finds the TinyGo on the PATH, or one built earlier, or builds one. It
// also installs the tools that TinyGo runs.
func findTinyGo() (tinyGo, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return tinyGo{}, fmt.Errorf("there is no cache folder to keep TinyGo in: %w", err)
	}
	own := filepath.Join(cache, "charte", "tinygo-"+manifest.TinyGo)
	found, err := usable("tinygo")
	if err != nil {
		if !errors.Is(err, exec.ErrNotFound) {
			progress("not taking the TinyGo on the PATH: %v", err)
		}
		command := filepath.Join(own, "bin", "tinygo")
		if found, err = usable(command); err != nil {
			if err := build(own); err != nil {
				return tinyGo{}, err
			}
			if found, err = usable(command); err != nil {
				return tinyGo{}, fmt.Errorf("the TinyGo just built cannot be used: %w", err)
			}
		}
	}
	if err := findTools(); err != nil {
		return tinyGo{}, err
	}
	return found, nil
}

// usable returns the TinyGo that a command names, or an error if there is none or it has
// another version.
func usable(command string) (tinyGo, error) {
	command, err := exec.LookPath(command)
	if err != nil {
		return tinyGo{}, err
	}
	version, err := output(command, "version")
	if err != nil {
		return tinyGo{}, err
	}
	if !strings.Contains(version+" ", " "+manifest.TinyGo+" ") || !strings.Contains(version, "LLVM version "+manifest.LLVM+")") {
		return tinyGo{}, fmt.Errorf("it is %q, not %s with LLVM %s, and would give other bytes", version, manifest.TinyGo, manifest.LLVM)
	}
	root, err := output(command, "env", "TINYGOROOT")
	return tinyGo{command, root}, err
}

// The module of TinyGo, and its hash as go.sum writes it.
const (
	tinyGoModule = "github.com/tinygo-org/tinygo@v" + manifest.TinyGo
	tinyGoSum    = "h1:KaoHBhjcoMzpMEclFKV6vl5hcyJyewOBSzHE6S5d/Jg="
)

// TinyGo 0.42.0 requires v0.8.1 of a flasher for microcontrollers, which not every
// module proxy has. The engine needs no flasher, so v0.6.0 replaces it. There one
// function has an argument less, so its call is changed.
const (
	flasher     = "tinygo.org/x/espflasher"
	flasherHas  = "flasher.EraseFlash(progressFunc)"
	flasherWant = "flasher.EraseFlash()"
	flasherSums = flasher + " v0.6.0 h1:CHbGMHAIWq1tB8FKd/QwBpNFw1jvHHxpmvZiF+QOYUo=\n" +
		flasher + " v0.6.0/go.mod h1:tr5u08HoE67WD5zxJesCiiVF/R1b6Akz3yXwh5zah8U=\n"
)

// build builds TinyGo in dir from its module and Debian's LLVM. dir then has
// bin/tinygo and the sources that TinyGo needs to compile programs.
func build(dir string) error {
	if err := install("g++", "llvm-19-dev", "libclang-19-dev", "clang-19", "lld-19", "binaryen"); err != nil {
		return err
	}
	progress("building TinyGo %s with LLVM 19, once (two minutes)", manifest.TinyGo)
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), "tinygo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)

	published, err := tinyGoSources()
	if err != nil {
		return err
	}
	sources := filepath.Join(temp, "tinygo")
	if err := os.CopyFS(sources, os.DirFS(published)); err != nil {
		return err
	}
	entry := filepath.Join(sources, "main.go")
	text, err := os.ReadFile(entry)
	if err != nil {
		return err
	}
	if strings.Count(string(text), flasherHas) != 1 {
		return fmt.Errorf("%s does not call %s", entry, flasherHas)
	}
	if err := os.WriteFile(entry, []byte(strings.Replace(string(text), flasherHas, flasherWant, 1)), 0o644); err != nil {
		return err
	}
	sums, err := os.OpenFile(filepath.Join(sources, "go.sum"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := sums.WriteString(flasherSums); err != nil {
		return err
	}
	if err := sums.Close(); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"mod", "edit", "-replace=" + flasher + "=" + flasher + "@v0.6.0"},
		{"build", "-mod=mod", "-tags=llvm19", "-trimpath", "-buildvcs=false", "-o", filepath.Join("bin", "tinygo"), "."},
	} {
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = sources, append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=1", "GOOS=", "GOARCH=")
		if _, err := toolchain.Output(cmd); err != nil {
			return fmt.Errorf("TinyGo cannot be built: %w", err)
		}
	}
	// The folder gets its name once it is complete, so a folder of that name can be
	// used. One that is there now cannot: it was tried.
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(sources, dir)
}

// tinyGoSources fetches TinyGo's module and returns its folder.
func tinyGoSources() (string, error) {
	download := exec.Command("go", "mod", "download", "-json", tinyGoModule)
	download.Dir, download.Env = os.TempDir(), append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off") // TempDir is outside of any module
	printed, err := toolchain.Output(download)
	if err != nil {
		return "", fmt.Errorf("TinyGo cannot be fetched: %w", err)
	}
	var module struct{ Dir, Sum string }
	if err := json.Unmarshal([]byte(printed), &module); err != nil {
		return "", err
	}
	if module.Sum != tinyGoSum {
		return "", fmt.Errorf("%s has the hash %s, not %s", tinyGoModule, module.Sum, tinyGoSum)
	}
	return module.Dir, nil
}

// findTools installs the tools that TinyGo runs, if they are missing, and checks their
// versions.
func findTools() error {
	tools := []struct{ command, pack, version string }{
		{"clang-19", "clang-19", manifest.LLVM},
		{"wasm-ld-19", "lld-19", manifest.LLVM},
		{"wasm-opt", "binaryen", "version " + manifest.Binaryen},
	}
	var missing []string
	for _, tool := range tools {
		if _, err := exec.LookPath(tool.command); err != nil {
			missing = append(missing, tool.pack)
		}
	}
	if len(missing) > 0 {
		if err := install(missing...); err != nil {
			return err
		}
	}
	for _, tool := range tools {
		version, err := output(tool.command, "--version")
		if err != nil {
			return err
		}
		if !strings.Contains(version+"\n", tool.version) {
			first, _, _ := strings.Cut(version, "\n")
			return fmt.Errorf("%s is %q, not %s, and would give other bytes; Debian 12 has the right one", tool.command, first, tool.version)
		}
	}
	return nil
}

// install installs those of the named Debian packages that are missing.
func install(packages ...string) error {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("this needs Debian's packages %s, or TinyGo %s with LLVM %s on the PATH", strings.Join(packages, ", "), manifest.TinyGo, manifest.LLVM)
	}
	var missing []string
	for _, name := range packages {
		if status, err := output("dpkg-query", "--show", "--showformat=${db:Status-Status}", name); err != nil || status != "installed" {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	progress("installing Debian's packages %s", strings.Join(missing, ", "))
	aptGet := []string{"apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"}
	if os.Geteuid() != 0 {
		aptGet = append([]string{"sudo", "-n"}, aptGet...)
	}
	for _, args := range [][]string{
		{"update"},
		append([]string{"install", "--yes", "--no-install-recommends"}, missing...),
	} {
		args = append(aptGet[:len(aptGet):len(aptGet)], args...)
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if _, err := toolchain.Output(cmd); err != nil {
			return fmt.Errorf("the packages %s of Debian cannot be installed: %w", strings.Join(missing, ", "), err)
		}
	}
	return nil
}
