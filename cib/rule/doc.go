// Package rule decides whether the rules of a configuration hold.
//
// A rule element is compiled once and evaluated as often as needed: for every
// node when it belongs to a location constraint, for every change of time when
// it holds dates. A rule that is wrong never passes; what is wrong with it is
// told once, by Compile.
//
// The package opens nothing and reads no clock: whatever a rule may ask about
// is in the Context that the caller fills.
package rule
