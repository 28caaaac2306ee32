package audit

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"charte/catalogue/source"
	"charte/web/audit/audittest"
	"charte/web/audit/crawl"
	"charte/web/audit/record"
	"charte/web/audit/report"
)

// auditOf audits a site of testdata.
func auditOf(t *testing.T, s audittest.Site) *report.Report {
	t.Helper()
	server, trusted := audittest.Serve(t, s)
	to, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	resolve := map[string]string{"*": to.Host}
	asks := client(resolve)
	// The certificate is not of these hosts. The browser is told to trust it whatever the host is.
	asks.Transport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	start := []string{audittest.First}
	plan, err := crawl.New(t.Context(), crawl.Options{Start: start, Most: 10, Rate: 100, Client: asks, UserAgent: "charte-audit"})
	if err != nil {
		t.Fatal(err)
	}
	options := Options{
		Site: start[0], Pages: plan, Resolve: resolve, Trusted: trusted, ThirdParty: otherSite, CNAME: s.CNAME,
		Banner: record.Banner{Accept: s.Banner.Accept, Refuse: s.Banner.Refuse, Settings: s.Banner.Settings},
	}
	if s.Catalogue != nil {
		if options.Study, err = source.Studied("catalogue.yaml", s.Catalogue); err != nil {
			t.Fatal(err)
		}
	}
	result, err := Run(t.Context(), options)
	if err != nil {
		t.Fatalf("%v; %+v", err, plan.Notes())
	}
	return result.Report
}

// A score counts what audits found.
type score struct {
	sync.Mutex
	right, wrong, missed int
}

// judge compares what an audit found with what it should have.
func (s *score) judge(t *testing.T, r *report.Report, want []audittest.Expected) {
	t.Helper()
	s.Lock()
	defer s.Unlock()
	var found []audittest.Expected
	for _, f := range r.Findings {
		e := audittest.Expected{Rule: f.Rule, Subject: f.Subject}
		found = append(found, e)
		if slices.Contains(want, e) {
			s.right++
			continue
		}
		s.wrong++
		t.Errorf("found %s %q, which is not there: %s %v", e.Rule, e.Subject, f.Message, f.Evidence)
	}
	for _, e := range want {
		if !slices.Contains(found, e) {
			s.missed++
			t.Errorf("did not find %s %q", e.Rule, e.Subject)
		}
	}
	if t.Failed() {
		t.Logf("notes: %+v", r.Notes)
		for _, j := range r.Journeys {
			t.Logf("%s (%s)", j.State, j.Answer)
			for _, p := range j.Pages {
				t.Logf("  page %s banner %q error %q blocked %v", p.URL, p.Banner, p.Error, p.Blocked)
			}
			for _, q := range j.Requests {
				t.Logf("  %s %s %d %v", q.Type, q.URL, q.Status, q.Initiator.Chain)
			}
			for _, e := range j.Entries {
				t.Logf("  %s %s %s %ds left %t %s", e.Kind, e.Name, e.Host, e.LifetimeS, e.Left, e.Initiator)
			}
		}
	}
}

// TestSites audits each site of testdata, and its clean twin. Every fault is found, and nothing else.
func TestSites(t *testing.T) {
	install(t)
	sites, err := audittest.Load("testdata")
	if err != nil {
		t.Fatal(err)
	}
	const fewest = 40
	if len(sites) < fewest {
		t.Errorf("there are %d sites, want at least %d", len(sites), fewest)
	}
	var s score
	began := time.Now()
	t.Run("all", func(t *testing.T) {
		for i, site := range sites {
			if testing.Short() && i%10 > 0 {
				continue // a tenth of them
			}
			for _, one := range []audittest.Site{site, site.Twin()} {
				t.Run(strings.ReplaceAll(one.Name, "/", "-"), func(t *testing.T) {
					t.Parallel()
					s.judge(t, auditOf(t, one), one.Expect)
				})
			}
		}
	})
	percent := func(of int) string { return fmt.Sprintf("%.1f %%", 100*float64(s.right)/float64(max(1, s.right+of))) }
	t.Logf("%d sites and their twins in %v: precision %s, recall %s", len(sites), time.Since(began).Round(time.Second), percent(s.wrong), percent(s.missed))
}
