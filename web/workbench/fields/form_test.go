package fields

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"charte/web/workbench/desk"
)

// summed writes a field in one line: what the file says | what holds otherwise | its languages, choices
// or items | whether it is needed, and written.
func summed(f desk.Field) string {
	var parts []string
	for _, w := range f.Texts {
		parts = append(parts, fmt.Sprintf("%s=%s (%s)", w.Language, w.Value, w.Otherwise))
	}
	for _, c := range f.Choices {
		mark := "-"
		if c.Chosen {
			mark = "+"
		}
		parts = append(parts, mark+c.Value+":"+c.Label)
	}
	for _, item := range f.Items {
		parts = append(parts, item.Title)
	}
	s := strings.Join([]string{f.Value, f.Otherwise, strings.Join(parts, ", "), ""}, " | ")
	if f.Needed {
		s += "needed "
	}
	if f.Written {
		s += "written"
	}
	return s
}

// TestField: what a field shows.
func TestField(t *testing.T) {
	const (
		two    = "languages: [fr, en]\n"
		matomo = two + "site: { controller: Mairie }\ncategories:\n  - id: statistics\n    name: { fr: Mesure, en: Count }\nservices:\n  - use: matomo@1\n    with: { host: s.example }\n"
		tube   = two + "services:\n  - use: youtube@1\n    cookies:\n      - name: YSC\n"
	)
	for _, test := range []struct{ name, text, form, pointer, want string }{
		{"a text that is missing", two, "/site", "/site/name", " |  | fr= (), en= () | needed "},
		{"one that the other catalogue has", "extends: default\n", "/site", "/site/name", " |  | fr= (Portail de données), en= (Data portal) | "},
		{"the controller of the other catalogue", "extends: default\n", "/site", "/site/controller", " | Opendatasoft |  | "},
		{"a text that is half there", "extends: default\nsite: { name: { en: Lake } }\n", "/site", "/site/name", " |  | fr= (), en=Lake () | needed written"},
		{"a text in a language that the catalogue does not have", two + "site: { name: { de: See } }\n", "/site", "/site/name", " |  | fr= (), en= (), de=See () | needed written"},
		{"a text that stands alone among two languages", two + "site: { name: Lac }\n", "/site", "/site/name", " |  | fr=Lac (), en= () | needed written"},
		{"a list where a text is", two + "site: { name: [Lac] }\n", "/site", "/site/name", "name: [Lac] |  | fr= (), en= () | needed written"},
		{"a flag", two, "/site", "/site/doNotTrack", " | false |  | "},
		{"a guard", two + "site: { guard: report }\n", "/site", "/site/guard", "report |  | +report:, -enforce: | written"},
		{"a guard that is none", two + "site: { guard: dog }\n", "/site", "/site/guard", "dog |  | -report:, -enforce:, +dog: | written"},
		{"hosts", two + "site: { hosts: [{ host: a.example }, { kind: font }] }\n", "/site", "/site/hosts", " |  | a.example,  | written"},
		{"hosts that are none", two + "site: { hosts: TODO }\n", "/site", "/site/hosts", "TODO |  |  | written"},
		{"the title of a table", two + "categories:\n  - name: { fr: Cartes }\n", "/categories/0", "/categories/0/tableTitle", " |  | fr= (Cartes), en= () | "},
		{"the title of a table that is half there", two + "categories:\n  - name: { fr: Cartes, en: Maps }\n    tableTitle: { fr: Toutes }\n", "/categories/0", "/categories/0/tableTitle", " |  | fr=Toutes (), en= () | written"},
		{"a placeholder that is half there", two + "services:\n  - purpose: { fr: Voir, en: See }\n    placeholder: { fr: Ici }\n", "/services/0", "/services/0/placeholder", " |  | fr=Ici (), en= () | written"},
		{"a known one's placeholder that is half there", tube + "    placeholder: { fr: Ici }\n", "/services/0", "/services/0/placeholder", " |  | fr=Ici (Cette vidéo vient de YouTube. Si vous l'affichez, Google reçoit votre adresse IP et la page que vous lisez.), en= (This video comes from YouTube. If you show it, Google receives your IP address and the page that you read.) | written"},
		{"a policy of another", two + "providers: [{ id: a }]\n", "/providers/0", "/providers/0/policyURL", " |  |  | needed "},
		{"a policy of the site", two + "providers: [{ id: a, firstParty: true }]\n", "/providers/0", "/providers/0/policyURL", " |  |  | "},
		{"the languages", two, "/languages", "/languages", "fr, en |  | +fr:, +en:, -ar:, -bg:, -br:, -ca:, -co:, -cs:, -da:, -de:, -el:, -es:, -et:, -eu:, -fi:, -ga:, -hr:, -hu:, -it:, -lt:, -lv:, -mt:, -nl:, -oc:, -pl:, -pt:, -ro:, -sk:, -sl:, -sv:, -tr:, -uk: | needed written"},
		{"the languages of the other catalogue", "extends: default\n", "/languages", "/languages", " | fr, en | +fr:, +en: | "},
		{"one of its languages", "extends: default\nlanguages: [en]\n", "/languages", "/languages", "en | fr, en | +en:, -fr: | written"},
		{"what it extends", "extends: default\n", Others, "/extends", "default |  | +default: | written"},
		{"nothing that it extends", two, Others, "/extends", " |  | -default: | "},
		{"services of the other catalogue", "extends: default\nwithout: [language, x]\n", Others, "/without", "language, x |  | -authentication:Authentification, +language:Sélection de la langue, -api-csrf:API (CSRF), -cookie-choice:Choix concernant vos préférences sur les cookies, +x: | written"},
		{"history", two + "formerly:\n  a1: [b.c]\n  # why\n  d2: []\n", Others, "/formerly", "formerly:\n  a1: [b.c]\n  # why\n  d2: [] |  |  | written"},
		{"no other banner", two, Others, "/carryOver/banner", " |  | -vanilla-cookieconsent:, -orejime:, -klaro:, -tarteaucitron:, -c15t: | "},
		{"another banner's cookie", two + "carryOver: { banner: orejime }\n", Others, "/carryOver/cookie", " | eu-consent |  | "},
		{"another banner's names", "extends: default\ncarryOver: { services: { b: statistics } }\n", Others, "/carryOver/services", " |  | b | needed written"},

		{"a preset's colour", two + "look: { preset: soft }\n", "/look", "/look/accent", " | #5b3fd6 #c7b8ff |  | "},
		{"one colour", two + "look: { accent: '#123' }\n", "/look", "/look/accent", "#123 | #2541b8 #b4c4ff |  | written"},
		{"two colours", two + "look: { accent: { dark: '#123', light: '#fff' } }\n", "/look", "/look/accent", "#fff #123 | #2541b8 #b4c4ff |  | written"},
		{"half of two colours", two + "look: { accent: { dark: '#123' } }\n", "/look", "/look/accent", "accent: { dark: '#123' } | #2541b8 #b4c4ff |  | written"},
		{"a length without a unit", two + "look: { radius: 0 }\n", "/look", "/look/radius", "0 | 12px |  | written"},
		{"the preset's position", two, "/look", "/look/position", " | bottom | +bottom:, -start:, -end:, -centre: | "},

		{"another position", two + "look: { position: end }\n", "/look", "/look/position", "end | bottom | -bottom:, -start:, +end:, -centre: | written"},
		{"a word", two + "words: { fr: { manage: Cookies } }\n", "/words", "/words/manage", " |  | fr=Cookies (Gérer mes cookies), en= (Manage my cookies) | written"},
		{"a word of a group", two + "words: { en: { notice: { title: Hi } } }\n", "/words", "/words/notice.title", " |  | fr= (Vos choix sur les cookies), en=Hi (Your cookie choices) | written"},

		{"a word written both ways", two + "words: { fr: { notice: { kept: a }, notice.title: b } }\n", "/words", "/words/notice.title", " |  | fr=b (Vos choix sur les cookies), en= (Your cookie choices) | written"},
		{"a language that stands twice", "languages: [fr, fr]\n", "/site", "/site/name", " |  | fr= () | needed "},
		{"the title of a table in one language", "languages: [fr]\ncategories:\n  - name: Cartes\n", "/categories/0", "/categories/0/tableTitle", " |  | fr= (Cartes) | "},
		{"the placeholder of a known service without one", matomo, "/services/0", "/services/0/placeholder", " |  | fr= (Compter les visites et les pages vues, pour le seul compte du site.), en= (Count visits and page views, for the site alone.) | "},
		{"ids for a name of another banner", "extends: default\nwithout: [language, api-csrf, cookie-choice]\nservices: [{ use: youtube@1 }, { id: a, name: { fr: A } }]\ncarryOver: { services: { b: a } }\n", Others, "/carryOver/services/b", "a |  | -necessary:Nécessaires, -statistics:Statistiques, -first-party:Internes (first-party), -third-party:Tiers (third-party), -authentication:Authentification, -youtube:Vidéos (YouTube), +a:A | needed written"},
		{"a service without a known one has no parameters", two + "services: [{ id: a }]\n", "/services/0", "/services/0/acceptsUnknown", "none"},
		{"its id", two + "services: [{ id: a }]\n", "/services/0", "/services/0/id", "a |  |  | needed written"},
		{"its category", two + "services: [{ category: b }]\n", "/services/0", "/services/0/category", "b |  | +b: | needed written"},
		{"its purpose", two + "services: [{ category: b }]\n", "/services/0", "/services/0/purpose", " |  | fr= (), en= () | needed "},
		{"the purpose of a necessary one", "extends: default\nservices: [{ category: necessary }]\n", "/services/0", "/services/0/purpose", " |  | fr= (), en= () | "},
		{"the same in a category of the file", two + "categories: [{ id: b, necessary: true }]\nservices: [{ category: b }]\n", "/services/0", "/services/0/purpose", " |  | fr= (), en= () | "},
		{"its placeholder", two + "services: [{ purpose: { fr: Voir } }]\n", "/services/0", "/services/0/placeholder", " |  | fr= (Voir), en= () | "},
		{"the id of a known service", matomo, "/services/0", "/services/0/id", " | matomo |  | "},
		{"its edition", matomo, "/services/0", "/services/0/use", "matomo@1 |  | +matomo@1:Matomo, 1 (2026-11-29) | needed written"},
		{"its category", matomo, "/services/0", "/services/0/category", " | statistics | +statistics:Mesure | "},
		{"its provider, which is the site", matomo, "/services/0", "/services/0/provider", " | site | +site:Mairie | "},
		{"its name", matomo, "/services/0", "/services/0/name", " |  | fr= (Mesure d'audience (Matomo)), en= (Audience measurement (Matomo)) | "},
		{"its retention, which nobody knows", matomo, "/services/0", "/services/0/retention", " |  |  | "},
		{"its hosts, with the parameter", matomo, "/services/0", "/services/0/hosts", " | s.example (script), s.example (connect), s.example (pixel) |  | "},
		{"its cookies", matomo, "/services/0", "/services/0/cookies", " | _pk_id*, _pk_ses*, _pk_ref*, _pk_cvar*, _pk_hsr* |  | "},
		{"its cookies but some", strings.Replace(matomo, "    with", "    without: [\"_pk_ref*\", x]\n    with", 1), "/services/0", "/services/0/cookies", " | _pk_id*, _pk_ses*, _pk_cvar*, _pk_hsr* |  | "},
		{"which cookies it is without", strings.Replace(matomo, "    with", "    without: [\"_pk_ref*\", x]\n    with", 1), "/services/0", "/services/0/without", "_pk_ref*, x |  | -_pk_id*:, -_pk_ses*:, +_pk_ref*:, -_pk_cvar*:, -_pk_hsr*:, +x: | written"},
		{"a parameter", matomo, "/services/0", "/services/0/with/host", "s.example |  |  | needed written"},
		{"a parameter of the tag alone", matomo, "/services/0", "/services/0/with/site", " |  |  | "},
		{"a setting", matomo, "/services/0", "/services/0/with/cnil-mode", " | false |  | "},
		{"a setting of one that is exempt", strings.Replace(matomo, "    with", "    exempt: true\n    with", 1), "/services/0", "/services/0/with/cnil-mode", " | false |  | needed "},
		{"a parameter that is none", strings.Replace(matomo, "host:", "hots:", 1), "/services/0", "/services/0/with/hots", "hots: s.example |  |  | written"},
		{"a known service's sale", tube, "/services/0", "/services/0/sale", " | true |  | "},
		{"its frame", tube, "/services/0", "/services/0/frame", " | https://www.youtube-nocookie.com/embed/{video} |  | "},
		{"its placeholder", tube, "/services/0", "/services/0/placeholder", " |  | fr= (Cette vidéo vient de YouTube. Si vous l'affichez, Google reçoit votre adresse IP et la page que vous lisez.), en= (This video comes from YouTube. If you show it, Google receives your IP address and the page that you read.) | "},
		{"its provider", tube, "/services/0", "/services/0/provider", " | google | +google:Google | "},
		{"its cookie's lifetime", tube, "/services/0", "/services/0/cookies/0/lifetime", " | session |  | "},
		{"its cookie's domain", tube, "/services/0", "/services/0/cookies/0/domain", " | .youtube.com |  | "},
		{"its cookie's source", tube, "/services/0", "/services/0/cookies/0/source", " | https://policies.google.com/technologies/cookies |  | "},
		{"the source of another lifetime", tube + "        lifetime: 1 day\n", "/services/0", "/services/0/cookies/0/source", " |  |  | "},
		{"a cookie of its own", strings.Replace(tube, "YSC", "own", 1), "/services/0", "/services/0/cookies/0/lifetime", " |  |  | needed "},
		{"a cookie of another kind", tube + "        kind: localStorage\n", "/services/0", "/services/0/cookies/0/lifetime", " |  |  | needed "},
		{"one of two cookies of a name", two + "services:\n  - use: microsoft-clarity@1\n    cookies: [{ name: MUID, domain: .clarity.ms }]\n", "/services/0", "/services/0/cookies/0/lifetime", " | unknown |  | "},
		{"the other one", two + "services:\n  - use: microsoft-clarity@1\n    cookies: [{ name: MUID, domain: .bing.com }]\n", "/services/0", "/services/0/cookies/0/lifetime", " | 13 months |  | "},
		{"a cookie's kind", tube, "/services/0", "/services/0/cookies/0/kind", " | cookie | +cookie:, -localStorage:, -sessionStorage:, -indexedDB: | "},
		{"signals of a known service", two + "services:\n  - use: google-analytics@1\n", "/services/0", "/services/0/signals", " | analytics_storage | -google-tag-manager:, -microsoft-uet:, -microsoft-clarity-ads:, -microsoft-clarity-analytics:, -matomo:, -matomo-cookies:, -ad_storage:, -ad_user_data:, -ad_personalization:, +analytics_storage:, -functionality_storage:, -personalization_storage:, -security_storage: | "},
		{"parameters of an unknown service", two + "services:\n  - use: zebra@1\n    with: { a: b }\n", "/services/0", "/services/0/with", "with: { a: b } |  |  | written"},
		{"a key that is none", two + "services:\n  - id: a\n    foo: [b] # why\n", "/services/0", "/services/0/foo", "foo: [b] # why |  |  | written"},
		{"a key at the top that is none", two + "foo: b\n", Others, "/foo", "foo: b |  |  | written"},
		{"a language of words that is none", two + "words: { de: { save: a } }\n", "/words", "/words/de", "de: { save: a } |  |  | written"},
		{"a word that is none", two + "words: { fr: { notice: { foo: a } } }\n", "/words", "/words/fr/notice/foo", "foo: a |  |  | written"},
		{"entries that are none", two + "services: TODO\n", "/services", "/services", "services: TODO |  |  | written"},
		{"a section that is none", two + "site: TODO\n", "/site", "/site", "site: TODO |  |  | written"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := Look("x.yaml", []byte(test.text)).Form(test.form)
			if err != nil {
				t.Fatal(err)
			}
			got := "none"
			eachField(f.Fields, func(field *desk.Field) {
				if field.Pointer == test.pointer {
					got = summed(*field)
				}
			})
			if got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// TestUse: a form tells of the known service, and a parameter has its maker's words.
func TestUse(t *testing.T) {
	f, err := Look("x.yaml", []byte("languages: [en]\nservices:\n  - use: matomo@1\n  - id: a\n")).Form("/services/0")
	if err != nil {
		t.Fatal(err)
	}
	if f.Use == nil || *f.Use != (desk.Use{Name: "Matomo", Edition: 1, Newest: 1}) {
		t.Errorf("the form is of %+v", f.Use)
	}
	for _, field := range f.Fields {
		if field.Pointer == "/services/0/with/host" && (field.Label != "host" || field.Help["fr"] != "L'adresse du serveur Matomo" || field.Help["en"] != "The address of the Matomo server" || field.Example != "stats.example.org") {
			t.Errorf("the field of the server is %+v", field)
		}
	}
	if f, err = Look("x.yaml", []byte("languages: [en]\nservices:\n  - id: a\n")).Form("/services/0"); err != nil || f.Use != nil {
		t.Errorf("a service of its own is %+v, %v", f.Use, err)
	}
}

// TestNoForm: there is no form where there is no section and no entry.
func TestNoForm(t *testing.T) {
	for _, test := range []struct{ name, text, pointer string }{
		{"no entry", "services: []\n", "/services/0"},
		{"no section", "languages: [fr]\n", "/foo"},
		{"a field", "site: { name: a }\n", "/site/name"},
		{"the file", "site: { name: a }\n", ""},
		{"no pointer", "site: { name: a }\n", "site"},
		{"not YAML", "a: [\n", "/site"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if f, err := Look("x.yaml", []byte(test.text)).Form(test.pointer); err == nil {
				t.Errorf("there is one: %+v", f)
			}
		})
	}
}

// TestOutline: the sections, in order, with their entries in the default language.
func TestOutline(t *testing.T) {
	o := Look("x.yaml", []byte("languages: [en, fr]\nproviders:\n  - id: a\n    name: Atlas\nservices:\n  - use: youtube@1\n    id: videos\n  - use: matomo@1\n    name: { fr: Mesure, en: Count }\n  - id: b\n    name: Maps\n  - id: c\n  - x\n"))
	var got []string
	for _, s := range o.Sections {
		line := s.Pointer
		if s.Adds {
			line += " adds"
		}
		for _, e := range s.Entries {
			line += fmt.Sprintf(" [%s %s %q %s]", e.Pointer, e.ID, e.Title, e.Use)
		}
		got = append(got, line)
	}
	want := []string{
		"/site", "/languages", "/categories adds", `/providers adds [/providers/0 a "Atlas" ]`,
		`/services adds [/services/0 videos "Videos (YouTube)" youtube@1] [/services/1 matomo "Count" matomo@1] [/services/2 b "Maps" ] [/services/3 c "c" ] [/services/4  "" ]`,
		"/charter", "/look", "/words", "/others",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !reflect.DeepEqual(o.Languages, []string{"en", "fr"}) {
		t.Errorf("the languages are %v", o.Languages)
	}
	if o := Look("x.yaml", []byte("a: [\n")); len(o.Sections) != len(want) || o.Light != desk.LightErrors || len(o.Findings) != 1 {
		t.Errorf("what is not YAML has %d sections, %d findings and the light %q", len(o.Sections), len(o.Findings), o.Light)
	}
}
