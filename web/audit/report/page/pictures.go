package page

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"charte/web/audit/report"
)

// A strip is the pictures of one page, side by side.
type strip struct {
	URL   string
	Shots []shot
}

// A shot is a picture of a page in one state.
type shot struct {
	State  report.State
	Source template.URL // the picture itself; empty where there is none
	Alt    string
	Why    string // there is none
}

// strips are the pages that have a picture in any state.
func strips(r *report.Report, pictures map[string][]byte) ([]strip, error) {
	var all []strip
	done := map[string]bool{}
	for _, j := range r.Journeys {
		for _, p := range j.Pages {
			if p.Picture == "" || done[p.URL] {
				continue
			}
			done[p.URL] = true
			s := strip{URL: p.URL}
			for _, j := range r.Journeys {
				shot, err := shotOf(j, p.URL, pictures)
				if err != nil {
					return nil, err
				}
				s.Shots = append(s.Shots, shot)
			}
			all = append(all, s)
		}
	}
	return all, nil
}

// shotOf is a journey's picture of a page.
func shotOf(j report.Journey, address string, pictures map[string][]byte) (shot, error) {
	s := shot{State: j.State, Why: "The page was not visited."}
	i := slices.IndexFunc(j.Pages, func(p report.Page) bool { return p.URL == address })
	if i < 0 {
		return s, nil
	}
	// The page on which the banner was answered is visited twice, and has its picture the second time.
	if shown := slices.IndexFunc(j.Pages, func(p report.Page) bool { return p.URL == address && p.Picture != "" }); shown >= 0 {
		i = shown
	}
	p := j.Pages[i]
	picture := pictures[p.Picture]
	switch {
	case p.Picture == "" && p.Error != "":
		s.Why = p.Error
		return s, nil
	case p.Picture == "":
		s.Why = "No picture was taken."
		return s, nil
	case len(picture) == 0:
		s.Why = "The picture is the file " + p.Picture + "."
		return s, nil
	}
	media := http.DetectContentType(picture)
	if !slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp"}, media) {
		return s, fmt.Errorf("page: picture %q is %s; it must be PNG, JPEG, GIF or WebP", p.Picture, media)
	}
	s.Why = ""
	s.Source = template.URL("data:" + media + ";base64," + base64.StdEncoding.EncodeToString(picture))
	s.Alt = alt(j.State, p)
	return s, nil
}

// alt says what a picture shows.
func alt(s report.State, p report.Page) string {
	what := "The page " + p.URL
	if p.Title != "" {
		what = "The page “" + p.Title + "”"
	}
	with := "no banner"
	if p.Banner != "" {
		with = "a banner"
	}
	return fmt.Sprintf("%s, %s; the audit saw %s.", what, strings.ToLower(stateName(s)), with)
}
