package receipts

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// What came of a notice while the page that showed it was there.
const (
	Ignored  = "ignored"  // nobody answered
	Answered = "answered" // somebody did, there or in the settings
)

// Outcomes are all that may come of a notice.
var Outcomes = []string{Ignored, Answered}

// noticeMonths is how long counts of notices are kept, in months: as long as the CNIL lets exempt audience
// measurement keep its data (https://www.cnil.fr/fr/node/167364).
const noticeMonths = 25

// A Notice is what notices are counted by.
type Notice struct {
	Site   string // its name, as in receipts
	Notice string // one of Outcomes
}

// CountNotices adds notices that were shown today to the counts of a chain, and deletes counts that are older than 25 months.
func (s *Store) CountNotices(ctx context.Context, chain string, shown map[Notice]int) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	var kinds []Notice
	for kind := range shown {
		if !slices.Contains(Outcomes, kind.Notice) {
			return fmt.Errorf("a notice cannot be %q", kind.Notice)
		}
		kinds = append(kinds, kind)
	}
	// All servers lock counts in the same order, so that no two wait for each other.
	slices.SortFunc(kinds, func(a, b Notice) int { return slices.Compare([]string{a.Site, a.Notice}, []string{b.Site, b.Notice}) })
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	today := s.Now().UTC()
	for _, kind := range kinds {
		_, err := tx.ExecContext(ctx, `INSERT INTO charte_notices (chain, day, site, notice, n) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (chain, day, site, notice) DO UPDATE SET n = charte_notices.n + excluded.n`,
			chain, today.Format(time.DateOnly), kind.Site, kind.Notice, shown[kind])
		if err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM charte_notices WHERE chain = $1 AND day < $2", chain, today.AddDate(0, -noticeMonths, 0).Format(time.DateOnly)); err != nil {
		return err
	}
	return s.commit(ctx, tx)
}

// A noticeCount is how many notices of a day had the same outcome.
type noticeCount struct {
	day    string // 2026-11-23, in UTC
	notice string
	n      int
}

// notices reads the counts of notices of all chains since a day.
func (s *Store) notices(ctx context.Context, since time.Time) ([]noticeCount, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT day, notice, CAST(sum(n) AS BIGINT) FROM charte_notices WHERE day >= $1
		GROUP BY day, notice ORDER BY day, notice`, since.UTC().Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var counts []noticeCount
	for rows.Next() {
		var c noticeCount
		if err := rows.Scan(&c.day, &c.notice, &c.n); err != nil {
			return nil, err
		}
		counts = append(counts, c)
	}
	return counts, rows.Err()
}
