package workbench

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"sync"
)

// secretBytes is the length of tokens and keys. Nobody guesses 256 bits.
const secretBytes = 32

// mostWrong is how many wrong tokens are taken until the token is replaced, which tells the person of
// them. A person mistypes an address once or twice. It is replaced once until it is used: whoever goes
// on trying neither takes it away again nor fills the terminal.
const mostWrong = 20

// A door says who may use the workbench. A token, which the terminal shows, opens it once, for a
// key. The key of one page at a time is good.
type door struct {
	// tell shows a token in the terminal, with why there is a new one.
	tell func(token, why string)

	mu      sync.Mutex
	token   string // "" once it was used
	wrong   int    // how many wrong tokens were tried since a person last asked for one
	session *session
	former  [formerKeys][sha256.Size]byte // hashes of the keys of pages that were taken over from
	count   int                           // of former
}

// formerKeys is how many of them are known again, to tell those pages why they are shut out.
const formerKeys = 16

// A session is that of one page.
type session struct {
	key  [sha256.Size]byte // its hash: comparing hashes takes the same time whatever a guess is
	ctx  context.Context   // ends when another page takes over
	stop context.CancelFunc

	// mu lets one change be made at a time. last is the answer to the request with the number number,
	// which is given once more if the page asks again, since it has not seen it.
	mu     sync.Mutex
	number int
	last   answer
}

// secret returns a new token or key, in the letters of addresses.
func secret() string {
	random := make([]byte, secretBytes)
	rand.Read(random) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(random)
}

// same compares secrets in a time that says nothing about them.
func same(a, b [sha256.Size]byte) bool { return subtle.ConstantTimeCompare(a[:], b[:]) == 1 }

// newDoor makes a door, and tells its first token.
func newDoor(tell func(token, why string)) *door {
	d := &door{tell: tell}
	d.renew("")
	return d
}

// renew replaces the token, and tells the new one. d.mu is held, or nobody else knows d.
func (d *door) renew(why string) {
	d.token = secret()
	d.tell(d.token, why)
}

// ask tells a new token, unless one waits to be used: no more than one line is printed, however
// often a page asks.
func (d *door) ask() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.token == "" {
		d.wrong = 0
		d.renew("a page without a key asks for an address")
	}
}

// open takes a token, and returns a key. The page that had one before is shut out. It reports
// whether the token was right.
func (d *door) open(token string) (key string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.token == "" || !same(sha256.Sum256([]byte(d.token)), sha256.Sum256([]byte(token))) {
		if d.wrong++; d.token != "" && d.wrong == mostWrong {
			d.renew("somebody has tried wrong addresses, so the one before is no longer good")
		}
		return "", false
	}
	d.token = ""
	if d.session != nil {
		d.session.stop()
		d.former[d.count%formerKeys] = d.session.key
		d.count++
	}
	key = secret()
	d.session = &session{key: sha256.Sum256([]byte(key))}
	d.session.ctx, d.session.stop = context.WithCancel(context.Background())
	return key, true
}

// enter returns the session of a key. It is nil if the key is not good, and former then reports
// whether it was.
func (d *door) enter(key string) (s *session, former bool) {
	hash := sha256.Sum256([]byte(key))
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.session != nil && same(d.session.key, hash) {
		return d.session, false
	}
	for _, old := range d.former[:min(d.count, formerKeys)] {
		former = same(old, hash) || former
	}
	return nil, former
}
