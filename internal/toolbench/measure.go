package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"holdfast/cib/schema"
	"holdfast/cib/xml"
	"holdfast/tool"
)

// cost is what one run takes, in milliseconds.
type cost struct {
	wall, cpu float64
	code      int // what it ended with
}

// less is what a cost is beyond another.
func (c cost) less(d cost) cost { return cost{wall: c.wall - d.wall, cpu: c.cpu - d.cpu} }

// meter runs things several times.
type meter struct {
	dir  string // for the CIB
	runs int
}

// pair runs two commands in turns, each on a fresh copy of the CIB, and returns
// the medians.
func (m *meter) pair(first, second []string, cib string) (a, b cost, err error) {
	var as, bs []cost
	for range m.runs {
		for _, one := range []struct {
			command []string
			costs   *[]cost
		}{{first, &as}, {second, &bs}} {
			c, err := m.run(one.command, cib)
			if err != nil {
				return a, b, err
			}
			*one.costs = append(*one.costs, c)
		}
	}
	if as[0].code != bs[0].code {
		return a, b, fmt.Errorf("ours ends with %d, theirs with %d", as[0].code, bs[0].code)
	}
	return median(as), median(bs), nil
}

// run runs a command. That it ends with an error is no matter here, but that it
// cannot be run is.
func (m *meter) run(command []string, cib string) (cost, error) {
	path := filepath.Join(m.dir, "cib.xml")
	data, err := os.ReadFile(cib)
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		return cost{}, err
	}
	x := exec.Command(command[0], command[1:]...)
	x.Env = append(os.Environ(), "CIB_file="+path)
	start := time.Now()
	err = x.Run()
	wall := time.Since(start)
	exit := (*exec.ExitError)(nil)
	if err != nil && !errors.As(err, &exit) {
		return cost{}, err
	}
	return cost{ms(wall), ms(x.ProcessState.UserTime() + x.ProcessState.SystemTime()), x.ProcessState.ExitCode()}, nil
}

// document measures a process of ours that reads, validates and writes a CIB, and
// xmllint doing the same; then both less what they take for a CIB with nothing in it.
func (m *meter) document(large, rng string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	nothing := filepath.Join(m.dir, "nothing.xml")
	if err := os.WriteFile(nothing, []byte("<cib/>"), 0o600); err != nil {
		return err
	}
	schema := strings.TrimSuffix(filepath.Base(rng), ".rng")
	tasks := make([][]cost, 4)
	for range m.runs {
		for i, path := range []string{large, nothing} {
			for j, command := range [][]string{
				{self, "--document", path, "--schema", schema},
				{"xmllint", "--format", "--relaxng", rng, path},
			} {
				c, err := m.run(command, large)
				if err != nil {
					return err
				}
				tasks[2*i+j] = append(tasks[2*i+j], c)
			}
		}
	}
	if ours, theirs := tasks[0][0].code, tasks[1][0].code; ours != 0 || theirs != 0 {
		return fmt.Errorf("%s: ours ends with %d, xmllint with %d", large, ours, theirs)
	}
	ours, theirs := median(tasks[0]), median(tasks[1])
	show("parse, validate, write; xmllint", ours, theirs)
	show("  without its start and schema", ours, theirs.less(median(tasks[3])))
	show("  without the start of both", ours.less(median(tasks[2])), theirs.less(median(tasks[3])))
	return nil
}

// writeDocument reads a document as tools do, validates it and writes it to the
// standard output. It ends as xmllint does.
func writeDocument(path, name string) int {
	env := tool.Env{Stdin: os.Stdin}
	root, err := env.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	violations := schema.ValidateAs(root, name)
	if err := xml.WriteIndented(os.Stdout, root); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if len(violations) > 0 {
		fmt.Fprintln(os.Stderr, violations[0])
		return 3
	}
	return 0
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(list []cost) cost {
	of := func(f func(cost) float64) float64 {
		var all []float64
		for _, c := range list {
			all = append(all, f(c))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return cost{wall: of(func(c cost) float64 { return c.wall }), cpu: of(func(c cost) float64 { return c.cpu })}
}
