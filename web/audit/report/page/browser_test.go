package page

import (
	"fmt"
	"image/color"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"charte/web/audit/report"
	"charte/web/audit/report/reporttest"
	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/npm"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// A tab is a report in Chromium.
type tab struct {
	*browser.Page
	t *testing.T
}

// opened opens a report as a file would be: nothing but the page comes from the server. policy is one
// more Content-Security-Policy, or empty.
func opened(t *testing.T, r *report.Report, policy string) tab {
	t.Helper()
	html, err := HTML(r, map[string][]byte{"before-1.png": picture(t, color.White)})
	if err != nil {
		t.Fatal(err)
	}
	server := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		w.Write(html)
	}))
	p := tab{browsertest.NewPage(t, browser.Chromium), t}
	p.must(p.Open(server.URL))
	return p
}

func (p tab) must(err error) {
	p.t.Helper()
	browsertest.Must(p.t, err)
}

// eval is what js returns.
func eval[T any](p tab, js string, args ...any) T {
	p.t.Helper()
	var result T
	p.must(p.Eval(js, &result, args...))
	return result
}

// shown are the anchors of the findings that can be seen, in the page's order.
func (p tab) shown() []string {
	p.t.Helper()
	return eval[[]string](p, `return [...document.querySelectorAll("[data-finding]")].filter(f => f.checkVisibility()).map(f => f.id)`)
}

// anchors are those of a report's findings that hold, as [tab.shown] gives them.
func anchors(r *report.Report, holds func(report.Finding) bool) []string {
	var all []string
	for _, p := range parts(r) {
		for _, g := range p.Groups {
			for _, f := range g.Findings {
				if holds(f.Finding) {
					all = append(all, f.Anchor)
				}
			}
		}
	}
	return all
}

// seenIn reports whether there is evidence of a finding from a state.
func seenIn(f report.Finding, s report.State) bool {
	return slices.ContainsFunc(f.Evidence, func(e report.Evidence) bool { return e.State == s })
}

// TestFilters: each filter leaves the findings that it says, the counts agree, and a group without
// findings is gone.
func TestFilters(t *testing.T) {
	r := reporttest.Example()
	p := opened(t, r, "")
	const set = `const field = document.forms[0].elements.namedItem(arguments[0]);
		field.type === "checkbox" ? field.checked = true : field.value = arguments[1];
		field.dispatchEvent(new Event("input", {bubbles: true}))`
	const reset = `document.forms[0].reset(); await new Promise(done => setTimeout(done, 1))`
	type choice struct{ field, value string }
	for _, test := range []struct {
		name    string
		choices []choice
		holds   func(report.Finding) bool
	}{
		{"none", nil, func(report.Finding) bool { return true }},
		{"a rule", []choice{{"rule", report.RuleBefore}}, func(f report.Finding) bool { return f.Rule == report.RuleBefore }},
		{"a rule in two parts", []choice{{"rule", report.RuleUndeclared}}, func(f report.Finding) bool { return f.Rule == report.RuleUndeclared }},
		{"errors", []choice{{"severity", "error"}}, func(f report.Finding) bool { return f.Severity == report.Error }},
		{"warnings", []choice{{"severity", "warning"}}, func(f report.Finding) bool { return f.Severity == report.Warning }},
		{"notes", []choice{{"severity", "note"}}, func(f report.Finding) bool { return f.Severity == report.Remark }},
		{"after refusal", []choice{{"journey", "refused"}}, func(f report.Finding) bool { return seenIn(f, report.Refused) }},
		{"after withdrawal", []choice{{"journey", "withdrawn"}}, func(f report.Finding) bool { return seenIn(f, report.Withdrawn) }},
		{"what counts", []choice{{"counts", ""}}, report.Finding.Counts},
		{"a word of the message", []choice{{"text", "  CANVAS "}}, func(f report.Finding) bool { return strings.Contains(f.Message, "canvas") }},
		{"a word of the rule's title, and one of the evidence", []choice{{"text", "fingerprinting js:3:1"}}, func(f report.Finding) bool { return f.Rule == report.RuleFingerprint }},
		{"two", []choice{{"severity", "warning"}, {"counts", ""}}, func(f report.Finding) bool { return f.Severity == report.Warning && f.Counts() }},
		{"nothing fits", []choice{{"text", "zzz"}}, func(report.Finding) bool { return false }},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := tab{p.Page, t}
			for _, c := range test.choices {
				p.must(p.Eval(set, nil, c.field, c.value))
			}
			got, want := p.shown(), anchors(r, test.holds)
			if !slices.Equal(got, want) {
				t.Errorf("shown are\n%q, want\n%q", got, want)
			}
			if test.name != "none" && len(want) == len(r.Findings) {
				t.Error("the filter leaves everything: the row shows nothing")
			}
			words := fmt.Sprintf("%d of %d findings are shown.", len(want), len(r.Findings))
			if said := eval[string](p, `return document.querySelector("[data-shown]").textContent`); said != words {
				t.Errorf("the page says %q, want %q", said, words)
			}
			if empty := eval[[]string](p, `return [...document.querySelectorAll("[data-group]")].filter(g => g.checkVisibility() && ![...g.querySelectorAll("[data-finding]")].some(f => f.checkVisibility())).map(g => g.id)`); len(empty) > 0 {
				t.Errorf("these groups are shown without a finding: %q", empty)
			}
			p.must(p.Eval(reset, nil))
			if got := p.shown(); len(got) != len(r.Findings) {
				t.Errorf("after a reset %d findings are shown, want all %d", len(got), len(r.Findings))
			}
		})
	}
	if lines, err := p.Console(); err != nil || len(lines) > 0 {
		t.Errorf("the console has %q, %v", lines, err)
	}
}

