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

// programs is where Debian puts the programs of PostgreSQL.
const programs = "/usr/lib/postgresql/*/bin/"

// Start starts a PostgreSQL of the test's own, installed where it is missing. It
// returns the address of a database in it, and the folder of its socket, which
// is called [Socket]. PostgreSQL refuses to run as root, and then runs as its own
// user. It ends with the test.
func Start(t testing.TB) (address, dir string) {
	t.Helper()
	if err := browsertest.InstallProgram(programs+"initdb", "postgresql"); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(programs + "initdb")
	if err != nil || found == nil {
		t.Fatal("there is no initdb")
	}
	bin := filepath.Dir(found[len(found)-1])
	// Not t.TempDir(): only its owner may go through that.
	dir, err = os.MkdirTemp("/tmp", "charte-pg") // a socket's path has 107 bytes at most
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
		server.Process.Signal(syscall.SIGINT) // "fast shutdown"
		server.Wait()
		if t.Failed() {
			t.Logf("PostgreSQL said %s", said.String())
		}
	})
	address = "postgres:///postgres?user=charte&host=" + dir
	for deadline := time.Now().Add(90 * time.Second); !answers(t, address); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("PostgreSQL never answered")
		}
	}
	return address, dir
}

// Socket is the name of the socket on which PostgreSQL listens, in its folder.
const Socket = ".s.PGSQL.5432"

// answers reports whether a database can be connected to.
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
