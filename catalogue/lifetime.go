package catalogue

// A Unit is a unit of a Lifetime.
type Unit string

// The units a catalogue may use. UnitSession and UnitPersistent stand alone,
// without a count: until the browser closes, until somebody erases it.
const (
	UnitSession    Unit = "session"
	UnitPersistent Unit = "persistent"
	UnitMinute     Unit = "minute"
	UnitHour       Unit = "hour"
	UnitDay        Unit = "day"
	UnitWeek       Unit = "week"
	UnitMonth      Unit = "month"
	UnitYear       Unit = "year"
)

// A Lifetime is how long the browser keeps an entry, from the moment it is
// set. It is kept as its publisher words it ("13 months", not 396 days), since
// that is what the charter prints. The zero Lifetime is not valid.
type Lifetime struct {
	Count int
	Unit  Unit

	// UpTo says that Count is a maximum: "up to 12 months".
	UpTo bool
}
