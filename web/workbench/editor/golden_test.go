package editor_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/bundle/prerender"
	"charte/web/workbench/desk"
	"charte/web/workbench/editor"
	"charte/web/workbench/editor/editortest"
	"charte/web/workbench/words"
)

//go:generate go test . -run TestGolden -update

var update = flag.Bool("update", false, "rewrite the golden files; read the diff before committing it")

func tongue(language string) *editor.Tongue {
	return &editor.Tongue{Language: language, Texts: words.In(language)}
}

// TestGolden compares what the components render with testdata/NAME.html.
func TestGolden(t *testing.T) {
	d := editortest.New()
	form := func(pointer string) *desk.Form {
		f := d.Forms[pointer]
		return &f
	}
	mine, before := "Mine", "Before"
	s := d.State
	services := s.Sections[slices.IndexFunc(s.Sections, func(s desk.Section) bool { return s.Pointer == "/services" })]
	en, fr := tongue("en"), tongue("fr")
	refused := desk.Change{Do: desk.DeedSet, Pointer: "/site/controller", Value: "a: b"}
	for _, test := range []struct {
		name string
		ui   app.UI
	}{
		{"bar", &editor.Bar{Tongue: en, File: s.File, Light: s.Light, Errors: 4, Warnings: 1, Unsaved: true, Undo: true}},
		{"bar-fine", &editor.Bar{Tongue: fr, File: s.File, Light: desk.LightFine}},
		{"bar-conflicts", &editor.Bar{Tongue: en, File: s.File, Light: desk.LightWarnings, Warnings: 1, Unsaved: true, Held: true}},
		{"tabs", &editor.Tabs{Tongue: fr, View: editor.ViewFindings, Findings: 1}},
		{"status", &editor.Status{Lines: []string{"One.", "Two."}}},
		{"outline", &editor.Outline{Tongue: en, Sections: s.Sections, At: "/services/2"}},
		{"list", &editor.List{Tongue: fr, Section: &services}},
		{"list-inherited", &editor.List{Tongue: en, Section: &desk.Section{Pointer: "/categories", Entries: []desk.Entry{}, Adds: true, Inherited: []string{"Needed", "Others"}}}},
		{"site", &editor.Sheet{Tongue: en, Pointer: "/site", Title: "Site", Form: form("/site")}},
		{"site-more", &editor.Sheet{Tongue: en, Pointer: "/site", Title: "Site", Form: form("/site"), Goal: "/site/guard"}},
		{"site-refused", &editor.Sheet{Tongue: en, Pointer: "/site", Title: "Site", Form: form("/site"), Drafts: map[string]editor.Draft{refused.Pointer: {Change: refused, Refused: "it cannot be written"}}}},
		{"service", &editor.Sheet{Tongue: en, Pointer: "/services/2", Section: "Services", Title: "Suggested", Entries: 4, Form: form("/services/2"), Goal: "/services/2/cookies/0/lifetime"}},
		{"known", &editor.Sheet{Tongue: fr, Pointer: "/services/0", Section: "Services", Title: "Matomo", Entries: 4, Form: form("/services/0")}},
		{"look", &editor.Sheet{Tongue: en, Pointer: "/look", Title: "Look", Form: form("/look")}},
		{"others", &editor.Sheet{Tongue: fr, Pointer: "/others", Title: "Autres", Form: form("/others")}},
		{"loading", &editor.Sheet{Tongue: fr, Pointer: "/site", Title: "Site"}},
		{"findings", &editor.Findings{Tongue: en, Findings: s.Findings}},
		{"findings-file", &editor.Findings{Tongue: en, Findings: []desk.Finding{{Level: desk.LevelNote, Message: "of the file as a whole"}}}},
		{"texts-unwritten", &editor.Row{Tongue: en, Field: &desk.Field{Pointer: "/site/name", Name: "site.name", Kind: desk.KindProses, Texts: []desk.Wording{
			{Language: "fr", Pointer: "/site/name/fr", Findings: []desk.Finding{{Level: desk.LevelError, Message: "wrong"}}},
			{Language: "en", Pointer: "/site/name/en", Otherwise: "Portal"},
		}}}},
		{"findings-none", &editor.Findings{Tongue: fr}},
		{"conflicts", &editor.Conflicts{Tongue: en, Conflicts: []desk.Conflict{{ID: "1", Path: "site.name.fr", Before: &before, Mine: &mine}}}},
		{"conflicts-whole", &editor.Conflicts{Tongue: en, Unreadable: true, Conflicts: []desk.Conflict{{ID: "file", Path: "mine.yaml"}}}},
		{"preview", &editor.Preview{Tongue: en, Languages: []string{"fr", "en"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			node, err := prerender.Render(test.ui)
			if err != nil {
				t.Fatal(err)
			}
			got, file := node.Indented(), filepath.Join("testdata", test.name+".html")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is out of date; run go generate ./web/workbench/editor and read the diff", file)
			}
			if strings.Contains(got, " style=") {
				t.Error("a style attribute does nothing under the page's policy")
			}
		})
	}
}

// TestLabels: every field of the forms has a label, in the page's words or of its own, and every choice a name.
func TestLabels(t *testing.T) {
	texts := words.In("en")
	seen := 0
	var look func(fields []desk.Field)
	look = func(fields []desk.Field) {
		for _, f := range fields {
			seen++
			if texts["field."+f.Name] == "" && f.Label == "" && !strings.HasPrefix(f.Name, "words.") {
				t.Errorf("%s has no label", f.Name)
			}
			for _, item := range f.Items {
				look(item.Fields)
			}
		}
	}
	d := editortest.New()
	for _, form := range d.Forms {
		look(form.Fields)
	}
	for _, s := range d.State.Sections {
		if texts["section."+strings.TrimPrefix(s.Pointer, "/")] == "" {
			t.Errorf("the section %s has no title", s.Pointer)
		}
	}
	if seen < 100 {
		t.Errorf("only %d fields were looked at", seen)
	}
}
