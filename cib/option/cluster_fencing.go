package option

// fencingOptions are the cluster options about fencing and time limits.
var fencingOptions = Table{
	{
		Name: "fence-remote-without-quorum", Kind: Boolean, Default: "false", Reader: Schedulerd, Advanced: true,
		Short: "Whether remote nodes can be fenced without quorum",
		Long: "By default, an inquorate node can not fence Pacemaker Remote nodes that are part " +
			"of its partition as long as the cluster thinks they can be restarted.  If true, " +
			"inquorate nodes will be able to fence remote nodes regardless.",
	},
	{
		Name: "fencing-enabled", Alias: "stonith-enabled", Kind: Boolean, Default: "true", Reader: Schedulerd, Advanced: true,
		Short: "Whether nodes may be fenced as part of recovery",
		Long: "If false, unresponsive nodes are immediately assumed to be harmless, and " +
			"resources that were active on them may be recovered elsewhere. This can result in a " +
			"\"split-brain\" situation, potentially leading to data loss and/or service unavailability.",
	},
	{
		Name: "fencing-action", Alias: "stonith-action", Kind: Select, Default: "reboot", Reader: Schedulerd,
		check:  checkExact,
		Values: []string{"reboot", "off"},
		Short:  "Action to send to fence device when a node needs to be fenced",
	},
	{
		Name: "fencing-reaction", Alias: "fence-reaction", Kind: Select, Default: "stop", Reader: Controld,
		check:  checkNothing,
		Values: []string{"stop", "panic"},
		Short:  "How a cluster node should react if notified of its own fencing",
		Long: "A cluster node may receive notification of a \"succeeded\" fencing that targeted " +
			"it if fencing is misconfigured, or if fabric fencing is in use that doesn't cut cluster " +
			"communication. Use \"stop\" to attempt to immediately stop Pacemaker and stay stopped, or " +
			"\"panic\" to attempt to immediately reboot the local node, falling back to stop on " +
			"failure.",
	},
	{
		Name: "fencing-timeout", Alias: "stonith-timeout", Kind: Duration, Default: "60s", Reader: Schedulerd,
		Short: "How long to wait for on, off, and reboot fence actions to complete by default",
	},
	{
		Name: "have-watchdog", Kind: Boolean, Default: "false", Reader: Schedulerd, Generated: true,
		Short: "Whether watchdog integration is enabled",
		Long: "This is set automatically by the cluster according to whether SBD is detected to " +
			"be in use. User-configured values are ignored. The value `true` is meaningful if " +
			"diskless SBD is used and `fencing-watchdog-timeout` is nonzero. In that case, if fencing " +
			"is required, watchdog-based self-fencing will be performed via SBD without requiring a " +
			"fencing resource explicitly configured.",
	},
	{
		Name: "fencing-watchdog-timeout", Alias: "stonith-watchdog-timeout", Kind: Timeout, Default: "0", Reader: Controld,
		check: checkNothing, // unreadable means -1, see the controller
		Short: "How long before nodes can be assumed to be safely down when watchdog-based " +
			"self-fencing via SBD is in use",
		Long: "If this is set to a positive value, lost nodes are assumed to achieve " +
			"self-fencing using watchdog-based SBD within this much time. This does not require a " +
			"fencing resource to be explicitly configured, though a fence_watchdog resource can be " +
			"configured, to limit use to specific nodes. If this is set to 0 (the default), the " +
			"cluster will never assume watchdog-based self-fencing. If this is set to a negative " +
			"value, the cluster will use twice the local value of the `SBD_WATCHDOG_TIMEOUT` " +
			"environment variable if that is positive, or otherwise treat this as 0. WARNING: When " +
			"used, this timeout must be larger than `SBD_WATCHDOG_TIMEOUT` on all nodes that use " +
			"watchdog-based SBD, and Pacemaker will refuse to start on any of those nodes where this " +
			"is not true for the local value or SBD is not active. When this is set to a negative " +
			"value, `SBD_WATCHDOG_TIMEOUT` must be set to the same value on all nodes that use SBD, " +
			"otherwise data corruption or loss could occur.",
	},
	{
		Name: "fencing-max-attempts", Alias: "stonith-max-attempts", Kind: Score, Default: "10", Reader: Controld, check: checkPositive,
		Short: "How many times fencing can fail before it will no longer be immediately " +
			"re-attempted on a target",
	},
	{
		Name: "concurrent-fencing", Kind: Boolean, Default: "true", Reader: Schedulerd, Deprecated: true,
		Short: "Allow performing fencing operations in parallel",
	},
	{
		Name: "startup-fencing", Kind: Boolean, Default: "true", Reader: Schedulerd, Advanced: true,
		Short: "Whether to fence unseen nodes at start-up",
		Long: "Setting this to false may lead to a \"split-brain\" situation, potentially leading " +
			"to data loss and/or service unavailability.",
	},
	{
		Name: "priority-fencing-delay", Kind: Duration, Default: "0", Reader: Schedulerd,
		Short: "Apply fencing delay targeting the lost nodes with the highest total resource " +
			"priority",
		Long: "Apply specified delay for the fencings that are targeting the lost nodes with " +
			"the highest total resource priority in case we don't have the majority of the nodes in " +
			"our cluster partition, so that the more significant nodes potentially win any fencing " +
			"match, which is especially meaningful under split-brain of 2-node cluster. A promoted " +
			"resource instance takes the base priority + 1 on calculation if the base priority is not " +
			"0. Any static/random delays that are introduced by `pcmk_delay_base/max` configured for " +
			"the corresponding fencing resources will be added to this delay. This delay should be " +
			"significantly greater than, safely twice, the maximum `pcmk_delay_base/max`. By default, " +
			"priority fencing delay is disabled.",
	},
	{
		Name: "node-pending-timeout", Kind: Duration, Default: "0", Reader: Schedulerd,
		Short: "How long to wait for a node that has joined the cluster to join the controller " +
			"process group",
		Long: "Fence nodes that do not join the controller process group within this much time " +
			"after joining the cluster, to allow the cluster to continue managing resources. A value " +
			"of 0 means never fence pending nodes. Setting the value to 2h means fence nodes after 2 " +
			"hours.",
	},
	{
		Name: "cluster-delay", Kind: Duration, Default: "60s", Reader: Schedulerd,
		Short: "Maximum time for node-to-node communication",
		Long: "The node elected Designated Controller (DC) will consider an action failed if it " +
			"does not get a response from the node executing the action within this time (after " +
			"considering the action's own timeout). The \"correct\" value will depend on the speed and " +
			"load of your network and cluster nodes.",
	},
}
