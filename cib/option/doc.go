// Package option knows the options that a configuration may set: their names,
// older names, kinds, defaults, and the descriptions that tools show. It checks
// values and falls back to the default, with a notice, where one is wrong.
//
// Finding the value that a configuration gives is the work of cib/nvset; what
// an option does is decided by whoever reads it.
package option
