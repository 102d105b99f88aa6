// Package crmverify is the tool that says what is wrong with a configuration:
// whether it conforms to its schema, and what the scheduler minds in it.
package crmverify

import (
	"fmt"
	"io"

	"holdfast/cib/schema"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler"
	"holdfast/scheduler/model"
	"holdfast/status"
	"holdfast/tool"
	"holdfast/tool/access"
)

// options are what the command line says.
type options struct {
	live       bool
	file, text string
	stdin      bool
	save       string
	quiet      bool
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{}
	return &tool.Tool{
		Name: "crm_verify",
		Summary: "check a Pacemaker configuration for errors\n\nCheck the well-formedness of a complete Pacemaker XML configuration,\n" +
			"its conformance to the configured schema, and the presence of common\nmisconfigurations. Problems reported as errors must be fixed before the\n" +
			"cluster will work properly. It is left to the administrator to decide\nwhether to fix problems reported as warnings.",
		Formats: []output.Format{output.Text, output.XML},
		Details: details,
		Groups: []tool.Group{
			{Options: []tool.Option{{Long: "quiet", Short: "q", Help: "Don't print verify information", Set: tool.Switch(&o.quiet)}}},
			{Name: "data", Title: "Data sources", Help: "Show data options", Options: []tool.Option{
				{Long: "live-check", Short: "L", Help: "Check the configuration used by the running cluster", Set: tool.Switch(&o.live)},
				{Long: "xml-file", Short: "x", Arg: "FILE", Help: "Check the configuration in the named file", Set: tool.String(&o.file)},
				{Long: "xml-pipe", Short: "p", Help: "Check the configuration piped in via stdin", Set: tool.Switch(&o.stdin)},
				{Long: "xml-text", Short: "X", Arg: "XML", Help: "Check the configuration in the supplied string", Set: tool.String(&o.text)},
			}},
			{Name: "additional", Title: "Additional options", Help: "Show additional options", Options: []tool.Option{
				{Long: "save-xml", Short: "S", Arg: "FILE", Help: "Save verified XML to named file (most useful with -L)", Set: tool.String(&o.save)},
			}},
		},
		Do: o.run,
	}
}

const details = `Examples:

Check the consistency of the configuration in the running cluster:

	crm_verify --live-check

Check the consistency of the configuration in a given file and produce quiet output:

	crm_verify --xml-file file.xml --quiet

Check the consistency of the configuration in a given file and produce verbose output:

	crm_verify --xml-file file.xml --verbose
`

func (o *options) run(c *tool.Call) error {
	root, err := o.document(c)
	if err != nil {
		return err
	}
	if o.save != "" {
		if err := access.WriteFile(o.save, root); err != nil {
			return err
		}
	}
	v := verdict{c: c, verbose: c.Verbose > 0 && !o.quiet || c.Verbose > 1 || c.Out.IsXML()}
	v.check(root)
	return v.conclude(o.quiet)
}

// document reads what is to be checked.
func (o *options) document(c *tool.Call) (*xml.Node, error) {
	var root *xml.Node
	var err error
	switch {
	case o.file != "":
		root, err = c.Env.ReadFile(o.file)
	case o.text != "":
		if root, err = xml.ParseString(o.text); err != nil {
			c.LogXML(o.text, err)
		}
	case o.stdin:
		var data []byte
		if data, err = io.ReadAll(c.Env.Stdin); err == nil {
			root, err = xml.Parse(data)
		}
	case o.live:
		if root, err = access.Look(c); err != nil {
			return nil, tool.Fail(tool.CodeOf(err), "Verification failed: %v", err)
		}
	default:
		return nil, tool.Fail(crm.ExitError, "No input specified")
	}
	if err != nil {
		return nil, tool.Fail(crm.ExitConfig, "Verification failed: Unable to parse input: %v", err)
	}
	return root, nil
}

// verdict gathers what was found.
type verdict struct {
	c              *tool.Call
	verbose        bool
	errors, warned bool
}

