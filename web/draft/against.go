package draft

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"charte/catalogue"
	"charte/catalogue/source"
)

// Against compares the cookies of the catalogue in a file with the Open Cookie Database
// (https://github.com/jkwakman/Open-Cookie-Database), if the owner has its CSV in database. It
// writes what the two say differently. Neither is right for that reason: the database is wrong in
// places. With database "" it does nothing. A mistake in the catalogue is left to [source.Report].
func Against(w io.Writer, file, database string) error {
	if database == "" {
		return nil
	}
	f, err := os.Open(filepath.Clean(database))
	if err != nil {
		return fmt.Errorf("the database cannot be read: %w", err)
	}
	defer f.Close()
	rows, err := readDatabase(f)
	if err != nil {
		return fmt.Errorf("%s: %w", database, err)
	}
	c, err := source.File(file)
	if err != nil {
		return nil
	}
	compare(w, c, rows)
	return nil
}

// A row is what the database says of one cookie.
type row struct {
	platform, category, name, kept string
	family                         bool
}

// readDatabase reads the CSV of the Open Cookie Database. Columns are found by their names.
func readDatabase(r io.Reader) ([]row, error) {
	records := csv.NewReader(r)
	records.FieldsPerRecord = -1
	records.LazyQuotes = true // descriptions in it have quotes that are not doubled
	head, err := records.Read()
	if err != nil {
		return nil, fmt.Errorf("this is no CSV with a first line of names: %w", err)
	}
	column := map[string]int{}
	for i, name := range head {
		column[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\uFEFF")))] = i
	}
	for _, name := range []string{"cookie / data key name", "retention period", "category", "platform"} {
		if _, there := column[name]; !there {
			return nil, fmt.Errorf("it has no column %q, so it is not the Open Cookie Database", name)
		}
	}
	var rows []row
	for {
		record, err := records.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		at := func(name string) string {
			if i, there := column[name]; there && i < len(record) {
				return strings.TrimSpace(record[i])
			}
			return ""
		}
		rows = append(rows, row{at("platform"), at("category"), at("cookie / data key name"), at("retention period"), at("wildcard match") == "1"})
	}
}

// compare writes the differences between a catalogue and the database.
func compare(w io.Writer, c *catalogue.Catalogue, rows []row) {
	found, differ := 0, 0
	for _, s := range c.Services {
		for _, cookie := range s.Cookies {
			for _, r := range rows {
				if !r.is(cookie) {
					continue
				}
				found++
				for _, difference := range r.differences(cookie, s, c) {
					differ++
					fmt.Fprintf(w, "differs: cookie %q of %q: %s\n", cookie.Name, s.ID, difference)
				}
				break
			}
		}
	}
	fmt.Fprintf(w, "The database has %d of the cookies, and says %d things otherwise. It is wrong in places: look at the maker's own page.\n\n", found, differ)
}

// is reports whether the row is about the cookie.
func (r row) is(cookie catalogue.Cookie) bool {
	name, family := strings.CutSuffix(cookie.Name, "*")
	if r.family || family {
		return r.name != "" && (strings.TrimSuffix(r.name, "*") == name || r.family && strings.HasPrefix(name, r.name))
	}
	return r.name == name
}

func (r row) differences(cookie catalogue.Cookie, s catalogue.Service, c *catalogue.Catalogue) []string {
	var all []string
	if days, ok := retentionDays(r.kept); ok {
		if own, ok := lifetimeDays(cookie.Lifetime); ok && (days*10 < own*9 || days*9 > own*10) {
			all = append(all, fmt.Sprintf("kept %s here, %q there (%s)", source.WriteLifetime(cookie.Lifetime), r.kept, r.platform))
		}
	}
	for _, category := range c.Categories {
		if category.ID == s.Category && category.Necessary && (r.category == "Analytics" || r.category == "Marketing") {
			all = append(all, fmt.Sprintf("necessary here, %s there (%s)", r.category, r.platform))
		}
	}
	return all
}

// unitDays is how many days a unit has, by the name of the unit in catalogues.
var unitDays = map[catalogue.Unit]float64{
	catalogue.UnitMinute: 1. / 24 / 60, catalogue.UnitHour: 1. / 24, catalogue.UnitDay: 1,
	catalogue.UnitWeek: 7, catalogue.UnitMonth: 365.25 / 12, catalogue.UnitYear: 365.25, catalogue.UnitSession: 0,
}

// lifetimeDays returns a lifetime in days. A session has none.
func lifetimeDays(l catalogue.Lifetime) (float64, bool) {
	days, ok := unitDays[l.Unit]
	return float64(l.Count) * days, ok
}

// retentionDays reads what the database says: "2 years", "1 day", "Session", "13 months".
func retentionDays(text string) (float64, bool) {
	fields := strings.Fields(strings.ToLower(text))
	if len(fields) == 1 && fields[0] == "session" {
		return 0, true
	}
	if len(fields) != 2 {
		return 0, false
	}
	n, err := strconv.ParseFloat(fields[0], 64)
	days, ok := unitDays[catalogue.Unit(strings.TrimSuffix(fields[1], "s"))]
	return n * days, err == nil && ok && n > 0
}
