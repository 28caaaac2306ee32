package receipts

import (
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"charte/banner/consent"
	"charte/catalogue"
)

// Formats are the names of the formats that [Store.Export] writes.
var Formats = []string{"jsonl", "csv", "iso27560"}

// Export writes all records to w, in one of Formats:
//   - jsonl has one record a line, with the bytes that were hashed, so that the chain can
//     be verified from it.
//   - csv has one receipt a row, and no purges.
//   - iso27560 has one receipt a line, in the structure of ISO/IEC TS 27560:2023, and no
//     purges.
//
// Another format is an error.
func (s *Store) Export(ctx context.Context, w io.Writer, format string) error {
	return s.snapshot(ctx, func(tx *sql.Tx) error {
		switch format {
		case "jsonl":
			return each(ctx, tx, func(r stored) error {
				_, err := io.WriteString(w, r.record+"\n")
				return err
			})
		case "csv":
			return exportCSV(ctx, tx, w)
		case "iso27560":
			return exportISO(ctx, tx, w)
		}
		return fmt.Errorf("there is no format %q; the formats are %s", format, strings.Join(Formats, ", "))
	})
}

// eachReceipt calls do with every record that has a receipt. It leaves out purges.
func eachReceipt(ctx context.Context, tx *sql.Tx, do func(stored, Record) error) error {
	return each(ctx, tx, func(r stored) error {
		var record Record
		if err := json.Unmarshal([]byte(r.record), &record); err != nil {
			return &Broken{r.chain, r.n, "it cannot be read"}
		}
		if record.Receipt == nil {
			return nil
		}
		return do(r, record)
	})
}

func exportCSV(ctx context.Context, tx *sql.Tx, w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write([]string{"chain", "n", "id", "t", "site", "action", "ui", "lang", "granted", "refused", "exp", "cat", "code", "prev", "objected"})
	err := eachReceipt(ctx, tx, func(r stored, record Record) error {
		granted, refused := split(record.State)
		row := []string{r.chain, strconv.FormatInt(r.n, 10), record.ID, record.T, record.Site, record.Action, record.UI, record.Lang,
			strings.Join(granted, " "), strings.Join(refused, " "), record.Exp, record.Cat, record.Code, record.Prev, strings.Join(record.Objected, " ")}
		for i := range row {
			row[i] = inert(row[i])
		}
		return out.Write(row)
	})
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}

// inert returns a cell in a form that no spreadsheet takes for a formula
// (https://owasp.org/www-community/attacks/CSV_Injection).
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// split returns the services that were granted and those that were refused, sorted.
func split(state map[string]int) (granted, refused []string) {
	for _, service := range slices.Sorted(maps.Keys(state)) {
		if state[service] == 1 {
			granted = append(granted, service)
		} else {
			refused = append(refused, service)
		}
	}
	return granted, refused
}

// The structure of a consent record in ISO/IEC TS 27560:2023: a header, what is
// processed, the parties, and the events.
type (
	isoRecord struct {
		Header     isoHeader    `json:"header"`
		Processing []isoPurpose `json:"processing"`
		Parties    []isoParty   `json:"parties"`
		Events     []isoEvent   `json:"events"`
	}
	isoHeader struct {
		SchemaVersion string `json:"schema_version"`
		RecordID      string `json:"record_id"`
		PrincipalID   string `json:"pii_principal_id"`
	}
	isoPurpose struct {
		Purpose          string   `json:"purpose"`
		PurposeType      string   `json:"purpose_type"` // the category
		Service          string   `json:"service"`
		LawfulBasis      string   `json:"lawful_basis"`
		PrivacyNotice    string   `json:"privacy_notice"`
		Language         string   `json:"language"`
		PII              []isoPII `json:"pii_information"`
		Controllers      []string `json:"pii_controllers"`
		Recipients       []string `json:"recipients"`
		StorageLocations []string `json:"storage_locations"`
		Jurisdiction     string   `json:"jurisdiction"`
		WithdrawalMethod string   `json:"withdrawal_method"`
	}
	isoPII struct {
		Type      string `json:"pii_type"`
		Retention string `json:"retention_period"` // of the browser
	}
	isoParty struct {
		ID      string `json:"party_id"`
		Name    string `json:"party_name"`
		Type    string `json:"party_type"`
		Address string `json:"party_address"`
		Contact string `json:"party_contact"`
	}
	isoEvent struct {
		Time     string `json:"event_time"`
		Validity string `json:"validity_duration"` // ISO 8601
		Entity   string `json:"entity_id"`
		Type     string `json:"event_type"`
		State    string `json:"event_state"`
		Service  string `json:"service"`
	}
)

const (
	isoVersion = "ISO/IEC TS 27560:2023"

	// notRecorded is the value of each field that the structure requires and for which
	// Charte has no data.
	notRecorded = "not recorded"

	isoController = "controller"
)

