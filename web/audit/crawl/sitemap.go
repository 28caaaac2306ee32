package crawl

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
)

// The bounds of one file, by the sitemap protocol (sitemaps.org/protocol.html). The bytes are those of
// the file when it is not compressed.
const (
	longestSitemap  = 50 << 20
	mostInSitemap   = 50_000
	deepestElements = 16 // urlset, url, and what an extension has in it
)

// A sitemap is what one file says.
type sitemap struct {
	pages []string // addresses of pages
	files []string // addresses of further sitemaps
}

// readSitemap reads a sitemap, or an index of sitemaps, in XML or as text with one address a line. It
// may be compressed by gzip. It takes at most as many addresses as it is told. With an error it
// returns what was read until then.
func readSitemap(r io.Reader, most int) (sitemap, error) {
	var s sitemap
	plain, err := decompressed(r)
	if err != nil {
		return s, err
	}
	text := bufio.NewReader(http.MaxBytesReader(nil, io.NopCloser(plain), longestSitemap))
	start, err := text.Peek(512) // fewer, if there are not as many
	start = bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\ufeff")))
	switch {
	case len(start) == 0 && (err == nil || errors.Is(err, io.EOF)):
		return s, errors.New("it is empty")
	case len(start) == 0:
		return s, err
	case start[0] == '<':
		err = s.readXML(text, most)
	default:
		err = s.readText(text, most)
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = fmt.Errorf("it is longer than %d MB, and the rest was left out", longestSitemap>>20)
	}
	return s, err
}

// decompressed is what a file holds, compressed or not.
func decompressed(r io.Reader) (io.Reader, error) {
	file := bufio.NewReader(r)
	if start, _ := file.Peek(2); string(start) != "\x1f\x8b" {
		return file, nil
	}
	return gzip.NewReader(file)
}

// take adds an address to a list. It is an error if there were as many as may be.
func (s *sitemap) take(list *[]string, address string, most int) error {
	address = strings.TrimSpace(address)
	if address == "" || len(address) > longestAddress {
		return nil
	}
	if len(s.pages)+len(s.files) >= most {
		return fmt.Errorf("it has more than %d addresses, and the rest was left out", most)
	}
	*list = append(*list, address)
	return nil
}

// readXML reads the two forms of the protocol. It is lenient: an "&" that is not escaped is the
// commonest fault of sitemaps.
func (s *sitemap) readXML(r io.Reader, most int) error {
	decoder := xml.NewDecoder(r)
	decoder.Strict = false
	decoder.CharsetReader = charset.NewReaderLabel
	var path []string
	var text strings.Builder
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && len(path) == 0 {
			return nil
		}
		if wrong, ok := errors.AsType[*xml.SyntaxError](err); ok {
			return fmt.Errorf("its XML is broken in line %d", wrong.Line) // what it says besides may be any bytes
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			path = append(path, token.Name.Local)
			text.Reset()
			if root := path[0]; root != "urlset" && root != "sitemapindex" {
				return fmt.Errorf("it is no sitemap: it begins with <%.20s>", root)
			}
			if len(path) > deepestElements {
				return errors.New("it is no sitemap: its elements are nested too deep")
			}
		case xml.CharData:
			if text.Len() <= longestAddress {
				text.Write(token)
			}
		case xml.EndElement:
			switch {
			case slices.Equal(path, []string{"urlset", "url", "loc"}):
				err = s.take(&s.pages, text.String(), most)
			case slices.Equal(path, []string{"sitemapindex", "sitemap", "loc"}):
				err = s.take(&s.files, text.String(), most)
			}
			if err != nil {
				return err
			}
			path = path[:max(0, len(path)-1)]
		}
	}
}

// readText reads one address a line. A text without any is no sitemap.
func (s *sitemap) readText(r io.Reader, most int) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if !strings.HasPrefix(line, "http://") && !strings.HasPrefix(line, "https://") {
			continue
		}
		if err := s.take(&s.pages, line, most); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("it is no sitemap: it has a line of more than %d bytes", bufio.MaxScanTokenSize)
	}
	if lines.Err() == nil && len(s.pages) == 0 {
		return errors.New("it is no sitemap: it has no address")
	}
	return lines.Err()
}