// TestKeyboard: whoever has no mouse reaches every control in the order in which it is seen, filters,
// resets, unfolds the evidence, and follows a count of the matrix.
func TestKeyboard(t *testing.T) {
	r := reporttest.Example()
	p := opened(t, r, "")
	const focused = `return document.activeElement.id || document.activeElement.textContent`
	p.must(p.Press("Tab"))
	if at := eval[string](p, focused); at != "Skip to the verdict" {
		t.Errorf("the first stop is %q", at)
	}
	p.must(p.Eval(`document.querySelector("#filter-rule").focus()`, nil))
	for _, stop := range []struct {
		keys []string
		at   string
		left func(report.Finding) bool
	}{
		{[]string{"ArrowDown"}, "filter-rule", func(f report.Finding) bool { return f.Rule == report.RuleBefore }},
		{[]string{"ArrowUp", "Tab", "ArrowDown", "ArrowDown"}, "filter-severity", func(f report.Finding) bool { return f.Severity == report.Warning }},
		{[]string{"ArrowUp", "ArrowUp", "Tab", "ArrowDown"}, "filter-journey", func(f report.Finding) bool { return seenIn(f, report.Before) }},
		{[]string{"ArrowUp", "Tab", "c", "s", "r", "f", "Enter"}, "filter-text", func(f report.Finding) bool { return f.Subject == "cookie csrf_*" }},
		{[]string{"Backspace", "Backspace", "Backspace", "Backspace", "Tab", " "}, "filter-counts", report.Finding.Counts},
		{[]string{"Tab", "Enter"}, "Show all", func(report.Finding) bool { return true }},
	} {
		p.must(p.Press(stop.keys...))
		if at := eval[string](p, focused); at != stop.at {
			t.Errorf("after %q the focus is on %q, want %q", stop.keys, at, stop.at)
		}
		want := anchors(r, stop.left)
		p.must(p.WaitFor(`[...document.querySelectorAll("[data-finding]:not([hidden])")].map(f => f.id).join() === arguments[0]`, strings.Join(want, ",")))
	}
	const open = `[...document.querySelectorAll("[data-finding] details")].filter(d => d.open).length`
	p.must(p.Press("Tab", "Enter"))
	p.must(p.WaitFor(open + ` === document.querySelectorAll("[data-finding] details").length`))
	p.must(p.Press("Enter"))
	p.must(p.WaitFor(open + ` === 0`))
	p.must(p.Press("Tab", "Enter")) // the first finding's own fold
	p.must(p.WaitFor(open + ` === 1`))

	p.must(p.Eval(`document.querySelector("#matrix [data-rule=undeclared][data-journey=before]").focus()`, nil))
	p.must(p.Press("Enter"))
	p.must(p.WaitFor(`location.hash === "#rule-undeclared" && document.querySelector("#filter-journey").value === "before"`))
	if got, want := p.shown(), anchors(r, func(f report.Finding) bool { return f.Rule == report.RuleUndeclared && seenIn(f, report.Before) }); !slices.Equal(got, want) {
		t.Errorf("the matrix leads to\n%q, want\n%q", got, want)
	}
	p.must(p.Eval(`location.hash = "#errors"`, nil)) // nothing of it is filtered out
	hidden := anchors(r, func(f report.Finding) bool { return f.Rule == report.RuleUnseen })[0]
	p.must(p.Eval(`location.hash = arguments[0]`, nil, "#"+hidden))
	p.must(p.WaitFor(`(box => box.top >= 0 && box.bottom <= innerHeight)(document.getElementById(arguments[0]).getBoundingClientRect())`, hidden))
}

// TestEnlarge: a picture's button shows it as wide as the page, and small again.
func TestEnlarge(t *testing.T) {
	p := opened(t, reporttest.Example(), "")
	const width = `document.querySelector("figure img").getBoundingClientRect().width`
	small := eval[float64](p, "return "+width)
	p.must(p.Eval(`document.querySelector("figure button").focus()`, nil))
	p.must(p.Press("Enter"))
	p.must(p.WaitFor(width+` > 3 * arguments[0] && document.activeElement.getAttribute("aria-pressed") === "true"`, small))
	p.must(p.Press("Enter"))
	p.must(p.WaitFor(width+` === arguments[0] && document.activeElement.getAttribute("aria-pressed") === "false"`, small))
}

