package catalogue

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// A FormerBanner is a consent banner that a site may have had before this one.
type FormerBanner string

// The banners whose cookies can be read.
const (
	VanillaCookieconsent FormerBanner = "vanilla-cookieconsent" // 2 and 3
	Orejime              FormerBanner = "orejime"               // 2 and 3
	Klaro                FormerBanner = "klaro"
	Tarteaucitron        FormerBanner = "tarteaucitron"
	C15t                 FormerBanner = "c15t"
)

// FormerBanners lists the banners whose cookies can be read.
func FormerBanners() []FormerBanner {
	return []FormerBanner{VanillaCookieconsent, Orejime, Klaro, Tarteaucitron, C15t}
}

// AnswerCookie is the name of the banner's cookie where a site does not choose another: that of
// vanilla-cookieconsent 3, Orejime 3, Klaro 0.7, tarteaucitron 1 and c15t 2. It is empty for a
// banner that is not known.
func (b FormerBanner) AnswerCookie() string {
	switch b {
	case VanillaCookieconsent:
		return "cc_cookie"
	case Orejime:
		return "eu-consent" // "orejime" in version 2
	case Klaro, Tarteaucitron, C15t:
		return string(b)
	}
	return ""
}

// A CarryOver says which answers to the banner that the site had before are shown in the settings, to
// visitors who have not answered this one. They grant nothing until the visitor saves them.
type CarryOver struct {
	// Banner is the one that the site had before.
	Banner FormerBanner

	// Cookie is the name of that banner's cookie. Without it, the banner's own default.
	Cookie string

	// Services says which of that banner's services and categories are which of this catalogue's. A
	// category stands for those of its services that ask, without those for which an earlier revision
	// under formerly did not ask. Only what visitors turned on themselves may stand here: a box that
	// was ticked in advance is no choice.
	Services map[string]ID
}

// A CarryOverView is a CarryOver as the program needs it.
type CarryOverView struct {
	Banner FormerBanner `json:"banner"`
	Cookie string       `json:"cookie"`

	// Services are the services that can be carried over, as "category.service", each with the names
	// that the former banner has for it. All of them must have been granted there.
	Services map[string][]string `json:"services"`
}

// carryOver returns what of c.CarryOver the program needs, nil where there is none.
func (c *Catalogue) carryOver() *CarryOverView {
	if c.CarryOver == nil {
		return nil
	}
	view := &CarryOverView{
		Banner:   c.CarryOver.Banner,
		Cookie:   cmp.Or(c.CarryOver.Cookie, c.CarryOver.Banner.AnswerCookie()),
		Services: map[string][]string{},
	}
	byCategory := map[string][]string{}
	var names []string
	for name := range c.CarryOver.Services {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, asked := range c.Asked() {
		category, service, _ := strings.Cut(asked, ".")
		for _, name := range names {
			switch ours := string(c.CarryOver.Services[name]); {
			case ours == category:
				if !c.cameLater(asked) {
					byCategory[asked] = append(byCategory[asked], name)
				}
			case ours == service:
				view.Services[asked] = append(view.Services[asked], name)
			}
		}
		// A name of the service says more than one of its category, as in an answer.
		if view.Services[asked] == nil && byCategory[asked] != nil {
			view.Services[asked] = byCategory[asked]
		}
	}
	return view
}

// cameLater reports whether an earlier revision did not ask for a service, written "category.service".
// Nobody can have answered for it before.
func (c *Catalogue) cameLater(asked string) bool {
	for _, then := range c.Formerly {
		if !slices.Contains(then, asked) {
			return true
		}
	}
	return false
}

// formerAnswerBytes bounds the value of another banner's cookie. RFC 6265, 6.1, lets browsers drop
// cookies over 4,096 bytes.
const formerAnswerBytes = 4096

// A FormerAnswer is what another banner's cookie says: the names that it holds, and whether each was
// granted.
type FormerAnswer map[string]bool

// says adds a name. One that is there twice must be granted twice.
func (a FormerAnswer) says(name string, yes bool) {
	before, twice := a[name]
	a[name] = yes && (before || !twice)
}

// Grants reports whether each of the names was granted, and there is one at least.
func (a FormerAnswer) Grants(names []string) bool {
	for _, name := range names {
		if !a[name] {
			return false
		}
	}
	return len(names) > 0
}

// Read reads the value of the former banner's cookie. The answer is nil for a value that cannot be
// read, and empty for one that holds no answer. The value may be anybody's, since a subdomain can set
// the cookie.
func (c *CarryOverView) Read(value string) FormerAnswer {
	answer := FormerAnswer{}
	switch {
	case len(value) > formerAnswerBytes:
		return nil
	case c.Banner == Tarteaucitron: // !gtag=true!youtube=wait, where "wait" is no answer
		for _, part := range strings.Split(value, "!") {
			if name, word, _ := strings.Cut(part, "="); word == "true" || word == "false" {
				answer.says(name, word == "true")
			}
		}
	case c.Banner == C15t: // c.necessary:1,c.marketing:0,i.t:1764412800000
		for _, part := range strings.Split(value, ",") {
			if part, isConsent := strings.CutPrefix(part, "c."); isConsent {
				name, flag, _ := strings.Cut(part, ":")
				answer.says(name, flag == "1")
			}
		}
	default:
		r := viewReader{rest: unescaped(value)}
		r.object(func(key string) {
			switch {
			case c.Banner == VanillaCookieconsent:
				r.vanilla(key, answer)
			case r.word("true"):
				answer.says(key, true)
			default:
				answer.says(key, false)
				r.skip(0)
			}
		})
		if r.space(); r.failed || r.rest != "" {
			return nil
		}
	}
	return answer
}

// vanilla reads the value of a key of vanilla-cookieconsent's cookie. It names only what was granted:
// {"categories":["necessary","ads"],"services":{"ads":["pixel"]}}. Version 2 has no services, and before 2.8
// had its categories under "level".
func (r *viewReader) vanilla(key string, answer FormerAnswer) {
	switch key {
	case "categories", "level":
		r.list(func() { answer.says(r.part(), true) })
	case "services":
		for _, names := range r.lists() {
			for _, name := range names {
				answer.says(name, true)
			}
		}
	default:
		r.skip(0)
	}
}

// unescaped undoes encodeURIComponent. It is empty for a value with a "%" that stands for nothing.
func unescaped(value string) string {
	if !strings.Contains(value, "%") {
		return value
	}
	var text []byte
	for i := 0; i < len(value); i++ {
		b := value[i]
		if b == '%' {
			if i+3 > len(value) {
				return ""
			}
			code, err := strconv.ParseUint(value[i+1:i+3], 16, 8)
			if err != nil {
				return ""
			}
			b, i = byte(code), i+2
		}
		text = append(text, b)
	}
	return string(text)
}
