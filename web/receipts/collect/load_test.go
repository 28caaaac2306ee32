package collect

import (
	"bufio"
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"charte/banner/consent"
	"charte/web/hosts/commandline"
	"charte/web/hosts/postgres"
	"charte/web/receipts"
)

// charte runs the command and returns what it prints.
func charte(t testing.TB, args ...string) (string, error) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), commandline.Build(t), args...).CombinedOutput()
	return string(output), err
}

// A process is a server that runs beside the test.
type process struct {
	cmd     *exec.Cmd
	address string // host and port
	said    *bytes.Buffer
	once    sync.Once
}

// end sends the server a signal and waits until it has ended.
func (p *process) end(signal os.Signal) {
	p.once.Do(func() {
		p.cmd.Process.Signal(signal)
		p.cmd.Wait()
	})
}

// serve starts a server that keeps receipts in a store, on a free port. Commands of a
// shell may be put before it.
func serve(t testing.TB, before, store string, args ...string) *process {
	t.Helper()
	args = append([]string{"-c", before + ` exec "$0" "$@"`, commandline.Build(t), "-addr", "127.0.0.1:0", "-receipts", store, "-receipts-rate", "0"}, args...)
	p := &process{cmd: exec.Command("sh", args...), said: &bytes.Buffer{}}
	p.cmd.Stderr = p.said
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.end(os.Kill) })
	scanner := bufio.NewScanner(stdout)
	for scanner.Scan() {
		if found := regexp.MustCompile(`listening on http://(\S+)`).FindStringSubmatch(scanner.Text()); found != nil {
			p.address = found[1]
			go io.Copy(io.Discard, stdout)
			return p
		}
	}
	p.end(os.Kill)
	t.Fatalf("the server never printed where it listens; it printed %s", p.said)
	return nil
}

// demoPost is the body of a refusal of today, as a page of the demo sends it.
func demoPost(t testing.TB) string {
	b := bundled(t, "demo")
	_, _, none := values(b, consent.DayOf(time.Now()))
	return body(t, said(b, none, "answer", receipts.Layer1))
}

// A load sends the same receipt again and again over many connections, and counts the
// answers.
type load struct {
	sent, kept, refused, gone atomic.Int64 // gone: no answer, or an unexpected one
	last                      atomic.Int64 // status code of the last one that was not kept
	stop                      atomic.Bool
	wait                      sync.WaitGroup
}

func begin(t testing.TB, address, body string, connections int) *load {
	t.Helper()
	l := &load{}
	request := []byte(fmt.Sprintf("POST /receipts HTTP/1.1\r\nHost: %s\r\nOrigin: http://%[1]s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", address, len(body), body))
	for range connections {
		l.wait.Go(func() {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				l.gone.Add(1)
				return
			}
			defer conn.Close()
			answers := bufio.NewReader(conn)
			for !l.stop.Load() {
				l.sent.Add(1)
				if _, err := conn.Write(request); err != nil {
					l.gone.Add(1)
					return
				}
				status, err := answer(answers)
				switch {
				case err != nil:
					l.gone.Add(1)
					return
				case status == http.StatusNoContent:
					l.kept.Add(1)
				default:
					l.last.Store(int64(status))
					l.refused.Add(1)
				}
			}
		})
	}
	return l
}

// end stops the load and waits for the answers to what was sent.
func (l *load) end() {
	l.stop.Store(true)
	l.wait.Wait()
}

// answer reads an answer by itself: net/http would take more processor time than the
// server that is measured.
func answer(r *bufio.Reader) (status int, err error) {
	length := 0
	for first := true; ; first = false {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		text := string(bytes.TrimRight(line, "\r\n"))
		switch {
		case first && len(text) > 12:
			status, _ = strconv.Atoi(text[9:12])
		case text == "":
			_, err = r.Discard(length)
			return status, err
		case strings.HasPrefix(text, "Content-Length: "):
			length, _ = strconv.Atoi(text[16:])
		}
	}
}

