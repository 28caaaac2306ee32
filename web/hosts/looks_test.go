package hosts

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"charte/catalogue"
	"charte/catalogue/source"
	"charte/web/browser"
	"charte/web/browser/browsertest"
)

// looked opens the page looks/ as a new visitor, in a language, a colour scheme ("light", "dark") and
// a width in pixels.
func looked(t *testing.T, name browser.Engine, w *world, lang, scheme string, width int) visitor {
	t.Helper()
	v := visitor{browsertest.NewPage(t, name), t}
	v.must(v.SetViewport(width, 800))
	v.must(v.Emulate(browser.Media{ColorScheme: scheme}))
	v.must(v.Open(w.Site + "/looks/?" + lang))
	v.sees(notice)
	return v
}

// dressedWorld serves the catalogue of the page looks/ in a look.
func dressedWorld(t *testing.T, look catalogue.Look) *world {
	t.Helper()
	c, err := source.File("looks/catalogue.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c.Look = look
	return newWorldOf(t, "light", c)
}

// everyLook calls f for each preset in each position. With -short it calls f only for the looks that
// inShort chooses.
func everyLook(f func(catalogue.Look)) {
	for _, preset := range catalogue.Presets() {
		for _, position := range catalogue.Positions() {
			if look := (catalogue.Look{Preset: preset, Position: position}); !testing.Short() || inShort(look) {
				f(look)
			}
		}
	}
}

// inShort reports whether a look is one of the few that together have every preset and every position.
func inShort(look catalogue.Look) bool {
	return look.Preset == catalogue.PresetNeutral || look.Position == catalogue.PositionBottom
}

// TestPositions: the notice fits a small window and large text in every position, and the page beside
// it stays usable.
func TestPositions(t *testing.T) {
	t.Parallel()
	shows(t, "A12, A13, L6: in every preset and position the notice fits 320 × 256 and text of twice the size, takes at most half of the window, and the page beside it takes clicks")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		const layer = root + `.querySelector("[data-charte=notice]")`
		everyLook(func(look catalogue.Look) {
			if name != browser.Chromium && !inShort(look) {
				return // Chromium tests every pair; the others test each preset and each position
			}
			browsertest.Try(t, string(look.Preset)+" "+string(look.Position), name, func(t *testing.T) {
				v := looked(t, name, dressedWorld(t, look), "de", "light", 1280)
				if part := eval[float64](v, `(r => r.width * r.height / innerWidth / innerHeight)(`+layer+`.getBoundingClientRect())`); part > 0.5 {
					t.Errorf("the notice takes %.2f of the window", part)
				}
				fits := func(what string, answers ...string) {
					t.Helper()
					want(v, what+": beyond the window", eval[string](v, `(r => [r.left < 0, r.right > innerWidth, r.top < 0, r.bottom > innerHeight].join())(`+layer+`.getBoundingClientRect())`), "false,false,false,false")
					want(v, what+": scrolls sideways", eval[bool](v, layer+`.scrollWidth > `+layer+`.clientWidth || document.documentElement.scrollWidth > innerWidth`), false)
					for _, answer := range answers {
						want(v, what+": "+answer+" in sight", eval[bool](v, inSight+`(`+root+`.querySelector("[data-charte="+arguments[0]+"]"))`, answer), true)
					}
				}
				fits("as it is", "accept-all", "refuse-all", "customise")
				want(v, "accept and refuse side by side, or one under the other and as wide", eval[bool](v, `(([a, b]) => a.height === b.height && Math.abs(a.width - b.width) < 1 && (a.top === b.top || a.left === b.left))(["accept-all", "refuse-all"].map(n => `+root+`.querySelector("[data-charte=" + n + "]").getBoundingClientRect()))`), true)
				want(v, "points beside the notice that the banner covers", eval[string](v, `(r => [[r.left - 4, r.top + 9], [r.right + 4, r.bottom - 9], [r.left + 9, r.top - 4]].filter(([x, y]) => document.elementFromPoint(x, y)?.localName === "charte-banner").join())(`+layer+`.getBoundingClientRect())`), "")
				v.click("#link")
				v.must(v.SetViewport(320, 256))
				v.waits(`innerWidth === 320`)
				fits("320 x 256", "accept-all", "refuse-all")
				v.must(v.SetViewport(1280, 800))
				v.waits(`innerWidth === 1280`)
				v.restyles(`.charte { font-size: 200% !important }`)
				v.clipsNothing()
				fits("text of twice the size", "accept-all", "refuse-all", "customise")
			})
		})
	})
}

