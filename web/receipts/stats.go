package receipts

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// A Count is how many receipts were alike on a day.
type Count struct {
	Day    string // 2026-11-23, in UTC
	Site   string
	Action string
	UI     string
	State  map[string]int
	N      int
}

// Counts are the receipts of the days since one, of all chains. Purged ones are
// among them.
func (s *Store) Counts(ctx context.Context, since time.Time) ([]Count, error) {
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT day, site, action, ui, state, CAST(sum(n) AS BIGINT) FROM charte_counts WHERE day >= $1
		GROUP BY day, site, action, ui, state ORDER BY day, site, action, ui, state`, since.UTC().Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var counts []Count
	for rows.Next() {
		var c Count
		var state string
		if err := rows.Scan(&c.Day, &c.Site, &c.Action, &c.UI, &state, &c.N); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(state), &c.State); err != nil {
			return nil, err
		}
		counts = append(counts, c)
	}
	return counts, rows.Err()
}

// Figures are counts, added up by what people ask about.
type Figures struct {
	Days       []Day // every day of the time, also those without an answer
	Total      Day   // of all days
	Categories []Share
	Layers     []Layer
}

// A Day is what was answered on one day.
type Day struct {
	Day     string
	Actions map[string]int // by Accept and the others
	All     int
}

// A Share is how many granted a category: all its services, some, none.
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

// figures adds counts up, over the days from since to until.
func figures(counts []Count, since, until time.Time) Figures {
	f := Figures{Total: Day{Actions: map[string]int{}}}
	days := map[string]int{}
	for day := since; !day.After(until); day = day.AddDate(0, 0, 1) {
		name := day.UTC().Format(time.DateOnly)
		days[name] = len(f.Days)
		f.Days = append(f.Days, Day{Day: name, Actions: map[string]int{}})
	}
	for _, ui := range layers {
		f.Layers = append(f.Layers, Layer{UI: ui, Actions: map[string]int{}})
	}
	shares := map[string]int{}
	for _, c := range counts {
		at, found := days[c.Day]
		if !found {
			continue
		}
		f.Days[at].Actions[c.Action] += c.N
		f.Days[at].All += c.N
		f.Total.Actions[c.Action] += c.N
		f.Total.All += c.N
		for i := range f.Layers {
			if f.Layers[i].UI == c.UI {
				f.Layers[i].Actions[c.Action] += c.N
				f.Layers[i].All += c.N
			}
		}
		for _, category := range categoriesOf(c.State) {
			i, found := shares[category]
			if !found {
				i = len(f.Categories)
				shares[category] = i
				f.Categories = append(f.Categories, Share{Category: category})
			}
			switch yes, services := granted(c.State, category); yes {
			case 0:
				f.Categories[i].None += c.N
			case services:
				f.Categories[i].All += c.N
			default:
				f.Categories[i].Some += c.N
			}
		}
	}
	slices.SortFunc(f.Categories, func(a, b Share) int { return strings.Compare(a.Category, b.Category) })
	return f
}

// granted counts the services of a category that were granted, and all of them.
func granted(state map[string]int, category string) (yes, services int) {
	for service, granted := range state {
		if own, _, _ := strings.Cut(service, "."); own == category {
			services++
			yes += granted
		}
	}
	return yes, services
}
