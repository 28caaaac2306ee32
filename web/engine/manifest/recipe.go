package manifest

import (
	_ "embed"
	"strings"
)

// The exact versions of the tools. Another version of any of them makes other bytes.
const (
	TinyGo   = "0.42.0"
	LLVM     = "19.1.7" // of TinyGo, and of the clang and wasm-ld that it runs
	Binaryen = "108"    // of wasm-opt
)

// Flags are the flags of TinyGo.
//
// -panic=trap leaves out the texts of panics. They would be a tenth of the
// program, and nothing in a page reads them. The loader catches the trap.
var Flags = []string{"-opt=z", "-no-debug", "-panic=trap"}

// WasmOpt are the passes of wasm-opt, in place of TinyGo's own --asyncify -Oz -g.
// Leaving out -g drops the names of functions, a third of the bytes before
// compression. asyncify-ignore-imports saves 2 % after compression, and so does
// optimising before asyncify too. asyncify-ignore-imports is safe because no
// import suspends the program: TinyGo's scheduler unwinds within it.
var WasmOpt = []string{"-Oz", "--asyncify", "--pass-arg=asyncify-ignore-imports", "-Oz"}

// Target describes the platform to TinyGo. It is TinyGo's own targets/wasm.json
// (0.42.0) with these changes:
//   - no C library and no compiler-rt, which TinyGo's module lacks;
//   - no files for other garbage collectors;
//   - without two features that LLVM 19 does not know;
//   - with the tag custommalloc, which leaves out malloc for C code.
//
// default-stack-size is twice the usual. Every goroutine has a stack of that
// size, and an overflow silently overwrites other memory. The settings take
// 72 KB: go-app's Mount and Update call themselves, with 4 KB for each level of
// elements and components. A larger size would cost memory, since every event
// has its goroutine.
//
//go:embed _target/target.json
var Target []byte

// LibC is C source for the few functions of a C library that are needed.
//
//go:embed _target/libc.c
var LibC []byte

// Tags are the build tags with which TinyGo selects files.
var Tags = []string{"tinygo.wasm", "custommalloc", "tinygo", "purego", "osusergo", "math_big_pure_go", "gc.precise", "scheduler.asyncify", "serial.none", "tinygo.unicore"}

// recipe returns all of the above as text, for the hash.
func recipe() string {
	return strings.Join([]string{TinyGo, LLVM, Binaryen, strings.Join(Flags, " "), strings.Join(WasmOpt, " "), string(Target), string(LibC)}, "\n")
}
