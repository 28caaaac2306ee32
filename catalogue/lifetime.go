package catalogue

// A Unit is a unit of a Lifetime.
type Unit string

// The units a catalogue may use. Three of them have no count: UnitSession lasts until
// the browser closes, UnitPersistent until somebody erases the entry, and UnitUnknown
// for a time that its maker does not publish.
const (
	UnitSession    Unit = "session"
	UnitPersistent Unit = "persistent"
	UnitUnknown    Unit = "unknown"
	UnitMinute     Unit = "minute"
	UnitHour       Unit = "hour"
	UnitDay        Unit = "day"
	UnitWeek       Unit = "week"
	UnitMonth      Unit = "month"
	UnitYear       Unit = "year"
)

// A Lifetime is how long the browser keeps an entry, from the moment it is set. It
// is in the publisher's own unit ("13 months", not 396 days), since the charter
// prints it so. The zero Lifetime is not valid for a cookie.
type Lifetime struct {
	Count int
	Unit  Unit

	// UpTo says that Count is a maximum: "up to 12 months".
	UpTo bool
}
