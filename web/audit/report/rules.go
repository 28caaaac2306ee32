package report

// A Rule is one kind of fault that an audit looks for.
type Rule struct {
	ID       string
	Severity Severity
	Law      []string
	Title    string // in a few words
	Help     string // what it means and what to do, in a sentence or two
}

// The rules.
const (
	RuleUndeclared    = "undeclared"
	RuleUnseen        = "unseen"
	RuleBefore        = "before-consent"
	RuleRefused       = "after-refusal"
	RuleKept          = "kept-after-withdrawal"
	RuleLonger        = "longer-than-declared"
	RuleThirteen      = "longer-than-13-months"
	RuleUngated       = "gated-and-ungated"
	RuleNecessary     = "necessary-tracker"
	RuleBannerMissing = "banner-missing"
	RulePolicy        = "policy-stops-charte"
	RuleFingerprint   = "fingerprinting"
	RuleIdentifier    = "identifier-sent"
	RuleCNAME         = "cname-tracker"
	RuleWaiver        = "waiver-expired"
)

// Rules are all rules, in the order in which a report shows them.
var Rules = []Rule{
	{RuleBefore, Error, []string{"L1", "L14"}, "Before consent",
		"Something that needs consent is stored or requested although the visitor has not answered. Gate the tag that does it."},
	{RuleRefused, Error, []string{"L17"}, "After refusal",
		"Something that needs consent is stored or requested although the visitor has refused. Gate the tag that does it."},
	{RuleKept, Error, []string{"L17", "L19"}, "Not erased after withdrawal",
		"Something that needs consent is still stored after the visitor has withdrawn it. Declare it under the site's own host, so that it is erased, or have its maker erase it."},
	{RuleUngated, Error, []string{"L1"}, "Gated, and loaded all the same",
		"A tag waits for consent, and another tag loads from the same host without waiting. Gate that one, too."},
	{RuleUndeclared, Error, []string{"L23", "L24"}, "Undeclared",
		"Something is stored that the catalogue does not declare. Declare it, or stop what stores it."},
	{RuleNecessary, Error, []string{"L24"}, "A tracker called necessary",
		"The catalogue says that a service needs no consent, and its hosts are those of a known tracker. Move it into a category that asks."},
	{RuleFingerprint, Error, []string{"L2"}, "Fingerprinting without consent",
		"A script reads what makes the device unlike others, without consent. Gate it."},
	{RuleCNAME, Error, []string{"L2", "L24"}, "A tracker under the site's own name",
		"A host of the site is another name of a known tracker's host, and is called without consent. Gate what calls it."},
	{RuleIdentifier, Warning, []string{"L1", "L2"}, "An identifier is sent without consent",
		"A request to another site carries what looks like an identifier, without consent. Look at what is sent, and gate the tag."},
	{RuleBannerMissing, Error, []string{"L18"}, "No banner",
		"A page has no banner and no way to open the settings, so nobody can withdraw there. Put the script into the page."},
	{RulePolicy, Error, []string{"L18"}, "The page's policy stops the banner",
		"The page's Content-Security-Policy refuses the banner's script or program. Allow what the evidence names."},
	{RuleThirteen, Warning, []string{"L25"}, "Longer than 13 months",
		"A cookie lives longer than the 13 months that CNIL allows at most. Set it for less."},
	{RuleLonger, Warning, []string{"L24"}, "Longer than declared",
		"A cookie lives longer than the catalogue says. Correct the catalogue, or set the cookie for less."},
	{RuleWaiver, Warning, nil, "An expired waiver",
		"A waiver has passed its end. Mend what it waived, or give it a new end and a reason."},
	{RuleUnseen, Remark, []string{"L24"}, "Declared, and not seen",
		"The catalogue declares what the audit has not seen. It may need a click or a login; if it is gone, take it out."},
}

// RuleNamed returns the rule of that ID, or nil.
func RuleNamed(id string) *Rule {
	for i := range Rules {
		if Rules[i].ID == id {
			return &Rules[i]
		}
	}
	return nil
}
