package page

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"charte/web/audit/report"
	"charte/web/audit/report/reporttest"
)

// picture is a PNG with nothing but a colour.
func picture(t *testing.T, c color.Color) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 128, 80))
	for i := range 128 * 80 {
		m.Set(i%128, i/128, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// written is a report as HTML, and as a tree of elements.
func written(t *testing.T, r *report.Report, pictures map[string][]byte) (string, *html.Node) {
	t.Helper()
	page, err := HTML(r, pictures)
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return string(page), root
}

// elements are all elements of a name.
func elements(root *html.Node, name string) []*html.Node {
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			found = append(found, n)
		}
	}
	return found
}

// text is what an element says, without runs of space.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// spaced is a text as [text] gives it back.
func spaced(s string) string {
	return strings.Join(strings.Fields(string(visible([]byte(s)))), " ")
}

// TestFindings: everything that a finding says is in its element.
func TestFindings(t *testing.T) {
	r := reporttest.Example()
	r.Findings[0].Law = []string{"L19"}
	_, root := written(t, r, nil)
	shown := map[string]string{}
	for _, article := range elements(root, "article") {
		id := strings.TrimPrefix(attribute(article, "id"), "finding-")
		shown[id] = text(article)
	}
	if len(shown) != len(r.Findings) {
		t.Errorf("%d findings are shown, want %d", len(shown), len(r.Findings))
	}
	for _, f := range r.Findings {
		want := []string{f.Message, f.Subject, f.Element, severity(f.Severity)}
		if f.Remedy != report.RuleNamed(f.Rule).Help {
			want = append(want, f.Remedy)
		}
		if f.Place != nil {
			want = append(want, fmt.Sprintf("%s:%d:%d", f.Place.File, f.Place.Line, f.Place.Column))
		}
		if f.Waived != nil {
			want = append(want, f.Waived.Reason, day(f.Waived.Until))
		}
		if f.Known {
			want = append(want, "baseline")
		}
		for _, e := range f.Evidence[:min(len(f.Evidence), mostProof)] {
			want = append(want, stateName(e.State), short(e.Page), short(e.Request), spot(e.Initiator), moment(e.Time))
		}
		for _, w := range want {
			if !strings.Contains(shown[f.ID], spaced(w)) {
				t.Errorf("finding %q does not say %q; it says %q", f.Subject, spaced(w), shown[f.ID])
			}
		}
	}
	if !strings.Contains(shown[r.Findings[0].ID], asks("L19")) {
		t.Error("a finding does not say what the law asks of it, where that is not what it asks by its rule")
	}
	all := text(root)
	for _, rule := range report.Rules {
		if !strings.Contains(all, rule.Help) {
			t.Errorf("the help of %s is missing", rule.ID)
		}
		for _, row := range rule.Law {
			if asks(row) == "" || !strings.Contains(all, asks(row)) {
				t.Errorf("what row %s asks is missing", row)
			}
		}
	}
}

// TestOrder: the worst findings come first, those that do not count last, and each part is in the order of
// the rules.
func TestOrder(t *testing.T) {
	r := reporttest.Example()
	_, root := written(t, r, nil)
	var order []string
	for _, article := range elements(root, "article") {
		order = append(order, strings.TrimPrefix(attribute(article, "id"), "finding-"))
	}
	var want []string
	for _, part := range []func(report.Finding) bool{
		func(f report.Finding) bool { return f.Counts() && f.Severity == report.Error },
		func(f report.Finding) bool { return f.Counts() && f.Severity == report.Warning },
		func(f report.Finding) bool { return f.Severity == report.Remark && !f.Known && f.Waived == nil },
		func(f report.Finding) bool { return f.Known || f.Waived != nil },
	} {
		for _, rule := range report.Rules {
			for _, f := range r.Findings {
				if f.Rule == rule.ID && part(f) {
					want = append(want, f.ID)
				}
			}
		}
	}
	if !slices.Equal(order, want) {
		t.Errorf("the findings stand in the order\n%q, want\n%q", order, want)
	}
}

