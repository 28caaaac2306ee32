package collect

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/web/receipts"
	"charte/web/server"
)

// TestCollect: a receipt that a page may send is taken. Everything else is refused.
func TestCollect(t *testing.T) {
	b := bundled(t, "demo")
	today := consent.DayOf(noon)
	all, some, none := values(b, today)
	good := body(t, said(b, some, "answer", receipts.Layer1))
	with := func(key, value string) string {
		said := maps.Clone(said(b, some, "answer", receipts.Layer1))
		said[key] = value
		return body(t, said)
	}
	policy := consent.PolicyOf(b.Views[0])
	unlisted, listed := keeping(t, Options{}), keeping(t, Options{Origins: []string{own}})
	for _, test := range []struct {
		name    string
		body    string
		headers []string
		status  int
	}{
		{"some", good, nil, 204},
		{"all", with("value", all), nil, 204},
		{"none", with("value", none), nil, 204},
		{"withdrawn", with("action", "withdraw"), nil, 204},
		{"in the settings", with("ui", "settings"), nil, 204},
		{"in another language", with("lang", "en"), nil, 204},
		{"of the bundle before", with("release", releaseName(bundled(t, "renamed"))), nil, 204},
		{"a page's clock a day ahead", with("value", policy.RefuseAll(today+1).Value()), nil, 204},
		{"as browsers write the type", good, []string{"Content-Type", "application/json;charset=UTF-8"}, 204},
		{"2 KB", strings.Repeat(" ", 2048-len(good)) + good, nil, 204},

		{"all, and withdrawn", body(t, said(b, all, "withdraw", receipts.Layer1)), nil, 400},
		{"an old one, replayed", with("value", policy.RefuseAll(today-2).Value()), nil, 400},
		{"of the future", with("value", policy.RefuseAll(today+2).Value()), nil, 400},
		{"another revision", with("value", strings.Replace(some, "rev=", "rev=x", 1)), nil, 400},
		{"what nobody declares", with("value", some+"+zzz"), nil, 400},
		{"no value", with("value", ""), nil, 400},
		{"a line of its own", with("value", some+"\r\nX: y"), nil, 400},
		{"SQL", with("lang", "fr'); DROP TABLE charte_receipts; --"), nil, 400},
		{"a formula", with("ui", "=1+1"), nil, 400},
		{"another action", with("action", "accept"), nil, 400},
		{"another layer", with("ui", "layer2"), nil, 400},
		{"another language", with("lang", "de"), nil, 400},
		{"another release", with("release", "release-x.js"), nil, 400},
		{"an identifier", with("id", "7"), nil, 400},
		{"a time", with("t", "2020-01-01T00:00:00Z"), nil, 400},
		{"an address", with("ip", "192.0.2.1"), nil, 400},
		{"__proto__", with("__proto__", "x"), nil, 400},
		{"a key twice", strings.Replace(good, "{", `{"ui":"layer1",`, 1), nil, 400},
		{"a key in capitals", strings.Replace(good, `"ui"`, `"UI"`, 1), nil, 400},
		{"a key missing", strings.Replace(good, `"ui":"layer1",`, "", 1), nil, 400},
		{"a number", strings.Replace(good, `"layer1"`, "1", 1), nil, 400},
		{"null", strings.Replace(good, `"layer1"`, "null", 1), nil, 400},
		{"a list", strings.Replace(good, `"layer1"`, `["layer1"]`, 1), nil, 400},
		{"an object", strings.Replace(good, `"layer1"`, `{"ui":"layer1"}`, 1), nil, 400},
		{"a list of it", "[" + good + "]", nil, 400},
		{"something behind it", good + "1", nil, 400},
		{"it twice", good + good, nil, 400},
		{"cut off", good[:len(good)-1], nil, 400},
		{"nothing", "", nil, 400},
		{"a NUL", good + "\x00", nil, 400},
		{"no UTF-8", with("lang", "fr\xff"), nil, 400},
		{"UTF-16", "\xff\xfe{\x00}\x00", nil, 400},
		{"deep", strings.Repeat("[", 2000), nil, 400},
		{"deep within", `{"value":` + strings.Repeat("[", 2000), nil, 400},

		{"2 KB and a byte", strings.Repeat(" ", 2048-len(good)+1) + good, nil, 413},
		{"10 MB", strings.Repeat(" ", 10<<20), nil, 413},

		{"another site", good, []string{"Origin", "https://evil.test"}, 403},
		{"a site that ends alike", good, []string{"Origin", "https://example.org.evil.test"}, 403},
		{"another port", good, []string{"Origin", "https://example.org:8443"}, 403},
		{"a subdomain", good, []string{"Origin", "https://www.example.org"}, 403},
		{"null for an origin", good, []string{"Origin", "null"}, 403},
		{"no origin", good, []string{"Origin", ""}, 403},
		{"a preflight of another site", "", []string{"Method", "OPTIONS", "Origin", "https://evil.test"}, 403},

		{"a form", "value=" + some, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"what a form can forge", good, []string{"Content-Type", "text/plain"}, 415},
		{"no type", good, []string{"Content-Type", ""}, 415},
		{"compressed", good, []string{"Content-Encoding", "gzip"}, 415},

		{"GET", "", []string{"Method", "GET"}, 405},
		{"HEAD", "", []string{"Method", "HEAD"}, 405},
		{"DELETE", "", []string{"Method", "DELETE"}, 405},
		{"an override", good, []string{"Method", "PUT", "X-HTTP-Method-Override", "POST"}, 405},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, k := range []*kept{unlisted, listed} {
				before := len(k.records(t))
				w := k.post(test.body, test.headers...)
				if w.Code != test.status {
					t.Errorf("status %d, want %d", w.Code, test.status)
				}
				want := 0
				if test.status == 204 {
					want = 1
				}
				if got := len(k.records(t)) - before; got != want {
					t.Errorf("%d records more, want %d", got, want)
				}
				allowed := ""
				if k == listed && test.status != 403 && test.status != 405 {
					allowed = own
				}
				h := w.Header()
				if len(w.Body.String()) > 30 || h.Get("Set-Cookie") != "" || h.Get("Cache-Control") != "no-store" || h.Get("Access-Control-Allow-Origin") != allowed || h.Get("Access-Control-Allow-Credentials") != "" {
					t.Errorf("said %v %q", h, w.Body)
				}
			}
		})
	}
}

