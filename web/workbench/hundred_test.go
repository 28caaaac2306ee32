package workbench

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/web/audit/report"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// longestTask is how long a task may keep the page from answering (https://www.w3.org/TR/longtasks-1/). Here
// it is time of the page's own thread: what else the machine does meanwhile is no part of it.
const longestTask = 50 * time.Millisecond

// tries is how often a deed is done until none of its tasks is too long. A thread works more slowly while
// others use the same caches.
const tries = 3

// hundred is the demo's catalogue with as many services as make a hundred. Each has two cookies, and
// a finding: its purpose is none.
func hundred(t *testing.T) []byte {
	t.Helper()
	demo, err := os.ReadFile("../../catalogue/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, services, _ := bytes.Cut(demo, []byte("\nservices:"))
	var text bytes.Buffer
	text.Write(demo)
	for n := bytes.Count(services, []byte("\n  - ")); n < 100; n++ {
		fmt.Fprintf(&text, `
  - id: s%[1]d
    category: %[2]s
    provider: portal
    name:
      fr: Service %[1]d
      en: Service number %[1]d
    location:
      fr: toutes les pages
      en: every page
    purpose:
      fr: Améliorer votre expérience de la rubrique %[1]d.
      en: Count visits of section %[1]d.
    cookies:
      - name: visits-%[1]d
        purpose:
          fr: Retenir la dernière visite
          en: Remember the last visit
        lifetime: 6 months
      - name: seen-%[1]d
        kind: localStorage
        purpose:
          fr: Retenir ce qui a été vu
          en: Remember what was seen
        lifetime: persistent
`, n, []string{"necessary", "statistics"}[n%4/3])
	}
	return text.Bytes()
}

// tenSites is the report of an audit with what comes from ten sites that nothing declares.
func tenSites(t *testing.T) []byte {
	t.Helper()
	journey := report.Journey{State: report.Accepted, Pages: []report.Page{{URL: "https://www.mairie.example/"}}}
	for n := range 10 {
		journey.Entries = append(journey.Entries, report.Entry{Kind: report.Cookie, Name: "uid", Host: fmt.Sprintf(".regie%d.example", n), ThirdParty: true, LifetimeS: 86400})
	}
	r := report.Report{Version: report.Version, Charte: "(devel)", Site: "https://www.mairie.example/", Began: time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC), Journeys: []report.Journey{journey}}
	data, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// watchChanges notes when the page was changed last.
const watchChanges = `
	window.changed = performance.now();
	addEventListener("DOMContentLoaded", () =>
		new MutationObserver(() => { changed = performance.now() }).observe(document.documentElement, {subtree: true, childList: true, attributes: true, characterData: true}));`

// A deed is something that a person does at the page.
type deed struct {
	name string
	do   string // JavaScript
	done string // holds afterwards
	back string // undoes it before it is done again; "" where that needs nothing
	gone string // holds after that
}

// A busy is a page whose tasks are measured.
type busy struct {
	*browser.Page
	t *testing.T
}

func (p busy) must(err error) {
	p.t.Helper()
	browsertest.Must(p.t, err)
}

// still waits until something holds, and nothing more changes in the page.
func (p busy) still(holds string) {
	p.t.Helper()
	if holds != "" {
		p.must(p.WaitFor(holds))
	}
	p.must(p.WaitFor(`performance.now() - changed > 150`))
}

// longest is the longest task of the page's thread while do is done, in time of that thread.
func (p busy) longest(do func()) time.Duration {
	p.t.Helper()
	p.traces()
	const here = "the page that is measured"
	do()
	p.must(p.Eval(`performance.mark(arguments[0])`, nil, here))
	p.must(p.CDP("Tracing.end", nil, nil))
	var trace struct {
		TraceEvents []traced
	}
	if err := json.Unmarshal(p.stream(), &trace); err != nil {
		p.t.Fatal(err)
	}
	pid, tid := 0, 0
	for _, e := range trace.TraceEvents {
		if e.Name == here {
			pid, tid = e.PID, e.TID
		}
	}
	if pid == 0 {
		p.t.Fatal("the trace does not tell which thread is the page's")
	}
	all := tasks(slices.DeleteFunc(trace.TraceEvents, func(e traced) bool { return e.PID != pid || e.TID != tid }))
	if len(all) == 0 {
		p.t.Fatal("the trace has no task of the page's")
	}
	return slices.Max(all)
}

// traces begins a trace. The one before it is not at its end as soon as it was read: see [busy.stream].
func (p busy) traces() {
	p.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err := p.CDP("Tracing.start", map[string]any{"transferMode": "ReturnAsStream", "traceConfig": map[string]any{
			"excludedCategories": []string{"*"}, "includedCategories": []string{"toplevel", "blink.user_timing", "disabled-by-default-v8.wasm.detailed"},
		}}, nil)
		if err == nil || !strings.Contains(err.Error(), "already been started") || time.Now().After(deadline) {
			p.must(err)
			return
		}
	}
}

