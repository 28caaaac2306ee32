package effect

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"regexp"
	"sync"

	"charte/banner/consent"
	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/bundle"
	"charte/web/workbench/desk"

	"github.com/andybalholm/brotli"
)

// sizes say what becomes longer or heavier, in bytes.
func sizes(before, after *catalogue.Catalogue) []desk.Sentence {
	var says []desk.Sentence
	compare := func(key string, was, is int) {
		switch {
		case is > was:
			says = append(says, counted(key+"More", is-was))
		case is < was:
			says = append(says, counted(key+"Less", was-is))
		}
	}
	old, err := answerBytes(before)
	now, err2 := answerBytes(after)
	if errors.Join(err, err2) == nil {
		compare("cookie", old, now)
	}
	was, err := weighed(before)
	is, err2 := weighed(after)
	if errors.Join(err, err2) == nil { // else the preview says why nothing can be built
		compare("notice", was.notice, is.notice)
		compare("settings", was.settings, is.settings)
	}
	return says
}

// answerBytes is how long the answer's cookie is at most, of those who accept all or refuse all. It
// counts the name.
func answerBytes(c *catalogue.Catalogue) (int, error) {
	view, err := source.View(c, c.Languages[0])
	if err != nil || !view.Asks() {
		return 0, err
	}
	policy := consent.PolicyOf(view)
	const anyDay = 20000
	value := max(len(policy.AcceptAll(anyDay).Value()), len(policy.RefuseAll(anyDay).Value()))
	return len(consent.CookieName+"=") + value, nil
}

// Weights are what visitors download of a catalogue, compressed with Brotli, in bytes.
type weights struct {
	notice   int // charte.js, in every page
	settings int // the words of the first language
}

// memory remembers the weights of the last catalogues, by a hash of each: the saved one is asked for
// again with every change of the other.
var memory struct {
	sync.Mutex
	weights map[[sha256.Size]byte]weights
	order   [][sha256.Size]byte
}

// mostRemembered bounds memory.
const mostRemembered = 32

// weighed is weigh with a memory.
func weighed(c *catalogue.Catalogue) (weights, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return weights{}, err
	}
	key := sha256.Sum256(data)
	memory.Lock()
	w, known := memory.weights[key]
	memory.Unlock()
	if known {
		return w, nil
	}
	if w, err = weigh(c); err != nil {
		return weights{}, err
	}
	memory.Lock()
	defer memory.Unlock()
	if memory.weights == nil {
		memory.weights = map[[sha256.Size]byte]weights{}
	}
	if _, known := memory.weights[key]; !known {
		memory.order = append(memory.order, key)
	}
	memory.weights[key] = w
	for len(memory.order) > mostRemembered {
		delete(memory.weights, memory.order[0])
		memory.order = memory.order[1:]
	}
	return w, nil
}

// weigh builds what visitors download. The program is left out, since charte.js is the same with any, but
// for a hash.
func weigh(c *catalogue.Catalogue) (weights, error) {
	b, err := bundle.Build(context.Background(), bundle.Options{Catalogue: c, Quick: true})
	if err != nil {
		return weights{}, err
	}
	var script, words []byte
	for name, file := range b.Files {
		switch {
		case name == "charte.js":
			script = file.Data
		case name == string(c.Languages[0])+"-"+file.Hash+".json": // "fr-" alone begins "fr-CA-", too
			words = file.Data
		}
	}
	notice, err := packed(unhashed(script, c))
	if err != nil {
		return weights{}, err
	}
	settings, err := packed(unhashed(words, c))
	return weights{notice, settings}, err
}

// release matches the name of release.js, which holds a hash of all that visitors download.
var release = regexp.MustCompile(`release-[\w-]{43}\.js`)

// unhashed replaces the name of release.js and the revision by ones that are always the same. A hash
// compresses a little better or worse by chance: charte.js of the demo has from 6,559 to 6,581 bytes,
// whatever was changed. Without hashes, only what was changed counts.
func unhashed(data []byte, c *catalogue.Catalogue) []byte {
	data = release.ReplaceAll(data, []byte("release-a0B1c2D3e4F5g6H7i8J9k_L-mNoPqRsTuVwXyZ23456.js"))
	return bytes.ReplaceAll(data, []byte(c.Revision()), []byte("k3f7ab"))
}

// packed is how long a file is, compressed as package bundle does.
func packed(data []byte) (int, error) {
	var written bytes.Buffer
	w := brotli.NewWriterOptions(&written, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 22})
	if _, err := w.Write(data); err != nil {
		return 0, err
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	return written.Len(), nil
}
