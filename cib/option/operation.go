package option

// Operation holds what may be configured for an operation (op, op_defaults).
var Operation = Table{
	{Name: "interval", Kind: Duration, Default: "0s",
		Short: "How often the operation recurs", Long: "0 means that the operation is run only when it is needed."},
	{Name: "timeout", Kind: Timeout, Default: "20s",
		Short: "How long the operation may take before it counts as failed"},
	{Name: "role", Kind: Select, Values: []string{"Stopped", "Started", "Unpromoted", "Promoted"},
		Short: "The role in which a recurring monitor runs",
		Long: "A monitor with the role Stopped runs where the resource should not be active. Without a role it runs " +
			"wherever the resource is active, except in the promoted role."},
	{Name: "on-fail", Kind: Select, Values: []string{"ignore", "block", "stop", "restart", "fence", "standby", "demote",
		"restart-container"},
		Short: "What to do when the operation fails",
		Long:  "The default is fence for a failed stop if fencing is enabled and block if not, and restart otherwise."},
	{Name: "enabled", Kind: Boolean, Default: "true", Short: "Whether the operation is used at all"},
	{Name: "start-delay", Kind: Duration, Default: "0s",
		Short: "How long to wait before the operation is run for the first time"},
	{Name: "interval-origin", Kind: String,
		Short: "A date and time from which the moments of a recurring operation are counted"},
	{Name: "record-pending", Kind: Boolean, Default: "true", Deprecated: true,
		Short: "Whether the start of the operation is recorded in the history"},
	{Name: "description", Kind: String, Short: "A note for people"},
}

// Node holds the node attributes that mean something to the cluster itself.
var Node = Table{
	{Name: "standby", Kind: Boolean, Default: "false",
		Short: "Whether the node may not run resources, while it stays a member"},
	{Name: "maintenance", Kind: Boolean, Default: "false",
		Short: "Whether the cluster leaves the resources on the node alone"},
	{Name: "terminate", Kind: Boolean, Default: "false", Short: "Whether the node should be fenced"},
	{Name: "probe-complete", Kind: String, Generated: true, Short: "Set once all resources have been probed on the node"},
	{Name: "shutdown", Kind: String, Generated: true, Short: "When the node asked to be shut down, in seconds since 1970"},
}
