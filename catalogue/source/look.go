package source

import (
	"charte/catalogue"

	"github.com/goccy/go-yaml/ast"
)

// look reads how the banner looks.
func (d *decoder) look(node ast.Node, path string) catalogue.Look {
	var look catalogue.Look
	fields := []field{
		str(d, "preset", &look.Preset),
		str(d, "position", &look.Position),
		str(d, "scheme", &look.Scheme),
		str(d, "choices", &look.Choices),
		d.length("radius", &look.Radius),
		d.length("spacing", &look.Spacing),
		str(d, "font", &look.Font),
	}
	for _, token := range catalogue.Tokens() {
		fields = append(fields, field{string(token), func(node ast.Node, path string) {
			if colour, ok := d.colour(node, path); ok {
				if look.Colours == nil {
					look.Colours = map[catalogue.Token]catalogue.Colour{}
				}
				look.Colours[token] = colour
			}
		}})
	}
	d.mapping(node, path, fields...)
	return look
}

// colour reads one colour, or a pair for light and dark.
func (d *decoder) colour(node ast.Node, path string) (catalogue.Colour, bool) {
	one := func(node ast.Node, path string) string {
		if _, empty := node.(*ast.NullNode); empty {
			d.fail(node, path, `no colour; put it in quotes, since # begins a comment: "#2541b8"`)
			return ""
		}
		return d.text(node, path)
	}
	var pair catalogue.Colour
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		d.mapping(node, path,
			field{"light", func(node ast.Node, path string) { pair.Light = one(node, path) }},
			field{"dark", func(node ast.Node, path string) { pair.Dark = one(node, path) }},
		)
	default:
		pair.Light = one(node, path)
		pair.Dark = pair.Light
	}
	return pair, !d.isBroken(path)
}

// length reads a length. YAML takes one without a unit, such as 0, for a number.
func (d *decoder) length(key string, into *catalogue.Length) field {
	return field{key, func(node ast.Node, path string) {
		switch node.(type) {
		case *ast.IntegerNode, *ast.FloatNode:
			*into = catalogue.Length(node.GetToken().Value)
		default:
			*into = catalogue.Length(d.text(node, path))
		}
	}}
}
