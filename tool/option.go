package tool

import (
	"fmt"
	"strconv"
	"time"

	"holdfast/crm"
)

// A Group is a set of options shown together by --help-NAME and --help-all.
type Group struct {
	Name    string // "display"; "" for the options that plain --help shows
	Title   string // "Display Options"
	Help    string // "Show display options"
	Options []Option
}

// An Option is one row of a tool's table of options.
type Option struct {
	Long  string
	Short string // one letter, or ""
	Arg   string // the argument's name in help; "" for a switch
	Help  string // may have several lines

	// Optional says that the argument may be left out; Bare is its value then.
	Optional bool
	Bare     string

	// Hidden options are accepted but shown in no help.
	Hidden bool

	// Set is called each time the option is met, in the order of the command
	// line. Switches get an empty value.
	Set func(value string) error
}

// Switch sets b when the option is met.
func Switch(b *bool) func(string) error {
	return func(string) error { *b = true; return nil }
}

// Clear resets b when the option is met.
func Clear(b *bool) func(string) error {
	return func(string) error { *b = false; return nil }
}

// String stores the argument.
func String(s *string) func(string) error {
	return func(v string) error { *s = v; return nil }
}

// Append collects the arguments of an option that may be given several times.
func Append(list *[]string) func(string) error {
	return func(v string) error { *list = append(*list, v); return nil }
}

// Int stores a number.
func Int(n *int) func(string) error {
	return func(v string) error {
		i, err := strconv.Atoi(v)
		if err != nil {
			return fmt.Errorf("Cannot parse integer value '%s'", v)
		}
		*n = i
		return nil
	}
}

// Interval stores a length of time in any of the spellings that the CIB takes.
func Interval(d *time.Duration) func(string) error {
	return func(v string) error {
		x, err := crm.ParseInterval(v)
		if err != nil {
			return err
		}
		*d = x
		return nil
	}
}

// Choose calls pick when the option is met: for options that select what the
// tool does, where the last one given wins.
func Choose(pick func()) func(string) error {
	return func(string) error { pick(); return nil }
}
