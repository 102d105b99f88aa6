package main

import (
	"path/filepath"
	"slices"
	"testing"
)

// A listed case that fails is lost; one that passes unlisted is gained.
func TestAgainst(t *testing.T) {
	r := result{total: 4, passed: []string{"a", "c", "d"}}
	lost, gained := r.against([]string{"a", "b", "c"})
	if !slices.Equal(lost, []string{"b"}) || !slices.Equal(gained, []string{"d"}) {
		t.Errorf("lost %v, gained %v", lost, gained)
	}
}

// A list is written sorted and without doubles; no file is an empty list.
func TestListRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "list.txt")
	if got, err := readList(path); err != nil || got != nil {
		t.Fatalf("before: %v, %v", got, err)
	}
	if err := writeList(path, []string{"b", "a", "b"}); err != nil {
		t.Fatal(err)
	}
	if got, err := readList(path); err != nil || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("after: %v, %v", got, err)
	}
}
