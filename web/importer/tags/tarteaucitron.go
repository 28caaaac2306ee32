package tags

import (
	"bytes"
	"html"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	htmltoken "golang.org/x/net/html"
)

// A player is an element that tarteaucitron replaces by a frame. Facts are those of
// tarteaucitron.services.js 1.34.
type player struct {
	class   string
	service string // tarteaucitron's key
	title   string // of a frame that has none

	// address is the frame's. {name} is an attribute, or the same with "data-" before it. {name=text} is
	// text where there is no such attribute. In {+name}, what could not stand in a query is encoded.
	address string

	// query holds attributes that are added to the address where they are there, each as it is
	// called there, or as "name=other".
	query []string

	// content is the page that the frame's placeholder leads to, where the library knows none.
	content string

	full bool // whether it may fill the screen
	wide bool // whether it is as wide as what is around it, if nothing says otherwise
}

var players = []player{
	{class: "tac_iframe", service: "iframe", title: "Web content", address: "{url}", full: true},
	{class: "youtube_player", service: "youtube", title: "YouTube", address: "https://www.youtube-nocookie.com/embed/{videoid}", query: []string{"theme", "rel", "controls", "showinfo", "autoplay", "mute", "start", "loop", "enablejsapi"}, full: true},
	{class: "youtube_playlist_player", service: "youtubeplaylist", title: "YouTube", address: "https://www.youtube-nocookie.com/embed/videoseries?list={playlistid}", query: []string{"theme", "rel", "controls", "showinfo", "autoplay", "mute"}, full: true},
	{class: "vimeo_player", service: "vimeo", title: "Vimeo", address: "https://player.vimeo.com/video/{videoid}?dnt=1", query: []string{"byline", "portrait", "loop", "autoplay", "autopause", "background", "color", "controls", "maxheight", "maxwidth", "muted", "playsinline", "speed", "transparent", "hash=h"}, full: true},
	{class: "dailymotion_player", service: "dailymotion", title: "Dailymotion", address: "https://www.dailymotion.com/embed/{embedtype=video}/{videoid}", query: []string{"showinfo=info", "autoplay=autoPlay"}, content: "https://www.dailymotion.com/{embedtype=video}/{videoid}", full: true},
	{class: "artetv_player", service: "artetv", title: "Arte.tv", address: "https://www.arte.tv/player/v5/index.php?json_url={json}", full: true},
	{class: "twitch_player", service: "twitch", title: "Twitch", address: "https://player.twitch.tv/?video={videoid}&amp;parent={parent}", full: true},
	{class: "canalu_player", service: "canalu", title: "Canal-U", address: "https://www.canal-u.tv/video/embed_code_plugin.1/{videotitle}", full: true},
	{class: "webtvnu_player", service: "webtvnu", title: "WebTV Normandie Université", address: "https://webtv.normandie-univ.fr/permalink/{videoid}/iframe/", full: true},
	{class: "spotify_player", service: "spotify", title: "Spotify", address: "https://open.spotify.com/embed/{spotifyid}", full: true},
	{class: "deezer_player", service: "deezer", title: "Deezer", address: "https://widget.deezer.com/widget/{theme=auto}/{embedtype=album}/{deezerid}?tracklist={tracklist=true}&amp;radius={radius=true}", full: true},
	{class: "soundcloud_player", service: "soundcloud", title: "SoundCloud", address: "https://w.soundcloud.com/player/?url={+playable-url}", query: []string{"hide-related=hide_related", "color", "auto-play=auto_play", "show-comments=show_comments", "show-user=show_user", "show-reposts=show_reposts", "show-teaser=show_teaser", "visual", "artwork=show_artwork"}, wide: true},
	{class: "mixcloud_embed", service: "mixcloud", title: "Mixcloud", address: "https://www.mixcloud.com/widget/iframe/?feed={id}", query: []string{"hidecover=hide_cover", "mini", "light"}},
	{class: "acast_embed", service: "acast", title: "Acast", address: "https://embed.acast.com/{id1}/{id2}", query: []string{"seek"}},
	{class: "fculture_embed", service: "fculture", title: "France Culture", address: "https://www.franceculture.fr/player/export-reecouter?content={id}"},
	{class: "tac_podcloud", service: "podcloud", title: "podCloud", address: "{url}", full: true},
	{class: "tac_helloasso", service: "helloasso", title: "HelloAsso", address: "{url}", full: true},
	{class: "tac_facebookpost", service: "facebookpost", title: "Facebook", address: "https://www.facebook.com/plugins/post.php?href={+url}", query: []string{"show-text=show_text"}, full: true},
	{class: "calameo-canvas", service: "calameo", title: "Calameo", address: "https://v.calameo.com/?bkcode={id}", full: true},
	{class: "googlemaps_embed", service: "maps_noapi", title: "Google Maps", address: "https://www.google.com/maps/embed?pb={id}", full: true},
	{class: "googlemapsembed", service: "googlemapsembed", title: "Google Maps", address: "{url}", full: true},
	{class: "openstreetmap", service: "openstreetmap", title: "OpenStreetMap", address: "{url}", full: true},
	{class: "discord_widget", service: "discord", title: "Discord", address: "https://discord.com/widget?id={guildid}"},
	{class: "gagenda_embed", service: "gagenda", title: "Google Agenda", address: "https://www.google.com/calendar/embed?{data}"},
	{class: "gdocs_embed", service: "gdocs", title: "Google Docs", address: "https://docs.google.com/document/d/e/{id}/pub?embedded=true"},
	{class: "gsheets_embed", service: "gsheets", title: "Google Sheets", address: "https://docs.google.com/spreadsheets/d/e/{id}/pubhtml?widget=true", query: []string{"headers"}},
	{class: "gslides_embed", service: "gslides", title: "Google Slides", address: "https://docs.google.com/presentation/d/e/{id}/embed", query: []string{"autostart=start", "loop", "delay=delayms"}, full: true},
	{class: "gforms_embed", service: "gforms", title: "Google Forms", address: "https://docs.google.com/forms/d/e/{id}/viewform?embedded=true"},
}

