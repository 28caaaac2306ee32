package editor_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"charte/web/browser/browsertest"
)

// asked is what the page has asked its desk for since the last call.
func (p shell) asked() []string {
	p.t.Helper()
	return valueOf[[]string](p, `return window.asked()`)
}

// asks waits until the page has asked its desk for just this. Of texts that are set one after the other at one
// place the last one counts: on a busy machine, letters come too slowly for one change.
func (p shell) asks(want ...string) {
	p.t.Helper()
	if err := p.WaitFor(`((all, want) => {
		const place = ask => ask?.match(/^set \S+/)?.[0] || {}; // an object is no other one's place
		const lastOnes = asks => asks.filter((ask, i) => place(ask) !== place(asks[i + 1])).join("\n");
		return lastOnes(all) === lastOnes(want);
	})(window.all = [...(window.all || []), ...window.asked()], arguments[0])`, want); err != nil {
		p.t.Errorf("the desk was asked for %q, want %q", valueOf[[]string](p, `return window.all`), want)
	}
	p.must(p.Eval(`window.all = []`, nil))
}

const active = `return document.activeElement.id || document.activeElement.textContent`

// TestTyping: the first letter is sent at once, and what follows once nothing comes for a while. All stays as it is
// where an answer comes late, with the caret where it was.
func TestTyping(t *testing.T) {
	p := openShell(t, url.Values{"lag": {"700ms"}})
	p.choose("Site")
	const name = "#at-site-controller"
	p.must(p.Click(name))
	p.must(p.Press("End", "x", "y", "z"))
	p.must(p.WaitFor(`(window.all = [...(window.all || []), ...window.asked()]).length > 0`))
	if first := valueOf[string](p, `return window.all[0]`); first != "set /site/controller Opendatasoftx" {
		t.Errorf("at first the desk is asked for %q, want the first letter alone", first)
	}
	p.asks("set /site/controller Opendatasoftxyz")
	p.must(p.WaitFor(`document.title === "• mine.yaml – Charte"`))

	// A letter at the beginning, and more before the answer comes.
	p.must(p.Press("Home", "a"))
	p.must(p.WaitFor(`(window.all = [...(window.all || []), ...window.asked()]).length === 1`))
	p.must(p.Press("b", "c"))
	p.asks("set /site/controller aOpendatasoftxyz", "set /site/controller abcOpendatasoftxyz")
	p.must(p.WaitFor(`!document.querySelector(".bar .save").disabled`))
	const caret = `const c = document.querySelector(arguments[0]); return c.value + " " + c.selectionStart`
	if got := valueOf[string](p, caret, name); got != "abcOpendatasoftxyz 3" {
		t.Errorf("after typing the field has %q", got)
	}
}

// TestEmptied: an emptied field is taken out of the file when it is left, and not before.
func TestEmptied(t *testing.T) {
	p := openShell(t, nil)
	p.choose("Site")
	p.must(p.Click("#at-site-controller"))
	p.must(p.Press("Control+a", "Delete"))
	p.must(p.Eval(`await new Promise(done => setTimeout(done, 400))`, nil)) // many times that after which a text is sent
	if asked := p.asked(); len(asked) > 0 {
		t.Errorf("an emptied field was sent at once: %q", asked)
	}
	p.must(p.Press("Tab"))
	p.asks("clear /site/controller")
}

// TestOthers: what another program writes appears in a field at once, also in the one that has the focus, but
// not over what is being typed.
func TestOthers(t *testing.T) {
	p := openShell(t, nil)
	p.choose("Site")
	const name = "#at-site-controller"
	const value = `document.querySelector("#at-site-controller").value === arguments[0]`
	p.must(p.Click(name))
	p.must(p.Eval(`tell("/site/controller", "Elsewhere")`, nil))
	p.must(p.WaitFor(value, "Elsewhere"))
	p.must(p.Eval(`tell("/site/controller", "")`, nil)) // go-app alone leaves the letters
	p.must(p.WaitFor(value, ""))
	// A letter is sent at once, so another program's change comes in the same task, before it is drawn.
	p.must(p.Eval(`tell("/site/controller", "Theirs"); const c = document.querySelector(arguments[0]); c.value = "m"; c.dispatchEvent(new Event("input"))`, nil, name))
	p.asks("set /site/controller m")
	p.must(p.WaitFor(value, "m"))
	p.must(p.Eval(`tell("/site/controller", "Later")`, nil))
	p.must(p.WaitFor(value, "Later"))
	if at := valueOf[string](p, active); at != name[1:] {
		t.Errorf("the focus is on %q", at)
	}

	// Letters whose event has not come yet. They are those of a keystroke between two frames.
	p.must(p.Eval(`document.querySelector(arguments[0]).value = "between"; tell("/site/controller", "Zed"); tell("/site/name/fr", "Last")`, nil, name))
	p.must(p.WaitFor(`document.querySelector("#at-site-name-fr").value === "Last"`))
	p.must(p.WaitFor(value, "between"))
	p.must(p.Eval(`document.querySelector(arguments[0]).dispatchEvent(new Event("input"))`, nil, name))
	p.asks("set /site/controller between")
}

