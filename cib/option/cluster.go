package option

import "sync"

// Cluster holds the options of the whole cluster (cluster_property_set), in the
// order in which they are shown and checked.
var Cluster = sync.OnceValue(func() Table { return joinTables(generalOptions, fencingOptions, limitOptions) })

// generalOptions are the cluster options about membership, quorum and resources.
var generalOptions = Table{
	{
		Name: "dc-version", Kind: Version, Reader: Controld, Generated: true,
		Short: "Pacemaker version on cluster node elected Designated Controller (DC)",
		Long: "Includes a hash which identifies the exact revision the code was built from. " +
			"Used for diagnostic purposes.",
	},
	{
		Name: "cluster-infrastructure", Kind: String, Reader: Controld, Generated: true,
		Short: "The messaging layer on which Pacemaker is currently running",
		Long:  "Used for informational and diagnostic purposes.",
	},
	{
		Name: "cluster-name", Kind: String, Reader: Controld,
		Short: "An arbitrary name for the cluster",
		Long: "This optional value is mostly for users' convenience as desired in " +
			"administration, but may also be used in Pacemaker configuration rules via the " +
			"#cluster-name node attribute, and by higher-level tools and resource agents.",
	},
	{
		Name: "dc-deadtime", Kind: Duration, Default: "20s", Reader: Controld,
		Short: "How long to wait for a response from other nodes during start-up",
		Long: "The optimal value will depend on the speed and load of your network and the type " +
			"of switches used.",
	},
	{
		Name: "cluster-recheck-interval", Kind: Duration, Default: "15min", Reader: Controld,
		Short: "Polling interval to recheck cluster state and evaluate rules with date " +
			"specifications",
		Long: "Pacemaker is primarily event-driven, and looks ahead to know when to recheck " +
			"cluster state for failure-timeout settings and most time-based rules. However, it will " +
			"also recheck the cluster after this amount of inactivity, to evaluate rules with date " +
			"specifications and serve as a fail-safe for certain types of scheduler bugs. A value of " +
			"0 disables polling. A positive value sets an interval in seconds, unless other units are " +
			"specified (for example, \"5min\").",
	},
	{
		Name: "election-timeout", Kind: Duration, Default: "2min", Reader: Controld, Advanced: true,
		Short: "Declare an election failed if it is not decided within this much time. If you " +
			"need to adjust this value, it probably indicates the presence of a bug.",
	},
	{
		Name: "shutdown-escalation", Kind: Duration, Default: "20min", Reader: Controld, Advanced: true,
		Short: "Exit immediately if shutdown does not complete within this much time. If you " +
			"need to adjust this value, it probably indicates the presence of a bug.",
	},
	{
		Name: "join-integration-timeout", Kind: Duration, Default: "3min", Reader: Controld, Advanced: true,
		Short: "If you need to adjust this value, it probably indicates the presence of a bug.",
	},
	{
		Name: "join-finalization-timeout", Kind: Duration, Default: "30min", Reader: Controld, Advanced: true,
		Short: "If you need to adjust this value, it probably indicates the presence of a bug.",
	},
	{
		Name: "transition-delay", Kind: Duration, Default: "0s", Reader: Controld, Advanced: true,
		Short: "Enabling this option will slow down cluster recovery under all conditions",
		Long: "Delay cluster recovery for this much time to allow for additional events to " +
			"occur. Useful if your configuration is sensitive to the order in which ping updates " +
			"arrive.",
	},
	{
		Name: "no-quorum-policy", Kind: Select, Default: "stop", Reader: Schedulerd,
		Values: []string{"stop", "freeze", "ignore", "demote", "fence", "suicide"},
		Short:  "What to do when the cluster does not have quorum",
	},
	{
		Name: "shutdown-lock", Kind: Boolean, Default: "false", Reader: Schedulerd,
		Short: "Whether to lock resources to a cleanly shut down node",
		Long: "When true, resources active on a node when it is cleanly shut down are kept " +
			"\"locked\" to that node (not allowed to run elsewhere) until they start again on that node " +
			"after it rejoins (or for at most shutdown-lock-limit, if set). Stonith resources and " +
			"Pacemaker Remote connections are never locked. Clone and bundle instances and the " +
			"promoted role of promotable clones are currently never locked, though support could be " +
			"added in a future release.",
	},
	{
		Name: "shutdown-lock-limit", Kind: Duration, Default: "0", Reader: Schedulerd,
		Short: "Do not lock resources to a cleanly shut down node longer than this",
		Long: "If shutdown-lock is true and this is set to a nonzero time duration, shutdown " +
			"locks will expire after this much time has passed since the shutdown was initiated, even " +
			"if the node has not rejoined.",
	},
	{
		Name: "enable-acl", Kind: Boolean, Default: "false", Reader: Based,
		Short: "Enable Access Control Lists (ACLs) for the CIB",
	},
	{
		Name: "symmetric-cluster", Kind: Boolean, Default: "true", Reader: Schedulerd,
		Short: "Whether resources can run on any node by default",
	},
	{
		Name: "maintenance-mode", Kind: Boolean, Default: "false", Reader: Schedulerd,
		Short: "Whether the cluster should refrain from monitoring, starting, and stopping " +
			"resources",
	},
	{
		Name: "start-failure-is-fatal", Kind: Boolean, Default: "true", Reader: Schedulerd,
		Short: "Whether a start failure should prevent a resource from being recovered on the " +
			"same node",
		Long: "When true, the cluster will immediately ban a resource from a node if it fails " +
			"to start there. When false, the cluster will instead check the resource's fail count " +
			"against its migration-threshold.",
	},
	{
		Name: "enable-startup-probes", Kind: Boolean, Default: "true", Reader: Schedulerd, Deprecated: true,
		Short: "Whether the cluster should check for active resources during start-up",
	},
}
