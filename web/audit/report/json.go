package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"
)

//go:generate go run ./schema

//go:embed report.schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of report.json. It is made from the types of this package
// and their comments.
func Schema() []byte { return bytes.Clone(schema) }

// JSON returns the report as report.json has it: indented, every list there even if it is empty, every
// time in UTC, and every list in one order, whichever order the browser happened to tell things in. It
// leaves out [Request.HTTP]. It fails for a time after the year 9999.
func (r *Report) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(r.ordered()); err != nil {
		return nil, fmt.Errorf("report.json cannot be written: %w", err)
	}
	return b.Bytes(), nil
}

// Read reads a report.json. It refuses one of another [Version]. Keys that it does not know are passed
// over, since a later program may add some within a version.
func Read(data []byte) (*Report, error) {
	var head struct {
		Version *int `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("it is no report.json: %w", at(data, err))
	}
	switch {
	case head.Version == nil:
		return nil, errors.New("it is no report.json: it has no version")
	case *head.Version != Version:
		return nil, fmt.Errorf("it is a report.json of version %d, and this program reads version %d: make the audit again with this program, or read it with the one that wrote it", *head.Version, Version)
	}
	r := new(Report)
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("it is no report.json: %w", at(data, err))
	}
	return r, nil
}

// at puts the line and the column before what encoding/json says, which counts bytes.
func at(data []byte, err error) error {
	var offset int64
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &mismatch):
		offset = mismatch.Offset
	default:
		return err
	}
	read := data[:min(max(offset, 0), int64(len(data)))]
	line := 1 + bytes.Count(read, []byte("\n"))
	column := max(1, len(read)-1-bytes.LastIndexByte(read, '\n'))
	return fmt.Errorf("line %d, column %d: %w", line, column, err)
}

// ordered returns a copy of the report with its lists in order.
func (r *Report) ordered() *Report {
	c := plain(reflect.ValueOf(r)).Interface().(*Report)
	for i := range c.Journeys {
		j := &c.Journeys[i]
		slices.SortStableFunc(j.Requests, func(a, b Request) int { return cmp.Compare(a.ID, b.ID) })
		slices.SortStableFunc(j.Entries, func(a, b Entry) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Host, b.Host), cmp.Compare(a.Path, b.Path))
		})
		slices.SortStableFunc(j.Calls, func(a, b Call) int { return a.Time.Compare(b.Time) })
	}
	slices.SortStableFunc(c.Journeys, func(a, b Journey) int {
		return cmp.Compare(slices.Index(States, a.State), slices.Index(States, b.State))
	})
	slices.SortStableFunc(c.Services, func(a, b Service) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(c.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(ruleIndex(a.Rule), ruleIndex(b.Rule)), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.ID, b.ID))
	})
	return c
}

// ruleIndex returns a rule's place in [Rules]. A rule that is not there comes after all others.
func ruleIndex(id string) int {
	if i := slices.IndexFunc(Rules, func(rule Rule) bool { return rule.ID == id }); i >= 0 {
		return i
	}
	return len(Rules)
}

// plain returns a deep copy of a value of this package's types. Lists in it are never nil, and times
// are in UTC, so that a report tells nothing of where it was made. What JSON leaves out is left out.
func plain(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			c.Set(reflect.New(v.Type().Elem()))
			c.Elem().Set(plain(v.Elem()))
		}
	case reflect.Slice:
		c.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			c.Index(i).Set(plain(v.Index(i)))
		}
	case reflect.Struct:
		if moment, is := reflect.TypeAssert[time.Time](v); is {
			c.Set(reflect.ValueOf(moment.UTC()))
			break
		}
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("json") != "-" {
				c.Field(i).Set(plain(v.Field(i)))
			}
		}
	default:
		c.Set(v)
	}
	return c
}