// A traced is an event of a trace.
type traced struct {
	Name     string
	PID, TID int
	TS, Dur  int64 // microseconds
	TDur     int64 // the same of the thread
}

// tasks are how long the tasks of a thread took, of its events. What promises bring on runs at a task's end, and the
// browser traces it apart, although it belongs to the task.
func tasks(events []traced) (all []time.Duration) {
	slices.SortStableFunc(events, func(a, b traced) int { return cmp.Compare(a.TS, b.TS) })
	var ends int64 // of the last task
	for _, e := range events {
		took := time.Duration(e.TDur) * time.Microsecond
		switch {
		case strings.HasSuffix(e.Name, "RunTask"):
			all, ends = append(all, took), e.TS+e.Dur
		case e.Name == "BlinkScheduler_PerformMicrotaskCheckpoint" && len(all) > 0 && e.TS >= ends:
			all[len(all)-1] += took
		}
	}
	return all
}

// TestTasks: what promises bring on counts with the task before it, once.
func TestTasks(t *testing.T) {
	const run, promises = "ThreadControllerImpl::RunTask", "BlinkScheduler_PerformMicrotaskCheckpoint"
	got := tasks([]traced{{Name: run, TS: 100, Dur: 20, TDur: 10}, {Name: promises, TS: 5, Dur: 10, TDur: 10}, {Name: promises, TS: 105, Dur: 10, TDur: 5}, {Name: promises, TS: 120, Dur: 40, TDur: 30},
		{Name: "Layout", TS: 165, Dur: 1, TDur: 1}, {Name: run, TS: 170, Dur: 20, TDur: 7}})
	if want := []time.Duration{40 * time.Microsecond, 7 * time.Microsecond}; !slices.Equal(got, want) {
		t.Errorf("the tasks took %v, want %v", got, want)
	}
}

// stream reads the trace that has just ended. An event would tell its handle, and that it is whole; but
// [browser.Page.CDP] has no events. The browser counts its streams from 1, and forgets one that is closed.
func (p busy) stream() (data []byte) {
	p.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		for n := range 200 {
			handle := map[string]any{"handle": fmt.Sprint(n + 1)}
			var part struct{ Data string }
			if p.CDP("IO.read", handle, &part) != nil {
				continue
			}
			for data = append(data, part.Data...); part.Data != ""; data = append(data, part.Data...) {
				part.Data = ""
				p.must(p.CDP("IO.read", handle, &part))
			}
			if json.Valid(data) {
				p.must(p.CDP("IO.close", handle, nil))
				return data
			}
			break
		}
	}
	p.t.Fatalf("the browser gives no trace; it gave %d bytes", len(data))
	return nil
}

// does measures a deed.
func (p busy) does(d deed) {
	p.t.Helper()
	p.doing(d, func() { p.first(d.do, d.done) })
}

// doing measures a deed that do does.
func (p busy) doing(d deed, do func()) {
	p.t.Helper()
	var all []time.Duration
	for range tries {
		if len(all) > 0 && d.back != "" {
			p.first(d.back, d.gone)
		}
		took := p.longest(do)
		if took <= longestTask {
			return
		}
		all = append(all, took)
	}
	p.t.Errorf("%s: a task takes %v at best; it took %v", d.name, slices.Min(all), all)
}

// first does something that is not measured.
func (p busy) first(do, done string) {
	p.t.Helper()
	p.must(p.Eval(do, nil))
	p.still(done)
}

