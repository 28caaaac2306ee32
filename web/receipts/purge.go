package receipts

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"time"
)

const (
	// purgeStep is how many records are deleted in one transaction. SQLite has one
	// writer: receipts that pages send meanwhile wait for all of it.
	purgeStep = 20_000

	// purgeRest lets them in between two steps: who waits for SQLite's writer asks
	// again after 100 ms at most (sqliteDefaultBusyCallback in its main.c).
	purgeRest = 200 * time.Millisecond
)

// Purge deletes what is older than a day (of UTC) from the beginning of every
// chain, and says so at its end, step by step; and what was archived for nothing
// else. Records that are dated after now, by a clock that was wrong, go too where
// they stand before old ones: a chain has no gaps. A chain of which nothing is
// that old stays as it is. It returns how many records are gone, also where it
// fails half way: what is left verifies. In a file of SQLite nothing of them can
// be read any more.
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
		// The last that is old, before the first that is younger: a clock may have been
		// set back since. What is dated after now is no younger than what follows it.
		// Looked for once, without the writer: what comes now stands behind it.
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
				time.Sleep(purgeRest)
			}
		}
	}
	if err := s.forget(ctx, before); err != nil {
		return gone, err
	}
	return gone, s.scrub(ctx)
}

// forget deletes what was archived for nothing that is left. It finds the oldest
// record of the store without the writer, as all of them are read for that; and
// then, with the writer, the oldest of those that have come since.
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
	// A server that has seen an archive today does not look again.
	limit := min(before.Unix(), s.Now().Unix()-86400)
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if s.postgres {
		// Whoever notes that they use an archive has its record there by now, or waits
		// and then finds the archive gone. SQLite has one writer at a time.
		if _, err := tx.ExecContext(ctx, "LOCK TABLE charte_archives IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return err
		}
	}
	since, _, err := oldestBehind(ctx, tx, seen)
	if err != nil {
		return err
	}
	// What is older and stays, behind a date that was wrong, still names what it was
	// archived for; so does what has come since from a server whose clock is behind.
	if _, err := tx.ExecContext(ctx, "DELETE FROM charte_archives WHERE used < $1", min(limit, oldest, since)/86400); err != nil {
		return err
	}
	return s.commit(ctx, tx)
}

// oldestBehind is the time of the oldest record that stands behind these numbers
// of the chains, in seconds; where a chain has no number, all of it is looked
// at. It also returns the numbers of the chains' last records. Where there is no
// record, the time is math.MaxInt64.
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

// scrub empties SQLite's log, in which what was deleted still stands; in the
// file itself it is overwritten (see openSQLite).
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
