package tool

import (
	"compress/bzip2"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime/debug"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// Where says what kind of place a CIB is read from and written to.
type Where uint8

// The places: the running cluster, a file, a shadow copy (a file as well).
const (
	Live Where = iota
	File
	Shadow
)

// A Source is a place to find a CIB.
type Source struct {
	Where Where
	Path  string // of the file; "" for the running cluster
}

// Source returns where the environment tells tools to look: at the shadow copy
// that CIB_shadow names, else the file that CIB_file names, else the cluster.
func (e *Env) Source() Source {
	if name := e.Getenv("CIB_shadow"); name != "" {
		return Source{Shadow, e.ShadowFile(name)}
	}
	if path := e.Getenv("CIB_file"); path != "" {
		return Source{File, path}
	}
	return Source{}
}

// ShadowFile returns the path of a shadow copy.
func (e *Env) ShadowFile(name string) string {
	return filepath.Join(e.shadowDir(), "shadow."+name)
}

// shadowDir is CIB_shadow_dir, or a directory that belongs to the user.
func (e *Env) shadowDir() string {
	if dir := e.Getenv("CIB_shadow_dir"); dir != "" {
		return dir
	}
	if u, err := user.Current(); err == nil && u.Uid != "0" && u.Username != "hacluster" {
		return filepath.Join(u.HomeDir, ".cib")
	}
	return "/var/lib/pacemaker/cib"
}

// LoadCIB returns the document from where the environment says.
func (e *Env) LoadCIB() (*xml.Node, error) {
	s := e.Source()
	if s.Where == Live {
		return e.liveCIB()
	}
	return e.ReadFile(s.Path)
}

func (e *Env) liveCIB() (*xml.Node, error) {
	if e.Connect == nil {
		return nil, Fail(crm.ExitDisconnect, "%v", ErrNoCluster)
	}
	c, err := e.Connect()
	if err != nil {
		return nil, Fail(crm.ExitDisconnect, "Could not connect to the CIB: %v", err)
	}
	defer c.Close()
	return c.CIB()
}

// garbage is how much of it, in percent of what is in use, a tool that reads a
// document lets gather: it is gone before most of it matters. Small documents are
// done with before the first collection.
const garbage = 400

// ReadFile reads a document from a file, also one compressed with bzip2, or
// from standard input if the path is "-".
func (e *Env) ReadFile(path string) (*xml.Node, error) {
	text, err := e.readText(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, Fail(crm.ExitNoSuch, "Could not read %s: No such file or directory", path)
	case errors.Is(err, fs.ErrPermission):
		return nil, Fail(crm.ExitInsufficientPriv, "Could not read %s: Permission denied", path)
	case err != nil:
		return nil, Fail(crm.ExitIOErr, "Could not read %s: %v", path, err)
	}
	if strings.HasSuffix(path, ".bz2") || strings.HasPrefix(text, "BZh") {
		if text, err = readAll(bzip2.NewReader(strings.NewReader(text)), 0); err != nil {
			return nil, Fail(crm.ExitDataErr, "Could not unpack %s: %v", path, err)
		}
	}
	debug.SetGCPercent(garbage)
	doc, err := xml.ParseString(text)
	if err != nil {
		return nil, Fail(crm.ExitDataErr, "Could not parse XML from %s: %v", path, err)
	}
	return doc, nil
}

// readText reads a file, or standard input if the path is "-". The tree that is
// made of a document holds on to its text: reading it as a string spares the copy.
func (e *Env) readText(path string) (string, error) {
	if path == "-" {
		return readAll(e.Stdin, 0)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	size := int64(0)
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		size = info.Size()
	}
	return readAll(f, size)
}

// readAll reads to the end of what is probably of a size.
func readAll(r io.Reader, size int64) (string, error) {
	var b strings.Builder
	b.Grow(int(size))
	_, err := io.Copy(&b, r)
	return b.String(), err
}
