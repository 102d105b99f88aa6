package tool

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever holds a file open while a tool writes it sees what was written: pcs does
// that with every CIB that it has changed or simulated.
func TestRewriteFileIsSeenByItsHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cib.xml")
	if err := os.WriteFile(path, []byte(strings.Repeat("long ", 100)), 0o640); err != nil {
		t.Fatal(err)
	}
	held, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if err := RewriteFile(path, []byte("short")); err != nil {
		t.Fatal(err)
	}
	if seen, err := io.ReadAll(held); string(seen) != "short" || err != nil {
		t.Errorf("the holder sees %q, %v", seen, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode: %v, %v", info.Mode(), err)
	}
}

// What is no regular file, or not there yet, is written as well.
func TestRewriteFileElsewhere(t *testing.T) {
	if err := RewriteFile(os.DevNull, []byte("x")); err != nil {
		t.Error(err)
	}
	path := filepath.Join(t.TempDir(), "new")
	if err := RewriteFile(path, []byte("x")); err != nil {
		t.Error(err)
	}
	if err := RewriteFile(filepath.Join(path, "below a file"), nil); err == nil {
		t.Error("a file was made below a file")
	}
}

// A disk that is full costs nothing: what was there stays.
func TestRewriteFilePutsBack(t *testing.T) {
	if err := RewriteFile("/dev/full", []byte("x")); err == nil {
		t.Error("a full device takes everything")
	}
}
