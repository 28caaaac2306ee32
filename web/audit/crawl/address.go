package crawl

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
)

// longestAddress is the length in bytes beyond which a link is not followed. The sitemap protocol has
// the same bound.
const longestAddress = 2048

// normalised is the address of a page that a link leads to, in the form in which two spellings of one
// address are equal: absolute, without a fragment, credentials, the scheme's own port and dot
// segments. The order of the query is kept, for a server may heed it. It is nil if the link leads to
// no page of the web.
func normalised(base *url.URL, href string) *url.URL {
	href = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1 // as browsers do
		}
		return r
	}, strings.TrimSpace(href))
	if len(href) > longestAddress {
		return nil
	}
	u, err := url.Parse(href)
	if err != nil {
		return nil
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	host := hostOf(u)
	if u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" || !plausible(host) {
		return nil
	}
	clean := &url.URL{Scheme: u.Scheme, Host: host, RawQuery: escaped(u.RawQuery)}
	if strings.Contains(host, ":") {
		clean.Host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && port != portOf(&url.URL{Scheme: u.Scheme}) {
		clean.Host += ":" + port
	}
	// Resolving takes the dot segments out, also of an absolute address.
	full := (&url.URL{Path: "/"}).ResolveReference(&url.URL{Path: u.Path, RawPath: u.RawPath})
	clean.Path, clean.RawPath = full.Path, full.RawPath
	if !strings.HasPrefix(clean.Path, "/") {
		return nil
	}
	if again, err := url.Parse(clean.String()); err != nil || len(clean.String()) > longestAddress || again.Host != clean.Host {
		return nil
	}
	return clean
}

// plausible reports whether a host may be one. The characters that it refuses end a host, or would be
// written otherwise. No label of a host is empty.
func plausible(host string) bool {
	return !strings.Contains("."+host+".", "..") && !strings.ContainsFunc(host, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"#%/<>?@[\]^{|}`+"`", r)
	})
}

// escaped is a query in which what is not ASCII is escaped, as browsers send it.
func escaped(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c >= 0x7f {
			escape(&b, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// escape writes a byte as RFC 3986 escapes it.
func escape(b *strings.Builder, c byte) {
	const digits = "0123456789ABCDEF"
	b.WriteByte('%')
	b.WriteByte(digits[c>>4])
	b.WriteByte(digits[c&15])
}

// tracking are parameters that tell where a visitor came from. The page is the same without them.
var tracking = []string{"gclid", "gclsrc", "dclid", "gbraid", "wbraid", "fbclid", "msclkid"}

// untracked is an address without the parameters of tracking.
func untracked(u *url.URL) *url.URL {
	var kept []string
	for parameter := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(parameter, "=")
		if decoded, err := url.QueryUnescape(name); err == nil {
			name = decoded
		}
		name = strings.ToLower(name)
		if parameter != "" && !strings.HasPrefix(name, "utm_") && !slices.Contains(tracking, name) {
			kept = append(kept, parameter)
		}
	}
	clean := *u
	clean.RawQuery = strings.Join(kept, "&")
	return &clean
}

// files are the endings of what a browser downloads, or shows without a document of the site.
var files = words(`
	7z apk avi avif bmp bz2 css csv deb dmg doc docx eot epub exe flac gif gz ico ics iso jar jpeg jpg js json
	m4a m4v map md5 mjs mkv mov mp3 mp4 mpeg mpg msi odp ods odt ogg ogv otf pdf pkg png ppt pptx ps rar rpm rss
	rtf svg tar tgz tif tiff ttf txt vcf wasm wav webm webmanifest webp wmv woff woff2 xls xlsx xml xz zip`)

// isFile reports whether an address plainly leads to no page.
func isFile(u *url.URL) bool {
	ending := strings.TrimPrefix(path.Ext(u.Path), ".")
	return files[strings.ToLower(ending)]
}

// acts are what an address says that changes something. A GET must not change anything, but on some
// sites it does.
var acts = words(`
	logout log-out logoff log-off signout sign-out signoff sign-off deconnexion déconnexion deconnecter
	déconnecter abmelden ausloggen logga-ut cerrar-sesion cerrar-sesión uitloggen afmelden disconnetti
	delete remove destroy supprimer effacer löschen loeschen eliminar verwijderen
	unsubscribe opt-out optout desabonner désabonner desabonnement désabonnement desinscription désinscription
	desinscrire désinscrire abbestellen uitschrijven disiscriviti
	addtocart add-to-cart cart-add add-to-basket basket-add add-to-bag add-to-wishlist ajouter-au-panier
	panier-ajouter ajouter-panier in-den-warenkorb wpnonce`)

// longestAct is how many words the part of an address has at most that counts as an act:
// "delete-my-account" has three. "how-to-delete-cookies" is rather an article.
const longestAct = 3

// isAct reports whether an address looks as if a visit changed something.
func isAct(u *url.URL) bool {
	var parts [][]string
	var before []string
	for segment := range strings.SplitSeq(u.Path, "/") {
		said := split(segment)
		if len(before) == 1 && len(said) == 1 {
			parts = append(parts, []string{before[0], said[0]}) // "/cart/add"
		}
		parts = append(parts, said)
		before = said
	}
	for parameter := range strings.SplitSeq(u.RawQuery, "&") {
		for half := range strings.SplitSeq(parameter, "=") {
			if decoded, err := url.QueryUnescape(half); err == nil {
				half = decoded
			}
			parts = append(parts, split(half))
		}
	}
	return slices.ContainsFunc(parts, saysAct)
}

// saysAct reports whether a part of an address has the words of an act.
func saysAct(part []string) bool {
	// A longer act still counts if the part says nothing but it: "ajouter-au-panier".
	if acts[strings.Join(part, "-")] {
		return true
	}
	if len(part) > longestAct {
		return false
	}
	for from := range part {
		for to := from + 1; to <= len(part); to++ {
			if acts[strings.Join(part[from:to], "-")] {
				return true
			}
		}
	}
	return false
}

// split is a part of an address in words, in lower case. "addToCart" has three.
func split(part string) []string {
	var all []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			all = append(all, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	lower := false
	for _, r := range part {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			end()
			lower = false
			continue
		}
		if lower && unicode.IsUpper(r) {
			end()
		}
		word = append(word, r)
		lower = unicode.IsLower(r)
	}
	end()
	// A final "php" or "html" is no word of what the page does.
	if n := len(all); n > 1 && slices.Contains([]string{"php", "html", "htm", "asp", "aspx", "jsp", "do"}, all[n-1]) {
		all = all[:n-1]
	}
	return all
}

// words is the set of the words of a text.
func words(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}
