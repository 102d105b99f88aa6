// Package guard holds the project to what it has promised itself: which folder may
// import which, that decisions do not touch the world, that every package says
// what it is for, and a few matters of form. It has no code to call: its tests
// are the rules, and each says why it is there when it is broken.
//
// docs/design/layers.md tells the same in prose.
package guard
