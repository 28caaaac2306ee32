package consenttest

import (
	"encoding/json"
	"testing"
	"time"

	"charte/banner/consent"
)

// TestHold: package consent reads as it does itself, from the policy that is handed over.
func TestHold(t *testing.T) {
	Hold(t, func(t *testing.T, policy []byte, questions []Question) []Answer {
		var p consent.Policy
		if err := json.Unmarshal(policy, &p); err != nil {
			t.Fatal(err)
		}
		var answers []Answer
		for _, q := range questions {
			today, err := time.Parse(time.DateOnly, q.Today)
			if err != nil {
				t.Fatal(err)
			}
			d := p.Read(q.Cookies, consent.DayOf(today))
			a := Answer{Allows: map[string]bool{}}
			if d.Answered {
				a.On = d.On.String()
			}
			for _, id := range q.IDs {
				a.Allows[id] = p.Allows(d, id)
			}
			answers = append(answers, a)
		}
		return answers
	})
}
