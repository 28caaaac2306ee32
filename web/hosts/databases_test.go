package hosts

import (
	"testing"

	"charte/catalogue"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// storing returns the demo catalogue with databases: one with a whole name and a family of Google
// Analytics', and one of the personalisation. reloads says whether the page loads again after a
// withdrawal.
func storing(t testing.TB, reloads bool) *catalogue.Catalogue {
	t.Helper()
	c := keeping(t)
	c.Site.KeepAfterWithdrawal = !reloads
	names := map[catalogue.ID][]string{"google-analytics": {"visits", "visits-of-*"}, "personalisation": {"profile"}}
	for i := range c.Services {
		s := &c.Services[i]
		for _, name := range names[s.ID] {
			s.Cookies = append(s.Cookies, catalogue.Cookie{
				Name: name, Kind: catalogue.KindIndexedDB, Purpose: s.Purpose, Lifetime: catalogue.Lifetime{Unit: catalogue.UnitPersistent},
			})
		}
		delete(names, s.ID)
	}
	if len(names) > 0 {
		t.Fatalf("the demo catalogue lacks services of these databases: %v", names)
	}
	return c
}

// databaseNames lists the names of the databases, sorted.
const databaseNames = `(await indexedDB.databases()).map(d => d.name).sort().join()`

// TestDatabases: a refusal and a withdrawal erase the databases of services that may not run, and no
// others.
func TestDatabases(t *testing.T) {
	t.Parallel()
	shows(t, "A refusal or a withdrawal erases the databases (IndexedDB) of refused services, again when vendors rewrite them, and no others")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", storing(t, true))
		v := w.visit(name, "/databases/")
		plant := `await store("visits", "visits-of-2026", "profile", "other", "visits-0")`
		v.do(plant)
		v.click(notice + " " + refuseAll)
		left := "other,visits-0" // which no service declares
		v.waits(databaseNames+" === arguments[0]", left)
		for range 2 { // after 1 s and after 5 s
			v.do(`await store("visits", "visits-of-2026")`)
			v.waits(databaseNames+" === arguments[0]", left)
		}
		// What was refused is erased on the next page, too.
		v.do(`await store("visits", "profile")`)
		v.must(v.Reload())
		v.waits(databaseNames+" === arguments[0]", left)

		// What is granted is left alone, in this page and the next.
		v.do(`await charte.acceptAll()`)
		v.do(plant)
		all := "other,profile,visits,visits-0,visits-of-2026"
		v.do(`setTimeout(() => window.later = true, 1500)`)
		v.waits(`window.later`)
		want(v, "after consent", eval[string](v, databaseNames), all)
		v.must(v.Reload())
		v.waits(`ran.join() === "statistics"`)
		v.do(`setTimeout(() => window.later = true, 1500)`)
		v.waits(`window.later`)
		want(v, "on the next page", eval[string](v, databaseNames), all)

		// A service that is withdrawn alone. Its code has run, so the page loads again.
		v.do(`window.mark = true; await charte.set({"google-analytics": false})`)
		v.waits(`!window.mark && document.readyState === "complete" && !!window.charte`)
		v.waits(databaseNames+" === arguments[0]", "other,profile,visits-0")
		want(v, "errors in the page", eval[string](v, `errors.join()`), "")
	})
}

// TestOpenDatabase: a database that refused code keeps open holds up neither the page nor another
// erasure, and is erased as it is closed.
func TestOpenDatabase(t *testing.T) {
	t.Parallel()
	shows(t, "A refused database that is open is erased as it is closed, or with the page")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", storing(t, false))
		v := w.visit(name, "/databases/")
		for _, closes := range []func(){
			func() { v.do(`held.close()`) },
			func() { v.must(v.Reload()) },
		} {
			v.do(`await charte.acceptAll(); window.held = await keep("visits"); await store("profile")`)
			v.do(`await charte.refuseAll()`)
			v.waits(`!(await indexedDB.databases()).some(d => d.name === "profile")`)
			want(v, "open", eval[string](v, databaseNames), "visits")
			want(v, "what is in it", eval[int](v, `await new Promise((resolve) => {
				held.transaction("visits").objectStore("visits").get("count").onsuccess = (event) => resolve(event.target.result);
			})`), 1)
			closes()
			v.waits(`!!window.charte && ` + databaseNames + ` === ""`)
		}
		want(v, "errors in the page", eval[string](v, `errors.join()`), "")
	})
}

