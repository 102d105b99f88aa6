// Package crmrule is the tool that tells whether rules of the configuration are
// in effect at a moment.
package crmrule

import (
	"errors"
	"io"
	"strconv"
	"time"

	"holdfast/cib/rule"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
	"holdfast/tool/access"
)

// options are what the command line says.
type options struct {
	check bool
	input string // XML to use instead of the CIB, "-" for standard input
	date  string
	rules []string
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{}
	return &tool.Tool{
		Name:    "crm_rule",
		Summary: "evaluate rules from the Pacemaker configuration",
		Formats: []output.Format{output.Text, output.XML},
		Groups: []tool.Group{
			{Name: "modes", Title: "Modes (mutually exclusive)", Help: "Show modes of operation", Options: []tool.Option{
				{Long: "check", Short: "c", Help: "Check whether a rule is in effect", Set: tool.Switch(&o.check)},
			}},
			{Name: "data", Title: "Data", Help: "Show data options", Options: []tool.Option{
				{Long: "xml-text", Short: "X", Arg: "XML", Help: "Use argument for XML (or stdin if '-')", Set: tool.String(&o.input)},
			}},
			{Name: "additional", Title: "Additional Options", Help: "Show additional options", Options: []tool.Option{
				{Long: "date", Short: "d", Arg: "DATE", Help: "Whether the rule is in effect on a given date", Set: tool.String(&o.date)},
				{Long: "rule", Short: "r", Arg: "ID", Set: tool.Append(&o.rules),
					Help: "The ID of the rule to check (may be specified multiple times)"},
			}},
		},
		Do: o.run,
	}
}

func (o *options) run(c *tool.Call) error {
	switch {
	case !o.check:
		return tool.Fail(crm.ExitUsage, "No mode operation given")
	case len(o.rules) == 0:
		return tool.Fail(crm.ExitUsage, "--check requires use of --rule=")
	}
	now := c.Env.Now()
	if o.date != "" {
		var err error
		if now, err = crm.ParseDate(o.date, now); err != nil || now.Year() > 9999 {
			return tool.Fail(crm.ExitDataErr, "Invalid date specified: '%s'", o.date)
		}
	}
	cib, err := o.document(c)
	if err != nil {
		return err
	}
	return o.checkAll(c, cib, now)
}

// document returns the XML given on the command line or input, else the CIB.
func (o *options) document(c *tool.Call) (*xml.Node, error) {
	switch o.input {
	case "":
		return current(c.Env)
	case "-":
		data, err := io.ReadAll(c.Env.Stdin)
		if err != nil {
			return nil, tool.Fail(crm.ExitDataErr, "Couldn't read STDIN: %v", err)
		}
		return parse(c, string(data), "Couldn't parse input from STDIN")
	}
	return parse(c, o.input, "Couldn't parse input string: "+o.input)
}

// current returns the CIB that the environment points to.
func current(env *tool.Env) (*xml.Node, error) {
	session, err := access.Start(env)
	if err != nil {
		text, code := access.Reason(err)
		return nil, tool.Fail(code, "%s", text)
	}
	return session.Root(), session.Close()
}

func parse(c *tool.Call, text, complaint string) (*xml.Node, error) {
	n, err := xml.ParseString(text)
	if err != nil {
		c.LogXML(text, err)
		return nil, tool.Fail(crm.ExitDataErr, "%s", complaint)
	}
	return n, nil
}

// checkAll shows the verdict on every rule; the last that is not in effect
// decides the exit code.
func (o *options) checkAll(c *tool.Call, cib *xml.Node, now time.Time) error {
	exit := crm.ExitOK
	for _, id := range o.rules {
		v := judge(cib, id, now)
		if v.problem != "" {
			c.Out.Err("Could not determine whether rule %s is in effect: %s", id, v.problem)
		}
		c.Out.Show(v)
		if v.result != crm.ResultOK {
			exit = v.result.Exit()
		}
	}
	if exit != crm.ExitOK {
		return tool.Fail(exit, "")
	}
	return nil
}

// verdict is what was found out about one rule.
type verdict struct {
	id      string
	result  crm.Result
	problem string // why nothing was found out
}

var verdictTexts = map[crm.Result]string{
	crm.ResultWithinRange:   " is still in effect",
	crm.ResultOK:            " satisfies conditions",
	crm.ResultAfterRange:    " is expired",
	crm.ResultBeforeRange:   " has not yet taken effect",
	crm.ResultOpUnsatisfied: " does not satisfy conditions",
}

func (v verdict) Text(l *output.Lines) {
	if text, ok := verdictTexts[v.result]; ok {
		l.Line("Rule " + v.id + text)
	}
}

func (v verdict) XML(t *output.Tree) {
	t.Add(xml.New("rule-check", "rule-id", v.id, "rc", strconv.Itoa(int(v.result.Exit()))))
}

// judge looks at a rule's only date expression. Rules with more than one, or
// with a date_spec that does not name a year, come and go, so that "expired"
// would mean nothing for them.
func judge(cib *xml.Node, id string, now time.Time) verdict {
	rules := find(cib, func(n *xml.Node) bool { return n.Name == "rule" && n.ID() == id })
	switch len(rules) {
	case 0:
		return verdict{id, crm.ResultENXIO, "Rule not found"}
	case 1:
	default:
		return verdict{id, crm.ResultDuplicateID, "Found more than one rule with matching ID"}
	}
	dates := find(rules[0], func(n *xml.Node) bool { return n.Name == "date_expression" })
	switch len(dates) {
	case 0:
		return verdict{id, crm.ResultENOTSUP, "Rule does not have a date expression"}
	case 1:
	default:
		return verdict{id, crm.ResultENOTSUP, "Rule has more than one date expression"}
	}
	date := dates[0]
	if date.Attr("operation") == "date_spec" && date.Child("date_spec").Attr("years") == "" {
		return verdict{id, crm.ResultENOTSUP, "Rule must either not use date_spec, or use date_spec with years="}
	}
	return judgeDate(id, date, now)
}

func judgeDate(id string, n *xml.Node, now time.Time) verdict {
	d, err := rule.CompileDate(n)
	if err == nil && n.ID() == "" {
		err = errors.New("date expression has no id")
	}
	if err != nil {
		return verdict{id, crm.ResultUnpackError, "Error parsing rule"}
	}
	switch v, _ := d.Eval(now); v {
	case rule.DateBefore:
		return verdict{id: id, result: crm.ResultBeforeRange}
	case rule.DateAfter:
		return verdict{id: id, result: crm.ResultAfterRange}
	case rule.DateWithin:
		return verdict{id: id, result: crm.ResultWithinRange}
	}
	return verdict{id: id, result: crm.ResultOK}
}

// find returns the elements below and including n that match, in document order.
func find(n *xml.Node, match func(*xml.Node) bool) []*xml.Node {
	var found []*xml.Node
	xml.Walk(n, func(e *xml.Node, _ xml.Path) bool {
		if e.Kind == xml.Element && match(e) {
			found = append(found, e)
		}
		return true
	})
	return found
}
