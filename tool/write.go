package tool

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// WriteFile writes a document to a file, in place; "-" is standard output.
func (e *Env) WriteFile(path string, doc *xml.Node) error {
	if path == "-" {
		return xml.WriteIndented(e.Stdout, doc)
	}
	var err error
	if _, missing := os.Stat(path); errors.Is(missing, fs.ErrNotExist) {
		// Nothing has to be put back or compared: it is not made whole first.
		err = rewrite(path, func(w io.Writer) error { return xml.WriteIndented(w, doc) })
	} else {
		err = RewriteFile(path, xml.AppendIndented(nil, doc, 0))
	}
	if err != nil {
		return Fail(crm.ExitCantCreate, "Could not write %s: %v", path, err)
	}
	return nil
}

// WriteWith is WriteFile for what is too large to be made whole first.
func (e *Env) WriteWith(path string, write func(io.Writer) error) error {
	if path == "-" {
		return buffered(e.Stdout, write)
	}
	if err := rewrite(path, write); err != nil {
		return Fail(crm.ExitCantCreate, "Could not write %s: %v", path, err)
	}
	return nil
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 1<<16)
	return errors.Join(write(b), b.Flush())
}

// RewriteFile gives a file a new content in place: it keeps its mode, its owner and
// its links, and whoever has it open reads what was written. pcs, for one, makes a
// temporary file, has a tool change it, and goes on with the file that it holds. If
// it cannot be written, as on a full disk, its former content is put back; if it has
// that content already, nothing is written.
func RewriteFile(path string, data []byte) error {
	whole := func(data []byte) func(io.Writer) error {
		return func(w io.Writer) error { _, err := w.Write(data); return err }
	}
	info, statErr := os.Stat(path)
	if statErr != nil || !info.Mode().IsRegular() {
		return rewrite(path, whole(data))
	}
	old, readErr := os.ReadFile(path)
	if readErr == nil && bytes.Equal(old, data) {
		return nil
	}
	err := rewrite(path, whole(data))
	if err != nil && readErr == nil {
		err = errors.Join(err, rewrite(path, whole(old)))
	}
	return err
}

// rewrite writes from the beginning and cuts off what is left of the former content.
// What is no regular file, such as a device or a pipe, has none.
func rewrite(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	err = buffered(f, write)
	if info, statErr := f.Stat(); err == nil && statErr == nil && info.Mode().IsRegular() {
		var end int64
		if end, err = f.Seek(0, io.SeekCurrent); err == nil {
			err = f.Truncate(end)
		}
	}
	return errors.Join(err, f.Close())
}

// ReplaceFile writes a file whole or not at all, for those who read it while it is
// written again and again. What is no regular file is written to and stays what it
// is.
func ReplaceFile(path string, data []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return RewriteFile(path, data)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name()) // the error that matters is the one before
	}
	return err
}
