package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"holdfast/cib/xml"
)

// A player is a crm_simulate: a program, with leading arguments if it has any.
type player []string

// A decision is what a crm_simulate made of a CIB: what it shows, with scores, and
// the graph in both forms.
type decision struct {
	text, dot, graph string
	after            string // the CIB once all is done
	failed           string // why there is none
}

// patience is how long a scheduler may take for one CIB.
const patience = 120 * time.Second

// decide asks for a decision, with more arguments. Files go to a folder that nobody
// else uses meanwhile.
func (p player) decide(cib *xml.Node, args []string, folder string) (decision, error) {
	file, after := filepath.Join(folder, "cib.xml"), filepath.Join(folder, "after.xml")
	dot, graph := filepath.Join(folder, "dot"), filepath.Join(folder, "graph.xml")
	if err := os.WriteFile(file, xml.AppendIndented(nil, cib, 0), 0o600); err != nil {
		return decision{}, err
	}
	for _, left := range []string{dot, graph, after} {
		if err := os.WriteFile(left, nil, 0o600); err != nil {
			return decision{}, err
		}
	}
	var d decision
	d.text, d.failed = p.run(folder, append([]string{"-x", file, "-D", dot, "-G", graph, "-O", after}, args...)...)
	for path, text := range map[string]*string{dot: &d.dot, graph: &d.graph, after: &d.after} {
		data, err := os.ReadFile(path)
		if err != nil {
			return d, fmt.Errorf("read what %s wrote: %w", p[0], err)
		}
		*text = string(data)
	}
	return d, nil
}

// died begins the reason for no answer of a program that a signal ended, perhaps
// below a shell.
const died = "died"

// run runs the program once and returns its standard output, and why it failed.
func (p player) run(folder string, args ...string) (text, failed string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, p[0], append(p[1:len(p):len(p)], args...)...)
	cmd.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C", "CIB_shadow_dir="+folder)
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return "", fmt.Sprintf("no answer in %v", patience)
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && (exit.ExitCode() < 0 || exit.ExitCode() > 128) {
		return "", fmt.Sprintf("%s: %v", died, err)
	}
	if err != nil {
		return "", err.Error()
	}
	return string(out), ""
}