// TestKeys: Ctrl+S saves with what was just typed. Ctrl+Z is the field's own while letters were typed in it,
// and else takes back the last change. Neither is done where a dialog lies over the page.
func TestKeys(t *testing.T) {
	p := openShell(t, nil)
	p.choose("Site")
	p.must(p.Click("#at-site-controller"))
	p.must(p.Press("End", "q", "Control+s"))
	p.asks("set /site/controller Opendatasoftq", "save")
	p.must(p.Press("Control+z"))
	p.must(p.WaitFor(`document.querySelector("#at-site-controller").value === "Opendatasoft"`))
	p.asks("set /site/controller Opendatasoft")
	p.must(p.Press("Tab"))
	p.must(p.Press("Control+z"))
	p.asks("undo")
	p.must(p.WaitFor(`!document.querySelector("[aria-keyshortcuts='Control+Shift+Z']").disabled`))
	p.must(p.Press("Control+Shift+z"))
	p.asks("redo")

	// A dialog lies over the page, and its keys are not the page's.
	p.must(p.Click(".tools button:first-child"))
	p.must(p.WaitFor(`document.querySelector("dialog:modal")`))
	p.must(p.Press("Control+s"))
	p.must(p.Press("Escape"))
	p.must(p.WaitFor(`!document.querySelector("dialog")`))
	p.must(p.Press("Control+z"))
	p.asks("undo")
}

// TestSavesAll: Ctrl+S saves all letters, also those that are typed while the answer to the letters before them is
// awaited. Else the file would miss the end of a word that the field has.
func TestSavesAll(t *testing.T) {
	p := openShell(t, url.Values{"lag": {"700ms"}})
	p.choose("Site")
	p.must(p.Click("#at-site-controller"))
	p.must(p.Press("End", "x"))
	p.must(p.WaitFor(`(window.all = [...(window.all || []), ...window.asked()]).length === 1`))
	p.must(p.Press("y", "Control+s"))
	p.asks("set /site/controller Opendatasoftxy", "save")
}

// TestLeaving: the browser asks before it leaves a page with what is not in the file.
func TestLeaving(t *testing.T) {
	p := openShell(t, nil)
	asks := func() bool {
		return valueOf[bool](p, `return !window.dispatchEvent(new Event("beforeunload", {cancelable: true}))`)
	}
	saved := func(whether bool) {
		p.must(p.WaitFor(`!document.querySelector(".save").disabled !== arguments[0]`, whether))
	}
	p.choose("Site")
	p.must(p.Press("Control+s"))
	saved(true)
	if asks() {
		t.Error("it asks although all is saved")
	}
	p.must(p.Click("#at-site-controller"))
	p.must(p.Press("End", "q"))
	saved(false)
	if !asks() {
		t.Error("it does not ask before what is unsaved goes")
	}
}

// TestChoices: each kind of choice is sent at once, as what it is.
func TestChoices(t *testing.T) {
	p := openShell(t, nil)
	for _, test := range []struct {
		name, form, do, want string
		parts                int // of the form that must be there
	}{
		{"radio", "Look", `document.querySelector("[id='at-look-preset'] input[value=compact]").click()`, "set /look/preset compact", 1},
		{"radio for nothing", "Look", `document.querySelector("[id='at-look-preset'] input").click()`, "clear /look/preset", 1},
		{"clear", "Mesure d'audience anonyme (Matomo)", `document.querySelector("[id='at-services-0-name'] .clear").click()`, "clear /services/0/name", 5},
		{"flag off", "Mesure d'audience anonyme (Matomo)", `document.querySelector("#at-services-0-exempt").click()`, "clear /services/0/exempt", 17},
		{"flag on", "Mesure d'audience anonyme (Matomo)", `document.querySelector("#at-services-0-exempt").click()`, "set /services/0/exempt true", 17},
		{"first language", "Languages", `const s = document.querySelector("[id='at-languages'] select"); s.value = "en"; s.dispatchEvent(new Event("change"))`, "choose /languages en,fr", 1},
		{"choices", "Languages", `document.querySelectorAll("[id='at-languages'] input")[1].click()`, "choose /languages fr", 1},
		{"swatch", "Look", `const c = document.querySelector(".kind-colour input[type=color][aria-label^='Buttons, dark']"); c.value = "#123456"; c.dispatchEvent(new Event("input"))`, "set /look/accent #0b5cc4 #123456", 9},
		{"remove", "Services", `document.querySelectorAll(".entries .moves button:last-child")[1].click()`, "remove /services/1", 4},
		{"move up", "Services", `document.querySelectorAll(".entries .moves button:first-child")[1].click()`, "move /services/1 0", 4},
		{"move down", "Vidéos (YouTube)", `[...document.querySelectorAll(".sheet > .head .moves button")].find(b => !b.disabled).click()`, "move /services/3 2", 1},
		{"add", "Providers", `document.querySelector(".adds button:last-child").click()`, "add /providers", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := shell{p.Page, t, p.spent}
			p.choose(test.form)
			p.must(p.WaitFor(`document.querySelectorAll(".form .row, .form .entries li").length >= arguments[0]`, test.parts))
			p.must(p.Eval(test.do, nil))
			p.asks(test.want)
		})
	}
}

