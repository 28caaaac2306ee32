package editor

import (
	"maps"
	"slices"

	"charte/web/workbench/desk"
)

// drafts are what was typed or chosen and is not in the text that the page has, by pointer. A field shows its
// draft and not what the text has, so that no answer that comes late overwrites what is being typed.
type drafts map[string]*draft

type draft struct {
	change  desk.Change
	edits   int    // how often it was changed
	sent    int    // the edits that were sent
	flying  int    // how many answers are awaited
	landed  int    // the version of the text that has it; 0 for none
	refused string // why the server did not take it
	left    bool   // whether its field has lost the focus since
}

// write keeps a change, and returns the number of its edit.
func (d drafts) write(change desk.Change) int {
	kept := d[change.Pointer]
	if kept == nil {
		kept = &draft{}
		d[change.Pointer] = kept
	}
	kept.change = change
	kept.edits++
	kept.refused, kept.left = "", false
	return kept.edits
}

// due returns the change at a pointer if it is to be sent, and takes it for sent. While an answer is awaited
// nothing is due: what is typed meanwhile is sent in one change.
func (d drafts) due(pointer string) (desk.Change, bool) {
	if kept := d[pointer]; kept != nil && kept.flying > 0 {
		return desk.Change{}, false
	}
	return d.unsent(pointer)
}

// unsent does the same without waiting for an answer. It is for deeds that need all letters, such as saving.
func (d drafts) unsent(pointer string) (desk.Change, bool) {
	kept := d[pointer]
	if kept == nil || kept.sent == kept.edits {
		return desk.Change{}, false
	}
	kept.flying++
	kept.sent = kept.edits
	return kept.change, true
}

// rests reports whether nothing was typed since an edit.
func (d drafts) rests(pointer string, edit int) bool {
	kept := d[pointer]
	return kept != nil && kept.edits == edit
}

// leave notes that a field has lost the focus.
func (d drafts) leave(pointer string) {
	if kept := d[pointer]; kept != nil {
		kept.left = true
	}
}

// waits reports whether the change at a pointer is an emptied field that still has the focus. Such a field
// mostly gets another text. Were it taken out of the file meanwhile, the comment behind it would be lost.
func (d drafts) waits(pointer string) bool {
	kept := d[pointer]
	return kept != nil && kept.change.Do == desk.DeedClear && !kept.left
}

// answered notes that the text has a change since a version.
func (d drafts) answered(pointer string, version int) {
	if kept := d[pointer]; kept != nil {
		kept.flying--
		kept.landed = version
	}
}

// refuse notes why a change was not taken. It stays on the page until it is changed.
func (d drafts) refuse(pointer, why string) {
	if kept := d[pointer]; kept != nil {
		kept.flying--
		if kept.flying == 0 && kept.sent == kept.edits {
			kept.refused = why
		}
	}
}

// shown drops what a form of a version shows.
func (d drafts) shown(version int) {
	maps.DeleteFunc(d, func(_ string, kept *draft) bool {
		return kept.flying == 0 && kept.sent == kept.edits && kept.refused == "" && kept.landed <= version
	})
}

// pointers are those of all drafts, sorted.
func (d drafts) pointers() []string { return slices.Sorted(maps.Keys(d)) }

// A Draft is what a field shows in place of what the text has.
type Draft struct {
	Change  desk.Change
	Refused string
}

// of are the drafts at and below a pointer; nil if there are none.
func (d drafts) of(pointer string) map[string]Draft {
	var some map[string]Draft
	for at, kept := range d {
		if below(at, pointer) {
			if some == nil {
				some = map[string]Draft{}
			}
			some[at] = Draft{Change: kept.change, Refused: kept.refused}
		}
	}
	return some
}

// within narrows drafts to those at and below a pointer; nil if there are none.
func within(all map[string]Draft, pointer string) map[string]Draft {
	var some map[string]Draft
	for at, d := range all {
		if below(at, pointer) {
			if some == nil {
				some = map[string]Draft{}
			}
			some[at] = d
		}
	}
	return some
}
