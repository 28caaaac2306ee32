package main

import "testing"

// TestRest: garbage is collected once the program rests, if there is enough of it, and not again before there
// is enough once more.
func TestRest(t *testing.T) {
	const much, little = garbageBytes, restBytes
	for _, test := range []struct {
		name      string
		allocated []uint64 // between two looks
		want      []bool
	}{
		{"it begins, and rests", []uint64{much, 0}, []bool{false, true}},
		{"it looks", []uint64{much, little}, []bool{false, true}},
		{"it works", []uint64{much, much, much}, []bool{false, false, false}},
		{"it works a little", []uint64{much, little + 1, 0}, []bool{false, false, true}},
		{"nothing much", []uint64{much - 1, 0, 0}, []bool{false, false, false}},
		{"it rests on", []uint64{much, 0, 0, little, 0}, []bool{false, true, false, false, false}},
		{"once more", []uint64{much, 0, much, 0}, []bool{false, true, false, true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r rest
			var allocated uint64
			for i, more := range test.allocated {
				allocated += more
				if got := r.comes(allocated); got != test.want[i] {
					t.Errorf("look %d: %v, want %v", i, got, test.want[i])
				}
			}
		})
	}
}
