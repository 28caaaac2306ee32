// Package manifest records what the light engine in the tree was made from, so
// that a test can tell whether the sources have changed since. It needs no TinyGo.
package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"charte/web/engine/stubs"
)

// The files of the light engine, in Folder.
const (
	Folder = "web/engine" // below the module's root
	Wasm   = "charte.wasm"
	Glue   = "wasm_exec.js" // the compiler's own script, minified
	Name   = "manifest.json"

	// Licences holds the notices that must go with every copy of the engine.
	Licences = "licences.txt"
)

// Results are the names of the files that are made, apart from the manifest.
var Results = []string{Wasm, Glue, Licences}

// Program is the package that the engine is compiled from.
const Program = "charte/app"

// A Manifest accompanies a light engine.
type Manifest struct {
	Compiler string   `json:"compiler"` // "TinyGo 0.42.0"
	LLVM     string   `json:"llvm"`
	Binaryen string   `json:"binaryen"`
	Go       string   `json:"go"` // version of the standard library: "go1.26.8"
	Flags    []string `json:"flags"`
	WasmOpt  []string `json:"wasmOpt"`
	Stubs    []string `json:"stubs"` // packages of the standard library replaced

	// SHA256 holds the hashes of the results by name, in hexadecimal.
	SHA256 map[string]string `json:"sha256"`

	// Sources is the hash that the function Sources returned when the engine was made.
	Sources string `json:"sources"`
}

// New returns the manifest of an engine. goVersion is the version of its standard
// library, sources the hash of its sources (see Sources), and results its files by
// name.
func New(goVersion, sources string, results map[string][]byte) Manifest {
	m := Manifest{
		Compiler: "TinyGo " + TinyGo,
		LLVM:     LLVM,
		Binaryen: Binaryen,
		Go:       goVersion,
		Flags:    Flags,
		WasmOpt:  WasmOpt,
		Stubs:    stubs.Packages(),
		SHA256:   map[string]string{},
		Sources:  sources,
	}
	for name, data := range results {
		m.SHA256[name] = hash(data)
	}
	return m
}

// Read reads the manifest in a folder.
func Read(folder string) (Manifest, error) {
	var m Manifest
	file := filepath.Join(folder, Name)
	data, err := os.ReadFile(file)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%s: %w", file, err)
	}
	return m, nil
}

// JSON returns the content of manifest.json.
func (m Manifest) JSON() []byte {
	data, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		panic(err) // a manifest has strings only, so this cannot happen
	}
	return append(data, '\n')
}

// Sources hashes everything that decides the engine's bytes: the recipe, the
// stand-ins, the version of Go for the standard library, every file of the
// program's own packages, and the name, version and go.sum hash of every linked
// module. root is the module's folder. program is the package to compile: an
// import path, or "./" and a folder below root.
func Sources(root, program, goVersion string) (string, error) {
	packages, err := list(root, program)
	if err != nil {
		return "", err
	}
	var lines []string
	add := func(format string, values ...any) { lines = append(lines, fmt.Sprintf(format, values...)) }
	add("recipe %s", hash([]byte(recipe())))
	add("standard library %s", goVersion)
	for name, data := range stubs.Files() {
		add("stub %s %s", name, hash(data))
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return "", err
	}
	for _, p := range packages {
		switch {
		case p.Standard:
		case p.Module.Main:
			add("language %s", p.Module.GoVersion)
			for _, file := range p.files() {
				data, err := os.ReadFile(filepath.Join(p.Dir, file))
				if err != nil {
					return "", err
				}
				add("file %s/%s %s", p.ImportPath, file, hash(data))
			}
		default:
			sum, err := p.Module.sum(sums)
			if err != nil {
				return "", err
			}
			add("module %s", sum)
		}
	}
	slices.Sort(lines)
	return hash([]byte(strings.Join(slices.Compact(lines), "\n"))), nil
}

// A Module is a Go module that the program links. Dir is its folder on this machine.
type Module struct{ Path, Version, Dir string }

// Modules returns the modules whose packages a program links, sorted by path. Charte
// and the standard library are not among them. root and program are those of Sources.
func Modules(root, program string) ([]Module, error) {
	packages, err := goList(root, "-deps", program)
	if err != nil {
		return nil, err
	}
	var modules []Module
	for _, p := range packages {
		if !p.Standard && !p.Module.Main {
			modules = append(modules, Module{p.Module.Path, p.Module.Version, p.Module.Dir})
		}
	}
	slices.SortFunc(modules, func(a, b Module) int { return strings.Compare(a.Path, b.Path) })
	return slices.Compact(modules), nil
}

// A listed package is go list's description of a linked package.
type listed struct {
	ImportPath, Dir string
	Standard        bool
	Module          module

	GoFiles, CgoFiles, CFiles, HFiles, SFiles, EmbedFiles []string
}

// files returns the names of the files that decide what is compiled.
func (l listed) files() []string {
	return slices.Concat(l.GoFiles, l.CgoFiles, l.CFiles, l.HFiles, l.SFiles, l.EmbedFiles)
}

type module struct {
	Path, Version, GoVersion, Dir string
	Main                          bool
	Replace                       *module
}

// sum returns the module's line in go.sum, whose content is sums.
func (m module) sum(sums []byte) (string, error) {
	if m.Replace != nil {
		return "", fmt.Errorf("go.mod replaces %s; the light engine takes modules as they are published", m.Path)
	}
	prefix := m.Path + " " + m.Version + " "
	for line := range strings.Lines(string(sums)) {
		if strings.HasPrefix(line, prefix) {
			return strings.TrimSpace(line), nil
		}
	}
	return "", fmt.Errorf("go.sum lacks %s %s: run go mod tidy", m.Path, m.Version)
}

// list lists the linked packages, and that of the minifier of the glue script.
func list(root, program string) ([]listed, error) {
	linked, err := goList(root, "-deps", program)
	if err != nil {
		return nil, err
	}
	minifier, err := goList(root, "github.com/evanw/esbuild/pkg/api")
	return append(linked, minifier...), err
}

// goList runs go list in the folder root, for the engine's platform and tags.
func goList(root string, args ...string) ([]listed, error) {
	var stderr bytes.Buffer
	cmd := exec.Command("go", append([]string{"list", "-tags=" + strings.Join(Tags, ","),
		"-json=ImportPath,Dir,Standard,Module,GoFiles,CgoFiles,CFiles,HFiles,SFiles,EmbedFiles"}, args...)...)
	cmd.Dir, cmd.Stderr = root, &stderr
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=1", "GOFLAGS=", "GOWORK=off")
	output, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	var packages []listed
	for decoder := json.NewDecoder(bytes.NewReader(output)); decoder.More(); {
		var p listed
		if err := decoder.Decode(&p); err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
	if len(packages) == 0 {
		return nil, errors.New("go list: no packages")
	}
	return packages, nil
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
