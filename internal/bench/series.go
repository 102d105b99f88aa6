package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
)

// A series is a kind of cluster that grows. In the arguments of the generator %d
// stands for the size. The first sizes, as many as quick, are measured by default.
type series struct {
	name  string
	what  string
	grows string
	sizes []int
	quick int
	args  string
}

const constrained = " --colocations 1 --orders 1 --locations 1"

var plans = []series{
	{"steady", "16 nodes, primitives that run", "resources",
		[]int{100, 1000, 3000, 10000}, 3, "--nodes 16 --primitives %d --history running"},
	{"failed", "16 nodes, constrained primitives, one node lost", "resources",
		[]int{100, 1000, 3000, 10000}, 2, "--nodes 16 --primitives %d --history running --fail-nodes 1" + constrained},
	{"fresh", "16 nodes, constrained primitives, nothing known", "resources",
		[]int{100, 1000, 3000, 10000}, 2, "--nodes 16 --primitives %d --history none" + constrained},
	{"wide", "100 constrained primitives, nothing known", "nodes",
		[]int{3, 16, 128, 512}, 4, "--nodes %d --primitives 100 --history none" + constrained},
	{"vast", "1000 constrained primitives, nothing known", "nodes",
		[]int{3, 16, 32, 64, 128, 512}, 4, "--nodes %d --primitives 1000 --history none" + constrained},
	{"known", "1000 primitives that run", "nodes",
		[]int{3, 16, 128, 512}, 2, "--nodes %d --primitives 1000 --history running"},
	{"clone", "one clone, nothing known", "nodes",
		[]int{16, 128, 512}, 3, "--nodes %d --primitives 0 --clones 1 --history none"},
	{"clones", "ten clones that run, one node lost", "nodes",
		[]int{3, 16, 128, 512}, 3, "--nodes %d --primitives 0 --clones 10 --history running --fail-nodes 1"},
	{"groups", "16 nodes, groups of five that run", "groups",
		[]int{20, 200, 600, 2000}, 2, "--nodes 16 --primitives 0 --groups %d --group-size 5 --history running"},
	{"mixed", "16 nodes, all kinds, constrained, nothing known", "units of a kind",
		[]int{4, 20, 100}, 2, "--nodes 16 --primitives %d --groups %d --clones %d --promotables %d --bundles 2 --history none" + constrained},
}

func (b *bench) measureSeries(s series) error {
	fmt.Printf("\n%s: %s\n%16s %9s %10s %9s %8s %9s %11s %13s %9s %15s", s.name, s.what,
		s.grows, "work", "reference", "ours", "ratio", "peak", "memory/XML", "and /graph", "exponent", "executed /XML")
	if b.alone {
		fmt.Printf("   %10s %9s %8s", "scheduling", "ours", "ratio")
	}
	fmt.Println()
	var before row
	for i, size := range s.sizes {
		row, err := b.row(s, size)
		if err != nil {
			return err
		}
		exponent := "-"
		if i > 0 {
			exponent = fmt.Sprintf("%.2f", row.exponent(before))
		}
		fmt.Printf("%16d %9d %10s %8.3fs %8s %6d MB %11.1f %13.1f %9s %6d MB %5.1f", size, row.work, row.theirs, row.ours.cpu.Seconds(), ratio(row.theirs, row.ours),
			row.ours.peak>>20, row.ours.perByte(row.bytes), row.ours.perByte(row.bytes+row.graph), exponent,
			row.executed.peak>>20, row.executed.perByte(row.bytes+row.after))
		if b.alone {
			fmt.Printf("   %10s %8.3fs %8s", row.theirsAlone, row.oursAlone.cpu.Seconds(), ratio(row.theirsAlone, row.oursAlone))
		}
		fmt.Println()
		before = row
	}
	return nil
}

// A row is both measures of one CIB. Its work is how many history entries there
// are to read and actions to plan.
type row struct {
	ours, theirs           measure
	oursAlone, theirsAlone measure // scheduling without reading, if asked for
	executed               measure // with the transition carried out on paper
	bytes, graph, after    int     // sizes of the CIB, the graph, and the CIB afterwards
	work                   int
}

// exponent is the power of the work by which our time grew since a smaller row.
func (r row) exponent(before row) float64 {
	return math.Log(r.ours.cpu.Seconds()/before.ours.cpu.Seconds()) / math.Log(float64(r.work)/float64(before.work))
}

// row generates the CIB of a size and runs both programs on it.
func (b *bench) row(s series, size int) (r row, err error) {
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "cib.xml")
	if err := b.generate(path, strings.Fields(strings.ReplaceAll(s.args, "%d", fmt.Sprint(size)))); err != nil {
		return r, err
	}
	if r.bytes, r.work, err = count(path, "<lrm_rsc_op "); err != nil {
		return r, err
	}
	graph := filepath.Join(folder, "graph.xml")
	if _, err = b.run(b.ours, folder, "-x", path, "-R", "-Q", "-G", graph); err != nil {
		return r, err
	}
	actions := 0
	if r.graph, actions, err = count(graph, "<synapse "); err != nil {
		return r, err
	}
	os.Remove(graph)
	if err := b.execute(&r, path, filepath.Join(folder, "after.xml")); err != nil {
		return r, err
	}
	r.work += actions
	if r.theirs, err = b.run(b.theirs, folder, "-x", path, "-R", "-Q"); err != nil {
		return r, err
	}
	if r.ours, err = b.run(b.ours, folder, "-x", path, "-R", "-Q"); err != nil || !b.alone {
		return r, err
	}
	if r.theirsAlone, err = b.profile(b.theirs, folder); err != nil {
		return r, err
	}
	r.oursAlone, err = b.profile(b.ours, folder)
	return r, err
}

// execute has ours carry the transition out and write the CIB that it leads to.
func (b *bench) execute(r *row, path, after string) (err error) {
	if r.executed, err = b.run(b.ours, filepath.Dir(path), "-x", path, "-S", "-O", after); err != nil || r.executed.over {
		return err
	}
	defer os.Remove(after)
	info, err := os.Stat(after)
	if err == nil {
		r.after = int(info.Size())
	}
	return err
}
