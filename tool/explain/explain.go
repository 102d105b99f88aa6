// Package explain is the tool that says why: why a resource is where it is or
// is not where it could be, why a node is fenced, and what would change it.
package explain

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler"
	"holdfast/scheduler/explain"
	"holdfast/tool"
)

// options are what the command line says.
type options struct {
	on   string
	json bool
	date string
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{}
	return &tool.Tool{
		Name:    "explain",
		Summary: "say why the cluster does what it does",
		Args:    "RESOURCE|NODE [FILE]",
		Details: "FILE is a CIB (\"-\" for standard input); without one the running cluster, CIB_file or CIB_shadow is asked.",
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "on", Short: "N", Arg: "NODE", Help: "Why (not) on this node", Set: tool.String(&o.on)},
			{Long: "json", Short: "j", Help: "Answer as JSON", Set: tool.Switch(&o.json)},
			{Long: "set-datetime", Short: "t", Arg: "DATE", Help: "Ask as of this time", Set: tool.String(&o.date)},
		}}},
		Do: o.run,
	}
}

func (o *options) run(c *tool.Call) error {
	if len(c.Args) == 0 || len(c.Args) > 2 {
		return tool.Fail(crm.ExitUsage, "explain wants the name of a resource or node, and perhaps a file")
	}
	cib, err := document(c)
	if err != nil {
		return err
	}
	now, err := o.now(c, cib)
	if err != nil {
		return err
	}
	answers, err := explain.Subject(scheduler.Input{CIB: cib, Now: now}, c.Args[0], o.on)
	if err != nil {
		return tool.Fail(crm.ExitNoSuch, "%v", err)
	}
	return o.show(c, answers)
}

// document returns the CIB from the file named, else from where the environment says.
func document(c *tool.Call) (*xml.Node, error) {
	if len(c.Args) == 2 {
		return c.Env.ReadFile(c.Args[1])
	}
	return c.Env.LoadCIB()
}

// now is the time that the user or the CIB gives, else the present.
func (o *options) now(c *tool.Call, cib *xml.Node) (time.Time, error) {
	now := c.Env.Now()
	if o.date != "" {
		t, err := crm.ParseDate(o.date, now)
		if err != nil {
			return now, tool.Fail(crm.ExitUsage, "Invalid --set-datetime: %v", err)
		}
		return t, nil
	}
	if seconds, err := strconv.ParseInt(cib.Attr("execution-date"), 10, 64); err == nil {
		return time.Unix(seconds, 0), nil
	}
	return now, nil
}

func (o *options) show(c *tool.Call, answers []explain.Answer) error {
	if o.json {
		e := json.NewEncoder(c.Env.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(answers)
	}
	for i, a := range answers {
		if i > 0 {
			fmt.Fprintln(c.Env.Stdout)
		}
		fmt.Fprint(c.Env.Stdout, a.Text())
	}
	return nil
}
