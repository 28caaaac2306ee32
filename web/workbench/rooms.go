package workbench

import (
	"context"
	"net/http"

	"charte/web/workbench/desk"
)

// Rooms are what the server asks of the other rooms, one function for each address below /api/.
// Each is safe for concurrent use. An error is told to the page as [desk.CodeRefused], unless it is
// a [desk.Fault].
type Rooms struct {
	State        func() desk.State
	Wait         func(ctx context.Context, after int) // until the state is newer, or ctx ends
	Text         func() []byte
	Form         func(pointer string) (desk.Form, error)
	Effect       func() desk.Effect
	Translations func() desk.Translations
	Known        func(query, language string) []desk.Known

	Change func(desk.Change) error
	Undo   func() error
	Redo   func() error
	Save   func() error
	Settle func(id, take string) error
	Add    func(desk.Addition) error
	Drop   func(ctx context.Context, name string, data []byte) (desk.Offer, error)
	Take   func(id string, items []string) error

	// Preview serves what the frames show. It is given requests for other hosts only.
	Preview http.Handler

	// Words are the page's texts in a language, "fr" or "en", by their keys. Style is the style sheet.
	Words func(language string) map[string]string
	Style []byte
}
