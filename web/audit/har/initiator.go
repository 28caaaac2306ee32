package har

import (
	"cmp"

	"charte/web/audit/report"
)

// An initiator is what made a request, as Chromium's developer tools write and read it: Network.Initiator
// of the DevTools protocol, in which lines and columns begin with 0.
type initiator struct {
	Type   string `json:"type"`
	URL    string `json:"url,omitempty"`
	Line   *int   `json:"lineNumber,omitempty"`
	Column *int   `json:"columnNumber,omitempty"`
	Stack  *stack `json:"stack,omitempty"`
}

// A stack is the functions that ran when a script made a request, the innermost first.
type stack struct {
	Frames []frame `json:"callFrames"`
}

type frame struct {
	Function string `json:"functionName"`
	ScriptID string `json:"scriptId"`
	URL      string `json:"url"`
	Line     int    `json:"lineNumber"`
	Column   int    `json:"columnNumber"`
}

// initiatorKinds are the report's kinds that the protocol has, too. It calls all others "other".
var initiatorKinds = map[string]string{"parser": "parser", "script": "script", "preload": "preload"}

func initiatorOf(by report.Initiator) initiator {
	made := initiator{Type: cmp.Or(initiatorKinds[by.Kind], "other"), URL: by.URL}
	line, column := max(0, by.Line-1), max(0, by.Column-1)
	switch {
	case by.Kind == "script" && by.URL != "":
		made.Stack = &stack{[]frame{{URL: by.URL, Line: line, Column: column}}}
	case by.Line > 0:
		made.Line, made.Column = &line, &column
	}
	return made
}
