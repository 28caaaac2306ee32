package page

import "strings"

// A rowOfLaw is a row of the requirements that banners are held to.
type rowOfLaw struct {
	asks   string // of a site, in a few words
	source string // that binds or advises; empty where no finding is of the row
}

// rowsOfLaw are the rows by their names. The sources are those of the rules' rows. L1 to L28 are the
// rows that web/hosts tests.
var rowsOfLaw = map[string]rowOfLaw{
	"L1":  {"Without an answer, nothing that needs consent is stored, read or requested.", "Directive 2002/58/EC, article 5(3)"},
	"L2":  {"Consent is for every way to store or to read something on the device, not for cookies alone.", "Directive 2002/58/EC, article 5(3); EDPB Guidelines 2/2023"},
	"L3":  {"The first layer names the purposes, the third parties, what each answer means, and both answers.", ""},
	"L4":  {"Whoever is responsible is named, in a list that is complete when the visitor chooses.", ""},
	"L5":  {"Each purpose has a short title and plain words, ahead of the buttons.", ""},
	"L6":  {"Wherever one can accept, one can refuse on the same layer.", ""},
	"L7":  {"Refusing looks as prominent as accepting.", ""},
	"L8":  {"Refusing is a button with clear words, not a link in the text.", ""},
	"L9":  {"Accepting is not offered more often than refusing.", ""},
	"L10": {"One banner at a time asks, and it advertises nothing.", ""},
	"L11": {"Refusing and withdrawing take no more clicks than accepting.", ""},
	"L12": {"Nothing is ticked in advance.", ""},
	"L13": {"The visitor can choose purpose by purpose.", ""},
	"L14": {"Scrolling, waiting or going on to another page is no consent.", "EDPB Guidelines 05/2020, § 86"},
	"L15": {"Closing the banner is never consent.", ""},
	"L16": {"The page can be used while the banner is open.", ""},
	"L17": {"A refusal takes effect, also on what is stored already.", "Directive 2002/58/EC, article 5(3); CNIL, SAN-2025-010"},
	"L18": {"Every page has a way back to the settings.", "GDPR, article 7(3)"},
	"L19": {"A withdrawal ends reading and writing at once.", "GDPR, article 7(3); CNIL, SAN-2025-010"},
	"L20": {"A refusal is remembered as long as an acceptance.", ""},
	"L21": {"Visitors are not asked again early, except for something new.", ""},
	"L22": {"The cookie that remembers the answer holds nothing else.", ""},
	"L23": {"Each cookie is shown with its purpose, how long it lives, and who can read it.", "CJEU, C-673/17"},
	"L24": {"The catalogue is true, and calls necessary only what is.", "CNIL, SAN-2025-010"},
	"L25": {"Audience measurement without consent stays with the site, and its cookie lives 13 months at most.", "CNIL, guidance on audience measurement"},
	"L26": {"The site can prove what was shown and answered.", ""},
	"L27": {"The banner speaks the page’s language.", ""},
	"L28": {"An answer reaches other devices only if the visitor was told so.", ""},
}

// asks is what a row of the law asks. A row that is not known has no words.
func asks(row string) string { return rowsOfLaw[strings.TrimSpace(row)].asks }

// source is where a row of the law comes from.
func source(row string) string { return rowsOfLaw[strings.TrimSpace(row)].source }
