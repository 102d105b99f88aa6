// Command toolbench measures the tools on a file against the reference's, and
// parsing, validating and writing a large CIB against xmllint, all in one run. The
// two of a pair take turns, so that what else the machine does meets both.
//
//	go run ./internal/toolbench [--theirs=DIR] [--ours=DIR] [--cib=FILE] [--large=FILE] [--schema=RNG] [--runs=N]
//
// A line shows the median wall time and processor time of both sides, and the
// ratio of ours to theirs. The aim is at most a half for every tool, and a third
// of xmllint, which is also shown without what it takes to start and to read the
// schema.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// commands are one of each tool that works on a file.
var commands = []string{
	"cibadmin -Q",
	"cibadmin -D -X <primitive/>",
	"crm_verify -x CIB",
	"crm_diff -o CIB -n CIB",
	"crm_attribute -n cluster-delay -G -d 1",
	"crm_attribute -n cluster-delay -v 90s",
	"crm_resource -L",
	"crm_resource -l",
	"crm_mon -1",
	"crm_ticket -l",
	"crm_shadow -b -w",
	"crm_rule -c -r none",
	"crm_simulate -x CIB -S",
	"crm_error 102",
	"iso8601 -d 2026-01-01",
}

func main() {
	ours := flag.String("ours", "/usr/sbin", "folder with our tools")
	theirs := flag.String("theirs", "", "folder with the reference's tools; without it, only xmllint is measured")
	cib := flag.String("cib", "../shared/conformance/cli/data/crm_mon.xml", "the CIB that the tools work on")
	large := flag.String("large", "../shared/conformance/scheduler/xml/params-6.xml", "the CIB to parse, validate and write")
	schema := flag.String("schema", "/usr/share/pacemaker/pacemaker-3.9.rng", "the schema that xmllint validates it with")
	runs := flag.Int("runs", 15, "how often each is run")
	document := flag.String("document", "", "only read this document, validate it as --schema has it and write it: what is measured")
	flag.Parse()
	if *document != "" {
		os.Exit(writeDocument(*document, *schema))
	}
	dir, err := os.MkdirTemp("", "toolbench")
	if err == nil {
		defer os.RemoveAll(dir)
		m := meter{dir: dir, runs: *runs}
		fmt.Println("wall and processor time in ms, medians     ours            theirs        ratio")
		if *theirs != "" {
			err = m.tools(*ours, *theirs, *cib)
		}
		if err == nil {
			err = m.document(*large, *schema)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "toolbench:", err)
		os.Exit(1)
	}
}

// tools measures every command with both sets of tools.
func (m *meter) tools(ours, theirs, cib string) error {
	for _, line := range commands {
		words := strings.Fields(strings.ReplaceAll(line, "CIB", filepath.Join(m.dir, "cib.xml")))
		a, b, err := m.pair(program(ours, words), program(theirs, words), cib)
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
		show(line, a, b)
	}
	return nil
}

func program(folder string, words []string) []string {
	return append([]string{filepath.Join(folder, words[0])}, words[1:]...)
}

func show(name string, a, b cost) {
	fmt.Printf("%-38s %6.1f %6.1f   %6.1f %6.1f   %5.2f %5.2f\n", name,
		a.wall, a.cpu, b.wall, b.cpu, a.wall/b.wall, a.cpu/b.cpu)
}