// Parts of what is done.
const (
	chooseTitle = `[...document.querySelectorAll(".way")].find(w => w.querySelector(".title").textContent === %q).click()`
	chosenTitle = `document.querySelector(".way[aria-current] .title")?.textContent === %q && !!document.querySelector(".form .fields > *, .form .entries")`
	closeDialog = `document.querySelector("dialog").close()`
	noDialog    = `!document.querySelector("dialog")`
	undo        = `document.querySelector("[aria-keyshortcuts='Control+Z']").click()`
	isSaved     = `document.querySelector(".bar .saved").textContent === "saved"`
	isUnsaved   = `document.querySelector(".bar .saved").textContent !== "saved"`
	types       = `document.querySelector(%q).focus(); document.execCommand("insertText", false, "x")`
)

func choosing(title, from string) deed {
	return deed{"the form of " + title, fmt.Sprintf(chooseTitle, title), fmt.Sprintf(chosenTitle, title), fmt.Sprintf(chooseTitle, from), fmt.Sprintf(chosenTitle, from)}
}

func opening(dialog, holds string) deed {
	return deed{"the dialog " + dialog, fmt.Sprintf(`[...document.querySelectorAll(".tools button")].find(b => b.title === %[1]q || b.textContent === %[1]q).click()`, dialog), holds, closeDialog, noDialog}
}

// openHundred opens a workbench of a hundred services. preload is JavaScript that runs before the page's own.
func openHundred(t *testing.T, preload string) (*joined, busy) {
	t.Helper()
	built, err := program()
	if err != nil {
		t.Fatal(err)
	}
	withoutBusyTests(t)
	j := join(t, built)
	j.write(t, hundred(t))
	p := busy{browsertest.NewPage(t, browser.Chromium), t}
	p.must(p.SetViewport(1280, 800))
	p.must(p.Preload(watchChanges + preload))
	p.must(p.Open(j.latest()))
	p.still(`document.querySelectorAll(".way").length > 105 && !!document.querySelector("iframe:not(.back)")`)
	return j, p
}

// TestHundredOpening: when the page is opened, its parts come in tasks of their own, and so do the lines of a hundred
// services. No time is measured here: the browser compiles what runs for the first time, and starting the program alone
// takes it about 200 ms, with a few services as with a hundred.
func TestHundredOpening(t *testing.T) {
	// An observer is called once for all that a task has changed.
	_, p := openHundred(t, `
		window.came = {lines: 0, parts: []};
		addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
			const lines = document.querySelectorAll(".way").length, parts = [".bar", ".outline", ".sheet", "#beside > *"].filter(s => document.querySelector(s)).length;
			came.lines = Math.max(came.lines, lines - (came.before ?? 0));
			came.before = lines;
			if (parts > (came.parts.at(-1) ?? 0)) came.parts.push(parts);
		}).observe(document.documentElement, {subtree: true, childList: true}))`)
	var lines int
	p.must(p.Eval(`return came.lines`, &lines))
	if lines == 0 || lines > 20 {
		t.Errorf("%d lines of the outline come in one task, 20 at most", lines)
	}
	var parts []int
	p.must(p.Eval(`return came.parts`, &parts))
	if want := []int{1, 2, 3, 4}; !slices.Equal(parts, want) {
		t.Errorf("so many parts of the page are there after each task that brings some: %v, want %v", parts, want)
	}
}

// TestHundredForms: with a hundred services, nothing that a person does keeps the page from answering for
// more than 50 ms. Here the page is opened, and forms are chosen.
func TestHundredForms(t *testing.T) {
	_, p := openHundred(t, "")
	for _, title := range []string{"Mesure d'audience anonyme (Matomo)", "Look", "Words of the banner", "Services", "Service 60"} {
		p.does(choosing(title, "Languages"))
	}
}

// TestHundredLetters: the same of what is typed.
func TestHundredLetters(t *testing.T) {
	_, p := openHundred(t, "")
	p.first(fmt.Sprintf(chooseTitle, "Service 60"), fmt.Sprintf(chosenTitle, "Service 60"))
	const letter = "#at-services-60-name-fr"
	p.does(deed{"a letter", fmt.Sprintf(types, letter), isUnsaved, undo, isSaved})
	p.does(deed{"what saving would do", "", `!!document.querySelector(".effect-line button")`, "", ""})
	p.does(deed{"undoing it", undo, isSaved, fmt.Sprintf(types, letter), isUnsaved})
	p.first(fmt.Sprintf(types, letter), isUnsaved)
	p.does(opening("Review", `document.querySelectorAll("dialog .diff > li").length > 5`))
}

