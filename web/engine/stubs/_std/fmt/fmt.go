// Package fmt is a stand-in for fmt that writes what go-app (v10.1.11) formats
// in a browser: text, errors, booleans and whole numbers, in the names of
// actions types and addresses. The real one keeps the String method of every
// type in the program, and with it how a time is written in every layout.
//
// Anything else panics. web/engine/stubs/fmt_test.go compares it with the real
// one.
package fmt

import (
	"errors"
	"os"
	"reflect"
	"strconv"
)

// Sprintf formats with %v, %s, %d, %T, %p and %%, without flags.
func Sprintf(format string, values ...any) string {
	var text []byte
	next := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			text = append(text, format[i])
			continue
		}
		i++
		switch {
		case i == len(format):
			panic(absent + format)
		case format[i] == '%':
			text = append(text, '%')
		case next == len(values):
			panic(absent + format)
		default:
			text = appendVerb(text, format[i], values[next])
			next++
		}
	}
	if next < len(values) {
		panic(absent + format)
	}
	return string(text)
}

// Sprint formats one value, as %v does.
func Sprint(value any) string { return string(appendVerb(nil, 'v', value)) }

// Errorf returns an error with a formatted text. It wraps nothing.
func Errorf(format string, values ...any) error { return errors.New(Sprintf(format, values...)) }

// Printf prints to the console.
func Printf(format string, values ...any) (int, error) {
	return os.Stdout.WriteString(Sprintf(format, values...))
}

const absent = "fmt: not in the engine (web/engine/stubs): "

func appendVerb(text []byte, verb byte, value any) []byte {
	v := reflect.ValueOf(value)
	switch kind := v.Kind(); verb {
	case 'T':
		if value == nil {
			return append(text, "<nil>"...)
		}
		return append(text, v.Type().String()...)
	case 'p':
		if kind == reflect.Pointer || kind == reflect.Func {
			return strconv.AppendUint(append(text, "0x"...), uint64(v.Pointer()), 16)
		}
	case 'v', 's', 'd':
		if err, ok := value.(error); ok && verb != 'd' {
			return append(text, err.Error()...)
		}
		if _, ok := value.(interface{ String() string }); ok {
			break // the real one would call it
		}
		switch {
		case kind == reflect.String && verb != 'd':
			return append(text, v.String()...)
		case kind == reflect.Bool && verb == 'v':
			return strconv.AppendBool(text, v.Bool())
		case v.CanInt() && verb != 's':
			return strconv.AppendInt(text, v.Int(), 10)
		case v.CanUint() && verb != 's':
			return strconv.AppendUint(text, v.Uint(), 10)
		case value == nil && verb == 'v':
			return append(text, "<nil>"...)
		}
	}
	panic(absent + "%" + string(verb))
}
