package audit

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/catalogue/source"
	"charte/web/audit/audittest"
	"charte/web/audit/crawl"
	"charte/web/audit/record"
	"charte/web/audit/report"
	"charte/web/npm"
	"charte/web/portal"
)

// portalOf serves the demo portal with Charte. change may change each page.
func portalOf(t *testing.T, change func(page []byte) []byte) (address string, study *source.Study) {
	t.Helper()
	yaml, err := os.ReadFile("../../catalogue/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if study, err = source.Studied("catalogue/demo.yaml", yaml); err != nil {
		t.Fatal(err)
	}
	charte, pages := audittest.Bundle(t, yaml), portal.Handler()
	s := site(t, func(rw http.ResponseWriter, r *http.Request) {
		page := httptest.NewRecorder()
		if pages.ServeHTTP(page, r); page.Code == http.StatusNotFound {
			charte.ServeHTTP(rw, r)
			return
		}
		for name, values := range page.Header() {
			if name != "Content-Length" {
				rw.Header()[name] = values
			}
		}
		rw.WriteHeader(page.Code)
		rw.Write(change(page.Body.Bytes()))
	})
	return s.URL + "/", study
}

// counting are the findings that fail an audit, as "rule subject".
func counting(r *report.Report) []string {
	var list []string
	for _, f := range r.Counting() {
		list = append(list, f.Rule+" "+f.Subject)
	}
	return list
}

// TestPortal: the demo portal is clean. Without its gate, it is not.
func TestPortal(t *testing.T) {
	audit := func(change func([]byte) []byte) *report.Report {
		address, study := portalOf(t, change)
		return auditAt(t, address, nil, func(o *Options) { o.Study = study })
	}
	r := audit(func(page []byte) []byte { return page })
	if list := counting(r); len(list) > 0 {
		t.Errorf("the portal has %q", list)
	}
	for _, state := range report.States {
		if !slices.ContainsFunc(r.Journeys, func(j report.Journey) bool { return j.State == state && len(j.Pages) > 1 }) {
			t.Errorf("no journey is %s over more than a page", state)
		}
	}
	r = audit(func(page []byte) []byte {
		page = bytes.ReplaceAll(page, []byte(`type="text/plain" `), nil)
		return bytes.ReplaceAll(page, []byte(`data-src=`), []byte(`src=`))
	})
	list := counting(r)
	for _, want := range []string{"before-consent cookie portal_profile", "before-consent localStorage portal.history"} {
		if !slices.Contains(list, want) {
			t.Errorf("without its gate the portal has %q, want %q among them", list, want)
		}
	}
}

// auditAt audits a site at its own address, with as many of its pages as links lead to.
func auditAt(t *testing.T, address string, resolve map[string]string, change func(*Options)) *report.Report {
	t.Helper()
	install(t)
	plan, err := crawl.New(t.Context(), crawl.Options{Start: []string{address}, Most: 50, Rate: 100, Client: client(resolve), UserAgent: "charte-audit"})
	if err != nil {
		t.Fatal(err)
	}
	options := Options{Site: address, Pages: plan, Resolve: resolve, ThirdParty: otherSite}
	if change != nil {
		change(&options)
	}
	result, err := Run(t.Context(), options)
	if err != nil {
		t.Fatalf("%v; %+v", err, plan.Notes())
	}
	return result.Report
}