// TestCorners: the positions start and end follow the direction of the banner's language.
func TestCorners(t *testing.T) {
	t.Parallel()
	shows(t, "A box in a corner is on the other side where the banner's language runs from right to left")
	eachBrowser(t, func(t *testing.T, name browser.Engine) {
		for _, position := range []catalogue.Position{catalogue.PositionStart, catalogue.PositionEnd} {
			w := dressedWorld(t, catalogue.Look{Position: position})
			for _, lang := range []string{"fr", "ar"} {
				v := looked(t, name, w, lang, "light", 1280)
				left := (position == catalogue.PositionStart) == (lang == "fr")
				want(v, string(position)+" in "+lang+" is on the left", eval[bool](v, `(r => r.left < innerWidth - r.right)(`+root+`.querySelector("[data-charte=notice]").getBoundingClientRect())`), left)
				want(v, string(position)+" in "+lang+": pixels from the edge", eval[float64](v, `(r => Math.min(r.left, document.documentElement.clientWidth - r.right))(`+root+`.querySelector("[data-charte=notice]").getBoundingClientRect())`), 16)
			}
		}
	})
}

// TestMoreContrast: a visitor who asks for more contrast gets borders as dark as the text, once the
// program is there. In forced colours every label and border can be seen. This holds in each preset.
func TestMoreContrast(t *testing.T) {
	t.Parallel()
	shows(t, "A9, A16: more contrast and forced colours hold in every preset")
	const buttons = `[...` + root + `.querySelectorAll("[part=answer]")].map(e => { const s = getComputedStyle(e); return [s.color, s.backgroundColor, s.borderColor, s.borderStyle]; })`
	eachOf(t, withForcedColours(), func(t *testing.T, name browser.Engine) {
		for _, preset := range catalogue.Presets() {
			w := dressedWorld(t, catalogue.Look{Preset: preset})
			medias := []browser.Media{{ColorScheme: "light"}, {ColorScheme: "dark"}, {ForcedColors: "active", ColorScheme: "light"}, {ForcedColors: "active", ColorScheme: "dark"}}
			if name == browser.Chromium {
				medias = append(medias, browser.Media{Contrast: "more", ColorScheme: "light"}, browser.Media{Contrast: "more", ColorScheme: "dark"})
			}
			v := looked(t, name, w, "fr", "light", 1280)
			for _, layer := range []string{"notice", "settings"} {
				if layer == "settings" {
					v.asks(customise)
					v.sees(settings)
					v.must(v.Hover(settings + " h2")) // so that no button is under the mouse: it would have another border in forced colours
				}
				for _, media := range medias {
					v.must(v.Emulate(media))
					for _, styles := range eval[[][4]string](v, buttons) {
						text, back, border := rgbOf(t, styles[0]), rgbOf(t, styles[1]), rgbOf(t, styles[2])
						paper := rgbOf(t, eval[string](v, `getComputedStyle(`+root+`.querySelector("[data-charte="+arguments[0]+"]")).backgroundColor`, layer))
						least := 3.0
						if media.Contrast == "more" && layer == "settings" {
							least = 4.5
						}
						if contrast(text, back) < 4.5 || contrast(border, paper) < least && contrast(back, paper) < least || styles[3] != "solid" {
							t.Errorf("%s, %s, %+v: %v on %v", preset, layer, media, styles, paper)
						}
					}
				}
			}
			if name == browser.Chromium {
				want(v, "a border in more contrast", eval[string](v, `getComputedStyle(`+root+`.querySelector("dialog")).borderTopColor`), eval[string](v, `getComputedStyle(`+root+`.querySelector("dialog")).color`))
			}
		}
	})
}

