package crmresource

import (
	"strings"

	"holdfast/crm"
	"holdfast/host/agent"
	"holdfast/output"
	"holdfast/tool"
)

// checkAgent looks whether the agent on the command line is named in full and
// may be used with the command.
func (o *options) checkAgent() error {
	ocf := o.class == agent.OCF
	switch {
	case o.resource != "":
		return tool.Fail(crm.ExitUsage, "--class, --agent, and --provider cannot be used with -r/--resource")
	case o.command != execute:
		return tool.Fail(crm.ExitUsage, "--class, --agent, and --provider can only be used with --validate and --force-*")
	case ocf && (o.provider == "" || o.agent == ""):
		return tool.Fail(crm.ExitUsage, "--provider and --agent are required with --class=ocf")
	case !ocf && o.provider != "":
		return tool.Fail(crm.ExitUsage, "--provider is supported only with --class=ocf")
	case o.agent == "":
		return tool.Fail(crm.ExitUsage, "--agent is required with --class")
	case o.class == "":
		return tool.Fail(crm.ExitUsage, "--class is required with --agent")
	}
	return o.checkExists()
}

// checkExists looks whether the agent on the command line is installed.
func (o *options) checkExists() error {
	host, err := agent.NewForTool(agent.Options{})
	if err != nil {
		return err
	}
	defer host.Close()
	switch {
	case host.Exists(o.class, o.provider, o.agent):
		return nil
	case o.class == agent.Stonith:
		return tool.Fail(crm.ExitUsage, "%s is not a known fencing agent", o.agent)
	}
	return tool.Fail(crm.ExitUsage, "%s is not a known resource agent", agentName(o.class, o.provider, o.agent))
}

// agentName is an agent's name in full.
func agentName(class, provider, kind string) string {
	if provider == "" {
		return class + ":" + kind
	}
	return class + ":" + provider + ":" + kind
}

// catalog is a list of agents, or of what is needed to name one.
type catalog struct {
	element string   // what the list is in XML
	pairs   []string // its attributes
	item    string   // what one of the list is
	texts   []string
}

func (c catalog) Text(l *output.Lines) {
	for _, text := range c.texts {
		l.Line(text)
	}
}

func (c catalog) XML(t *output.Tree) {
	t.Open(c.element, c.pairs...)
	for _, text := range c.texts {
		t.Text(c.item, text)
	}
	t.Close()
}

// standards lists the standards that agents here conform to.
func (j *job) standards() error {
	return onHost(func(h *agent.Host) error {
		list := h.Standards()
		if len(list) == 0 {
			return tool.Fail(crm.ExitNoSuch, "No standards found")
		}
		j.Out.Show(listing{"standards", "", list})
		return nil
	})
}

// providers lists the vendors of OCF agents.
func (j *job) providers() error {
	return onHost(func(h *agent.Host) error {
		list := h.Providers("")
		if len(list) == 0 {
			return tool.Fail(crm.ExitNoSuch, "No OCF providers found")
		}
		j.Out.Show(catalog{"providers", []string{"standard", agent.OCF}, "provider", list})
		return nil
	})
}

// alternatives lists the vendors of one OCF agent.
func (j *job) alternatives() error {
	return onHost(func(h *agent.Host) error {
		list := h.Providers(j.spec)
		if len(list) == 0 {
			return tool.Fail(crm.ExitNoSuch, "No OCF providers found for %s", j.spec)
		}
		j.Out.Show(catalog{"providers", []string{"for", j.spec}, "provider", list})
		return nil
	})
}

// agents lists the agents of a standard, and of one provider if it is named.
func (j *job) agents() error {
	class, provider, named := strings.Cut(j.spec, ":")
	return onHost(func(h *agent.Host) error {
		list := h.Agents(class, provider)
		switch {
		case len(list) == 0 && named:
			return tool.Fail(crm.ExitError, "No agents found for standard '%s' and provider '%s'", class, provider)
		case len(list) == 0:
			return tool.Fail(crm.ExitError, "No agents found for standard '%s'", class)
		}
		pairs := []string{"standard", class}
		if provider != "" {
			pairs = append(pairs, "provider", provider)
		}
		j.Out.Show(catalog{"agents", pairs, "agent", list})
		return nil
	})
}

// description is what an agent says about itself.
type description string

func (d description) Text(l *output.Lines) { l.Line(strings.TrimRight(string(d), "\n")) }

func (d description) XML(t *output.Tree) { t.CData("metadata", string(d)) }

// metadata shows what an agent says about itself.
func (j *job) metadata() error {
	class, provider, kind, ok := parseSpec(j.spec)
	if !ok {
		return tool.Fail(crm.ExitNoSuch, "'%s' is not a valid agent specification", j.spec)
	}
	return onHost(func(h *agent.Host) error {
		text, err := h.MetadataText(class, provider, kind)
		if err != nil {
			return tool.Fail(crm.ExitNoSuch, "Metadata query for %s failed: %v", j.spec, err)
		}
		j.Out.Show(description(text))
		return nil
	})
}

// parseSpec takes the name of an agent apart.
func parseSpec(spec string) (class, provider, kind string, ok bool) {
	class, kind, ok = strings.Cut(spec, ":")
	if ok && strings.EqualFold(class, agent.OCF) {
		provider, kind, ok = strings.Cut(kind, ":")
		return class, provider, kind, ok && provider != "" && kind != ""
	}
	return class, "", kind, ok && class != "" && kind != ""
}

// onHost asks the machine about its agents.
func onHost(ask func(*agent.Host) error) error {
	host, err := agent.NewForTool(agent.Options{})
	if err != nil {
		return err
	}
	defer host.Close()
	return ask(host)
}
