package stubs

import (
	"errors"
	"fmt"
	"testing"
	"time"

	stub "charte/web/engine/stubs/_std/fmt"
)

type (
	kind   string
	answer struct{ _ int }
)

// TestSprintf checks that the stand-in writes what the real package writes.
func TestSprintf(t *testing.T) {
	var handler func()
	for _, test := range []struct {
		name, format string
		values       []any
	}{
		{"nothing", "", nil},
		{"text alone", "100 %%, Gérer", nil},
		{"text", "%s %v", []any{"é", kind("local-storage")}},
		{"error", "%s: %v", []any{errors.New("a"), errors.New("b")}},
		{"boolean", "%v", []any{true}},
		{"numbers", "%v %d %v %d", []any{-1, int64(1 << 40), uint8(255), uint(7)}},
		{"nil", "%v", []any{nil}},
		{"types", "%T %T %T %T", []any{&answer{}, answer{}, kind(""), nil}},
		{"an action of go-app", "/%T/%p/%p", []any{&answer{}, (*answer)(nil), handler}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, want := stub.Sprintf(test.format, test.values...), fmt.Sprintf(test.format, test.values...)
			if got != want {
				t.Errorf("Sprintf(%q) = %q, want %q", test.format, got, want)
			}
		})
	}
	pointer := new(answer)
	for _, value := range []any{"a", true, 182, nil, errors.New("b")} {
		if got, want := stub.Sprint(value), fmt.Sprint(value); got != want {
			t.Errorf("Sprint(%v) = %q, want %q", value, got, want)
		}
	}
	if got, want := stub.Sprintf("%p", pointer), fmt.Sprintf("%p", pointer); got != want {
		t.Errorf("an address is %q, want %q", got, want)
	}
}

// TestSprintfRefuses checks that the stand-in panics if it cannot write a value as the
// real package does.
func TestSprintfRefuses(t *testing.T) {
	for _, test := range []struct {
		name, format string
		values       []any
	}{
		{"flag", "%5d", []any{1}},
		{"quoted", "%q", []any{"a"}},
		{"fraction", "%v", []any{1.5}},
		{"list", "%v", []any{[]string{"a"}}},
		{"struct", "%v", []any{struct{ A int }{1}}},
		{"method String", "%v", []any{time.Second}},
		{"address of a number", "%p", []any{1}},
		{"number as text", "%s", []any{1}},
		{"text as number", "%d", []any{"a"}},
		{"value missing", "%v", nil},
		{"value too many", "a", []any{1}},
		{"cut short", "%", []any{1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Errorf("Sprintf(%q, %v) does not panic", test.format, test.values)
				}
			}()
			stub.Sprintf(test.format, test.values...)
		})
	}
}
