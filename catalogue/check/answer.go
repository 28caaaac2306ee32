package check

import (
	"strings"

	"charte/catalogue"
)

// answerBytes bounds the value of catalogue.AnswerCookie.
const answerBytes = 1024

// The parts of an answer besides its two lists. answerYes stands before what was
// granted, answerNo before what was objected to. answerStart is an example:
// every answer starts with as many bytes.
const (
	answerStart = "v=1&on=2026-11-23&rev=abcdef"
	answerYes   = "&yes="
	answerNo    = "&no="
)

// AnswerTooLong reports whether a problem's message is about an answer that its cookie could not hold. All
// services together cause that, and not one of them.
func AnswerTooLong(message string) bool { return strings.HasPrefix(message, "an answer could need ") }

// answer checks that the longest answer fits into its cookie. The longest answer
// grants all but one of the services that ask in each category, and objects to all
// but one of the exempt ones: then it must name each, and not the category alone.
func (v *validator) answer() {
	length := len(answerStart) +
		v.longest(answerYes, v.asks) +
		v.longest(answerNo, func(s *catalogue.Service) bool { return v.decided(s) && s.Exempt })
	if length > answerBytes {
		v.add("services", "an answer could need %d bytes in the cookie %s, %d at most; shorten the ids of categories and services, or make one service of those that visitors will decide alike",
			length, catalogue.AnswerCookie, answerBytes)
	}
}

// longest is the length in bytes of the longest list of services that are meant,
// with the key before it. It is 0 where no service is meant.
func (v *validator) longest(key string, meant func(*catalogue.Service) bool) int {
	length := 0
	for i := range v.c.Categories {
		category := &v.c.Categories[i]
		services, bytes, shortest := 0, 0, 0
		for j := range v.c.Services {
			service := &v.c.Services[j]
			if service.Category != category.ID || !meant(service) {
				continue
			}
			name := len("+") + len(category.ID) + len(".") + len(service.ID)
			if services++; services == 1 || name < shortest {
				shortest = name
			}
			bytes += name
		}
		switch services {
		case 0:
			continue
		case 1:
			bytes = len("+") + len(category.ID) // all or nothing: the category alone is written
		default:
			// The longest list leaves out the service with the shortest name.
			// The category alone would be shorter.
			bytes -= shortest
		}
		length += bytes
	}
	if length == 0 {
		return 0
	}
	return len(key) + length - len("+") // no "+" before the first name
}