// TestOrigins: pages of other origins may send receipts only if their origin is listed.
func TestOrigins(t *testing.T) {
	b := bundled(t, "demo")
	_, _, none := values(b, consent.DayOf(noon))
	good := body(t, said(b, none, "answer", receipts.Layer1))
	k := keeping(t, Options{Origins: []string{"https://shop.test"}})
	w := k.post("", "Method", "OPTIONS", "Origin", "https://shop.test", "Sec-Fetch-Site", "cross-site")
	if h := w.Header(); w.Code != 204 || h.Get("Access-Control-Allow-Origin") != "https://shop.test" || h.Get("Access-Control-Allow-Headers") != "Content-Type" || h.Get("Vary") != "Origin" {
		t.Errorf("a preflight: %d %v", w.Code, h)
	}
	if w := k.post(good, "Origin", "https://shop.test", "Sec-Fetch-Site", "cross-site"); w.Code != 204 {
		t.Errorf("a listed origin: %d", w.Code)
	}
	if w := k.post(good); w.Code != 403 {
		t.Errorf("the server's own origin, which is not listed: %d", w.Code)
	}
	if w := k.post(good, "Sec-Fetch-Site", "same-origin"); w.Code != 204 {
		t.Errorf("the server's own page, by a browser's word: %d", w.Code)
	}
	if w := k.post(good, "Origin", "https://shop.test.evil", "Sec-Fetch-Site", "same-origin"); w.Code != 403 {
		t.Errorf("an origin that is neither: %d", w.Code)
	}
	k = keeping(t, Options{})
	if w := k.post(good, "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("across sites, with none listed: %d", w.Code)
	}
}

