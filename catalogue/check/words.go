package check

// needs are the placeholders that a word must have to say what it is there for,
// whoever writes it.
var needs = map[string][]string{
	"notice.body":        {"{controller}"}, // who asks (GDPR, article 13(1)(a))
	"notice.parties":     {"{parties}"},
	"notice.kept":        {"{kept}", "{manage}"},
	"frame.provider":     {"{provider}"},
	"charter.controller": {"{controller}"},
}
