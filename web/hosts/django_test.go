package hosts

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// python is Debian's Python: another one would not find Debian's Django.
const python = "/usr/bin/python3"

// django starts the site in django/site.py on a free port, for the length of
// the test, and returns its origin.
func django(t testing.TB, charte string) string {
	t.Helper()
	site := exec.Command(python, "-B", "django/site.py", charte)
	site.Stderr = os.Stderr
	stdin, err := site.StdinPipe() // the site serves until this is closed, at the latest when the tests end
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := site.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := site.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		if err := site.Wait(); err != nil {
			t.Errorf("the Django site: %v", err)
		}
	})
	origin, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the Django site has not printed its origin: %v", err)
	}
	return strings.TrimSpace(origin)
}

// TestDjango: a Django site goes on working, whatever the visitor answers.
func TestDjango(t *testing.T) {
	t.Parallel()
	shows(t, "on a real Django site with a policy of its own, `sessionid`, `csrftoken` and `django_language` are never touched")
	err := browsertest.InstallPackage("python3-django", func() bool {
		// Without -I, Python would import the folder django/ beside this file.
		return exec.Command(python, "-I", "-c", "import django").Run() == nil
	})
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, name browser.Engine, engine string) {
		w := newWorld(t, engine, "demo")
		site := django(t, w.Charte)
		v := visitor{browsertest.NewPage(t, name), t}
		v.must(v.Preload(countViolations + `
			// The names of the cookies that the page's scripts write or erase.
			window.written = [];
			const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
			Object.defineProperty(Document.prototype, "cookie", { configurable: true, get, set(text) {
				written.push(text.split("=")[0]);
				set.call(this, text);
			} });`))
		v.must(v.Open(site))
		v.sees(notice)
		v.click("#german")
		v.waits(`document.documentElement.lang === "de" && document.readyState === "complete"`)
		v.sees(notice)

		// cookies returns the value of every cookie, by name.
		cookies := func() map[string]string {
			t.Helper()
			all, err := v.Cookies()
			v.must(err)
			found := map[string]string{}
			for _, c := range all {
				found[c.Name] = c.Value
			}
			return found
		}
		before := cookies()
		untouched := func(after string) {
			t.Helper()
			now := cookies()
			for _, name := range []string{"sessionid", "csrftoken", "django_language"} {
				if before[name] == "" || now[name] != before[name] {
					t.Errorf("%s: %s was %q and is %q", after, name, before[name], now[name])
				}
			}
			want(v, after+": writes to the site's cookies", eval[string](v, `written.filter(name => /session|csrf|django/.test(name)).join()`), "")
		}
		untouched("before an answer")
		want(v, "cookies written before an answer", eval[string](v, `written.join()`), "")

		v.click(notice + " " + acceptAll)
		v.seesNot(notice)
		v.waits(`document.cookie.includes("_ga=")`) // the site's script has run: its nonce lets it
		untouched("accepted")

		// After a withdrawal the service's cookie goes and the page loads again.
		v.do(`window.mark = true`)
		v.asks("#manage")
		v.click(settings + " " + refuseAll)
		v.waits(`!window.mark && document.readyState === "complete" && !!window.charte?.decision.answered`)
		v.waits(`!document.cookie.includes("_ga=")`)
		untouched("withdrawn")

		v.do(`await charte.reset()`)
		v.click(notice + " " + refuseAll)
		v.seesNot(notice)
		untouched("refused")

		// The session goes on, and its CSRF token is still valid.
		visits := eval[int](v, `+document.querySelector("#visits").textContent`)
		v.do(`document.querySelector("#message input[name=text]").value = "bonjour"`)
		v.click("#send")
		v.waits(`document.querySelector("#sent")?.textContent === "bonjour"`)
		want(v, "visits", eval[int](v, `+document.querySelector("#visits").textContent`), visits+1)
		want(v, "language", eval[string](v, `document.documentElement.lang`), "de")
		untouched("afterwards")
		want(v, "violations", eval[string](v, `violations.join("; ")`), "")
		want(v, "errors", eval[string](v, `errors.join("; ")`), "")
	})
}
