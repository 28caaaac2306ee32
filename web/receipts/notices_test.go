package receipts

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"charte/web/hosts/postgres"
)

// TestCountNotices: notices are counted by the day of the store's clock, by several servers, and for 25 months.
func TestCountNotices(t *testing.T) {
	address, _ := postgres.Start(t)
	for name, store := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "receipts.db"), "PostgreSQL": address} {
		t.Run(name, func(t *testing.T) {
			k := keepingIn(t, store, "one")
			count := func(chain string, shown map[Notice]int) {
				t.Helper()
				if err := k.CountNotices(t.Context(), chain, shown); err != nil {
					t.Fatal(err)
				}
			}
			figures := func(days int) Figures {
				t.Helper()
				f, err := k.Figures(t.Context(), days)
				if err != nil {
					t.Fatal(err)
				}
				return f
			}
			ignored, answered := Notice{"Lyon", Ignored}, Notice{"Lyon", Answered}
			count("one", map[Notice]int{ignored: 3, answered: 1})
			count("one", map[Notice]int{ignored: 2})
			count("two", map[Notice]int{ignored: 10, {"Nice", Answered}: 4})
			count("one", nil)
			if err := k.CountNotices(t.Context(), "one", map[Notice]int{{"Lyon", "closed"}: 1}); err == nil {
				t.Error("an outcome that does not exist is counted")
			}
			k.time = noon.AddDate(0, 0, 1)
			count("one", map[Notice]int{answered: 5})
			f := figures(2)
			got := fmt.Sprint(f.Days[0].Shown, f.Days[0].Ignored, f.Days[1].Shown, f.Days[1].Ignored, f.Total.Shown, f.Total.Ignored, f.Total.All)
			if got != "20 15 5 0 25 15 0" {
				t.Errorf("shown and ignored, by day and in all: %s", got)
			}
			if f := figures(1); f.Total.Shown != 5 {
				t.Errorf("%d shown on the last day, want 5", f.Total.Shown)
			}

			// What is older than 25 months goes with the next count of its chain.
			old := func() (n int) {
				t.Helper()
				if err := k.read.QueryRowContext(t.Context(), "SELECT count(*) FROM charte_notices WHERE day = $1", noon.Format(time.DateOnly)).Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			k.time = noon.AddDate(0, 25, 0)
			count("one", map[Notice]int{ignored: 1})
			if n := old(); n != 4 {
				t.Errorf("%d counts of the first day after 25 months, want 4", n)
			}
			k.time = noon.AddDate(0, 25, 1)
			count("one", map[Notice]int{ignored: 1})
			count("two", map[Notice]int{ignored: 1})
			if n := old(); n != 0 {
				t.Errorf("%d counts of the first day after 25 months and a day, want none", n)
			}
		})
	}
}
