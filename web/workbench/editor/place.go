package editor

import (
	"fmt"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// elementID is the id of the control of the field at a pointer. Whatever is no letter or digit is written as
// its number, so that two pointers never share an id.
func elementID(pointer string) string {
	var b strings.Builder
	b.WriteString("at")
	for _, r := range pointer {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '/':
			b.WriteByte('-')
		default:
			fmt.Fprintf(&b, "_%x_", r)
		}
	}
	return b.String()
}

// below reports whether a pointer is another one or leads into it.
func below(pointer, outer string) bool {
	rest, found := strings.CutPrefix(pointer, outer)
	return found && (rest == "" || rest[0] == '/')
}

// above is the pointer of what holds the value at a pointer.
func above(pointer string) string {
	return pointer[:max(strings.LastIndexByte(pointer, '/'), 0)]
}

// focusOn gives the focus to the control of the field at a pointer, or of the nearest one around it.
// It reports whether there is any.
func focusOn(pointer string) bool {
	for ; ; pointer = above(pointer) {
		element := app.Window().GetElementByID(elementID(pointer))
		if element.Truthy() {
			element.Call("focus")
			element.Call("scrollIntoView", map[string]any{"block": "nearest"})
			return true
		}
		if pointer == "" {
			return false
		}
	}
}

// focused is the id of the element that has the focus, or empty.
func focused() string {
	element := app.Window().Get("document").Get("activeElement")
	if !element.Truthy() {
		return ""
	}
	return element.Get("id").String()
}
