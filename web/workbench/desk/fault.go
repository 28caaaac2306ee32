package desk

// A Fault is why the server has not done what the page asked for. It is the body of every answer
// whose status is not 200.
type Fault struct {
	Code Code `json:"code"`

	// Message is a sentence in English, in the words of the command line. It may be empty.
	Message string `json:"message"`
}

// Error implements error.
func (f Fault) Error() string {
	if f.Message == "" {
		return string(f.Code)
	}
	return f.Message
}

// A Code says what kind of fault it is. The page's words have a sentence for each.
type Code string

// The codes.
const (
	CodeRefused Code = "refused" // the text cannot be changed like that; Message says why
	CodeChanged Code = "changed" // the file was changed meanwhile, and nothing is saved
	CodeAway    Code = "away"    // nobody answers; the page goes on trying
	CodeTaken   Code = "taken"   // another page has taken over
	CodeLocked  Code = "locked"  // the page has no key, or one of an earlier start
	CodeToken   Code = "token"   // the address was used before, or is mistyped
	CodeBad     Code = "bad"     // the page and the server do not understand each other: a mistake of Charte's
)

// A Request of the page that has more than one value, and no type of its own.
type (
	// Token opens the workbench.
	Token struct {
		Token string `json:"token"`
	}

	// Key goes with each request of a page that has opened the workbench.
	Key struct {
		Key string `json:"key"`
	}

	// Settlement ends a conflict. Take is "mine" or "theirs".
	Settlement struct {
		ID   string `json:"id"`
		Take string `json:"take"`
	}

	// Taking says which items of an offer are taken.
	Taking struct {
		ID    string   `json:"id"`
		Items []string `json:"items"`
	}
)
