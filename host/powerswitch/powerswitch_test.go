package powerswitch

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/crm"
)

// outlet is the power of a machine that is nothing else.
type outlet struct {
	on     bool
	stuck  bool
	events []string
}

func (o *outlet) IsOn() bool { return o.on }
func (o *outlet) On() error  { o.on, o.events = true, append(o.events, "on"); return nil }
func (o *outlet) Off() error {
	if o.events = append(o.events, "off"); o.stuck {
		return errors.New("the relay\nis stuck")
	}
	o.on = false
	return nil
}

// What an agent is told in the words of fence agents is done to the machine and
// answered in their exit statuses.
func TestAgentsSwitchMachines(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "power")
	listener, err := Listen(socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	machines := map[string]*outlet{"n1": {on: true}, "n2": {on: true, stuck: true}}
	go Serve(listener, func(o Order) (string, error) {
		if m := machines[o.Target]; m != nil {
			return o.CarryOut([]string{"n1", "n2"}, m)
		}
		return o.CarryOut([]string{"n1", "n2"}, nil)
	})
	for _, c := range []struct {
		given  string
		status crm.ExitCode
		out    string
		err    string
		events string // of n1, so far
	}{
		{"action=list", crm.ExitOK, "n1,\nn2,\n", "", ""},
		{"action=monitor", crm.ExitOK, "", "", ""},
		{"action=status\nplug=n1", powerIsOn, "", "", ""},
		{"plug=n1", crm.ExitOK, "", "", "off"},
		{"action=status\nnodename=n1", powerIsOff, "", "", "off"},
		{"action=on\nplug=n1", crm.ExitOK, "", "", "off on"},
		{"action=reboot\nplug=n1", crm.ExitOK, "", "", "off on off on"},
		{"action=reboot\nplug=n2", crm.ExitError, "", "the relay is stuck", "off on off on"},
		{"action=melt\nplug=n1", crm.ExitError, "", `action "melt" is not known`, "off on off on"},
		{"action=off\nplug=n3", crm.ExitError, "", `there is no machine "n3"; there are n1, n2`, "off on off on"},
	} {
		var out strings.Builder
		status, err := Agent("fence_test", socket, strings.NewReader(c.given+"\n"), &out)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if got := strings.Join(machines["n1"].events, " "); status != c.status || out.String() != c.out || said != c.err || got != c.events {
			t.Errorf("%q: status %d, printed %q, error %q; n1 was switched %q", c.given, status, out.String(), said, got)
		}
	}
	if got := machines["n2"].events; len(got) != 1 {
		t.Errorf("a machine that cannot be switched off was switched %v", got)
	}
	var out strings.Builder
	if status, err := Agent("fence_test", "", strings.NewReader("action=metadata\n"), &out); status != 0 || err != nil || !strings.Contains(out.String(), `name="fence_test"`) {
		t.Errorf("metadata: %d, %v, %s", status, err, out.String())
	}
}
