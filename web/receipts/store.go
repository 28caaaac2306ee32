package receipts

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed migrations
var migrations embed.FS

// A Store keeps records in an SQLite file or in PostgreSQL.
type Store struct {
	// Now is the clock by which records are dated. In a store that was just opened it
	// is [time.Now].
	Now func() time.Time

	write, read *sql.DB
	postgres    bool

	// preparing is a lock that is held while the tables are brought up to date. It is a
	// channel with room for one instead of a mutex, so that waiting for it can end with
	// a context.
	preparing chan struct{}
	prepared  bool // whether the tables are up to date; guarded by preparing

	// kept has the day on which an archive was last seen in the store, by hash.
	// Only Append uses it.
	kept map[string]consentDay
}

type consentDay = int64 // days since 1970-01-01, in UTC

// Open opens a store, and brings its tables up to date. Its name is the address of a
// PostgreSQL database, postgres://…, or the path of an SQLite file. If create is set, a
// file that is not there is made.
func Open(ctx context.Context, name string, create bool) (*Store, error) {
	return open(ctx, name, create, nil)
}

// reachTime is how long releasing a lock in PostgreSQL may take. It is also how long an
// attempt to connect may take, unless the address of the database says that.
const reachTime = 5 * time.Second

// OpenToServe opens a store as [Open] does, and makes a file that is not there.
//
// It is not an error if a PostgreSQL database is down, full or silent. The log gets a
// warning. Each later call of a method tries first to bring the tables up to date, and
// fails if it cannot. It is an error if waiting does not help: the file cannot be used,
// or the database answers, for instance, that the password is wrong.
func OpenToServe(ctx context.Context, name string, log *slog.Logger) (*Store, error) {
	return open(ctx, name, true, func(err error) bool {
		if final(err) {
			return false
		}
		log.Warn("the store of receipts cannot be reached; none are kept until it can be", "fault", err.Error())
		return true
	})
}

// finalClasses are the first two characters of the SQLSTATE of errors that stay until
// somebody corrects the address, the password, or the rights of the user
// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
var finalClasses = []string{
	"0A", // the feature is not supported
	"22", // a parameter has a value that it cannot have
	"28", // the user is unknown, or the password wrong
	"3D", // there is no such database
	"3F", // there is no such schema
	"42", // the user may not do it, or a table of that name is somebody else's
}

// final reports whether an error is an answer of PostgreSQL of one of finalClasses. All
// other errors may go away by themselves: no answer, a connection that breaks (class
// 08), no room (53), or a database that is starting or ending (57).
func final(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && len(answer.Code) == 5 && slices.Contains(finalClasses, answer.Code[:2])
}

// open opens a store and brings its tables up to date. If PostgreSQL fails at that, later
// decides whether the store is opened in spite of it. If later is nil, it is not.
func open(ctx context.Context, name string, create bool, later func(error) bool) (*Store, error) {
	s, err := unprepared(name, create)
	if err == nil {
		err = s.prepare(ctx)
		if err != nil && s.postgres && later != nil && later(err) {
			err = nil
		}
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("the store of receipts cannot be used: %w", err)
	}
	return s, nil
}

// unprepared opens a store and leaves its tables as they are. The caller must close the
// store, also if there is an error.
func unprepared(name string, create bool) (*Store, error) {
	s := &Store{Now: time.Now, kept: map[string]consentDay{}, preparing: make(chan struct{}, 1)}
	if strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://") {
		return s, s.openPostgres(name)
	}
	return s, s.openSQLite(name, create)
}

// openSQLite opens a file. With WAL and synchronous=FULL, what is committed is in the
// log, and the log is on the disk (https://www.sqlite.org/pragma.html#pragma_synchronous).
func (s *Store) openSQLite(file string, create bool) error {
	flags := os.O_RDWR
	if create {
		flags |= os.O_CREATE
	}
	made, err := os.OpenFile(file, flags, 0o600) // no other user may read it
	if err != nil {
		return err
	}
	made.Close()
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(file)
	const pragmas = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	// A transaction of write takes SQLite's write lock when it begins (immediate). Two
	// that took it later would wait for each other, and one would fail. What is deleted
	// is overwritten (secure_delete), since a purge must leave nothing.
	if s.write, err = sql.Open("sqlite", "file:"+escaped+pragmas+"&_pragma=secure_delete(ON)&_txlock=immediate"); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	s.read, err = sql.Open("sqlite", "file:"+escaped+pragmas)
	return err
}

