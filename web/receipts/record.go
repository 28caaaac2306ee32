// Package receipts keeps proof of consent. A record says that an answer was given, when,
// and to what, but nothing about the visitor who gave it. Records are appended, each with
// the hash of the one before, and are never changed. They are kept in SQLite or
// PostgreSQL. Two hashes in each name the catalogue and the code that the visitor was
// shown.
//
// This package is the store. Package collect takes receipts from pages.
package receipts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Versions of the form of records. A record is written in the oldest version that has
// all that it needs. So an older Charte can verify most records of a newer one. And a
// record that needs nothing new has the same bytes as before.
const (
	firstVersion    = 1
	objectedVersion = 2 // has Objected
	newestVersion   = objectedVersion
)

// A Record is one link of a chain: a receipt, or a purge. It has no address, browser,
// page or identifier of a visitor. The server makes ID, and tells it to no page.
type Record struct {
	V  int    `json:"v"`  // version: 2 if Objected is not empty, otherwise 1
	ID string `json:"id"` // 128 random bits, in hexadecimal
	T  string `json:"t"`  // the server's time, to the second: 2026-11-23T12:00:00Z

	*Receipt
	Purge *Purge `json:"purge,omitempty"`

	// Prev is the SHA-256 of the record before, in hexadecimal. In the first record of
	// a chain it is a hash of the chain's name (see genesis).
	Prev string `json:"prev"`
}

// A Receipt is an answer as it was given.
type Receipt struct {
	Site string `json:"site"` // its name in the catalogue's first language

	// State has every service that asks for consent, as "category.service": 1 if
	// it was granted, 0 if it was refused.
	State map[string]int `json:"state"`

	// Objected has every service that needs no consent and that the visitor has
	// objected to, as "category.service", sorted.
	Objected []string `json:"objected,omitempty"`

	Action string `json:"action"` // Accept, Refuse, Custom or Withdraw
	UI     string `json:"ui"`     // one of Layers
	Lang   string `json:"lang"`   // the language in which the visitor was asked
	Cat    string `json:"cat"`    // SHA-256 of the canonical catalogue, in hexadecimal
	Code   string `json:"code"`   // SHA-256 of the release
	Exp    string `json:"exp"`    // the day on which the visitor is asked again: 2027-05-24
}

// What visitors do, and where they do it.
const (
	Accept   = "accept"   // everything granted, and nothing objected to
	Refuse   = "refuse"   // nothing granted
	Custom   = "custom"   // anything else: some of it granted, or all of it with an objection
	Withdraw = "withdraw" // something taken back that was granted before

	Layer1   = "layer1"   // the notice
	Settings = "settings" // the settings
	API      = "api"      // the page itself: its own buttons, frames, the hook
)

// Layers are all places where visitors answer: the values of UI.
var Layers = []string{Layer1, Settings, API}

// A Purge says that records at the beginning of the chain were deleted because
// they were old. The rest of the chain can still be verified: the first record
// that is left has Hash as its Prev.
type Purge struct {
	// Before is a day of UTC, 2026-11-23. Records from before it were deleted. A chain
	// has no gaps, so a record that a wrong clock had dated later was deleted too if an
	// old one was behind it.
	Before string `json:"before"`

	To      int64  `json:"to"`      // number of the last record that was deleted
	Hash    string `json:"hash"`    // SHA-256 of that record
	Records int64  `json:"records"` // how many were deleted
}

// seal finishes a record, which follows the one whose hash is prev. It returns the
// bytes that are kept, and their hash.
func (r *Record) seal(now time.Time, prev string) (data []byte, hash string, err error) {
	var id [16]byte
	rand.Read(id[:]) // never fails (crypto/rand, Go 1.24)
	r.V = r.version()
	r.ID, r.T, r.Prev = hex.EncodeToString(id[:]), now.UTC().Format(time.RFC3339), prev
	if data, err = json.Marshal(r); err != nil {
		return nil, "", err
	}
	return data, hashOf(data), nil
}

// version returns the oldest version that has all that the record needs.
func (r *Record) version() int {
	if r.Receipt != nil && len(r.Objected) > 0 {
		return objectedVersion
	}
	return firstVersion
}

// genesis returns the Prev of the first record of a chain.
func genesis(chain string) string { return hashOf([]byte("charte receipts\n" + chain)) }

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
