package crmresource

import (
	"holdfast/crm"
	"holdfast/tool"
)

// checkAgent looks whether the agent on the command line is named in full and
// may be used with the command.
func (o *options) checkAgent() error {
	ocf := o.class == "ocf"
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
	return nil
}