// until waits until there is true, for at most 90 seconds, and then fails the test.
func until(t testing.TB, what string, there func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); !there(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never came: %s", what)
		}
	}
}

// chains verifies a store, and returns the number of the last record of each chain.
func chains(t testing.TB, store string) map[string]int64 {
	t.Helper()
	text, err := charte(t, "receipts", "verify", store)
	if err != nil {
		t.Fatalf("the store does not verify: %s", text)
	}
	last := map[string]int64{}
	for _, found := range regexp.MustCompile(`chain (\S+): records \d+ to (\d+),`).FindAllStringSubmatch(text, -1) {
		last[found[1]], _ = strconv.ParseInt(found[2], 10, 64)
	}
	return last
}

// TestThroughput: a server takes many receipts a second, and answers each when it is on
// the disk. The README has the measured figure: 5,000 and more on two cores. The bound
// here is lower, since browsers and compilers may run at the same time, and a disk may
// take 100 ms for each write. A server with one receipt in each transaction would still
// fail.
func TestThroughput(t *testing.T) {
	const atLeast = 200 // receipts a second
	seconds := 4
	if testing.Short() {
		seconds = 1
	}
	file := filepath.Join(t.TempDir(), "receipts.db")
	p := serve(t, "", file, "-receipts-chain", "one")
	l := begin(t, p.address, demoPost(t), 256)
	until(t, "the first receipts", func() bool { return l.kept.Load() > 1000 })
	before, began := l.kept.Load(), time.Now()
	time.Sleep(time.Duration(seconds) * time.Second) // what is measured
	each := float64(l.kept.Load()-before) / time.Since(began).Seconds()
	l.end()
	p.end(os.Kill) // it has no time to write anything more
	if l.refused.Load() > 0 || l.gone.Load() > 0 || each < atLeast {
		t.Errorf("%.0f a second, %d refused (%d), %d lost", each, l.refused.Load(), l.last.Load(), l.gone.Load())
	}
	if last := chains(t, file)["one"]; last != l.kept.Load() {
		t.Errorf("%d records of %d that were acknowledged", last, l.kept.Load())
	}
	t.Logf("%.0f receipts a second over 256 connections, %d cores", each, runtime.NumCPU())
}

// TestKill: a server is killed under load, twenty times. It loses no receipt that it has
// acknowledged, and its chain goes on.
func TestKill(t *testing.T) {
	file := filepath.Join(t.TempDir(), "receipts.db")
	post := demoPost(t)
	var kept, sent int64
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		p := serve(t, "", file, "-receipts-chain", "one")
		l := begin(t, p.address, post, 32)
		aim := int64(1 + 97*round) // each round ends at another moment
		until(t, "receipts", func() bool { return l.kept.Load() > aim })
		p.end(os.Kill)
		l.end()
		kept, sent = kept+l.kept.Load(), sent+l.sent.Load()
		if last := chains(t, file)["one"]; last < kept || last > sent {
			t.Fatalf("round %d: %d records, %d acknowledged, %d sent", round, last, kept, sent)
		} else {
			kept = last // records that were written and not acknowledged stay, too
		}
	}
}

