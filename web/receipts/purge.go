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

	// purgeRest is the pause between two steps, in which waiting receipts are written.
	// A connection that waits for SQLite asks again after 100 ms at most, so the pause
	// is longer (sqliteDefaultBusyCallback in its main.c).
	purgeRest = 200 * time.Millisecond
)

// Purge deletes the records at the beginning of every chain that are from before a day
// of UTC. Then it deletes the archives that no record names any more. It works in steps.
// Each step adds a record to the chain that says what was deleted. A chain without such
// old records stays as it is.
//
// A chain has no gaps. So a record that a wrong clock has dated after now is deleted too
// if an old one is behind it.
//
// Purge returns how many records it has deleted, also if it fails half way. The records
// that are left can be verified in any case. After a Purge without an error, the files
// of SQLite no longer have any of the deleted bytes.
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
		// This finds the number of the last old record that has no younger one before it.
		// Younger ones may be before old ones, since a clock may have been set back. A
		// record that is dated after now counts as neither old nor young. New records
		// come behind these, so one query is enough, and needs no lock.
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

// forget deletes the archives that no record names any more. They are those that were
// last used before the oldest record that is left. To find that record, forget first
// reads all records in a snapshot, while others can write. Then it takes the write lock,
// and reads only the records that have come since.
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
	// Archives that were used yesterday or today stay: a server that has noted today that
	// it uses an archive does not check again that the archive is there.
	limit := min(before.Unix(), s.Now().Unix()-86400)
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if s.postgres {
		// Another server may be noting that it uses an archive. Either it has committed
		// its records before this lock. Or it waits for the lock, then finds the archive
		// gone, and adds it again (see keep). SQLite needs no such lock, since it has one
		// writer at a time.
		if _, err := tx.ExecContext(ctx, "LOCK TABLE charte_archives IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return err
		}
	}
	since, _, err := oldestBehind(ctx, tx, seen)
	if err != nil {
		return err
	}
	// A record from before that day may still be there: behind one with a wrong date, or
	// new, from a server whose clock is behind. The archives that it names stay.
	if _, err := tx.ExecContext(ctx, "DELETE FROM charte_archives WHERE used < $1", min(limit, oldest, since)/86400); err != nil {
		return err
	}
	return s.commit(ctx, tx)
}

// oldestBehind returns the time of the oldest record, in seconds since 1970, or
// math.MaxInt64 if there is no record. It looks only at the records of each chain that
// are behind the chain's number in numbers, or at all records if the chain has no number
// there. It also returns the number of the last record of each chain.
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
	rows.Close() // a transaction of PostgreSQL has one query at a time
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

// deleteFirst deletes the first records of a chain: at most step of them, and none behind
// the number to. It returns nil if there is none to delete.
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

// scrub empties SQLite's log, which still has what was deleted. In the file itself, the
// deleted bytes have been overwritten already (see openSQLite).
func (s *Store) scrub(ctx context.Context) error {
	if s.postgres {
		return nil
	}
	var busy, frames, written int
	if err := s.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &written); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("the records are deleted, but their bytes are still in the store's log, since another program is reading the store: purge again")
	}
	return nil
}
