package offers

import (
	"charte/catalogue/edit"
	"charte/web/workbench/desk"
)

// A setting is what another banner's configuration says of the site itself.
type setting struct {
	kind    desk.OfferKind // also the item's ID
	pointer string
	value   string
}

// siteOrder are the keys of a site, in the order in which new ones are written.
var siteOrder = []string{"name", "controller", "charterURL", "cookieDomain"}

// settings are those of the configuration that the catalogue does not say itself. No importer knows the
// site's name, nor who answers for it.
func (p *part) settings(on *reading) []setting {
	var all []setting
	for _, s := range []setting{{desk.OfferDomain, "/site/cookieDomain", on.catalogue.Site.CookieDomain}, {desk.OfferCharter, "/site/charterURL", on.catalogue.Site.CharterURL}} {
		theirs, own := p.document.At(s.pointer), on.document.At(s.pointer)
		if theirs == nil || s.value != "" && (own == nil || !undone(own)) {
			continue
		}
		s.value = theirs.Value
		all = append(all, s)
	}
	return all
}

// item is the setting as an item.
func (s setting) item() desk.OfferItem {
	return desk.OfferItem{ID: string(s.kind), Kind: s.kind, Title: shown(s.value), Lines: written(s.pointer, s.value)}
}

// write writes the setting into a document.
func (s setting) write(d *edit.Document) (*edit.Document, error) {
	return d.Set(s.pointer, s.value, siteOrder...)
}
