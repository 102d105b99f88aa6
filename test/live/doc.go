// Package live runs the tools against a running cluster: three daemons in this
// process on the one-machine engine, with the agents that come with Holdfast. The
// transcripts in testdata read as an administrator's session; each begins with an
// empty cluster. It has tests only.
package live
