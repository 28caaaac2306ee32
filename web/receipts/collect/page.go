package collect

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"charte/web/receipts"
)

const (
	// figuresPath is the page of figures. Its form posts the token to openPath, in the
	// body, which nobody logs. No cookie has the token.
	figuresPath = "/receipts"
	openPath    = "/receipts/figures"

	// triesPerMinute is how many wrong tokens a neighbourhood may try in a minute. More
	// get 429. The right token is accepted even then: its length is what protects it
	// from guesses.
	triesPerMinute = 20
)

// spans are the choices of how much time the page shows, in days.
var spans = []int{7, 30, 90, 365}

// usualSpan is shown if the request names none of spans.
const usualSpan = 30

// Page returns a handler that shows figures at /receipts to anybody with the token. It
// passes every other request to next. If there is no Token, it passes all of them.
func (s *Service) Page(next http.Handler) http.Handler {
	if s == nil || s.Token == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == figuresPath && (r.Method == http.MethodGet || r.Method == http.MethodHead):
			bearer, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			s.page(w, r, bearer, given, r.URL.Query().Get("days"))
		case r.URL.Path == openPath && r.Method == http.MethodPost:
			media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
			if media != "application/x-www-form-urlencoded" {
				http.Error(w, "not a form", http.StatusUnsupportedMediaType)
				return
			}
			s.page(w, r, r.PostFormValue("token"), true, r.PostFormValue("days"))
		case r.URL.Path == openPath:
			// Somebody loads the page again by its address.
			http.Redirect(w, r, "../receipts", http.StatusSeeOther)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// page answers with the figures of the last days, or with the form that asks for the
// token. given says whether the request has a token.
func (s *Service) page(w http.ResponseWriter, r *http.Request, token string, given bool, days string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src '"+figuresStyleHash+"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	view := figuresView{Style: template.CSS(figuresStyle), Spans: spans, Span: usualSpan}
	if n, err := strconv.Atoi(days); err == nil && slices.Contains(spans, n) {
		view.Span = n
	}
	status := http.StatusOK
	right := subtle.ConstantTimeCompare(digest(token), digest(s.Token)) == 1
	switch {
	case !given:
		view.Form = true
	case !right && !s.tries.allow(client(r, s.Proxies)):
		status, view.Form, view.Fault = http.StatusTooManyRequests, true, "Too many wrong tokens: try again in a minute."
	case !right:
		status, view.Form, view.Fault = http.StatusUnauthorized, true, "This is not the token."
		h.Set("WWW-Authenticate", "Bearer")
	default:
		ctx, cancel := context.WithTimeout(r.Context(), s.patience) // a request's own context has no deadline
		defer cancel()
		f, err := s.store.Figures(ctx, view.Span)
		if err != nil {
			s.Log.Error("figures cannot be read", "fault", err.Error())
			status, view.Form, view.Fault = http.StatusServiceUnavailable, true, "The receipts cannot be read now."
			break
		}
		view.draw(f)
	}
	var page bytes.Buffer
	if err := figuresPage.Execute(&page, view); err != nil {
		s.Log.Error("figures cannot be shown", "fault", err.Error())
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	w.Write(page.Bytes())
}

// digest returns a token's hash. Hashes are compared instead of tokens, since all have
// one length: the time of a comparison of tokens would tell the length of the right one.
func digest(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

//go:embed figures.css
var figuresStyle string

var figuresStyleHash = func() string {
	sum := sha256.Sum256([]byte(figuresStyle))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}()

//go:embed figures.html
var figuresHTML string

var figuresPage = template.Must(template.New("figures").Funcs(template.FuncMap{"percent": percent, "thousands": thousands}).Parse(figuresHTML))

// A figuresView is what figures.html shows.
type figuresView struct {
	Style template.CSS
	Spans []int
	Span  int

	Form  bool
	Fault string

	receipts.Figures
	Kinds  []kind
	Bars   []bar // of the days
	Wide   int   // width of all bars
	Most   int   // the top of the days' scale
	Shares []row // of the categories
	Places []row // of the layers
}

// Until is the last day.
func (v figuresView) Until() string { return v.Days[len(v.Days)-1].Day }

// A kind is one colour of a plot.
type kind struct{ ID, Text string }

var kinds = []kind{{receipts.Accept, "accepted all"}, {receipts.Custom, "chose"}, {receipts.Refuse, "refused all"}, {receipts.Withdraw, "withdrew"}}

// A bar is a rectangle, in the units of its plot.
type bar struct {
	Class      string
	X, Y, W, H float64
}

// A row is a line of a plot: a name, and its bars over a width of 100.
type row struct {
	Name string
	All  int
	Bars []bar
	Desc string
	N    []int
}

const (
	dayWide  = 10 // of one day in its plot
	plotHigh = 100
)

// layerNames are the names of the layers for people.
var layerNames = map[string]string{receipts.Layer1: "notice", receipts.Settings: "settings", receipts.API: "the page's own"}

// draw makes the plots.
func (v *figuresView) draw(f receipts.Figures) {
	v.Figures, v.Kinds, v.Wide = f, kinds, dayWide*len(f.Days)
	for _, day := range f.Days {
		v.Most = max(v.Most, day.All)
	}
	v.Most = rounded(v.Most)
	for i, day := range f.Days {
		y := float64(plotHigh)
		for _, k := range kinds {
			high := float64(plotHigh) * float64(day.Actions[k.ID]) / float64(v.Most)
			if high > 0 {
				y -= high
				v.Bars = append(v.Bars, bar{k.ID, float64(i*dayWide) + 1, y, dayWide - 2, high})
			}
		}
	}
	for _, c := range f.Categories {
		n := []int{c.All, c.Some, c.None}
		v.Shares = append(v.Shares, rowOf(c.Category, []string{receipts.Accept, receipts.Custom, receipts.Refuse}, []string{"granted", "granted in part", "refused"}, n))
	}
	for _, l := range f.Layers {
		var classes, texts []string
		var n []int
		for _, k := range kinds {
			classes, texts, n = append(classes, k.ID), append(texts, k.Text), append(n, l.Actions[k.ID])
		}
		v.Places = append(v.Places, rowOf(layerNames[l.UI], classes, texts, n))
	}
}

// rowOf makes a row of the numbers n. classes and texts have the class of the bar and the
// text for each number.
func rowOf(name string, classes, texts []string, n []int) row {
	r := row{Name: name, N: n}
	for _, part := range n {
		r.All += part
	}
	x := 0.0
	var said []string
	for i, part := range n {
		said = append(said, fmt.Sprintf("%s %s", thousands(part), texts[i]))
		if part > 0 {
			w := 100 * float64(part) / float64(r.All)
			r.Bars = append(r.Bars, bar{classes[i], x, 0, w, 10})
			x += w
		}
	}
	r.Desc = strings.Join(said, ", ")
	return r
}

// rounded returns the top of a scale for numbers up to n: the first of 1, 2, 5, 10, 20,
// 50, 100, … that is at least n.
func rounded(n int) int {
	for top := 1; ; top *= 10 {
		for _, step := range []int{1, 2, 5} {
			if n <= top*step {
				return top * step
			}
		}
	}
}

// percent writes a part of all as a percentage, with one decimal.
func percent(part, all int) string {
	if all == 0 {
		return "–"
	}
	return strconv.FormatFloat(100*float64(part)/float64(all), 'f', 1, 64) + " %"
}

// thousands writes 12345 as 12 345, with narrow spaces that do not break.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}
