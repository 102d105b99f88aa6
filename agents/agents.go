// Package agents holds the agents that come with Holdfast: the OCF resource agents
// that users and other agents expect of a cluster manager (ocf:pacemaker), two of
// our own for first steps (ocf:holdfast), and samples of alert agents. They are
// shell scripts; this package has them for installation and runs none.
package agents

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:embed ocf alerts
var tree embed.FS

// A File is one to install.
type File struct {
	Path string // below the prefix, such as lib/ocf/resource.d/pacemaker/Dummy
	Mode fs.FileMode
	Data []byte
}

// places says where each directory of the tree belongs, and with which mode.
var places = []struct {
	from, to string
	mode     fs.FileMode
}{
	{"ocf/lib", "lib/ocf/lib/holdfast", 0o644},
	{"ocf/pacemaker", "lib/ocf/resource.d/pacemaker", 0o755},
	{"ocf/holdfast", "lib/ocf/resource.d/holdfast", 0o755},
	{"alerts", "share/pacemaker/alerts", 0o644},
}

// Files returns all files to install, in a fixed order.
func Files() []File {
	var files []File
	for _, p := range places {
		entries, err := tree.ReadDir(p.from)
		if err != nil {
			panic("agents: the embedded tree has no " + p.from) // the build made it so
		}
		for _, e := range entries {
			data, err := tree.ReadFile(path.Join(p.from, e.Name()))
			if err != nil {
				panic("agents: the embedded tree has no " + e.Name())
			}
			files = append(files, File{Path: path.Join(p.to, e.Name()), Mode: p.mode, Data: data})
		}
	}
	return files
}

// Names lists the agents of an OCF provider that come with Holdfast.
func Names(provider string) []string {
	var names []string
	for _, f := range Files() {
		if dir, name := path.Split(f.Path); strings.TrimSuffix(dir, "/") == "lib/ocf/resource.d/"+provider {
			names = append(names, name)
		}
	}
	return names
}