// TestWithoutScript: where no script runs, all findings can be read, folds open by themselves, and there
// is no control that does nothing.
func TestWithoutScript(t *testing.T) {
	r := reporttest.Example()
	p := opened(t, r, "script-src 'none'")
	if got := p.shown(); len(got) != len(r.Findings) {
		t.Errorf("%d findings are shown, want %d", len(got), len(r.Findings))
	}
	if dead := eval[[]string](p, `return [...document.querySelectorAll("form, input, select, button, [data-shown]")].filter(e => e.checkVisibility()).map(e => e.outerHTML)`); len(dead) > 0 {
		t.Errorf("these are shown and do nothing: %q", dead)
	}
	p.must(p.Eval(`document.querySelector("[data-finding] summary").focus()`, nil))
	p.must(p.Press("Enter"))
	p.must(p.WaitVisible("[data-finding] .evidence"))
	p.must(p.Eval(`location.hash = "#rule-undeclared"`, nil))
	p.must(p.WaitFor(`Math.abs(document.getElementById("rule-undeclared").getBoundingClientRect().top) < 100`))
}

// TestPrint: paper has every detail and no control, whether or not a script opens the folds. It says that
// findings are left out only where they are.
func TestPrint(t *testing.T) {
	for _, test := range []struct{ name, policy string }{{"with script", ""}, {"without", "script-src 'none'"}} {
		t.Run(test.name, func(t *testing.T) {
			p := opened(t, reporttest.Example(), test.policy)
			p.must(p.Emulate(browser.Media{Type: "print"}))
			if left := eval[[]string](p, `return [...document.querySelectorAll("form, input, select, button, nav, .skip, [data-shown]")].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))`); len(left) > 0 {
				t.Errorf("these are printed: %q", left)
			}
			const folded = `return [...document.querySelectorAll("details > :not(summary)")].filter(e => !e.getClientRects().length || !e.checkVisibility({contentVisibilityAuto: true})).length`
			if n := eval[int](p, folded); n > 0 {
				t.Errorf("%d folds are printed without what is in them", n)
			}
			if open := eval[int](p, `return document.querySelectorAll("details[open]").length`); open > 0 {
				t.Errorf("%d folds are open: the style sheet is not what prints them", open)
			}
		})
	}
	p := opened(t, reporttest.Example(), "")
	p.must(p.Eval(`document.querySelector("[data-finding] details").open = true;
		addEventListener("beforeprint", () => window.during = document.querySelectorAll("details:not([open])").length)`, nil))
	p.must(p.CDP("Page.printToPDF", map[string]any{}, nil))
	p.must(p.WaitFor(`window.during === 0 && document.querySelectorAll("details[open]").length === 1`))
	p.must(p.Emulate(browser.Media{Type: "print"}))
	p.must(p.Eval(`document.forms[0].elements.counts.click()`, nil))
	p.must(p.WaitVisible("[data-shown]"))
}

// lengthen puts 300 letters without a space into every text of a report but those that are one of a few.
func lengthen(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			lengthen(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			lengthen(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name != "Rule" && name != "Law" && name != "Picture" {
				lengthen(v.Field(i))
			}
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.CanSet() {
			v.SetString(v.String() + strings.Repeat("x", 300))
		}
	}
}

// TestLongNames: names of 300 letters widen the page in no width, and stand beside nothing that they cover.
func TestLongNames(t *testing.T) {
	r := reporttest.Example()
	lengthen(reflect.ValueOf(r))
	p := opened(t, r, "")
	p.must(p.Eval(`document.querySelectorAll("details").forEach(d => d.open = true)`, nil))
	for _, width := range []int{320, 390, 768, 800, 1100, 1280} {
		p.must(p.SetViewport(width, 800))
		p.must(p.WaitFor(`innerWidth === arguments[0]`, width))
		over := eval[[]string](p, `const most = document.documentElement.clientWidth;
			return [...document.querySelectorAll("body *")].filter(e => !e.closest(".skip, .unseen, thead") && e.checkVisibility() && (e.getBoundingClientRect().right > most + 1 || e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")).map(e => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40))`)
		if len(over) > 0 {
			t.Errorf("%d px: these are too wide: %q", width, over[:min(len(over), 5)])
		}
	}
}

// TestAxe: axe-core finds no fault, at 1280 and 390 px, light and dark.
func TestAxe(t *testing.T) {
	p := opened(t, reporttest.Example(), "")
	p.must(p.Eval(`document.querySelectorAll("details").forEach(d => d.open = true)`, nil))
	p.must(p.Eval(npm.Axe.File(t, "axe.min.js"), nil))
	for _, width := range []int{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			p.must(p.Emulate(browser.Media{ColorScheme: scheme}))
			p.must(p.SetViewport(width, 800))
			p.must(p.WaitFor(`innerWidth === arguments[0]`, width))
			for _, fault := range eval[[]string](p, `return (await axe.run({resultTypes: ["violations"]})).violations.flatMap(v => v.nodes.map(n => v.id + " " + n.target))`) {
				t.Errorf("%d px, %s: %s", width, scheme, fault)
			}
		}
	}
}
