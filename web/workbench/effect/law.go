package effect

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"

	"charte/web/workbench/desk"
)

// demands are the rows of the law that a finding of "charte check" can be about, each with what its
// message looks like. The first that fits counts. The rows are those that web/hosts tests (its README
// lists them); the page's words say each in a sentence, under says.open and says.answered.
//
// A finding that is only about how the file is written has no row.
var demands = []struct {
	row  string
	says *regexp.Regexp
}{
	// L1: without an answer nothing is stored, read or requested.
	{"L1", regexp.MustCompile(`^host ".*" is one of service ".*", which asks; under site it is allowed`)},

	// L27: the banner speaks the page's language. It comes before the others, since what a text that is
	// missing in one language was to say is said in another.
	{"L27", regexp.MustCompile(` has no wording in "| is empty in "`)},
	{"L27", regexp.MustCompile(`^no language is declared|^language ".*" is not a tag|^language ".*" is never chosen|^the banner does not speak "`)},
	{"L27", regexp.MustCompile(`^the catalogue that this one extends has no wordings in "|^\S+ has no texts in "|^a text alone where one per language was expected`)},

	// L25: measurement without consent stays with the site, and lasts 13 months at most.
	{"L25", regexp.MustCompile(`: what is exempt from consent may be kept `)},
	{"L25", regexp.MustCompile(`: exempt has no sense |: only a first party can be exempt|: what needs no consent can be no sale`)},
	{"L25", regexp.MustCompile(`: retention, how long its data are kept, is not said|: without consent its data may be kept`)},
	{"L25", regexp.MustCompile(` always needs consent, so it cannot be exempt| is exempt from consent only under settings`)},

	// L24: the catalogue is true, and calls necessary only what is.
	{"L24", regexp.MustCompile(` it follows visitors, and is not necessary$|: what is necessary can be no sale`)},

	// L22: the cookie of the answer holds nothing else, and needs no consent.
	{"L22", regexp.MustCompile(` holds the visitor's answer`)},

	// L17: a refusal takes effect, also on what is stored.
	{"L17", regexp.MustCompile(`; an entry has one service, whose consent decides over it|, refusing the other would not erase it`)},

	// L20: an acceptance and a refusal are remembered equally long. Browsers drop what is too long.
	{"L20", regexp.MustCompile(`^an answer could need \d+ bytes`)},

	// L21: nobody is asked again early, and former answers are shown.
	{"L21", regexp.MustCompile(`^formerly: .* is no (revision|service)`)},

	// L4: whoever is responsible is named, with all who receive data.
	{"L4", regexp.MustCompile(`^(site: (name|controller)|provider ".*": name|providers\[\d+\]: name) (is missing|still says TODO)`)},
	{"L4", regexp.MustCompile(`: policyURL |^site: charterURL `)},
	{"L4", regexp.MustCompile(`: provider (is missing|".*" is not declared)`)},
	{"L4", regexp.MustCompile(` does not know where its privacy policy stands`)},
	{"L4", regexp.MustCompile(`^words: "(notice\.body|charter\.controller|frame\.provider)" must contain`)},

	// L3: the first layer names purposes, third parties, and what each answer means.
	{"L3", regexp.MustCompile(`^no category is declared|^words: "notice\..*" (must contain|is missing|still says TODO)`)},

	// L8: refusing is a button with clear words.
	{"L8", regexp.MustCompile(`^words: "(acceptAll|refuseAll)" (is replaced|is missing|still says TODO)`)},

	// L7: refusing looks as prominent as accepting, and can be read.
	{"L7", regexp.MustCompile(`^look: in the \S+ scheme .* has a contrast of `)},

	// L23: each cookie is shown with its purpose, its life, and who can read it.
	{"L23", regexp.MustCompile(`^lifetime |: lifetime | where a lifetime was expected`)},
	{"L23", regexp.MustCompile(`: visitors must learn how long it is kept| does not know `)},
	{"L23", regexp.MustCompile(`(^cookie ".*"|: a cookie): (purpose (is missing|still says TODO)|source )`)},
	{"L23", regexp.MustCompile(`: a cookie (has no name|has TODO for a name)$`)},

	// L5: each purpose has a title and plain words.
	{"L5", regexp.MustCompile(`: ".*" is no purpose; |: the purpose takes \d+ letters`)},
	{"L5", regexp.MustCompile(`^(category|service|categories|services).*: (name|summary|description|tableTitle|purpose|location|placeholder) (is missing|still says TODO)`)},
	{"L5", regexp.MustCompile(`: category (is missing|".*" is not declared)`)},
}

// rowOf is the row of the law that a finding is about: "L23". It is empty if there is none.
func rowOf(message string) string {
	for _, d := range demands {
		if d.says.MatchString(message) {
			return d.row
		}
	}
	return ""
}

// mostFindings is how many findings are told one by one. What goes beyond is counted.
const mostFindings = 10

// findings say what "charte check" no longer finds, what it finds for the first time, and which rows of
// the law that opens or answers. Nobody looks for doubts in a text with errors. Doubts are compared
// only if neither has any. Nothing is said of the law while the text has errors: it cannot be published, and
// what is half written would count as open.
func findings(before, after reading) []desk.Sentence {
	var came, went, opened, answered []string
	had, has := slices.Concat(before.errors, before.warnings), slices.Concat(after.errors, after.warnings)
	switch {
	case after.catalogue == nil:
		came, went = fewer(after.errors, before.errors), fewer(before.errors, after.errors)
	case before.catalogue == nil:
		went = had
		answered = without(rows(had), rows(has))
	default:
		came, went = fewer(has, had), fewer(had, has)
		opened, answered = without(rows(has), rows(had)), without(rows(had), rows(has))
	}
	var says []desk.Sentence
	for _, row := range opened {
		says = append(says, sentence("open."+row, "line", row))
	}
	says = append(says, told("findingNew", came)...)
	for _, row := range answered {
		says = append(says, sentence("answered."+row, "line", row))
	}
	return append(says, told("findingMended", went)...)
}

// told are the sentences of findings that came or went.
func told(key string, messages []string) []desk.Sentence {
	var says []desk.Sentence
	for i, message := range messages {
		if i == mostFindings {
			return append(says, counted(key+"More", len(messages)-i))
		}
		says = append(says, sentence(key, "message", message))
	}
	return says
}

// fewer are the messages of all without those of others. One that is there twice goes once for each.
func fewer(all, others []string) []string {
	count := map[string]int{}
	for _, message := range others {
		count[message]++
	}
	var left []string
	for _, message := range all {
		if count[message]--; count[message] < 0 {
			left = append(left, message)
		}
	}
	return left
}

// rows are those that the messages are about, in their order, each once.
func rows(messages []string) []string {
	var all []string
	for _, message := range messages {
		if row := rowOf(message); row != "" {
			all = append(all, row)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(number(a), number(b)) })
	return slices.Compact(all)
}

// number is that of a row: 23 for "L23".
func number(row string) int {
	n, _ := strconv.Atoi(row[1:]) // all rows of demands have one (TestDemands)
	return n
}
