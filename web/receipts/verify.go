package receipts

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// A Broken is the error of a chain that does not verify. It names the first record
// that is not as it was written.
type Broken struct {
	Chain  string
	Number int64 // of the record
	Why    string
}

func (b *Broken) Error() string {
	return fmt.Sprintf("chain %s, record %d: %s", b.Chain, b.Number, b.Why)
}

// A Chain is a chain that verifies.
type Chain struct {
	Name    string
	Records int64 // how many there are
	First   int64 // number of the first of them; greater than 1 after a purge
	Last    int64 // number of the last of them

	// Head is the SHA-256 of the last record, in hexadecimal. An owner who notes it
	// elsewhere can tell later whether a record up to that one was changed.
	Head string
}

// Verify follows every chain from its first record to its last, and checks that the
// catalogues and releases that the records name are archived. If something was changed,
// the error is a *[Broken].
func (s *Store) Verify(ctx context.Context) ([]Chain, error) {
	var chains []Chain
	err := s.snapshot(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT chain, n, hash FROM charte_chains ORDER BY chain")
		if err != nil {
			return err
		}
		walks := map[string]*walk{}
		defer rows.Close()
		var names []string
		for rows.Next() {
			var w walk
			if err := rows.Scan(&w.chain, &w.endN, &w.endHash); err != nil {
				return err
			}
			walks[w.chain] = &w
			names = append(names, w.chain)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		named := map[string]stored{} // by an archive's hash, the first record that names it
		err = each(ctx, tx, func(r stored) error {
			w := walks[r.chain]
			if w == nil {
				return &Broken{r.chain, r.n, "there is no such chain"}
			}
			return w.step(r, named)
		})
		if err != nil {
			return err
		}
		for _, name := range names {
			chain, err := walks[name].end()
			if err != nil {
				return err
			}
			chains = append(chains, chain)
		}
		for hash, r := range named {
			kind, data, err := archive(ctx, tx, hash)
			if err == nil {
				err = resolves(hash, kind, data)
			}
			if err != nil {
				return &Broken{r.chain, r.n, "what it names cannot be had: " + err.Error()}
			}
		}
		return nil
	})
	return chains, err
}

// A walk follows one chain, record by record.
type walk struct {
	chain   string
	endN    int64  // number of the last record, as the store has it
	endHash string // its hash

	n, first, records int64
	hash              string
	firstPrev         string
	purged            *Purge // the last purge, which must name the record before the first
}

func (w *walk) step(r stored, named map[string]stored) error {
	broken := func(why string) error { return &Broken{w.chain, r.n, why} }
	// The version is read first: a newer one may have keys that are unknown here.
	var form struct{ V int }
	if json.Unmarshal([]byte(r.record), &form) == nil && form.V > newestVersion {
		return broken(fmt.Sprintf("version %d of the form of records wrote it, or it was changed: this Charte knows versions 1 to %d, and a newer Charte is needed to verify it", form.V, newestVersion))
	}
	var record Record
	decoder := json.NewDecoder(bytes.NewReader([]byte(r.record)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&record); err != nil {
		return broken("it cannot be read")
	}
	switch {
	case w.records == 0:
		w.first, w.firstPrev = r.n, record.Prev
		if r.n == 1 && record.Prev != genesis(w.chain) {
			return broken("it is not the beginning of this chain")
		}
	case r.n != w.n+1:
		return &Broken{w.chain, w.n + 1, "it is missing"}
	case record.Prev != w.hash:
		return broken(fmt.Sprintf("it does not follow record %d: that one, or this one, was changed", w.n))
	}
	if t, err := time.Parse(time.RFC3339, record.T); err != nil || t.Unix() != r.t || record.V < firstVersion || (record.Receipt == nil) == (record.Purge == nil) {
		return broken("it was changed")
	}
	if needs := record.version(); record.V < needs {
		return broken(fmt.Sprintf("it says that version %d of the form of records wrote it, and has objections, which came with version %d: it was changed, or written by a Charte between the two", record.V, needs))
	} else if record.V > needs {
		return broken("it was changed")
	}
	if record.Purge != nil {
		w.purged = record.Purge
	} else {
		for _, hash := range []string{record.Cat, record.Code} {
			if _, known := named[hash]; !known {
				named[hash] = r
			}
		}
	}
	w.n, w.hash, w.records = r.n, hashOf([]byte(r.record)), w.records+1
	return nil
}

func (w *walk) end() (Chain, error) {
	chain := Chain{w.chain, w.records, w.first, w.n, w.hash}
	switch {
	case w.records == 0 && w.endN > 0:
		return chain, &Broken{w.chain, 1, "it is missing, as are all others"}
	case w.records == 0:
		return Chain{Name: w.chain, Head: w.endHash}, nil
	case w.n != w.endN:
		return chain, &Broken{w.chain, w.n + 1, "it is missing"}
	case w.hash != w.endHash:
		return chain, &Broken{w.chain, w.n, "it was changed"}
	case w.first > 1 && (w.purged == nil || w.purged.To != w.first-1 || w.purged.Hash != w.firstPrev):
		return chain, &Broken{w.chain, w.first - 1, "it is missing, and no purge says so"}
	}
	return chain, nil
}

// resolves checks that what was archived is what its hash says.
func resolves(hash, kind string, data []byte) error {
	found := hashOf(data)
	if kind == releaseKind {
		files, err := unzipped(data)
		if err != nil {
			return err
		}
		found = releaseHash(files)
	}
	if found != hash {
		return fmt.Errorf("the %s %s was changed", kind, hash)
	}
	return nil
}
