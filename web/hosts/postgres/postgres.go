// Package postgres starts a PostgreSQL for tests.
package postgres

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"charte/web/browser/browsertest"
)

// programs is the folder where Debian puts the programs of PostgreSQL, as a pattern: it has one
// folder for each version.
const programs = "/usr/lib/postgresql/*/bin/"

// Start starts a PostgreSQL server for the test alone, and stops it when the test ends. It
// installs PostgreSQL where it is missing. It returns the address of a database in the server and
// the folder of the server's socket, whose name is [Socket]. As root it runs the server as the
// user postgres, because PostgreSQL refuses to run as root. The test ends where the server does not
// answer within 90 seconds.
func Start(t testing.TB) (address, dir string) {
	t.Helper()
	if err := browsertest.InstallProgram(programs+"initdb", "postgresql"); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(programs + "initdb")
	if err != nil || found == nil {
		t.Fatalf("there is no %sinitdb", programs)
	}
	bin := filepath.Dir(found[len(found)-1])
	// t.TempDir() would not do: only its owner may enter it, and its path may be too long. The path
	// of a socket has 107 bytes at most.
	dir, err = os.MkdirTemp("/tmp", "charte-pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	run := func(args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, args[0]), args[1:]...)
		cmd.Dir = dir
		if os.Geteuid() == 0 {
			cmd = exec.Command("setpriv", append([]string{"--reuid=postgres", "--regid=postgres", "--clear-groups", cmd.Path}, args[1:]...)...)
			cmd.Dir = dir
		}
		return cmd
	}
	if os.Geteuid() == 0 {
		if output, err := exec.Command("chown", "postgres:postgres", dir).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, output)
		}
	}
	data := filepath.Join(dir, "data")
	if output, err := run("initdb", "-D", data, "-U", "charte", "--auth=trust", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	server := run("postgres", "-D", data, "-c", "listen_addresses=", "-c", "unix_socket_directories="+dir)
	var said bytes.Buffer
	server.Stderr = &said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGINT) // PostgreSQL's "fast shutdown": it closes the connections and ends
		server.Wait()
		if t.Failed() {
			t.Logf("PostgreSQL said %s", said.String())
		}
	})
	address = "postgres:///postgres?user=charte&host=" + dir
	for deadline := time.Now().Add(90 * time.Second); !answers(t, address); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("PostgreSQL has not answered within 90 seconds")
		}
	}
	return address, dir
}

// Socket is the file name of the socket on which PostgreSQL listens. Its folder is the one that
// [Start] returns.
const Socket = ".s.PGSQL.5432"

// answers reports whether the database at an address accepts a connection within a second.
func answers(t testing.TB, address string) bool {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return false
	}
	defer conn.Close(ctx)
	return conn.Ping(ctx) == nil
}