// TestDiskFull: with the disk full, receipts are answered 503, and pages get their files.
// Once there is room again, receipts are taken.
func TestDiskFull(t *testing.T) {
	for name, full := range map[string]func(t *testing.T) (before, dir string, free func(*process)){
		"file system": smallFileSystem, "limit": smallFiles,
	} {
		t.Run(name, func(t *testing.T) {
			before, dir, free := full(t)
			file := filepath.Join(dir, "receipts.db")
			p := serve(t, before, file, "-receipts-chain", "one")
			l := begin(t, p.address, demoPost(t), 16)
			until(t, "a full disk", func() bool { return l.last.Load() == http.StatusServiceUnavailable })
			for _, path := range []string{"/charte.js", "/charte", "/healthz", "/"} {
				response, err := http.Get("http://" + p.address + path)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(response.Body)
				response.Body.Close()
				if err != nil || response.StatusCode != http.StatusOK || len(body) < 3 {
					t.Errorf("%s: %s, %d bytes, %v", path, response.Status, len(body), err)
				}
			}
			if free != nil {
				free(p)
				until(t, "room", func() bool {
					had := l.kept.Load()
					time.Sleep(20 * time.Millisecond)
					return l.kept.Load() > had
				})
			}
			l.end()
			p.end(syscall.SIGTERM)
			if l.gone.Load() > 0 {
				t.Errorf("%d requests without an answer", l.gone.Load())
			}
			if text := p.said.String(); strings.Count(text, "receipts cannot be kept") != 1 || strings.Contains(text, "127.0.0.1") || strings.Contains(text, "goroutine ") {
				t.Errorf("said %s", text)
			}
			if last := chains(t, file)["one"]; last < l.kept.Load() || last == 0 {
				t.Errorf("%d records, %d acknowledged", last, l.kept.Load())
			}
		})
	}
}

// smallFiles limits a server's files to 2 MiB.
func smallFiles(t *testing.T) (before, dir string, free func(*process)) {
	return "ulimit -f 4096;", t.TempDir(), nil // in blocks of 512 bytes (POSIX)
}

