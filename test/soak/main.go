// Command soak runs random scenarios on real clusters until a time is over or an
// audit fails. It prints a line for each, and on a failure keeps the logs. A cluster
// waits most of the time, for tokens and monitors; so several are used at the same time,
// each in a world of its own.
//
//	go run ./test/soak --for 30m --seed 7
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"holdfast/test/lab"
	"holdfast/test/scenario"
)

type options struct {
	time   time.Duration
	count  int
	nodes  int
	links  int
	each   int
	jobs   int
	job    int
	seed   uint64
	token  time.Duration
	only   string
	list   bool
	saveTo string
}

func main() {
	var o options
	flag.DurationVar(&o.time, "for", 10*time.Minute, "how long to go on")
	flag.IntVar(&o.count, "count", 0, "end after so many scenarios (0: when the time is over)")
	flag.IntVar(&o.nodes, "nodes", 0, "how many nodes (0: from 2 to 5, drawn for every cluster)")
	flag.IntVar(&o.links, "links", 0, "how many links between them (0: one and two in turn)")
	flag.IntVar(&o.each, "each", 40, "how many scenarios one cluster sees before the next one is made")
	flag.IntVar(&o.jobs, "jobs", 4, "how many clusters at the same time")
	flag.IntVar(&o.job, "job", 0, "be one of these jobs only, from 1 (0: all)")
	flag.Uint64Var(&o.seed, "seed", 1, "of every choice")
	flag.DurationVar(&o.token, "token", time.Second, "Corosync's token: how long a silent node counts as there")
	flag.StringVar(&o.only, "only", "", "only these scenarios, separated by commas, in this order and over again")
	flag.BoolVar(&o.list, "list", false, "list the scenarios and end")
	flag.StringVar(&o.saveTo, "save", "/var/tmp/holdfast-soak", "where to keep the logs of a failure")
	flag.Parse()
	if o.list {
		for _, s := range scenario.All() {
			fmt.Printf("%-24s %s\n", s.Name, s.About)
		}
		return
	}
	os.Exit(lab.Main(o.run))
}

func (o *options) run() int {
	if why := lab.Missing(); why != "" {
		fmt.Fprintln(os.Stderr, "soak: no real cluster here: "+why)
		return 1
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		fmt.Fprintln(os.Stderr, "soak: interrupted")
		os.Exit(130) // we are the first process of the world: everything ends with us
	}()
	work := o.soak
	if o.job == 0 && o.jobs > 1 {
		work = o.soakBeside
	}
	if err := work(); err != nil {
		fmt.Fprintf(os.Stderr, "soak: %v\n", err)
		return 1
	}
	return 0
}

// soak runs clusters one after the other: all, or those of one job.
func (o *options) soak() error {
	stage, err := lab.NewStage(lab.Dir())
	if err != nil {
		return err
	}
	began, done := time.Now(), 0
	for round := uint64(max(0, o.job-1)); !o.over(began, done); round += o.stride() {
		random := rand.New(rand.NewPCG(o.seed, round))
		nodes := o.nodes
		if nodes == 0 {
			nodes = 2 + random.IntN(4)
		}
		classic := scenario.ClassicMissing() == "" && random.IntN(3) == 0
		c, err := scenario.Boot(scenario.Options{Nodes: nodes, Links: o.linksOf(round), Token: o.token, Seed: random.Uint64(), Stage: stage, Classic: classic})
		if err != nil {
			return o.save(c, fmt.Errorf("cluster %d of %d nodes: %w", round+1, nodes, err))
		}
		more := ""
		if classic {
			more = ", with IPaddr2 and nginx"
		}
		fmt.Printf("%s cluster %d: %d nodes%s\n", time.Now().Format("15:04:05"), round+1, nodes, more)
		if done, err = o.use(c, began, done); err != nil {
			return o.save(c, err)
		}
		if err := c.Close(); err != nil {
			return err
		}
	}
	fmt.Printf(summary+"\n", done, time.Since(began).Round(time.Second))
	return nil
}

// summary is the last line if all went well.
const summary = "%d scenarios in %s, no audit failed"

// stride is how many clusters the other jobs make for one of ours.
func (o *options) stride() uint64 {
	if o.job == 0 {
		return 1
	}
	return uint64(max(1, o.jobs))
}

func (o *options) linksOf(round uint64) int {
	if o.links > 0 {
		return o.links
	}
	return 1 + int(round%2)
}

func (o *options) over(began time.Time, done int) bool {
	return time.Since(began) > o.time || o.count > 0 && done >= o.share()
}

// use has scenarios happen to a cluster; it returns how many there have been in all.
func (o *options) use(c *scenario.Cluster, began time.Time, done int) (int, error) {
	for i := 0; i < o.each && !o.over(began, done); i++ {
		s, err := o.next(c, i)
		if err != nil {
			return done, err
		}
		start := time.Now()
		story, err := c.Run(s)
		done++
		verdict := "ok"
		if err != nil {
			verdict = "FAILED"
		}
		fmt.Printf("%s %4d %-6s %6.1fs %-24s %s\n", start.Format("15:04:05"), done, verdict, time.Since(start).Seconds(), s.Name, story)
		if err != nil {
			return done, fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return done, nil
}

func (o *options) next(c *scenario.Cluster, i int) (scenario.Scenario, error) {
	if o.only == "" {
		return c.Draw(), nil
	}
	names := strings.Split(o.only, ",")
	s, ok := scenario.Find(names[i%len(names)])
	if !ok {
		return s, fmt.Errorf("there is no scenario %q; see --list", names[i%len(names)])
	}
	if !c.Fits(s) {
		return s, fmt.Errorf("%s is not for a cluster like this one; give --nodes or --links", s.Name)
	}
	return s, nil
}

// save keeps the logs of a cluster in which something went wrong.
func (o *options) save(c *scenario.Cluster, cause error) error {
	if c == nil {
		return cause
	}
	dir := filepath.Join(o.saveTo, time.Now().Format("20060102-150405"))
	if o.job > 0 {
		dir += fmt.Sprint("-", o.job)
	}
	if err := c.Lab.SaveLogs(dir); err != nil {
		return fmt.Errorf("%w\n(the logs cannot be kept: %v)", cause, err)
	}
	return fmt.Errorf("%w\nlogs and CIBs are in %s", cause, dir)
}
