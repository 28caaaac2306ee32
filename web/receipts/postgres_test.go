package receipts

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"charte/web/hosts/postgres"
)

// until waits until there is true, for at most 90 seconds, and then fails the test.
func until(t testing.TB, what string, there func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); !there(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never came: %s", what)
		}
	}
}

// TestComesBack: one server begins to name an archive again while another purges it. The
// archive is there in the end, whichever of them is first.
func TestComesBack(t *testing.T) {
	address, _ := postgres.Start(t)
	s, err := Open(t.Context(), address, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	clock := noon
	s.Now = func() time.Time { return clock }
	a := CatalogueArchive([]byte("data"))
	use := func() error { return s.Append(t.Context(), "one", []*Receipt{{Action: Refuse}}, []Archive{a}) }
	if err := use(); err != nil {
		t.Fatal(err)
	}
	purging, err := s.write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := purging.Exec("DELETE FROM charte_archives"); err != nil {
		t.Fatal(err)
	}
	clock = clock.AddDate(0, 0, 9)
	used := make(chan error, 1)
	go func() { used <- use() }()
	waits := func() (waits bool) {
		t.Helper()
		if err := s.read.QueryRow("SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'").Scan(&waits); err != nil {
			t.Fatal(err)
		}
		return waits
	}
	until(t, "one that waits for the other", waits)
	if err := purging.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-used; err != nil {
		t.Fatal(err)
	}
	still := func() {
		t.Helper()
		err := s.snapshot(t.Context(), func(tx *sql.Tx) error {
			_, _, err := archive(t.Context(), tx, a.Hash)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	still()

	// A server whose clock is behind names the archive, and has not committed when another
	// server purges.
	naming, err := s.write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := keep(t.Context(), naming, a, clock.Unix()/86400); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"INSERT INTO charte_chains (chain, n, hash) VALUES ('behind', 1, '')",
		fmt.Sprintf("INSERT INTO charte_receipts (chain, n, t, record) VALUES ('behind', 1, %d, '{}')", clock.Unix()),
	} {
		if _, err := naming.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	clock = clock.AddDate(0, 0, 90)
	purged := make(chan error, 1)
	go func() {
		gone, err := s.Purge(t.Context(), clock.AddDate(0, 0, -60))
		if err == nil && gone != 2 {
			err = fmt.Errorf("%d records are gone, want 2", gone)
		}
		purged <- err
	}()
	until(t, "a purge that waits for the other", waits)
	if err := naming.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-purged; err != nil {
		t.Fatal(err)
	}
	still()
}

// TestPrepareGivesUp: a call that waits until another has brought the tables up to date
// ends with its context.
func TestPrepareGivesUp(t *testing.T) {
	s, err := unprepared(filepath.Join(t.TempDir(), "receipts.db"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.preparing <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := s.counts(ctx, noon)
		ended <- err
	}()
	cancel()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	case <-time.After(90 * time.Second):
		t.Fatal("it still waits")
	}
	<-s.preparing
	if _, err := s.counts(t.Context(), noon); err != nil {
		t.Error(err)
	}
}

// TestPostgresAnswers: a server starts although its PostgreSQL is starting or ending, is
// full, or breaks the connection. An answer that waiting does not change ends the start,
// with the database's code in the error.
func TestPostgresAnswers(t *testing.T) {
	for _, test := range []struct {
		name, code string // no code if it breaks the connection
		connected  bool   // it does so only after it has accepted the connection
		final      bool
	}{
		{"it starts", "57P03", false, false},
		{"it ends", "57P01", false, false},
		{"it has crashed", "57P02", true, false},
		{"it is full", "53300", false, false},
		{"its disk is full", "53100", true, false},
		{"it breaks off", "", false, false},
		{"it breaks off later", "", true, false},
		{"a connection fails behind it", "08006", true, false},
		{"it only reads, for now", "25006", true, false},
		{"a wrong password", "28P01", false, true},
		{"a user that may not connect", "28000", false, true},
		{"no such database", "3D000", false, true},
		{"a user that may not connect to it", "42501", false, true},
		{"a user that may not make tables", "42501", true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					refuse(conn, test.code, test.connected)
				}
			}()
			var log bytes.Buffer
			s, err := OpenToServe(t.Context(), "postgres://charte:secret@"+listener.Addr().String()+"/postgres?sslmode=disable", slog.New(slog.NewTextHandler(&log, nil)))
			if err == nil {
				defer s.Close()
			}
			if (err != nil) != test.final || err != nil && !strings.Contains(err.Error(), test.code) {
				t.Errorf("error = %v, want one: %t", err, test.final)
			}
			if told := strings.Contains(log.String(), "cannot be reached") && strings.Contains(log.String(), test.code); told == test.final || strings.Contains(log.String(), "secret") {
				t.Errorf("the log has %s", log.String())
			}
		})
	}
}

// refuse acts as a PostgreSQL that ends a connection, with a code or without an answer. It
// does so at once or, if connected is set, at the first query.
func refuse(conn net.Conn, code string, connected bool) {
	defer conn.Close()
	server := pgproto3.NewBackend(conn, conn)
	if _, err := server.ReceiveStartupMessage(); err != nil {
		return
	}
	if connected {
		server.Send(&pgproto3.AuthenticationOk{})
		server.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
		if err := server.Flush(); err != nil {
			return
		}
		if _, err := server.Receive(); err != nil {
			return
		}
	}
	if code != "" {
		server.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: code, Message: "no"})
		server.Flush()
	}
}
