package catalogue

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// viewjson.go, which reads the types of a view, is generated from these types.
//
//go:generate go run ./viewjson

// ErrView is the error of ReadView for data that is not a View in JSON.
var ErrView = errors.New("not the words of a catalogue")

// ReadView reads a View that encoding/json has written. Unknown keys are passed
// over. Any mistake in data gives ErrView.
//
// ReadView exists to keep the program small: with the reflection of encoding/json,
// visitors would download a sixth more (web/engine). Every text is a copy of its
// own. TinyGo's collector walks from a pointer back to the start of what it points
// into: 40,000 texts that pointed into one text of a megabyte cost it six seconds.
func ReadView(data string) (*View, error) {
	r := viewReader{rest: data}
	v := &View{}
	r.readView(v)
	if r.space(); r.failed || r.rest != "" {
		return nil, ErrView
	}
	return v, nil
}

// readWords reads the words of the banner. group is the key of the object that holds them,
// with a dot, such as "notice.". It is empty for the outermost object.
func (r *viewReader) readWords(w *Words, group string) {
	r.object(func(key string) {
		switch word := w.word(group + key); {
		case word != nil:
			*word = r.text()
		case group == "" && r.next() == '{':
			r.readWords(w, key+".")
		default:
			r.skip(0)
		}
	})
}

// A viewReader reads JSON (RFC 8259) from the start of rest. Once it has failed it
// stays failed, and every method returns at once.
type viewReader struct {
	rest   string
	failed bool
}

// maxDepth bounds the nesting of values that are passed over, so that no input
// exhausts the stack.
const maxDepth = 32

func (r *viewReader) fail() { r.failed, r.rest = true, "" }

func (r *viewReader) space() {
	for r.rest != "" && (r.rest[0] == ' ' || r.rest[0] == '\n' || r.rest[0] == '\t' || r.rest[0] == '\r') {
		r.rest = r.rest[1:]
	}
}

// next is the next byte that is no space, 0 at the end.
func (r *viewReader) next() byte {
	if r.space(); r.rest == "" {
		return 0
	}
	return r.rest[0]
}

// take takes the byte if it is the next one.
func (r *viewReader) take(b byte) bool {
	if r.next() != b || b == 0 {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

// object reads {"key": value, …}. It calls each for every key, and each must read
// the value.
func (r *viewReader) object(each func(key string)) {
	r.series('{', '}', func() {
		key := r.part()
		if !r.take(':') {
			r.fail()
			return
		}
		each(key)
	})
}

// list reads [value, …]. It calls each for every value, and each must read it.
// null counts as an empty list, since encoding/json writes a nil slice so.
func (r *viewReader) list(each func()) {
	if !r.word("null") {
		r.series('[', ']', each)
	}
}

// lists reads {"key": ["text", …], …}.
func (r *viewReader) lists() map[string][]string {
	lists := map[string][]string{}
	r.object(func(key string) {
		var texts []string
		r.list(func() { texts = append(texts, r.text()) })
		lists[strings.Clone(key)] = texts
	})
	return lists
}

func (r *viewReader) series(open, end byte, each func()) {
	if !r.take(open) {
		r.fail()
		return
	}
	if r.take(end) {
		return
	}
	for {
		each()
		if r.failed || r.take(end) {
			return
		}
		if !r.take(',') {
			r.fail()
			return
		}
	}
}

func (r *viewReader) flag() bool {
	yes := r.word("true")
	if !yes && !r.word("false") {
		r.fail()
	}
	return yes
}

func (r *viewReader) word(w string) bool {
	if r.space(); len(r.rest) < len(w) || r.rest[:len(w)] != w {
		return false
	}
	r.rest = r.rest[len(w):]
	return true
}

// text reads a string, and returns a copy.
func (r *viewReader) text() string { return strings.Clone(r.part()) }

// part reads a string. Without escapes in it, the result still points into rest.
func (r *viewReader) part() string {
	if !r.take('"') {
		r.fail()
		return ""
	}
	for i := 0; i < len(r.rest); i++ {
		switch b := r.rest[i]; {
		case b == '"':
			text := r.rest[:i]
			r.rest = r.rest[i+1:]
			return text
		case b == '\\':
			return r.escaped(i)
		case b < ' ':
			r.fail()
			return ""
		}
	}
	r.fail()
	return ""
}

// escaped reads a string with escapes. The first one is at index i of rest.
func (r *viewReader) escaped(i int) string {
	text := []byte(r.rest[:i])
	for i < len(r.rest) {
		b := r.rest[i]
		i++
		switch {
		case b == '"':
			r.rest = r.rest[i:]
			return string(text)
		case b < ' ':
			r.fail()
			return ""
		case b != '\\':
			text = append(text, b)
			continue
		}
		if i == len(r.rest) {
			break
		}
		b = r.rest[i]
		i++
		switch b {
		case '"', '\\', '/':
			text = append(text, b)
		case 'b':
			text = append(text, '\b')
		case 'f':
			text = append(text, '\f')
		case 'n':
			text = append(text, '\n')
		case 'r':
			text = append(text, '\r')
		case 't':
			text = append(text, '\t')
		case 'u':
			if i+4 > len(r.rest) {
				r.fail()
				return ""
			}
			// encoding/json escapes so only control characters, "<", ">", "&",
			// U+2028, U+2029 and U+FFFD. None of them needs a surrogate pair.
			code, err := strconv.ParseUint(r.rest[i:i+4], 16, 16)
			if err != nil {
				r.fail()
				return ""
			}
			text = utf8.AppendRune(text, rune(code))
			i += 4
		default:
			r.fail()
			return ""
		}
	}
	r.fail()
	return ""
}

// skip passes over any value.
func (r *viewReader) skip(depth int) {
	switch b := r.next(); {
	case depth > maxDepth:
		r.fail()
	case b == '"':
		r.part()
	case b == '{':
		r.object(func(string) { r.skip(depth + 1) })
	case b == '[':
		r.list(func() { r.skip(depth + 1) })
	case b == 't' || b == 'f':
		r.flag()
	case r.word("null"):
	default:
		number := 0
		for number < len(r.rest) && (r.rest[number] >= '0' && r.rest[number] <= '9' || r.rest[number] == '-' || r.rest[number] == '+' || r.rest[number] == '.' || r.rest[number] == 'e' || r.rest[number] == 'E') {
			number++
		}
		if number == 0 {
			r.fail()
			return
		}
		r.rest = r.rest[number:]
	}
}
