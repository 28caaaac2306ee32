// Package languages holds the banner's own words, one YAML file per language.
// Package source reads them.
package languages

import "embed"

// Files has one file <tag>.yaml per language the banner speaks, such as
// fr.yaml; the tag is as in [charte/catalogue.Language].
//
//go:embed *.yaml
var Files embed.FS
