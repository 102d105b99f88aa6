// Package daemonmeta answers for the daemons of the reference when a client asks
// them for meta-data ("pacemaker-controld metadata"): the cluster options and
// fencing parameters they act on. The work of these daemons is done by the
// holdfast daemon.
package daemonmeta

import (
	"fmt"

	"holdfast/cib/option"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
	"holdfast/tool/optionlist"
)

// Based stands for the CIB manager.
func Based() *tool.Tool {
	return answer(optionlist.ReadBy(option.Based, "pacemaker-based", "Cluster Information Base manager options",
		"Cluster options used by Pacemaker's Cluster Information Base manager"))
}

// Controld stands for the controller.
func Controld() *tool.Tool {
	return answer(optionlist.ReadBy(option.Controld, "pacemaker-controld", "Pacemaker controller options",
		"Cluster options used by Pacemaker's controller"))
}

// Schedulerd stands for the scheduler.
func Schedulerd() *tool.Tool {
	return answer(optionlist.ReadBy(option.Schedulerd, "pacemaker-schedulerd", "Pacemaker scheduler options",
		"Cluster options used by Pacemaker's scheduler"))
}

// Fenced stands for the fencer.
func Fenced() *tool.Tool {
	return answer(optionlist.List{
		Name:    "pacemaker-fenced",
		Short:   `Instance attributes available for all "stonith"-class resources`,
		Long:    `Instance attributes available for all "stonith"-class resources and used by Pacemaker's fence daemon`,
		Options: option.Fencing(),
		All:     true,
	})
}

func answer(l optionlist.List) *tool.Tool {
	return &tool.Tool{
		Name:    l.Name,
		Summary: l.Short,
		Args:    "[metadata|version]",
		Do: func(c *tool.Call) error {
			if len(c.Args) == 1 && c.Args[0] == "version" { // as crmsh asks
				fmt.Fprintf(c.Env.Stdout, "CRM Version: %s\n", output.Version)
				return nil
			}
			if len(c.Args) != 1 || c.Args[0] != "metadata" {
				return tool.Fail(crm.ExitUsage, "this part of the cluster runs within \"holdfast daemon\"; "+
					"the only arguments here are metadata and version")
			}
			return l.WriteMetadata(c.Env.Stdout)
		},
	}
}
