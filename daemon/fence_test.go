package daemon

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/cluster"
	"holdfast/cluster/fencing"
	"holdfast/cluster/wire"
	"holdfast/host/agent"
)

// slowSwitch is a power switch with one plug, whose power is in the file $STATE; it takes longer to
// switch on than a verdict waits for that.
const slowSwitch = `#!/bin/sh
while IFS='=' read -r k v; do [ "$k" = action ] && action=$v; done
case $action in
metadata) cat <<END
<?xml version="1.0" ?>
<resource-agent name="fence_slow" shortdesc="a toy"><parameters><parameter name="plug" required="1"><content type="string"/></parameter></parameters>
<actions><action name="on"/><action name="off"/><action name="reboot"/><action name="status"/></actions></resource-agent>
END
;;
status) [ "$(cat "$STATE")" = on ] && exit 0; exit 2 ;;
on) sleep 1.3; echo on >"$STATE" ;;
off) echo off >"$STATE" ;;
esac
`

// fencer is a driver with that switch, which is on.
func fencer(t *testing.T) (a *agents, ended chan wire.FenceStep, power func() string) {
	t.Helper()
	dir := t.TempDir()
	state := filepath.Join(dir, "state")
	for path, text := range map[string]string{filepath.Join(dir, "fence_slow"): slowSwitch, state: "on\n"} {
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	host := agent.New(agent.Options{FenceDir: dir, RunDir: filepath.Join(dir, "run"), Env: []string{"STATE=" + state}})
	t.Cleanup(host.Close)
	ended = make(chan wire.FenceStep, 1)
	a = &agents{host: host, fencing: map[string]context.CancelFunc{}, switching: map[string]*switching{}, post: func(in cluster.Input) { ended <- in.(cluster.FenceEnded).Step }}
	return a, ended, func() string {
		text, _ := os.ReadFile(state)
		return strings.TrimSpace(string(text))
	}
}

func carried(t *testing.T, ended chan wire.FenceStep) wire.FenceStep {
	t.Helper()
	select {
	case step := <-ended:
		return step
	case <-time.After(20 * time.Second):
		t.Fatal("the step does not end")
		return wire.FenceStep{}
	}
}

// A reboot with the only device begins to switch the target on while the verdict is on its way;
// that goes on when the step has ended, and the next step finds it.
func TestSwitchingOnOutlastsTheVerdict(t *testing.T) {
	a, ended, power := fencer(t)
	run := fencing.Run{ID: "r", Step: 1, Device: fencing.NewDevice("d", "fence_slow", nil), Target: "n1", Action: "off", Reboot: true, Alone: true}
	a.fence(run)
	if off := carried(t, ended); !off.OK || !off.Verified {
		t.Fatalf("off: %+v", off)
	}
	if power() != "off" {
		t.Fatal("it is on already: the test shows nothing")
	}
	run.Action, run.Step = "on", 2
	a.fence(run)
	if on := carried(t, ended); !on.OK || power() != "on" {
		t.Errorf("on: %+v, and the power is %s", on, power())
	}
}

// A device that shares the target's power with others is only switched off, and can be asked again.
func TestOneOfTwoIsAskedAgain(t *testing.T) {
	a, ended, power := fencer(t)
	run := fencing.Run{ID: "r", Step: 1, Device: fencing.NewDevice("d", "fence_slow", []wire.Param{{Name: "pcmk_reboot_action", Value: "off"}}), Target: "n1", Action: "off", Reboot: true}
	look := run
	look.Action = "status"
	a.fence(look)
	if step := carried(t, ended); step.OK || !step.Verified {
		t.Errorf("asked while it is on: %+v", step)
	}
	a.fence(run)
	if step := carried(t, ended); !step.OK || !step.Verified || power() != "off" {
		t.Errorf("off: %+v, and the power is %s", step, power())
	}
	a.fence(look)
	if step := carried(t, ended); !step.OK || !step.Verified {
		t.Errorf("asked while it is off: %+v", step)
	}
	run.Action = "on"
	a.fence(run)
	if step := carried(t, ended); !step.OK || power() != "off" {
		t.Errorf("it is configured to stay off: %+v, and the power is %s", step, power())
	}
	look.Device.Agent = "fence_gone"
	a.fence(look)
	if step := carried(t, ended); step.OK || step.Verified || step.Text == "" {
		t.Errorf("asked an agent that is not there: %+v", step)
	}
}
