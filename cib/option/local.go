package option

import "sync"

// Local holds the options that apply to one machine and are no part of the CIB:
// environment variables, or lines of the file that the service reads before it
// starts (see host/sysconfig).
var Local = sync.OnceValue(func() Table { return joinTables(localLogging, localNode, localRemote, localDiagnostics) })

// localLogging are the local options about logs.
var localLogging = Table{
	{Name: "PCMK_logfacility", Kind: String, Default: "daemon", check: checkNothing,
		Short: "The system log's facility for messages; none turns the system log off"},
	{Name: "PCMK_logpriority", Kind: Select, Default: "notice",
		Values: []string{"emerg", "alert", "crit", "error", "warning", "notice", "info", "debug"},
		Short:  "Messages of this severity and above go to the system log"},
	{Name: "PCMK_logfile", Kind: String, Default: "/var/log/pacemaker/pacemaker.log",
		Short: "The file for the detailed log; none turns it off"},
	{Name: "PCMK_logfile_mode", Kind: String, Default: "0660", Short: "The permissions of the detailed log, in octal"},
	{Name: "PCMK_debug", Kind: String, Default: "no",
		Short: "Whether debug messages go to the detailed log: yes, no, or a list of the parts that shall tell more"},
	{Name: "PCMK_stderr", Kind: String, Default: "no", Advanced: true,
		Short: "Whether messages also go to standard error: yes, no, or a list of parts"},
}

// localNode are the local options about how this node takes part.
var localNode = Table{
	{Name: "PCMK_node_start_state", Kind: Select, Default: "default", Values: []string{"default", "online", "standby"},
		Short: "In which state the node joins; default keeps what the configuration says"},
	{Name: "PCMK_node_action_limit", Kind: NonnegativeInteger,
		Short: "How many actions may run on this node at once, in place of the cluster option node-action-limit"},
	{Name: "PCMK_fail_fast", Kind: Boolean, Default: "no",
		Short: "Whether the machine shall panic when the cluster software fails on it, instead of starting it again"},
	{Name: "PCMK_panic_action", Kind: Select, Default: "reboot",
		Values: []string{"reboot", "off", "crash", "sync-reboot", "sync-off", "sync-crash"},
		Short:  "What the machine does to panic"},
	{Name: "PCMK_cluster_type", Kind: Select, Default: "corosync", Values: []string{"corosync"}, Advanced: true,
		Short: "The layer that tells who is in the cluster"},
	{Name: "CIB_pam_service", Kind: String, Default: "login",
		Short: "The PAM service that checks the passwords of remote CIB clients"},
	{Name: "PCMK_schema_directory", Kind: String, Default: "/usr/share/pacemaker", Advanced: true,
		Short: "Where the schemas of the CIB are"},
	{Name: "SBD_SYNC_RESOURCE_STARTUP", Kind: Boolean,
		Short: "Whether to wait for sbd before resources are started, and tell it before it may stop"},
	{Name: "SBD_WATCHDOG_TIMEOUT", Kind: Duration,
		Short: "How long after the last sign of life the machine's watchdog resets it"},
}

// localRemote are the local options about remote nodes and encryption.
var localRemote = Table{
	{Name: "PCMK_remote_address", Kind: String, Short: "The address on which a remote node listens; all of them by default"},
	{Name: "PCMK_remote_port", Kind: Port, Default: "3121", Short: "The TCP port for connections to remote nodes"},
	{Name: "PCMK_ca_file", Kind: String, Short: "Certificates of the authorities to trust, in PEM form"},
	{Name: "PCMK_cert_file", Kind: String, Short: "This side's certificate, in PEM form"},
	{Name: "PCMK_crl_file", Kind: String, Short: "Certificates that have been revoked, in PEM form"},
	{Name: "PCMK_key_file", Kind: String, Short: "The private key of PCMK_cert_file, in PEM form"},
	{Name: "PCMK_authkey_location", Kind: String, Default: "/etc/pacemaker/authkey",
		Short: "The shared secret for connections to remote nodes, where no certificates are used"},
	{Name: "PCMK_remote_pid1", Kind: Select, Default: "default", Values: []string{"default", "full", "vars"}, Advanced: true,
		Short: "How far a remote node that is a container's first process does the duties of init"},
	{Name: "PCMK_tls_priorities", Kind: String, Default: "NORMAL", Advanced: true,
		Short: "Which ciphers encrypted connections may use, as GnuTLS writes it"},
	{Name: "PCMK_dh_max_bits", Kind: NonnegativeInteger, Default: "0", Advanced: true,
		Short: "The largest prime for Diffie-Hellman key exchange, in bits; 0 for no limit"},
	{Name: "PCMK_remote_schema_directory", Kind: String, Default: "/var/lib/pacemaker/schemas", Advanced: true,
		Short: "Where a remote node keeps newer schemas that the cluster gave it"},
}

// localDiagnostics are the local options for those who look into the software.
var localDiagnostics = Table{
	{Name: "PCMK_trace_functions", Kind: String, Advanced: true, Short: "Functions that tell everything"},
	{Name: "PCMK_trace_files", Kind: String, Advanced: true, Short: "Source files that tell everything"},
	{Name: "PCMK_trace_formats", Kind: String, Advanced: true, Short: "Forms of messages that are always told"},
	{Name: "PCMK_trace_tags", Kind: String, Advanced: true, Short: "Resources about which everything is told"},
	{Name: "PCMK_blackbox", Kind: String, Default: "no", Advanced: true,
		Short: "Whether recent messages of all severities are kept for an accident: yes, no, or a list of parts"},
	{Name: "PCMK_trace_blackbox", Kind: String, Advanced: true, Short: "Places whose messages save what has been kept"},
	{Name: "PCMK_ipc_type", Kind: Select, Default: "shared-mem", Advanced: true, Values: []string{"shared-mem", "socket", "posix", "sysv"},
		Short: "How local clients are spoken to; taken without effect, as there is one way only"},
	{Name: "PCMK_valgrind_enabled", Kind: String, Default: "no", Advanced: true, Short: "Taken without effect"},
	{Name: "PCMK_callgrind_enabled", Kind: String, Default: "no", Advanced: true, Short: "Taken without effect"},
	{Name: "VALGRIND_OPTS", Kind: String, Advanced: true, Short: "Taken without effect"},
}
