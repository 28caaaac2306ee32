// Package languages holds the banner's own words, one YAML file per language.
// Package source reads them.
package languages

import "embed"

// Files has one file <tag>.yaml for each language of the banner, such as fr.yaml.
// The tag is a [charte/catalogue.Language].
//
//go:embed *.yaml
var Files embed.FS
