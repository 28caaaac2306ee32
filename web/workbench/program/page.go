package main

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"charte/web/workbench/editor"
	"charte/web/workbench/words"
)

// page is what the program shows.
func page(desk editor.Desk, language string) app.Composer {
	texts := map[string]map[string]string{}
	for _, spoken := range words.Languages() {
		texts[spoken] = words.In(spoken)
	}
	return &editor.Editor{Desk: desk, Texts: texts, Language: language}
}