const (
	preset = `[name="at-look-preset"]`
	saved  = `!document.querySelector(".bar .save").disabled`
)

// TestArrows: each arrow key chooses what the focus is on, however fast the keys come, and whatever is drawn
// meanwhile.
func TestArrows(t *testing.T) {
	const there = `document.activeElement.matches(arguments[0] + ":checked")`
	value := func(name string) string { return preset + `[value="` + name + `"]` }
	open := func(t *testing.T, chosen string) shell {
		p := openShell(t, nil)
		p.choose("Look")
		p.must(p.Eval(`tell("/look/preset", arguments[0])`, nil, chosen))
		p.must(p.WaitFor(`document.querySelector(arguments[0] + ":checked")`, value(chosen)))
		p.must(p.Eval(`document.querySelector(arguments[0]).focus()`, nil, value(chosen)))
		return p
	}
	t.Run("what is the default as well", func(t *testing.T) {
		p := open(t, "neutral")
		p.must(p.Press("ArrowDown"))
		p.asks("set /look/preset french-state")
		p.must(p.WaitFor(saved))
		p.must(p.WaitFor(there, value("french-state")))
		if valueOf[bool](p, `return document.querySelector(arguments[0]).checkVisibility()`, value("neutral")) {
			t.Error("the default is shown twice")
		}
		p.must(p.Press("ArrowUp"))
		p.asks("clear /look/preset")
		p.must(p.WaitFor(there, preset+":not([value])"))
	})
	t.Run("drawn between key and click", func(t *testing.T) {
		p := open(t, "french-state")
		p.must(p.Eval(`addEventListener("click", () => document.querySelector(arguments[0]).checked = true, {capture: true, once: true})`, nil, value("french-state")))
		p.must(p.Press("ArrowDown"))
		p.asks("set /look/preset soft")
		p.must(p.WaitFor(there, value("soft")))
	})
	t.Run("beside", func(t *testing.T) { // the preview's own choices
		p := openShell(t, nil)
		const beside = `[name="preview-show"]`
		p.must(p.WaitFor(`document.querySelector(arguments[0] + ":checked")?.value === "notice"`, beside))
		p.must(p.Eval(`document.querySelector(arguments[0] + ":checked").focus()`, nil, beside))
		p.must(p.Eval(`addEventListener("click", () => document.querySelector(arguments[0] + "[value=notice]").checked = true, {capture: true, once: true})`, nil, beside))
		p.must(p.Press("ArrowRight"))
		p.must(p.WaitFor(`document.activeElement.matches(arguments[0] + ":checked:not([value=notice])")`, beside))
		p.must(p.WaitFor(`document.querySelector("iframe:not(.back)")?.src.endsWith("," + document.activeElement.value + "/")`))
	})
	t.Run("there and back", func(t *testing.T) {
		p := open(t, "french-state")
		p.must(p.Press("ArrowDown", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"))
		p.must(p.WaitFor(there, value("french-state")))
		p.asks("set /look/preset french-state")
	})
}

// TestLists: what is chosen in a list is what the list shows, also where the choice before it need not be there
// any more. The first line chooses nothing.
func TestLists(t *testing.T) {
	p := openShell(t, url.Values{"looks": {"7"}})
	p.choose("Look")
	p.must(p.Eval(`tell("/look/preset", "neutral")`, nil))
	const shows = `document.querySelector("select#at-look-preset")?.value === arguments[0]`
	p.must(p.WaitFor(shows, "neutral"))
	p.must(p.Eval(`document.querySelector("#at-look-preset").focus()`, nil))
	p.must(p.Press("f"))
	p.asks("set /look/preset french-state")
	p.must(p.WaitFor(saved))
	p.must(p.WaitFor(`!document.querySelector('#at-look-preset [value="neutral"]:not([hidden])')`))
	if err := p.WaitFor(shows, "french-state"); err != nil {
		t.Errorf("the list shows %q", valueOf[string](p, `return document.querySelector("#at-look-preset").value`))
	}
	p.must(p.Press("Home"))
	p.asks("clear /look/preset")
	p.must(p.WaitFor(`document.querySelector("#at-look-preset").selectedIndex === 0`))
}

// TestFindings: a finding of the list leads to its field, wherever that is folded away.
func TestFindings(t *testing.T) {
	p := openShell(t, nil)
	for _, test := range []struct{ message, at string }{
		{`service "personalisation": provider "portail" is not declared`, "at-services-2-provider"},
		{`lifetime "6 mois": write the unit in English, "6 months"; the banner translates it`, "at-services-2-cookies-0-lifetime"},
		{`service "google-analytics": location has no wording in "en"`, "at-services-1-location"},
		{`lifetime "6 mois": write the unit in English, "6 months"; the banner translates it`, "at-services-2-cookies-0-lifetime"}, // in a form that is new
	} {
		p.must(p.Click(".light"))
		p.must(p.WaitVisible(".findings h2"))
		p.must(p.Eval(`[...document.querySelectorAll(".lead")].find(l => l.querySelector(".message").textContent === arguments[0]).click()`, nil, test.message))
		if err := p.WaitFor(`document.activeElement.id === arguments[0]`, test.at); err != nil {
			t.Errorf("%s leads to %q, want %q", test.message, valueOf[string](p, active), test.at)
			continue
		}
		if told := valueOf[string](p, `const control = document.getElementById(arguments[0]); return control.getAttribute("aria-describedby").split(" ").map(id => document.getElementById(id)?.textContent || "").join(" ")`, test.at); !strings.Contains(told, test.message) {
			t.Errorf("%s: the field is described by %q", test.message, told)
		}
	}
}

// TestConflicts: each side of a conflict has a button, and nothing is saved before.
func TestConflicts(t *testing.T) {
	p := openShell(t, url.Values{"state": {"conflicts"}})
	if !valueOf[bool](p, `return document.querySelector(".save").disabled`) {
		t.Error("the file can be saved before its conflicts are settled")
	}
	p.must(p.WaitFor(`document.querySelectorAll(".conflict").length === 2`))
	p.must(p.Eval(`document.querySelectorAll(".conflict .side:last-child button")[0].click()`, nil))
	p.asks("settle 1 theirs")
	p.must(p.WaitFor(`document.querySelectorAll(".conflict").length === 1`))
	p.must(p.Eval(`document.querySelectorAll(".conflict .side:first-child button")[0].click()`, nil))
	p.asks("settle 2 mine")
	p.must(p.WaitFor(`!document.querySelector(".conflict") && !document.querySelector(".save").disabled`))
}

// TestPreview: a new page comes up when it says that it is there, and the one before stays until then. The
// spare host is asked where the first one does not answer.
func TestPreview(t *testing.T) {
	mute := browsertest.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {}))
	p := openShell(t, nil)
	const shown = `document.querySelector("iframe:not(.back)")?.src.endsWith(arguments[0])`
	p.must(p.WaitFor(shown, "/secret/1/fr,both,-,0,notice/"))
	p.must(p.Eval(`window.frames_ = new Set(); new MutationObserver(() => frames_.add(document.querySelectorAll("iframe:not(.back)").length)).observe(document.body, {subtree: true, childList: true, attributes: true})`, nil))
	p.must(p.Eval(`document.querySelector("[name=preview-show][value=settings]").click()`, nil))
	p.must(p.WaitFor(shown, "/secret/1/fr,both,-,0,settings/"))
	p.must(p.Eval(`const s = document.querySelectorAll(".pick select")[1]; s.value = "dark"; s.dispatchEvent(new Event("change"))`, nil))
	p.must(p.WaitFor(shown, "/secret/1/fr,dark,-,0,settings/"))
	// A page that cannot be made does not come up, and the page says why.
	const preset = `const s = document.querySelectorAll(".pick select")[2]; s.value = arguments[0]; s.dispatchEvent(new Event("change"))`
	p.must(p.Eval(preset, nil, "compact"))
	p.must(p.WaitFor(`document.querySelector(".mute")?.textContent.includes("it broke") && document.querySelectorAll("iframe").length === 1`))
	p.must(p.WaitFor(shown, "/secret/1/fr,dark,-,0,settings/"))
	p.must(p.Eval(preset, nil, "soft"))
	p.must(p.WaitFor(shown, "/secret/1/fr,dark,soft,0,settings/"))
	p.must(p.WaitFor(`!document.querySelector(".mute")`))
	p.must(p.Eval(preset, nil, "compact"))
	p.must(p.WaitFor(`document.querySelector(".mute")`))
	p.must(p.Eval(preset, nil, "soft")) // which is there still
	p.must(p.WaitFor(`!document.querySelector(".mute")`))
	if counts := valueOf[[]int](p, `return [...frames_]`); !slices.Equal(counts, []int{1}) {
		t.Errorf("%v frames were seen at once", counts)
	}
	if steps := valueOf[int](p, `return history.length`); steps > 2 {
		t.Errorf("the frames have added to the page's history: %d steps", steps)
	}

	p = openShell(t, url.Values{"preview": {mute.URL + "/secret/1/"}, "spare": {""}})
	p.must(p.WaitFor(shown, "/spare/1/fr,both,-,0,notice/"))
	if valueOf[bool](p, `return !!document.querySelector(".mute")`) {
		t.Error("the page says that the preview does not answer, and the spare host does")
	}
	p.must(p.WaitFor(`document.querySelector(".extent").textContent.includes("px")`))

	// A host that has answered once is not left because it is slow: the spare one keeps pages less apart.
	p = openShell(t, url.Values{"silent": {"settings"}, "spare": {""}})
	p.must(p.WaitFor(shown, "/secret/1/fr,both,-,0,notice/"))
	p.must(p.Eval(`document.querySelector("[name=preview-show][value=settings]").click()`, nil))
	p.must(p.WaitFor(`document.querySelector(".mute")`))
	if seen := valueOf[[]string](p, `return [...document.querySelectorAll("iframe")].map(frame => frame.src)`); slices.ContainsFunc(seen, func(address string) bool { return strings.Contains(address, "/spare/") }) {
		t.Errorf("a slow host was left: %q", seen)
	}
}

