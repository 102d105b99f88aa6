package crmresource

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/host/agent"
	"holdfast/output"
	"holdfast/scheduler/action"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
	"holdfast/tool"
)

// defaultTimeout is how long an agent may take if nothing says otherwise.
const defaultTimeout = 20 * time.Second

// execute has an agent do something on this machine, past the cluster.
func (j *job) execute() error {
	r := agent.Request{ID: "crm_resource", Action: actionOf(j.operation), Timeout: j.timeout}
	name := ""
	if j.namesAgent() {
		r.Class, r.Provider, r.Type, r.Resource = j.class, j.provider, j.agent, "test"
		r.Params = sortedParams(j.params)
	} else {
		rsc, err := j.executed()
		if err != nil {
			return err
		}
		name = rsc.ID
		if rsc.Parent != nil && rsc.Parent.IsAnonymousClone() {
			name = j.resource
		}
		r.Class, r.Provider, r.Type, r.Resource = rsc.Class, rsc.Provider, rsc.Type, name
		j.fill(&r, rsc)
	}
	if r.Timeout == 0 {
		r.Timeout = defaultTimeout
	}
	r.Meta = append(r.Meta, agent.Param{Name: "timeout", Value: strconv.FormatInt(r.Timeout.Milliseconds(), 10)})
	override(&r.Params, j.overrides)
	return j.call(r, name)
}

// executed is the primitive whose agent is meant.
func (j *job) executed() (*model.Resource, error) {
	rsc := j.rsc
	brings := j.operation == "force-start" || j.operation == "force-demote" || j.operation == "force-promote"
	if brings && rsc.Variant == model.Clone && !j.force && len(spotsOf(rsc, j.resource)) > 0 {
		return nil, tool.Fail(crm.ExitUnsafe, "It is not safe to %s %s here: the cluster claims it is already active\n"+
			"Try setting target-role=Stopped first or specifying the force option", j.operation, rsc.ID)
	}
	if rsc.Variant == model.Clone && len(rsc.Children) > 0 {
		rsc = rsc.Children[0]
	}
	switch {
	case rsc.Variant == model.Group:
		return nil, tool.Fail(crm.ExitUnimplemented, "Sorry, the %s option doesn't support group resources", j.operation)
	case rsc.Variant == model.Bundle || rsc.InBundle():
		return nil, tool.Fail(crm.ExitUnimplemented, "Sorry, the %s option doesn't support bundled resources", j.operation)
	}
	return rsc, nil
}

// fill adds what the configuration says about a resource.
func (j *job) fill(r *agent.Request, rsc *model.Resource) {
	for _, v := range config.Params(j.cluster, rsc, nil) {
		r.Params = append(r.Params, agent.Param{Name: v.Name, Value: v.Value})
	}
	for _, v := range rsc.Meta {
		r.Meta = append(r.Meta, agent.Param{Name: v.Name, Value: v.Value})
	}
	if r.Timeout != 0 {
		return
	}
	op := action.FindOp(rsc, r.Action, 0, true)
	if ms, err := strconv.ParseInt(action.Meta(j.cluster, rsc, nil, r.Action, 0, op).Get("timeout"), 10, 64); err == nil && ms > 0 {
		r.Timeout = time.Duration(ms) * time.Millisecond
	}
}

// actionOf is the action of an agent that an option stands for.
func actionOf(option string) string {
	switch option {
	case "validate":
		return "validate-all"
	case "force-check":
		return crm.TaskMonitor
	}
	return strings.TrimPrefix(option, "force-")
}

func sortedParams(values map[string]string) []agent.Param {
	var list []agent.Param
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, agent.Param{Name: name, Value: values[name]})
	}
	return list
}

// override replaces or adds parameters.
func override(params *[]agent.Param, values map[string]string) {
	for _, p := range sortedParams(values) {
		*params = slices.DeleteFunc(*params, func(q agent.Param) bool { return q.Name == p.Name })
		*params = append(*params, p)
	}
}

// call runs the agent and shows what came of it, which the exit code tells too.
func (j *job) call(r agent.Request, name string) error {
	v := verdict{request: r, name: name, option: j.operation, overrides: sortedParams(j.overrides), verbose: j.Verbose > 0}
	if j.namesAgent() && v.overrides == nil {
		v.overrides = []agent.Param{} // said even where there are none
	}
	if r.Class == agent.OCF || r.Class == agent.LSB || r.Class == agent.Service {
		host, err := agent.NewForTool(agent.Options{Env: j.agentEnvironment()})
		if err != nil {
			return err
		}
		defer host.Close()
		v.result = host.Run(r)
	} else {
		v.result = agent.Result{
			Status: crm.OpError, Code: crm.OCFUnimplemented,
			ExitReason: "Manual execution of the " + r.Class + " standard is unsupported",
		}
	}
	if v.result.Status != crm.OpDone && !j.Out.IsXML() {
		j.Out.Err("%s", v.text())
	}
	j.Out.Show(v)
	if code := crm.ExitCode(v.result.Code); code != crm.ExitOK {
		return tool.Fail(code, "")
	}
	return nil
}

