// Command bench measures how fast clusters are scheduled: this build's
// crm_simulate and the installed reference's run in turn on the same generated
// CIBs, so that the ratio holds on any machine. It prints the CPU seconds of both
// as whole processes, the ratio, peak memory per byte of CIB (and per byte of CIB
// and graph together), and how the time grows with what there is to read and do; and
// the peak of ours when it also carries the transition out, per byte of XML that it
// reads and writes.
//
//	go run ./internal/bench [--all] [--alone] [--only=SERIES,…] [--limit=20s] [--shared=DIR]
//
// By default the sizes are those that end in some minutes; --all has them all.
// --alone also compares the scheduling alone, as crm_simulate --profile tells it.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	if len(os.Args) > 3 && os.Args[1] == childMode {
		if err := child(os.Args[2:]); err != nil {
			fail(childMode, err)
		}
		return
	}
	shared := flag.String("shared", "../shared", "folder that holds bench/gencib.py and conformance/scheduler")
	binary := flag.String("holdfast", "bin/holdfast", "the build to measure")
	reference := flag.String("reference", "/usr/sbin/crm_simulate", "the reference's crm_simulate")
	limit := flag.Duration("limit", 20*time.Second, "how many CPU seconds either may take for one CIB")
	all := flag.Bool("all", false, "all sizes, not just those that end in some minutes")
	alone := flag.Bool("alone", false, "compare the scheduling alone as well")
	only := flag.String("only", "", "just these series, separated by commas")
	flag.Parse()

	b := bench{
		generator: filepath.Join(*shared, "bench", "gencib.py"),
		cases:     filepath.Join(*shared, "conformance", "scheduler", "xml"),
		ours:      []string{*binary, "crm_simulate"},
		theirs:    []string{*reference},
		limit:     *limit,
		alone:     *alone,
	}
	wanted := func(name string) bool {
		return *only == "" || slices.Contains(strings.Split(*only, ","), name)
	}
	for _, s := range plans {
		if !wanted(s.name) {
			continue
		}
		if !*all {
			s.sizes = s.sizes[:s.quick]
		}
		if err := b.measureSeries(s); err != nil {
			fail(s.name, err)
		}
	}
	if wanted("cases") {
		if err := b.measureCases(); err != nil {
			fail("cases", err)
		}
	}
}

func fail(name string, err error) {
	fmt.Fprintf(os.Stderr, "bench: %s: %v\n", name, err)
	os.Exit(1)
}
