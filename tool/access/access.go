// Package access is how tools work on a CIB, wherever it is: in the running
// cluster, in a shadow copy or in a file. The environment variables CIB_shadow
// and CIB_file choose, as they do for Pacemaker's tools.
package access

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"holdfast/cib"
	"holdfast/cib/acl"
	"holdfast/cib/digest"
	"holdfast/cib/schema"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/tool"
)

// A CIB is an open place to query and change.
type CIB interface {
	// Do performs one request and returns what a query found. A refusal is a
	// *cib.Error.
	Do(r cib.Request) (*xml.Node, error)
	// Close makes changes in a file permanent.
	Close() error
}

// Open opens what the environment points to. An error is a *cib.Error, or what
// reaching the cluster gave.
func Open(env *tool.Env) (CIB, error) {
	s := env.Source()
	if s.Where == tool.Live {
		return openLive(env)
	}
	return OpenFile(env, s.Path)
}

// live is the running cluster.
type live struct{ cluster tool.Cluster }

func openLive(env *tool.Env) (CIB, error) {
	if env.Connect == nil {
		return nil, tool.ErrNoCluster
	}
	c, err := env.Connect()
	if err != nil {
		return nil, err
	}
	return live{c}, nil
}

func (l live) Do(r cib.Request) (*xml.Node, error) { return l.cluster.Apply(r) }
func (l live) Close() error                        { return l.cluster.Close() }

// file is a CIB in a file. Changes are kept in memory until Close.
type file struct {
	env   *tool.Env
	path  string
	cib   cib.CIB
	dirty bool
}

// OpenFile opens a CIB in a file, which must conform to its schema. A file that
// is not there is refused as cib.NotFound.
func OpenFile(env *tool.Env, path string) (CIB, error) {
	if path != "-" {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, &cib.Error{Kind: cib.NotFound, Detail: path}
		}
	}
	root, err := env.ReadFile(path)
	if err != nil {
		return nil, &cib.Error{Kind: cib.SchemaInvalid, Detail: err.Error()}
	}
	c, err := cib.New(root)
	if err == nil {
		err = c.Validate()
	}
	if err != nil {
		return nil, err
	}
	return &file{env: env, path: path, cib: c}, nil
}

func (f *file) Do(r cib.Request) (*xml.Node, error) {
	if r.User == "" {
		r.User = f.env.Getenv("CIB_user")
	}
	if r.Groups == nil && acl.Required(r.User) {
		r.Groups = GroupsOf(r.User)
	}
	r.NoStamp = true
	if r.Trace == nil {
		r.Trace = f.trace
	}
	result, err := f.cib.Apply(r)
	if err != nil {
		return nil, err
	}
	if r.Op.Changes() {
		f.cib, f.dirty = result.CIB, true
	}
	return result.Output, nil
}

// trace tells of a decision about rights, if PCMK_trace_functions asks for it.
func (f *file) trace(where, text string) {
	if slices.Contains(strings.Split(f.env.Getenv("PCMK_trace_functions"), ","), where) {
		fmt.Fprintf(f.env.Stderr, "(%s@access.go:1) \ttrace: %s\n", where, text)
	}
}

// GroupsOf returns the names of a user's groups; none if the user is not known
// here.
func GroupsOf(name string) []string {
	u, err := user.Lookup(name)
	if err != nil {
		return nil
	}
	ids, err := u.GroupIds()
	if err != nil {
		return nil
	}
	var names []string
	for _, id := range ids {
		if g, err := user.LookupGroupId(id); err == nil {
			names = append(names, g.Name)
		}
	}
	return names
}

func (f *file) Close() error {
	if !f.dirty {
		return nil
	}
	f.dirty = false
	return WriteFile(f.path, f.cib.Root())
}

// WriteFile writes a document to a file, in place. The file of a cluster's store,
// with its digest beside it, is replaced instead, so that a crash leaves one
// version or the other.
func WriteFile(path string, root *xml.Node) error {
	data := xml.AppendIndented(nil, root, 0)
	write, sig := tool.RewriteFile, path+".sig"
	stored := exists(sig)
	if stored {
		write = replaceFile
	}
	if err := write(path, data); err != nil {
		return tool.Fail(crm.ExitCantCreate, "Could not write %s: %v", path, err)
	}
	if stored {
		if err := replaceFile(sig, []byte(digest.OnDisk(root))); err != nil {
			return tool.Fail(crm.ExitCantCreate, "Could not write %s: %v", sig, err)
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// replaceFile writes beside the file and renames, keeping mode and owner; in
// a directory where nothing can be made it writes into the file.
func replaceFile(path string, data []byte) error {
	mode := fs.FileMode(0o644)
	info, statErr := os.Stat(path)
	if statErr == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return os.WriteFile(path, data, mode)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil && statErr == nil {
		keepOwner(f.Name(), info)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name()) // the error that matters is the one before
	}
	return err
}

// Warn returns what a tool should tell of a schema name; "" for nothing.
func Warn(root *xml.Node) string {
	if root.Attr("validate-with") == schema.None {
		return "Schema validation of configuration is disabled (support for validate-with set to \"none\" is deprecated and will be removed in a future release)"
	}
	return ""
}

// Look returns the document for a tool that shows it. A file is taken only if a
// cluster would take it, and what its user may read of it; if that is nothing, it is
// told, and the error says why once more, for tools that go on to name what they could
// not do.
func Look(c *tool.Call) (*xml.Node, error) {
	if c.Env.Source().Where == tool.Live {
		return c.Env.LoadCIB()
	}
	at, err := Open(c.Env)
	if err != nil {
		return nil, told(c, "Could not connect to the CIB", err)
	}
	defer at.Close()
	root, err := at.Do(cib.Request{Op: cib.Query})
	if err != nil {
		return nil, told(c, "CIB query failed", err)
	}
	return root, nil
}

// told says what failed, and returns why.
func told(c *tool.Call, what string, err error) error {
	text, code := Reason(err)
	c.Out.Err("%s: %s", what, text)
	return tool.Fail(code, "%s", text)
}

// Load returns the whole document as the newest schema has it, for tools that
// only read it, and notes on what the upgrade in memory could not keep.
func Load(env *tool.Env) (*xml.Node, []string, error) {
	at, err := Open(env)
	if err != nil {
		return nil, nil, err
	}
	defer at.Close()
	root, err := at.Do(cib.Request{Op: cib.Query})
	if err != nil {
		return nil, nil, err
	}
	up, notes, err := schema.Upgrade(root, "")
	if err != nil {
		return nil, notes, &cib.Error{Kind: cib.Untransformed, Detail: err.Error()}
	}
	return up, notes, nil
}
