package option

// limitOptions are the cluster options about load, kept files, health and placement.
var limitOptions = Table{
	{
		Name: "load-threshold", Kind: Percentage, Default: "80%", Reader: Controld,
		Short: "Maximum amount of system load that should be used by cluster nodes",
		Long: "The cluster will slow down its recovery process when the amount of system " +
			"resources used (currently CPU) approaches this limit",
	},
	{
		Name: "node-action-limit", Kind: Integer, Default: "0", Reader: Controld,
		Short: "Maximum number of jobs that can be scheduled per node (defaults to 2x cores)",
	},
	{
		Name: "batch-limit", Kind: Integer, Default: "0", Reader: Schedulerd,
		Short: "Maximum number of jobs that the cluster may execute in parallel across all nodes",
		Long: "The \"correct\" value will depend on the speed and load of your network and " +
			"cluster nodes. If set to 0, the cluster will impose a dynamically calculated limit when " +
			"any node has a high load.",
	},
	{
		Name: "migration-limit", Kind: Integer, Default: "-1", Reader: Schedulerd,
		Short: "The number of live migration actions that the cluster is allowed to execute in " +
			"parallel on a node (-1 means no limit)",
	},
	{
		Name: "cluster-ipc-limit", Kind: NonnegativeInteger, check: checkNothing, Reader: Based, Deprecated: true,
		Short: "Ignored",
	},
	{
		Name: "stop-all-resources", Kind: Boolean, Default: "false", Reader: Schedulerd,
		Short: "Whether the cluster should stop all active resources",
	},
	{
		Name: "stop-removed-resources", Alias: "stop-orphan-resources", Kind: Boolean, Default: "true", Reader: Schedulerd, Deprecated: true,
		Short: "Whether to stop resources that were removed from the configuration",
	},
	{
		Name: "cancel-removed-actions", Alias: "stop-orphan-actions", Kind: Boolean, Default: "true", Reader: Schedulerd, Deprecated: true,
		Short: "Whether to cancel recurring actions removed from the configuration",
	},
	{
		Name: "pe-error-series-max", Kind: Integer, Default: "-1", Reader: Schedulerd,
		Short: "The number of scheduler inputs resulting in errors to save",
		Long:  "Zero to disable, -1 to store unlimited.",
	},
	{
		Name: "pe-warn-series-max", Kind: Integer, Default: "5000", Reader: Schedulerd,
		Short: "The number of scheduler inputs resulting in warnings to save",
		Long:  "Zero to disable, -1 to store unlimited.",
	},
	{
		Name: "pe-input-series-max", Kind: Integer, Default: "4000", Reader: Schedulerd,
		Short: "The number of scheduler inputs without errors or warnings to save",
		Long:  "Zero to disable, -1 to store unlimited.",
	},
	{
		Name: "node-health-strategy", Kind: Select, Default: "none", Reader: Schedulerd,
		Values: []string{"none", "migrate-on-red", "only-green", "progressive", "custom"},
		Short:  "How cluster should react to node health attributes",
		Long: "Requires external entities to create node attributes (named with the prefix " +
			"\"#health\") with values \"red\", \"yellow\", or \"green\".",
	},
	{
		Name: "node-health-base", Kind: Score, Default: "0", Reader: Schedulerd,
		Short: "Base health score assigned to a node",
		Long:  "Only used when \"node-health-strategy\" is set to \"progressive\".",
	},
	{
		Name: "node-health-green", Kind: Score, Default: "0", Reader: Schedulerd,
		Short: "The score to use for a node health attribute whose value is \"green\"",
		Long:  "Only used when \"node-health-strategy\" is set to \"custom\" or \"progressive\".",
	},
	{
		Name: "node-health-yellow", Kind: Score, Default: "0", Reader: Schedulerd,
		Short: "The score to use for a node health attribute whose value is \"yellow\"",
		Long:  "Only used when \"node-health-strategy\" is set to \"custom\" or \"progressive\".",
	},
	{
		Name: "node-health-red", Kind: Score, Default: "-INFINITY", Reader: Schedulerd,
		Short: "The score to use for a node health attribute whose value is \"red\"",
		Long:  "Only used when \"node-health-strategy\" is set to \"custom\" or \"progressive\".",
	},
	{
		Name: "placement-strategy", Kind: Select, Default: "default", Reader: Schedulerd,
		Values: []string{"default", "utilization", "minimal", "balanced"},
		Short:  "How the cluster should allocate resources to nodes",
	},
}
