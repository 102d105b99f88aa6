package daemon

import (
	"context"
	"fmt"
	"os"
	"time"

	"holdfast/crm"
	"holdfast/host/engine"
	"holdfast/host/engine/corosync"
)

// openLimit bounds one attempt to reach an engine.
const openLimit = 10 * time.Second

// Corosync reaches the Corosync that runs on this machine.
func Corosync(ctx context.Context) (engine.Engine, Membership, error) {
	ctx, cancel := context.WithTimeout(ctx, openLimit)
	defer cancel()
	e, err := corosync.Open(ctx, corosync.Options{})
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
