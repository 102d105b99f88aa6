// Package store keeps the CIB on disk where Pacemaker keeps it, and as Pacemaker
// keeps it: cib.xml with its digest in cib.xml.sig, and the versions before it
// as cib-N.raw. Status is not kept; it is found out again by probing.
//
// What was saved survives a crash at any instant. What was damaged is set aside
// and told of, and the newest version that is whole is used instead.
package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"holdfast/cib"
	"holdfast/cib/digest"
	"holdfast/cib/xml"
)

// The names in the directory, which are Pacemaker's.
const (
	current   = "cib.xml"
	sequence  = "cib.last"
	signature = ".sig"
	// pending holds the digest of what is about to become cib.xml, so that a crash
	// between the two renames is not taken for damage.
	pending = "cib.xml.sig.next"
)

// maxBackups is how many earlier versions are kept.
const maxBackups = 100

// A Store keeps one CIB. It is used by one goroutine.
type Store struct {
	disk    Disk
	next    int    // the number of the next backup
	written []byte // what cib.xml held when we last wrote or read it
}

// Open returns the store on a disk. Load comes first, then any number of Save.
func Open(d Disk) *Store { return &Store{disk: d} }

// Loaded is what Load found.
type Loaded struct {
	CIB  cib.CIB  // zero if there is none
	From string   // the file it was read from
	Told []string // what an administrator should know: damage and how it was dealt with
}

// Load reads the CIB. Damage is no error as long as something can be told of it;
// an error means that the disk cannot be used.
func (s *Store) Load() (Loaded, error) {
	names, err := s.disk.List()
	if err != nil {
		return Loaded{}, fmt.Errorf("list the CIB directory: %w", err)
	}
	s.next = s.readSequence()
	var l Loaded
	data, err := s.disk.Read(current)
	switch {
	case err == nil:
		c, damage := s.verify(current, data)
		if damage == "" {
			s.written = data
			return Loaded{CIB: c, From: current}, nil
		}
		aside, err := s.setAside(names)
		if err != nil {
			return l, err
		}
		l.Told = append(l.Told, fmt.Sprintf("%s cannot be used (%s); it is kept as %s", current, damage, aside))
	case !errors.Is(err, fs.ErrNotExist):
		return l, fmt.Errorf("read %s: %w", current, err)
	}
	s.fromBackup(&l, names)
	return l, nil
}

// verify parses a file and compares its digest with the one kept beside it. It
// returns what is wrong, "" if nothing.
func (s *Store) verify(name string, data []byte) (cib.CIB, string) {
	if len(data) == 0 {
		return cib.CIB{}, "it is empty"
	}
	root, err := xml.Parse(data)
	if err != nil {
		return cib.CIB{}, "it is no XML: " + err.Error()
	}
	if damage := s.verifyDigest(name, root); damage != "" {
		return cib.CIB{}, damage
	}
	c, err := cib.New(root)
	if err != nil {
		return cib.CIB{}, err.Error()
	}
	return c, ""
}

func (s *Store) verifyDigest(name string, root *xml.Node) string {
	sig, err := s.disk.Read(name + signature)
	if errors.Is(err, fs.ErrNotExist) {
		return "" // a CIB that somebody put there by hand, as Pacemaker allows
	}
	if err != nil {
		return "its digest cannot be read: " + err.Error()
	}
	if digest.Matches(root, string(bytes.TrimSpace(sig))) {
		return ""
	}
	if name == current {
		if sig, err := s.disk.Read(pending); err == nil && digest.Matches(root, string(bytes.TrimSpace(sig))) {
			return ""
		}
	}
	return "its digest is not the one in " + name + signature + ": it was damaged, or edited by hand"
}

// setAside keeps a damaged cib.xml under a name that nothing else uses.
func (s *Store) setAside(names []string) (string, error) {
	for i := 1; ; i++ {
		name := "cib.damaged-" + strconv.Itoa(i) + ".xml"
		if slices.Contains(names, name) {
			continue
		}
		if err := s.disk.Rename(current, name); err != nil {
			return "", fmt.Errorf("set the damaged %s aside: %w", current, err)
		}
		for _, sig := range []string{current + signature, pending} {
			if err := s.disk.Remove(sig); err != nil {
				return "", fmt.Errorf("remove %s: %w", sig, err)
			}
		}
		return name, s.disk.Sync()
	}
}