// besides are the keys of services that mean the same to a visitor.
var besides = map[string]string{"youtubeplaylist": "youtube", "googlemapsembed": "maps_noapi", "maps_noapi": "googlemapsembed"}

// widgets are classes of elements that a service's script fills, and not a frame, with
// tarteaucitron's key.
var widgets = map[string]string{
	"tacTwitter": "twitter", "twitterembed-canvas": "twitterembed", "tacTwitterTimelines": "twittertimeline",
	"fb-post": "facebook", "fb-follow": "facebook", "fb-activity": "facebook", "fb-send": "facebook", "fb-share-button": "facebook",
	"fb-like": "facebook", "fb-video": "facebook", "fb-like-box": "facebooklikebox", "fb-page": "facebooklikebox", "fb-comments": "facebookcomment",
	"tacLinkedin": "linkedin", "tacPinterest": "pinterest", "tacSharethis": "sharethis", "tac_addtoanyshare": "addtoanyshare",
	"addthis_inline_share_toolbox": "addthis", "g-recaptcha": "recaptcha", "h-captcha": "hcaptcha", "googlemaps-canvas": "googlemaps",
	"issuu_player": "issuu", "prezi-canvas": "prezi", "slideshare-canvas": "slideshare", "bandcamp_player": "bandcamp",
	"criteo-canvas": "criteo", "xandrsegment-canvas": "xandrsegment", "xandrconversion-canvas": "xandrconversion",
}

// tarteaucitron rewrites the elements that tarteaucitron replaces by frames.
func tarteaucitron(p *page, i int) int {
	n := &p.nodes[i]
	if n.kind == htmltoken.TextToken && !n.raw { // a macro may write only a part of a script
		p.pushes(n.span)
	}
	if n.kind != htmltoken.StartTagToken && n.kind != htmltoken.SelfClosingTagToken {
		return 0
	}
	if next := p.own(i, &tarteaucitronOwn); next > 0 {
		return next
	}
	classes := strings.Fields(n.value("class"))
	for _, class := range classes {
		for k := range players {
			if players[k].class == class && n.name != "iframe" {
				return p.player(i, &players[k])
			}
		}
		if key, ok := widgets[class]; ok {
			p.leaveNode(n, "", "A script of the service fills this element, so that script must wait. "+p.m.paste(key))
			return 0
		}
		if strings.HasPrefix(class, "tac_") && class != "tac_player" {
			p.leaveNode(n, "", "Nobody knows how \""+class+"\" becomes a frame. Write an iframe with data-category, data-service and data-src in its place.")
			return 0
		}
	}
	opens := slices.Contains(classes, "tarteaucitronOpenPanel") || n.name == "a" && n.value("href") == "#tarteaucitron"
	if opens && n.get("data-charte") == nil && !holds[n.name] {
		p.change(n.span, "", edit{span: span{n.label.end, n.label.end}, text: ` data-charte="open"`})
	} else {
		p.opener(n, &tarteaucitronOwn)
	}
	return 0
}

// paste says where the tag of a service is to be had.
func (m Map) paste(key string) string {
	id := m.Services[key]
	if name := m.Library[id]; name != "" {
		return "`charte services " + name + "` prints the tag to paste."
	}
	if id != "" {
		return "Paste the service's own tag, as type=\"text/plain\" with data-category=\"" + m.Homes[id] + "\" and data-service=\"" + id + "\"."
	}
	return "`charte services -search " + key + "` says whether the library has its tag."
}

