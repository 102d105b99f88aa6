package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A result is what a suite found.
type result struct {
	total  int
	passed []string // sorted
}

// against compares with the cases that are to pass: which fail, and which pass
// without being listed.
func (r result) against(listed []string) (lost, gained []string) {
	for _, name := range listed {
		if !slices.Contains(r.passed, name) {
			lost = append(lost, name)
		}
	}
	for _, name := range r.passed {
		if !slices.Contains(listed, name) {
			gained = append(gained, name)
		}
	}
	return lost, gained
}

// readList reads a list of cases, one a line. No file is an empty list.
func readList(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n"), nil
}

// writeList writes a list of cases in order.
func writeList(path string, names []string) error {
	slices.Sort(names)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.Join(slices.Compact(names), "\n")+"\n"), 0o644)
}
