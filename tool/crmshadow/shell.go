package crmshadow

import (
	"os"
	"os/exec"
	"path/filepath"

	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
)

// prompt is what a shell shows in which the instance is active.
func (o *options) prompt() string {
	name := o.instance
	if len(name) > 40 {
		name = name[:40]
	}
	return "shadow[" + name + "] # "
}

// enter starts a shell in which the instance is active or, with --batch, says
// how to make it active in the present one.
func (o *options) enter(c *tool.Call, prefix string) error {
	if c.Env.Getenv("CIB_shadow") == o.instance && c.Env.Getenv("PS1") == o.prompt() {
		return nil
	}
	shell := c.Env.Getenv("SHELL")
	if o.batch || shell == "" {
		c.Out.Show(instruction(prefix + ", enter the following into your shell:\n\texport CIB_shadow=" + o.instance))
		return nil
	}
	c.Out.Info("Setting up shadow instance")
	c.Out.Show(instruction("Press Ctrl+D to exit the crm_shadow shell"))
	var args []string
	if filepath.Base(shell) == "bash" {
		args = []string{"--norc", "--noprofile"}
	}
	command := exec.Command(shell, args...)
	command.Env = append(os.Environ(), "PS1="+o.prompt(), "CIB_shadow="+o.instance)
	command.Stdin, command.Stdout, command.Stderr = c.Env.Stdin, c.Env.Stdout, c.Env.Stderr
	if err := command.Start(); err != nil {
		return tool.Fail(crm.ExitOSErr, "Failed to launch shell '%s': %v", shell, err)
	}
	command.Wait() // how the shell ended is the user's business
	return nil
}

// leave tells how to get out of an instance that is gone.
func (o *options) leave(c *tool.Call) {
	switch {
	case c.Env.Getenv("CIB_shadow") != o.instance:
	case c.Env.Getenv("PS1") == o.prompt():
		c.Out.Show(instruction("Press Ctrl+D to exit the crm_shadow shell"))
	default:
		c.Out.Show(instruction("Remember to unset the CIB_shadow variable by entering the following into your shell:\n\tunset CIB_shadow"))
	}
}

// instruction is something that the user has to do.
type instruction string

func (i instruction) Text(l *output.Lines) { l.Line(string(i)) }
func (i instruction) XML(t *output.Tree)   { t.Text("instruction", string(i)) }

// shadow is what is known of an instance.
type shadow struct {
	instance, file, content, patch string
	lines                          []string // for people
}

func (s shadow) Text(l *output.Lines) {
	for _, line := range s.lines {
		l.Line(line)
	}
}

func (s shadow) XML(t *output.Tree) {
	pairs := []string{"instance", s.instance}
	if s.file != "" {
		pairs = append(pairs, "file", s.file)
	}
	t.Open("shadow", pairs...)
	if s.content != "" {
		t.CData("content", s.content)
	}
	if s.patch != "" {
		t.CData("xml-patchset", s.patch)
	}
	t.Close()
}
