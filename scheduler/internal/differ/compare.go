package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"holdfast/cib/xml"
	"holdfast/scheduler"
	"holdfast/scheduler/graph"
	"holdfast/scheduler/internal/sketch"
)

// A referee asks both schedulers.
type referee struct{ reference, folder string }

// A difference is what only one of them plans, by "operation_key@node".
type difference struct{ ours, theirs []string }

// compare returns nil if both plan the same for a sketch.
func (r *referee) compare(lines []string) (*difference, error) {
	cib, err := sketch.CIB(strings.Join(lines, "\n"))
	if err != nil {
		return nil, err
	}
	// What both understand.
	cib.SetAttr("validate-with", "pacemaker-3.9")
	cib.SetAttr("crm_feature_set", "3.16.2")
	theirs, err := r.ask(cib)
	if err != nil {
		return nil, err
	}
	result, err := scheduler.Run(scheduler.Input{CIB: cib, Now: sketch.Now})
	if err != nil {
		return nil, err
	}
	ours := planned(graph.XML(result.Cluster))
	d := &difference{ours: without(ours, theirs), theirs: without(theirs, ours)}
	if len(d.ours)+len(d.theirs) == 0 {
		return nil, nil
	}
	return d, nil
}

// ask runs the reference on a CIB.
func (r *referee) ask(cib *xml.Node) ([]string, error) {
	file, out := filepath.Join(r.folder, "cib.xml"), filepath.Join(r.folder, "graph.xml")
	if err := os.WriteFile(file, xml.AppendIndented(nil, cib, 0), 0o600); err != nil {
		return nil, err
	}
	os.Remove(out)
	cmd := exec.Command(r.reference, "-x", file, "-t", sketch.Now.Format("2006-01-02 15:04:05Z"), "-R", "-Q", "-G", out)
	cmd.Env = append(os.Environ(), "TZ=UTC", "CIB_shadow_dir="+r.folder)
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", r.reference, err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	root, err := xml.Parse(data)
	if err != nil {
		return nil, err
	}
	return planned(root), nil
}

// planned lists what agents, fencers and the controller are to do.
func planned(root *xml.Node) []string {
	var list []string
	for synapse := range root.All("synapse") {
		for a := range synapse.Child("action_set").Elements() {
			if a.Name != "pseudo_event" {
				list = append(list, a.Attr("operation_key")+"@"+a.Attr("on_node"))
			}
		}
	}
	slices.Sort(list)
	return list
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// shrink leaves out lines, and words of lines, as long as both still differ.
func (r *referee) shrink(lines []string, d *difference) ([]string, *difference) {
	for again := true; again; {
		again = false
		for i := len(lines) - 1; i > 0; i-- {
			for _, smaller := range reductions(lines, i) {
				if left, err := r.compare(smaller); err == nil && left != nil {
					lines, d, again = smaller, left, true
					break
				}
			}
			if i > len(lines)-1 {
				i = len(lines)
			}
		}
	}
	return lines, d
}

// reductions are a sketch without one of its lines, or with less in it.
func reductions(lines []string, i int) [][]string {
	list := [][]string{slices.Delete(slices.Clone(lines), i, i+1)}
	words := strings.Fields(lines[i])
	if strings.HasPrefix(lines[i], "<") {
		return list
	}
	for w := 2; w < len(words); w++ {
		fewer := slices.Clone(lines)
		until := w + 1
		if words[w] == "on" && w+1 < len(words) {
			until++
		}
		fewer[i] = strings.Join(slices.Delete(slices.Clone(words), w, until), " ")
		list = append(list, fewer)
	}
	return list
}

func (d *difference) text(lines []string) string {
	return "  " + strings.Join(lines, "\n  ") + "\n  only ours:   " + strings.Join(d.ours, " ") +
		"\n  only theirs: " + strings.Join(d.theirs, " ") + "\n"
}
