package receipts

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Purge deletes what is older than a day from the beginning of every chain, and
// says so at its end; and what was archived for nothing else. A chain of which
// nothing is that old stays as it is. It returns how many records are gone.
func (s *Store) Purge(ctx context.Context, before time.Time) (int64, error) {
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
		err := s.extend(ctx, chain, func(tx *sql.Tx, end *end) error {
			purge, err := purge(ctx, tx, chain, before)
			if err != nil || purge == nil {
				return err
			}
			gone += purge.Records
			return end.add(s.now(), &Record{Purge: purge})
		})
		if err != nil {
			return gone, err
		}
	}
	// A server that has seen an archive today does not look again.
	_, err = s.write.ExecContext(ctx, "DELETE FROM charte_archives WHERE used < $1", min(before.Unix(), s.now().Unix()-86400)/86400)
	return gone, err
}

// purge deletes the records of one chain; nil where none is that old.
func purge(ctx context.Context, tx *sql.Tx, chain string, before time.Time) (*Purge, error) {
	// Up to the first that is younger: a clock may have been set back since.
	var to sql.NullInt64
	err := tx.QueryRowContext(ctx, "SELECT min(n) - 1 FROM charte_receipts WHERE chain = $1 AND t >= $2", chain, before.Unix()).Scan(&to)
	if err != nil {
		return nil, err
	}
	last := "SELECT n, record FROM charte_receipts WHERE chain = $1 AND n <= $2 ORDER BY n DESC LIMIT 1"
	if !to.Valid {
		to.Int64 = 1<<63 - 1
	}
	p := Purge{Before: before.Format(time.DateOnly)}
	var record string
	err = tx.QueryRowContext(ctx, last, chain, to.Int64).Scan(&p.To, &record)
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
