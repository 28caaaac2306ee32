// Command program is what the page of the workbench runs, compiled to WebAssembly. It gives the
// editor a desk that is the server's. It holds no rule.
package main

import (
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

func main() {
	// The browser compiles what runs for the first time, which takes long enough. What follows is a task of its own.
	time.Sleep(time.Millisecond)
	go collect()
	link := app.Window().Get("charte")
	desk := &remote{
		send:     sending(link),
		later:    func(d time.Duration, f func()) { time.AfterFunc(d, f) },
		language: func() string { return app.Window().Get("document").Get("documentElement").Get("lang").String() },
	}
	link.Set("opened", app.FuncOf(func(app.Value, []app.Value) any {
		go desk.Opened()
		return nil
	}))
	app.Route("/", func() app.Composer { return page(desk, spoken(link.Get("languages"))) })
	app.RunWhenOnBrowser()
}

// spoken returns the workbench's language for a browser that prefers languages, a list: the first of
// them that is one of ours, as the server has it for the page before the program runs.
func spoken(languages app.Value) string {
	for i := range languages.Length() {
		if tag, _, _ := strings.Cut(languages.Index(i).String(), "-"); tag == "fr" || tag == "en" {
			return tag
		}
	}
	return "en"
}

// sending returns the sender of the page's script (web/workbench/page/start.js), which has the key.
func sending(link app.Value) sender {
	return func(method, path string, body any, kind string, number int, done func(status int, text string)) {
		if bytes, is := body.([]byte); is {
			array := app.Window().Get("Uint8Array").New(len(bytes))
			app.CopyBytesToJS(array, bytes)
			body = array
		}
		link.Call("send", method, path, body, kind, number).Then(func(answer app.Value) {
			status, text := answer.Get("status").Int(), answer.Get("text").String()
			go done(status, text) // since Then waits for what it calls
		})
	}
}
