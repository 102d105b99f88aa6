// Package agent runs the programs that act on services: resource agents of the
// standards ocf, lsb, service and systemd, fence agents and alert agents. A
// Request goes in, a Result comes out; nothing is decided here.
//
// # Flow
//
// Host.Start takes a Request, finds the program in its agent directory, gives it
// exactly the environment it may rely on, and returns a Running at once. The Result
// arrives on Running.Done when the program ends, its time is up or it was
// cancelled. What goes wrong on the way (the program is missing, may not be run)
// is a Result as well, never an error: an executor treats both alike.
//
// Each program runs in a process group of its own with /dev/null (or, for fence
// agents, its parameters) as standard input. When its time is up, the whole group
// is killed.
//
// # Outliving the daemon
//
// Programs are no hostages of the daemon: their output goes to files, not to pipes,
// so that an agent which writes after the daemon was killed does not die of
// SIGPIPE in the middle of a start. The run directory keeps a journal of what is
// running. After a crash Host.Recover finds each operation again, waits for it
// with what is left of its time, and delivers its Result. For operations that
// change something (Request.Durable) the exit status is kept as well: a two-line
// shell waits for the agent and writes it down. This costs about a
// millisecond, so monitors, which can simply be run again, go without.
//
// # Duties of the caller
//
// Give every Request an ID that is unique in the life of the machine. Call
// Running.Release when the Result of a durable request is safely recorded;
// until then Recover will bring it back. Call Recover once, before the first
// Start. Never run two operations on one resource at a time: that is the
// executor's to see to.
package agent
