// Package receipts keeps proof of consent: that an answer was given, when, to
// what, and nothing of who gave it. Records are appended, each with the hash of
// the one before, and never changed. They lie in SQLite or PostgreSQL, and lead by
// two hashes to the catalogue and the code that the visitor was shown.
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

// Versions of the form of records. What an older form can say is written in it:
// a Charte that knows no newer one verifies it, and its bytes are what they were.
const (
	firstVersion    = 1
	objectedVersion = 2 // has Objected
	newestVersion   = objectedVersion
)

// A Record is one link of a chain: a receipt, or a purge. Of a visitor it holds
// no address, agent, page or identifier: ID is made by the server, and known to
// nobody else.
type Record struct {
	V  int    `json:"v"`  // 2 where something is objected to, and 1 else
	ID string `json:"id"` // 128 random bits, in hexadecimal
	T  string `json:"t"`  // the server's time, to the second: 2026-11-23T12:00:00Z

	*Receipt
	Purge *Purge `json:"purge,omitempty"`

	// Prev is the SHA-256 of the record before, in hexadecimal; of the first
	// record, that of its chain's name (see genesis).
	Prev string `json:"prev"`
}

// A Receipt is an answer as it was given.
type Receipt struct {
	Site string `json:"site"` // its name in the catalogue's first language

	// State has every service that asks, "category.service": 1 for granted, 0
	// for refused.
	State map[string]int `json:"state"`

	// Objected has every service that is exempt and that the visitor objects to,
	// "category.service", sorted.
	Objected []string `json:"objected,omitempty"`

	Action string `json:"action"`
	UI     string `json:"ui"`
	Lang   string `json:"lang"` // in which it was asked
	Cat    string `json:"cat"`  // SHA-256 of the canonical catalogue, in hexadecimal
	Code   string `json:"code"` // SHA-256 of the release
	Exp    string `json:"exp"`  // the day on which the visitor is asked again: 2027-05-24
}

// What visitors do, and where.
const (
	Accept   = "accept"   // everything granted, and nothing objected to
	Refuse   = "refuse"   // nothing granted
	Custom   = "custom"   // anything else: some of it granted, or all of it with an objection
	Withdraw = "withdraw" // something taken back that was granted

	Layer1   = "layer1"   // the notice
	Settings = "settings" // the settings
	API      = "api"      // the page itself: its own buttons, frames, the hook
)

// Layers are all places where visitors answer: the values of UI.
var Layers = []string{Layer1, Settings, API}

// A Purge says that the first records of the chain were deleted, up to the last
// that was old. What follows them still verifies: Hash is that of the last one
// deleted.
type Purge struct {
	// Before is the day that they were older than: 2026-11-23. Records among them
	// that a wrong clock had dated ahead were not: they stood before old ones.
	Before string `json:"before"`

	To      int64  `json:"to"`      // number of the last one
	Hash    string `json:"hash"`    // and its SHA-256
	Records int64  `json:"records"` // how many they were
}

// seal finishes a record: its place in the chain is behind prev. It returns the
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

// version is the oldest version of records that can say what this one says.
func (r *Record) version() int {
	if r.Receipt != nil && len(r.Objected) > 0 {
		return objectedVersion
	}
	return firstVersion
}

// genesis is what the first record of a chain names as the one before.
func genesis(chain string) string { return hashOf([]byte("charte receipts\n" + chain)) }

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