// TestContent: the rest of a report is in the page, too.
func TestContent(t *testing.T) {
	r := reporttest.Example()
	_, root := written(t, r, map[string][]byte{"before-1.png": picture(t, color.White)})
	all := text(root)
	want := []string{r.Site, r.Browser, r.Catalogue.File, r.Catalogue.Revision, r.Charte, r.Cut,
		"2 November 2026, 08:30 UTC, in 1 minute and 35 seconds",
		"730 days (about 24 months)", "HttpOnly, Secure, SameSite=None, Partitioned", "Until the browser closes", "Without an end",
		"another name of mediatheque.eulerian.example", "The picture is the file refused-1.png."}
	for _, n := range r.Notes {
		want = append(want, n.Text)
	}
	for _, s := range r.Services {
		want = append(want, s.Name)
	}
	for _, j := range r.Journeys {
		want = append(want, answers(j), totals(j))
		for _, p := range j.Pages {
			want = append(want, short(p.URL), p.Error)
		}
		for _, e := range j.Entries {
			want = append(want, short(e.Name), short(e.Host))
		}
		for _, q := range j.Requests {
			if q.ThirdParty {
				want = append(want, q.Host, q.Type)
			}
			for _, i := range q.Sent {
				want = append(want, i.Name, i.Value, i.Of)
			}
		}
		for _, c := range j.Calls {
			want = append(want, c.What)
		}
	}
	for _, w := range want {
		if !strings.Contains(all, spaced(w)) {
			t.Errorf("the page does not say %q", spaced(w))
		}
	}
	images := elements(root, "img")
	if len(images) != 1 || !strings.HasPrefix(attribute(images[0], "src"), "data:image/png;base64,") || !strings.Contains(attribute(images[0], "alt"), "Médiathèque") {
		t.Errorf("%d pictures are in the page, want one PNG with a text instead", len(images))
	}
}

