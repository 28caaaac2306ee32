package banner

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/banner/consent"
	"charte/catalogue"
)

// This file reads and writes document.cookie for the banner.

// today is the day in UTC by the visitor's clock.
func today() consent.Day { return consent.DayOf(time.Now()) }

// readCookie reads the answer in force.
func readCookie(p consent.Policy) consent.Decision { return p.Read(cookies(), today()) }

// readFormer reads what was answered to an earlier revision of the catalogue, or to the
// banner that the site had before.
func readFormer(p consent.Policy, c *catalogue.CarryOverView) consent.Decision {
	all := cookies()
	if former := p.Former(all, today()); former.Answered {
		return former
	}
	return p.CarriedOver(c, all)
}

// cookies is the page's document.cookie. It is empty where the browser gives no
// string, as in a sandboxed frame.
func cookies() string {
	value := app.Window().Get("document").Get("cookie")
	if value.Type() != app.TypeString {
		return ""
	}
	return value.String()
}

// writeCookie writes an answer. The loader then reads it back, and deals with a
// browser that did not keep it and with other cookies of the same name.
func writeCookie(d consent.Decision, domain string) {
	secure := app.Window().Get("charte").Get("protocol").String() == "https:"
	app.Window().Get("document").Set("cookie",
		consent.CookieName+"="+d.Value()+consent.Attributes(domain, secure))
}
