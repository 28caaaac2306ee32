package editor_test

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/desk"
	"charte/web/workbench/editor"
)

// TestConflictTitles: a conflict says in words which field it is about.
func TestConflictTitles(t *testing.T) {
	mine := "Mine"
	sections := []desk.Section{{Pointer: "/services", Entries: []desk.Entry{{Pointer: "/services/0", Title: "Videos"}}}}
	for _, test := range []struct{ name, pointer, want string }{
		{"a field", "/site/controller", "Site › Controller"},
		{"a wording", "/site/name/fr", "Site › Name of the site › French (fr)"},
		{"a field of an entry", "/services/0/purpose/en", "Services › Videos › Purpose › English (en)"},
		{"a field of a cookie", "/services/0/cookies/1/lifetime", "Services › Videos › Cookies and storage › Lifetime"},
		{"a colour", "/look/accent", "Look › Buttons"},
		{"a word of the banner", "/words/fr/notice.title", "Words of the banner › French (fr) › Notice: title"},
		{"a section", "/charter", "Charter"},
		{"a value that the text does not have any more", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := app.HTMLString(&editor.Conflicts{Tongue: tongue("en"), Sections: sections, Conflicts: []desk.Conflict{{ID: "1", Path: "a.path", Pointer: test.pointer, Mine: &mine}}})
			_, title, _ := strings.Cut(got, "<h3>")
			title, _, _ = strings.Cut(title, "</h3>")
			has := ""
			if _, span, found := strings.Cut(title, "<span>"); found {
				has, _, _ = strings.Cut(span, "</span>")
				has = strings.TrimSpace(has)
			}
			if has != test.want || !strings.Contains(title, "a.path") {
				t.Errorf("the title is %q in %s, want %q", has, title, test.want)
			}
			if about := strings.TrimSpace(test.want); strings.Count(got, about) < 3 {
				t.Errorf("the buttons do not say that they are about %q: %s", about, got)
			}
		})
	}
}
