package status

import (
	"fmt"
	"strconv"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// Summary chooses what the cluster summary shows.
type Summary struct {
	Stack, DC, Times, Counts, Options bool

	Now       time.Time // shown as the time of the last update
	LocalNode string    // where the picture was taken, "" if not on a cluster node
	Daemon    string    // state of the local daemon, "" if not known
}

// ClusterSummary says who coordinates, what changed last and how many things
// there are.
func (v *View) ClusterSummary(s Summary) Section {
	return Section{
		Item:  func() *output.Item { return v.summaryItems(s) },
		Nodes: func() []*xml.Node { return one(v.summaryNodes(s)) },
	}
}

func (v *View) summaryItems(s Summary) *output.Item {
	list := output.List("Cluster Summary")
	if s.Stack {
		stack := "Stack: " + v.stack()
		if s.Daemon != "" {
			stack += " (" + daemonText(s.Daemon) + ")"
		}
		list.Add(output.Line(stack))
	}
	if s.DC {
		list.Add(output.Line("Current DC: " + v.dcText()))
	}
	if s.Times {
		updated := "Last updated: " + Epoch(s.Now)
		if s.LocalNode != "" {
			updated += " on " + s.LocalNode
		}
		list.Add(output.Line(updated), output.Line("Last change:  "+v.lastChange()))
	}
	if s.Counts {
		list.Add(output.Line(fmt.Sprintf("%d node%s configured", len(v.Cluster.Nodes), plural(len(v.Cluster.Nodes)))),
			output.Line(v.resourceCount()))
	}
	if s.Options {
		list.Add(v.optionItems()...)
	}
	return list.OrNil()
}

// property is a cluster property wherever it stands in the configuration.
// stack names the cluster layer, if exactly one option says it.
func (v *View) stack() string {
	var found []string
	for set := range v.CIB.Find("configuration", "crm_config").All("cluster_property_set") {
		for pair := range set.All("nvpair") {
			if pair.Attr("name") == "cluster-infrastructure" {
				found = append(found, pair.Attr("value"))
			}
		}
	}
	if len(found) != 1 {
		return "unknown"
	}
	return found[0]
}

func (v *View) property(name, otherwise string) string {
	if value := v.Options.All.Get(name); value != "" {
		return value
	}
	return otherwise
}

// daemonTexts describe the states of the local daemon.
var daemonTexts = map[string]string{
	"init":              "Initializing pacemaker",
	"starting_daemons":  "Pacemaker daemons are starting",
	"wait_for_ping":     "Waiting for startup trigger from SBD",
	"running":           "Pacemaker is running",
	"shutting_down":     "Pacemaker daemons are shutting down",
	"shutdown_complete": "Pacemaker daemons are shut down (reporting to SBD)",
	"remote":            "pacemaker-remoted is running (on a Pacemaker Remote node)",
}

func daemonText(state string) string {
	if text := daemonTexts[state]; text != "" {
		return text
	}
	return state
}

func (v *View) dcText() string {
	if v.DC == nil {
		return "NONE"
	}
	mixed, quorum := "", "WITHOUT"
	if v.mixedVersion() {
		mixed = "MIXED-VERSION "
	}
	if v.hasQuorum() {
		quorum = "with"
	}
	return fmt.Sprintf("%s (version %s) - %spartition %s quorum", v.nodeName(v.DC), v.property("dc-version", "unknown"), mixed, quorum)
}

func (v *View) hasQuorum() bool {
	quorum, _ := crm.ParseBool(v.CIB.Attr("have-quorum"))
	return quorum
}

// mixedVersion tells whether nodes with different feature sets are up.
func (v *View) mixedVersion() bool {
	first := ""
	for _, n := range v.Cluster.Nodes {
		set := featureSet(n)
		if set != "" && first != "" && set != first {
			return true
		}
		if first == "" {
			first = set
		}
	}
	return false
}

func (v *View) lastChange() string {
	text := v.CIB.Attr("cib-last-written")
	for _, part := range [][2]string{{" by ", "update-user"}, {" via ", "update-client"}, {" on ", "update-origin"}} {
		if value := v.CIB.Attr(part[1]); value != "" {
			text += part[0] + value
		}
	}
	return text
}

func (v *View) resourceCount() string {
	n := v.InstanceCount
	text := fmt.Sprintf("%d resource instance%s configured", n, plural(n))
	switch d, b := v.DisabledCount, v.BlockedCount; {
	case d > 0 && b > 0:
		text += fmt.Sprintf(" (%d DISABLED, %d BLOCKED from further action due to failure)", d, b)
	case d > 0:
		text += fmt.Sprintf(" (%d DISABLED)", d)
	case b > 0:
		text += fmt.Sprintf(" (%d BLOCKED from further action due to failure)", b)
	}
	return text
}

// policies are the quorum policies as text and in XML.
var policies = map[model.QuorumPolicy][2]string{
	model.QuorumStop:   {"Stop ALL resources", "stop"},
	model.QuorumFreeze: {"Freeze resources", "freeze"},
	model.QuorumIgnore: {"Ignore", "ignore"},
	model.QuorumFence:  {"Fence nodes in partition", "fence"},
	model.QuorumDemote: {"Demote promotable resources and stop all other resources", "demote"},
}

func (v *View) optionItems() []*output.Item {
	fencing, symmetric := "disabled", "asymmetric"
	if v.Options.FencingEnabled {
		fencing = "enabled"
	}
	if v.Options.Symmetric {
		symmetric = "symmetric"
	}
	return []*output.Item{
		output.Line("Fencing of failed nodes " + fencing),
		output.Line("Cluster is " + symmetric),
		output.Line("No quorum policy: " + policies[v.Options.NoQuorumPolicy][0]),
	}
}

func (v *View) summaryNodes(s Summary) *xml.Node {
	list := xml.New("summary")
	if s.Stack {
		list.Add(elem("stack", "type", v.stack(), "pacemakerd-state", s.Daemon))
	}
	if s.DC {
		list.Add(v.dcNode())
	}
	if s.Times {
		list.Add(elem("last_update", "time", Epoch(s.Now), "origin", s.LocalNode))
		list.Add(xml.New("last_change", "time", v.CIB.Attr("cib-last-written"), "user", v.CIB.Attr("update-user"),
			"client", v.CIB.Attr("update-client"), "origin", v.CIB.Attr("update-origin")))
	}
	if s.Counts {
		list.Add(elem("nodes_configured", "number", strconv.Itoa(len(v.Cluster.Nodes))))
		list.Add(elem("resources_configured", "number", strconv.Itoa(v.InstanceCount),
			"disabled", strconv.Itoa(v.DisabledCount), "blocked", strconv.Itoa(v.BlockedCount)))
	}
	if s.Options {
		list.Add(v.optionsNode())
	}
	if len(list.Children) == 0 {
		return nil
	}
	return list
}

func (v *View) dcNode() *xml.Node {
	if v.DC == nil {
		return elem("current_dc", "present", "false")
	}
	return xml.New("current_dc", "present", "true", "version", v.property("dc-version", ""), "name", v.DC.Name,
		"id", v.DC.ID, "with_quorum", truth(v.hasQuorum()), "mixed_version", truth(v.mixedVersion()))
}

func (v *View) optionsNode() *xml.Node {
	o := &v.Options
	enabled, timeout := truth(o.FencingEnabled), milliseconds(o.FencingTimeout)
	return elem("cluster_options", "fencing-enabled", enabled, "fencing-timeout-ms", timeout,
		"symmetric-cluster", truth(o.Symmetric), "no-quorum-policy", policies[o.NoQuorumPolicy][1],
		"maintenance-mode", truth(o.Maintenance), "stop-all-resources", truth(o.StopAll),
		"priority-fencing-delay-ms", milliseconds(o.PriorityFencingDelay),
		"stonith-enabled", enabled, "stonith-timeout-ms", timeout)
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// MaintenanceText warns that the cluster manages nothing, or keeps everything
// stopped; "" if neither.
func MaintenanceText(c *model.Cluster) string {
	switch {
	case c.Options.Maintenance:
		return "              *** Resource management is DISABLED ***\n" +
			"  The cluster will not attempt to start, stop or recover services"
	case c.Options.StopAll:
		return "    *** Resource management is DISABLED ***\n" +
			"  The cluster will keep all resources stopped"
	}
	return ""
}

// Maintenance is the warning of MaintenanceText as a section. It has no XML: the
// summary has it there.
func (v *View) Maintenance() Section {
	return Section{
		Item: func() *output.Item {
			if text := MaintenanceText(v.Cluster); text != "" {
				return output.Line(text)
			}
			return nil
		},
		Nodes: func() []*xml.Node { return nil },
	}
}
