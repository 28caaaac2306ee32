package browser

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A key is one key of a keyboard, as the protocols name it.
type key struct {
	name   string // KeyboardEvent.key
	code   string // KeyboardEvent.code; empty where letter knows no key for the character
	text   string // what it types; empty for keys that type nothing
	number int    // KeyboardEvent.keyCode, which is Windows' virtual key code

	// webdriver is the key's character in WebDriver
	// (https://www.w3.org/TR/webdriver2/#keyboard-actions), which BiDi shares.
	webdriver rune
}

// The keys that have a name.
var named = map[string]key{
	"Tab":        {code: "Tab", number: 9, webdriver: '\ue004'},
	"Enter":      {code: "Enter", number: 13, webdriver: '\ue006', text: "\r"},
	"Escape":     {code: "Escape", number: 27, webdriver: '\ue00c'},
	" ":          {code: "Space", number: 32, webdriver: ' ', text: " "},
	"Backspace":  {code: "Backspace", number: 8, webdriver: '\ue003'},
	"Delete":     {code: "Delete", number: 46, webdriver: '\ue017'},
	"PageUp":     {code: "PageUp", number: 33, webdriver: '\ue00e'},
	"PageDown":   {code: "PageDown", number: 34, webdriver: '\ue00f'},
	"End":        {code: "End", number: 35, webdriver: '\ue010'},
	"Home":       {code: "Home", number: 36, webdriver: '\ue011'},
	"ArrowLeft":  {code: "ArrowLeft", number: 37, webdriver: '\ue012'},
	"ArrowUp":    {code: "ArrowUp", number: 38, webdriver: '\ue013'},
	"ArrowRight": {code: "ArrowRight", number: 39, webdriver: '\ue014'},
	"ArrowDown":  {code: "ArrowDown", number: 40, webdriver: '\ue015'},
}

// A modifier is a key that is held while another is pressed.
type modifier struct {
	key
	cdp int // its bit in Input.dispatchKeyEvent
}

var shift = modifier{key{name: "Shift", code: "ShiftLeft", number: 16, webdriver: '\ue008'}, 8}

var modifiers = []modifier{
	shift,
	{key{name: "Control", code: "ControlLeft", number: 17, webdriver: '\ue009'}, 2},
	{key{name: "Alt", code: "AltLeft", number: 18, webdriver: '\ue00a'}, 1},
	{key{name: "Meta", code: "MetaLeft", number: 91, webdriver: '\ue03d'}, 4},
}

// A chord is a key and the modifiers held with it.
type chord struct {
	held []modifier
	key  key
}

// parseChord reads the notation of [Page.Press].
func parseChord(notation string) (chord, error) {
	var c chord
	rest := notation
next:
	for {
		for _, m := range modifiers {
			if after, ok := strings.CutPrefix(rest, m.name+"+"); ok {
				c.held = append(c.held, m)
				rest = after
				continue next
			}
		}
		break
	}

	if k, ok := named[rest]; ok {
		k.name = rest
		c.key = k
		return c, nil
	}
	r, size := utf8.DecodeRuneInString(rest)
	if size == 0 || size != len(rest) || r == utf8.RuneError {
		return c, fmt.Errorf("no key is named %q; see keys.go", rest)
	}
	c.key = letter(r, &c.held)
	return c, nil
}

// letter returns the key that types r. As on a keyboard, a capital needs Shift, and a
// letter with Shift is a capital: letter adds Shift to held, or changes r.
func letter(r rune, held *[]modifier) key {
	shifted := false
	for _, m := range *held {
		shifted = shifted || m.name == shift.name
	}
	if unicode.IsUpper(r) && !shifted {
		*held = append(*held, shift)
	}
	if shifted {
		r = unicode.ToUpper(r)
	}
	k := key{name: string(r), text: string(r), webdriver: r}
	switch upper := unicode.ToUpper(r); {
	case upper >= 'A' && upper <= 'Z':
		k.code, k.number = "Key"+string(upper), int(upper)
	case r >= '0' && r <= '9':
		k.code, k.number = "Digit"+string(r), int(r)
	}
	return k
}

// webdriverKeys returns the chord as key actions of WebDriver and BiDi.
func (c chord) webdriverKeys() []map[string]any {
	var actions []map[string]any
	action := func(kind string, k key) {
		actions = append(actions, map[string]any{"type": kind, "value": string(k.webdriver)})
	}
	for _, m := range c.held {
		action("keyDown", m.key)
	}
	action("keyDown", c.key)
	action("keyUp", c.key)
	for i := range c.held {
		action("keyUp", c.held[len(c.held)-1-i].key)
	}
	return actions
}
