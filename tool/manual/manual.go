// Package manual is the commands that write what comes with the tools and is made
// from their tables of options: manual pages, and completion for shells.
package manual

import (
	"os"
	"path/filepath"
	"strings"

	"holdfast/crm"
	"holdfast/tool"
)

// Main is the program whose first argument chooses a tool.
const Main = "holdfast"

// An Entry is a tool with the name that chooses it.
type Entry struct {
	Name string
	Make func() *tool.Tool
	Own  bool // only found as an argument of Main, not by a name of its own
}

// A File is a file to be laid out below the directory for shared data.
type File struct {
	Path string
	Data []byte
	Link string // what it is a symbolic link to, in place of Data
}

// Files are the manual pages and completions of the tools.
func Files(entries []Entry) ([]File, error) {
	var list []File
	for _, page := range Pages(entries) {
		page.Path = filepath.Join("man", "man8", page.Path)
		list = append(list, page)
	}
	for _, script := range []struct{ shell, path string }{
		{"bash", "bash-completion/completions/" + Main},
		{"fish", "fish/vendor_completions.d/" + Main + ".fish"},
		{"zsh", "zsh/vendor-completions/_" + Main},
	} {
		text, err := completion(script.shell, entries)
		if err != nil {
			return nil, err
		}
		list = append(list, File{Path: script.path, Data: []byte(text)})
	}
	for _, e := range entries {
		// These shells look for a file with the name of the command.
		if !e.Own {
			list = append(list,
				File{Path: "bash-completion/completions/" + e.Name, Link: Main},
				File{Path: "fish/vendor_completions.d/" + e.Name + ".fish", Link: Main + ".fish"})
		}
	}
	return list, nil
}

// Pages are the manual pages by the names of their files.
func Pages(entries []Entry) []File {
	var list []File
	for _, e := range entries {
		t := e.Make()
		if e.Own && !strings.HasPrefix(t.Name, Main) {
			t.Name = Main + " " + e.Name
		}
		name := strings.ReplaceAll(t.Name, " ", "-")
		list = append(list, File{Path: name + ".8", Data: []byte(t.ManPage())})
	}
	return list
}

func completion(shell string, entries []Entry) (string, error) {
	var list []*tool.Tool
	for _, e := range entries {
		t := e.Make()
		t.Name = e.Name
		list = append(list, t)
	}
	return tool.Completion(shell, Main, list)
}

// Man returns the command that writes the manual pages into a directory.
func Man(entries []Entry) *tool.Tool {
	return &tool.Tool{
		Name:    Main + " man",
		Summary: "Write the manual pages of all tools",
		Args:    "DIRECTORY",
		Do: func(c *tool.Call) error {
			if len(c.Args) != 1 {
				return tool.Fail(crm.ExitUsage, "Say which directory the pages shall go to")
			}
			if err := os.MkdirAll(c.Args[0], 0o755); err != nil {
				return tool.Fail(crm.ExitCantCreate, "%v", err)
			}
			for _, page := range Pages(entries) {
				if err := os.WriteFile(filepath.Join(c.Args[0], page.Path), page.Data, 0o644); err != nil {
					return tool.Fail(crm.ExitCantCreate, "%v", err)
				}
			}
			return nil
		},
	}
}

// Completion returns the command that prints the completion for a shell.
func Completion(entries []Entry) *tool.Tool {
	return &tool.Tool{
		Name:    Main + " completion",
		Summary: "Print the completion of all tools for a shell",
		Args:    strings.Join(tool.Shells(), "|"),
		Do: func(c *tool.Call) error {
			if len(c.Args) != 1 {
				return tool.Fail(crm.ExitUsage, "Say for which shell: one of %s", strings.Join(tool.Shells(), ", "))
			}
			text, err := completion(c.Args[0], entries)
			if err != nil {
				return tool.Fail(crm.ExitUsage, "%v", err)
			}
			_, err = c.Env.Stdout.Write([]byte(text))
			return err
		},
	}
}
