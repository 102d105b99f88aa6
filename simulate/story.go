package simulate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// tell adds a line to the story.
func (w *world) tell(format string, args ...any) {
	if w.opt.Story {
		w.report.Story = append(w.report.Story, fmt.Sprintf("%9.4f ", w.now().Sub(epoch).Seconds())+fmt.Sprintf(format, args...))
	}
}

// violated ends the run.
func (w *world) violated(format string, args ...any) {
	if w.report.Violation != "" {
		return
	}
	w.report.Violation = fmt.Sprintf(format, args...)
	w.tell("VIOLATION: %s", w.report.Violation)
	if w.opt.Story {
		w.report.Picture = w.picture()
	}
}

// cast says what the cluster of a run is made of.
func (p *plan) cast() []string {
	fencing := "by " + p.devices[0]
	switch {
	case p.together:
		fencing = "by both " + strings.Join(p.devices, " and ")
	case len(p.devices) > 1:
		fencing = "by " + strings.Join(p.devices, ", then ")
	}
	first := fmt.Sprintf("%d nodes, no-quorum-policy %s, fenced %s", p.nodes, p.policy, fencing)
	if p.networks > 1 {
		first += fmt.Sprintf(", %d networks", p.networks)
	}
	if p.upgrades {
		first += ", on older software that is upgraded"
	}
	var services []string
	for i, g := range p.groups {
		services = append(services, fmt.Sprintf("group g%d (%s)", i+1, strings.Join(g, " ")))
	}
	services = append(services, p.single...)
	if p.clone {
		services = append(services, "clone of "+cloned)
	}
	if p.promoted {
		services = append(services, "promotable "+database)
	}
	return []string{first, "services: " + strings.Join(services, ", ")}
}

// picture says how every machine is at this moment.
func (w *world) picture() []string {
	lines := []string{fmt.Sprintf("at %.4f:", w.now().Sub(epoch).Seconds())}
	for _, m := range w.machines {
		lines = append(lines, fmt.Sprintf("  %-4s %s", m.name, strings.Join(m.picture(), ", ")))
	}
	return lines
}

func (m *machine) picture() []string {
	if !m.w.net.Up(m.id) {
		return []string{"switched off"}
	}
	text := []string{m.life()}
	if m.frozen {
		text = append(text, "stands still")
	}
	if wrong := m.wrong(); wrong != 0 {
		text = append(text, fmt.Sprintf("clock wrong by %v", wrong.Round(time.Millisecond)))
	}
	if p := m.proc; p != nil {
		text = append(text, p.picture()...)
	} else {
		text = append(text, "no Holdfast")
	}
	if runs := slices.Sorted(maps.Keys(m.active)); len(runs) > 0 {
		for i, name := range runs {
			if m.promoted[name] {
				runs[i] += " (promoted)"
			}
			if m.lied[name] {
				runs[i] += " (said to be stopped)"
			}
		}
		text = append(text, "runs "+strings.Join(runs, " "))
	}
	return text
}

// picture says what a process believes.
func (p *process) picture() []string {
	text := []string{fmt.Sprintf("%v", p.node.Activity())}
	if p.paused > 0 {
		text[0] += " (stopped)"
	}
	switch {
	case !p.node.InSync():
		text = append(text, "out of sync")
	case p.node.Quorate():
		text = append(text, "has quorum with "+p.members())
	default:
		text = append(text, "without quorum, with "+p.members())
	}
	if holds := p.node.Holds(); len(holds) > 0 {
		text = append(text, "waits for "+strings.Join(holds, " and "))
	}
	return text
}

func (p *process) members() string {
	var names []string
	for _, m := range p.m.w.machines {
		if peer := p.node.State().Peers[m.id]; peer != nil && peer.Present {
			names = append(names, string(m.name))
		}
	}
	return strings.Join(names, " ")
}

// leaveDocument keeps the CIB as the coordinator has it, or whoever is in sync.
func (w *world) leaveDocument() {
	for _, p := range w.truth.inSync() {
		if w.report.Document == "" || p.node.Coordinator() == p.m.name {
			w.report.Document = p.node.CIB().Indented()
		}
	}
}

// noise are lines that seldom tell why something broke.
var noise = []string{"agent monitor", " said hello", " (Info) ", "State transition", "saving inputs in memory", "is asked for mark-", ": acknowledges mark-"}

// Told is the part of a story that leads to its violation: without what is seldom
// of interest, and no more than the last so many lines before it.
func (r *Report) Told(lines int) []string {
	var story []string
	for _, line := range r.Story {
		if !slices.ContainsFunc(noise, func(n string) bool { return strings.Contains(line, n) }) {
			story = append(story, line)
		}
		if strings.Contains(line, " VIOLATION: ") {
			break
		}
	}
	return slices.Concat(story[max(0, len(story)-lines):], r.Picture)
}