// rgbOf parses a computed colour such as "rgb(0, 0, 0)".
func rgbOf(t *testing.T, css string) color.Color {
	t.Helper()
	var c color.RGBA
	if _, err := fmt.Sscanf(css, "rgb(%d, %d, %d)", &c.R, &c.G, &c.B); err != nil {
		t.Fatalf("%s: %v", css, err)
	}
	c.A = 255
	return c
}

// The references of TestLooks are a quarter of the window's size in each direction. They show what a
// person sees from a distance, and their files are small.
const (
	lookFolder = "testdata/looks"
	lookScale  = 4

	// lookTolerance is how much, of 255, a pixel may differ from all pixels around its place in the
	// reference. A pixel of a reference stands for 16, so hinting and the edges of letters differ by
	// less.
	lookTolerance = 24

	// lookStrays is how many pixels may differ by more. The smallest button has more pixels.
	lookStrays = 30
)

// TestLooks: each look is as it was when somebody looked at it last. After an intended change, go
// test ./web/hosts -run TestLooks -update rewrites the references. Look at their diff then.
func TestLooks(t *testing.T) {
	t.Parallel()
	shows(t, "Every preset in every position looks as its reference: 1280 and 390 px, light and dark, French, German, Finnish and Arabic")
	if !slices.Contains(browsertest.Engines(), browser.Chromium) {
		return // the references are Chromium's
	}
	const font = "/usr/share/fonts/truetype/dejavu/DejaVuSans*.ttf"
	if err := browsertest.InstallPackage("fonts-dejavu-core", func() bool { found, _ := filepath.Glob(font); return found != nil }); err != nil {
		t.Fatal(err)
	}
	compare := func(t *testing.T, v visitor, look catalogue.Look, layer, lang, scheme string, width int) {
		t.Helper()
		v.waits(`document.fonts.ready.then(() => true)`)
		file := fmt.Sprintf("%s-%s-%s-%s-%s-%d.png", look.Preset, look.Position, layer, lang, scheme, width)
		got := scaled(v.picture())
		v.must(v.Close())
		if *update {
			writePNG(t, filepath.Join(lookFolder, file), got)
			return
		}
		reference, err := readPNG(filepath.Join(lookFolder, file))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			return
		}
		if n := strays(got, reference); n > lookStrays {
			actual := filepath.Join(os.TempDir(), file)
			writePNG(t, actual, got)
			t.Errorf("%s: %d pixels differ from the reference, want at most %d; %s shows how it looks now", file, n, lookStrays, actual)
		}
	}
	everyLook(func(look catalogue.Look) {
		part(t, string(look.Preset)+" "+string(look.Position), browser.Chromium, func(t *testing.T) {
			w := dressedWorld(t, look)
			for _, shot := range []struct {
				layer, lang, scheme string
				width               int
				positions           []catalogue.Position // nil is all
			}{
				{"notice", "fr", "light", 1280, nil},
				{"notice", "de", "dark", 390, nil},
				{"notice", "ar", "dark", 1280, []catalogue.Position{catalogue.PositionEnd}},
				{"settings", "fi", "light", 1280, []catalogue.Position{catalogue.PositionBottom}},
				{"settings", "ar", "dark", 390, []catalogue.Position{catalogue.PositionBottom}},
			} {
				if shot.positions != nil && shot.positions[0] != look.Position {
					continue
				}
				v := looked(t, browser.Chromium, w, shot.lang, shot.scheme, shot.width)
				if shot.layer == "settings" {
					v.asks(customise)
					v.sees(list)
					v.must(v.Hover(settings + " h2")) // so that no button is under the mouse
				}
				compare(t, v, look, shot.layer, shot.lang, shot.scheme, shot.width)
			}
		})
	})
}

