package page

import (
	"context"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// files are the scripts that a page has loaded.
type files struct {
	texts map[string]string // of scripts of the page's own site that mention a banner, by address

	// services are what tarteaucitron brings along. Nil means that they are not known.
	services []string

	// classes are those of elements that tarteaucitron holds back.
	classes []string

	unread []string // addresses of scripts that should have been read
}

const (
	// mostFiles and mostFileBytes bound the scripts that are read. A bundle has some megabytes.
	mostFiles     = 300
	mostFileBytes = 5 << 20

	// mostTextBytes bounds the texts that are kept.
	mostTextBytes = 20 << 20
)

var (
	// mentions finds what a banner's configuration calls it by.
	mentions = regexp.MustCompile(`(?i)cookie-?consent|klaro|orejime|tarteaucitron|c15t|ConsentManagerProvider`)

	// itself finds the file of a banner's own. What it has is no site's configuration.
	itself = regexp.MustCompile(`(?i)(?:^|/)(?:cookieconsent(?:[.-](?:umd|esm|core|min))*|klaro(?:-no-\w+)*(?:\.min)?|orejime(?:-(?:standard|dsfr|orejime))?(?:-[a-z]{2})?(?:\.min)?|tarteaucitron(?:\.(?:services|[a-z]{2}))?(?:\.min)?)\.m?js$`)

	servicesFile = regexp.MustCompile(`(?i)tarteaucitron\.services(?:\.min)?\.js$`)

	serviceDeclared = regexp.MustCompile(`tarteaucitron\.services(?:\.([\w$]+)|\[["']([^"'\]]+)["']\])\s*=[^=]`)
	classHeld       = regexp.MustCompile(`tarteaucitron\.fallback\(\s*\[([^\]]*)\]`)
	quoted          = regexp.MustCompile(`["']([\w-]+)["']`)
)

// theirClasses are tarteaucitron's classes where its services have not come.
var theirClasses = []string{"youtube_player", "vimeo_player", "dailymotion_player", "tac_iframe"}

// files reads the scripts that the page has loaded.
func (v *visit) files(ctx context.Context) *files {
	f := &files{texts: map[string]string{}, classes: slices.Clone(theirClasses)}
	var tree struct {
		FrameTree struct {
			Frame     struct{ URL string }
			Resources []struct {
				URL, Type   string
				ContentSize float64
			}
		}
	}
	if err := v.send(ctx, "Page.getResourceTree", nil, &tree); err != nil {
		return f // the next question says what is wrong
	}
	total, read := 0, 0
	for _, r := range tree.FrameTree.Resources {
		at := path(r.URL)
		own := sameSite(r.URL, tree.FrameTree.Frame.URL) && !itself.MatchString(at)
		if r.Type != "Script" || !own && !servicesFile.MatchString(at) {
			continue
		}
		text, ok := "", false
		if read < mostFiles && r.ContentSize <= mostFileBytes && total < mostTextBytes {
			text, ok = v.content(ctx, r.URL)
			read++
		}
		if !ok {
			f.unread = append(f.unread, r.URL)
			continue
		}
		f.held(text)
		if servicesFile.MatchString(at) {
			f.services = declared(text)
		} else if own && mentions.MatchString(text) {
			f.texts[r.URL] = text
			total += len(text)
		}
	}
	return f
}

// content is the text of what a page has loaded.
func (v *visit) content(ctx context.Context, address string) (string, bool) {
	var content struct {
		Content       string
		Base64Encoded bool
	}
	if err := v.send(ctx, "Page.getResourceContent", parameters{"frameId": v.watch.Frame(), "url": address}, &content); err != nil {
		return "", false
	}
	if content.Base64Encoded {
		text, err := base64.StdEncoding.DecodeString(content.Content)
		return string(text), err == nil
	}
	return content.Content, true
}

// held adds the classes of the elements that tarteaucitron's services in a script hold back.
func (f *files) held(text string) {
	for _, list := range classHeld.FindAllStringSubmatch(text, -1) {
		for _, class := range quoted.FindAllStringSubmatch(list[1], -1) {
			if !slices.Contains(f.classes, class[1]) {
				f.classes = append(f.classes, class[1])
			}
		}
	}
}

// declared are the keys of the services that a script of tarteaucitron's declares. It is never nil.
func declared(text string) []string {
	keys := []string{}
	for _, found := range serviceDeclared.FindAllStringSubmatch(text, -1) {
		keys = append(keys, found[1]+found[2])
	}
	return keys
}

func path(address string) string {
	at, err := url.Parse(address)
	if err != nil {
		return address
	}
	return at.Path
}

// sameSite reports whether two addresses have a scheme and a host in common.
func sameSite(a, b string) bool {
	first, err := url.Parse(a)
	if err != nil {
		return false
	}
	second, err := url.Parse(b)
	return err == nil && first.Scheme == second.Scheme && strings.EqualFold(first.Host, second.Host)
}
