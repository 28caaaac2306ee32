package audit

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"charte/web/audit/har"
	"charte/web/audit/patch"
	"charte/web/audit/report"
	"charte/web/audit/report/page"
	"charte/web/whole"
)

// emptyReport is a report of nothing.
func emptyReport() *report.Report { return &report.Report{Version: report.Version} }

// draft writes what the catalogue lacks into in.write. It returns the files that it has written.
func (in *inputs) draft(r *report.Report) ([]string, error) {
	if in.write == "" {
		return nil, nil
	}
	name := in.write
	if in.study != nil {
		name = in.study.File
	}
	text, err := patch.Draft(name, in.text, r, patch.Facts{})
	if err != nil {
		return nil, fmt.Errorf("what the catalogue lacks cannot be written: %w", err)
	}
	if text == in.text && in.study != nil && filepath.Clean(in.study.File) == filepath.Clean(in.write) {
		return nil, nil
	}
	return []string{in.write}, whole.WriteFile(in.write, []byte(text))
}

// write writes the report in all its forms into a folder, and returns the files' names with the
// folder's.
func write(dir string, result *Result) ([]string, error) {
	r := result.Report
	files := maps.Clone(result.Pictures)
	if files == nil {
		files = map[string][]byte{}
	}
	var archive bytes.Buffer
	for _, form := range []struct {
		name string
		make func() ([]byte, error)
	}{
		{"report.html", func() ([]byte, error) { return page.HTML(r, result.Pictures) }},
		{"report.json", r.JSON},
		{"report.sarif", r.SARIF},
		{"junit.xml", r.JUnit},
		{"report.har", func() ([]byte, error) { err := har.Write(&archive, r); return archive.Bytes(), err }},
	} {
		data, err := form.make()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", form.name, err)
		}
		files[form.name] = data
	}
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		if err := whole.WriteFile(filepath.Join(dir, name), files[name]); err != nil {
			return nil, fmt.Errorf("the report cannot be written: %w", err)
		}
	}
	const manifest = "manifest.json"
	data, err := report.Manifest(dir, names, r.Ended)
	if err == nil {
		err = whole.WriteFile(filepath.Join(dir, manifest), data)
	}
	if err != nil {
		return nil, fmt.Errorf("the report cannot be written: %w", err)
	}
	var written []string
	for _, name := range append(names, manifest) {
		written = append(written, filepath.Join(dir, name))
	}
	return written, nil
}

// folder makes the folder for the report before the audit begins, so that one that cannot be written
// is told at once.
func folder(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return notMade("the folder for the report: %w", err)
	}
	return nil
}
