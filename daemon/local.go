package daemon

import (
	"errors"
	"io/fs"
	"os"
	"strconv"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/host/agent"
	"holdfast/host/sysconfig"
)

// local is what the machine's own options say of a node (the reference's
// sysconfig file and environment).
type local struct {
	logFile  string
	logMode  fs.FileMode
	facility string
	debug    bool
	start    string // default, online or standby
	err      error  // what could not be read
}

// readLocal reads the options of this machine.
func readLocal() local {
	o, err := sysconfig.Load(os.Getenv, sysconfig.Files...)
	s := o.Settings()
	l := local{
		facility: s.Text("PCMK_logfacility"), start: s.Choice("PCMK_node_start_state"), err: err, logMode: 0o660,
		debug: sysconfig.Enabled(s.Text("PCMK_debug"), "pacemaker-controld"),
	}
	if s.IsSet("PCMK_logfile") {
		l.logFile = s.Text("PCMK_logfile")
	}
	if mode, bad := strconv.ParseUint(s.Text("PCMK_logfile_mode"), 8, 32); bad == nil {
		l.logMode = fs.FileMode(mode) & fs.ModePerm
	} else {
		l.err = errors.Join(err, bad)
	}
	return l
}

// logging is what agents are told of the logs.
func (d *Daemon) logging() agent.Logging {
	file := d.opt.LogFile
	if file == "" {
		file = "none"
	}
	return agent.Logging{Facility: d.local.facility, File: file, Debug: d.local.debug, Cluster: d.about.Stack}
}

// startState puts the node in standby, or takes it out, when it joins for the
// first time in this process's life (PCMK_node_start_state).
func (d *Daemon) startState() {
	if d.startSaid || !d.node.InSync() {
		return
	}
	d.startSaid = true
	value := map[string]string{"standby": "on", "online": "off"}[d.local.start]
	if value == "" {
		return
	}
	id := strconv.FormatUint(uint64(d.selfID()), 10)
	set := "nodes-" + id
	data := xml.New("nodes").Add(xml.New("node", "id", id, "uname", string(d.about.Self)).Add(
		xml.New("instance_attributes", "id", set).Add(
			xml.New("nvpair", "id", set+"-standby", "name", "standby", "value", value))))
	d.replies[d.number()] = func(r cluster.Result) {
		if r.Err != nil {
			d.log.printf(cluster.Warning, "cannot set this node's start state to %s: %v", d.local.start, r.Err)
		}
	}
	d.step(cluster.Asked{Client: d.nextReply, Command: &wire.CIB{Change: wire.NewChange(cib.Request{
		Op: cib.Modify, Section: "nodes", Data: data, AllowCreate: true,
		Origin: string(d.about.Self), User: "hacluster", Client: "holdfast",
	})}})
}

// number draws the number of a request's reply.
func (d *Daemon) number() uint64 {
	d.nextReply++
	return d.nextReply
}

// describe puts an agent's result into words.
func describe(r agent.Result) string {
	text := r.Status.String()
	if r.Status == crm.OpDone {
		text = r.Code.String()
	}
	if r.ExitReason != "" {
		text += " (" + r.ExitReason + ")"
	}
	return text
}
