package bundle

import "charte/catalogue"

// figuresModule writes the module charte:figures of a catalogue: what counts notices in release.js. It is empty
// where the catalogue has no site.figures.
func figuresModule(c *catalogue.Catalogue) string {
	if !c.Site.Figures {
		return "export {};\n"
	}
	return "export { count } from './loader/count.js';\n"
}
