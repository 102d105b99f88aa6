package store

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// A Disk is the directory that a store lives in. The store needs only what a
// crash may do to be known: after a crash a name holds its old content, the new
// one, or, if the last Sync was before it was written, neither promise holds for
// the order of different names.
type Disk interface {
	// Read returns the content of a name, an error matching fs.ErrNotExist if
	// there is none.
	Read(name string) ([]byte, error)
	// Write replaces the content of a name at once: nobody sees a part of it, and
	// a crash leaves the old content or the new.
	Write(name string, data []byte) error
	// Link gives the content of from a second name, in place of what that had.
	Link(from, to string) error
	// Rename gives a name's content to another.
	Rename(from, to string) error
	// Remove removes a name; one that does not exist is no error.
	Remove(name string) error
	// List returns the names.
	List() ([]string, error)
	// Sync returns when everything done so far survives a crash.
	Sync() error
}

// Dir returns the disk in a directory, which is made if it does not exist. When
// run by root, files belong to hacluster:haclient, if these exist.
func Dir(path string) (Disk, error) {
	d := &dir{path: path, uid: -1, gid: -1}
	if os.Geteuid() == 0 {
		d.uid, d.gid = owner()
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(path, 0o750); err != nil {
			return nil, err
		}
		if err := os.Chown(path, d.uid, d.gid); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// owner looks up the cluster's user and group; -1 leaves an owner as it is.
func owner() (uid, gid int) {
	uid, gid = -1, -1
	if u, err := user.Lookup("hacluster"); err == nil {
		if n, err := strconv.Atoi(u.Uid); err == nil {
			uid = n
		}
	}
	if g, err := user.LookupGroup("haclient"); err == nil {
		if n, err := strconv.Atoi(g.Gid); err == nil {
			gid = n
		}
	}
	return uid, gid
}

type dir struct {
	path     string
	uid, gid int
}

const temporary = ".writing-"

func (d *dir) name(name string) string { return filepath.Join(d.path, name) }

func (d *dir) Read(name string) ([]byte, error) { return os.ReadFile(d.name(name)) }

func (d *dir) Write(name string, data []byte) error {
	f, err := os.CreateTemp(d.path, temporary+"*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil && d.uid >= 0 {
		err = f.Chown(d.uid, d.gid)
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), d.name(name))
	}
	if err != nil {
		os.Remove(f.Name()) // the error that matters is the one before
	}
	return err
}

func (d *dir) Link(from, to string) error {
	if err := d.Remove(to); err != nil {
		return err
	}
	return os.Link(d.name(from), d.name(to))
}

func (d *dir) Rename(from, to string) error { return os.Rename(d.name(from), d.name(to)) }

func (d *dir) Remove(name string) error {
	err := os.Remove(d.name(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (d *dir) List() ([]string, error) {
	entries, err := os.ReadDir(d.path)
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), temporary) {
			names = append(names, e.Name())
		}
	}
	return names, err
}

func (d *dir) Sync() error {
	f, err := os.Open(d.path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Save keeps a small file: when it returns without error, the content survives a
// crash.
func Save(d Disk, name string, data []byte) error {
	if err := d.Write(name, data); err != nil {
		return err
	}
	return d.Sync()
}

// Load returns what Save has kept under a name, nil if nothing.
func Load(d Disk, name string) ([]byte, error) {
	data, err := d.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}
