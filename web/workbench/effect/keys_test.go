package effect

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"charte/web/workbench/desk"
	"charte/web/workbench/words"
)

// spoken writes sentences down, one each: "because.cookieNew cookie=NID service=YouTube". Each must be
// one of those in Keys.
func spoken(t *testing.T, says []desk.Sentence) []string {
	t.Helper()
	known := Keys()
	all := []string{}
	for _, s := range says {
		given := slices.Sorted(maps.Keys(s.Values))
		placeholders, is := known[s.Key]
		if want := slices.Sorted(slices.Values(placeholders)); !is || !slices.Equal(given, want) {
			t.Errorf("%s has %q, and Keys %q", s.Key, given, want)
		}
		line := strings.TrimPrefix(s.Key, "says.")
		for _, name := range given {
			line += " " + name + "=" + s.Values[name]
		}
		all = append(all, line)
	}
	return all
}

// TestWords: the page has a text for each sentence, with the same placeholders, and none that nothing says.
func TestWords(t *testing.T) {
	known := Keys()
	for _, language := range words.Languages() {
		texts := words.In(language)
		for _, key := range slices.Sorted(maps.Keys(known)) {
			text, is := texts[key]
			if !is {
				t.Errorf("%s has no %s", language, key)
				continue
			}
			var has []string
			for _, found := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(text, -1) {
				has = append(has, found[1])
			}
			slices.Sort(has)
			if want := slices.Sorted(slices.Values(known[key])); !slices.Equal(slices.Compact(has), want) {
				t.Errorf("%s: %s has %q, want %q", language, key, has, want)
			}
		}
		for key := range texts {
			if _, is := known[key]; strings.HasPrefix(key, "says.") && !is {
				t.Errorf("%s: nothing says %s", language, key)
			}
		}
	}
}

// TestKeys: no key is without a sentence in the code.
func TestKeys(t *testing.T) {
	var code strings.Builder
	for _, name := range []string{"effect.go", "asking.go", "site.go", "sizes.go", "law.go", "terms.go"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(data)
	}
	for key := range keys {
		last := strings.TrimPrefix(key, "because.")
		for _, end := range []string{"More", "Less"} {
			last = strings.TrimSuffix(last, end)
		}
		if strings.Contains(strings.ToLower(last), "hosts") { // which come and go alike
			last = strings.TrimSuffix(strings.TrimSuffix(last, "New"), "Gone")
		}
		if !regexp.MustCompile(`"(says\.|because\.)?` + regexp.QuoteMeta(last) + `\.?"`).MatchString(code.String()) {
			t.Errorf("no sentence has the key %s", key)
		}
	}
}
