package effect

// summaryLetters is how many letters of a purpose visitors read at a glance, as "charte check" has it.
const summaryLetters = 60

// most is how many letters of each text the notice holds in a window of 390 × 844 px, by the name of
// its field. A label of an answer has one line. The notice takes two thirds of the window at most, and
// leaves the page the upper third.
//
// TestMost measures them in Chromium, with the French notice of the demo around each text. They were
// written down with the font DejaVu Sans, which is wider than those of phones. They are about what the
// visitor reads: a placeholder such as {controller} stands for more letters, or for fewer.
var most = map[string]int{
	"words.acceptAll":           16,
	"words.refuseAll":           16,
	"words.customise":           36,
	"words.notice.title":        56,
	"words.notice.body":         85,
	"words.notice.consequences": 183,
	"words.notice.kept":         138,
	"words.notice.parties":      85,
	"category.summary":          summaryLetters,
}
