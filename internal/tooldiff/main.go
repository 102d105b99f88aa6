// Command tooldiff compares our tools with those of the reference on files: every
// command of a list, on every CIB of a folder, with names that occur there. It
// shows where output, exit status or the file left behind differ.
//
//	go run ./internal/tooldiff --theirs=DIR [--ours=DIR] [--cibs=GLOB] [--list=FILE] [--only=TEXT]
//	        [--every=N] [--show=N] [--stderr]
//
// Both folders hold tools under their customary names; ours is one that
// "holdfast install" laid out. The reference is to be a build of the version whose
// behaviour counts. What differs from run to run is masked on both sides.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

//go:embed commands.txt
var commandList string

func main() {
	ours := flag.String("ours", "/usr/sbin", "folder with our tools")
	theirs := flag.String("theirs", "", "folder with the reference's tools")
	cibs := flag.String("cibs", "../shared/conformance/cli/data/*.xml", "the CIBs to run on")
	only := flag.String("only", "", "just the commands that have this in them")
	list := flag.String("list", "", "file with other commands to run")
	every := flag.Int("every", 1, "of the pairs of command and CIB just every so many, each time others for the next CIB")
	show := flag.Int("show", 40, "how many differences to show")
	stderr := flag.Bool("stderr", false, "compare what is written to standard error as well")
	flag.Parse()

	files, err := filepath.Glob(*cibs)
	if err != nil || len(files) == 0 || *theirs == "" {
		fmt.Fprintln(os.Stderr, "tooldiff: name the folder of the reference's tools with --theirs, and CIBs with --cibs")
		os.Exit(2)
	}
	chosen, err := commands(*list, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tooldiff:", err)
		os.Exit(2)
	}
	c := contest{ours: abs(*ours), theirs: abs(*theirs), stderr: *stderr, show: *show, out: os.Stdout}
	for i, file := range files {
		if err := c.on(abs(file), chosen, *every, i); err != nil {
			fmt.Fprintln(os.Stderr, "tooldiff:", err)
			os.Exit(2)
		}
	}
	c.report()
	if c.different > 0 {
		os.Exit(1)
	}
}

// commands reads the list, ours or a file: a command on each line, "#" begins a
// comment.
func commands(file, only string) ([]string, error) {
	text := commandList
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		text = string(data)
	}
	var list []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' && strings.Contains(line, only) {
			list = append(list, line)
		}
	}
	return list, nil
}

func abs(path string) string {
	a, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return a
}
