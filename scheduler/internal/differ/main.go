// Command differ compares what this scheduler decides with what another
// crm_simulate decides, on clusters that nobody has recorded: random small ones,
// or mutants of recorded CIBs. What they differ on is made smaller as long as they
// still do.
//
//	go run ./scheduler/internal/differ [--count=N] [--seed=N] --reference=PATH [--holdfast="bin/holdfast crm_simulate"]
//	        [--cibs=FOLDER [--wide | --as-they-are] | --estates] [--lived] [--modes] [--exact] [--reduce] [--keep=DIR] [--write=DIR]
//
// The reference is to be a build of the version whose decisions count: an older one
// decides other things. Two schedulers are run as a user runs them, and compared as
// the program beside the recorded cases does.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	c := contest{}
	flag.IntVar(&c.count, "count", 500, "how many clusters to compare")
	flag.Uint64Var(&c.seed, "seed", 1, "the first cluster; each has a seed of its own")
	flag.IntVar(&c.jobs, "jobs", 1, "how many to compare at once")
	flag.StringVar(&c.cibs, "cibs", "", "folder of CIBs to change at random; otherwise clusters are drawn")
	flag.StringVar(&c.only, "only", "", "of these CIBs only those whose name has this in it")
	flag.BoolVar(&c.asTheyAre, "as-they-are", false, "change nothing in these CIBs: compare each once")
	flag.BoolVar(&c.wide, "wide", false, "change everything that a CIB has, not only what the recorded mutants change")
	flag.BoolVar(&c.estates, "estates", false, "draw clusters with all that a configuration can say")
	flag.BoolVar(&c.lived, "lived", false, "carry out transitions and let things go wrong before comparing")
	flag.BoolVar(&c.modes, "modes", false, "with other arguments each time: events, and what else is shown")
	flag.BoolVar(&c.reduce, "reduce", false, "leave out of a mutant all that can be missed, and show it")
	flag.StringVar(&c.keep, "keep", "", "folder for the CIBs that differ")
	write := flag.String("write", "", "just write the clusters to a folder, for others to compare")
	ours := flag.String("holdfast", "bin/holdfast crm_simulate", "our crm_simulate, with leading arguments")
	theirs := flag.String("reference", "/usr/sbin/crm_simulate", "the crm_simulate to compare with")
	exact := flag.Bool("exact", false, "compare numbers and sequence, too")
	flag.Parse()

	c.ours, c.theirs, c.views = strings.Fields(*ours), strings.Fields(*theirs), views
	if *exact {
		c.views = plain
	}
	if *write != "" {
		if err := c.write(*write); err != nil {
			fmt.Fprintln(os.Stderr, "differ:", err)
			os.Exit(2)
		}
		return
	}
	differ, err := c.run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "differ:", err)
		os.Exit(2)
	}
	if differ > 0 {
		os.Exit(1)
	}
}
