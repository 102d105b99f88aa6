package main

import (
	"maps"
	"slices"

	"holdfast/tool"
	"holdfast/tool/cibadmin"
	"holdfast/tool/crmerror"
	"holdfast/tool/crmrule"
	"holdfast/tool/daemonmeta"
	"holdfast/tool/iso8601"
)

// tools are the command-line tools by the name that chooses them.
var tools = map[string]func() *tool.Tool{
	"cibadmin":             cibadmin.Tool,
	"crm_error":            crmerror.Tool,
	"crm_rule":             crmrule.Tool,
	"iso8601":              iso8601.Tool,
	"pacemaker-based":      daemonmeta.Based,
	"pacemaker-controld":   daemonmeta.Controld,
	"pacemaker-fenced":     daemonmeta.Fenced,
	"pacemaker-schedulerd": daemonmeta.Schedulerd,
}

func toolNames() []string { return slices.Sorted(maps.Keys(tools)) }
