package main

import (
	"maps"
	"slices"

	"holdfast/tool"
	"holdfast/tool/announce"
	"holdfast/tool/attrdupdater"
	"holdfast/tool/cibadmin"
	"holdfast/tool/cibsecret"
	"holdfast/tool/crmadmin"
	"holdfast/tool/crmattribute"
	"holdfast/tool/crmdiff"
	"holdfast/tool/crmerror"
	"holdfast/tool/crmmon"
	"holdfast/tool/crmnode"
	"holdfast/tool/crmresource"
	"holdfast/tool/crmrule"
	"holdfast/tool/crmshadow"
	"holdfast/tool/crmsimulate"
	"holdfast/tool/crmticket"
	"holdfast/tool/crmverify"
	"holdfast/tool/daemon"
	"holdfast/tool/daemonmeta"
	"holdfast/tool/demo"
	"holdfast/tool/demoweb"
	"holdfast/tool/explain"
	"holdfast/tool/iso8601"
	"holdfast/tool/manual"
	"holdfast/tool/pacemakerd"
	"holdfast/tool/simulate"
	"holdfast/tool/stonithadmin"
)

// tools are the command-line tools by the name that chooses them.
var tools = map[string]func() *tool.Tool{
	"attrd_updater":        attrdupdater.Tool,
	"crm_node":             crmnode.Tool,
	"crmadmin":             crmadmin.Tool,
	"pacemakerd":           pacemakerd.Tool,
	"cibadmin":             cibadmin.Tool,
	"cibsecret":            cibsecret.Tool,
	"crm_diff":             crmdiff.Tool,
	"crm_shadow":           crmshadow.Tool,
	"crm_simulate":         crmsimulate.Tool,
	"crm_attribute":        crmattribute.Tool,
	"crm_error":            crmerror.Tool,
	"crm_failcount":        crmattribute.Failcount,
	"crm_master":           crmattribute.Master,
	"crm_mon":              crmmon.Tool,
	"crm_resource":         crmresource.Tool,
	"crm_rule":             crmrule.Tool,
	"crm_standby":          crmattribute.Standby,
	"crm_ticket":           crmticket.Tool,
	"crm_verify":           crmverify.Tool,
	"daemon":               daemon.Supervisor,
	"holdfast-node":        daemon.Node,
	"announce":             announce.Tool,
	"demo":                 demo.Tool,
	"demo-machine":         demo.Machine,
	"demo-fence":           demo.Fence,
	"demo-web":             demoweb.Tool,
	"simulate":             simulate.Tool,
	"stonith_admin":        stonithadmin.Tool,
	"explain":              explain.Tool,
	"iso8601":              iso8601.Tool,
	"pacemaker-based":      daemonmeta.Based,
	"pacemaker-controld":   daemonmeta.Controld,
	"pacemaker-fenced":     daemonmeta.Fenced,
	"pacemaker-schedulerd": daemonmeta.Schedulerd,
}

// own are the commands that have no customary name of their own on the PATH.
var own = []string{"announce", "daemon", "holdfast-node", "demo", "demo-machine", "demo-fence", "demo-web", "explain", "simulate",
	"pacemaker-based", "pacemaker-controld", "pacemaker-fenced", "pacemaker-schedulerd"}

// customary lists the tools that users and scripts call by name.
func customary() []string {
	return slices.DeleteFunc(toolNames(), func(n string) bool { return slices.Contains(own, n) })
}

// internal are the tools that only other tools call: they have no manual page.
var internal = []string{"holdfast-node", "demo-machine", "demo-fence", "demo-web",
	"pacemaker-based", "pacemaker-controld", "pacemaker-fenced", "pacemaker-schedulerd"}

// entries are the tools with a manual page and completion.
func entries() []manual.Entry {
	var list []manual.Entry
	for _, name := range toolNames() {
		if !slices.Contains(internal, name) {
			list = append(list, manual.Entry{Name: name, Make: tools[name], Own: slices.Contains(own, name)})
		}
	}
	return list
}

func toolNames() []string { return slices.Sorted(maps.Keys(tools)) }