// TestRate: a neighbourhood has one allowance, whatever addresses its headers claim.
func TestRate(t *testing.T) {
	b := bundled(t, "demo")
	_, _, none := values(b, consent.DayOf(noon))
	good := body(t, said(b, none, "answer", receipts.Layer1))
	for _, test := range []struct {
		name    string
		proxies []netip.Prefix
		remote  func(i int) (remote, forwarded string)
		taken   int // of 10
	}{
		{"one address", nil, func(int) (string, string) { return "203.0.113.7:1", "" }, 3},
		{"one /24", nil, func(i int) (string, string) { return fmt.Sprintf("203.0.113.%d:1", i), "" }, 3},
		{"many of them", nil, func(i int) (string, string) { return fmt.Sprintf("203.0.%d.7:1", i), "" }, 10},
		{"one /48", nil, func(i int) (string, string) { return fmt.Sprintf("[2001:db8:1:%d::7]:1", i), "" }, 3},
		{"many of them, IPv6", nil, func(i int) (string, string) { return fmt.Sprintf("[2001:db8:%d::7]:1", i), "" }, 10},
		{"IPv4 in IPv6", nil, func(i int) (string, string) { return fmt.Sprintf("[::ffff:203.0.113.%d]:1", i), "" }, 3},
		{"a zone", nil, func(i int) (string, string) { return fmt.Sprintf("[fe80::1%%eth%d]:1", i), "" }, 3},
		{"no address", nil, func(i int) (string, string) { return "@", "" }, 3},
		{"forged, with no proxy", nil, func(i int) (string, string) { return "203.0.113.7:1", fmt.Sprintf("198.51.%d.7", i) }, 3},
		{"forged, past a stranger", proxies("10.0.0.1"), func(i int) (string, string) { return "203.0.113.7:1", fmt.Sprintf("198.51.%d.7", i) }, 3},
		{"through the proxy", proxies("10.0.0.1"), func(i int) (string, string) { return "10.0.0.1:1", fmt.Sprintf("198.51.%d.7", i) }, 10},
		{"through the proxy, forged", proxies("10.0.0.1"), func(i int) (string, string) { return "10.0.0.1:1", fmt.Sprintf("198.51.%d.7, 203.0.113.7", i) }, 3},
		{"through two", proxies("10.0.0.0/8"), func(i int) (string, string) { return "10.0.0.1:1", fmt.Sprintf("198.51.%d.7, 10.9.9.9", i) }, 10},
		{"nonsense through the proxy", proxies("10.0.0.1"), func(i int) (string, string) { return "10.0.0.1:1", fmt.Sprintf("nonsense%d", i) }, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := keeping(t, Options{PerMinute: 3, Proxies: test.proxies})
			send := func() (taken int) {
				for i := range 10 {
					remote, forwarded := test.remote(i)
					w := k.post(good, "Remote", remote, "X-Forwarded-For", forwarded)
					switch {
					case w.Code == 204:
						taken++
					case w.Code != 429 || w.Header().Get("Retry-After") == "":
						t.Errorf("status %d, %v", w.Code, w.Header())
					}
				}
				return taken
			}
			if taken := send(); taken != test.taken {
				t.Errorf("%d of 10 are taken, want %d", taken, test.taken)
			}
			k.time = k.time.Add(20 * time.Second)
			if taken, want := send(), max(1, test.taken-2); test.taken == 3 && taken != want {
				t.Errorf("%d a third of a minute later, want %d", taken, want)
			}
			salt := k.rate.salt
			k.rate.forget()
			if taken := send(); taken != test.taken || k.rate.salt == salt || len(k.rate.left) > test.taken {
				t.Errorf("once they are forgotten %d are taken, of %d neighbourhoods", taken, len(k.rate.left))
			}
		})
	}
}

func proxies(list ...string) []netip.Prefix {
	read, err := prefixes(list)
	if err != nil {
		panic(err)
	}
	return read
}

