package desk

// An Effect is what saving the text would do.
type Effect struct {
	// Lines are those of a unified diff of the file and the text, without its two heads.
	Lines []string `json:"lines"`

	// Says are sentences, the weightiest first. Key names one in the page's words, and Values fill
	// its placeholders: "asks.everybody" with {why}.
	Says []Sentence `json:"says"`

	// Asks is "everybody" or "nobody"; "" where either text cannot be used.
	Asks string `json:"asks"`
}

// A Sentence is one of the page's words, with the values of its placeholders.
type Sentence struct {
	Key    string            `json:"key"`
	Values map[string]string `json:"values,omitempty"`
}

// Translations are all texts of the catalogue side by side.
type Translations struct {
	Version   int      `json:"version"`
	Languages []string `json:"languages"`

	// Missing counts the texts that a language lacks.
	Missing map[string]int `json:"missing"`

	Rows []Row `json:"rows"`
}

// A Row is one text in every language.
type Row struct {
	Pointer string `json:"pointer"` // of the text, without a language
	Section string `json:"section"` // of the section or the entry that has it
	Name    string `json:"name"`    // as that of a field: "service.purpose"
	Title   string `json:"title"`   // of the entry, or ""
	Prose   bool   `json:"prose"`   // whether it may have several lines

	Texts []Wording `json:"texts"`

	// Most is how many letters fit where the notice of a phone of 390 px shows the text; 0 where it
	// is not shown in the notice.
	Most int `json:"most"`
}

// A Known is a known service that a search has found.
type Known struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Kind     string   `json:"kind"`
	Purpose  string   `json:"purpose"`
	Provider string   `json:"provider"`
	Country  string   `json:"country"`
	Cookies  int      `json:"cookies"`
	Hosts    []string `json:"hosts"`
	Remarks  string   `json:"remarks"`
	Unknown  []string `json:"unknown"` // facts that nobody publishes

	// Declared says that the catalogue has it.
	Declared bool `json:"declared"`

	Category   string      `json:"category"` // that it suggests
	Parameters []Parameter `json:"parameters"`
	Settings   []Parameter `json:"settings"` // without which it needs consent
	Tag        string      `json:"tag"`
}

// A Parameter is what only the owner knows.
type Parameter struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Example string `json:"example"`
	Needed  bool   `json:"needed"`
}

// An Addition is a known service to add.
type Addition struct {
	Version        int               `json:"version"`
	ID             string            `json:"id"`
	Category       string            `json:"category"`
	With           map[string]string `json:"with"`
	AcceptsUnknown bool              `json:"acceptsUnknown"`
}

// An Offer is what a dropped file has to add.
type Offer struct {
	ID   string `json:"id"`
	File string `json:"file"`
	Kind string `json:"kind"` // "report" or "import"

	// About is the site of a report with its day, or the banner of a configuration with its edition.
	About string `json:"about"`

	Items []OfferItem `json:"items"`

	// Has are the services of the file that the catalogue has already.
	Has []string `json:"has"`

	// Remarks are what cannot be added, and why.
	Remarks []string `json:"remarks"`
}

// An OfferItem is one addition that can be taken or left.
type OfferItem struct {
	ID   string    `json:"id"`
	Kind OfferKind `json:"kind"`

	// Title is the name of a service, the host of a site, the tag of a language, the name of the
	// cookie that has the former answers, the domain, or the address.
	Title string `json:"title"`

	Lines []string `json:"lines"` // as they will be written, below the keys of their lists
	Todo  int      `json:"todo"`  // how many values only a person can give
}

// An OfferKind says what an item adds.
type OfferKind string

// The kinds.
const (
	OfferService   OfferKind = "service"   // one service
	OfferSite      OfferKind = "site"      // a service for all that came from one site and nothing declares
	OfferWords     OfferKind = "words"     // the banner's words in one language
	OfferCarryOver OfferKind = "carryOver" // what visitors chose in the former banner
	OfferDomain    OfferKind = "domain"    // the domain of the answer's cookie
	OfferCharter   OfferKind = "charter"   // the address of the page about cookies
)
