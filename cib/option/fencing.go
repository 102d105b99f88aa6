package option

import "sync"

// Fencing holds the parameters that every fence device takes besides those of
// its agent.
var Fencing = sync.OnceValue(func() Table {
	return joinTables(deviceOptions, fenceActionOptions("reboot", "off", "on", "list", "monitor", "status"))
})

// deviceOptions are the parameters about a device as a whole.
var deviceOptions = Table{
	{
		Name: "pcmk_host_argument", Kind: String, Advanced: true,
		Short: "Name of agent parameter that should be set to the fencing target",
		Long: "If the fencing agent metadata advertises support for the \"port\" or \"plug\" " +
			"parameter, that will be used as the default, otherwise \"none\" will be used, which tells " +
			"the cluster not to supply any additional parameters.",
	},
	{
		Name: "pcmk_host_map", Kind: String,
		Short: "A mapping of node names to port numbers for devices that do not support node " +
			"names.",
		Long: "For example, \"node1:1;node2:2,3\" would tell the cluster to use port 1 for node1 " +
			"and ports 2 and 3 for node2.",
	},
	{
		Name: "pcmk_host_list", Kind: String,
		Short: "Nodes targeted by this device",
		Long: "Comma-separated list of nodes that can be targeted by this device (for example, " +
			"\"node1,node2,node3\"). If pcmk_host_check is \"static-list\", either this or pcmk_host_map " +
			"must be set.",
	},
	{
		Name: "pcmk_host_check", Kind: Select,
		Values: []string{"dynamic-list", "static-list", "status", "none"},
		Short:  "How to determine which nodes can be targeted by the device",
		Long: "Use \"dynamic-list\" to query the device via the 'list' command; \"static-list\" to " +
			"check the pcmk_host_list attribute; \"status\" to query the device via the 'status' " +
			"command; or \"none\" to assume every device can fence every node. The default value is " +
			"\"static-list\" if pcmk_host_map or pcmk_host_list is set; otherwise \"dynamic-list\" if the " +
			"device supports the list operation; otherwise \"status\" if the device supports the status " +
			"operation; otherwise \"none\"",
	},
	{
		Name: "pcmk_delay_max", Kind: Duration, Default: "0s",
		Short: "Enable a delay of no more than the time specified before executing fencing " +
			"actions.",
		Long: "Enable a delay of no more than the time specified before executing fencing " +
			"actions. Pacemaker derives the overall delay by taking the value of pcmk_delay_base and " +
			"adding a random delay value such that the sum is kept below this maximum.",
	},
	{
		Name: "pcmk_delay_base", Kind: String, Default: "0s",
		Short: "Enable a base delay for fencing actions and specify base delay value.",
		Long: "This enables a static delay for fencing actions, which can help avoid \"death " +
			"matches\" where two nodes try to fence each other at the same time. If pcmk_delay_max is " +
			"also used, a random delay will be added such that the total delay is kept below that " +
			"value. This can be set to a single time value to apply to any node targeted by this " +
			"device (useful if a separate device is configured for each target), or to a node map " +
			"(for example, \"node1:1s;node2:5\") to set a different value for each target.",
	},
	{
		Name: "pcmk_action_limit", Kind: Integer, Default: "1",
		Short: "The maximum number of actions can be performed in parallel on this device",
		Long: "If the concurrent-fencing cluster property is \"true\", this specifies the maximum " +
			"number of actions that can be performed in parallel on this device. A value of -1 means " +
			"unlimited.",
	},
}

// fenceActionOptions are the parameters that exist for each action of a device.
func fenceActionOptions(actions ...string) Table {
	var t Table
	for _, a := range actions {
		t = append(t, Option{
			Name: "pcmk_" + a + "_action", Kind: String, Default: a, Advanced: true,
			Short: "An alternate command to run instead of '" + a + "'",
			Long: "Some devices do not support the standard commands or may provide additional ones. Use this to " +
				"specify an alternate, device-specific, command that implements the '" + a + "' action.",
		}, Option{
			Name: "pcmk_" + a + "_timeout", Kind: Timeout, Default: "60s", Advanced: true,
			Short: "Specify an alternate timeout to use for '" + a + "' actions instead of fencing-timeout",
			Long: "Some devices need much more/less time to complete than normal. Use this to specify an alternate, " +
				"device-specific, timeout for '" + a + "' actions.",
		}, Option{
			Name: "pcmk_" + a + "_retries", Kind: Integer, Default: "2", Advanced: true,
			Short: "The maximum number of times to try the '" + a + "' command within the timeout period",
			Long: "Some devices do not support multiple connections. Operations may \"fail\" if the device is busy " +
				"with another task. In that case, Pacemaker will automatically retry the operation if there is time " +
				"remaining. Use this option to alter the number of times Pacemaker tries a '" + a + "' action before " +
				"giving up.",
		})
	}
	return t
}