// TestRateForgets: after an hour nothing is kept of an address, even if nobody else comes.
func TestRateForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := rate{perMinute: 1, now: time.Now}
		for range 2 { // the same holds for a later visitor
			l.allow(netip.AddrFrom4([4]byte{203, 0, 113, 7}))
			time.Sleep(time.Hour - time.Second)
			if len(l.left) != 1 || l.salt == [32]byte{} {
				t.Errorf("before the hour %d neighbourhoods are known", len(l.left))
			}
			time.Sleep(2 * time.Second)
			if l.left != nil || l.salt != [32]byte{} {
				t.Errorf("after the hour %d neighbourhoods are known", len(l.left))
			}
		}
	})
}

// TestRateMemory: a flood of neighbourhoods takes no more memory than allowed.
func TestRateMemory(t *testing.T) {
	l := rate{perMinute: 2, now: func() time.Time { return noon }}
	taken := 0
	for i := range maxPrefixes + 1000 {
		if l.allow(netip.AddrFrom4([4]byte{byte(i >> 16), byte(i >> 8), byte(i), 1})) {
			taken++
		}
	}
	if len(l.left) > maxPrefixes+1 || taken != maxPrefixes+2 {
		t.Errorf("%d neighbourhoods, %d taken", len(l.left), taken)
	}
}

// A gate holds up all writing to the store until a test opens it.
type gate struct {
	came   chan struct{} // gets a value when a transaction begins to wait
	opened chan struct{}
}

func (g *gate) open() { close(g.opened) }

// gated gives the service a queue of a length, with a gate between it and the store.
func (k *kept) gated(length int) *gate {
	g := &gate{make(chan struct{}, 1), make(chan struct{})}
	k.queue.close()
	k.queue = newQueue(func(ctx context.Context, chain string, batch []*receipts.Receipt, archives []receipts.Archive) error {
		select {
		case g.came <- struct{}{}:
		default:
		}
		select {
		case <-g.opened:
			return k.store.Append(ctx, chain, batch, archives)
		case <-ctx.Done():
			return ctx.Err()
		}
	}, k.Chain, length, k.Log)
	return g
}

// TestFull: a receipt for which the queue has no room is refused at once. Those in the
// queue are kept. After the end, nothing is taken.
func TestFull(t *testing.T) {
	k := keeping(t, Options{})
	b := bundled(t, "demo")
	_, _, none := values(b, consent.DayOf(noon))
	good := body(t, said(b, none, "answer", receipts.Layer1))
	k.must(t, said(b, none, "answer", receipts.Layer1))
	// One receipt waits while it is being written, and two wait in the queue.
	store := k.gated(2)
	codes := make(chan int, 10)
	send := func() { codes <- k.post(good).Code }
	go send()
	<-store.came
	go send()
	go send()
	for len(k.queue.waiting) < 2 {
		time.Sleep(time.Millisecond)
	}
	for range 3 {
		if w := k.post(good); w.Code != 429 {
			t.Errorf("status %d with a full queue", w.Code)
		}
	}
	store.open()
	for range 3 {
		if code := <-codes; code != 204 {
			t.Errorf("status %d for what was in the queue", code)
		}
	}
	if n := len(k.records(t)); n != 4 {
		t.Errorf("%d records, want 4", n)
	}
	k.queue.close()
	if w := k.post(good); w.Code != 503 {
		t.Errorf("status %d after the end", w.Code)
	}
}

// TestPatience: if the disk takes too long, the page gets a 503. Its receipt is kept
// nevertheless, once the disk works.
func TestPatience(t *testing.T) {
	k := keeping(t, Options{})
	k.patience = 10 * time.Millisecond
	store := k.gated(queueLength)
	b := bundled(t, "demo")
	_, _, none := values(b, consent.DayOf(noon))
	if w := k.post(body(t, said(b, none, "answer", receipts.Layer1))); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, %v", w.Code, w.Header())
	}
	store.open()
	k.queue.close()
	if n := len(k.records(t)); n != 1 {
		t.Errorf("%d records, want 1", n)
	}
}