// fromBackup finds the newest version among the backups that are whole.
func (s *Store) fromBackup(l *Loaded, names []string) {
	for _, name := range names {
		n, ok := backupNumber(name)
		if !ok {
			continue
		}
		data, err := s.disk.Read(name)
		damage := ""
		var c cib.CIB
		if err != nil {
			damage = err.Error()
		} else {
			c, damage = s.verify(name, data)
		}
		if damage != "" {
			l.Told = append(l.Told, fmt.Sprintf("backup %s cannot be used (%s)", name, damage))
			continue
		}
		if l.CIB.IsZero() || s.laterThan(c, n, l) {
			l.CIB, l.From = c, name
		}
	}
	if l.From != "" {
		l.Told = append(l.Told, fmt.Sprintf("the CIB is taken from backup %s, version %v", l.From, l.CIB.Version()))
	}
}

// laterThan compares a backup with the best so far: by version, then by how
// recently its number was given.
func (s *Store) laterThan(c cib.CIB, n int, best *Loaded) bool {
	if d := c.Version().Compare(best.CIB.Version()); d != 0 {
		return d > 0
	}
	b, _ := backupNumber(best.From)
	return s.age(n) < s.age(b)
}

// age is how many backups were made after number n.
func (s *Store) age(n int) int { return (s.next - 1 - n + 2*maxBackups) % maxBackups }

func backupName(n int) string { return "cib-" + strconv.Itoa(n) + ".raw" }

func backupNumber(name string) (int, bool) {
	text, ok := strings.CutPrefix(name, "cib-")
	text, ok2 := strings.CutSuffix(text, ".raw")
	n, err := strconv.Atoi(text)
	return n, ok && ok2 && err == nil && n >= 0
}

func (s *Store) readSequence() int {
	data, err := s.disk.Read(sequence)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(string(bytes.TrimSpace(data)))
	if err != nil || n < 0 || n >= maxBackups {
		return 0
	}
	return n
}

// Save writes a new version. When it returns without error, this version
// survives a crash; otherwise this one or the one before does.
func (s *Store) Save(c cib.CIB) error {
	root := stored(c.Root())
	if bytes.Equal(s.written, contents(root)) {
		return nil // only status has changed
	}
	if err := s.backup(); err != nil {
		return fmt.Errorf("keep a backup of the CIB: %w", err)
	}
	if err := s.write(root); err != nil {
		return fmt.Errorf("write the CIB: %w", err)
	}
	return nil
}

func (s *Store) write(root *xml.Node) error {
	sum := []byte(digest.OnDisk(root))
	data := contents(root)
	for _, f := range []struct {
		name string
		data []byte
	}{{pending, sum}, {current, data}, {current + signature, sum}} {
		if err := s.disk.Write(f.name, f.data); err != nil {
			return err
		}
		if f.name == pending {
			// It must not reach the disk later than what it vouches for.
			if err := s.disk.Sync(); err != nil {
				return err
			}
		}
	}
	if err := s.disk.Sync(); err != nil {
		return err
	}
	s.written = data
	return nil
}

func contents(root *xml.Node) []byte { return xml.AppendIndented(nil, root, 0) }

// stored is the document as it is kept: without status and its counter.
func stored(root *xml.Node) *xml.Node {
	kept := cib.WithoutStatus(root)
	kept.SetAttr("num_updates", "0")
	return kept
}

// backup gives the present version a second name. A cib.xml that is not what we
// wrote was changed behind our back; it is kept as damaged instead.
func (s *Store) backup() error {
	data, err := s.disk.Read(current)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if s.written != nil && !bytes.Equal(data, s.written) {
		names, err := s.disk.List()
		if err != nil {
			return err
		}
		_, err = s.setAside(names)
		return err
	}
	name := backupName(s.next)
	if err := s.disk.Link(current, name); err != nil {
		return err
	}
	err = s.disk.Link(current+signature, name+signature)
	if errors.Is(err, fs.ErrNotExist) {
		err = s.disk.Remove(name + signature)
	}
	if err != nil {
		return err
	}
	s.next = (s.next + 1) % maxBackups
	return s.disk.Write(sequence, []byte(strconv.Itoa(s.next)))
}
