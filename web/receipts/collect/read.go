package collect

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/web/receipts"
	"charte/web/server"
)

// A report is what a page sends about an answer, in JSON.
type report struct {
	Value   string `json:"value"`   // of the cookie: "v=1&on=…"
	Action  string `json:"action"`  // "answer" or "withdraw"
	UI      string `json:"ui"`      // where the visitor answered: "layer1"
	Lang    string `json:"lang"`    // the language in which the visitor was asked: "fr"
	Release string `json:"release"` // the file that the page has loaded: "release-….js"
}

// reportKeys are the keys of a report, sorted.
var reportKeys = []string{"action", "lang", "release", "ui", "value"}

// A noticed is what a page sends about its notice when the visitor leaves it, in JSON.
type noticed struct {
	Notice  string `json:"notice"`  // what came of it: one of receipts.Outcomes
	Release string `json:"release"` // as in a report
}

// noticedKeys are the keys of a noticed, sorted.
var noticedKeys = []string{"notice", "release"}

// decode reads a report or a noticed. It fails if the body is not one JSON object with each of
// keys once, in that spelling, and a string for each.
func decode[T report | noticed](body []byte, keys []string) (T, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	var r, none T
	if err := decoder.Decode(&r); err != nil {
		return none, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return none, errors.New("something follows the object")
	}
	if err := checkKeys(body, keys); err != nil {
		return none, err
	}
	return r, nil
}

// checkKeys checks an object that encoding/json has decoded into a struct of strings. It refuses
// what encoding/json accepts: a key in other case, a key that is missing or there twice,
// and null for a string.
func checkKeys(body []byte, wanted []string) error {
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
	if !slices.Equal(keys, wanted) {
		return errors.New("a key is unknown, missing, or there twice")
	}
	return nil
}

// notice returns what a page has sent of its notice. It reports false where the body is no such thing, or where the page's
// catalogue has no site.figures.
func (c *collector) notice(body []byte) (receipts.Notice, bool) {
	said, err := decode[noticed](body, noticedKeys)
	if err != nil || !slices.Contains(receipts.Outcomes, said.Notice) {
		return receipts.Notice{}, false
	}
	page := c.shown[said.Release]
	if page == nil || !page.figures {
		return receipts.Notice{}, false
	}
	return receipts.Notice{Site: page.site, Notice: said.Notice}, true
}

// read makes a receipt of what a page has sent, and returns the archives that
// the receipt names. The receipt is nil where the body is not a report, or where
// the report does not fit what the page was shown.
func (c *collector) read(body []byte) (*receipts.Receipt, []receipts.Archive) {
	said, err := decode[report](body, reportKeys)
	if err != nil {
		return nil, nil
	}
	page := c.shown[said.Release]
	if page == nil || !slices.Contains(receipts.Layers, said.UI) || !slices.Contains(page.languages, catalogue.Language(said.Lang)) {
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
	// Only the page knows whether something was granted before. A visitor who grants
	// everything takes nothing back.
	switch {
	case said.Action == receipts.Withdraw && actionOf(state, nil) != receipts.Accept:
		action = receipts.Withdraw
	case said.Action != "answer":
		return nil, nil
	}
	return &receipts.Receipt{
		Site: page.site, State: state, Objected: objected, Action: action, UI: said.UI, Lang: said.Lang,
		Cat: page.catalogue.Hash, Code: page.release.Hash, Exp: (today + consent.LifetimeDays).String(),
	}, []receipts.Archive{page.catalogue, page.release}
}

// stateOf returns what a decision says about each service that asks: 1 if it is granted,
// otherwise 0. The keys are "category.service".
func stateOf(p consent.Policy, d consent.Decision) map[string]int {
	state := map[string]int{}
	for _, c := range p.Categories {
		for _, s := range c.Services {
			if !s.Asks {
				continue
			}
			state[c.ID+"."+s.ID] = 0
			if d.Grants(c.ID, s.ID) {
				state[c.ID+"."+s.ID] = 1
			}
		}
	}
	return state
}

// objectedOf returns the exempt services that a decision objects to, as
// "category.service", sorted.
func objectedOf(p consent.Policy, d consent.Decision) []string {
	var objected []string
	for _, c := range p.Categories {
		for _, s := range c.Services {
			if d.Objects(c.ID, s.ID) && !c.Necessary && !s.Asks {
				objected = append(objected, c.ID+"."+s.ID)
			}
		}
	}
	slices.Sort(objected)
	return objected
}

// actionOf returns the action of an answer that takes nothing back.
func actionOf(state map[string]int, objected []string) string {
	granted := 0
	for _, yes := range state {
		granted += yes
	}
	switch {
	case granted == 0:
		return receipts.Refuse
	case granted == len(state) && objected == nil:
		return receipts.Accept
	}
	return receipts.Custom
}
