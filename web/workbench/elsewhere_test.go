package workbench

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"charte/web/browser"
	"charte/web/engine"
	"charte/web/hosts/commandline"
)

// suggested is a service of the demo that is the site's own, the third one.
const suggested = "Jeux de données suggérés"

// front is the address of the frame that is seen.
const front = `document.querySelector("iframe.frame:not(.back)")?.src`

// follows waits until the preview shows the text that is the newest now, or one that is newer still.
func (p person) follows() {
	p.t.Helper()
	p.waits(`Number(`+front+`?.split("/")[4]) >= arguments[0]`, p.version()) // http://HOST/SECRET/VERSION/
}

// checked returns what "charte check -strict" says of the text that is not saved, without the names of files.
func (p person) checked() (messages []string) {
	p.t.Helper()
	name := filepath.Join(p.t.TempDir(), filepath.Base(p.file))
	if err := os.WriteFile(name, p.server.rooms.Text(), 0o644); err != nil {
		p.t.Fatal(err)
	}
	said, err := exec.Command(commandline.Build(p.t), "check", "-strict", name).CombinedOutput()
	if err == nil {
		return nil
	}
	for line := range strings.Lines(string(said)) {
		if rest, found := strings.CutPrefix(line, name+":"); found {
			_, message, _ := strings.Cut(rest, ": ")
			messages = append(messages, strings.TrimSpace(message))
		}
	}
	return messages
}

// TestMistakes: an error is said beside its field and in the list, in the words of "charte check". The preview
// keeps the last text without one, and the page says so, until it is mended.
func TestMistakes(t *testing.T) {
	commandline.Build(t)
	each(t, func(t *testing.T, name browser.Engine, built engine.Engine) {
		p := sit(t, name, built)
		p.goes(servicesSection, suggested)
		p.shows("#at-services-2-cookies-0")
		p.click("#at-services-2-cookies-0")
		p.fills("#at-services-2-cookies-0-lifetime", "7 months")
		p.waits(`document.querySelector(".save").disabled === false`)
		p.written("lifetime: 7 months\n", true)
		p.follows()
		good := got[string](p, `return `+front)

		p.fills("#at-services-2-cookies-0-lifetime", "for ever")
		p.press("Tab")
		const why = "#at-services-2-cookies-0-lifetime-why"
		p.waits(`document.querySelector(arguments[0])?.textContent.includes("for ever")`, why)
		p.waits(`document.querySelector(".light.errors") && document.querySelector(".status p")`)
		want := p.checked()
		beside := got[[]string](p, `return [...document.querySelectorAll(arguments[0] + " [lang=en]")].map(line => line.textContent)`, why)
		if len(want) == 0 || len(beside) == 0 || !slices.Contains(want, beside[0]) {
			t.Errorf("beside the field stands %q, and charte check says %q", beside, want)
		}
		if listed := got[[]string](p, `return [...document.querySelectorAll(".findings .message")].map(line => line.textContent)`); !slices.Equal(listed, want) {
			t.Errorf("the list has %q, and charte check says %q", listed, want)
		}
		if shown := got[string](p, `return `+front); shown != good {
			t.Errorf("the preview shows %s, want %s", shown, good)
		}
		if got[bool](p, `return !document.querySelector('#at-services-2-cookies-0-lifetime[aria-invalid="true"]')`) {
			t.Error("the field is not marked as wrong")
		}

		// From the list a click leads to the field.
		p.click(".light")
		p.click(".findings .lead.error")
		p.waits(`document.activeElement.id === "at-services-2-cookies-0-lifetime"`)
		p.press("Control+a")
		p.types("8 months")
		p.waits(`!document.querySelector(".light.errors") && !document.querySelector(".status p")`)
		p.follows()
		p.quiet()
	})
}

// TestElsewhere: what another program does to the file is in the page within a second. A field that both have
// changed is shown with both values, and is neither overwritten before the person has chosen.
func TestElsewhere(t *testing.T) {
	withoutBusyTests(t)
	each(t, func(t *testing.T, name browser.Engine, built engine.Engine) {
		p := sit(t, name, built)
		p.goes(servicesSection, suggested)
		p.shows("#at-services-2-location-fr")
		text := p.read(t)
		replace := func(old, now string) {
			t.Helper()
			if bytes.Count(text, []byte(old)) != 1 {
				t.Fatalf("%q is not there once", old)
			}
			text = bytes.Replace(text, []byte(old), []byte(now), 1)
			p.write(t, text)
		}

		// The best of several times, because this machine may be busy.
		best, was := time.Hour, "accueil et catalogue"
		for _, place := range []string{"partout", "accueil", "catalogue"} {
			begun := time.Now()
			replace("fr: "+was, "fr: "+place)
			p.waits(`document.querySelector("#at-services-2-location-fr").value === arguments[0]`, place)
			best, was = min(best, time.Since(begun)), place
		}
		if t.Logf("a change on the disk is in the page after %v", best.Round(time.Millisecond)); best > time.Second {
			t.Errorf("a change on the disk is in the page after %v", best)
		}

		const old = "Proposer des jeux de données proches de ceux que vous avez consultés sur ce portail."
		for _, test := range []struct{ take, mine, theirs string }{
			{"mine", "Le mien.", "Le leur."},
			{"theirs", "Encore le mien.", "Encore le leur."},
		} {
			before := old
			if test.take == "theirs" {
				before = "Le mien."
			}
			p.fills("#at-services-2-purpose-fr", test.mine)
			p.press("Tab")
			p.waits(`document.querySelector(".save").disabled === false`)
			p.written("fr: "+test.mine, true) // all of it: the first letters can be saved, too
			replace("fr: "+before, "fr: "+test.theirs)
			p.waits(`document.querySelectorAll(".conflict").length === 1`)
			shown := got[string](p, `return document.querySelector(".conflict").textContent`)
			for _, part := range []string{"services.personalisation.purpose.fr", before, test.mine, test.theirs} {
				if !strings.Contains(shown, part) {
					t.Errorf("the conflict lacks %q: %s", part, shown)
				}
			}
			p.press("Control+s")
			p.waits(`document.querySelector(".save").disabled && document.querySelectorAll(".status p").length > 0`)
			if !bytes.Equal(p.read(t), text) {
				t.Error("the file was overwritten while there was a conflict")
			}
			side := map[string]string{"mine": ".side:first-child", "theirs": ".side:last-child"}[test.take]
			p.click(".conflict " + side + " button")
			p.waits(`!document.querySelector(".conflict")`)
			want := map[string]string{"mine": test.mine, "theirs": test.theirs}[test.take]
			p.waits(`document.querySelector("#at-services-2-purpose-fr").value === arguments[0]`, want)
			if test.take == "mine" {
				p.press("Control+s")
			}
			p.waits(`document.querySelector(".save").disabled`)
			text = bytes.Replace(text, []byte("fr: "+test.theirs), []byte("fr: "+want), 1)
			if !bytes.Equal(p.read(t), text) {
				t.Errorf("the file has\n%s", strings.Join(changed(text, p.read(t)), "\n"))
			}
		}
	})
}
