package record

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// A Banner says how a site's banner is answered where it is not Charte's.
type Banner struct {
	// Autoconsent is the text of autoconsent's standalone script. Empty means that the owner has
	// none.
	Autoconsent string

	// Accept, Refuse and Settings are selectors of what is clicked. Settings brings the banner back
	// for a withdrawal. A ">>>" leads into a shadow tree. Empty means that there is none.
	Accept, Refuse, Settings string
}

// The time that a banner gets to come, and to go. It is waited for on a page that is quiet, where
// Charte's own is there already.
const (
	ownComes    = time.Second
	bannerComes = 5 * time.Second
	bannerGoes  = 10 * time.Second
)

// Found says whose banner stands on the page: "charte", "selector", the name of an autoconsent rule,
// or "" for none.
func (v *Visitor) Found(ctx context.Context, b Banner) (string, error) {
	var charte bool
	if err := v.eval(ctx, `return !!(globalThis.charte?.refuseAll && globalThis.charte?.acceptAll)`, &charte); err != nil || charte {
		return named("charte", charte), err
	}
	if b.Accept+b.Refuse+b.Settings != "" {
		var there bool
		err := v.eval(ctx, shadowed+fmt.Sprintf(`return !!(find(%s) || find(%s) || find(%s))`, text(b.Accept), text(b.Refuse), text(b.Settings)), &there)
		return named("selector", there), err
	}
	if b.Autoconsent == "" {
		return "", nil
	}
	popup, err := v.popup(ctx, b.Autoconsent)
	if popup == nil || err != nil {
		return "", err
	}
	return popup.CMP, nil
}

func named(name string, is bool) string {
	if is {
		return name
	}
	return ""
}

func text(value string) string {
	encoded, _ := json.Marshal(value) // a string can always be encoded
	return string(encoded)
}

// shadowed is a function that finds an element, in shadow trees, too.
const shadowed = `const find = (path) => { if (!path) return null; let root = document, found = null; for (const part of path.split(">>>")) { found = root?.querySelector(part.trim()); root = found?.shadowRoot ?? found; } return found; };
`

// clicks clicks on a button. If the button cannot be seen, what opens the settings is clicked first.
const clicks = `
	const seen = () => { const button = find(%s); return button?.checkVisibility() ? button : null; };
	if (!seen()) find(%s)?.click();
	for (const end = performance.now() + %d; !seen() && performance.now() < end;) await new Promise((done) => setTimeout(done, 50));
	const button = seen();
	button?.click();
	return !!button;`

// Answer answers the banner: yes accepts everything, and no refuses everything. It returns how: see
// report.Journey.Answer. It is "" where no banner could be answered.
func (v *Visitor) Answer(ctx context.Context, b Banner, yes bool) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, bannerComes+bannerGoes+v.options.Most)
	defer cancel()
	whose := ""
	comes := ownComes
	if b != (Banner{}) {
		comes = bannerComes
	}
	for end := time.Now().Add(comes); whose == "" && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var err error
		if whose, err = v.Found(ctx, b); err != nil {
			return "", err
		}
	}
	defer v.settle(ctx)
	button := b.Refuse
	if yes {
		button = b.Accept
	}
	switch {
	case whose == "charte":
		return whose, v.call(ctx, yes)
	case whose == "":
		return "", nil
	case button != "":
		var clicked bool
		err := v.eval(ctx, shadowed+fmt.Sprintf(clicks, text(button), text(b.Settings), bannerGoes.Milliseconds()), &clicked)
		if err != nil && !left(err) {
			return "", err
		}
		return named("selector", clicked || err != nil), nil
	case b.Autoconsent != "":
		return v.autoconsent(ctx, b.Autoconsent, yes)
	}
	return "", nil
}

// reloads is within what time a banner loads the page anew after a withdrawal. Charte's does after a
// second, so that its message is heard.
const reloads = 1500 * time.Millisecond

// Withdraw takes back an answer that accepted everything, and waits until the page has been loaded
// anew, if its banner does that. It returns what Answer does.
func (v *Visitor) Withdraw(ctx context.Context, b Banner) (string, error) {
	v.mu.Lock()
	v.loaded = false
	v.mu.Unlock()
	answer, err := v.Answer(ctx, b, false)
	if answer != "" && err == nil {
		v.until(ctx, time.Now().Add(reloads), func() bool { return v.loaded || v.crashed })
		v.settle(ctx)
	}
	return answer, err
}

