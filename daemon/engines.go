package daemon

import (
	"context"
	"fmt"
	"os"
	"time"

	"holdfast/crm"
	"holdfast/host/engine"
	"holdfast/host/engine/corosync"
	"holdfast/host/engine/corosync/qb"
)

// corosyncPatience is how long Corosync may be silent before it counts as lost.
// While it makes the members of a new membership agree it answers nobody, for as
// long as that takes: many seconds on a machine that is too busy or a network that
// flaps. Ending all services then would do harm for nothing, for a Corosync that
// really hangs is put out by the other nodes long before.
const corosyncPatience = 20 * time.Second

// openLimit bounds one attempt to reach an engine.
const openLimit = 10 * time.Second

// Corosync reaches the Corosync that runs on this machine.
func Corosync(ctx context.Context) (engine.Engine, Membership, error) {
	ctx, cancel := context.WithTimeout(ctx, openLimit)
	defer cancel()
	e, err := corosync.Open(ctx, corosync.Options{IPC: qb.Options{Timeout: corosyncPatience}})
	if err != nil {
		return nil, Membership{}, err
	}
	about := Membership{Stack: "corosync"}
	if name, err := e.ClusterName(); err == nil {
		about.Cluster = name
	}
	about.Self = nameOf(e)
	return e, about, nil
}

// nameOf is the local node's name: from the node list, else the host's own
// (Pacemaker_Explained, "Node names").
func nameOf(e engine.Engine) crm.NodeName {
	for _, n := range e.Nodes() {
		if n.ID == e.Self() && n.Name != "" {
			return n.Name
		}
	}
	if host, err := os.Hostname(); err == nil {
		return crm.NodeName(host)
	}
	return crm.NodeName(fmt.Sprintf("Node%d", e.Self()))
}