// TestEmpty: a report of nothing is a page that says so.
func TestEmpty(t *testing.T) {
	_, root := written(t, &report.Report{Site: "http://127.0.0.1:8080/"}, nil)
	all := text(root)
	for _, want := range []string{"127.0.0.1:8080", "The audit saw no page, so it says nothing about the site.", "Nothing was found of these rules: An expired waiver.", "These could not be looked for without a page and a catalogue: Before consent", "There are no findings.", "No journey was made.", "No pictures were taken.", "Everything could be audited."} {
		if !strings.Contains(all, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// TestPartial: an audit without a catalogue, in which one journey alone could be made, does not look as if
// nothing had been found in the others.
func TestPartial(t *testing.T) {
	r := reporttest.Example()
	r.Catalogue = nil
	r.Journeys = r.Journeys[:1]
	r.Findings = r.Findings[:1]
	_, root := written(t, r, nil)
	all := text(root)
	for _, want := range []string{
		"After refusal, after acceptance and after withdrawal nothing was looked at: the audit could not make those journeys.",
		"These could not be looked for without a catalogue and the other journeys: After refusal · Not erased after withdrawal · Undeclared · A tracker called necessary · Longer than declared · Declared, and not seen.",
		"Nothing was found of these other rules: Gated, and loaded all the same · Fingerprinting without consent ·",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, head := range elements(root, "th") {
		if said := text(head); said == brief(report.Refused) || said == brief(report.Accepted) || said == brief(report.Withdrawn) {
			t.Errorf("a table has a column %q, for a journey that was not made", said)
		}
	}
	if strings.Contains(all, "In every journey") {
		t.Error("the page speaks of every journey")
	}
}

// TestPages: what journeys met on a page is said once, with the states in which it was so.
func TestPages(t *testing.T) {
	r := reporttest.Example()
	r.Journeys[1].Pages = append(r.Journeys[1].Pages, r.Journeys[0].Pages[2])
	_, root := written(t, r, nil)
	var got []string
	for _, table := range elements(root, "table") {
		if attribute(table, "aria-label") == "Pages" {
			for _, row := range elements(table, "tr") {
				got = append(got, text(row))
			}
		}
	}
	if len(got) != 4 {
		t.Fatalf("the table of pages has the rows %q, want a head and 3", got)
	}
	for i, want := range []string{
		"It led to https://www.mediatheque.example/accueil. After acceptance",
		"Nous contacter — l'équipeCharteNot seen––Its policy (script-src-elem) refused",
		"NoneNone––It answered with status 404. Before an answer and after refusal",
	} {
		if !strings.Contains(got[i+1], want) {
			t.Errorf("the row %q does not say %q", got[i+1], want)
		}
	}
}

// TestStored: an entry is one row in all journeys, unless it is kept for another time or in another way.
func TestStored(t *testing.T) {
	r := reporttest.Example()
	longer := r.Journeys[0].Entries[1]
	longer.LifetimeS *= 2
	r.Journeys[1].Entries = append(r.Journeys[1].Entries, longer)
	_, root := written(t, r, nil)
	var got []string
	for _, table := range elements(root, "table") {
		if attribute(table, "aria-label") == "What is stored" {
			for _, row := range elements(table, "tr") {
				got = append(got, text(row))
			}
		}
	}
	for _, want := range []string{
		"PHPSESSIDcookie, www.mediatheque.exampleYesYesYesYesUntil the browser closes",
		"_gacookie, .mediatheque.exampleYes–Yes–730 days",
		"_gacookie, .mediatheque.example–Yes––1460 days",
		"pages-v2cache, https://www.mediatheque.example/Gone–––Without an end",
		"Path=/espace",
	} {
		if n := len(slices.DeleteFunc(slices.Clone(got), func(row string) bool { return !strings.Contains(row, want) })); n != 1 {
			t.Errorf("%d rows say %q, want 1; the rows are %q", n, want, got)
		}
	}
}

// poison puts markup into every text of a report.
func poison(v reflect.Value) {
	const markup = `"'></style></script><img src=x onerror="document.title='run'">`
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			poison(v.Field(i))
		}
	case reflect.String:
		v.SetString(v.String() + markup)
	}
}

// TestMarkup: no text of a report becomes an element.
func TestMarkup(t *testing.T) {
	r := reporttest.Example()
	poison(reflect.ValueOf(r))
	page, root := written(t, r, nil)
	if n := len(elements(root, "img")); n > 0 {
		t.Errorf("%d pictures are in the page; they are markup in names", n)
	}
	if n := len(elements(root, "script")); n != 1 {
		t.Errorf("the page has %d scripts, want its own", n)
	}
	if n := strings.Count(page, "onerror=&#34;"); n < 100 {
		t.Errorf("the markup is in the page as text %d times; the report has it more often", n)
	}
	for _, a := range elements(root, "a") {
		if href := attribute(a, "href"); !strings.HasPrefix(href, "#") && !strings.HasPrefix(href, "http") {
			t.Errorf("a link leads to %q", href)
		}
	}
}

// TestLinks: each link within the page has its goal, and no two elements have the same id.
func TestLinks(t *testing.T) {
	r := reporttest.Example()
	twin := r.Findings[0]
	nameless := r.Findings[1]
	nameless.ID, nameless.Rule = "", "of-a-later-release"
	r.Findings = append(r.Findings, twin, nameless)
	_, root := written(t, r, nil)
	ids := map[string]bool{}
	for n := range root.Descendants() {
		if id := attribute(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("two elements have the id %q", id)
			}
			ids[id] = true
		}
	}
	for n := range root.Descendants() {
		for _, name := range []string{"href", "aria-labelledby", "for"} {
			goal := attribute(n, name)
			if name == "href" {
				var within bool
				if goal, within = strings.CutPrefix(goal, "#"); !within {
					continue
				}
			}
			if goal != "" && !ids[goal] {
				t.Errorf("%s %q of %s has no goal", name, goal, n.Data)
			}
		}
	}
	if !ids["rule-of-a-later-release"] {
		t.Error("a finding of a rule that is not known is missing")
	}
}

// TestBadInput: what cannot be written is an error that says what to do.
func TestBadInput(t *testing.T) {
	if _, err := HTML(nil, nil); err == nil {
		t.Error("no report is no error")
	}
	_, err := HTML(reporttest.Example(), map[string][]byte{"before-1.png": []byte("<svg onload=alert(1)>")})
	if err == nil || !strings.Contains(err.Error(), "before-1.png") || !strings.Contains(err.Error(), "PNG") {
		t.Errorf("a picture that is none: %v, want an error with its name and what it must be", err)
	}
}

// large is a report of 50 pages that an ill-kept site gives: 10,000 requests to 300 hosts, and
// every rule's fault on every page.
func large() *report.Report {
	r := reporttest.Example()
	example := r.Findings
	var pages []report.Page
	for i := range 50 {
		p := r.Journeys[0].Pages[1]
		p.URL = fmt.Sprintf("https://www.mediatheque.example/rubrique/actualites-de-la-mediatheque/article-%d", i)
		p.At, p.Picture = p.URL, ""
		pages = append(pages, p)
	}
	by := example[0].Evidence[0].Initiator
	query := strings.Repeat("&parametre=valeur", 60)
	for s := range r.Journeys {
		j := &r.Journeys[s]
		j.Pages, j.Requests, j.Entries = pages, nil, nil
		for i := range 2500 {
			host := fmt.Sprintf("cdn-%d.regie.example", i%300)
			j.Requests = append(j.Requests, report.Request{
				ID: i + 1, Page: i % 50, Method: "GET", Type: "script", ThirdParty: true, Host: host, Initiator: by,
				URL:  fmt.Sprintf("https://%s/collect?numero=%d%s", host, i, query),
				Sent: []report.Identifier{{Where: "query", Name: "cid", Value: "sha256:9f86d081884c"}},
			})
		}
		for i := range 60 {
			j.Entries = append(j.Entries, report.Entry{Kind: report.Cookie, Name: fmt.Sprintf("_cookie_%d", i), Host: ".mediatheque.example", Initiator: by, Page: i % 50})
		}
	}
	r.Findings = nil
	for i := range 300 {
		f := example[i%len(example)]
		f.ID = fmt.Sprintf("%016x", i)
		f.Subject = fmt.Sprintf("%s %d", f.Subject, i)
		f.Evidence = nil
		for j := range 200 {
			f.Evidence = append(f.Evidence, report.Evidence{
				State: report.States[j/50], Page: pages[j%50].URL, Initiator: by, Time: r.Began,
				Request: fmt.Sprintf("https://cdn-%d.regie.example/collect?numero=%d%s", i, j, query),
			})
		}
		r.Findings = append(r.Findings, f)
	}
	return r
}

// TestSize: the page of a large report stays small enough to send and to open, and says what it
// leaves out.
func TestSize(t *testing.T) {
	const most = 2_000_000
	page, root := written(t, large(), nil)
	t.Logf("the page has %d bytes", len(page))
	if len(page) > most {
		t.Errorf("the page has %d bytes, and may have %d", len(page), most)
	}
	for _, table := range elements(root, "table") {
		if n := len(elements(table, "tr")); n > mostRows+1 {
			t.Errorf("the table %q has %d rows, and may have %d", attribute(table, "aria-label"), n, mostRows+1)
		}
	}
	all := text(root)
	for _, want := range []string{"10,000 requests in all.", "The rest, 100 more, is in report.json.", "The rest, 198 more, is in report.json."} {
		if !strings.Contains(all, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// TestSame: the same report gives the same bytes.
func TestSame(t *testing.T) {
	first, _ := written(t, large(), nil)
	second, _ := written(t, large(), nil)
	if first != second {
		t.Error("two pages of the same report are not equal")
	}
}

// TestTwice: a page that was visited twice in a journey counts once, and has the picture of either
// visit.
func TestTwice(t *testing.T) {
	const address = "https://www.mairie.example/"
	visit := report.Page{URL: address, At: address, Status: 200}
	pictured := visit
	pictured.Picture = "refused.png"
	r := &report.Report{Site: address, Journeys: []report.Journey{{State: report.Refused, Answer: "charte", Pages: []report.Page{visit, pictured}}}}
	text, err := HTML(r, map[string][]byte{"refused.png": []byte("\x89PNG\r\n\x1a\n")})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 page,", "data:image/png;base64,"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in the report", want)
		}
	}
	if strings.Contains(string(text), "No picture was taken") {
		t.Error("the picture of the second visit is not shown")
	}
}