// TestLooksFail: the comparison with a reference fails where a button or a border is missing, a colour
// or the size of the text differs, or the notice is not mirrored.
func TestLooksFail(t *testing.T) {
	t.Parallel()
	if !slices.Contains(browsertest.Engines(), browser.Chromium) {
		return
	}
	w := dressedWorld(t, catalogue.Look{Position: catalogue.PositionEnd})
	w.without("/engine-") // because the program would undo the change
	for _, test := range []struct{ name, lang, change string }{
		{"the same", "fr", ``},
		{"a lost button", "fr", root + `.querySelector("[data-charte=refuse-all]").style.visibility = "hidden"`},
		{"a lost border", "fr", root + `.querySelector("[data-charte=customise]").style.borderColor = "transparent"`},
		{"another colour", "fr", `document.querySelector("charte-banner").style.setProperty("--charte-accent", "#2541e0")`},
		{"not mirrored", "ar", root + `.querySelector(".charte").dir = "ltr"`},
		{"text of another size", "fr", root + `.querySelector(".charte").style.fontSize = "18px"`},
	} {
		part(t, test.name, browser.Chromium, func(t *testing.T) {
			v := looked(t, browser.Chromium, w, test.lang, "light", 1280)
			v.waits(`document.fonts.ready.then(() => true)`)
			before := scaled(v.picture())
			v.do(test.change)
			if n := strays(scaled(v.picture()), before); (n > lookStrays) != (test.change != "") {
				t.Errorf("%d pixels differ, and %d may", n, lookStrays)
			} else {
				t.Logf("%d pixels differ", n)
			}
		})
	}
}

// scaled returns a picture at a quarter of its size in each direction. Each pixel is the mean of the
// 16 that it stands for. A colour has 6 bits, which makes small files.
func scaled(a image.Image) *image.RGBA {
	small := image.NewRGBA(image.Rect(0, 0, a.Bounds().Dx()/lookScale, a.Bounds().Dy()/lookScale))
	const n = lookScale * lookScale
	for y := range small.Rect.Dy() {
		for x := range small.Rect.Dx() {
			var sum [3]uint32
			for i := range n {
				r, g, b, _ := a.At(x*lookScale+i%lookScale, y*lookScale+i/lookScale).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+r>>8, sum[1]+g>>8, sum[2]+b>>8
			}
			small.SetRGBA(x, y, color.RGBA{uint8(sum[0]/n) &^ 3, uint8(sum[1]/n) &^ 3, uint8(sum[2]/n) &^ 3, 255})
		}
	}
	return small
}

// strays counts the places at which a pixel of either picture is a stray in the other. For pictures
// of different sizes it counts every pixel of a.
func strays(a, b *image.RGBA) int {
	if a.Rect != b.Rect {
		return a.Rect.Dx() * a.Rect.Dy()
	}
	n := 0
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			if stray(a, b, x, y) || stray(b, a, x, y) {
				n++
			}
		}
	}
	return n
}

// stray reports whether a pixel of one picture differs in a colour by more than lookTolerance from all
// pixels around its place in the other.
func stray(one, other *image.RGBA, x, y int) bool {
	for c := range 3 {
		least, most := 255, 0
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				if at := (image.Point{x + dx, y + dy}); at.In(other.Rect) {
					value := int(other.Pix[other.PixOffset(at.X, at.Y)+c])
					least, most = min(least, value), max(most, value)
				}
			}
		}
		if value := int(one.Pix[one.PixOffset(x, y)+c]); value < least-lookTolerance || value > most+lookTolerance {
			return true
		}
	}
	return false
}

func writePNG(t *testing.T, file string, picture image.Image) {
	t.Helper()
	var data bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&data, picture)
	if err == nil {
		err = os.WriteFile(file, data.Bytes(), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func readPNG(file string) (*image.RGBA, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	copied := image.NewRGBA(picture.Bounds())
	for y := range copied.Rect.Dy() {
		for x := range copied.Rect.Dx() {
			copied.Set(x, y, picture.At(x, y))
		}
	}
	return copied, nil
}
