package catalogue

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
)

// RevisionLength is the number of characters of a revision.
const RevisionLength = 6

// RevisionLetters are the characters of a revision, those of RFC 4648, section
// 6, in lower case.
const RevisionLetters = "abcdefghijklmnopqrstuvwxyz234567"

// Revision names what visitors are asked to consent to, in six characters out
// of a-z and 2-7. Two catalogues with different revisions need two answers.
//
// It depends on the categories' IDs (which are the purposes) and whether they
// are necessary; on the services' IDs, categories, providers and exemptions;
// on whether those providers are third parties; on the cookies' names, kinds
// and lifetimes. It does not depend on wording, order, languages, addresses, or
// providers without a service. None of these changes what anybody agreed to, and
// visitors who are asked again for nothing learn to click without reading (EDPB
// guidelines 03/2022, "continuous prompting").
//
// The hash is FNV-1a. It need not withstand an attack, since a site writes its
// own catalogue, and crypto/sha256 adds 600 KB to a Go 1.26 WebAssembly program.
func (c *Catalogue) Revision() string {
	var s serial
	s.text("charte 1") // the version of this serialisation

	categories := slices.SortedFunc(slices.Values(c.Categories), func(a, b Category) int { return cmp.Compare(a.ID, b.ID) })
	s.count(len(categories))
	for _, category := range categories {
		s.text(string(category.ID))
		s.flag(category.Necessary)
	}

	firstParty := make(map[ID]bool, len(c.Providers))
	for _, p := range c.Providers {
		firstParty[p.ID] = p.FirstParty
	}
	services := slices.SortedFunc(slices.Values(c.Services), func(a, b Service) int { return cmp.Compare(a.ID, b.ID) })
	s.count(len(services))
	for _, service := range services {
		s.text(string(service.ID))
		s.text(string(service.Category))
		s.text(string(service.Provider))
		s.flag(firstParty[service.Provider])
		s.flag(service.Exempt)

		cookies := slices.SortedFunc(slices.Values(service.Cookies), func(a, b Cookie) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind.OrCookie(), b.Kind.OrCookie()))
		})
		s.count(len(cookies))
		for _, cookie := range cookies {
			s.text(cookie.Name)
			s.text(string(cookie.Kind.OrCookie()))
			s.count(cookie.Lifetime.Count)
			s.text(string(cookie.Lifetime.Unit))
			s.flag(cookie.Lifetime.UpTo)
		}
	}

	hash := fnv.New64a()
	hash.Write(s)
	return letters(hash.Sum64())
}

// letters writes 30 bits of sum, five to a character.
func letters(sum uint64) string {
	// FNV-1a mixes its low bits best. The high half is folded into them.
	sum ^= sum >> 32
	var name [RevisionLength]byte
	for i := range name {
		name[i] = RevisionLetters[sum&31]
		sum >>= 5
	}
	return string(name[:])
}

// A serial is a serialisation in which every text follows its length, so that no
// two catalogues have the same one: "ab"+"c" and "a"+"bc" differ.
type serial []byte

func (s *serial) text(text string) {
	s.count(len(text))
	*s = append(*s, text...)
}

func (s *serial) count(n int) {
	*s = strconv.AppendInt(*s, int64(n), 10)
	*s = append(*s, ':')
}

func (s *serial) flag(set bool) {
	if set {
		s.count(1)
	} else {
		s.count(0)
	}
}

// OrCookie returns the kind, or KindCookie for the zero Kind.
func (k Kind) OrCookie() Kind {
	if k == "" {
		return KindCookie
	}
	return k
}
