package daemon

import (
	"context"
	"io"
	"os"

	"holdfast/crm"
	"holdfast/host/engine"
)

// Options say how a node runs. Defaults fill what is empty.
type Options struct {
	// Open reaches the membership layer. It is called again, with pauses, whenever
	// the engine was lost.
	Open func(context.Context) (engine.Engine, Membership, error)

	StateDir string // the CIB; /var/lib/pacemaker/cib
	InputDir string // inputs of the scheduler; /var/lib/pacemaker/pengine
	RunDir   string // socket, journals, the life's name; /run/holdfast
	Socket   string // RunDir/socket
	LogFile  string // /var/log/pacemaker/pacemaker.log; "" in Log
	AgentEnv []string
	OCFRoot  string
	FenceDir string
	Log      io.Writer // a copy of the log
}

// Membership is what the engine knows beyond its interface.
type Membership struct {
	Stack   string       // such as corosync
	Cluster string       // the cluster's name
	Self    crm.NodeName // the local node's name
}

// The customary places.
const (
	DefaultStateDir = "/var/lib/pacemaker/cib"
	DefaultInputDir = "/var/lib/pacemaker/pengine"
	DefaultRunDir   = "/run/holdfast"
	DefaultLogFile  = "/var/log/pacemaker/pacemaker.log"
)

func (o Options) withDefaults() Options {
	fill := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	fill(&o.StateDir, DefaultStateDir)
	fill(&o.InputDir, DefaultInputDir)
	fill(&o.RunDir, DefaultRunDir)
	fill(&o.Socket, socketIn(o.RunDir))
	if o.Log == nil {
		o.Log = os.Stderr
	}
	return o
}
