package live

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"holdfast/agents"
	"holdfast/client"
	"holdfast/client/protocol"
	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/daemon"
	"holdfast/host/agent"
	"holdfast/host/engine"
	"holdfast/host/engine/hub"
	"holdfast/tool/attrdupdater"
	"holdfast/tool/cibadmin"
	"holdfast/tool/crmadmin"
	"holdfast/tool/crmattribute"
	"holdfast/tool/crmdiff"
	"holdfast/tool/crmmon"
	"holdfast/tool/crmnode"
	"holdfast/tool/crmresource"
	"holdfast/tool/crmshadow"
	"holdfast/tool/crmsimulate"
	"holdfast/tool/crmticket"
	"holdfast/tool/crmverify"
	"holdfast/tool/pacemakerd"
	"holdfast/tool/stonithadmin"
	"holdfast/tool/tooltest"
)

var tools = tooltest.Tools{
	"attrd_updater": attrdupdater.Tool, "cibadmin": cibadmin.Tool, "crm_attribute": crmattribute.Tool, "crm_diff": crmdiff.Tool,
	"crm_failcount": crmattribute.Failcount, "crm_master": crmattribute.Master, "crm_mon": crmmon.Tool, "crm_node": crmnode.Tool,
	"crm_resource": crmresource.Tool, "crm_shadow": crmshadow.Tool, "crm_simulate": crmsimulate.Tool, "crm_standby": crmattribute.Standby,
	"crm_ticket": crmticket.Tool, "crm_verify": crmverify.Tool, "crmadmin": crmadmin.Tool, "pacemakerd": pacemakerd.Tool,
	"stonith_admin": stonithadmin.Tool,
}

// bound limits every wait.
const bound = 60 * time.Second

func TestTranscripts(t *testing.T) {
	tooltest.RunLive(t, "testdata", tools, func(t *testing.T) []string { return start(t, 3) })
}

// start runs a cluster of daemons, for the length of a test, and returns the sockets of
// its nodes.
func start(t *testing.T, count int) []string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range agents.Files() {
		install(t, filepath.Join(dir, f.Path), f.Data)
	}
	install(t, filepath.Join(dir, "fence", "fence_paper"), []byte(fencePaper))
	ocf := filepath.Join(dir, "lib", "ocf")
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, count)
	var sockets []string
	for id := range count {
		o := options(filepath.Join(dir, fmt.Sprintf("n%d", id+1)), ocf, filepath.Join(dir, "fence"))
		o.Open = opener(filepath.Join(dir, "hub"), count, id)
		sockets = append(sockets, filepath.Join(o.RunDir, "socket"))
		go func() { ended <- daemon.Run(ctx, o) }()
		await(t, func() string { return absent(sockets[id]) }) // they come in order: the first coordinates
	}
	t.Cleanup(func() {
		stop()
		for range count {
			select {
			case err := <-ended:
				if err != nil {
					t.Errorf("a daemon ended with %v", err)
				}
			case <-time.After(bound):
				t.Fatal("a daemon does not end")
			}
		}
		for id := range count {
			awaitAgents(t, filepath.Join(dir, fmt.Sprintf("n%d", id+1), "run", "agents"))
		}
	})
	await(t, func() string { return unready(sockets, count) })
	return sockets
}

// awaitAgents waits for the agents that a daemon has left running, as it may: they
// write to the directory of the test.
func awaitAgents(t *testing.T, dir string) {
	t.Helper()
	left, err := agent.New(agent.Options{RunDir: dir}).Recover()
	if err != nil {
		t.Error(err)
	}
	end := time.After(bound)
	for _, r := range left {
		select {
		case <-r.Done():
			r.Release()
		case <-end:
			t.Fatalf("%s of %s does not end", r.Action, r.Resource)
		}
	}
}

func install(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o755); err != nil {
		t.Fatal(err)
	}
}

func options(dir, ocf, fence string) daemon.Options {
	return daemon.Options{
		StateDir: filepath.Join(dir, "cib"), InputDir: filepath.Join(dir, "inputs"), RunDir: filepath.Join(dir, "run"),
		OCFRoot: ocf, FenceDir: fence, Log: io.Discard, AgentEnv: []string{"HA_RSCTMP=" + dir, "PATH=" + os.Getenv("PATH")},
	}
}

func opener(path string, count, id int) func(context.Context) (engine.Engine, daemon.Membership, error) {
	where := hub.Options{Path: path, Self: crm.NodeID(id + 1)}
	for i := range count {
		where.Nodes = append(where.Nodes, view.Node{ID: crm.NodeID(i + 1), Name: crm.NodeName(fmt.Sprintf("n%d", i+1))})
	}
	return func(ctx context.Context) (engine.Engine, daemon.Membership, error) {
		e, err := hub.Open(ctx, where)
		return e, daemon.Membership{Stack: "hub", Cluster: "paper", Self: crm.NodeName(fmt.Sprintf("n%d", id+1))}, err
	}
}

// await returns when nothing is missing any more.
func await(t *testing.T, missing func() string) {
	t.Helper()
	var last string
	for end := time.Now().Add(bound); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if last = missing(); last == "" {
			return
		}
	}
	t.Fatalf("the cluster is not ready: %s", last)
}

func ask(socket string) (protocol.Node, error) {
	c, err := client.Dial("test", func(name string) string {
		return map[string]string{protocol.SocketEnv: socket}[name]
	})
	if err != nil {
		return protocol.Node{}, err
	}
	defer c.Close()
	return c.Status()
}

// absent says what a node lacks to be a member.
func absent(socket string) string {
	s, err := ask(socket)
	if err != nil || !s.InSync {
		return fmt.Sprintf("%+v %v", s, err)
	}
	return ""
}

// unready says what a cluster lacks to be at rest.
func unready(sockets []string, count int) string {
	for _, socket := range sockets {
		s, err := ask(socket)
		members := 0
		for _, p := range s.Peers {
			if p.Member {
				members++
			}
		}
		if err != nil || !s.InSync || s.DC == "" || members < count || s.State != "S_IDLE" && s.State != "S_NOT_DC" {
			return fmt.Sprintf("%s: %+v %v", socket, s, err)
		}
	}
	return ""
}

// fencePaper is a fence agent whose power is a file for each node; it never cuts
// anything. With broken=N it exits with N when it is monitored.
const fencePaper = `#!/bin/sh
while IFS='=' read -r k v; do case $k in action) action=$v;; plug|nodename) plug=$v;; state) state=$v;; broken) broken=$v;; esac; done
case $action in
metadata) cat <<END
<?xml version="1.0" ?>
<resource-agent name="fence_paper" shortdesc="Power on paper"><longdesc>Power on paper.</longdesc><parameters>
<parameter name="plug" required="1"><content type="string"/><shortdesc lang="en">The node</shortdesc></parameter>
<parameter name="state"><content type="string"/><shortdesc lang="en">Directory of the files</shortdesc></parameter>
<parameter name="broken"><content type="integer"/><shortdesc lang="en">What monitoring exits with</shortdesc></parameter>
</parameters><actions><action name="on"/><action name="off"/><action name="reboot"/><action name="status"/>
<action name="list"/><action name="monitor"/><action name="metadata"/></actions></resource-agent>
END
;;
on|off) echo $action >"$state/$plug" ;;
status) [ "$(cat "$state/$plug" 2>/dev/null)" != off ] || exit 2 ;;
monitor) exit ${broken:-0} ;;
reboot|list) ;;
esac
`