// agentEnvironment is what more the agent finds in its environment.
func (j *job) agentEnvironment() []string {
	env := []string{"HA_debug=0", "PCMK_debug=0"}
	if j.Verbose > 0 {
		env = []string{"HA_debug=1", "PCMK_debug=1"}
	}
	if j.Verbose > 1 {
		env = append(env, "OCF_TRACE_RA=1")
	}
	if j.level >= 0 {
		env = append(env, "OCF_CHECK_LEVEL="+strconv.Itoa(j.level))
	}
	if j.Env.Getenv("OCF_TRACE_FILE") == "" {
		// Else agents are silent without a terminal.
		env = append(env, "OCF_TRACE_FILE=/dev/stderr")
	}
	if j.namesAgent() {
		env = append(env, callersParams()...)
	}
	return env
}

// callersParams are the agent's parameters in the environment of this process:
// without a configured resource they count.
func callersParams() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return !strings.HasPrefix(v, "OCF_RESKEY_") })
}

// A verdict is what an agent did and said.
type verdict struct {
	request   agent.Request
	name      string // of the resource, "" for none
	option    string // what was asked for
	overrides []agent.Param
	result    agent.Result
	verbose   bool
}

// text is the result in a sentence.
func (v verdict) text() string {
	text := "Operation " + v.option
	if v.name != "" {
		text += " for " + v.name
	}
	text += " (" + agentName(v.request.Class, v.request.Provider, v.request.Type) + ")"
	why := ""
	if v.result.ExitReason != "" {
		why = ": " + v.result.ExitReason
	}
	if v.result.Status == crm.OpDone {
		return text + " returned " + strconv.Itoa(int(v.result.Code)) + " (" + crm.ExitCode(v.result.Code).String() + why + ")"
	}
	return text + " could not be executed (" + v.result.Status.String() + why + ")"
}

func (v verdict) Text(l *output.Lines) {
	for _, p := range v.overrides {
		of := ""
		if v.name != "" {
			of = " for '" + v.name + "'"
		}
		l.Line("Overriding the cluster configuration" + of + " with '" + p.Name + "' = '" + p.Value + "'")
	}
	if v.result.Status == crm.OpDone {
		l.Line(v.text())
	}
	if v.request.Action == "validate-all" && !v.verbose {
		return
	}
	for _, said := range []string{v.result.Stdout, v.result.Stderr} {
		if said != "" {
			l.Line(said)
		}
	}
}

func (v verdict) XML(t *output.Tree) {
	top := t.Open("resource-agent-action", "action", v.option, "class", v.request.Class, "type", v.request.Type)
	defer t.Close()
	if v.name != "" {
		top.SetAttr("rsc", v.name)
	}
	if v.request.Provider != "" {
		top.SetAttr("provider", v.request.Provider)
	}
	if v.overrides != nil {
		v.overridesXML(t)
	}
	status := xml.New("agent-status", "code", strconv.Itoa(int(v.result.Code)), "message", crm.ExitCode(v.result.Code).String(),
		"execution_code", strconv.Itoa(v.result.Status.Number()), "execution_message", v.result.Status.String())
	if v.result.ExitReason != "" {
		status.SetAttr("reason", v.result.ExitReason)
	}
	t.Add(status)
	v.saidXML(t)
}

func (v verdict) overridesXML(t *output.Tree) {
	t.Open("overrides")
	for _, p := range v.overrides {
		n := xml.New("override", "name", p.Name, "value", p.Value)
		if v.name != "" {
			n.SetAttr("rsc", v.name)
		}
		t.Add(n)
	}
	t.Close()
}

// saidXML adds what the agent wrote, as it is if it is XML.
func (v verdict) saidXML(t *output.Tree) {
	if v.result.Stdout == "" && v.result.Stderr == "" {
		return
	}
	if _, err := xml.Parse([]byte(v.result.Stdout)); v.result.Stdout != "" && err == nil {
		t.CData("command", v.result.Stdout)
		return
	}
	t.Open("command", "code", strconv.Itoa(int(v.result.Code)))
	if v.result.Stdout != "" {
		t.Text("output", v.result.Stdout, "source", "stdout")
	}
	if v.result.Stderr != "" {
		t.Text("output", v.result.Stderr, "source", "stderr")
	}
	t.Close()
}