// player makes a frame that waits of an element that tarteaucitron would replace.
func (p *page) player(i int, of *player) int {
	n := &p.nodes[i]
	key := of.service
	if _, ok := p.m.Services[key]; !ok && besides[key] != "" {
		key = besides[key]
	}
	if _, ok := p.m.Services[key]; !ok {
		p.leaveNode(n, "", "The catalogue has no service for tarteaucitron's \""+of.service+"\".")
		return 0
	}
	h, why := p.m.home(key)
	if why != "" {
		p.leaveNode(n, "", why)
		return 0
	}
	last := p.ends[i]
	if last < 0 || strings.TrimSpace(string(p.text[n.end:p.nodes[last].start])) != "" {
		p.leaveNode(n, "", "It has content of its own, which would be lost. Write an iframe with "+h.attributes(`"`)+" and data-src in its place.")
		return 0
	}
	f := filling{n: n, p: p, used: map[*attribute]bool{}}
	address := f.fill(of.address)
	for _, entry := range of.query {
		f.ask(&address, entry)
	}
	if f.unsure != "" {
		p.leaveNode(n, "", f.unsure)
		return 0
	}
	if why := leads(address, f.coded); why != "" {
		p.leaveNode(n, "", why)
		return 0
	}
	content := ""
	if of.content != "" {
		content = f.fill(of.content)
	}
	whole := span{n.start, p.nodes[last].end}
	note := ""
	if of.class == "vimeo_player" {
		note = "Vimeo is told not to track (dnt=1)."
	}
	if n.get("srcdoc") != nil {
		note = strings.TrimSpace(note + " A frame shows its srcdoc before any answer, so that goes.")
	}
	p.change(whole, note, append(f.edits(of, h, address, content), edit{span: p.nodes[last].label, text: "iframe"})...)
	return last + 1
}

