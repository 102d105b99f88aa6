//go:build mutants

package mutant

// Active is the mistake that is switched on. It is set before anything runs.
var Active Mistake

// On reports whether a mistake is switched on.
func On(m Mistake) bool { return m == Active }