// openPostgres opens a database. Commits wait for the disk, whatever the
// database's default is.
func (s *Store) openPostgres(url string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return errors.New("the address postgres://… cannot be read") // err has the address in it, and the password
	}
	if config.ConnectTimeout == 0 {
		// If a connection fails while a caller waits for one, database/sql opens the
		// next one under a context that never ends.
		config.ConnectTimeout = reachTime
	}
	config.RuntimeParams["synchronous_commit"] = "on"
	config.RuntimeParams["application_name"] = "charte"
	s.postgres = true
	s.write = stdlib.OpenDB(*config)
	s.write.SetMaxOpenConns(4)
	s.read = s.write
	return nil
}

// prepare brings the tables up to date, once. While another goroutine does that, prepare
// waits, but no longer than the context allows.
func (s *Store) prepare(ctx context.Context) error {
	select {
	case s.preparing <- struct{}{}:
		defer func() { <-s.preparing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.prepared {
		return nil
	}
	err := s.migrate(ctx)
	s.prepared = err == nil
	return err
}

// prepareTime is how long bringing the tables up to date may take before it is given up.
// All other calls to the store wait for it meanwhile.
const prepareTime = 10 * time.Second

// migrate brings the tables up to date, or gives up after prepareTime. If several servers
// start at the same time, one of them does it and the others wait.
func (s *Store) migrate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, prepareTime)
	defer cancel()
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	options := []goose.ProviderOption{goose.WithTableName("charte_migrations"), goose.WithDisableGlobalRegistry(true)}
	if s.postgres {
		dialect, folder = goose.DialectPostgres, "migrations/postgres"
		const everySeconds, times = 1, uint64(prepareTime / time.Second)
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(everySeconds, times))
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(boundedLocker{locker}))
	}
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, s.write, files, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// A boundedLocker takes no longer than reachTime to release a lock. Goose releases
// it under a context without an end, and would wait for ever for a database that has
// fallen silent. If a lock is not released, its connection is closed, and that ends the
// lock.
type boundedLocker struct{ lock.SessionLocker }

func (l boundedLocker) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	return l.SessionLocker.SessionUnlock(ctx, conn)
}

// Close closes the store.
func (s *Store) Close() error {
	var err error
	if s.read != nil && s.read != s.write {
		err = s.read.Close()
	}
	if s.write != nil {
		err = errors.Join(err, s.write.Close())
	}
	return err
}

// Append adds receipts to the end of a chain, and archives what they name. If it returns
// nil, they are on the disk. If it returns an error, none of them is in the chain, unless
// the connection broke in the middle of the commit. Only one goroutine at a time may call
// it.
func (s *Store) Append(ctx context.Context, chain string, receipts []*Receipt, archives []Archive) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	now := s.Now()
	day := now.Unix() / 86400
	var used []Archive
	for _, a := range archives {
		if s.kept[a.Hash] != day {
			used = append(used, a)
		}
	}
	// All servers lock archives in the same order, so that no two wait for each other.
	slices.SortFunc(used, func(a, b Archive) int { return strings.Compare(a.Hash, b.Hash) })
	err := s.extend(ctx, chain, func(tx *sql.Tx, end *chainEnd) error {
		for _, a := range used {
			if err := keep(ctx, tx, a, day); err != nil {
				return err
			}
		}
		for _, receipt := range receipts {
			if err := end.add(now, &Record{Receipt: receipt}); err != nil {
				return err
			}
		}
		return count(ctx, tx, chain, now, receipts)
	})
	if err == nil {
		for _, a := range used {
			s.kept[a.Hash] = day
		}
	}
	return err
}

// A chainEnd is the end of a chain: the number and the hash of its last record, and the
// records that were added and not yet written.
type chainEnd struct {
	n     int64
	hash  string
	added []link
}

type link struct {
	n, t   int64
	record string
}

func (e *chainEnd) add(now time.Time, r *Record) error {
	data, hash, err := r.seal(now, e.hash)
	if err != nil {
		return err
	}
	e.n++
	e.hash = hash
	e.added = append(e.added, link{e.n, now.Unix(), string(data)})
	return nil
}

// extend runs a transaction that locks the end of a chain, and writes the records
// that change adds to it.
func (s *Store) extend(ctx context.Context, chain string, change func(*sql.Tx, *chainEnd) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "INSERT INTO charte_chains (chain, n, hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING", chain, genesis(chain)); err != nil {
		return err
	}
	last := "SELECT n, hash FROM charte_chains WHERE chain = $1"
	if s.postgres {
		last += " FOR UPDATE" // SQLite has one writer at a time
	}
	var e chainEnd
	if err := tx.QueryRowContext(ctx, last, chain).Scan(&e.n, &e.hash); err != nil {
		return err
	}
	if err := change(tx, &e); err != nil {
		return err
	}
	if len(e.added) == 0 {
		return nil
	}
	if err := s.insert(ctx, tx, chain, e.added); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE charte_chains SET n = $1, hash = $2 WHERE chain = $3", e.n, e.hash, chain); err != nil {
		return err
	}
	return s.commit(ctx, tx)
}