// leads returns why an address cannot be that of a frame, and "" if it can.
func leads(address string, coded bool) string {
	if coded {
		return ""
	}
	u, err := url.Parse(html.UnescapeString(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "" || address == "" {
		return "Its address is neither http nor https."
	}
	return ""
}

// A filling makes a frame's address of an element's attributes.
type filling struct {
	n      *node
	p      *page
	used   map[*attribute]bool
	unsure string // why the address is not known, as a sentence
	coded  bool   // code of a template stands in the address
}

var blank = regexp.MustCompile(`\{(\+?)([a-z0-9-]+)(?:=(\w+))?\}`)

// get finds an attribute, or the same with "data-" before it.
func (f *filling) get(name string) *attribute {
	for _, name := range []string{"data-" + name, "data-playable-" + name, name} {
		if a := f.n.get(name); a != nil && a.value != "" {
			return a
		}
	}
	return nil
}

// take returns an attribute's value as it may stand between double quotes.
func (f *filling) take(a *attribute) string {
	f.used[a] = true
	f.coded = f.coded || a.coded
	return strings.ReplaceAll(string(f.p.text[a.raw.start:a.raw.end]), `"`, "&#34;")
}

func (f *filling) fill(pattern string) string {
	return blank.ReplaceAllStringFunc(pattern, func(text string) string {
		parts := blank.FindStringSubmatch(text)
		a := f.get(parts[2])
		switch {
		case a == nil && parts[3] == "":
			f.unsure = "It has no " + parts[2] + ", so where it leads is not known."
			return ""
		case a == nil:
			return parts[3]
		case parts[1] == "+" && a.coded:
			f.unsure = "Code of a template writes its " + a.name + ". In the address of the frame, that must be percent-encoded."
		case parts[1] == "+":
			f.used[a] = true
			return url.QueryEscape(a.value)
		}
		return f.take(a)
	})
}

// ask adds an attribute to an address, if it is there.
func (f *filling) ask(address *string, entry string) {
	name, as, ok := strings.Cut(entry, "=")
	if !ok {
		as = name
	}
	a := f.get(name)
	if a == nil {
		return
	}
	mark := "?"
	if strings.Contains(*address, "?") {
		mark = "&amp;"
	}
	*address += mark + as + "=" + strings.ReplaceAll(f.take(a), "#", "%23")
}

// edits turn the element's tag into that of a frame.
func (f *filling) edits(of *player, h home, address, content string) []edit {
	n := f.n
	text := " " + h.attributes(`"`) + ` data-src="` + address + `"`
	if content != "" {
		text += ` data-content="` + content + `"`
	}
	title := n.get("title")
	if title != nil && of.class == "vimeo_player" && (title.value == "0" || title.value == "1") { // a parameter of the player
		f.used[title] = true
		title = nil
	}
	if title == nil {
		text = ` title="` + of.title + `"` + text
	}
	if of.wide && n.get("width") == nil && n.get("data-width") == nil {
		text += ` width="100%"`
	}
	edits := []edit{{span: n.label, text: "iframe" + text}}
	full := of.full
	for i := range n.attributes {
		a := &n.attributes[i]
		switch {
		case a.name == "src", a.name == "srcdoc": // a frame would not wait with them
		case a.name == "allowfullscreen", a.name == "data-allowfullscreen":
			full = full && a.value != "0"
		case a.name == "data-width" && n.get("width") == nil, a.name == "data-height" && n.get("height") == nil:
			edits = append(edits, edit{span: a.label, text: strings.TrimPrefix(a.name, "data-")})
			continue
		case a.name == "class":
			classes := slices.DeleteFunc(strings.Fields(a.value), func(c string) bool { return c == of.class || c == "tac_player" })
			if len(classes) > 0 {
				edits = append(edits, a.to(strings.Join(classes, " ")))
				continue
			}
		case !f.used[a]:
			continue
		}
		edits = append(edits, f.p.without(n, a))
	}
	if full {
		end := n.end - 1
		edits = append(edits, edit{span: span{end, end}, text: " allowfullscreen"})
	}
	return edits
}

var (
	// push asks for a service, and ownService declares one.
	push       = regexp.MustCompile(`(?:\(\s*)?\btarteaucitron\s*\.\s*job\b[^;\n]*?\.\s*push\s*\(\s*(?:\\?["'` + "`" + `]([\w-]+)\\?["'` + "`" + `]|([^)\n]*))\s*\)`)
	ownService = regexp.MustCompile(`\btarteaucitron\s*\.\s*services\s*(?:\.\s*|\[\s*["'])(\w+)(?:["']\s*\])?\s*=(?:[^=]|$)`)
)

// asked lists the services that a file of JavaScript asks tarteaucitron for, and the players that it writes.
// tarteaucitron's own files declare all services, and ask for none.
func asked(name string, text []byte, m Map) []Left {
	if tarteaucitronOwn.script.MatchString(path.Base(name)) {
		return nil
	}
	p := newPage(name, text, m)
	p.pushes(span{0, len(text)})
	for _, at := range tarteaucitronOwn.markup.FindAllIndex(text, -1) {
		tag := p.near(span{0, len(text)}, at)
		known := slices.ContainsFunc(players, func(of player) bool { return strings.Contains(tag, of.class) })
		if known && !commented(text, at[0]) {
			p.leave(at[0], tag, "", "A script writes something that waits for the banner. "+instead)
		}
	}
	p.sortLeft()
	return p.left
}

const (
	// lineBytes is longer than lines that people write. Comments that end with a line stand in no other ones.
	lineBytes = 500

	// commentBytes is how far before a place a comment may begin.
	commentBytes = 2000
)

var (
	lineComment  = regexp.MustCompile(`(?:^|[\s;{}])//`)      // no address
	blockComment = regexp.MustCompile(`(?:^|[\s;{}])/\*|\*/`) // no "image/*"
)

// commented reports whether what stands at a place of a script is in a comment.
func commented(text []byte, at int) bool {
	before := text[max(0, at-commentBytes):at]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	if len(line) <= lineBytes && lineComment.Match(line) {
		return true
	}
	marks := blockComment.FindAll(before, -1)
	return len(marks) > 0 && !bytes.Equal(marks[len(marks)-1], []byte("*/"))
}

// pushes notes the services that a script asks tarteaucitron for. It reports whether there is one.
func (p *page) pushes(code span) bool {
	text := p.text[code.start:code.end]
	found := false
	for _, at := range push.FindAllSubmatchIndex(text, -1) {
		found = true
		if commented(text, at[0]) {
			continue
		}
		start := code.start + at[0]
		if at[2] < 0 {
			p.leave(start, string(text[at[0]:at[1]]), "", "What is pushed here is computed. Paste the tags of those services.")
			continue
		}
		key := string(text[at[2]:at[3]])
		if slices.ContainsFunc(players, func(of player) bool { return of.service == key }) {
			p.leave(start, string(text[at[0]:at[1]]), "", "What shows this service is frames, which wait of their own. Delete this.")
			continue
		}
		p.leave(start, string(text[at[0]:at[1]]), "", "tarteaucitron brings the tag of this service along, and Charte does not. "+p.m.paste(key)+" Then delete this.")
	}
	for _, at := range ownService.FindAllSubmatchIndex(text, -1) {
		found = true
		if commented(text, at[0]) {
			continue
		}
		p.leave(code.start+at[0], p.near(code, at), "", "This declares the service \""+string(text[at[2]:at[3]])+"\" of the site's own. Put what its function loads into a tag that waits.")
	}
	return found
}
