package draft

import (
	"regexp"
	"strconv"
	"strings"

	"charte/catalogue"
)

// unitWords are words for each unit of time in the languages in which configurations are written:
// English, French, German, Dutch, Spanish, Italian and Portuguese.
var unitWords = map[catalogue.Unit]string{
	catalogue.UnitMinute: "minute minutes min mins minuten minuut minuto minutos minuti",
	catalogue.UnitHour:   "hour hours h heure heures stunde stunden uur uren hora horas ora ore",
	catalogue.UnitDay:    "day days jour jours tag tage tagen dag dagen día días dia dias giorno giorni",
	catalogue.UnitWeek:   "week weeks semaine semaines woche wochen weken semana semanas settimana settimane",
	catalogue.UnitMonth:  "month months mois monat monate monaten maand maanden mes meses mês mese mesi",
	catalogue.UnitYear:   "year years yr yrs an ans année années jahr jahre jahren jaar jaren año años anno anni ano anos",
}

// units are the units of time by their words.
var units = func() map[string]catalogue.Unit {
	all := map[string]catalogue.Unit{}
	for unit, words := range unitWords {
		for word := range strings.FieldsSeq(words) {
			all[word] = unit
		}
	}
	return all
}()

// timed is a number and a word.
var timed = regexp.MustCompile(`^([0-9]{1,6})\s*(\p{L}+)\.?$`)

// Lifetime reads a lifetime as people write it: "2 ans", "13 months", "30 Tage", "Session". It
// reports false for what is anything else, and for a number alone, whose unit nobody knows.
func Lifetime(words string) (catalogue.Lifetime, bool) {
	text := strings.ToLower(strings.TrimSpace(clean(words, false)))
	switch text {
	case "session", "session cookie", "browser session", "end of session", "fin de session", "fin de la session", "sitzung", "sitzungsende", "sesión", "sessione", "sessie":
		return catalogue.Lifetime{Unit: catalogue.UnitSession}, true
	case "persistent", "persistant", "permanent":
		return catalogue.Lifetime{Unit: catalogue.UnitPersistent}, true
	}
	found := timed.FindStringSubmatch(text)
	if found == nil {
		return catalogue.Lifetime{}, false
	}
	count, err := strconv.Atoi(found[1])
	unit, is := units[found[2]]
	return catalogue.Lifetime{Count: count, Unit: unit}, is && err == nil && count > 0
}
