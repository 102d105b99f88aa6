// Command bench measures how fast clusters are scheduled: this build's
// crm_simulate and the installed reference's run in turn on the same generated
// CIBs, so that the ratio holds on any machine. It prints CPU seconds, the ratio,
// peak memory per byte of CIB, and how the time grows within a series.
//
//	go run ./internal/bench [--shared=DIR] [--only=SERIES,…] [--limit=2m]
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	shared := flag.String("shared", "../shared", "folder that holds bench/gencib.py")
	binary := flag.String("holdfast", "bin/holdfast", "the build to measure")
	reference := flag.String("reference", "/usr/sbin/crm_simulate", "the reference's crm_simulate")
	limit := flag.Duration("limit", 2*time.Minute, "how many CPU seconds either may take for one CIB")
	only := flag.String("only", "", "just these series, separated by commas")
	flag.Parse()

	b := bench{
		generator: filepath.Join(*shared, "bench", "gencib.py"),
		ours:      []string{*binary, "crm_simulate"},
		theirs:    []string{*reference},
		limit:     *limit,
	}
	for _, s := range plans {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), s.name) {
			continue
		}
		if err := b.measureSeries(s); err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s: %v\n", s.name, err)
			os.Exit(1)
		}
	}
}

// A series is a kind of cluster that grows. In the arguments of the generator %d
// stands for the size.
type series struct {
	name  string
	grows string
	sizes []int
	args  string
}

const constrained = " --colocations 1 --orders 1 --locations 1"

var plans = []series{
	{"steady", "resources", []int{100, 1000, 3000, 10000}, "--nodes 16 --primitives %d --history running"},
	{"failed", "resources", []int{100, 1000, 3000}, "--nodes 16 --primitives %d --history running --fail-nodes 1" + constrained},
	{"fresh", "nodes", []int{16, 32, 64}, "--nodes %d --primitives 1000 --history none" + constrained},
	{"wide", "nodes", []int{3, 16, 128, 512}, "--nodes %d --primitives 100 --history none" + constrained},
	{"clone", "nodes", []int{16, 128, 512}, "--nodes %d --primitives 0 --clones 1 --history none"},
	{"groups", "resources", []int{20, 100, 400}, "--nodes 16 --primitives 0 --groups %d --group-size 5 --history running"},
}

func (b *bench) measureSeries(s series) error {
	fmt.Printf("\n%s, growing %s\n%9s %10s %10s %8s %9s %12s %9s\n", s.name, s.grows,
		s.grows, "reference", "ours", "ratio", "peak", "memory/byte", "exponent")
	var before measure
	var sizeBefore int
	for _, size := range s.sizes {
		row, err := b.row(s, size)
		if err != nil {
			return err
		}
		exponent := "-"
		if sizeBefore > 0 {
			exponent = fmt.Sprintf("%.2f", math.Log(row.ours.cpu.Seconds()/before.cpu.Seconds())/math.Log(float64(size)/float64(sizeBefore)))
		}
		fmt.Printf("%9d %10s %9.3fs %8s %6d MB %12.1f %9s\n", size, row.theirs, row.ours.cpu.Seconds(), row.ratio(),
			row.ours.peak>>20, row.ours.perByte(row.bytes), exponent)
		before, sizeBefore = row.ours, size
	}
	return nil
}
