package daemon

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/crm"
	"holdfast/host/agent"
	"holdfast/host/engine"
	"holdfast/output"
)

// Daemon is one running node.
type Daemon struct {
	opt     Options
	log     *logger
	node    *cluster.Node
	about   Membership
	engine  engine.Engine // nil while there is none
	lostWhy string

	inputs    chan cluster.Input // to the loop, which owns all below
	agents    *agents
	alerts    *alerts
	known     *knowledge
	local     local
	startSaid bool
	plan      *planner
	keep      *keeper
	replies   map[uint64]func(cluster.Result)
	nextReply uint64
	watchers  map[*watcher]bool
	published atomic.Pointer[xml.Node]
	owes      atomic.Bool // the node has accepted what published does not show yet
	exit      *cluster.Exit
}

// agentUmask is what agents and what they start are used to.
const agentUmask = 0o026

// Exit codes of the node process, for the supervisor.
const (
	ExitDone    = 0   // the cluster let the node go
	ExitFailure = 1   // try again
	ExitFatal   = 100 // do not: the cure is in the log
)

// Run is the node process: it returns when the node has left the cluster, when
// ctx has ended and the node was let go, or when it cannot go on.
func Run(ctx context.Context, o Options) error {
	o = o.withDefaults()
	if err := os.MkdirAll(o.RunDir, 0o755); err != nil {
		return fmt.Errorf("make the run directory: %w", err)
	}
	machine := readLocal()
	if machine.logFile != "" && o.LogFile == DefaultLogFile {
		o.LogFile = machine.logFile
	}
	logger := newLogger(o, machine)
	syscall.Umask(agentUmask)
	d := &Daemon{
		opt: o, local: machine, log: logger, inputs: make(chan cluster.Input, 256),
		replies: map[uint64]func(cluster.Result){}, watchers: map[*watcher]bool{},
	}
	if err := d.prepare(ctx); err != nil && ctx.Err() != nil {
		logger.printf(cluster.Notice, "ending: asked to, before the cluster was joined")
		return nil
	} else if err != nil {
		return err
	}
	listener, err := listen(o.Socket)
	if err != nil {
		return err
	}
	defer listener.Close()
	go d.accept(listener)
	return d.loop(ctx)
}

// prepare opens everything that the node is born from.
func (d *Daemon) prepare(ctx context.Context) error {
	incarnation, first, err := life(d.opt.RunDir)
	if err != nil {
		return err
	}
	d.log.printf(cluster.Notice, "Holdfast %s starts, process %d of life %s", output.Version, os.Getpid(), incarnation.Boot)
	if d.keep, err = newKeeper(d.opt.StateDir, d.post, d.log); err != nil {
		return err
	}
	document, lineage, err := d.keep.load()
	if err != nil {
		return err
	}
	if err := d.openFirst(ctx); err != nil {
		return err
	}
	d.log.node = string(d.about.Self)
	host := agent.New(agent.Options{
		OCFRoot: d.opt.OCFRoot, FenceDir: d.opt.FenceDir, RunDir: d.opt.RunDir + "/agents", Env: d.agentEnv(),
	})
	d.alerts, d.known = &alerts{host, d.log}, newKnowledge(host, d.log)
	d.agents = &agents{host: host, known: d.known, node: d.about.Self, life: incarnation, post: d.post, log: d.log, running: map[int]agent.Running{}, fencing: map[string]context.CancelFunc{}, switching: map[string]*switching{}}
	uncertain, watched, err := d.recover(host)
	if err != nil {
		return err
	}
	d.plan = newPlanner(d.opt.InputDir, d.post, d.log)
	d.node = cluster.New(cluster.Config{
		Self: d.engine.Self(), Name: d.about.Self, Life: incarnation,
		Software: output.Version, FeatureSet: crm.FeatureSet, UUID: uuid(),
		Cluster: d.about.Cluster, Stack: d.about.Stack,
		CIB: document.Root(), Lineage: lineage, Nodes: d.engine.Nodes(), First: first, Uncertain: uncertain, Watched: watched,
		Digest: cluster.OperationDigest,
	})
	d.published.Store(d.node.CIB())
	d.known.learn(d.node.CIB())
	return nil
}

func uuid() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (d *Daemon) agentEnv() []string {
	env := append([]string{}, d.opt.AgentEnv...)
	env = append(env, "HOLDFAST_SOCKET="+d.opt.Socket)
	return append(env, d.logging().Environment()...)
}

// recover attaches to what an earlier process of this life left running. It returns
// the resources that were being changed, and those that were only looked at.
func (d *Daemon) recover(host *agent.Host) (changed, watched []string, err error) {
	left, err := host.Recover()
	if err != nil {
		return nil, nil, fmt.Errorf("look for agents of an earlier process: %w", err)
	}
	// Calls are numbered in the order of both lists.
	looks := func(r agent.Recovered) bool { return agent.Monitoring(r.Action) }
	slices.SortStableFunc(left, func(a, b agent.Recovered) int {
		switch {
		case looks(a) == looks(b):
			return 0
		case looks(a):
			return 1
		}
		return -1
	})
	for _, r := range left {
		name := string(r.Note)
		switch {
		case name == "": // a fence agent: what it did is found out by whoever decides next
			go func() {
				<-r.Done()
				r.Release()
			}()
			continue
		case looks(r):
			watched = append(watched, name)
			d.log.printf(cluster.Info, "an earlier process left %s of %s running: its end is awaited", r.Action, name)
		default:
			changed = append(changed, name)
			d.log.printf(cluster.Notice, "an earlier process left %s of %s running: its end is awaited, then the resource is probed", r.Action, name)
		}
		d.await(len(changed)+len(watched), r)
	}
	return changed, watched, nil
}

// await tells the node when an agent of an earlier process has ended.
func (d *Daemon) await(callID int, r agent.Recovered) {
	go func() {
		result := <-r.Done()
		d.post(agentResult{AgentEnded: cluster.AgentEnded{CallID: callID, Outcome: outcome(result)}, callID: callID, running: r.Running})
	}()
}

// post hands an input to the loop.
func (d *Daemon) post(in cluster.Input) { d.inputs <- in }

// emptyCIB is the document of a cluster that was never configured.
func emptyCIB() cib.CIB { return cib.Empty("") }

// reopenPause is between attempts to reach a lost engine.
const reopenPause = 500 * time.Millisecond

// openFirst waits for the engine: Corosync may still be starting.
func (d *Daemon) openFirst(ctx context.Context) error {
	told := false
	for {
		e, about, err := d.opt.Open(ctx)
		if err == nil {
			d.engine, d.about = e, about
			return nil
		}
		if !told {
			d.log.printf(cluster.Warning, "the membership layer cannot be reached, trying on: %v", err)
			told = true
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(reopenPause):
		}
	}
}
