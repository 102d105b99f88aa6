package fencing

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func params(text string) Params {
	return func(name string) (string, bool) {
		for _, p := range list(text) {
			if p.Name == name {
				return p.Value, true
			}
		}
		return "", false
	}
}

// list reads "name=value|name=value".
func list(text string) []Arg {
	var args []Arg
	for _, p := range strings.Split(text, "|") {
		if k, v, ok := strings.Cut(p, "="); ok {
			args = append(args, Arg{k, v})
		}
	}
	return args
}

// pcmk_host_map as people write it (Pacemaker_Explained, "Special Instance Attributes").
func TestHostMap(t *testing.T) {
	for text, want := range map[string]string{
		"node1:1;node2:2,3":   "[{node1 1} {node2 2,3}] []",
		"node1=1 node2=a:b":   "[{node1 1} {node2 a:b}] []",
		" n1:1;;\tn2:2; ":     "[{n1 1} {n2 2}] []",
		"n1;:2;n3:;n4:4":      "[{n4 4}] [n1 :2 n3:]",
		"":                    "[] []",
		"vm-a:vm-a.lan;b:b=1": "[{vm-a vm-a.lan} {b b=1}] []",
	} {
		m, bad := ParseHostMap(text)
		if got := fmt.Sprint([]HostPort(m), bad); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	m, _ := ParseHostMap("Node1:1;node1:2")
	if port, ok := m.Port("NODE1"); !ok || port != "2" {
		t.Errorf("the later entry should win: %q", port)
	}
}

// Lists of targets, as configured and as agents print them.
func TestTargets(t *testing.T) {
	for text, want := range map[string]string{
		"n1 n2,n3;n4":              "n1 n2 n3 n4",
		"n1,\nn2,alias,on\nn3 OFF": "n1 n2 alias n3",
		`n1\nn2`:                   "n1 n2",
		"invalid option\nn1":       "n1",
		"variable x\n":             "",
		"n1:1 n/2 é":               "n1 n",
	} {
		if got := strings.Join(ParseTargets(text), " "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestCheckInForce(t *testing.T) {
	agent := func(actions string) func(string) bool {
		return func(a string) bool { return strings.Contains(actions, a) }
	}
	for _, c := range []struct {
		params, actions string
		want            Check
	}{
		{"pcmk_host_check=none|pcmk_host_list=a", "list", AnyHost},
		{"pcmk_host_list=a", "list status", StaticList},
		{"pcmk_host_map=a:1", "list status", StaticList},
		{"", "list status", DynamicList},
		{"", "status", Status},
		{"", "", AnyHost},
	} {
		if got := CheckOf(params(c.params), agent(c.actions)); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
	p := params("pcmk_host_list=a|pcmk_host_map=b:1")
	if !StaticallyTargets(p, "A") || !StaticallyTargets(p, "b") || StaticallyTargets(p, "1") || StaticallyTargets(p, "c") {
		t.Error("static targets are the list's and the map's nodes")
	}
}

// What an agent is given, in order; * marks a target.
func TestArguments(t *testing.T) {
	for _, c := range []struct{ name, params, action, target, parameter, want string }{
		{"plug by metadata", "ip=h|passwd=x", "off", "n1", "plug", "[{action off} {nodename n1} {plug n1} {ip h} {passwd x}]"},
		{"mapped", "pcmk_host_map=N1:7", "off", "n1", "port", "[{action off} {nodename n1} {port 7}]"},
		{"own parameter", "pcmk_host_argument=uuid", "on", "n1", "plug", "[{action on} {nodename n1} {uuid n1}]"},
		{"no parameter", "pcmk_host_argument=none", "on", "n1", "plug", "[{action on} {nodename n1}]"},
		{"configured", "plug=3", "off", "n1", "plug", "[{action off} {nodename n1} {plug 3}]"},
		{"dynamic", "port=dynamic", "off", "n1", "port", "[{action off} {nodename n1} {port n1}]"},
		{"other action", "pcmk_reboot_action=off|action=on", "reboot", "n1", "", "[{action off} {nodename n1}]"},
		{"no target", "pcmk_host_map=n1:7|ip=h", "list", "", "port", "[{action list} {ip h}]"},
		{"the cluster's own", "CRM_meta_timeout=1|crm_feature_set=3|pcmk_off_timeout=1|pcmk_delay_max=1|provides=x|delay=2", "off", "", "",
			"[{action off} {delay 2}]"},
	} {
		if got := fmt.Sprint(Arguments(list(c.params), c.action, c.target, c.parameter)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTimesAndNumbers(t *testing.T) {
	p := params("pcmk_off_timeout=90s|pcmk_on_timeout=soon|pcmk_off_retries=4|pcmk_on_retries=x|pcmk_delay_base=n1:5s;n2:1m|pcmk_delay_max=30|pcmk_action_limit=-1")
	if Timeout(p, "off", time.Second) != 90*time.Second || Timeout(p, "on", time.Second) != time.Second {
		t.Error("timeouts")
	}
	if Attempts(p, "off") != 4 || Attempts(p, "on") != 1 || Attempts(p, "reboot") != DefaultAttempts || Limit(p) != -1 || Limit(params("")) != 1 {
		t.Error("numbers")
	}
	for target, want := range map[string][2]time.Duration{
		"N1": {5 * time.Second, 30 * time.Second}, "n2": {time.Minute, time.Minute}, "n3": {0, 30 * time.Second},
	} {
		if base, longest := Delays(p, target); base != want[0] || longest != want[1] {
			t.Errorf("delay of %s: %v to %v", target, base, longest)
		}
	}
	if base, _ := Delays(params("pcmk_delay_base= PT10S "), "n1"); base != 10*time.Second {
		t.Errorf("one delay for all: %v", base)
	}
}

// Whatever is configured, the parsers end, and what they find are names.
func FuzzHosts(f *testing.F) {
	f.Add("a:1;b:2,3")
	f.Add("n1,\nn2 \\n;on")
	f.Fuzz(func(t *testing.T, text string) {
		m, _ := ParseHostMap(text)
		for _, e := range m {
			if e.Node == "" || e.Port == "" || strings.ContainsAny(e.Node, ":=; \t") {
				t.Errorf("map entry %+v", e)
			}
		}
		for _, name := range ParseTargets(text) {
			if name == "" || leadingName(name) != name {
				t.Errorf("target %q", name)
			}
		}
	})
}
