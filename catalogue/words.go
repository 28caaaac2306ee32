package catalogue

// Words are the banner's own words in one language: everything a visitor reads
// that is not a text of the catalogue. They come from languages/<lang>.yaml, whose
// keys are the JSON names below. A catalogue may replace single words.
//
// In a language file a word may hold the placeholders {site}, {controller},
// {parties}, {manage}, {revision} and {kept}. In a View they have been filled in.
type Words struct {
	// AcceptAll and RefuseAll are the two answers, the same in both layers.
	AcceptAll string `json:"acceptAll"` // "Tout accepter"
	RefuseAll string `json:"refuseAll"` // "Tout refuser"
	Customise string `json:"customise"` // "Personnaliser"
	Save      string `json:"save"`      // "Enregistrer mes choix"
	Close     string `json:"close"`     // "Fermer"
	Manage    string `json:"manage"`    // "Gérer mes cookies", the control that reopens the settings

	Notice   NoticeWords   `json:"notice"`
	Settings SettingsWords `json:"settings"`
	List     ListWords     `json:"list"`
	Frame    FrameWords    `json:"frame"`
	Charter  CharterWords  `json:"charter"`
}

// NoticeWords are the words of the first layer. {site} stands for the site's name,
// {controller} for its controller, {parties} for "n third parties" in the
// language's plural form, {manage} for Words.Manage, and {kept} for "6 months".
type NoticeWords struct {
	Title        string `json:"title"`
	Body         string `json:"body"`         // who asks, and what for; the purposes follow it as a list
	Parties      string `json:"parties"`      // link to the list of third parties, with their number; empty where there are none
	Consequences string `json:"consequences"` // what accepting changes, and what refusing does (the CNIL's guide for developers wants both in the first layer)
	Kept         string `json:"kept"`         // how long the answer is kept, and how to change it
}

// SettingsWords are the words of the second layer.
type SettingsWords struct {
	Title        string `json:"title"`
	Body         string `json:"body"`
	Changed      string `json:"changed"`          // in place of Body for visitors who answered before the catalogue changed
	NothingToAsk string `json:"nothingToAsk"`     // shown instead of the choices where no service needs consent
	Always       string `json:"always"`           // state of what is necessary: "Toujours actif"
	Exempt       string `json:"exempt"`           // state of what is exempt: "Mesure anonyme, dispensée de consentement"
	Object       string `json:"object"`           // label of the unticked box that objects to one exempt service (GDPR, article 21): "M'opposer à cette mesure"
	Accept       string `json:"accept,omitempty"` // label of one of the two radio buttons: "Accepter"; empty in a View with switches
	Refuse       string `json:"refuse,omitempty"` // label of the other
	Accepted     string `json:"accepted"`
	Refused      string `json:"refused"`
	Partly       string `json:"partly"` // some services of a category accepted
	None         string `json:"none"`   // state of a category in which the site declares nothing
	Services     string `json:"services"`
	Saved        string `json:"saved"`       // status after an answer
	NotKept      string `json:"notKept"`     // status where the browser did not keep the cookie
	Reloading    string `json:"reloading"`   // status after a withdrawal, before the page loads again
	Unavailable  string `json:"unavailable"` // link to the charter, where the settings cannot be shown
}

// ListWords are the words of the cookie list.
type ListWords struct {
	Show           string `json:"show"` // "Liste des cookies"
	Provider       string `json:"provider"`
	Service        string `json:"service"`
	Cookie         string `json:"cookie"`
	Purpose        string `json:"purpose"`
	Lifetime       string `json:"lifetime"`
	Retention      string `json:"retention"` // "Données conservées", before ServiceView.Retention
	LocalStorage   string `json:"localStorage"`
	IndexedDB      string `json:"indexedDB"` // "base de données du navigateur"
	SessionStorage string `json:"sessionStorage"`
	More           string `json:"more"` // "Afficher la suite", the button below a long table or list
}

// FrameWords are the words of the placeholder that stands where a frame waits
// for consent.
type FrameWords struct {
	Provider string `json:"provider"` // "Contenu de {provider}"; {provider} is filled in frame by frame, by the loader
	Once     string `json:"once"`     // allows the frame in this page only
	Always   string `json:"always"`   // allows its service
	Open     string `json:"open"`     // link to what the frame shows, on its maker's own pages
}

// CharterWords are the banner's own words on the charter page.
type CharterWords struct {
	Link       string `json:"link"`       // "Lire la charte cookies"
	Controller string `json:"controller"` // "Responsable du traitement : {controller}"
	Choice     string `json:"choice"`     // heading over the visitor's present choice
	NoChoice   string `json:"noChoice"`   // in place of the choice where no answer is in force
}

// Each calls f with the key of every word and a pointer to it, in the order of the
// language files: "acceptAll" first, "notice.title" after the words without a
// group, and so on.
func (w *Words) Each(f func(key string, word *string)) {
	f("acceptAll", &w.AcceptAll)
	f("refuseAll", &w.RefuseAll)
	f("customise", &w.Customise)
	f("save", &w.Save)
	f("close", &w.Close)
	f("manage", &w.Manage)
	f("notice.title", &w.Notice.Title)
	f("notice.body", &w.Notice.Body)
	f("notice.parties", &w.Notice.Parties)
	f("notice.consequences", &w.Notice.Consequences)
	f("notice.kept", &w.Notice.Kept)
	f("settings.title", &w.Settings.Title)
	f("settings.body", &w.Settings.Body)
	f("settings.changed", &w.Settings.Changed)
	f("settings.nothingToAsk", &w.Settings.NothingToAsk)
	f("settings.always", &w.Settings.Always)
	f("settings.exempt", &w.Settings.Exempt)
	f("settings.object", &w.Settings.Object)
	f("settings.accept", &w.Settings.Accept)
	f("settings.refuse", &w.Settings.Refuse)
	f("settings.accepted", &w.Settings.Accepted)
	f("settings.refused", &w.Settings.Refused)
	f("settings.partly", &w.Settings.Partly)
	f("settings.none", &w.Settings.None)
	f("settings.services", &w.Settings.Services)
	f("settings.saved", &w.Settings.Saved)
	f("settings.notKept", &w.Settings.NotKept)
	f("settings.reloading", &w.Settings.Reloading)
	f("settings.unavailable", &w.Settings.Unavailable)
	f("list.show", &w.List.Show)
	f("list.provider", &w.List.Provider)
	f("list.service", &w.List.Service)
	f("list.cookie", &w.List.Cookie)
	f("list.purpose", &w.List.Purpose)
	f("list.lifetime", &w.List.Lifetime)
	f("list.retention", &w.List.Retention)
	f("list.localStorage", &w.List.LocalStorage)
	f("list.indexedDB", &w.List.IndexedDB)
	f("list.sessionStorage", &w.List.SessionStorage)
	f("list.more", &w.List.More)
	f("frame.provider", &w.Frame.Provider)
	f("frame.once", &w.Frame.Once)
	f("frame.always", &w.Frame.Always)
	f("frame.open", &w.Frame.Open)
	f("charter.link", &w.Charter.Link)
	f("charter.controller", &w.Charter.Controller)
	f("charter.choice", &w.Charter.Choice)
	f("charter.noChoice", &w.Charter.NoChoice)
}

// word returns a pointer to the word with that key, or nil.
func (w *Words) word(key string) *string {
	var found *string
	w.Each(func(k string, word *string) {
		if k == key {
			found = word
		}
	})
	return found
}
