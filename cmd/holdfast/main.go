// Command holdfast is the whole product in one file: the name it was called by,
// or else its first argument, chooses what it does.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"holdfast/client"
	"holdfast/crm"
	"holdfast/tool"
	"holdfast/tool/install"
	"holdfast/tool/manual"
)

func main() {
	os.Exit(int(run(os.Args)))
}

// run finds the tool and runs it.
func run(argv []string) crm.ExitCode {
	name, args := filepath.Base(argv[0]), argv[1:]
	if find(name) == nil && len(args) > 0 {
		name, args = args[0], args[1:]
	}
	make := find(name)
	if make == nil {
		fmt.Fprintf(os.Stderr, "holdfast: there is no tool %q; the tools are %s\n", name, strings.Join(toolNames(), ", "))
		return crm.ExitUsage
	}
	return make().Run(processEnv(name), args)
}

// find returns the tool with a name, nil if there is none.
func find(name string) func() *tool.Tool {
	switch name {
	case "install":
		return func() *tool.Tool { return install.Tool(customary(), entries()) }
	case "man":
		return func() *tool.Tool { return manual.Man(entries()) }
	case "completion":
		return func() *tool.Tool { return manual.Completion(entries()) }
	}
	return tools[name]
}

// processEnv is the world of this process.
func processEnv(name string) *tool.Env {
	return &tool.Env{
		Program: name,
		Stdin:   os.Stdin,
		Stdout:  os.Stdout,
		Stderr:  os.Stderr,
		Getenv:  os.Getenv,
		Now:     time.Now,
		Connect: func() (tool.Cluster, error) {
			c, err := client.Dial(name, os.Getenv)
			if errors.Is(err, client.ErrNoDaemon) {
				return nil, fmt.Errorf("%w%s", tool.ErrNoCluster, strings.TrimPrefix(err.Error(), client.ErrNoDaemon.Error()))
			}
			return c, err
		},
	}
}
