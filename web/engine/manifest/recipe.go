package manifest

import (
	_ "embed"
	"strings"
)

// The tools, exactly. Another version of any of them makes other bytes.
const (
	TinyGo   = "0.42.0"
	LLVM     = "19.1.7" // of TinyGo, and of the clang and wasm-ld that it runs
	Binaryen = "108"    // of wasm-opt
)

// Flags are TinyGo's.
//
// -panic=trap: the texts of panics would weigh a tenth of the program, and
// nothing in a page reads them. The loader catches the trap.
var Flags = []string{"-opt=z", "-no-debug", "-panic=trap"}

// WasmOpt are the passes of wasm-opt, instead of TinyGo's own
// --asyncify -Oz -g: without -g function names go, a third of the bytes before
// compression. asyncify-ignore-imports and optimising before asyncify, too, save
// 2 % each after compression. The former may be since no import suspends the
// program: TinyGo's scheduler unwinds within it.
var WasmOpt = []string{"-Oz", "--asyncify", "--pass-arg=asyncify-ignore-imports", "-Oz"}

// Target is the description of the platform for TinyGo: its own
// targets/wasm.json (0.42.0) without a C library and compiler-rt, which its
// module lacks, without the files for other garbage collectors, without two
// features that LLVM 19 does not know, and with the tag custommalloc, which
// leaves out malloc for C code.
//
// default-stack-size is twice the usual. It is every goroutine's, an overflow
// overwrites other memory unnoticed, and the settings take 72 KB: go-app's
// Mount and Update call themselves, with 4 KB for each level of elements and
// components. More would cost memory, since every event has its goroutine.
//
//go:embed _target/target.json
var Target []byte

// LibC is the little of a C library that is needed, in C.
//
//go:embed _target/libc.c
var LibC []byte

// Tags are the build tags with which TinyGo selects files.
var Tags = []string{"tinygo.wasm", "custommalloc", "tinygo", "purego", "osusergo", "math_big_pure_go", "gc.precise", "scheduler.asyncify", "serial.none", "tinygo.unicore"}

// recipe is all of the above as text.
func recipe() string {
	return strings.Join([]string{TinyGo, LLVM, Binaryen, strings.Join(Flags, " "), strings.Join(WasmOpt, " "), string(Target), string(LibC)}, "\n")
}
