package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"holdfast/cib/schema"
	"holdfast/cib/xml"
)

// cost is what one run takes, in milliseconds.
type cost struct {
	wall, cpu float64
	code      int // what it ended with
}

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

// document measures our reading, validating and writing of a CIB in this process,
// and xmllint doing the same, less what it takes for a CIB with nothing in it.
func (m *meter) document(large, rng string) error {
	data, err := os.ReadFile(large)
	if err != nil {
		return err
	}
	lint := func(path string) (cost, error) {
		return m.run([]string{"xmllint", "--format", "--relaxng", rng, path}, large)
	}
	nothing := filepath.Join(m.dir, "nothing.xml")
	if err := os.WriteFile(nothing, []byte("<cib/>"), 0o600); err != nil {
		return err
	}
	var ours, theirs, started []cost
	for range m.runs {
		ours = append(ours, ownRun(data))
		for _, one := range []struct {
			path  string
			costs *[]cost
		}{{large, &theirs}, {nothing, &started}} {
			c, err := lint(one.path)
			if err != nil {
				return err
			}
			*one.costs = append(*one.costs, c)
		}
	}
	a, b, s := median(ours), median(theirs), median(started)
	show("parse, validate, write; xmllint", a, b)
	show("  without its start and schema", a, cost{wall: b.wall - s.wall, cpu: b.cpu - s.cpu})
	return nil
}

// ownRun reads, validates and writes a document.
func ownRun(data []byte) cost {
	start, used := time.Now(), processorTime()
	if n, err := xml.Parse(data); err == nil {
		schema.ValidateAs(n, "pacemaker-3.9")
		_ = n.Indented()
	}
	return cost{wall: ms(time.Since(start)), cpu: ms(processorTime() - used)}
}

func processorTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
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
