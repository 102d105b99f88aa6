package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// measureCases runs both programs over all recorded cases, in one process and in
// a process each.
func (b *bench) measureCases() error {
	entries, err := os.ReadDir(b.cases)
	if err != nil {
		return err
	}
	var paths []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".xml") {
			paths = append(paths, filepath.Join(b.cases, e.Name()))
		}
	}
	fmt.Printf("\ncases: %d recorded ones\n%24s %10s %10s %8s\n", len(paths), "", "reference", "ours", "ratio")
	theirs, err := b.run(b.theirs, os.TempDir(), "--profile", b.cases)
	if err != nil {
		return err
	}
	ours, err := b.run(b.ours, os.TempDir(), "--profile", b.cases)
	if err != nil {
		return err
	}
	fmt.Printf("%24s %10s %10s %8s\n", "in one process", theirs, ours, ratio(theirs, ours))
	theirAll, err := b.each(b.theirs, paths)
	if err != nil {
		return err
	}
	ourAll, err := b.each(b.ours, paths)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		at   int
	}{{"a process each, median", len(paths) / 2}, {"nine in ten below", len(paths) * 9 / 10}, {"the longest", len(paths) - 1}} {
		x, y := measure{cpu: theirAll[part.at]}, measure{cpu: ourAll[part.at]}
		fmt.Printf("%24s %10s %10s %8s\n", part.name, x, y, ratio(x, y))
	}
	return nil
}

// each gives the CPU times of a process for each case, sorted.
func (b *bench) each(program, paths []string) ([]time.Duration, error) {
	var all []time.Duration
	for _, path := range paths {
		m, err := b.run(program, os.TempDir(), "-x", path, "-R", "-Q")
		if err != nil && !errors.Is(err, errRefused) { // an older program refuses newer schemas
			return nil, err
		}
		all = append(all, m.cpu)
	}
	slices.Sort(all)
	return all, nil
}