func (v *verdict) error(format string, args ...any) {
	v.errors = true
	if v.verbose {
		v.c.Out.Err("error: %s", fmt.Sprintf(format, args...))
	}
}

func (v *verdict) warning(format string, args ...any) {
	v.warned = true
	if v.verbose {
		v.c.Out.Err("warning: %s", fmt.Sprintf(format, args...))
	}
}

// check looks at everything, in the order in which it makes sense to mend it.
func (v *verdict) check(root *xml.Node) {
	if root.Name != "cib" {
		v.errors = true
		v.c.Out.Err("Input is not a CIB (outermost element is %s not cib)", root.Name)
		return
	}
	violations := schema.Validate(root)
	for _, w := range violations {
		v.errors = true
		v.c.Out.Err("%s", w)
	}
	if len(violations) > 0 {
		return
	}
	if text := access.Warn(root); text != "" {
		v.warning("%s", text)
	}
	upgraded, _, err := schema.Upgrade(root, "")
	if err != nil {
		v.errors = true
		v.c.Out.Err("The cluster will NOT be able to use this configuration (%v).\nPlease manually update the configuration to conform to the %s syntax.", err, schema.Newest)
		return
	}
	v.schedule(upgraded)
}

// schedule shows what the scheduler minds.
func (v *verdict) schedule(root *xml.Node) {
	purpose := model.Schedule
	if root.Child("status") == nil {
		purpose = model.ValidateOnly
		root = root.Copy().Add(xml.New("status"))
	}
	result, err := scheduler.Run(scheduler.Input{CIB: root, Now: v.c.Env.Now(), Purpose: purpose})
	if err != nil {
		v.error("%v", err)
		return
	}
	for _, text := range deprecated(result.Cluster) {
		v.warning("%s", text)
	}
	for _, text := range renamed(result.Cluster) {
		v.log("warning", text)
	}
	for _, n := range result.Cluster.Notices {
		switch {
		case n.Config && n.Severity == model.Error:
			v.error("%s", n.Text)
		case n.Config && n.Severity == model.Warning:
			v.warning("%s", n.Text)
		case n.Severity == model.Error:
			v.log("error", status.LogText(n))
		case n.Severity == model.Warning:
			v.log("warning", n.Text)
		}
	}
	if purpose == model.Schedule {
		v.actions(result.Cluster)
	}
}

// actions tells what the cluster would do.
func (v *verdict) actions(c *model.Cluster) {
	if v.asked() < 3 {
		return
	}
	for _, a := range c.Actions {
		if a.Task == model.TaskShutdown && a.Resource == nil && a.Node != nil {
			v.c.Log("notice", "node_action", " * Shutdown %s", a.Node.DisplayName())
		}
	}
	for _, line := range status.SummaryLines(c) {
		v.c.Log("notice", "log_list_item", "Actions: %s", line)
	}
}

// asked is how much is to be told. PCMK_stderr counts like one more V.
func (v *verdict) asked() int {
	if v.c.Env.LogsToStderr() {
		return v.c.Verbose + 1
	}
	return v.c.Verbose
}

// log tells of what does not count against the configuration: errors with -V,
// warnings with -VV; notices with -VVV.
func (v *verdict) log(level, text string) {
	if asked := v.asked(); asked > 1 || asked == 1 && level == "error" {
		v.c.Log(level, status.Origin(model.Notice{Text: text}), "%s", text)
	}
}

// conclude tells the sum and gives the exit code.
func (v *verdict) conclude(quiet bool) error {
	if v.errors {
		v.error("CIB did not pass schema validation")
	}
	if !v.errors && !v.warned {
		return nil
	}
	what, hint := "may need attention", ""
	if v.errors {
		what = "invalid"
	}
	if !v.verbose {
		hint = " (-V may provide more detail)"
	}
	if !quiet {
		v.c.Out.Err("Configuration %s%s", what, hint)
	}
	return &tool.Error{Code: crm.ExitConfig}
}