// TestDatabaseFaults: a browser that lists no databases erases those with a whole name. Whatever
// fails, the answer counts, cookies and storage are erased, and the page hears of nothing.
func TestDatabaseFaults(t *testing.T) {
	t.Parallel()
	shows(t, "Where databases cannot be listed, those with a whole name are erased; where they cannot be erased, all else is")
	const refused = `{ throw new DOMException("denied", "SecurityError"); }`
	const erased, kept = "other,visits-of-2026", "other,profile,visits,visits-of-2026"
	for _, row := range []struct{ name, fault, left string }{
		{"no list, as in Firefox 125", `delete IDBFactory.prototype.databases`, erased},
		{"a list that throws", `IDBFactory.prototype.databases = () => ` + refused, erased},
		{"a list that is refused", `IDBFactory.prototype.databases = async () => ` + refused, erased},
		{"a list that is none", `IDBFactory.prototype.databases = async () => ({})`, erased},
		{"a list of nonsense", `IDBFactory.prototype.databases = async () => [{}, {name: 7}, null]`, erased},
		{"a list with nonsense in it", `const names = IDBFactory.prototype.databases;
			IDBFactory.prototype.databases = async function () { return [{}, {name: 7}, ...await names.call(this)]; }`, "other"},
		{"a list that never comes", `IDBFactory.prototype.databases = () => new Promise(() => {})`, kept},
		{"erasing that throws", `IDBFactory.prototype.deleteDatabase = () => ` + refused, kept},
		{"erasing that returns nothing", `IDBFactory.prototype.deleteDatabase = () => {}`, kept},
		{"one that cannot be erased", `const erase = IDBFactory.prototype.deleteDatabase;
			IDBFactory.prototype.deleteDatabase = function (name) { if (name === "visits") throw new Error("busy"); return erase.call(this, name); }`, "other,visits"},
		{"erasing that fails", `const asked = indexedDB.open("visits", 3);
			await new Promise((done) => asked.onsuccess = () => done(asked.result.close()));
			IDBFactory.prototype.deleteDatabase = function () { return this.open("visits", 2); }`, kept},
		{"no databases at all", `Object.defineProperty(window, "indexedDB", {configurable: true, get() ` + refused + `})`, kept},
		{"undefined", `Object.defineProperty(window, "indexedDB", {configurable: true, value: undefined})`, kept},
	} {
		sideBySide(t, browsertest.Engines(), func(name browser.Engine) {
			part(t, string(name)+"/"+row.name, name, func(t *testing.T) {
				w := newWorldOf(t, "light", storing(t, false))
				v := w.visit(name, "/databases/")
				v.do(`await store("visits", "visits-of-2026", "profile", "other");
					document.cookie = "_ga=1; Path=/";
					window.list = indexedDB.databases.bind(indexedDB)`)
				v.do(row.fault)
				v.click(notice + " " + refuseAll)
				v.seesNot(notice)
				v.waits(`!/_ga=/.test(document.cookie)`)
				v.waits(`(await list()).map(d => d.name).sort().join() === arguments[0]`, row.left)
				v.do(`setTimeout(() => window.later = true, 200)`) // time to erase one too many
				v.waits(`window.later`)
				want(v, "left in the end", eval[string](v, `(await list()).map(d => d.name).sort().join()`), row.left)
				want(v, "refused", eval[string](v, `charte.decision.granted.join()`), "")
				want(v, "errors in the page", eval[string](v, `errors.join()`), "")
			})
		})
	}
}

// TestDatabaseRegranted: a service that is granted while the browser looks for its databases keeps
// them.
func TestDatabaseRegranted(t *testing.T) {
	t.Parallel()
	shows(t, "A service that is granted while a refusal is still being carried out keeps its databases")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		w := newWorldOf(t, "light", storing(t, false))
		v := w.visit(name, "/databases/")
		v.do(`await store("visits", "visits-of-2026", "profile");
			const names = indexedDB.databases.bind(indexedDB);
			window.asked = 0;
			const asked = new Promise((resolve) => window.answer = resolve);
			IDBFactory.prototype.databases = async () => { window.asked++; await asked; return names(); };
			window.names = names;
			await charte.refuseAll()`)
		v.waits(`window.asked === 1`)
		v.do(`await charte.set({"google-analytics": true}); answer()`)
		v.waits(`(await names()).map(d => d.name).sort().join() === "visits,visits-of-2026"`)
		v.do(`setTimeout(() => window.later = true, 6000)`) // the refusal would erase for 5 s
		v.waits(`window.later`)
		want(v, "left", eval[string](v, `(await names()).map(d => d.name).sort().join()`), "visits,visits-of-2026")
		v.do(`await charte.reset()`) // a forgotten answer allows nothing, and no earlier answer erases any more
		v.waits(`!(await names()).length`)
	})
}
