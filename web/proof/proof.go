// Package proof takes pictures of what visitors are shown: each layer in each
// language, on a desk and on a phone. A site's owner may have to prove it one
// day (GDPR, article 7(1)).
package proof

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v3"

	"charte/web/browser"
	"charte/web/bundle"
	"charte/web/server"
	"charte/web/whole"
)

// Folder is the folder of the pictures, beside the bundle's files. Pictures are
// no part of the bundle: each has the time when it was taken, while two builds
// of one catalogue must be the same, byte for byte.
const Folder = "proof"

// List is the file in Folder that lists the pictures.
const List = "proof.json"

// A Record is the content of the file List.
type Record struct {
	Manifest string    `json:"manifest"` // digest of the shown bundle's manifest.json
	Browser  string    `json:"browser"`  // its navigator.userAgent
	Pictures []Picture `json:"pictures"`
}

// A Picture is a screenshot in Folder.
type Picture struct {
	Name     string    `json:"name"`
	Language string    `json:"language"`
	Layer    string    `json:"layer"`
	Width    int       `json:"width"` // of the window, in pixels
	Height   int       `json:"height"`
	SHA256   string    `json:"sha256"` // "sha256-" and base64, as in manifest.json
	Taken    time.Time `json:"taken"`
}

// windows are the sizes of the window on a desk and on a phone, in pixels.
var windows = []struct{ width, height int }{{1280, 800}, {390, 844}}

// Possible reports whether this machine has the Chromium that pictures need.
// Charte installs none for them.
func Possible() bool { return browser.Installed(browser.Chromium) }

// A Wish says whether pictures are wanted: "on", "off", or "auto", which takes them if there
// is a Chromium.
type Wish string

// Flags are the command-line flags about pictures.
func Flags() []cli.Flag {
	return []cli.Flag{&cli.StringFlag{Name: "proof", Value: "auto", Usage: "take pictures of what visitors are shown: auto (where there is a Chromium), on or off"}}
}

// FromFlags reads the wish from the command line. It returns an error if the value is not
// known, or if it is "on" and there is no Chromium.
func FromFlags(cmd *cli.Command) (Wish, error) {
	wish := cmd.String("proof")
	switch {
	case wish != "auto" && wish != "on" && wish != "off":
		return "", fmt.Errorf("-proof %q is not known; there are auto, on and off", wish)
	case wish == "on" && !Possible():
		return "", errors.New("there is no Chromium to take pictures with; install it, or leave -proof out")
	}
	return Wish(wish), nil
}

// Take calls [Take] unless pictures are not wanted or not possible. With "auto" it prints an
// error instead of returning it, since the bundle is complete without pictures.
func (w Wish) Take(ctx context.Context, b *bundle.Bundle, dir string, progress func(string)) error {
	if w == "off" || !Possible() {
		return nil
	}
	progress("taking pictures of what visitors are shown")
	err := Take(ctx, b, dir)
	if err != nil && w != "on" {
		fmt.Fprintln(os.Stderr, "charte: no pictures:", err)
		return nil
	}
	return err
}

// Take shows Chromium a bundle that was built for a static host, and writes the pictures
// into Folder below dir. The pictures of an earlier build are erased once all new ones are
// taken.
func Take(ctx context.Context, built *bundle.Bundle, dir string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	address, err := serve(ctx, built)
	if err != nil {
		return err
	}
	b, err := browser.StartChromium(ctx, browser.Options{})
	if err != nil {
		return err
	}
	defer b.Close()

	return take(built, dir, func(lang, layer string, width, height int) (png []byte, agent string, err error) {
		return picture(b, address+lang, layer, width, height)
	})
}

// take calls shoot for each picture, and writes the pictures once all are taken.
func take(built *bundle.Bundle, dir string, shoot func(lang, layer string, width, height int) (png []byte, agent string, err error)) error {
	record := Record{Manifest: digest(built.Files["manifest.json"].Data)}
	pictures := map[string][]byte{} // by name
	for _, view := range built.Views {
		for _, layer := range []string{"notice", "settings"} {
			if layer == "notice" && !view.Asks() {
				continue
			}
			for _, window := range windows {
				png, agent, err := shoot(view.Lang, layer, window.width, window.height)
				if err != nil {
					return err
				}
				p := Picture{fmt.Sprintf("%s-%s-%d.png", view.Lang, layer, window.width), view.Lang, layer,
					window.width, window.height, digest(png), time.Now().UTC().Truncate(time.Second)}
				pictures[p.Name] = png
				record.Browser, record.Pictures = agent, append(record.Pictures, p)
			}
		}
	}
	return write(filepath.Join(dir, Folder), record, pictures)
}

// write writes pictures and their list into a folder. It then erases the pictures of an
// earlier build.
func write(dir string, record Record, pictures map[string][]byte) error {
	list, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, png := range pictures {
		if err := whole.WriteFile(filepath.Join(dir, name), png); err != nil {
			return err
		}
	}
	if err := whole.WriteFile(filepath.Join(dir, List), append(list, '\n')); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries { // an earlier build may have had more languages
		if name := entry.Name(); name != List && pictures[name] == nil && filepath.Ext(name) == ".png" {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// picture takes a screenshot of a layer as a new visitor sees it.
func picture(b *browser.Browser, url, layer string, width, height int) (png []byte, agent string, err error) {
	page, err := b.NewPage()
	if err != nil {
		return nil, "", err
	}
	defer page.Close()
	steps := []func() error{
		func() error { return page.SetViewport(width, height) },
		func() error { return page.Emulate(browser.Media{ColorScheme: "light"}) },
		func() error { return page.Open(url) },
		func() error {
			if layer == "settings" {
				return page.Eval(`await charte.open()`, nil)
			}
			return nil
		},
		func() error { return page.WaitVisible("charte-banner >>> [data-charte=" + layer + "]") },
		func() error { return page.WaitFor(`document.fonts.ready.then(() => true)`) },
		func() error { return page.Eval(`return navigator.userAgent`, &agent) },
		func() (err error) { png, err = page.Screenshot(); return err },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, "", fmt.Errorf("picture of the layer %s at %d px: %w", layer, width, err)
		}
	}
	return png, agent, nil
}

// blank is a page with nothing in it but the banner.
var blank = template.Must(template.New("blank").Parse(`<!doctype html>
<html lang="{{.}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Charte</title><script src="/charte.js" defer></script></head>
<body></body>
</html>
`))

// serve serves a bundle on this machine until the context ends. It also serves a blank page
// for each language: the returned address followed by the language.
func serve(ctx context.Context, built *bundle.Bundle) (address string, err error) {
	files, err := server.Files(built, http.NotFoundHandler())
	if err != nil {
		return "", err
	}
	mux := http.NewServeMux()
	mux.Handle("/", files)
	mux.HandleFunc("/in/{language}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		blank.Execute(w, r.PathValue("language"))
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	pages := &http.Server{Handler: mux}
	context.AfterFunc(ctx, func() { pages.Close() })
	go pages.Serve(listener)
	return "http://" + listener.Addr().String() + "/in/", nil
}

// digest returns data's digest as it is written in manifest.json.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
