package banner

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/banner/consent"
)

// This file is the banner's edge to document.cookie.

// today is the day in UTC by the visitor's clock.
func today() consent.Day { return consent.DayOf(time.Now()) }

// readCookie reads the answer in force.
func readCookie(p consent.Policy) consent.Decision { return p.Read(cookies(), today()) }

// readFormer reads what was answered to an earlier revision of the catalogue.
func readFormer(p consent.Policy) consent.Decision { return p.Former(cookies(), today()) }

// cookies are the page's. It may have none at all (a sandboxed frame).
func cookies() string {
	value := app.Window().Get("document").Get("cookie")
	if value.Type() != app.TypeString {
		return ""
	}
	return value.String()
}

// writeCookie keeps an answer. Whether the browser held it, against others of
// the name, is for the loader to see, which reads it back.
func writeCookie(d consent.Decision, domain string) {
	secure := app.Window().Get("charte").Get("protocol").String() == "https:"
	app.Window().Get("document").Set("cookie",
		consent.CookieName+"="+d.Value()+consent.Attributes(domain, secure))
}
