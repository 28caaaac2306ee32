package fields

import (
	"slices"
	"strings"

	"charte/catalogue/edit"
	"charte/catalogue/source"
	"charte/web/workbench/desk"
)

// finding places a finding of package source.
func (o *Outline) finding(level desk.Level, e source.Error) desk.Finding {
	f := desk.Finding{Level: level, Message: e.Message, Line: e.Line, Column: e.Column}
	if o.reading != nil && e.Line > 0 {
		f.Pointer = o.reading.pointer(e)
		f.Section = o.reading.section(f.Pointer)
	}
	return f
}

// pointer returns the pointer of what an error is about, which the file may lack.
func (r *reading) pointer(e source.Error) string {
	n := r.doc.Nearest(e.Line, e.Column)
	if n == nil {
		return ""
	}
	if e.Missing == "" {
		return n.Pointer
	}
	// The first key of a mapping begins where the mapping does, and what is missing may be meant beside
	// a text. It belongs to the innermost mapping that could have the key.
	missing, _, _ := strings.Cut(e.Missing, "[") // what stands in a list behind that comes from elsewhere
	key, _, _ := strings.Cut(missing, ".")
	for around := n; around != nil; around = r.around(around) {
		if around.Kind == edit.Mapping && r.has(around.Pointer, key) {
			return below(around.Pointer, missing)
		}
	}
	return n.Pointer
}

// around returns the mapping or the list around a value, or nil.
func (r *reading) around(n *edit.Node) *edit.Node {
	if n.Pointer == "" {
		return nil
	}
	pointer, _ := edit.Parent(n.Pointer)
	return r.doc.At(pointer)
}

// has reports whether a mapping could have a key.
func (r *reading) has(pointer, key string) bool {
	if key == "" {
		return false
	}
	t := tableAt(pointer)
	return t != nil && t.row(key) != nil
}

// tableAt returns the table of the mapping at a pointer, or nil if it has none.
func tableAt(pointer string) *table {
	t := top
	steps := stepsOf(pointer)
	for len(steps) > 0 {
		row := t.row(steps[0])
		if row == nil || row.of == nil {
			return nil
		}
		steps = steps[1:]
		if row.kind != section {
			if len(steps) == 0 || !isIndex(steps[0]) {
				return nil
			}
			steps = steps[1:]
		}
		t = row.of
	}
	return t
}

// below adds a path of package source to a pointer.
func below(pointer, path string) string {
	for key := range strings.SplitSeq(path, ".") {
		if key != "" {
			pointer = edit.Join(pointer, key)
		}
	}
	return pointer
}

// beside puts each finding beside the innermost field that it is about.
func beside(fields []desk.Field, findings []desk.Finding) {
	places := map[string]*[]desk.Finding{}
	var note func(fields []desk.Field)
	note = func(fields []desk.Field) {
		for i := range fields {
			f := &fields[i]
			places[f.Pointer] = &f.Findings
			for j := range f.Texts {
				places[f.Texts[j].Pointer] = &f.Texts[j].Findings
			}
			for j := range f.Items {
				note(f.Items[j].Fields)
			}
		}
	}
	note(fields)
	for _, finding := range findings {
		for pointer := finding.Pointer; pointer != ""; pointer, _ = edit.Parent(pointer) {
			if place := places[pointer]; place != nil {
				*place = append(slices.Clip(*place), finding)
				break
			}
		}
	}
}
