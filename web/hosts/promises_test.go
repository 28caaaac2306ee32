package hosts

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"charte/web/browser"
)

// declared returns the names of an interface's members in web/bundle/charte.d.ts, sorted.
func declared(t testing.TB, types, name string) []string {
	t.Helper()
	_, body, ok := strings.Cut(types, "export interface "+name+" {")
	if !ok {
		t.Fatalf("no interface %s", name)
	}
	body, _, _ = strings.Cut(body, "\n}")
	var members []string
	for _, match := range regexp.MustCompile(`(?m)^  (?:readonly )?(\w+)[(:]`).FindAllStringSubmatch(body, -1) {
		members = append(members, match[1])
	}
	slices.Sort(members)
	return members
}

// TestTypes: charte.d.ts declares what the hook has, no more and no less.
func TestTypes(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../bundle/charte.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	types := string(data)
	if result := api.Transform(types, api.TransformOptions{Loader: api.LoaderTS}); len(result.Errors) > 0 {
		t.Fatalf("charte.d.ts: %s", result.Errors[0].Text)
	}
	var events []string
	for _, match := range regexp.MustCompile(`"charte:(\w+)": CustomEvent<CharteDecision>`).FindAllStringSubmatch(types, -1) {
		events = append(events, match[1])
	}
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		v := w.visit(name, "/late/")
		v.sees(notice)
		if got, want := eval[[]string](v, `Object.keys(charte).sort()`), declared(t, types, "Charte"); !slices.Equal(got, want) {
			t.Errorf("members of the hook\n got %q\nwant %q", got, want)
		}
		if got, want := eval[[]string](v, `Object.keys(charte.decision).sort()`), declared(t, types, "CharteDecision"); !slices.Equal(got, want) {
			t.Errorf("members of the decision\n got %q\nwant %q", got, want)
		}
		// The type of each member.
		want(v, "types of the decision", eval[string](v, `Object.values(charte.decision).map(value => Array.isArray(value) ? "list" : typeof value).join()`), "boolean,string,string,list,list")
		v.do(`window.said = []; for (const name of arguments[0]) {
			document.addEventListener("charte:" + name, event => said.push(name + (event.detail === charte.decision ? "!" : "") + event.detail.answered));
			charte.on(name, detail => said.push("on " + name + detail.answered));
		}`, events)
		v.do(`await charte.open(); await charte.close(); await charte.acceptAll(); await charte.reset()`)
		for _, event := range events {
			if event == "ready" { // it came before these listeners, and the hook tells them of it
				want(v, "told of ready", eval[int](v, `said.filter(x => x === "on readyfalse").length`), 1)
				continue
			}
			want(v, "heard of "+event, eval[bool](v, `said.some(x => x.startsWith(arguments[0])) && said.some(x => x.startsWith("on " + arguments[0]))`, event), true)
		}
		// Each method returns what is declared.
		for call, kind := range map[string]string{
			`charte.allows("statistics")`:   "boolean",
			`charte.on("change", () => {})`: "function",
			`charte.push(() => {})`:         "undefined",
			`charte.open()`:                 "Promise",
			`charte.close()`:                "Promise",
			`charte.when("statistics")`:     "Promise",
		} {
			want(v, call, eval[string](v, `(value => value instanceof Promise ? "Promise" : typeof value)(`+call+`)`), kind)
		}
		for _, method := range []string{"acceptAll", "refuseAll", "reset", "set"} {
			want(v, method+" resolves to the decision", eval[bool](v, `Object.isFrozen(await charte[arguments[0]]({statistics: true}))`, method), true)
		}
	})
}

// TestPromises: several calls at once all take effect, in order, and all settle. They are made as
// the page opens, when no program runs yet.
func TestPromises(t *testing.T) {
	t.Parallel()
	shows(t, "Calls in any number and order take effect, and settle")
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorldOf(t, engine, keeping(t))
		v := w.visit(name, "/late/")
		v.do(`window.settled = [];
			const calls = {a: charte.set({statistics: true}), b: charte.set({youtube: true}), c: charte.open(), d: charte.set({statistics: false}), e: charte.close()};
			await Promise.all(Object.entries(calls).map(([name, call]) => call.then(() => settled.push(name))))`)
		want(v, "settled", eval[string](v, `settled.sort().join()`), "a,b,c,d,e")
		want(v, "granted", eval[string](v, `charte.decision.granted.join()`), "youtube")
		v.seesNot(settings)

		// when takes every kind of id, before the grant and after.
		v.do(`window.resolved = [];
			for (const id of ["statistics", "google-analytics", "statistics.google-analytics", "_ga", "_ga_X1", "portal.history", "necessary", "matomo", "nobody", "__proto__"])
				charte.when(id).then(() => resolved.push(id))`)
		want(v, "at once", eval[string](v, `resolved.sort().join()`), "matomo,necessary")
		v.do(`await charte.set({_ga_X1: true})`)
		want(v, "after a grant", eval[string](v, `resolved.sort().join()`), "_ga,_ga_X1,google-analytics,matomo,necessary,statistics,statistics.google-analytics")
		v.do(`await charte.acceptAll(); await charte.when("statistics")`)
		want(v, "after acceptance", eval[bool](v, `resolved.includes("portal.history") && !resolved.includes("nobody")`), true)

		// Choices that make no sense change nothing, and set does not reject.
		v.do(`for (const choices of [undefined, null, 1, "x", [], {nobody: true}, {necessary: false}]) await charte.set(choices)`)
		want(v, "refused", eval[int](v, `charte.decision.refused.length`), 0)

		// An error in the page's own function stops no answer.
		v.do(`window.mistakes = 0; addEventListener("error", event => { mistakes++; event.preventDefault(); });
			charte.on("change", () => { throw new Error("of the page") });
			charte.push(() => { throw new Error("of the page") });
			await charte.refuseAll()`)
		want(v, "mistakes", eval[int](v, `mistakes`), 2)
		want(v, "the answer", eval[int](v, `charte.decision.granted.length`), 0)

		// The settings are closed at once after they were opened.
		v = w.visit(name, "/late/")
		v.do(`await Promise.all([charte.open(), charte.close()])`)
		v.sees(notice)
		v.seesNot(settings)
	})
}

// TestPromisesWithoutProgram: where the program cannot be fetched, every method settles and does
// what it promises.
func TestPromisesWithoutProgram(t *testing.T) {
	t.Parallel()
	shows(t, "Without a program every method settles, and does what it promises")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorld(t, "light", "demo")
		w.without("wasm")
		v := w.visit(name, "/late/")
		v.do(`await Promise.all([charte.set({youtube: true}), charte.open(), charte.close(), charte.set({statistics: true})])`)
		want(v, "granted", eval[string](v, `charte.decision.granted.join()`), "statistics,google-analytics,youtube")
		v.do(`await charte.acceptAll()`)
		want(v, "refused", eval[int](v, `charte.decision.refused.length`), 0)
		v.do(`await charte.reset()`)
		v.sees(notice)
	})
}
