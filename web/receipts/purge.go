package receipts

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"time"
)

const (
	// purgeStep is how many records one transaction deletes. SQLite has one writer
	// at a time: receipts that come meanwhile wait until the transaction ends.
	purgeStep = 20_000

	// purgeRest is the pause between two steps, in which they are written. It is
	// longer than the 100 ms after which a connection that waits for SQLite asks
	// again at the latest (sqliteDefaultBusyCallback in its main.c).
	purgeRest = 200 * time.Millisecond
)

// Purge deletes the records from before a day of UTC at the beginning of every
// chain, and then the archives that no record names any more. It works in steps;
// each adds a record to the chain that says what was deleted. A chain that has
// nothing so old stays as it is.
//
// A chain has no gaps. So a record that a wrong clock has dated after now is
// deleted too if an old one stands behind it.
//
// Purge returns how many records it has deleted, also when it fails half way: what
// is left can be verified. Of what it has deleted, nothing can be read in the
// files of SQLite any more.
func (s *Store) Purge(ctx context.Context, before time.Time) (int64, error) {
	return s.purge(ctx, before, purgeStep)
}

func (s *Store) purge(ctx context.Context, before time.Time, step int) (int64, error) {
	if err := s.prepare(ctx); err != nil {
		return 0, err
	}
	before = before.UTC().Truncate(24 * time.Hour)
	rows, err := s.read.QueryContext(ctx, "SELECT chain FROM charte_chains ORDER BY chain")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var chains []string
	for rows.Next() {
		var chain string
		if err := rows.Scan(&chain); err != nil {
			return 0, err
		}
		chains = append(chains, chain)
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	rows.Close()
	var gone int64
	for _, chain := range chains {
		// The number of the last old record that has no younger one before it: a clock
		// may have been set back since. A record that is dated after now counts as
		// neither. One look is enough, without the writer, as new records stand behind.
		var to sql.NullInt64
		err := s.read.QueryRowContext(ctx, `SELECT max(n) FROM charte_receipts WHERE chain = $1 AND t < $2 AND n <
			coalesce((SELECT min(n) FROM charte_receipts WHERE chain = $1 AND t BETWEEN $2 AND $3), $4)`,
			chain, before.Unix(), s.Now().Unix(), int64(math.MaxInt64)).Scan(&to)
		if err != nil {
			return gone, err
		}
		for more := to.Valid; more; {
			err := s.extend(ctx, chain, func(tx *sql.Tx, end *chainEnd) error {
				purge, err := deleteFirst(ctx, tx, chain, to.Int64, step)
				if more = purge != nil && purge.To < to.Int64; err != nil || purge == nil {
					return err
				}
				gone += purge.Records
				purge.Before = before.Format(time.DateOnly)
				return end.add(s.Now(), &Record{Purge: purge})
			})
			if err != nil {
				return gone, err
			}
			if more {
				select {
				case <-time.After(purgeRest):
				case <-ctx.Done():
					return gone, ctx.Err()
				}
			}
		}
	}
	if err := s.forget(ctx, before); err != nil {
		return gone, err
	}
	return gone, s.scrub(ctx)
}

// forget deletes the archives that no record names any more: those that were last
// used before the oldest record that is left. To find that record it reads all of
// them, and holds up nobody meanwhile. Then it takes the writer, and reads those
// that have come since.
func (s *Store) forget(ctx context.Context, before time.Time) error {
	oldest := int64(math.MaxInt64)
	var seen map[string]int64
	err := s.snapshot(ctx, func(tx *sql.Tx) (err error) {
		oldest, seen, err = oldestBehind(ctx, tx, nil)
		return err
	})
	if err != nil {
		return err
	}
	// What was used yesterday or today stays: a server that has noted today that it
	// uses an archive does not look for it again.
	limit := min(before.Unix(), s.Now().Unix()-86400)
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if s.postgres {
		// A server that notes that it uses an archive has committed its records before
		// this lock, or waits for it, finds the archive gone and adds it again (see
		// keep). SQLite has one writer at a time.
		if _, err := tx.ExecContext(ctx, "LOCK TABLE charte_archives IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return err
		}
	}
	since, _, err := oldestBehind(ctx, tx, seen)
	if err != nil {
		return err
	}
	// A record from before that day may have stayed, behind one with a wrong date,
	// or have come since, from a server whose clock is behind. What it names stays.
	if _, err := tx.ExecContext(ctx, "DELETE FROM charte_archives WHERE used < $1", min(limit, oldest, since)/86400); err != nil {
		return err
	}
	return s.commit(ctx, tx)
}

// oldestBehind returns the time of the oldest record, in seconds since 1970, or
// math.MaxInt64 if there is none. Of each chain it looks at the records behind the
// number that numbers has for it, or at all if there is none. It also returns the
// number of the last record of each chain.
func oldestBehind(ctx context.Context, tx *sql.Tx, numbers map[string]int64) (oldest int64, last map[string]int64, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT chain, n FROM charte_chains")
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	last = map[string]int64{}
	for rows.Next() {
		var chain string
		var n int64
		if err := rows.Scan(&chain, &n); err != nil {
			return 0, nil, err
		}
		last[chain] = n
	}
	if err := rows.Err(); err != nil {
		return 0, nil, err
	}
	rows.Close() // a transaction of PostgreSQL reads one thing at a time
	oldest = math.MaxInt64
	for chain := range last {
		var t sql.NullInt64
		if err := tx.QueryRowContext(ctx, "SELECT min(t) FROM charte_receipts WHERE chain = $1 AND n > $2", chain, numbers[chain]).Scan(&t); err != nil {
			return 0, nil, err
		}
		if t.Valid {
			oldest = min(oldest, t.Int64)
		}
	}
	return oldest, last, nil
}

// deleteFirst deletes the first records of a chain: at most so many as a step has,
// and none behind the number to. It returns nil where there are none to delete.
func deleteFirst(ctx context.Context, tx *sql.Tx, chain string, to int64, step int) (*Purge, error) {
	var p Purge
	var record string
	err := tx.QueryRowContext(ctx, `SELECT n, record FROM charte_receipts WHERE chain = $1 AND n =
		(SELECT max(n) FROM (SELECT n FROM charte_receipts WHERE chain = $1 AND n <= $2 ORDER BY n LIMIT $3) AS step)`,
		chain, to, step).Scan(&p.To, &record)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p.Hash = hashOf([]byte(record))
	deleted, err := tx.ExecContext(ctx, "DELETE FROM charte_receipts WHERE chain = $1 AND n <= $2", chain, p.To)
	if err != nil {
		return nil, err
	}
	p.Records, err = deleted.RowsAffected()
	return &p, err
}

// scrub empties SQLite's log, which still holds what was deleted. In the file
// itself that has been overwritten (see openSQLite).
func (s *Store) scrub(ctx context.Context) error {
	if s.postgres {
		return nil
	}
	var busy, frames, written int
	if err := s.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &written); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("records are deleted, but somebody reads the store, and its log can still be searched for them: purge again")
	}
	return nil
}
