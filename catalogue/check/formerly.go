package check

import (
	"slices"
	"strconv"
	"strings"

	"charte/catalogue"
)

// formerly checks what earlier revisions asked for. Services and categories of
// then need not be declared any more.
func (v *validator) formerly() {
	if n := len(v.c.Formerly); n > maxFormerly {
		v.add("formerly", strconv.Itoa(n), " earlier revisions are listed, ", strconv.Itoa(maxFormerly), " at most; leave out those of more than six months ago")
		return
	}
	revisions := make([]string, 0, len(v.c.Formerly))
	for revision := range v.c.Formerly {
		revisions = append(revisions, revision)
	}
	slices.Sort(revisions)
	for _, revision := range revisions {
		path := "formerly." + revision
		if len(revision) != catalogue.RevisionLength || strings.Trim(revision, catalogue.RevisionLetters) != "" {
			v.add(path, "formerly: ", quote(revision), " is no revision, which has six characters; charte check prints the catalogue's")
			continue
		}
		for i, asked := range v.c.Formerly[revision] {
			category, service, _ := strings.Cut(asked, ".")
			if idFault(catalogue.ID(category)) != "" || idFault(catalogue.ID(service)) != "" {
				v.add(at(path, i), "formerly: ", quote(asked), " is no service, written category.service")
			}
		}
	}
}
