package source

import (
	"charte/catalogue"

	"github.com/goccy/go-yaml/ast"
)

// carryOver reads which answers to another banner the settings show.
func (d *decoder) carryOver(node ast.Node, path string) *catalogue.CarryOver {
	carried := &catalogue.CarryOver{}
	d.mapping(node, path,
		str(d, "banner", &carried.Banner),
		str(d, "cookie", &carried.Cookie),
		field{"services", func(node ast.Node, path string) {
			carried.Services = map[string]catalogue.ID{}
			d.pairs(node, path, func(name string, _, value ast.Node) {
				carried.Services[name] = catalogue.ID(d.text(value, join(path, name)))
			})
		}},
	)
	return carried
}
