package check

import (
	"maps"
	"slices"
	"strings"

	"charte/catalogue"
)

// formerly checks what earlier revisions asked for. Their services and categories
// need not be declared any more.
func (v *validator) formerly() {
	if n := len(v.c.Formerly); n > maxFormerly {
		v.add("formerly", "%d earlier revisions are listed, %d at most; leave out those of more than six months ago", n, maxFormerly)
		return
	}
	for _, revision := range slices.Sorted(maps.Keys(v.c.Formerly)) {
		path := "formerly." + revision
		if len(revision) != catalogue.RevisionLength || strings.Trim(revision, catalogue.RevisionLetters) != "" {
			v.add(path, "formerly: %s is no revision, which has six characters; charte check prints the catalogue's", quote(revision))
			continue
		}
		for i, asked := range v.c.Formerly[revision] {
			category, service, _ := strings.Cut(asked, ".")
			if idFault(catalogue.ID(category)) != "" || idFault(catalogue.ID(service)) != "" {
				v.add(at(path, i), "formerly: %s is no service, written category.service", quote(asked))
			}
		}
	}
}
