package hosts

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"charte/web/browser"
	"charte/web/browser/browsertest"
	"charte/web/proof"
)

// TestProof: a build leaves pictures beside the bundle: each layer in each language, on a desktop
// and on a phone. Their list gives digests and times. The bundle itself is the same as without
// pictures.
func TestProof(t *testing.T) {
	t.Parallel()
	shows(t, "L26: a build leaves pictures of each layer in each language, 1280 and 390 px, listed with their digests and times")
	if !slices.Contains(browsertest.Engines(), browser.Chromium) {
		return // only Chromium takes the pictures
	}
	if err := browsertest.Install(browser.Chromium); err != nil {
		t.Fatal(err)
	}
	part(t, string(browser.Chromium), browser.Chromium, checkProof)
}

// checkProof builds the demo with and without pictures, and compares the two.
func checkProof(t *testing.T) {
	dir := t.TempDir()
	file := staticDemo(t, "Un site")
	with, without := filepath.Join(dir, "with"), filepath.Join(dir, "without")
	builds(t, nil, "-catalogue", file, "-o", without)
	before := time.Now().Add(-time.Second)
	cmd := charte(t, "build", "-proof", "on", "-catalogue", file, "-o", with)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}

	pictures := contents(t, filepath.Join(with, proof.Folder))
	digest := func(data []byte) string {
		sum := sha256.Sum256(data)
		return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	}
	var record proof.Record
	if err := json.Unmarshal(pictures[proof.List], &record); err != nil {
		t.Fatal(err)
	}
	if len(record.Pictures) != 8 || len(pictures) != 9 || record.Browser == "" {
		t.Errorf("%d pictures are listed, %d files are there, taken with %q", len(record.Pictures), len(pictures), record.Browser)
	}
	seen := map[string]bool{}
	for _, p := range record.Pictures {
		if seen[p.SHA256] || p.SHA256 != digest(pictures[p.Name]) || p.Taken.Before(before) || p.Taken.After(time.Now()) {
			t.Errorf("%s is the same picture as another, has another digest, or was not taken in this test: %+v", p.Name, p)
		}
		seen[p.SHA256] = true
		picture, err := png.Decode(bytes.NewReader(pictures[p.Name]))
		if err != nil {
			t.Fatal(err)
		}
		if size := picture.Bounds().Size(); size != (image.Point{p.Width, p.Height}) {
			t.Errorf("%s has %v pixels, and the list says %d × %d", p.Name, size, p.Width, p.Height)
		}
		if colours := distinct(picture); colours < 20 {
			t.Errorf("%s has %d colours: nothing is on it", p.Name, colours)
		}
	}
	if pictures["fr-notice-1280.png"] == nil || pictures["en-settings-390.png"] == nil {
		t.Error("a picture is missing")
	}

	os.RemoveAll(filepath.Join(with, proof.Folder))
	plain, files := contents(t, without), contents(t, with)
	if record.Manifest != digest(files["manifest.json"]) {
		t.Error("the pictures belong to another manifest")
	}
	for name, data := range plain {
		if !bytes.Equal(data, files[name]) {
			t.Errorf("%s differs where pictures are taken", name)
		}
	}
	if len(plain) != len(files) {
		t.Errorf("%d files without pictures, %d with", len(plain), len(files))
	}
}

// TestNoProof: a build without a browser is complete, and with -proof on it says that the browser
// is missing.
func TestNoProof(t *testing.T) {
	t.Parallel()
	withoutBrowser(t)
	dir := t.TempDir()
	cmd := charte(t, "build", "-catalogue", "catalogue/demo.yaml", "-o", filepath.Join(dir, "auto"))
	cmd.Env = append(os.Environ(), "PATH="+dir)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
	if _, err := os.Stat(filepath.Join(dir, "auto", proof.Folder)); err == nil {
		t.Error("there are pictures, and no browser to take them")
	}
	cmd = charte(t, "build", "-catalogue", "catalogue/demo.yaml", "-proof", "on", "-o", filepath.Join(dir, "on"))
	cmd.Env = append(os.Environ(), "PATH="+dir)
	if output, err := cmd.CombinedOutput(); err == nil || !bytes.Contains(output, []byte("there is no Chromium")) {
		t.Errorf("%v\n%s", err, output)
	}
}

// distinct counts the colours of a picture.
func distinct(picture image.Image) int {
	colours := map[[3]uint32]bool{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			r, g, b, _ := picture.At(x, y).RGBA()
			colours[[3]uint32{r, g, b}] = true
		}
	}
	return len(colours)
}
