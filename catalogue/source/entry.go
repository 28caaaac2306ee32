package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
	"charte/catalogue/services"

	"github.com/goccy/go-yaml/ast"
)

// entryLanguages are the languages that every entry has.
var entryLanguages = []catalogue.Language{"fr", "en"}

// A library is a folder of entries, NAME.yaml each.
type library struct{ files fs.FS }

// shipped is the library that comes with Charte.
var shipped = library{services.Files}

// Services returns all entries of known services, sorted by ID. An error is of type [Errors].
func Services() ([]*services.Entry, error) {
	var all []*services.Entry
	for _, name := range shipped.names() {
		entry, errs := shipped.entry(name)
		if errs != nil {
			return nil, errs
		}
		all = append(all, entry)
	}
	return all, nil
}

// Service returns the entry of a known service. For an unknown one the error names those that
// are spelt like it.
func Service(name string) (*services.Entry, error) {
	if fault := shipped.fault(name); fault != "" {
		return nil, errors.New(fault)
	}
	entry, errs := shipped.entry(name)
	if errs != nil {
		return nil, errs
	}
	return entry, nil
}

// names returns the names of all entries, sorted.
func (l library) names() []string { return namesIn(l.files) }

// fault says that a service is not known, with the names that are like it, or "" if it is.
func (l library) fault(name string) string {
	names := l.names()
	if slices.Contains(names, name) {
		return ""
	}
	var like []string
	if near := nearest(name, names); near != "" {
		like = append(like, near)
	}
	for _, other := range names {
		if len(name) >= 3 && len(name) <= 60 && !slices.Contains(like, other) && (strings.Contains(other, name) || sharesWord(name, other)) {
			like = append(like, other)
		}
	}
	message := fmt.Sprintf("service %q is not known", shorten(name, 40))
	if len(like) > 0 {
		return message + "; did you mean " + strings.Join(like[:min(4, len(like))], ", ") + "?"
	}
	return message + `; "charte services" lists those that are`
}

// sharesWord reports whether two names have a word in common, as "google-analytics-4" and
// "google-analytics" do.
func sharesWord(a, b string) bool {
	words := strings.Split(a, "-")
	return slices.ContainsFunc(strings.Split(b, "-"), func(word string) bool { return len(word) > 3 && slices.Contains(words, word) })
}

// entry reads the entry of a known service.
func (l library) entry(name string) (*services.Entry, Errors) {
	file := name + ".yaml"
	data, err := fs.ReadFile(l.files, file)
	if err != nil {
		return nil, Errors{{File: file, Message: err.Error()}}
	}
	return readEntry(file, data)
}

// readEntry reads an entry from YAML. It checks what every reader relies on; what an entry must
// say beside that is held by a test.
func readEntry(file string, data []byte) (*services.Entry, Errors) {
	body, errs := parse(file, data)
	if errs != nil {
		return nil, errs
	}
	if body == nil {
		return nil, Errors{{File: file, Line: 1, Column: 1, Message: "the file is empty"}}
	}
	d := newDecoder(file)
	entry := &services.Entry{ID: catalogue.ID(strings.TrimSuffix(file, ".yaml")), Remarks: remarks(data)}
	d.mapping(body, "",
		str(d, "name", &entry.Name),
		str(d, "kind", &entry.Kind),
		field{"provider", func(node ast.Node, path string) {
			p := &entry.Provider
			d.mapping(node, path, str(d, "id", &p.ID), str(d, "name", &p.Name), boolean(d, "firstParty", &p.FirstParty),
				str(d, "policyURL", &p.PolicyURL), str(d, "country", &p.Country), str(d, "site", &p.Site))
		}},
		field{"editions", func(node ast.Node, path string) {
			d.list(node, path, 0, func(node ast.Node, path string) {
				edition := d.edition(node, path, entry)
				if edition.Number != len(entry.Editions)+1 && !d.isBroken(join(path, "edition")) {
					d.fail(node, path, fmt.Sprintf("edition %d stands where %d was expected", edition.Number, len(entry.Editions)+1))
				}
				entry.Editions = append(entry.Editions, edition)
			})
		}},
	)
	if len(entry.Editions) == 0 && len(d.errs) == 0 {
		d.report("editions", "an entry has one edition at least")
	}
	if len(d.errs) > 0 {
		d.errs.sort()
		return nil, d.errs
	}
	return entry, nil
}

// remarks returns the comment on top of a file, without its marks.
func remarks(data []byte) string {
	var lines []string
	for line := range bytes.Lines(data) {
		text, is := strings.CutPrefix(strings.TrimSpace(string(line)), "#")
		if !is {
			break
		}
		lines = append(lines, strings.TrimSpace(text))
	}
	return strings.TrimSpace(strings.Join(lines, " "))
}

