package bundle

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"charte/catalogue"
)

// signalsModule writes the module charte:signals of a catalogue, which sends the
// vendors' signals that it declares, and tells the guard of the answer. If it declares
// databases, the module erases those of refused services, too. Visitors download no code for
// what is not declared, and none for a guard that is off.
func signalsModule(view *catalogue.View, guard catalogue.Guard) string {
	declared := map[catalogue.Signal][]string{} // the IDs that declare each signal
	database := func(c catalogue.CookieView) bool { return c.Kind == catalogue.KindIndexedDB }
	databases := false
	for _, c := range view.Categories {
		for _, signal := range c.Signals {
			declared[signal] = append(declared[signal], c.ID)
		}
		for _, s := range c.Services {
			databases = databases || slices.ContainsFunc(s.Cookies, database)
			for _, signal := range s.Signals {
				declared[signal] = append(declared[signal], s.ID)
			}
		}
	}
	// mapped pairs each of a vendor's own names with the IDs that declare its signal.
	// It is nil if none of the signals is declared.
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
				panic(err) // cannot happen: the arguments are texts and lists of texts
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

	// An import of nothing is no fault.
	from := fmt.Sprintf("import { %s } from './loader/signals.js';\n", strings.Join(imports, ", "))
	if databases {
		from += "import { databases } from './loader/databases.js';\n"
		calls = append(calls, "databases()")
	}
	if guard != "" {
		from += "import { guard } from './loader/guard.js';\n"
		begin := fmt.Sprintf("guard(%t)", guard == catalogue.GuardEnforce)
		if calls == nil {
			return from + "export const signal = " + begin + ";\n"
		}
		calls = append([]string{begin}, calls...) // first, because a vendor's queue may run code of the page
	}
	module := "export function signal() {}\n"
	if calls != nil {
		module = fmt.Sprintf("%sconst all = [%s];\n"+
			"export const signal = (decision, first) => all.forEach((tell) => {\n"+
			// If a vendor's queue throws, the answer must be applied all the same.
			"\ttry {\n\t\ttell(decision, first);\n\t} catch (error) {\n\t\treportError(error);\n\t}\n});\n",
			from, strings.Join(calls, ", "))
	}
	return module
}

// objection says with which of its own signals a browser can refuse all that the catalogue
// asks. With site.saleOnly, Global Privacy Control does: all that asks is marked as a sale.
// With site.doNotTrack, "Do Not Track" counts as well. If saleOnly is false, the notice is
// shown whatever the browser signals; all is refused until the visitor answers anyway.
func objection(view *catalogue.View) map[string]any {
	saleOnly := view.Asks()
	for _, c := range view.Categories {
		for _, s := range c.Services {
			saleOnly = saleOnly && (s.Sale || !s.Asks)
		}
	}
	return map[string]any{"saleOnly": saleOnly, "doNotTrack": view.DoNotTrack}
}

// silence is what loader/silent.js needs of a catalogue.
func silence(o Options, view *catalogue.View) map[string]any {
	values := objection(view)
	if o.Framed {
		values[framed] = true
	}
	return values
}

// framed is the value of a site for which every page is the outermost one: see
// Options.Framed.
const framed = "framed"
