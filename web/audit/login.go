package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"charte/web/browser"
)

// A login is what a browser has behind a login.
type login struct {
	cookies []browser.Cookie
	storage map[string]map[string]string // localStorage, by origin
}

// readLogin reads a file of cookies: the text that curl and browsers' extensions write ("Netscape"),
// a JSON list of cookies, or a storage state as Playwright writes it.
func readLogin(file string) (login, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return login{}, notMade("the cookies cannot be read: %w", err)
	}
	l, err := loginIn(data)
	if err != nil {
		return login{}, notMade("%s: %w", file, err)
	}
	return l, nil
}

// loginIn reads what such a file holds.
func loginIn(data []byte) (login, error) {
	read := netscape
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		data, read = trimmed, stateJSON
	}
	l, err := read(data)
	if err == nil && len(l.cookies) == 0 && len(l.storage) == 0 {
		err = errors.New("there is no cookie in it")
	}
	return l, err
}

// stateJSON reads a storage state, or a list of cookies.
func stateJSON(data []byte) (login, error) {
	type cookie struct {
		Name, Value, Domain, Path, SameSite string
		Expires, ExpirationDate             float64 // Unix time in seconds; the second in extensions' lists
		HTTPOnly, Secure                    bool
	}
	var state struct {
		Cookies []cookie
		Origins []struct {
			Origin       string
			LocalStorage []struct{ Name, Value string }
		}
	}
	var err error
	if data[0] == '[' {
		err = json.Unmarshal(data, &state.Cookies)
	} else {
		err = json.Unmarshal(data, &state)
	}
	if err != nil {
		return login{}, fmt.Errorf("it is neither a storage state nor a list of cookies: %w", err)
	}
	l := login{storage: map[string]map[string]string{}}
	for i, c := range state.Cookies {
		if c.Name == "" || c.Domain == "" {
			return login{}, fmt.Errorf("cookie %d has no name or no domain", i+1)
		}
		read := browser.Cookie{Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, HTTPOnly: c.HTTPOnly, Secure: c.Secure}
		if read.Path == "" {
			read.Path = "/"
		}
		for _, known := range []string{"Lax", "Strict", "None"} {
			if strings.EqualFold(c.SameSite, known) {
				read.SameSite = known
			}
		}
		if end := max(c.Expires, c.ExpirationDate); end > 0 {
			read.Expires = time.Unix(int64(end), 0)
		}
		l.cookies = append(l.cookies, read)
	}
	for _, origin := range state.Origins {
		items := map[string]string{}
		for _, item := range origin.LocalStorage {
			items[item.Name] = item.Value
		}
		l.storage[origin.Origin] = items
	}
	return l, nil
}

// netscape reads lines of seven fields, with tabs between them: domain, whether subdomains get it,
// path, whether it is for https alone, end in Unix seconds, name, value
// (https://curl.se/docs/http-cookies.html).
func netscape(data []byte) (login, error) {
	var l login
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line, only := strings.CutPrefix(lines.Text(), "#HttpOnly_")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		const all = 7
		if len(fields) != all {
			return login{}, fmt.Errorf("line %d has %d fields with tabs between them, and a cookie has %d", n, len(fields), all)
		}
		end, err := strconv.ParseInt(fields[4], 10, 64)
		if err != nil {
			return login{}, fmt.Errorf("line %d: %q is no end in Unix seconds", n, fields[4])
		}
		c := browser.Cookie{Domain: fields[0], Path: fields[2], Secure: strings.EqualFold(fields[3], "TRUE"), Name: fields[5], Value: fields[6], HTTPOnly: only}
		if c.Domain == "" || c.Path == "" || c.Name == "" {
			return login{}, fmt.Errorf("line %d has no domain, no path or no name", n)
		}
		if end > 0 {
			c.Expires = time.Unix(end, 0)
		}
		l.cookies = append(l.cookies, c)
	}
	return l, lines.Err()
}
