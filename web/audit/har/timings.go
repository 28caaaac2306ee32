package har

import (
	"math"

	"charte/web/audit/report"
)

// timings are how long the parts of a request took, in milliseconds. What is not known or does not apply
// is -1, but 0 for the last three: HAR allows nothing less for them.
type timings struct {
	Blocked float64 `json:"blocked"`
	DNS     float64 `json:"dns"`
	Connect float64 `json:"connect"` // with TLS
	TLS     float64 `json:"ssl"`
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

func timingsOf(h *report.HTTP) timings {
	t := timings{
		Blocked: unknown, DNS: rounded(h.DNS), Connect: rounded(h.Connect), TLS: rounded(h.TLS),
		Send: max(0, rounded(h.Send)), Wait: max(0, rounded(h.Wait)), Receive: max(0, rounded(h.Receive)),
	}
	t.Connect = max(t.Connect, t.TLS)
	return t
}

// total returns how long the whole took. TLS is a part of Connect.
func (t timings) total() float64 {
	var sum float64
	for _, part := range []float64{t.Blocked, t.DNS, t.Connect, t.Send, t.Wait, t.Receive} {
		sum += max(0, part)
	}
	return rounded(sum)
}

// rounded returns milliseconds to the microsecond, and -1 for what is no time. JSON has no form for
// infinity.
func rounded(ms float64) float64 {
	if !(ms >= 0) || math.IsInf(ms, 0) {
		return unknown
	}
	return math.Round(ms*1000) / 1000
}
