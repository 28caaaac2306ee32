package receipts

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Figures adds up the receipts of all chains over the last days, today included. Receipts
// that were purged count, too. The days are those of UTC, and there must be at least one.
func (s *Store) Figures(ctx context.Context, days int) (Figures, error) {
	until := s.Now().UTC().Truncate(24 * time.Hour)
	since := until.AddDate(0, 0, 1-days)
	counts, err := s.counts(ctx, since)
	if err != nil {
		return Figures{}, err
	}
	shown, err := s.notices(ctx, since)
	if err != nil {
		return Figures{}, err
	}
	return figures(counts, shown, since, until), nil
}

// A dayCount is how many receipts of a day had the same site, action, UI and state.
type dayCount struct {
	day    string // 2026-11-23, in UTC
	site   string
	action string
	ui     string
	state  map[string]int
	n      int
}

// counts reads the counts of all chains since a day.
func (s *Store) counts(ctx context.Context, since time.Time) ([]dayCount, error) {
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT day, site, action, ui, state, CAST(sum(n) AS BIGINT) FROM charte_counts WHERE day >= $1
		GROUP BY day, site, action, ui, state ORDER BY day, site, action, ui, state`, since.UTC().Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var counts []dayCount
	for rows.Next() {
		var c dayCount
		var state string
		if err := rows.Scan(&c.day, &c.site, &c.action, &c.ui, &state, &c.n); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(state), &c.state); err != nil {
			return nil, err
		}
		counts = append(counts, c)
	}
	return counts, rows.Err()
}

// Figures are counts of receipts: by day, by category, and by the place of the answer.
type Figures struct {
	Days       []Day // every day, oldest first, also those without an answer
	Total      Day   // of all days
	Categories []Share
	Layers     []Layer
}

// A Day is what was answered on one day.
type Day struct {
	Day     string         // 2026-11-23, in UTC; empty in a total
	Actions map[string]int // how many answers, by Accept and the others
	All     int            // how many answers

	// Shown is how many visits of a page have shown the notice, and Ignored how many of these have ended without
	// an answer. Both are 0 where no page counts them.
	Shown, Ignored int
}

// A Share is how many answers granted all, some and none of a category's services.
type Share struct {
	Category        string
	All, Some, None int
}

// A Layer is what was answered in one place.
type Layer struct {
	UI      string
	Actions map[string]int
	All     int
}

// figures adds up counts, over the days from since to until.
func figures(counts []dayCount, shown []noticeCount, since, until time.Time) Figures {
	f := Figures{Total: Day{Actions: map[string]int{}}}
	days := map[string]int{}
	for day := since; !day.After(until); day = day.AddDate(0, 0, 1) {
		name := day.UTC().Format(time.DateOnly)
		days[name] = len(f.Days)
		f.Days = append(f.Days, Day{Day: name, Actions: map[string]int{}})
	}
	for _, ui := range Layers {
		f.Layers = append(f.Layers, Layer{UI: ui, Actions: map[string]int{}})
	}
	shares := map[string]int{}
	for _, c := range counts {
		at, found := days[c.day]
		if !found {
			continue
		}
		f.Days[at].Actions[c.action] += c.n
		f.Days[at].All += c.n
		f.Total.Actions[c.action] += c.n
		f.Total.All += c.n
		for i := range f.Layers {
			if f.Layers[i].UI == c.ui {
				f.Layers[i].Actions[c.action] += c.n
				f.Layers[i].All += c.n
			}
		}
		for _, category := range categoriesOf(c.state) {
			i, found := shares[category]
			if !found {
				i = len(f.Categories)
				shares[category] = i
				f.Categories = append(f.Categories, Share{Category: category})
			}
			switch yes, services := countGranted(c.state, category); yes {
			case 0:
				f.Categories[i].None += c.n
			case services:
				f.Categories[i].All += c.n
			default:
				f.Categories[i].Some += c.n
			}
		}
	}
	for _, c := range shown {
		at, found := days[c.day]
		if !found {
			continue
		}
		for _, day := range []*Day{&f.Days[at], &f.Total} {
			day.Shown += c.n
			if c.notice == Ignored {
				day.Ignored += c.n
			}
		}
	}
	slices.SortFunc(f.Categories, func(a, b Share) int { return strings.Compare(a.Category, b.Category) })
	return f
}

// countGranted returns how many services of a category were granted, and how many it has.
func countGranted(state map[string]int, category string) (granted, services int) {
	for service, one := range state {
		if own, _, _ := strings.Cut(service, "."); own == category {
			services++
			granted += one
		}
	}
	return granted, services
}

// categoriesOf returns the categories of a state, sorted.
func categoriesOf(state map[string]int) []string {
	var categories []string
	for service := range state {
		category, _, _ := strings.Cut(service, ".")
		if !slices.Contains(categories, category) {
			categories = append(categories, category)
		}
	}
	slices.Sort(categories)
	return categories
}