// TestSkip: the first stop of the keyboard leads past the bar and the outline.
func TestSkip(t *testing.T) {
	p := openShell(t, nil)
	p.must(p.WaitVisible(".sheet input"))
	p.must(p.Press("Tab", "Enter"))
	p.must(p.WaitFor(`document.activeElement.id === "form"`))
	p.must(p.Press("Tab"))
	p.must(p.WaitFor(`!!document.activeElement.closest(".sheet")`))
}

// busy is how long the page's thread has worked since the last call, in milliseconds of its own time: what
// other programs of the machine take is no part of it.
func (p shell) busy() float64 {
	p.t.Helper()
	var told struct {
		Metrics []struct {
			Name  string
			Value float64
		}
	}
	p.must(p.CDP("Performance.getMetrics", map[string]any{}, &told))
	for _, m := range told.Metrics {
		if m.Name == "TaskDuration" {
			spent := 1000 * (m.Value - p.spent[0])
			p.spent[0] = m.Value
			return spent
		}
	}
	p.t.Fatal("the browser tells no durations")
	return 0
}

// longestTask is how long a task may keep the page busy, in milliseconds (https://www.w3.org/TR/longtasks-1/).
// firstTasks are those until a form begins: the click, the answer, the first fields.
const longestTask, firstTasks = 50, 3

// TestHundred: with a hundred services no change keeps the page busy for more than 50 ms.
func TestHundred(t *testing.T) {
	p := openShell(t, url.Values{"services": {"100"}})
	p.must(p.CDP("Performance.enable", map[string]any{"timeDomain": "threadTicks"}, nil))
	p.choose("Jeux de données suggérés")
	p.must(p.Click("#at-services-2-id"))
	p.busy()
	for _, letter := range "abcdef" {
		p.must(p.Press(string(letter)))
	}
	p.asks("set /services/2/id personalisationabcdef")
	p.must(p.WaitFor(`!document.querySelector(".bar .save").disabled`))
	if spent := p.busy(); spent > 6*longestTask {
		t.Errorf("six letters take %.0f ms", spent)
	}
	for _, title := range []string{"Vidéos (YouTube)", "Words of the banner", "Services"} {
		p.busy()
		p.choose(title)
		if spent := p.busy(); spent > firstTasks*longestTask {
			t.Errorf("%s takes %.0f ms to begin", title, spent)
		}
	}
}
