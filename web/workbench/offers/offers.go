// Package offers adds to a catalogue what others know: known services, what an audit has seen, and what
// another banner's configuration says. It changes the text of a file through package edit, so whatever
// stands there stays. What only a person can say is "TODO", which "charte check" refuses.
package offers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"

	"charte/web/workbench/desk"
)

// MostBytes is the size of the biggest file that can be dropped. A report of a large site has some two
// megabytes; package evaluate takes configurations of five at most.
const MostBytes = 8 << 20

// An Offer is what a dropped file has to add. The file itself is not kept, only what was read of it.
type Offer struct {
	// Offer is what the page shows.
	desk.Offer

	name string // of the catalogue's file, in errors
	from origin
}

// An origin is what an offer comes from.
type origin interface {
	// items are what there is to add to a catalogue as it is now.
	items(on *reading) (offered, error)

	// take returns the catalogue's text with the chosen items. saved is what the file has.
	take(on *reading, saved []byte, chosen map[string]bool) ([]byte, error)
}

// An offered is what a [desk.Offer] has of an origin.
type offered struct {
	items   []desk.OfferItem
	has     []string
	remarks []string
}

// Drop reads a file that was dropped on the page: the report.json of an audit, or a configuration of
// another banner. name is the catalogue's file in errors, and text what it has. fileName is that of the
// dropped file, and data its bytes.
//
// The error says why nothing can be offered. Scripts run in the process of package evaluate, within its
// bounds, and for half a minute at most.
func Drop(ctx context.Context, name string, text []byte, fileName string, data []byte) (*Offer, error) {
	fileName = base(fileName)
	if len(data) > MostBytes {
		return nil, fmt.Errorf("%s has more than %d MB, which neither a report nor a configuration has", fileName, MostBytes>>20)
	}
	on, err := read(name, text)
	if err != nil {
		return nil, err
	}
	o := &Offer{name: name, Offer: desk.Offer{ID: rand.Text(), File: fileName}}
	if isReport(data) {
		o.Kind = "report"
		o.from, o.About, err = readReport(data)
	} else {
		o.Kind = "import"
		o.from, o.About, err = readConfiguration(ctx, fileName, data)
	}
	if err != nil {
		return nil, err
	}
	all, err := o.from.items(on)
	if err != nil {
		return nil, err
	}
	o.Items, o.Has, o.Remarks = append([]desk.OfferItem{}, all.items...), append([]string{}, all.has...), append([]string{}, all.remarks...)
	return o, nil
}

// Take returns a text with the chosen items, by their IDs. It may have changed since the offer was made.
// An item that it has by now is not added again; one that the offer does not have is an error. Nothing
// but what the items lack is wrong in the text that was not before. saved is what the file has: see [Add].
func (o *Offer) Take(saved, text []byte, items []string) ([]byte, error) {
	chosen := map[string]bool{}
	for _, id := range items {
		if !o.has(id) {
			return nil, fmt.Errorf("the offer from %s has no item %q", o.File, id)
		}
		chosen[id] = true
	}
	if len(chosen) == 0 {
		return nil, errors.New("nothing was chosen")
	}
	on, err := read(o.name, text)
	if err != nil {
		return nil, err
	}
	return o.from.take(on, saved, chosen)
}

func (o *Offer) has(id string) bool {
	for _, item := range o.Items {
		if item.ID == id {
			return true
		}
	}
	return false
}

// base is the name of a dropped file without folders, in letters that can be shown. It keeps the ending,
// which says what the file is.
func base(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	const most = 100
	if letters := []rune(name); len(letters) > most {
		name = string(letters[len(letters)-most:])
	}
	if strings.Trim(name, "./ ") == "" {
		return "file"
	}
	return name
}

// shown is a text from a dropped file in one line that can be shown, without marks that turn the
// direction of writing.
func shown(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(text), " ")
	const most = 300
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return text
}
