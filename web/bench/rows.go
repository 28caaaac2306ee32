package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A unit is what a figure counts.
type unit string

const (
	milliseconds unit = "ms"
	byteCount    unit = "B"
	megabytes    unit = "MB" // 1,000,000 bytes
	requests     unit = "requests"
	times        unit = "times"
)

// format writes a figure with its unit.
func (u unit) format(figure float64) string {
	switch u {
	case byteCount:
		return grouped(int(figure)) + " B"
	case megabytes:
		return fmt.Sprintf("%.2f MB", figure)
	case requests:
		return fmt.Sprintf("%g", figure)
	case times:
		return fmt.Sprintf("%.1f x", figure)
	}
	if figure < 100 {
		return fmt.Sprintf("%.1f ms", figure)
	}
	return grouped(int(figure+0.5)) + " ms"
}

// grouped writes 1234567 as 1,234,567.
func grouped(n int) string {
	if n < 0 {
		return "-" + grouped(-n)
	}
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// A row is one line of the table: one thing, measured for each banner.
type row struct {
	What   string `json:"what"`
	Unit   unit   `json:"unit"`
	Target target `json:"target"`

	// Figures are by banner, one for each round. A banner that the row does not
	// measure has no entry.
	Figures map[string][]float64 `json:"figures"`

	// Failures are by banner. Each says why a round gave no figure.
	Failures map[string][]string `json:"failures,omitempty"`

	of []*banner
}

func newRow(what string, u unit, t target, of ...*banner) *row {
	return &row{What: what, Unit: u, Target: t, Figures: map[string][]float64{}, Failures: map[string][]string{}, of: of}
}

// expects reports whether the row measures a banner.
func (r *row) expects(b *banner) bool { return slices.Contains(r.of, b) }

// add records a banner's figure of one round.
func (r *row) add(b *banner, figure float64) {
	if r.expects(b) {
		r.Figures[b.ID] = append(r.Figures[b.ID], figure)
	}
}

// fail records why a round has no figure of a banner.
func (r *row) fail(b *banner, err error) {
	r.Failures[b.ID] = append(r.Failures[b.ID], err.Error())
}

// median returns the median of a banner's figures, and false if there is no figure.
func (r *row) median(b *banner) (float64, bool) {
	figures := slices.Sorted(slices.Values(r.Figures[b.ID]))
	n := len(figures)
	if n == 0 {
		return 0, false
	}
	return (figures[(n-1)/2] + figures[n/2]) / 2, true
}

// cell is a banner's place in the row.
func (r *row) cell(b *banner) string {
	median, ok := r.median(b)
	failed := len(r.Failures[b.ID])
	switch {
	case !r.expects(b):
		return "–"
	case !ok:
		return "not measured"
	case failed > 0:
		return fmt.Sprintf("%s (%d of %d rounds failed)", r.Unit.format(median), failed, failed+len(r.Figures[b.ID]))
	}
	return r.Unit.format(median)
}

// A target is the bound for Charte's figure in a row. The zero target has no bound.
type target struct {
	// Text is the target as the table prints it.
	Text string `json:"text,omitempty"`

	// Limit bounds the figure, or the ratio or the difference to another
	// banner's.
	Limit float64 `json:"limit,omitempty"`

	kind    targetKind
	against []*banner // the least of their figures is the reference
}

type targetKind int

const (
	noTarget targetKind = iota
	absolute
	ratio
	difference
)

// atMost bounds the figure itself.
func atMost(limit float64, text string) target {
	return target{Text: text, Limit: limit, kind: absolute}
}

// atMostTimes bounds the ratio of the figure to the least figure of some banners.
func atMostTimes(limit float64, text string, against ...*banner) target {
	return target{Text: text, Limit: limit, kind: ratio, against: against}
}

// atMostOver bounds the difference between the figure and the least of some banners.
func atMostOver(limit float64, text string, against ...*banner) target {
	return target{Text: text, Limit: limit, kind: difference, against: against}
}

// reference returns the least median of the banners that the target compares with. If
// it names none, they are the peers.
func (r *row) reference() (float64, bool) {
	against := r.Target.against
	if against == nil {
		against = peers
	}
	var medians []float64
	for _, b := range against {
		if median, ok := r.median(b); ok {
			medians = append(medians, median)
		}
	}
	if medians == nil {
		return 0, false
	}
	return slices.MinFunc(medians, cmp.Compare), true
}

// ratio writes Charte's figure divided by the reference or, for a difference, how far it
// is from the reference.
func (r *row) ratio() string {
	ours, ok := r.median(charte)
	reference, compared := r.reference()
	switch {
	case !ok || !compared:
		return "–"
	case r.Target.kind == difference:
		sign := "+ "
		if ours < reference {
			sign = "- "
		}
		return sign + r.Unit.format(max(ours-reference, reference-ours))
	case reference == 0:
		return "–"
	}
	return fmt.Sprintf("%.2f", ours/reference)
}

// reached says whether Charte's figure is within the target.
func (r *row) reached() string {
	if r.Target.kind == noTarget {
		return "–"
	}
	ours, ok := r.median(charte)
	reference, compared := r.reference()
	if !ok || len(r.Failures[charte.ID]) > 0 || r.Target.kind != absolute && !compared {
		return "not measured"
	}
	var met bool
	switch r.Target.kind {
	case absolute:
		met = ours <= r.Target.Limit
	case ratio:
		met = ours <= r.Target.Limit*reference
	case difference:
		met = ours-reference <= r.Target.Limit
	}
	if met {
		return "yes"
	}
	return "**no**"
}

// line is the row in Markdown.
func (r *row) line() string {
	cells := []string{r.What}
	for _, b := range banners {
		cells = append(cells, r.cell(b))
	}
	text := r.Target.Text
	if text == "" {
		text = "–"
	}
	cells = append(cells, r.ratio(), text, r.reached())
	return "| " + strings.Join(cells, " | ") + " |\n"
}
