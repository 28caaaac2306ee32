package settle

import (
	"net/url"
	"regexp"
	"strings"

	"charte/web/audit/report"
)

// address cuts the values out of an address. It works on the text, since what browsers ask for is
// not always an address for net/url.
func (m *mask) address(text string) string {
	if kind, data, is := strings.Cut(text, ","); is && strings.HasPrefix(text, "data:") {
		return kind + "," + m.hash(data)
	}
	text, fragment, hasFragment := strings.Cut(text, "#")
	text, query, hasQuery := strings.Cut(text, "?")
	text = m.path(m.user(text))
	if hasQuery {
		text += "?" + m.query(query)
	}
	if hasFragment {
		text += "#" + m.fragment(fragment)
	}
	return m.replacer.Replace(text)
}

// user cuts the user's name and password.
func (m *mask) user(text string) string {
	scheme, rest, is := strings.Cut(text, "://")
	if !is {
		return text
	}
	authority, path, hasPath := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		authority = m.hash(authority[:at]) + authority[at:]
	}
	if hasPath {
		authority += "/" + path
	}
	return scheme + "://" + authority
}

var (
	parameter = regexp.MustCompile(`;([^;/=]+)=([^;/]*)`) // ";jsessionid=…"
	encoded   = regexp.MustCompile(`(?i)%3[df]`)          // "=" or "?" of an address within the path
)

// path cuts the values of parameters in a path.
func (m *mask) path(text string) string {
	text = parameter.ReplaceAllStringFunc(text, func(pair string) string {
		name, value, _ := strings.Cut(pair, "=")
		return name + "=" + m.value(value)
	})
	segments := strings.Split(text, "/")
	for i, segment := range segments {
		if encoded.MatchString(segment) {
			segments[i] = m.hash(segment)
		}
	}
	return strings.Join(segments, "/")
}

// query cuts the values in a query, or in a form that was sent.
func (m *mask) query(text string) string {
	pairs := strings.Split(text, "&")
	for i, pair := range pairs {
		name, value, is := strings.Cut(pair, "=")
		if !is {
			pairs[i] = m.alone(pair)
			continue
		}
		plain, err := url.QueryUnescape(value)
		if err != nil {
			plain = value
		}
		switch {
		case harmless.MatchString(plain) || cut.MatchString(value):
		case strings.HasPrefix(plain, "https://") || strings.HasPrefix(plain, "http://"):
			pairs[i] = name + "=" + url.QueryEscape(m.address(plain))
		default:
			pairs[i] = name + "=" + m.hash(plain)
		}
	}
	return strings.Join(pairs, "&")
}

// word is a name, and no value.
var word = regexp.MustCompile(`^[A-Za-z_-]{0,20}$`)

// alone cuts what stands in a query without a name, unless it is a word.
func (m *mask) alone(text string) string {
	if word.MatchString(text) {
		return text
	}
	return m.value(text)
}

// fragment cuts values in a fragment, which may be the name of a place in the page, a route with a
// query of its own, or a query.
func (m *mask) fragment(text string) string {
	route, query, is := strings.Cut(text, "?")
	switch {
	case is:
		return m.fragment(route) + "?" + m.query(query)
	case strings.Contains(text, "="):
		return m.query(text)
	case encoded.MatchString(text) || len(random(text)) > 0:
		return m.hash(text)
	}
	return text
}

var (
	inText   = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://[^\s"<>]+|data:[^\s"<>]+|[^\s"<>]*\?[^\s"<>]*=[^\s"<>]*`)
	trailing = regexp.MustCompile(`[.,;:!?)\]']+$`)
	quoted   = regexp.MustCompile(`"[^"]*"|'[^']*'`)
)

// text cuts the values out of a sentence, and out of the addresses in it.
func (m *mask) text(text string) string {
	text = inText.ReplaceAllStringFunc(text, func(address string) string {
		end := trailing.FindString(address)
		return m.address(strings.TrimSuffix(address, end)) + end
	})
	return m.replacer.Replace(text)
}

// element cuts the values out of a selector, whose attributes may be addresses.
func (m *mask) element(selector string) string {
	return m.text(quoted.ReplaceAllStringFunc(selector, func(text string) string {
		return text[:1] + m.address(text[1:len(text)-1]) + text[len(text)-1:]
	}))
}

var (
	addressed = regexp.MustCompile(`(?i)^(referer|origin|location|content-location|sourcemap|refresh|link)$`)
	secret    = regexp.MustCompile(`(?i)authori[sz]ation|token|secret|api-?key|session|csrf|xsrf|password|^etag$|^if-none-match$`)
)

func (m *mask) http(h *report.HTTP) {
	for _, headers := range [][]report.Header{h.Request, h.Response} {
		for i := range headers {
			headers[i].Value = m.header(headers[i].Name, headers[i].Value)
		}
	}
	if h.Body != "" {
		h.Body = m.value(h.Body)
	}
	h.Redirect, h.Failure = m.address(h.Redirect), m.text(h.Failure)
}

// header cuts the values in a header. Names and attributes of cookies stay, and the scheme of an
// authorization.
func (m *mask) header(name, value string) string {
	switch {
	case strings.EqualFold(name, "cookie"):
		return m.pairs(value, true)
	case strings.EqualFold(name, "set-cookie"):
		lines := strings.Split(value, "\n") // as browsers give several headers of one name
		for i, line := range lines {
			lines[i] = m.pairs(line, false)
		}
		return strings.Join(lines, "\n")
	case strings.Contains(strings.ToLower(name), "authorization"):
		scheme, rest, is := strings.Cut(value, " ")
		if !is {
			return m.hash(value)
		}
		return scheme + " " + m.hash(rest)
	case secret.MatchString(name):
		return m.value(value)
	case addressed.MatchString(name):
		return m.address(value)
	}
	return m.text(value)
}

// pairs cuts the values of "a=1; b=2": of all, or of the first alone.
func (m *mask) pairs(text string, all bool) string {
	pairs := strings.Split(text, ";")
	for i, pair := range pairs {
		if i > 0 && !all {
			break
		}
		name, value, is := strings.Cut(pair, "=")
		if !is { // a cookie without a name
			pairs[i] = m.value(strings.TrimSpace(pair))
			continue
		}
		pairs[i] = m.replacer.Replace(name) + "=" + m.value(strings.TrimSpace(value))
	}
	return strings.Join(pairs, ";")
}