// smallFileSystem is a disk of 3 MiB. One MiB of it is taken until free is called. Where
// the test may not mount a disk, a limit on the size of files has to do.
func smallFileSystem(t *testing.T) (before, dir string, free func(*process)) {
	dir = t.TempDir()
	mount := exec.Command("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", dir)
	if os.Geteuid() != 0 {
		mount = exec.Command("sudo", append([]string{"-n"}, mount.Args...)...)
	}
	if output, err := mount.CombinedOutput(); err != nil {
		t.Logf("no file system can be mounted here: %v %s", err, output)
		return smallFiles(t)
	}
	t.Cleanup(func() {
		unmount := exec.Command("umount", dir)
		if os.Geteuid() != 0 {
			unmount = exec.Command("sudo", "-n", "umount", dir)
		}
		if output, err := unmount.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, output)
		}
	})
	taken := filepath.Join(dir, "taken")
	if err := os.WriteFile(taken, make([]byte, 1<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	return "", dir, func(*process) {
		if err := os.Remove(taken); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPostgres: two servers keep receipts in one PostgreSQL database, each in a chain of
// its own. One is killed under load. No receipt that either has acknowledged is lost, and
// the other goes on.
func TestPostgres(t *testing.T) {
	store, _ := postgres.Start(t)
	post := demoPost(t)
	var servers [2]*process
	var starting sync.WaitGroup
	for i, chain := range []string{"one", "two"} {
		starting.Go(func() { servers[i] = serve(t, "", store, "-receipts-chain", chain) }) // both at the same time
	}
	starting.Wait()
	loads := [2]*load{begin(t, servers[0].address, post, 32), begin(t, servers[1].address, post, 32)}
	for _, l := range loads {
		until(t, "receipts", func() bool { return l.kept.Load() > 500 })
	}
	servers[0].end(os.Kill)
	loads[0].end()
	had := loads[1].kept.Load()
	until(t, "receipts after the other server's end", func() bool { return loads[1].kept.Load() > had+500 })
	loads[1].end()
	last := chains(t, store)
	if kept, sent := loads[0].kept.Load(), loads[0].sent.Load(); last["one"] < kept || last["one"] > sent {
		t.Errorf("the killed server's chain has %d records; %d were acknowledged, %d sent", last["one"], kept, sent)
	}
	if l := loads[1]; last["two"] != l.kept.Load() || l.refused.Load()+l.gone.Load() > 0 || len(last) != 2 {
		t.Errorf("the other's chain has %d records; %d were acknowledged, %d not, %d lost; %v", last["two"], l.kept.Load(), l.refused.Load(), l.gone.Load(), last)
	}

	// Started again, the killed server goes on where its chain ended.
	again := serve(t, "", store, "-receipts-chain", "one")
	l := begin(t, again.address, post, 4)
	until(t, "receipts after a restart", func() bool { return l.kept.Load() > 10 })
	l.end()
	if now := chains(t, store)["one"]; now != last["one"]+l.kept.Load() {
		t.Errorf("the chain has %d records, had %d, and %d were acknowledged since", now, last["one"], l.kept.Load())
	}
	for command, want := range map[string]string{
		"export": `"action":"refuse"`, "stats": "refuse", "purge -days 1": "0 records deleted",
	} {
		if text, err := charte(t, append(append([]string{"receipts"}, strings.Fields(command)...), store)...); err != nil || !strings.Contains(text, want) {
			t.Errorf("%s: %v, %.300s", command, err, text)
		}
	}
	// As in SQLite, all records can be purged, and a record that was changed is found.
	s, err := receipts.Open(t.Context(), store, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Now = func() time.Time { return time.Now().AddDate(0, 0, 3) }
	if gone, err := s.Purge(t.Context(), s.Now().AddDate(0, 0, -1)); err != nil || gone < 1000 {
		t.Errorf("%d are gone, %v", gone, err)
	}
	if after := chains(t, store); after["two"] != last["two"]+1 {
		t.Errorf("after a purge: %v", after)
	}
	tables, err := sql.Open("pgx", store)
	if err != nil {
		t.Fatal(err)
	}
	defer tables.Close()
	if _, err := tables.Exec("UPDATE charte_receipts SET record = replace(record, 'records', 'Records') WHERE chain = 'two'"); err != nil {
		t.Fatal(err)
	}
	if text, err := charte(t, "receipts", "verify", store); err == nil || !strings.Contains(text, "chain two, record ") {
		t.Errorf("verify says %s", text)
	}
}

// TestPostgresDown: a server starts without its PostgreSQL database. It serves pages, and
// answers 503 to receipts and to requests for figures. Once the database is there, it
// takes receipts and shows figures. If the database answers with a refusal, the start
// fails.
func TestPostgresDown(t *testing.T) {
	there, dir := postgres.Start(t)
	away := t.TempDir()
	const token = "0123456789abcdef"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	p := serve(t, "", "postgres:///postgres?user=charte&host="+away, "-receipts-chain", "one", "-receipts-token", file)
	figures := func() int {
		t.Helper()
		r, err := http.NewRequest("GET", "http://"+p.address+"/receipts", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	post := func() int {
		t.Helper()
		r, err := http.NewRequest("POST", "http://"+p.address+"/receipts", strings.NewReader(demoPost(t)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "http://"+p.address)
		r.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	for range 2 {
		if status := post(); status != http.StatusServiceUnavailable {
			t.Errorf("without a database: %d, want 503", status)
		}
		if status := figures(); status != http.StatusServiceUnavailable {
			t.Errorf("figures without a database: %d, want 503", status)
		}
	}
	response, err := http.Get("http://" + p.address + "/charte.js")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("charte.js: %s", response.Status)
	}
	if err := os.Symlink(filepath.Join(dir, postgres.Socket), filepath.Join(away, postgres.Socket)); err != nil {
		t.Fatal(err)
	}
	if status := figures(); status != http.StatusOK {
		t.Errorf("figures with the database, before the first receipt: %d, want 200", status)
	}
	if status := post(); status != http.StatusNoContent {
		t.Errorf("with the database: %d, want 204", status)
	}
	p.end(syscall.SIGTERM)
	if text := p.said.String(); !strings.Contains(text, "cannot be reached") || !strings.Contains(text, "receipts cannot be kept") {
		t.Errorf("said %s", text)
	}
	if last := chains(t, there); last["one"] != 1 {
		t.Errorf("%v, want one record", last)
	}
	if _, err := receipts.OpenToServe(t.Context(), strings.Replace(there, "/postgres?", "/another?", 1), slog.Default()); err == nil || !strings.Contains(err.Error(), "another") {
		t.Errorf("a database that is not there: %v", err)
	}
}
