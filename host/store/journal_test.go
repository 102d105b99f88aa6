package store

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestJournalLosesNothingWhole cuts a journal with three records at every byte:
// what comes back is always the last record that was written whole, and the next
// record after it can be read again.
func TestJournalLosesNothingWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	records := [][]byte{[]byte("one"), bytes.Repeat([]byte("two"), 50), []byte("three")}
	j, _, err := OpenJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	var ends []int64
	for _, r := range records {
		if err := j.Append(r); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, j.Size())
	}
	j.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole = whole[:ends[2]+1] // the zeros behind it are all alike
	for cut := range len(whole) + 1 {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		var want []byte
		for i, end := range ends {
			if int64(cut) >= end {
				want = records[i]
			}
		}
		j, last, err := OpenJournal(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(last, want) {
			t.Fatalf("cut at %d: got %q, want %q", cut, last, want)
		}
		if err := j.Append([]byte("next")); err != nil {
			t.Fatal(err)
		}
		j.Close()
		if j, last, err = OpenJournal(path); err != nil || string(last) != "next" {
			t.Fatalf("cut at %d: after one more record got %q, %v", cut, last, err)
		}
		j.Close()
	}
}

// TestJournalNoticesDamage flips each byte of the last record: the one before it
// comes back.
func TestJournalNoticesDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j, _, err := OpenJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	j.Append([]byte("good"))
	start := j.Size()
	j.Append([]byte("bad"))
	end := j.Size()
	j.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := start; at < end; at++ {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x40
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		j, last, err := OpenJournal(path)
		if err != nil || string(last) != "good" {
			t.Fatalf("byte %d flipped: got %q, %v", at, last, err)
		}
		j.Close()
	}
}

// TestJournalForgetsFormerRounds has a shorter round over a longer one, of records
// of the same length, so that old ones stand whole where the new end: they
// do not come back, whatever was cut off or closed between.
func TestJournalForgetsFormerRounds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j, _, err := OpenJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []string{"old 1", "old 2", "old 3"} {
		if err := j.Append([]byte(r)); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Reset(); err != nil {
		t.Fatal(err)
	}
	reopen := func(want string) {
		t.Helper()
		var last []byte
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		if j, last, err = OpenJournal(path); err != nil || string(last) != want {
			t.Fatalf("got %q, %v, want %q", last, err, want)
		}
	}
	reopen("")
	if err := j.Append([]byte("new 1")); err != nil {
		t.Fatal(err)
	}
	reopen("new 1")
	if err := j.Append([]byte("new 2")); err != nil {
		t.Fatal(err)
	}
	reopen("new 2")
	if err := j.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := j.Append([]byte("newer")); err != nil {
		t.Fatal(err)
	}
	reopen("newer")
	j.Close()
}

// BenchmarkAppend is what a change of the configuration waits for on its disk.
func BenchmarkAppend(b *testing.B) {
	j, _, err := OpenJournal(filepath.Join(b.TempDir(), "journal"))
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	record := bytes.Repeat([]byte("x"), 8<<10)
	for b.Loop() {
		if err := j.Append(record); err != nil {
			b.Fatal(err)
		}
		if j.Size() > 1<<20 {
			j.Reset()
		}
	}
}
