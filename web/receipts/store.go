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

// A Store keeps records, in a file of SQLite or in PostgreSQL.
type Store struct {
	// Now is the clock, which records are dated by; opening a store sets it to
	// [time.Now].
	Now func() time.Time

	write, read *sql.DB
	postgres    bool

	// preparing holds a token of whoever brings the tables up to date: it has room
	// for one, and who waits for it can give up when a context ends.
	preparing chan struct{}
	prepared  bool // whether the tables are up to date; guarded by preparing

	// kept has the day on which an archive was last seen in the store, by hash.
	// Only Append uses it.
	kept map[string]consentDay
}

type consentDay = int64 // days since 1970-01-01, in UTC

// Open opens a store: postgres://… or the path of a file, which is made where
// create is set. Its tables are brought up to date.
func Open(ctx context.Context, name string, create bool) (*Store, error) {
	return open(ctx, name, create, nil)
}

// reachTime is how long an attempt to connect to PostgreSQL may take, where the
// address of the database does not say; and how long giving up a lock may.
const reachTime = 5 * time.Second

// OpenToServe opens a store as Open does, and makes a file that is not there. A
// PostgreSQL that is down, full or silent is opened all the same, and the log is
// told: whatever is asked of the store fails until it can be, and brings the
// tables up to date first. The error is that of a file, or the database's own
// where waiting does not help, such as a wrong password.
func OpenToServe(ctx context.Context, name string, log *slog.Logger) (*Store, error) {
	return open(ctx, name, true, func(err error) bool {
		if final(err) {
			return false
		}
		log.Warn("the store of receipts cannot be reached; none are kept until it can be", "fault", err.Error())
		return true
	})
}

// finalClasses are the first two characters of the SQLSTATE of errors that
// somebody has to mend: the address, the password, or what the user may do
// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
var finalClasses = []string{
	"0A", // the feature is not supported
	"22", // a parameter has a value that it cannot have
	"28", // the user is unknown, or the password wrong
	"3D", // there is no such database
	"3F", // there is no such schema
	"42", // the user may not do it, or a table of that name is somebody else's
}

// final says whether PostgreSQL has given an answer that stays the same until
// somebody mends something. All else may pass: no answer, a connection that
// breaks (class 08), no room (53), a start or an end (57).
func final(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && len(answer.Code) == 5 && slices.Contains(finalClasses, answer.Code[:2])
}

// open opens a store and brings its tables up to date. Where a PostgreSQL fails
// at that, later says whether the store is opened as it is.
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

// unprepared opens a store and leaves its tables as they are. It returns one to
// close also where it fails.
func unprepared(name string, create bool) (*Store, error) {
	s := &Store{Now: time.Now, kept: map[string]consentDay{}, preparing: make(chan struct{}, 1)}
	if strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://") {
		return s, s.openPostgres(name)
	}
	return s, s.openSQLite(name, create)
}

// openSQLite opens a file. WAL and synchronous=FULL: what is committed is in the
// log, and the log on the disk (https://www.sqlite.org/pragma.html#pragma_synchronous).
func (s *Store) openSQLite(file string, create bool) error {
	flags := os.O_RDWR
	if create {
		flags |= os.O_CREATE
	}
	made, err := os.OpenFile(file, flags, 0o600) // nobody else's to read
	if err != nil {
		return err
	}
	made.Close()
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(file)
	const pragmas = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	// Who writes says so when a transaction begins: two that find it out later
	// would both have to give up.
	// What it deletes it overwrites: a purge is one.
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
		return errors.New("the address postgres://… cannot be read") // the error repeats it, password included
	}
	if config.ConnectTimeout == 0 {
		// Where a connection fails while somebody waits for one, database/sql opens
		// the next under a context that never ends.
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

// prepare brings the tables up to date, once. It waits for another that is at
// it, no longer than the context allows.
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

// prepareTime is how long bringing the tables up to date may take before it is
// given up: whatever is asked of the store meanwhile waits for it.
const prepareTime = 10 * time.Second

// migrate brings the tables up to date, or gives up after prepareTime. Of servers
// that start at one time, one does it and the others wait.
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

// A boundedLocker gives up a lock in reachTime. Goose unlocks under a context
// without an end, and would wait for ever for a database that has fallen silent.
// A lock that is not given up ends with its connection, which is closed then.
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

// Append puts receipts at the end of a chain, and archives what they name. When
// it returns nil they are on the disk; otherwise none of them is in the chain,
// unless the connection broke in the middle of the commit. It is not for several
// goroutines at a time.
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
	// In one order everywhere: servers that wait for each other never wait in a ring.
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

// A chainEnd is the last record of a chain, and what is to be put behind it.
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

// extend runs a transaction that holds a chain's end, and writes what change
// puts behind it.
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

// commit ends a transaction that has the writer.
func (s *Store) commit(ctx context.Context, tx *sql.Tx) error {
	err := tx.Commit()
	if err != nil && !s.postgres {
		// Where the disk is full, SQLite may leave the transaction open, and
		// database/sql takes it for ended.
		s.write.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	}
	return err
}

// insert writes records: to SQLite one by one, which is next door; to
// PostgreSQL all at once.
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

// keep archives what a record names, where that is not yet done, and notes the
// day. The note comes first: it locks what is there, or waits for a purge that is
// deleting it on another server, and then finds nothing.
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

// count adds receipts to what figures are drawn from.
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

// snapshot runs what reads the store as it is at one moment, while others go on
// writing.
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

// each calls back with every record, chain by chain, in order.
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
