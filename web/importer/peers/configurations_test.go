package peers

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"charte/web/importer/evaluate"
	"charte/web/importer/plan"
	"charte/web/importer/told"
)

var update = flag.Bool("update", false, "write the summaries in testdata anew")

// evaluated is what a configuration of testdata tells.
func evaluated(t *testing.T, path string) *told.Told {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	what, err := evaluate.Files(context.Background(), []evaluate.File{{Name: filepath.ToSlash(path), Text: text}}, evaluate.Options{Dir: "."})
	if err != nil {
		t.Fatal(err)
	}
	return what
}

// eachConfiguration calls test for each configuration in testdata/PEER.
func eachConfiguration(t *testing.T, test func(t *testing.T, path string, p *plan.Plan, config told.Value)) {
	paths, err := filepath.Glob("testdata/*/*")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d configurations, %v", len(paths), err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, ".golden") || strings.Contains(path, "testdata/fuzz") {
			continue
		}
		t.Run(strings.TrimPrefix(filepath.ToSlash(path), "testdata/"), func(t *testing.T) {
			what := evaluated(t, path)
			found := find(what)
			p, err := Read(what, "")
			if err != nil {
				t.Fatal(err)
			}
			test(t, path, p, found[0].value)
		})
	}
}

// TestConfigurations compares what is read of each configuration with its summary. Run it with -update to
// write the summaries anew, and look at the difference.
func TestConfigurations(t *testing.T) {
	eachConfiguration(t, func(t *testing.T, path string, p *plan.Plan, _ told.Value) {
		golden := path + ".golden"
		got := summary(p)
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("it is not %s, which -update writes anew; got\n%s", golden, got)
		}
	})
}

// TestNothingSilent holds that something is said of each setting of each configuration, and that at most
// one in twenty is only said to be unknown.
func TestNothingSilent(t *testing.T) {
	all, own := map[string]int{}, map[string]int{}
	eachConfiguration(t, func(t *testing.T, path string, p *plan.Plan, config told.Value) {
		unsaid, settings, reasoned := silent(p, config)
		for _, setting := range unsaid {
			t.Errorf("nothing is said of %s", setting)
		}
		peer := filepath.Base(filepath.Dir(path))
		all[peer] += settings
		own[peer] += reasoned
	})
	for peer, n := range all {
		share := float64(own[peer]) / float64(n)
		t.Logf("%s: %d settings, %.1f%% with a reason of their own", peer, n, 100*share)
		if share < 0.95 {
			t.Errorf("%s: %.1f%% of the settings have a reason of their own, want 95%%", peer, 100*share)
		}
	}
}
