package release

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/andybalholm/brotli"

	"charte/web/cache"
	"charte/web/engine"
)

// The program of the workbench's page, in what a release carries. Compressed it has a quarter of
// its bytes.
const programFile, glueFile = "workbench/program.wasm.br", "workbench/wasm_exec.js"

// Workbench returns the program of the workbench's page that this server carries. It returns nil
// and no error if this server carries none, which only a release does.
func Workbench() (*engine.Engine, error) {
	data, err := carried.ReadFile(carriedFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return unpackProgram(data)
}

// packProgram returns the files of a program, by their names. The program is compressed once, and
// then kept.
func packProgram(program engine.Engine, kept cache.Cache) (map[string][]byte, error) {
	hash := sha256.Sum256(program.Wasm)
	wasm, err := kept.Keep("workbench-"+hex.EncodeToString(hash[:10])+".br", func() ([]byte, error) {
		var packed bytes.Buffer
		w := brotli.NewWriterOptions(&packed, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24})
		if _, err := w.Write(program.Wasm); err != nil {
			return nil, err
		}
		err := w.Close()
		return packed.Bytes(), err
	})
	return map[string][]byte{programFile: wasm, glueFile: program.Glue}, err
}

// unpackProgram reads the program out of a file that pack has written. It returns nil if there is
// none.
func unpackProgram(packed []byte) (*engine.Engine, error) {
	fault := func(err error) error { return fmt.Errorf("the workbench that is carried: %w", err) }
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, fault(err)
	}
	compressed, err := fs.ReadFile(r, programFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault(err)
	}
	program := engine.Engine{Name: "workbench"}
	if program.Wasm, err = io.ReadAll(brotli.NewReader(bytes.NewReader(compressed))); err != nil {
		return nil, fault(err)
	}
	if program.Glue, err = fs.ReadFile(r, glueFile); err != nil {
		return nil, fault(err)
	}
	return &program, nil
}