// TestHangs: the store hangs, and half of all the connections that the server allows send
// receipts. Those for which the queue has no room are refused at once, and pages get
// their files.
func TestHangs(t *testing.T) {
	k := keeping(t, Options{})
	k.patience = time.Hour // the receipts in the queue wait all the time
	b := bundled(t, "demo")
	_, _, none := values(b, consent.DayOf(noon))
	files, err := server.Site(b, nil, nil, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	handler, err := k.Site(b, nil, files)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(server.Within(handler, files), server.Options{Log: k.Log})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()

	store := k.gated(queueLength)
	l := begin(t, listener.Addr().String(), body(t, said(b, none, "answer", receipts.Layer1)), server.MaxConnections/2)
	until(t, "a full queue", func() bool { return l.last.Load() == http.StatusTooManyRequests })
	l.stop.Store(true) // a refused sender does not send again; all others wait
	for range 10 {
		response, err := http.Get("http://" + listener.Addr().String() + "/charte.js")
		if err != nil {
			t.Fatal(err)
		}
		script, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != 200 || !bytes.Equal(script, b.Files["charte.js"].Data) {
			t.Errorf("charte.js: %s, %d bytes, %v", response.Status, len(script), err)
		}
	}
	if l.kept.Load() > 0 {
		t.Errorf("%d receipts are acknowledged, and none is on the disk", l.kept.Load())
	}
	store.open()
	l.end()
	if kept := l.kept.Load(); kept < queueLength || l.gone.Load() > 0 {
		t.Errorf("%d receipts are acknowledged once the store works, of %d and more that waited; %d requests have no answer", kept, queueLength, l.gone.Load())
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestNothingPersonal: after a thousand receipts, no file of the store has anything about
// the visitors who sent them.
func TestNothingPersonal(t *testing.T) {
	k := keeping(t, Options{PerMinute: 10000})
	b := bundled(t, "demo")
	all, some, none := values(b, consent.DayOf(noon))
	for i := range 1000 {
		text := body(t, said(b, []string{all, some, none}[i%3], "answer", receipts.Layers[i%3]))
		w := k.post(text, "Remote", "198.51.100.77:54321", "User-Agent", "Mozilla/5.0 (Personal) Gecko", "Referer", own+"/private/page?patient=4711", "Cookie", "session=5ecre7", "X-Forwarded-For", "203.0.113.99", "Accept-Language", "br-FR")
		if w.Code != 204 {
			t.Fatalf("status %d", w.Code)
		}
	}
	files, err := filepath.Glob(k.file + "*")
	if err != nil || len(files) < 2 {
		t.Fatalf("%q, %v", files, err)
	}
	seen := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		seen += bytes.Count(data, []byte(`"action":"refuse"`))
		for _, secret := range []string{"198.51.100", "(Personal) Gecko", "/private/page", "patient=", "session=5ecre7", "203.0.113", "br-FR"} {
			if n := bytes.Count(data, []byte(secret)); n > 0 {
				t.Errorf("%s holds %q %d times", filepath.Base(file), secret, n)
			}
		}
	}
	if seen < 333 {
		t.Errorf("only %d refusals are in the files: the search shows nothing", seen)
	}
	// Receipts of the same answer differ only by the order in which they came.
	alike := map[string]bool{}
	for _, r := range k.records(t) {
		alike[fmt.Sprint(*r.Receipt)] = true
	}
	if len(alike) != 3 {
		t.Errorf("%d kinds of receipts of three answers", len(alike))
	}
}

// TestFigures: only a visitor with the token sees the page. The token is in no address and
// no cookie.
func TestFigures(t *testing.T) {
	const token = "0123456789abcdef"
	k := keeping(t, Options{Token: token})
	b := bundled(t, "demo")
	all, some, none := values(b, consent.DayOf(noon))
	for range 1234 {
		k.must(t, said(b, none, "answer", receipts.Layer1))
	}
	k.must(t, said(b, all, "answer", receipts.Layer1))
	k.must(t, said(b, some, "withdraw", receipts.Settings))
	ask := func(method, path, form string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, own+path, strings.NewReader(form))
		if form != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		k.handler.ServeHTTP(w, r)
		return w
	}
	for _, test := range []struct {
		name, method, path, form string
		headers                  []string
		status                   int
		opened                   bool
	}{
		{"nobody", "GET", "/receipts", "", nil, 200, false},
		{"the form", "POST", "/receipts/figures", "token=" + token + "&days=7", nil, 200, true},
		{"the header", "GET", "/receipts", "", []string{"Authorization", "Bearer " + token}, 200, true},
		{"a wrong one", "POST", "/receipts/figures", "token=" + token + "x", nil, 401, false},
		{"none in the form", "POST", "/receipts/figures", "token=", nil, 401, false},
		{"a wrong header", "GET", "/receipts", "", []string{"Authorization", "Bearer "}, 401, false},
		{"in the address", "GET", "/receipts?token=" + token, "", nil, 200, false},
		{"in the address of the form", "POST", "/receipts/figures?token=" + token, "days=7", nil, 401, false},
		{"no form", "POST", "/receipts/figures", "", []string{"Content-Type", "text/plain"}, 415, false},
		{"the form's address", "GET", "/receipts/figures", "", nil, 303, false},
		{"days of no choice", "POST", "/receipts/figures", "token=" + token + "&days=100000000", nil, 200, true},
	} {
		w := ask(test.method, test.path, test.form, test.headers...)
		text := w.Body.String()
		if w.Code != test.status || strings.Contains(text, "1\u202f234") != test.opened || strings.Contains(text, token) || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: %d, %v\n%.2000s", test.name, w.Code, w.Header(), text)
		}
		if test.opened && (!strings.Contains(text, "<desc>") || strings.Count(text, "<table>") != 3 || !strings.Contains(text, "99.8 %") || w.Header().Get("Cache-Control") != "no-store") {
			t.Errorf("%s: %v\n%s", test.name, w.Header(), text)
		}
	}
	code := 0
	for range triesPerMinute {
		code = ask("POST", "/receipts/figures", "token=guess").Code
	}
	if code != http.StatusTooManyRequests {
		t.Errorf("status %d after many guesses", code)
	}
	if w := ask("POST", "/receipts/figures", "token="+token); w.Code != 200 {
		t.Errorf("the right token after many guesses: %d", w.Code)
	}
	k = keeping(t, Options{})
	if w := ask("GET", "/receipts", ""); w.Code != 405 {
		t.Errorf("without a token: %d", w.Code)
	}
}