// commit commits a transaction of s.write.
func (s *Store) commit(ctx context.Context, tx *sql.Tx) error {
	err := tx.Commit()
	if err != nil && !s.postgres {
		// Where the disk is full, SQLite may leave the transaction open, and
		// database/sql takes it for ended.
		s.write.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	}
	return err
}

// insert writes records. It writes them to PostgreSQL all at once, and to SQLite one by
// one, since there is no network in between.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, chain string, links []link) error {
	if s.postgres {
		var numbers, times []int64
		var records []string
		for _, l := range links {
			numbers, times, records = append(numbers, l.n), append(times, l.t), append(records, l.record)
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO charte_receipts (chain, n, t, record) SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::text[])", chain, numbers, times, records)
		return err
	}
	insert, err := tx.PrepareContext(ctx, "INSERT INTO charte_receipts (chain, n, t, record) VALUES ($1, $2, $3, $4)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, l := range links {
		if _, err := insert.ExecContext(ctx, chain, l.n, l.t, l.record); err != nil {
			return err
		}
	}
	return nil
}

// keep archives what a record names, unless the store has it, and notes the day on which
// it was used. The note is written first, and locks an archive that is there. If a purge
// on another server is deleting the archive, the note waits for that and then finds no
// archive. The archive is then added again.
func keep(ctx context.Context, tx *sql.Tx, a Archive, day consentDay) error {
	noted, err := tx.ExecContext(ctx, "UPDATE charte_archives SET used = CASE WHEN used < $1 THEN $1 ELSE used END WHERE hash = $2", day, a.Hash)
	if err != nil {
		return err
	}
	if n, err := noted.RowsAffected(); err != nil || n > 0 {
		return err
	}
	data, err := a.data()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO charte_archives (hash, kind, data, used) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", a.Hash, a.kind, data, day)
	return err
}

// A group is what receipts are counted by.
type group struct{ site, action, ui, state string }

// count adds receipts to the counts that figures are made of.
func count(ctx context.Context, tx *sql.Tx, chain string, now time.Time, receipts []*Receipt) error {
	counts := map[group]int{}
	for _, r := range receipts {
		state, err := json.Marshal(r.State)
		if err != nil {
			return err
		}
		counts[group{r.Site, r.Action, r.UI, string(state)}]++
	}
	groups := slices.SortedFunc(maps.Keys(counts), func(a, b group) int {
		return cmp.Or(strings.Compare(a.site, b.site), strings.Compare(a.action, b.action), strings.Compare(a.ui, b.ui), strings.Compare(a.state, b.state))
	})
	for _, g := range groups {
		_, err := tx.ExecContext(ctx, `INSERT INTO charte_counts (chain, day, site, action, ui, state, n) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (chain, day, site, action, ui, state) DO UPDATE SET n = charte_counts.n + excluded.n`,
			chain, now.UTC().Format(time.DateOnly), g.site, g.action, g.ui, g.state, counts[g])
		if err != nil {
			return err
		}
	}
	return nil
}

// snapshot calls look with a transaction that sees the store as it is at one
// moment, while others go on writing.
func (s *Store) snapshot(ctx context.Context, look func(*sql.Tx) error) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	var options *sql.TxOptions
	if s.postgres {
		options = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := s.read.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return look(tx)
}

// A stored record is a record, its place, and the bytes that were hashed.
type stored struct {
	chain  string
	n, t   int64
	record string
}

// each calls do with every record, chain by chain, in order.
func each(ctx context.Context, tx *sql.Tx, do func(stored) error) error {
	rows, err := tx.QueryContext(ctx, "SELECT chain, n, t, record FROM charte_receipts ORDER BY chain, n")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r stored
		if err := rows.Scan(&r.chain, &r.n, &r.t, &r.record); err != nil {
			return err
		}
		if err := do(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// archive returns what was archived under a hash.
func archive(ctx context.Context, tx *sql.Tx, hash string) (kind string, data []byte, err error) {
	err = tx.QueryRowContext(ctx, "SELECT kind, data FROM charte_archives WHERE hash = $1", hash).Scan(&kind, &data)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%s is not in the archive", hash)
	}
	return kind, data, err
}