// TestHundredBeside: the same of what is beside the form, and of a report.
func TestHundredBeside(t *testing.T) {
	j, p := openHundred(t, "")
	speak := func(language string) string {
		return fmt.Sprintf(`const s = document.querySelector(".speak"); s.value = %q; s.dispatchEvent(new Event("change"))`, language)
	}
	p.does(deed{"the findings", `document.querySelector(".light").click()`, `document.querySelectorAll(".lead").length > 90`, `document.querySelector(".tab.to-preview").click()`, ""})
	p.does(deed{"scrolling", `for (const e of document.querySelectorAll("#form, .outline")) e.scrollTop = 1e6`, "", `for (const e of document.querySelectorAll("#form, .outline")) e.scrollTop = 0`, ""})

	// Another program writes another name for each service.
	names := 0
	rename := func(t *testing.T) {
		names++
		j.write(t, bytes.ReplaceAll(hundred(t), []byte("fr: Service "), fmt.Appendf(nil, "fr: Autre %d-", names)))
	}
	p.doing(deed{name: "the text of another program"}, func() {
		rename(t)
		p.still(fmt.Sprintf(`[...document.querySelectorAll(".way")].some(way => way.textContent.startsWith("Autre %d-99"))`, names))
	})

	dropped, err := json.Marshal(string(tenSites(t)))
	if err != nil {
		t.Fatal(err)
	}
	p.does(deed{"a report", `
		const data = new DataTransfer();
		data.items.add(new File([` + string(dropped) + `], "report.json"));
		for (const type of ["dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data}))`,
		`document.querySelectorAll(".offers-item").length === 10`, closeDialog, noDialog})
	p.first(closeDialog, noDialog)
	p.does(deed{"the other language", speak("fr"), `document.documentElement.lang === "fr"`, speak("en"), `document.documentElement.lang === "en"`})
}

// allTexts holds once the dialog of translations shows all texts.
const allTexts = `document.querySelectorAll("textarea").length > 900`

// TestHundredTranslations: the same of the dialog of translations.
func TestHundredTranslations(t *testing.T) {
	_, p := openHundred(t, "")
	opened := opening("Translations", allTexts)
	p.does(opened)
	p.does(deed{"a letter of a translation", fmt.Sprintf(types, "tbody:nth-of-type(30) textarea"), isUnsaved, "", ""})
	p.does(deed{"closing the translations", closeDialog, noDialog, opened.do, allTexts})
}

// TestHundredFilter: the same of the filter in that dialog.
func TestHundredFilter(t *testing.T) {
	_, p := openHundred(t, "")
	const some = `document.querySelectorAll("textarea").length < 400`
	filter := func(i int) string {
		return fmt.Sprintf(`const s = document.getElementById("translations-filter"); s.selectedIndex = %d; s.dispatchEvent(new Event("change"))`, i)
	}
	opened := opening("Translations", allTexts)
	p.first(opened.do, opened.done)
	p.does(deed{"the translations that are missing", filter(1), some, filter(0), allTexts})
	p.does(deed{"all translations", filter(0), allTexts, filter(1), some})
}

// TestHundredKnown: the same of the dialog of known services.
func TestHundredKnown(t *testing.T) {
	_, p := openHundred(t, "")
	p.first(fmt.Sprintf(chooseTitle, "Services"), fmt.Sprintf(chosenTitle, "Services"))
	const all = `document.querySelectorAll(".services-one").length > 30`
	known := deed{"the known services", `document.querySelector(".adds button").click()`, all, closeDialog, noDialog}
	search := func(text string) string {
		return fmt.Sprintf(`const f = document.querySelector("#services-query"); f.value = %q; f.dispatchEvent(new Event("input"))`, text)
	}
	p.does(known)
	p.does(deed{"searching a service", search("vimeo"), `document.querySelectorAll(".services-one").length === 1`, search(""), all})
	p.first(search("video"), `document.querySelectorAll(".services-one").length < 10`)
	p.does(deed{"adding a service", `
		[...document.querySelectorAll(".services-one")].find(one => !one.querySelector(".declared")).click();
		while (!document.querySelector(".service-form .primary")) await new Promise(requestAnimationFrame);
		document.querySelector("[name=accepts-unknown]")?.click();
		document.querySelector(".service-form .primary").click()`,
		`document.querySelector("#service-title")?.textContent.endsWith("is in the catalogue")`, "", ""})
}
