package simulate

import (
	"runtime/debug"
	"syscall"
	"testing"
	"time"
)

// BenchmarkFiveQuietNodes tells how many seconds of a cluster's life one second of
// a processor simulates (virtual/real), for five nodes whose services run and are
// monitored, and of which something is asked now and then.
func BenchmarkFiveQuietNodes(b *testing.B) {
	benchmark(b, Options{Nodes: 5, Quiet: true})
}

// BenchmarkFiveNodesInTrouble does the same for what a search runs: faults all the
// time.
func BenchmarkFiveNodesInTrouble(b *testing.B) {
	benchmark(b, Options{Nodes: 5})
}

func benchmark(b *testing.B, o Options) {
	defer debug.SetGCPercent(debug.SetGCPercent(1000)) // as "holdfast simulate" does
	var virtual time.Duration
	begun := processorTime()
	for b.Loop() {
		o.Seed++
		r := Run(o)
		if r.Violation != "" {
			b.Fatalf("seed %d: %s", o.Seed, r.Violation)
		}
		virtual += r.Virtual
	}
	b.ReportMetric(virtual.Seconds()/(processorTime()-begun).Seconds(), "virtual/cpu")
}

// processorTime is what this process has used of all processors: on a machine that
// is busy with other things it says more than the clock.
func processorTime() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		panic(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
