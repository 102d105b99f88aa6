// Package enginetest holds the tests that every membership engine must pass:
// Run plays the same scenes against any of them, Check judges what members were
// told. It knows the engines only by their interface.
package enginetest
