package schema

import (
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// A change says what becomes of a name-value pair between 2.10 and 3.0.
type change struct {
	name  string   // of the pair
	when  []string // the values it is for; empty: all others
	strip string   // it is for values that begin so, without a comma, and the beginning goes
	to    string   // the new name, "" if the pair is dropped
	value string   // the new value, "" if it stays
	into  string   // "op_defaults" or "rsc_defaults", if it moves there
}

// optionChanges are those of cluster options.
var optionChanges = []change{
	{name: "cluster-infrastructure", when: []string{"heartbeat", "openais", "classic openais", "classic openais (with plugin)", "cman"}},
	{name: "cluster_recheck_interval", to: "cluster-recheck-interval"},
	{name: "dc_deadtime", to: "dc-deadtime"},
	{name: "default-action-timeout", to: "timeout", into: "op_defaults"},
	{name: "default_action_timeout", to: "timeout", into: "op_defaults"},
	{name: "default-migration-threshold"},
	{name: "default_migration_threshold"},
	{name: "default-resource-stickiness", to: "resource-stickiness", into: "rsc_defaults"},
	{name: "default_resource_stickiness", to: "resource-stickiness", into: "rsc_defaults"},
	{name: "default-resource-failure-stickiness", when: []string{"-INFINITY"}, to: "migration-threshold", value: "1", into: "rsc_defaults"},
	{name: "default-resource-failure-stickiness"},
	{name: "default_resource_failure_stickiness", when: []string{"-INFINITY"}, to: "migration-threshold", value: "1", into: "rsc_defaults"},
	{name: "default_resource_failure_stickiness"},
	{name: "election_timeout", to: "election-timeout"},
	{name: "expected-quorum-votes"},
	{name: "is-managed-default", to: "is-managed", into: "rsc_defaults"},
	{name: "is_managed_default", to: "is-managed", into: "rsc_defaults"},
	{name: "no_quorum_policy", to: "no-quorum-policy"},
	{name: "notification-agent"},
	{name: "notification-recipient"},
	{name: "remove_after_stop", to: "remove-after-stop"},
	{name: "shutdown_escalation", to: "shutdown-escalation"},
	{name: "startup_fencing", to: "startup-fencing"},
	{name: "stonith_action", to: "stonith-action"},
	{name: "stonith_enabled", to: "stonith-enabled"},
	{name: "stop_orphan_actions", to: "stop-orphan-actions"},
	{name: "stop_orphan_resources", to: "stop-orphan-resources"},
	{name: "symmetric_cluster", to: "symmetric-cluster"},
	{name: "transition_idle_timeout", to: "cluster-delay"},
}

// parameterChanges are those of parameters of fence devices.
var parameterChanges = []change{
	{name: "pcmk_arg_map", strip: "port:", to: "pcmk_host_argument"},
	{name: "pcmk_arg_map"},
	{name: "pcmk_list_cmd", to: "pcmk_list_action"},
	{name: "pcmk_monitor_cmd", to: "pcmk_monitor_action"},
	{name: "pcmk_off_cmd", to: "pcmk_off_action"},
	{name: "pcmk_on_cmd", to: "pcmk_on_action"},
	{name: "pcmk_reboot_cmd", to: "pcmk_reboot_action"},
	{name: "pcmk_status_cmd", to: "pcmk_status_action"},
}

// metaChanges are those of meta-attributes of resources. What ran in an
// isolation wrapper cannot run any more: it is stopped.
var metaChanges = []change{
	{name: "isolation", to: "target-role", value: "Stopped"},
	{name: "isolation-host", to: "target-role", value: "Stopped"},
	{name: "isolation-instance", to: "target-role", value: "Stopped"},
	{name: "isolation-wrapper", to: "target-role", value: "Stopped"},
	{name: "resource-failure-stickiness", when: []string{"-INFINITY"}, to: "migration-threshold", value: "1"},
	{name: "resource-failure-stickiness"},
	{name: "resource_failure_stickiness", when: []string{"-INFINITY"}, to: "migration-threshold", value: "1"},
	{name: "resource_failure_stickiness"},
}

// operationOptions are names that mean something to an operation itself: among
// its parameters they become meta-attributes.
var operationOptions = []string{"interval-origin", "start-delay", "enabled", "on-fail", "record-pending", "role", "timeout"}

// changeFor finds what becomes of a pair, nil if it stays as it is.
func changeFor(table []change, pair *xml.Node) *change {
	name, value := pair.Attr("name"), pair.Attr("value")
	for i := range table {
		c := &table[i]
		switch {
		case c.name != name:
		case c.when != nil:
			if slices.Contains(c.when, value) {
				return c
			}
		case c.strip != "":
			if strings.HasPrefix(value, c.strip) && !strings.Contains(value, ",") {
				return c
			}
		default:
			return c
		}
	}
	return nil
}

// apply makes the pair what the change wants.
func (c *change) apply(pair *xml.Node) {
	pair.SetAttr("name", c.to)
	switch {
	case c.value != "":
		pair.SetAttr("value", c.value)
	case c.strip != "":
		pair.SetAttr("value", strings.TrimPrefix(pair.Attr("value"), c.strip))
	}
}