// TestFiftyPages: a site of fifty pages takes less than three minutes, on two cores.
func TestFiftyPages(t *testing.T) {
	if testing.Short() {
		t.Skip("under -short nothing is measured")
	}
	charte := audittest.Bundle(t, []byte(small))
	s := site(t, func(rw http.ResponseWriter, r *http.Request) {
		var n int
		if _, err := fmt.Sscanf(r.URL.Path, "/page/%d", &n); err != nil && r.URL.Path != "/" {
			http.StripPrefix("/charte", charte).ServeHTTP(rw, r)
			return
		}
		fmt.Fprintf(rw, `<!doctype html><html lang="en"><title>Page %d</title><script src="/charte/charte.js" defer></script><h1>Page %d</h1>`, n, n)
		for i := range 5 {
			fmt.Fprintf(rw, `<p>%s</p><p><a href="/page/%d">Page %d</a></p>`, strings.Repeat("A page has words, and more words. ", 60), 5*n+i+1, 5*n+i+1)
		}
	})
	study, err := source.Studied("small.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	r := auditAt(t, s.URL+"/", nil, func(o *Options) { o.Study = study })
	took := time.Since(began)
	t.Logf("50 pages took %v", took.Round(time.Second))
	const most = 3 * time.Minute
	if took > most {
		t.Errorf("50 pages took %v, want less than %v", took, most)
	}
	for _, state := range report.States {
		i := slices.IndexFunc(r.Journeys, func(j report.Journey) bool { return j.State == state })
		if i < 0 || len(r.Journeys[i].Pages) < 50 {
			t.Errorf("the journey %s does not have 50 pages", state)
		}
	}
	if list := counting(r); len(list) > 0 {
		t.Errorf("found %q", list)
	}
}

var autoconsentRelease = npm.Release{
	Name:      "@duckduckgo/autoconsent",
	Version:   "16.23.0",
	Integrity: "sha512-NTmDhASFf5pUsSwg2TyT9R75GYUcuYZXPyBnRcYgJgozg6RLeXXP9uH8ADxA364yQ2gJBMu83AN/D24Y4nkPKg==",
}

// TestAutoconsent: autoconsent's rules answer a banner that is not Charte's. The page has the buttons
// by which they know tarteaucitron's.
func TestAutoconsent(t *testing.T) {
	s := site(t, func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(rw, r)
			return
		}
		fmt.Fprint(rw, `<!doctype html><html lang="fr"><title>Autre</title><h1>Autre</h1>
			<div id="tarteaucitronRoot"><div id="tarteaucitronAlertBig">Des cookies ?
				<button id="tarteaucitronPersonalize2">Tout accepter</button> <button id="tarteaucitronAllDenied2">Tout refuser</button></div></div>
			<script>
				const root = document.getElementById("tarteaucitronRoot");
				if (/answer=/.test(document.cookie)) root.remove();
				const answer = (value) => { document.cookie = "answer=" + value; root.remove(); };
				tarteaucitronPersonalize2.onclick = () => answer("yes");
				tarteaucitronAllDenied2.onclick = () => answer("no");
			</script>`)
	})
	script := autoconsentRelease.File(t, "dist/autoconsent.standalone.js")
	r := auditAt(t, s.URL+"/", nil, func(o *Options) { o.Banner = record.Banner{Autoconsent: script} })
	answers := func(r *report.Report) map[report.State]string {
		all := map[report.State]string{}
		for _, j := range r.Journeys {
			for _, e := range j.Entries {
				all[j.State] += j.Answer + ": " + e.Name + "=" + e.Value
			}
		}
		return all
	}
	const refused = "autoconsent tarteaucitron deny: answer=no"
	if got, want := answers(r), map[report.State]string{report.Refused: refused}; !maps.Equal(got, want) {
		t.Errorf("the answers are %q, want %q", got, want)
	}
	if page := r.Journeys[0].Pages[0]; page.Banner != "tarteaucitron deny" {
		t.Errorf("the page's banner is %q", page.Banner)
	}
	if !told(r, "No banner could be answered") {
		t.Errorf("the report does not say that the script cannot accept: %+v", r.Notes)
	}
	r = auditAt(t, s.URL+"/", nil, func(o *Options) {
		o.Banner = record.Banner{Autoconsent: script, Accept: "#tarteaucitronPersonalize2"}
	})
	if got, want := answers(r), map[report.State]string{report.Refused: refused, report.Accepted: "selector: answer=yes"}; !maps.Equal(got, want) {
		t.Errorf("with -accept, the answers are %q, want %q", got, want)
	}
	if !told(r, "could not be withdrawn by a program") {
		t.Errorf("the report does not say that consent could not be withdrawn: %+v", r.Notes)
	}
}
