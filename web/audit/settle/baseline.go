// Package settle says which of an audit's findings count, and cuts personal values out of its
// report.
package settle

import (
	"encoding/json"
	"errors"
	"fmt"

	"charte/web/audit/report"
)

// Baseline marks the findings that an earlier audit had, too: those that failed it, and those that
// were known to it. What was waived then, or was only a remark, is not known. earlier is the
// report.json of that audit. If it is of another version, or none at all, nothing is marked, and the
// error says what to do.
//
// An expired waiver is never known. It fails every audit until it is mended.
func Baseline(r *report.Report, earlier []byte) error {
	var before struct {
		Version  *int
		Findings []struct {
			ID       string
			Severity report.Severity
			Waived   json.RawMessage
		}
	}
	const remedy = "name the report.json that an earlier audit wrote"
	if err := json.Unmarshal(earlier, &before); err != nil {
		return fmt.Errorf("the baseline is no report of an audit (%w); %s", err, remedy)
	}
	switch {
	case before.Version == nil:
		return errors.New("the baseline is no report of an audit, since it has no version; " + remedy)
	case *before.Version != report.Version:
		return fmt.Errorf("the baseline is a report of version %d, and this program compares those of version %d; audit the site once more with this program, and take that report", *before.Version, report.Version)
	}
	known := map[string]bool{}
	for _, f := range before.Findings {
		waived := len(f.Waived) > 0 && string(f.Waived) != "null"
		if f.ID != "" && f.Severity != report.Remark && !waived {
			known[f.ID] = true
		}
	}
	for i := range r.Findings {
		if f := &r.Findings[i]; known[f.ID] && f.Rule != report.RuleWaiver {
			f.Known = true
		}
	}
	return nil
}
