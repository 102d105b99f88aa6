// Package install is the command that lays Holdfast out on a machine, or in a
// directory from which a package is made: the program, its tools under their
// customary names, the agents and the systemd unit.
package install

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"holdfast/agents"
	"holdfast/crm"
	"holdfast/daemon"
	"holdfast/tool"
	"holdfast/tool/manual"
)

//go:embed holdfast.service
var unit []byte

// daemons are the programs of the reference that clients look for in its library
// directory; they answer questions about options (features "DAEMON metadata").
var daemons = []string{"pacemaker-based", "pacemaker-controld", "pacemaker-fenced", "pacemaker-schedulerd", "pacemaker-attrd", "pacemaker-execd"}

type options struct {
	dest, prefix string
	replace      bool
}

// Tool returns the command. Names are the tools to lay out, entries those with a
// manual page and completion.
func Tool(names []string, entries []manual.Entry) *tool.Tool {
	o := &options{prefix: "/usr"}
	return &tool.Tool{
		Name:    "holdfast install",
		Summary: "Lay out the program, its tools, agents and systemd unit",
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "destdir", Arg: "dir", Set: tool.String(&o.dest), Help: "Directory that stands for / (default: /)"},
			{Long: "prefix", Arg: "dir", Set: tool.String(&o.prefix), Help: "Where programs and libraries go (default: /usr)"},
			{Long: "replace", Set: tool.Switch(&o.replace), Help: "Replace the tools of another program, such as Pacemaker's"},
		}}},
		Do: func(c *tool.Call) error {
			if len(c.Args) > 0 {
				return tool.Fail(crm.ExitUsage, "holdfast install: %q is no option; a directory is named with --destdir=%[1]s", c.Args[0])
			}
			if theirs := o.foreign(names); theirs != "" && !o.replace {
				return tool.Fail(crm.ExitExists, "holdfast install: %s belongs to another program: remove its package first (Pacemaker's are pacemaker and pacemaker-cli-utils), "+
					"or install elsewhere with --destdir or --prefix; --replace overwrites what is there", theirs)
			}
			if err := errors.Join(o.install(names), o.manual(entries)); err != nil {
				return tool.Fail(crm.ExitCantCreate, "holdfast install: %v", err)
			}
			return nil
		},
	}
}

// foreign finds a tool that stands where one of ours would and is not ours, "" if there is
// none: ours are links to the program beside them.
func (o *options) foreign(names []string) string {
	for _, name := range names {
		path := filepath.Join(o.path("sbin"), name)
		if _, err := os.Lstat(path); err != nil {
			continue
		}
		if target, err := os.Readlink(path); err != nil || target != "holdfast" {
			return path
		}
	}
	return ""
}

func (o *options) install(names []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bin, lib := o.path("sbin"), o.path("lib/holdfast")
	program, node := filepath.Join(bin, "holdfast"), filepath.Join(lib, daemon.NodeProgram)
	if err := copyFile(self, program); err != nil {
		return err
	}
	// The node process is the same file under another name: a second link where
	// the file system can, so that the name is its own and the space is not.
	if err := link(program, node); err != nil {
		return err
	}
	for _, name := range names {
		if err := symlink("holdfast", filepath.Join(bin, name)); err != nil {
			return err
		}
	}
	for _, name := range daemons {
		if err := symlink("../../sbin/holdfast", filepath.Join(o.path("lib/pacemaker"), name)); err != nil {
			return err
		}
	}
	for _, f := range agents.Files() {
		if err := writeFile(filepath.Join(o.path("."), f.Path), f.Data, f.Mode); err != nil {
			return err
		}
	}
	if err := o.schemas(); err != nil {
		return err
	}
	return writeFile(filepath.Join(o.path("lib/systemd/system"), "holdfast.service"), unit, 0o644)
}

// manual lays out manual pages and completions.
func (o *options) manual(entries []manual.Entry) error {
	files, err := manual.Files(entries)
	if err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(o.path("share"), f.Path)
		if f.Link != "" {
			err = symlink(f.Link, path)
		} else {
			err = writeFile(path, f.Data, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (o *options) path(sub string) string { return filepath.Join(o.dest, o.prefix, sub) }

func copyFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	tmp := to + ".new"
	out, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("copy %s to %s: %w", from, to, err)
	}
	return os.Rename(tmp, to)
}

func link(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	os.Remove(to)
	if err := os.Link(from, to); err == nil {
		return nil
	}
	return copyFile(from, to)
}

func symlink(target, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Symlink(target, path)
}

func writeFile(path string, data []byte, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, data, mode); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}