func exportISO(ctx context.Context, tx *sql.Tx, w io.Writer) error {
	// The receipts are read twice, and the catalogues in between: a transaction of
	// PostgreSQL has one query at a time.
	catalogues := map[string]*catalogue.Catalogue{}
	err := eachReceipt(ctx, tx, func(_ stored, record Record) error {
		catalogues[record.Cat] = nil
		return nil
	})
	if err != nil {
		return err
	}
	for hash := range catalogues {
		_, data, err := archive(ctx, tx, hash)
		if err != nil {
			return err
		}
		catalogues[hash] = &catalogue.Catalogue{}
		if err := json.Unmarshal(data, catalogues[hash]); err != nil {
			return fmt.Errorf("the catalogue %s: %w", hash, err)
		}
	}
	out := json.NewEncoder(w)
	return eachReceipt(ctx, tx, func(_ stored, record Record) error {
		return out.Encode(isoOf(record, catalogues[record.Cat]))
	})
}

// isoOf returns a receipt, with what its catalogue says, as a record of that structure.
func isoOf(r Record, c *catalogue.Catalogue) isoRecord {
	lang := catalogue.Language(r.Lang)
	record := isoRecord{Header: isoHeader{isoVersion, r.ID, notRecorded}}
	record.Parties = append(record.Parties, isoParty{isoController, c.Site.Controller, "PII controller", notRecorded, c.Site.CharterURL})
	providers := map[catalogue.ID]catalogue.Provider{}
	for _, p := range c.Providers {
		providers[p.ID] = p
	}
	categories := map[catalogue.ID]string{}
	for _, category := range c.Categories {
		categories[category.ID] = category.Name[lang]
	}
	listed := map[catalogue.ID]bool{}
	for _, s := range c.Services {
		key := string(s.Category) + "." + string(s.ID)
		yes, asked := r.State[key]
		objected := slices.Contains(r.Objected, key)
		if !asked && !objected {
			continue
		}
		provider := providers[s.Provider]
		if !listed[provider.ID] {
			listed[provider.ID] = true
			kind := "third party"
			if provider.FirstParty {
				kind = "PII processor"
			}
			record.Parties = append(record.Parties, isoParty{string(provider.ID), provider.Name, kind, notRecorded, provider.PolicyURL})
		}
		basis := "consent"
		if objected {
			basis = "exempt from consent, until objected to"
		}
		purpose := isoPurpose{
			Purpose: s.Purpose[lang], PurposeType: categories[s.Category], Service: key, LawfulBasis: basis,
			PrivacyNotice: c.Site.CharterURL + "#sha256=" + r.Cat, Language: r.Lang,
			Controllers: []string{isoController}, Recipients: []string{string(provider.ID)}, StorageLocations: []string{"the visitor's browser"},
			Jurisdiction: notRecorded, WithdrawalMethod: "the settings of the banner, on every page",
		}
		for _, cookie := range s.Cookies {
			kind := string(cookie.Kind)
			if kind == "" {
				kind = string(catalogue.KindCookie)
			}
			purpose.PII = append(purpose.PII, isoPII{kind + " " + cookie.Name, lifetime(cookie.Lifetime)})
		}
		record.Processing = append(record.Processing, purpose)
		state := "refused"
		switch {
		case objected:
			state = "objected"
		case yes == 1:
			state = "given"
		case r.Action == Withdraw:
			state = "withdrawn or refused"
		}
		record.Events = append(record.Events, isoEvent{r.T, "P" + strconv.Itoa(consent.LifetimeDays) + "D", notRecorded, "explicit, " + r.UI, state, key})
	}
	return record
}

// lifetime writes a lifetime as ISO 8601 does, or "session", "persistent" or "unknown"
// if it has no end of its own.
func lifetime(l catalogue.Lifetime) string {
	switch l.Unit {
	case catalogue.UnitMinute, catalogue.UnitHour:
		return "PT" + strconv.Itoa(l.Count) + strings.ToUpper(string(l.Unit[:1]))
	case catalogue.UnitDay, catalogue.UnitWeek, catalogue.UnitMonth, catalogue.UnitYear:
		return "P" + strconv.Itoa(l.Count) + strings.ToUpper(string(l.Unit[:1]))
	}
	return string(l.Unit)
}

// ExportArchives writes every archived catalogue and release into a folder, which is made
// if it is not there. A file is named for its hash: it ends in .json for a catalogue and
// in .zip for a release.
func (s *Store) ExportArchives(ctx context.Context, dir string) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	rows, err := s.read.QueryContext(ctx, "SELECT hash, kind, data FROM charte_archives ORDER BY hash")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var hash, kind string
		var data []byte
		if err := rows.Scan(&hash, &kind, &data); err != nil {
			return err
		}
		extension := map[string]string{catalogueKind: ".json", releaseKind: ".zip"}[kind]
		if extension == "" || len(hash) != 64 || strings.Trim(hash, "0123456789abcdef") != "" {
			return fmt.Errorf("the archive %q has no hash or kind that Charte writes", hash)
		}
		if err := os.WriteFile(filepath.Join(dir, hash+extension), data, 0o644); err != nil {
			return err
		}
	}
	return rows.Err()
}
