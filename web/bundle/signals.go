package bundle

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"charte/catalogue"
)

// signalsModule writes the module charte:signals of a catalogue: the vendors'
// signals that it declares. A catalogue without any pays for none of it.
func signalsModule(view *catalogue.View) string {
	declared := map[catalogue.Signal][]string{} // IDs of who declares each
	for _, c := range view.Categories {
		for _, signal := range c.Signals {
			declared[signal] = append(declared[signal], c.ID)
		}
		for _, s := range c.Services {
			for _, signal := range s.Signals {
				declared[signal] = append(declared[signal], s.ID)
			}
		}
	}
	// mapped pairs a vendor's own names with who declares them; nil where
	// nobody declares any.
	mapped := func(names []string, signals ...catalogue.Signal) []any {
		var pairs []any
		some := false
		for i, name := range names {
			some = some || declared[signals[i]] != nil
			pairs = append(pairs, []any{name, append([]string{}, declared[signals[i]]...)})
		}
		if !some {
			return nil
		}
		return pairs
	}
	var imports, calls []string
	use := func(function string, arguments ...any) {
		written := make([]string, len(arguments))
		for i, argument := range arguments {
			data, err := json.Marshal(argument)
			if err != nil {
				panic(err) // lists of strings: this cannot happen
			}
			written[i] = string(data)
		}
		if !slices.Contains(imports, function) {
			imports = append(imports, function)
		}
		calls = append(calls, function+"("+strings.Join(written, ",")+")")
	}

	var types []string
	for _, signal := range catalogue.GoogleSignals {
		types = append(types, string(signal))
	}
	if pairs := mapped(types, catalogue.GoogleSignals...); pairs != nil {
		use("google", pairs)
	}
	if ids := declared[catalogue.SignalTagManager]; ids != nil {
		use("tagManager", ids)
	}
	if ids := declared[catalogue.SignalUET]; ids != nil {
		use("uet", ids)
	}
	if pairs := mapped([]string{"ad_Storage", "analytics_Storage"}, catalogue.SignalClarityAds, catalogue.SignalClarityAnalytics); pairs != nil {
		use("clarity", pairs)
	}
	if ids := declared[catalogue.SignalMatomo]; ids != nil {
		use("matomo", "", ids)
	}
	if ids := declared[catalogue.SignalMatomoCookies]; ids != nil {
		use("matomo", "Cookie", ids)
	}

	module := "export function signal() {}\n"
	if calls != nil {
		module = fmt.Sprintf("import { %s } from './loader/signals.js';\nconst all = [%s];\n"+
			"export const signal = (decision, first) => all.forEach((tell) => {\n"+
			// A vendor's queue that throws is the page's own trouble, and not the answer's.
			"\ttry {\n\t\ttell(decision, first);\n\t} catch (error) {\n\t\treportError(error);\n\t}\n});\n",
			strings.Join(imports, ", "), strings.Join(calls, ", "))
	}
	return module
}

// objection is by which of its own signals a browser refuses already everything that this
// catalogue asks: site.saleOnly, by Global Privacy Control, and site.doNotTrack, by that
// signal, too. Where something is left to ask, the notice asks as ever; until then all is
// refused anyway.
func objection(view *catalogue.View) map[string]any {
	saleOnly := view.Asks()
	for _, c := range view.Categories {
		for _, s := range c.Services {
			saleOnly = saleOnly && (s.Sale || !s.Asks)
		}
	}
	return map[string]any{"saleOnly": saleOnly, "doNotTrack": view.DoNotTrack}
}