// TestRecords: a record says what was answered, to what, when and where. It says nothing
// else.
func TestRecords(t *testing.T) {
	k := keeping(t, Options{})
	b := bundled(t, "demo")
	all, some, none := values(b, consent.DayOf(noon))
	for _, test := range []struct {
		said   map[string]string
		action string
		yes    int
	}{
		{said(b, all, "answer", receipts.Layer1), receipts.Accept, 99},
		{said(b, some, "answer", receipts.Settings), receipts.Custom, 1},
		{said(b, some, "withdraw", receipts.Settings), receipts.Withdraw, 1},
		{said(b, none, "answer", receipts.Layer1), receipts.Refuse, 0},
		{said(b, none, "withdraw", receipts.API), receipts.Withdraw, 0},
		{said(b, none, "answer", receipts.Layer1), receipts.Refuse, 0}, // the same answer again makes another record
	} {
		k.time = k.time.Add(time.Second)
		k.must(t, test.said)
		records := k.records(t)
		r := records[len(records)-1]
		granted := 0
		for _, yes := range r.State {
			granted += yes
		}
		if test.yes == 99 {
			test.yes = len(r.State)
		}
		if r.Action != test.action || r.UI != test.said["ui"] || granted != test.yes || len(r.State) < 3 || r.Lang != "fr" || r.Site != b.Views[0].SiteName ||
			r.T != k.time.Format(time.RFC3339) || r.Exp != "2027-05-24" || len(r.ID) != 32 || r.V != 1 {
			t.Errorf("%v: kept %+v %+v", test.said, r, r.Receipt)
		}
	}
	var line strings.Builder
	if err := k.store.Export(t.Context(), &line, "jsonl"); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(line.String(), "\n")
	var fields map[string]any
	if err := json.Unmarshal([]byte(first), &fields); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(slices.Sorted(maps.Keys(fields)), " "), "action cat code exp id lang prev site state t ui v"; got != want {
		t.Errorf("a record has %s, want %s", got, want)
	}
	if _, err := k.store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestResolves: the hashes in a record lead to the catalogue and the files that the visitor
// had, also if others have replaced them since.
func TestResolves(t *testing.T) {
	k := keeping(t, Options{})
	_, _, none := values(bundled(t, "demo"), consent.DayOf(noon))
	k.must(t, said(bundled(t, "renamed"), none, "answer", receipts.Layer1))
	k.must(t, said(bundled(t, "demo"), none, "answer", receipts.Layer1))
	dir := t.TempDir()
	if err := k.store.ExportArchives(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	records := k.records(t)
	if records[0].Cat == records[1].Cat || records[0].Code == records[1].Code {
		t.Error("two catalogues have one hash")
	}
	for i, want := range []string{"=Lyon", "Opendatasoft"} {
		r := records[i]
		b := bundled(t, []string{"renamed", "demo"}[i])
		if cat, err := b.CatalogueSHA256(); err != nil || r.Cat != cat || r.Code != b.ReleaseSHA256() {
			t.Errorf("the receipt names %s and %s; the bundle is %s and %s (%v)", r.Cat, r.Code, cat, b.ReleaseSHA256(), err)
		}
		data, err := os.ReadFile(filepath.Join(dir, r.Cat+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var c catalogue.Catalogue
		if err := json.Unmarshal(data, &c); err != nil || c.Site.Controller != want {
			t.Errorf("the catalogue is %q's (%v), want %q's", c.Site.Controller, err, want)
		}
		release, err := zip.OpenReader(filepath.Join(dir, r.Code+".zip"))
		if err != nil {
			t.Fatal(err)
		}
		defer release.Close()
		script, err := fs.ReadFile(release, "charte.js")
		if err != nil || !strings.Contains(string(script), "cookies_preferences") {
			t.Errorf("the release has no script (%v): %.80s", err, script)
		}
	}
	if _, err := k.store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestObjected: what a visitor objects to is in the receipt and in each export of it. The
// action of an answer with an objection is not "accept".
func TestObjected(t *testing.T) {
	k := keeping(t, Options{})
	b := bundled(t, "demo")
	policy, today := consent.PolicyOf(b.Views[0]), consent.DayOf(noon)
	objection, _ := policy.Set(consent.Decision{}, map[string]bool{"matomo": false}, today)
	const objected = "statistics.matomo"
	all := policy.AcceptAll(today).Keeping(objection)
	k.must(t, said(b, policy.RefuseAll(today).Keeping(objection).Value(), "answer", receipts.Settings))
	k.must(t, said(b, all.Value(), "answer", receipts.Settings))
	k.must(t, said(b, policy.AcceptAll(today).Value(), "answer", receipts.Settings))
	for i, want := range []struct{ action, objected string }{{receipts.Refuse, objected}, {receipts.Custom, objected}, {receipts.Accept, ""}} {
		r := k.records(t)[i]
		if r.Action != want.action || strings.Join(r.Objected, " ") != want.objected {
			t.Errorf("%d: %s, objected %q; want %+v", i, r.Action, r.Objected, want)
		}
		if _, asked := r.State[objected]; asked {
			t.Errorf("%d: what is exempt is in the state: %v", i, r.State)
		}
	}
	// A visitor who grants all services that ask takes no consent back, whatever they
	// object to.
	if w := k.post(body(t, said(b, all.Value(), "withdraw", receipts.Settings))); w.Code != http.StatusBadRequest {
		t.Errorf("a withdrawal that grants everything: %d", w.Code)
	}
	if _, err := k.store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	var csv, iso strings.Builder
	for format, to := range map[string]*strings.Builder{"csv": &csv, "iso27560": &iso} {
		if err := k.store.Export(t.Context(), to, format); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Count(csv.String(), ","+objected+"\n"); got != 2 {
		t.Errorf("the CSV has it %d times, want 2:\n%s", got, csv.String())
	}
	if got := strings.Count(iso.String(), `"event_state":"objected","service":"`+objected+`"`); got != 2 {
		t.Errorf("ISO 27560 has it %d times, want 2:\n%s", got, iso.String())
	}
}
