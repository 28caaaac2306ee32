package receipts

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/web/server"
)

// A report is what a page says of an answer, in JSON.
type report struct {
	Value   string `json:"value"`   // of the cookie: "v=1&on=…"
	Action  string `json:"action"`  // "answer" or "withdraw"
	UI      string `json:"ui"`      // where the visitor answered: "layer1"
	Lang    string `json:"lang"`    // in which they were asked: "fr"
	Release string `json:"release"` // the file that the page has loaded: "release-….js"
}

// reportKeys are the keys of a report, sorted.
var reportKeys = []string{"action", "lang", "release", "ui", "value"}

// decode reads a report. It refuses what is not one JSON object that has each
// key once, as it is written above, with a string.
func decode(body []byte) (report, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	var r report
	if err := decoder.Decode(&r); err != nil {
		return report{}, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return report{}, errors.New("something follows the object")
	}
	if err := checkKeys(body); err != nil {
		return report{}, err
	}
	return r, nil
}

// checkKeys refuses what encoding/json lets pass in an object that it has
// decoded into a report: a key in other case, a key that is missing or there
// twice, and null for a string.
func checkKeys(body []byte) error {
	tokens := json.NewDecoder(bytes.NewReader(body))
	if _, err := tokens.Token(); err != nil { // the brace
		return err
	}
	var keys []string
	for tokens.More() {
		key, err := tokens.Token()
		if err != nil {
			return err
		}
		value, err := tokens.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if _, isString := value.(string); !isString {
			return errors.New("a value is not a string")
		}
		keys = append(keys, name)
	}
	slices.Sort(keys)
	if !slices.Equal(keys, reportKeys) {
		return errors.New("a key is unknown, missing, or there twice")
	}
	return nil
}

// read makes a receipt of what a page has sent, and returns the archives that
// the receipt names. The receipt is nil where the body is not a report, or where
// the report does not fit what the page was shown.
func (c *collector) read(body []byte) (*Receipt, []Archive) {
	said, err := decode(body)
	if err != nil {
		return nil, nil
	}
	page := c.shown[said.Release]
	if page == nil || !slices.Contains(Layers, said.UI) || !slices.Contains(page.languages, catalogue.Language(said.Lang)) {
		return nil, nil
	}
	today := consent.DayOf(c.now())
	decision, ok := server.OfToday(page.policy, said.Value, today)
	if !ok {
		return nil, nil
	}
	state := stateOf(page.policy, decision)
	objected := objectedOf(page.policy, decision)
	action := actionOf(state, objected)
	// Only the page knows that something was granted before. Whoever grants
	// everything takes nothing back.
	switch {
	case said.Action == Withdraw && actionOf(state, nil) != Accept:
		action = Withdraw
	case said.Action != "answer":
		return nil, nil
	}
	return &Receipt{
		Site: page.site, State: state, Objected: objected, Action: action, UI: said.UI, Lang: said.Lang,
		Cat: page.catalogue.Hash, Code: page.release.Hash, Exp: (today + consent.LifetimeDays).String(),
	}, []Archive{page.catalogue, page.release}
}