// call answers by Charte's own hook.
func (v *Visitor) call(ctx context.Context, yes bool) error {
	method := "refuseAll"
	if yes {
		method = "acceptAll"
	}
	// A withdrawal may load the page anew, and the answer to this command then never comes.
	err := v.eval(ctx, "await Promise.race([globalThis.charte."+method+"(), new Promise((done) => addEventListener('pagehide', done))])", nil)
	if err != nil && left(err) {
		return nil
	}
	return err
}

// left reports whether a command failed because the page was left meanwhile.
func left(err error) bool {
	return strings.Contains(err.Error(), "context was destroyed") || strings.Contains(err.Error(), "navigated or closed") || strings.Contains(err.Error(), "Cannot find context")
}

// A message is one that autoconsent's script would send to a browser's extension.
type message struct {
	Type, CMP string
	Result    bool
}

// waiting runs autoconsent's standalone script so that it waits for an order. By itself it refuses as
// soon as it finds a banner, and it takes no options. But its options are an object, which has a
// prototype (16.23.0, normalizeConfig). The script reads them before it returns.
const waiting = `
	const options = {autoAction: "", enablePrehide: false, enableCosmeticRules: false};
	for (const [name, value] of Object.entries(options)) Object.defineProperty(Object.prototype, name, {value, configurable: true});
	try {
		%s
	} finally {
		for (const name of Object.keys(options)) delete Object.prototype[name];
	}`

// popup loads autoconsent's script and waits until it finds a banner. It is nil where there is none.
func (v *Visitor) popup(ctx context.Context, script string) (*message, error) {
	var there bool
	if err := v.eval(ctx, `return !!globalThis.autoconsentStandalone`, &there); err != nil {
		return nil, err
	}
	if !there {
		if err := v.eval(ctx, fmt.Sprintf(waiting, script), nil); err != nil {
			return nil, fmt.Errorf("autoconsent's script: %w", err)
		}
	}
	return v.said(ctx, "popupFound", bannerComes)
}

// said waits until autoconsent's script says something, and returns it. It is nil when the time is
// over.
func (v *Visitor) said(ctx context.Context, kind string, limit time.Duration) (*message, error) {
	for end := time.Now().Add(limit); ; time.Sleep(100 * time.Millisecond) {
		var all []message
		if err := v.eval(ctx, `return (globalThis.autoconsentStandalone?.messages ?? []).map((m) => ({Type: m.type, CMP: m.cmp ?? "", Result: m.result === true}))`, &all); err != nil {
			return nil, err
		}
		for i := range all {
			if all[i].Type == kind {
				return &all[i], nil
			}
		}
		if time.Now().After(end) || ctx.Err() != nil {
			return nil, nil
		}
	}
}

// autoconsent has autoconsent's rules answer. Its standalone script keeps what it would say to a
// browser's extension in autoconsentStandalone.messages.
func (v *Visitor) autoconsent(ctx context.Context, script string, yes bool) (string, error) {
	found, err := v.popup(ctx, script)
	if found == nil || err != nil {
		return "", err
	}
	order, result := "optOut", "optOutResult"
	if yes {
		order, result = "optIn", "optInResult"
	}
	if err := v.eval(ctx, fmt.Sprintf("await autoconsentReceiveMessage({type: %s})", text(order)), nil); err != nil && !left(err) {
		return "", err
	}
	done, err := v.said(ctx, result, bannerGoes)
	if err != nil && left(err) { // the banner loads the page anew when it is answered
		return "autoconsent " + found.CMP, nil
	}
	if err != nil || done == nil || !done.Result {
		return "", err
	}
	// The standalone script has the steps of a refusal alone. Asked to accept, it does nothing, and
	// says that it has.
	var still bool
	if err := v.eval(ctx, "return !!(await autoconsentStandalone.instance.foundCmp?.detectPopup?.())", &still); err != nil && !left(err) {
		return "", err
	}
	return named("autoconsent "+found.CMP, !still), nil
}