func (d *decoder) edition(node ast.Node, path string, entry *services.Entry) services.Edition {
	e := services.Edition{Service: catalogue.Service{ID: entry.ID, Provider: entry.Provider.ID}}
	s := &e.Service
	text := func(key string, into *catalogue.Text) field { return d.wordings(key, entryLanguages, into) }
	d.mapping(node, path,
		field{"edition", func(node ast.Node, path string) {
			number, err := strconv.Atoi(node.GetToken().Value)
			if _, is := node.(*ast.IntegerNode); !is || err != nil {
				d.fail(node, path, described(node)+" where the edition's number was expected")
			}
			e.Number = number
		}},
		str(d, "checked", &e.Checked),
		str(d, "category", &s.Category),
		boolean(d, "sale", &s.Sale),
		d.signals(&s.Signals),
		text("name", &s.Name),
		text("purpose", &s.Purpose),
		d.retention(&s.Retention),
		field{"transfers", func(node ast.Node, path string) {
			if d.isUnknown(node) {
				e.Transfers.Unknown = true
				return
			}
			d.mapping(node, path, d.texts("countries", &e.Transfers.Countries), str(d, "source", &e.Transfers.Source))
		}},
		field{"exempt", func(node ast.Node, path string) {
			e.Exempt = &services.Exempt{}
			d.mapping(node, path, str(d, "source", &e.Exempt.Source), field{"requires", func(node ast.Node, path string) {
				d.list(node, path, 0, func(node ast.Node, path string) {
					var setting services.Setting
					d.mapping(node, path, append(d.inTwo(&setting.Text), str(d, "id", &setting.ID), str(d, "source", &setting.Source))...)
					e.Exempt.Requires = append(e.Exempt.Requires, setting)
				})
			}})
		}},
		field{"parameters", func(node ast.Node, path string) {
			d.list(node, path, 0, func(node ast.Node, path string) {
				var p services.Parameter
				d.mapping(node, path, append(d.inTwo(&p.Text), str(d, "id", &p.ID), str(d, "example", &p.Example), field{"pattern", func(node ast.Node, path string) {
					text := d.text(node, path)
					if _, err := regexp.Compile(text); err != nil {
						d.fail(node, path, err.Error())
						return
					}
					p.Pattern = regexp.MustCompile("^(?:" + text + ")$")
				}})...)
				if p.Pattern == nil && !d.isBroken(path) {
					d.fail(node, path, "a parameter has a pattern")
				}
				e.Parameters = append(e.Parameters, p)
			})
		}},
		d.hosts(&s.Hosts),
		d.texts("globals", &e.Globals),
		field{"cookies", func(node ast.Node, path string) {
			if d.isUnknown(node) {
				e.CookiesUnknown = true
				return
			}
			d.list(node, path, 0, func(node ast.Node, path string) {
				cookie := catalogue.Cookie{Checked: e.Checked}
				party := ""
				d.mapping(node, path, append(d.cookie(&cookie, text), str(d, "party", &party))...)
				if cookie.Domain == "" && party != "first" || cookie.Domain != "" && party != "third" {
					d.fail(node, path, "the party is first, or third with its domain")
				}
				if cookie.Source == "" {
					cookie.Checked = "" // nothing was compared
				}
				s.Cookies = append(s.Cookies, cookie)
			})
		}},
		text("placeholder", &s.Placeholder),
		str(d, "content", &s.Content),
		str(d, "frame", &s.Frame),
		str(d, "tag", &e.Tag),
	)
	if s.Content != "" && s.Frame == "" {
		s.Frame = framed(e.Tag)
	}
	return e
}

// framed returns the address of the frame in a tag, without its query, which differs from page
// to page. A name in braces in the query keeps it.
func framed(tag string) string {
	_, rest, _ := strings.Cut(tag, "<iframe")
	_, rest, _ = strings.Cut(rest, `data-src="`)
	address, _, _ := strings.Cut(rest, `"`)
	if path, query, _ := strings.Cut(address, "?"); len(services.Named(query)) == 0 {
		return path
	}
	return address
}

// inTwo are the fields of a text in French and English that stand beside others.
func (d *decoder) inTwo(into *catalogue.Text) []field {
	*into = catalogue.Text{}
	var fields []field
	for _, language := range entryLanguages {
		fields = append(fields, field{string(language), func(node ast.Node, path string) { (*into)[language] = d.text(node, path) }})
	}
	return fields
}

// texts reads a list of texts.
func (d *decoder) texts(key string, into *[]string) field {
	return field{key, func(node ast.Node, path string) {
		*into = []string{}
		d.list(node, path, 0, func(node ast.Node, path string) { *into = append(*into, d.text(node, path)) })
	}}
}

// isUnknown reports whether a value is the word "unknown".
func (d *decoder) isUnknown(node ast.Node) bool {
	text, is := node.(*ast.StringNode)
	return is && text.Value == string(catalogue.UnitUnknown)
}

// retention reads how long the data are kept.
func (d *decoder) retention(into *catalogue.Lifetime) field {
	return field{"retention", func(node ast.Node, path string) { *into = d.lifetime(node, path) }}
}
