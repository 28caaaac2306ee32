package patch

import (
	"regexp"
	"slices"
	"strings"
)

// insert adds lines at the end of the list, or the mapping, under a key of the whole catalogue. A key
// that is not there is written at the end of the text. It reports false where the value stands in
// brackets. A text whose values look like keys can mislead it, so its caller reads the outcome.
func (d *drafter) insert(text, key string, block []line) (string, bool) {
	lines := strings.Split(text, "\n")
	head := regexp.MustCompile(`^["']?` + key + `["']?\s*:\s*(.*)$`)
	start, value := -1, ""
	for i, text := range lines {
		if found := head.FindStringSubmatch(text); found != nil {
			start, value = i, found[1]
			break
		}
	}
	value, _, _ = strings.Cut(value, "#")
	value = strings.TrimSpace(value)
	remark := !slices.ContainsFunc(block, func(l line) bool { return !strings.HasPrefix(l.sample, "#") })
	if start < 0 || remark && value != "" {
		end := len(lines)
		for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
			end--
		}
		if remark { // a key with nothing but comments below it has no value
			return strings.Join(slices.Concat(lines[:end], []string{""}, d.written("", block), []string{""}), "\n"), true
		}
		return strings.Join(slices.Concat(lines[:end], []string{"", key + ":"}, d.written("  ", block), []string{""}), "\n"), true
	}
	switch value {
	case "":
	case "[]", "{}":
		lines[start] = key + ":"
	default:
		return "", false
	}
	end := start + 1
	for end < len(lines) && within(lines[end]) {
		end++
	}
	for end > start+1 && (strings.TrimSpace(lines[end-1]) == "" || strings.HasPrefix(lines[end-1], "#")) {
		end--
	}
	indent := "  "
	for _, text := range lines[start+1 : end] {
		if plain := strings.TrimLeft(text, " "); plain != "" && plain[0] != '#' {
			indent = text[:len(text)-len(plain)]
			break
		}
	}
	var gap []string
	if key == "services" && end > start+1 {
		gap = []string{""}
	}
	return strings.Join(slices.Concat(lines[:end], gap, d.written(indent, block), lines[end:]), "\n"), true
}

// within reports whether a line belongs to the value of the key above it.
func within(text string) bool {
	return strings.TrimSpace(text) == "" || text[0] == ' ' || text[0] == '#' || text == "-" || strings.HasPrefix(text, "- ")
}

// written returns the lines of a block as they stand in the text.
func (d *drafter) written(indent string, block []line) []string {
	var all []string
	for _, l := range block {
		all = append(all, d.marked(indent, l))
	}
	return all
}
