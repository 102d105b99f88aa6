package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"holdfast/test/lab"
)

// soakBeside has every job done by a process of its own, in a world of its own. A job
// that fails does not end the others.
func (o *options) soakBeside() error {
	holdfast, err := lab.Program(lab.Dir())
	if err != nil {
		return err
	}
	began, counts, errs := time.Now(), make([]int, o.jobs), make([]error, o.jobs)
	var all sync.WaitGroup
	for i := range o.jobs {
		if o.count > 0 && i >= o.count {
			break // there is nothing left for it
		}
		all.Go(func() { counts[i], errs[i] = o.beside(holdfast, i+1) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	done := 0
	for _, n := range counts {
		done += n
	}
	fmt.Printf("in all: "+summary+"\n", done, time.Since(began).Round(time.Second))
	return nil
}

// summarized recognises the last line of a job, with the number of its scenarios.
var summarized = regexp.MustCompile("^" + strings.NewReplacer("%d", `(\d+)`, "%s", ".+").Replace(summary) + "$")

// beside runs one job, tells its lines with its number, and returns how many scenarios it played.
func (o *options) beside(holdfast string, job int) (done int, err error) {
	cmd := lab.Beside(holdfast, append(os.Args[1:], fmt.Sprint("--job=", job))...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fmt.Printf("[%d] %s\n", job, lines.Text())
		if found := summarized.FindStringSubmatch(lines.Text()); found != nil {
			done, _ = strconv.Atoi(found[1])
		}
	}
	if err := cmd.Wait(); err != nil {
		return done, fmt.Errorf("job %d: %w", job, err)
	}
	return done, nil
}

// share is how many of all scenarios are this job's.
func (o *options) share() int {
	if o.job == 0 {
		return o.count
	}
	share := o.count / o.jobs
	if o.job <= o.count%o.jobs {
		share++
	}
	return share
}
