package crm

import "fmt"

// TimePart says which part of an ISO 8601 text could not be read.
type TimePart uint8

// The parts of ISO 8601 texts.
const (
	PartUnknown     TimePart = iota
	PartPeriod               // start/end and the like as a whole
	PartDate                 // a date, or date and time
	PartTime                 // a time of day or an offset from UTC
	PartSpan                 // a duration
	PartSpanElement          // one number with its unit in a duration
)

// A TimeError tells what is wrong with an ISO 8601 text.
type TimeError struct {
	Part TimePart
	Msg  string
}

// Error gives the message.
func (e *TimeError) Error() string { return e.Msg }

func timeErrorf(part TimePart, format string, args ...any) error {
	return &TimeError{part, fmt.Sprintf(format, args...)}
}
