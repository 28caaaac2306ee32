package mistakes

import (
	"slices"
	"strings"
	"unicode"

	"charte/catalogue/services"
	"charte/web/importer/draft/recognise"
	"charte/web/importer/plan"
)

// genuine are names of cookies that exist and that no known service declares. They are like some that are
// declared, and are not misspelt.
var genuine = []string{
	"_ga", "_ga_*", "_gid", "_gat*", "_gac_*", "_gali", "_gaexp*", "_gcl_*", "_opt_*", "__utm*", "__gads", "__gpi*", "__gsas", "__eoi", "_gads", "_dc_gtm_*", "_fbp", "_fbc", "_fbm_*",
	"_hj*", "_pk_testcookie*", "_pk_uid", "_pin_unauth", "_pinterest_*", "_derived_epik", "_scid*", "_sctr", "_schn", "_tt_*", "_ttp", "_clck", "_clsk", "_cltk", "_rdt_uuid",
	"_kla_id", "__kla_id", "__hs*", "__hstc", "__hssc", "__hssrc", "_vwo_*", "_vis_opt_*", "_dd_s", "_dlt", "_sp_*", "_lr_*", "_lo_*", "_mkto_trk", "_bl_uid", "_session_id", "_csrf*", "_shopify_*",
	"_wpfuuid", "_cfuvid", "__cf*", "__stripe_*", "_ym_*", "_omappvp", "_omappvs", "_parsely_*", "__qca", "__adroll*", "_iub_cs-*", "__atuvc", "__atuvs", "_hp2_*", "_mcid", "_ce.*", "__tld__", "__zlc*", "_gac",
	// Of Google, Microsoft and LinkedIn under their own hosts: https://policies.google.com/technologies/cookies.
	"SID", "HSID", "SSID", "APISID", "SAPISID", "SIDCC", "ANID", "AID", "TAID", "DSID", "AEC", "SOCS", "CONSENT", "1P_JAR", "OTZ", "SNID", "GPS", "PREF", "LOGIN_INFO", "__Secure-*",
	"MUIDB", "MR2", "ANON", "MSFPC", "SRM_*", "li_at", "li_mc", "li_rm", "liap",
}

// spelt says where a cookie's name is nearly that of a known one. Of a service that is not known, only
// names are looked at that are nobody's own words.
func (f *finder) spelt(c plan.Cookie, entry *services.Entry) {
	name := strings.TrimSuffix(c.Name, "*")
	if len(name) < 2 || f.exists(c.Name) {
		return
	}
	of, near, least := "", "", 3
	look := func(entry *services.Entry, own bool) {
		for _, known := range recognise.Names(entry) {
			other := strings.TrimSuffix(known, "*")
			if !own && !telling(other) {
				continue
			}
			n := apart(name, other)
			if n < least && n <= allowed(other, own) && !onlyDigits(name, other) && !another(name, other, own) {
				of, near, least = entry.Name, known, n
			}
		}
	}
	if entry != nil {
		look(entry, true)
	} else {
		for _, other := range f.known {
			look(other, false)
		}
	}
	if near != "" {
		f.says(plan.Misspelt, c.Path, "No known service stores “%s”; %s stores “%s”. The banner erases nothing by the wrong name: mend it in the catalogue.", c.Name, of, near)
	}
}

// exists reports whether a name is one that something stores.
func (f *finder) exists(name string) bool {
	meets := func(other string) bool { return recognise.Meets(name, other) }
	if slices.ContainsFunc(genuine, meets) {
		return true
	}
	return slices.ContainsFunc(f.known, func(entry *services.Entry) bool { return slices.ContainsFunc(recognise.Names(entry), meets) })
}

// telling reports whether a name is no word that a site would choose for a cookie of its own.
func telling(name string) bool {
	const shortest = 5
	upper := strings.IndexFunc(name, unicode.IsUpper) >= 0
	return len(name) >= shortest && (strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "__Secure-") || upper && strings.Contains(name, "_"))
}

// allowed is how many letters a name may have otherwise than a known one, to be taken for it.
func allowed(known string, own bool) int {
	const long, longer = 6, 10
	switch n := len(known); {
	case own && n > long, n > longer:
		return 2
	}
	return 1
}

// another reports whether a short name is rather one of its own than a slip. "_ps_id" is no "_cs_id",
// and "_clock" no "_clck": a slip leaves a letter out, or swaps two, or, in a service that is known, has
// one too many.
func another(name, known string, own bool) bool {
	const long = 6
	if len(known) > long || strings.EqualFold(name, known) {
		return false
	}
	letters := func(s string) string {
		all := []byte(s)
		slices.Sort(all)
		return string(all)
	}
	return len(name) > len(known) && !own || len(name) == len(known) && letters(name) != letters(known)
}

// onlyDigits reports whether two names differ in their digits alone, as those of a row do.
func onlyDigits(a, b string) bool {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return -1
			}
			return r
		}, s)
	}
	return letters(a) == letters(b) && letters(a) != a && letters(b) != b
}

// apart is how many bytes of a one has to insert, remove, replace or swap with a neighbour to get b.
// Names that differ in capitals alone are one apart, since browsers tell them apart.
func apart(a, b string) int {
	if a != b && strings.EqualFold(a, b) {
		return 1
	}
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return 3
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				rows[i][j] = rows[i-1][j-1]
			default:
				rows[i][j] = 1 + min(rows[i-1][j-1], rows[i-1][j], rows[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
