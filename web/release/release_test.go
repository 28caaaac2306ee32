package release

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/cache"
	"charte/web/engine"
)

const demo = "../../catalogue/demo.yaml"

func bundled(t *testing.T) (*bundle.Bundle, []byte) {
	t.Helper()
	yaml, err := os.ReadFile(demo)
	if err != nil {
		t.Fatal(err)
	}
	c, err := source.Read(demo, yaml)
	if err != nil {
		t.Fatal(err)
	}
	built, err := bundle.Build(t.Context(), bundle.Options{Catalogue: c, Engine: engine.Light(), Cache: cache.User()})
	if err != nil {
		t.Fatal(err)
	}
	return built, yaml
}

// TestPack checks that a packed bundle is read back whole, and that packing it twice gives
// the same bytes.
func TestPack(t *testing.T) {
	built, yaml := bundled(t)
	editor := engine.Engine{Name: "workbench", Wasm: bytes.Repeat([]byte("program"), 1000), Glue: []byte("glue")}
	packed, err := pack(built, yaml, editor)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := pack(built, yaml, editor); err != nil || !bytes.Equal(again, packed) {
		t.Errorf("packing the bundle again gives other bytes (%v)", err)
	}
	read, err := unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Files) != len(built.Files) || read.Views[0].Revision != built.Views[0].Revision || len(read.Views) != len(built.Views) {
		t.Errorf("%d files of %d, revision %s", len(read.Files), len(built.Files), read.Views[0].Revision)
	}
	for name, want := range built.Files {
		got := read.Files[name]
		if got == nil || !bytes.Equal(got.Data, want.Data) || !bytes.Equal(got.Brotli, want.Brotli) || !bytes.Equal(got.Gzip, want.Gzip) ||
			got.Hash != want.Hash || got.Type != want.Type || got.Immutable != want.Immutable || got.Name != want.Name {
			t.Errorf("%s is not the same after unpacking", name)
		}
	}
	for _, broken := range [][]byte{nil, []byte("x"), packed[:len(packed)/2]} {
		if _, err := unpack(broken); err == nil {
			t.Errorf("%d bytes, not the %d of the bundle, are accepted as a bundle", len(broken), len(packed))
		}
	}
	if program, err := unpackProgram(packed); err != nil || program == nil || !reflect.DeepEqual(*program, editor) {
		t.Errorf("the workbench's program is not the same after unpacking (%v)", err)
	}
	if none, err := pack(built, yaml, engine.Engine{}); err != nil || len(none) >= len(packed) {
		t.Errorf("without the workbench a release carries %d bytes, and %d with it (%v)", len(none), len(packed), err)
	} else if program, err := unpackProgram(none); program != nil || err != nil {
		t.Errorf("a release without the workbench carries the program %v (%v)", program, err)
	}
	for _, broken := range [][]byte{nil, []byte("x"), packed[:len(packed)/2], bytes.Replace(packed, []byte(glueFile), []byte("workbench/wasm_none.js"), 2)} {
		if program, err := unpackProgram(broken); err == nil {
			t.Errorf("%d bytes, not the %d of the release, have the program %v", len(broken), len(packed), program)
		}
	}
	if program, err := Workbench(); program != nil || err != nil {
		t.Errorf("this test is no release, and carries %v, %v", program, err)
	}
	if own, err := Bundle(); own != nil || err != nil {
		t.Errorf("this test is no release, and carries %v, %v", own, err)
	}
}

var listening = regexp.MustCompile(`listening on (http://\S+)`)

// TestRelease checks that a release serves its bundle in an empty folder with an empty
// environment. So it needs neither the sources, the toolchain nor a cache.
func TestRelease(t *testing.T) {
	built, yaml := bundled(t)
	dir := t.TempDir()
	program := filepath.Join(dir, "charte-server")
	editor := engine.Engine{Name: "workbench", Wasm: []byte("\x00asm"), Glue: []byte("glue")}
	if err := Build(t.Context(), built, yaml, editor, program); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, program, "-addr", "127.0.0.1:0")
	cmd.Dir, cmd.Env = t.TempDir(), []string{}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cancel()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	found := listening.FindStringSubmatch(line)
	if found == nil {
		t.Fatalf("the release printed %q (%v), and to stderr: %s", line, err, &complaints)
	}
	for name, file := range built.Files {
		for coding, want := range map[string][]byte{"identity": file.Data, "br": file.Brotli, "gzip": file.Gzip} {
			request, err := http.NewRequestWithContext(t.Context(), "GET", found[1]+"/"+name, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept-Encoding", coding)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err != nil || response.StatusCode != 200 || !bytes.Equal(body, want) {
				t.Errorf("%s in %s: %s, %d bytes, want %d (%v)", name, coding, response.Status, len(body), len(want), err)
			}
		}
	}
	response, err := http.Get(found[1] + "/charte?lang=en")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if page, err := io.ReadAll(response.Body); err != nil || response.StatusCode != 200 || !strings.Contains(string(page), `<html lang="en"`) {
		t.Errorf("the charter: %s %.200s", response.Status, page)
	}
	workbenchCarried(t, program)
	if left, err := os.ReadDir(cmd.Dir); err != nil || len(left) > 0 {
		t.Errorf("the release has left %v in its folder", left)
	}
}

// workbenchCarried checks that a release serves the workbench's page without the sources, the
// toolchain or a cache.
func workbenchCarried(t *testing.T, program string) {
	t.Helper()
	dir := t.TempDir()
	yaml, err := os.ReadFile(demo)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mine.yaml"), yaml, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "edit", "mine.yaml")
	cmd.Dir, cmd.Env = dir, []string{}
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	line, err := bufio.NewReader(said).ReadString('\n')
	address, _, found := strings.Cut(line, "/#")
	if !found {
		t.Fatalf("charte edit has printed %q (%v)", line, err)
	}
	response, err := http.Get(address + "/program.wasm")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got, err := io.ReadAll(response.Body); err != nil || string(got) != "\x00asm" {
		t.Errorf("the program is %q (%v)", got, err)
	}
}
