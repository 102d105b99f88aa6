package fence

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/crm"
	"holdfast/host/agent"
)

const bound = 20 * time.Second

// fenceScript is a power switch with one plug, whose power is in the file $STATE. What
// it is told for an action is in $STATE.ACTION. BROKEN makes it lie, FAILURES makes
// that many first attempts fail.
const fenceScript = `#!/bin/sh
while IFS='=' read -r k v; do [ "$k" = action ] && action=$v; echo "$k=$v" >>"$STATE.$action"; done
case $action in
metadata) cat <<END
<?xml version="1.0" ?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="fence_toy" shortdesc="a toy"><parameters>
<parameter name="port" required="1"><content type="string"/></parameter>
<parameter name="plug" required="1"><content type="string"/></parameter>
<parameter name="ip"><content type="string" default="x"/></parameter>
</parameters><actions><action name="on" automatic="1"/><action name="off"/><action name="reboot" on_target="1"/>
<action name="status"/><action name="list"/></actions></resource-agent>
END
;;
list) printf 'n1,\nn2,alias\n' ;;
status) [ "$(cat "$STATE")" = on ] && exit 0; exit 2 ;;
on|off|reboot)
	n=$(cat "$STATE.tries" 2>/dev/null || echo 0); echo $((n+1)) >"$STATE.tries"
	[ "$n" -lt "${FAILURES:-0}" ] && { echo "no answer from the switch" >&2; exit 1; }
	[ -n "$BROKEN" ] || echo $action >"$STATE" ;;
esac
`

type toy struct {
	host  *agent.Host
	state string
}

func newToy(t *testing.T, env ...string) toy {
	t.Helper()
	dir := t.TempDir()
	state := filepath.Join(dir, "state")
	for path, data := range map[string]string{filepath.Join(dir, "fence_toy"): fenceScript, state: "on\n"} {
		if err := os.WriteFile(path, []byte(data), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	h := agent.New(agent.Options{FenceDir: dir, RunDir: filepath.Join(dir, "run"), Env: append(env, "STATE="+state)})
	t.Cleanup(h.Close)
	return toy{h, state}
}

func (y toy) open(t *testing.T, params ...agent.Param) *Device {
	t.Helper()
	dev, about, err := Open(y.host, "switch", "fence_toy", params)
	if err != nil {
		t.Fatal(err)
	}
	if !about.Unfences() || strings.Join(about.OnTarget(), " ") != "reboot" || dev.TargetParameter != "plug" || !dev.CanStatus {
		t.Fatalf("metadata was misread: %+v", about)
	}
	return dev
}

func (y toy) carry(dev *Device, action string) Outcome {
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	return dev.Carry(ctx, y.host, Order{ID: "test", Action: action, Target: "n2"})
}

// The agent is told the action, the node, the node's plug, and its own parameters; the
// cluster's it does not see. Off is believed when the status says so.
func TestOffIsReadBack(t *testing.T) {
	t.Parallel()
	y := newToy(t)
	dev := y.open(t, agent.Param{Name: "pcmk_host_map", Value: "n1:1;N2:2,3"}, agent.Param{Name: "ip", Value: "10.0.0.9"},
		agent.Param{Name: "action", Value: "on"}, agent.Param{Name: "pcmk_off_retries", Value: "1"})
	out := y.carry(dev, "off")
	if !out.Succeeded() || out.Evidence != ReadBack || out.Attempts != 1 {
		t.Fatalf("got %+v", out)
	}
	for _, action := range []string{"off", "status"} {
		if told := strings.Join(y.told(action), " "); told != "action="+action+" nodename=n2 plug=2,3 ip=10.0.0.9" {
			t.Errorf("the agent was told %q", told)
		}
	}
	if on, ok := dev.Power(context.Background(), y.host, Order{ID: "p", Target: "n2"}); on || !ok {
		t.Errorf("power: on %v, ok %v", on, ok)
	}
}

// An agent that reports success and has done nothing is found out.
func TestLyingAgentIsContradicted(t *testing.T) {
	t.Parallel()
	y := newToy(t, "BROKEN=1")
	out := y.carry(y.open(t, agent.Param{Name: "pcmk_status_timeout", Value: "1s"}), "off")
	if out.Succeeded() || out.Evidence != Contradicted || !out.OK() {
		t.Fatalf("got %+v", out)
	}
}

// A failed attempt is repeated, as often as configured.
func TestAttempts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		failures, retries string
		attempts          int
		ok                bool
	}{
		{"1", "", 2, true},
		{"2", "", 2, false},
		{"2", "3", 3, true},
		{"1", "1", 1, false},
	} {
		y := newToy(t, "FAILURES="+c.failures)
		var params []agent.Param
		if c.retries != "" {
			params = append(params, agent.Param{Name: "pcmk_reboot_retries", Value: c.retries})
		}
		out := y.carry(y.open(t, params...), "reboot")
		if out.Attempts != c.attempts || out.Succeeded() != c.ok {
			t.Errorf("%+v: %d attempts, succeeded %v", c, out.Attempts, out.Succeeded())
		}
		if c.ok && out.Evidence != ExitStatus {
			t.Errorf("a reboot cannot be read back, got %v", out.Evidence)
		}
		if !c.ok && out.ExitReason != "no answer from the switch" {
			t.Errorf("reason %q", out.ExitReason)
		}
	}
}

func TestTargetsOfDynamicList(t *testing.T) {
	t.Parallel()
	y := newToy(t)
	names, out := y.open(t).Targets(context.Background(), y.host, Order{ID: "l"})
	if strings.Join(names, " ") != "n1 n2 alias" || out.Status != crm.OpDone {
		t.Fatalf("got %q, %v", names, out.Status)
	}
}

// An order that is withdrawn ends at once.
func TestCancelledOrder(t *testing.T) {
	t.Parallel()
	y := newToy(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	out := (&Device{ID: "d", Agent: "fence_toy"}).Carry(ctx, y.host, Order{ID: "c", Action: "off", Target: "n1"})
	if out.Status != crm.OpCancelled {
		t.Fatalf("got %+v", out)
	}
}

// A fence agent of the distribution, which keeps its power in a file, runs unmodified.
func TestDistributionFenceAgent(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/usr/sbin/fence_dummy"); err != nil {
		t.Skip("fence-agents is not installed")
	}
	h := agent.New(agent.Options{RunDir: filepath.Join(t.TempDir(), "run")})
	t.Cleanup(h.Close)
	dev, _, err := Open(h, "d", "fence_dummy", []agent.Param{
		{Name: "type", Value: "file"}, {Name: "status_file", Value: filepath.Join(t.TempDir(), "status")}, {Name: "pcmk_host_list", Value: "n1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"on", "off"} {
		out := dev.Carry(context.Background(), h, Order{ID: action, Action: action, Target: "n1"})
		if !out.Succeeded() || out.Evidence != ReadBack {
			t.Errorf("%s: %v, evidence %v, attempts %d, %q\n%s", action, out.Code, out.Evidence, out.Attempts, out.ExitReason, out.Stderr)
		}
		if on, ok := dev.Power(context.Background(), h, Order{ID: "p", Target: "n1"}); !ok || on != (action == "on") {
			t.Errorf("after %s: power %v, known %v", action, on, ok)
		}
	}
	if out := dev.Carry(context.Background(), h, Order{ID: "m", Action: "monitor"}); !out.OK() {
		t.Errorf("monitor: %v %q", out.Code, out.ExitReason)
	}
}
