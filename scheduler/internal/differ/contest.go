package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"holdfast/cib/xml"
)

// A contest is a number of comparisons.
type contest struct {
	ours, theirs player
	views        []view
	count, jobs  int
	seed         uint64
	cibs, only   string
	asTheyAre    bool
	modes        bool
	wide, reduce bool
	estates      bool
	lived        bool
	keep         string

	bases []base // the recorded CIBs, if they are to be changed

	mu    sync.Mutex // guards what follows, and standard output
	tally struct{ same, differ, refused int }
}

// A base is a recorded CIB.
type base struct {
	name string
	tree *xml.Node
}

// whole asks for everything, at the moment at which mutants are looked at.
var whole = []string{"-sS", "-t", "2026-01-01 12:00:00Z"}

// run compares everything and returns how many differ.
func (c *contest) run() (int, error) {
	if err := c.load(); err != nil {
		return 0, err
	}
	seeds := make(chan uint64)
	failures := make([]error, c.jobs)
	var workers sync.WaitGroup
	for i := range c.jobs {
		workers.Go(func() {
			failures[i] = c.work(seeds)
			for range seeds { // after a failure
			}
		})
	}
	for i := range c.count {
		seeds <- c.seed + uint64(i)
		if i%500 == 499 {
			fmt.Fprintf(os.Stderr, "%d done\n", i+1)
		}
	}
	close(seeds)
	workers.Wait()
	fmt.Printf("%d the same, %d differ, %d taken by neither\n", c.tally.same, c.tally.differ, c.tally.refused)
	return c.tally.differ, errors.Join(failures...)
}

// write writes the clusters to a folder, each as a file named by its seed.
func (c *contest) write(folder string) error {
	if err := c.load(); err != nil {
		return err
	}
	for i := range c.count {
		seed := c.seed + uint64(i)
		_, cib, err := c.made(&referee{folder: folder}, seed)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.xml", seed)), []byte(cib.Indented()), 0o644)
		}
		if err != nil {
			return fmt.Errorf("seed %d: %w", seed, err)
		}
	}
	return nil
}

// load reads the CIBs to change.
func (c *contest) load() error {
	if c.cibs == "" {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(c.cibs, "*.xml"))
	if err != nil {
		return err
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".xml")
		if !strings.Contains(name, c.only) {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		tree, err := xml.Parse(data)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		c.bases = append(c.bases, base{name, tree})
	}
	if c.asTheyAre {
		c.count = len(c.bases)
	}
	if len(c.bases) == 0 {
		return fmt.Errorf("no CIB in %s: --cibs wants a folder of files NAME.xml", c.cibs)
	}
	return nil
}

// work compares the clusters of some seeds.
func (c *contest) work(seeds <-chan uint64) error {
	folder, err := os.MkdirTemp("", "differ")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	r := &referee{ours: c.ours, theirs: c.theirs, views: c.views, folder: folder}
	for seed := range seeds {
		if err := c.one(r, seed); err != nil {
			return fmt.Errorf("seed %d: %w", seed, err)
		}
	}
	return nil
}

// subject makes what belongs to a seed.
func (c *contest) subject(seed uint64) (subject, error) {
	r := rand.New(rand.NewPCG(seed, 0))
	if c.estates {
		cib, err := drawEstate(r)
		return remainder{tree: cib}, err
	}
	if c.bases == nil {
		return drawn(draw(r)), nil
	}
	if c.asTheyAre {
		b := c.bases[int(seed-c.seed)%len(c.bases)]
		return &mutant{base: b.name, tree: b.tree}, nil
	}
	b := c.bases[r.IntN(len(c.bases))]
	m := &mutant{base: b.name, tree: b.tree, kinds: recorded, donors: c.bases}
	most := 4 // as the recorded mutants
	if c.wide {
		m.kinds = slices.Concat(recorded, wider)
		most = 8
	}
	for range 1 + r.IntN(most) {
		m.seeds = append(m.seeds, r.Uint64())
	}
	return m, nil
}

// one compares one cluster and tells about a difference.
func (c *contest) one(r *referee, seed uint64) error {
	s, cib, err := c.made(r, seed)
	if err != nil {
		return err
	}
	args := whole
	if c.modes {
		args = modes(rand.New(rand.NewPCG(seed, 2)), cib)
	}
	d, taken, err := r.compare(cib, args)
	if err != nil {
		return err
	}
	if d == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if taken {
			c.tally.same++
		} else {
			c.tally.refused++
		}
		return nil
	}
	return c.tell(r, seed, s, args, d)
}

// made makes the cluster of a seed, and lets it live if that is wanted.
func (c *contest) made(r *referee, seed uint64) (subject, *xml.Node, error) {
	s, err := c.subject(seed)
	if err != nil {
		return nil, nil, err
	}
	cib, err := s.cib()
	if err != nil || !c.lived {
		return s, cib, err
	}
	cib, err = life{c.ours, r.folder, c.wide, c.bases}.lead(cib, rand.New(rand.NewPCG(seed, 4)))
	return remainder{tree: cib}, cib, err
}

// tell shows a difference in its smallest form.
func (c *contest) tell(r *referee, seed uint64, s subject, args []string, d *difference) error {
	s, d = r.shrink(s, d, args)
	text := s.text() + "  " + strings.Join(args, " ") + "\n"
	cib, err := s.cib()
	if err != nil {
		return err
	}
	if c.reduce {
		s, d = r.shrink(remainder{tree: cib}, d, args)
		cib, _ = s.cib()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tally.differ++
	fmt.Printf("seed %d differs:\n%s%s\n", seed, text, d.text())
	if c.keep == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(c.keep, fmt.Sprintf("%d.xml", seed)), []byte(cib.Indented()), 0o644)
}
