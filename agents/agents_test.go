package agents

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/cib/metadata"
	"holdfast/crm"
	"holdfast/host/agent"
)

const bound = 20 * time.Second

// On some distributions /bin/sh is another shell; agents have to run under all.
var shell = flag.String("shell", "/bin/sh", "the shell that runs the agents")

// A stage is an installation in a temporary directory, with tools of the cluster that only
// write down how they were called.
type stage struct {
	dir  string
	host *agent.Host
}

// tools stand in for the cluster's; $CALLS is their log and $ANSWER what -Q prints.
const tools = `#!/bin/sh
printf '%s' "${0##*/}" >>"$CALLS"; for a; do printf ' %s' "$a" >>"$CALLS"; done; echo >>"$CALLS"
case " $* " in *" -Q "*) cat "$CALLS.answer" 2>/dev/null ;; esac
exit 0
`

// install stages all files. With foreign, agents find the functions of the
// resource-agents package; otherwise they have to do with ours.
func install(t *testing.T, foreign bool) *stage {
	t.Helper()
	s := &stage{dir: t.TempDir()}
	for _, f := range Files() {
		write(t, filepath.Join(s.dir, f.Path), bytes.Replace(f.Data, []byte("#!/bin/sh"), []byte("#!"+*shell), 1), f.Mode)
	}
	sbin := filepath.Join(s.dir, "sbin")
	for _, name := range []string{"attrd_updater", "crm_attribute", "crm_mon", "crm_node", "stonith_admin", "crm_error"} {
		write(t, filepath.Join(sbin, name), []byte(tools), 0o755)
	}
	write(t, filepath.Join(sbin, "ping"), []byte("#!/bin/sh\ncase $* in *unreachable*) exit 1 ;; esac\n"), 0o755)
	env := []string{
		"PATH=" + sbin + ":/usr/sbin:/usr/bin:/sbin:/bin", "HA_SBIN_DIR=" + sbin, "HA_VARRUN=" + s.dir, "HA_RSCTMP=" + s.dir,
		"CALLS=" + s.calls(), "OCF_FUNCTIONS_DIR=/nowhere",
	}
	if foreign {
		const dir = "/usr/lib/ocf/lib/heartbeat"
		if _, err := os.Stat(dir + "/ocf-shellfuncs"); err != nil {
			t.Skip("resource-agents is not installed")
		}
		env[len(env)-1] = "OCF_FUNCTIONS_DIR=" + dir
	}
	s.host = agent.New(agent.Options{OCFRoot: filepath.Join(s.dir, "lib/ocf"), RunDir: filepath.Join(s.dir, "run"), Env: env})
	t.Cleanup(s.host.Close)
	return s
}

func write(t *testing.T, path string, data []byte, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, mode); err != nil {
		t.Fatal(err)
	}
}

func (s *stage) calls() string { return filepath.Join(s.dir, "calls") }

// called returns the calls since the last time.
func (s *stage) called() string {
	data, _ := os.ReadFile(s.calls())
	os.Remove(s.calls())
	return strings.ReplaceAll(strings.TrimSpace(string(data)), "\n", "; ")
}

func (s *stage) do(provider, name, action string, params ...string) agent.Result {
	req := agent.Request{
		ID: name + "_" + action, Class: agent.OCF, Provider: provider, Type: name, Resource: "rsc:0", Action: action, Timeout: bound,
		Meta: []agent.Param{{Name: "timeout", Value: "20000"}, {Name: "interval", Value: "0"}},
	}
	for _, p := range params {
		k, v, _ := strings.Cut(p, "=")
		req.Params = append(req.Params, agent.Param{Name: k, Value: v})
	}
	return s.host.Run(req)
}

// A step is an action, the result it should have and the calls it should make.
type step struct {
	action string
	code   crm.OCF
	calls  string
}

// The life of each agent that needs nothing special: what its actions return and what they tell
// the cluster.
var lives = []struct {
	name   string
	params []string
	steps  []step
}{
	{"Dummy", nil, []step{
		{"monitor", 7, ""}, {"validate-all", 0, ""}, {"stop", 0, ""}, {"start", 0, ""}, {"start", 0, ""}, {"monitor", 0, ""},
		{"reload", 0, ""}, {"reload-agent", 0, ""}, {"migrate_to", 0, ""}, {"monitor", 7, ""}, {"migrate_from", 0, ""},
		{"monitor", 0, ""}, {"stop", 0, ""}, {"monitor", 7, ""}, {"promote", 3, ""},
	}},
	{"Dummy", []string{"op_sleep=asdf"}, []step{{"validate-all", 6, ""}}},
	{"Dummy", []string{"OCF_CHECK_LEVEL=30"}, []step{{"start", 0, ""}, {"monitor", 1, ""}, {"stop", 0, ""}}},
	{"Stateful", nil, []step{
		{"monitor", 7, ""}, {"promote", 7, ""},
		{"start", 0, "crm_attribute --promotion -v 5"}, {"monitor", 0, "crm_attribute --promotion -v 5"},
		{"promote", 0, "crm_attribute --promotion -v 10"}, {"monitor", 8, "crm_attribute --promotion -v 10"},
		{"start", 8, ""}, {"stop", 8, "crm_attribute --promotion -D"},
		{"demote", 0, "crm_attribute --promotion -v 5"}, {"notify", 0, ""},
		{"stop", 0, "crm_attribute --promotion -D"}, {"monitor", 7, ""},
	}},
	{"attribute", []string{"name=a"}, []step{
		{"monitor", 7, "attrd_updater -n a -Q"}, {"validate-all", 0, ""},
		{"start", 0, "attrd_updater -n a -Q; attrd_updater -n a -U 1"},
		{"stop", 0, "attrd_updater -n a -Q; attrd_updater -n a -U 0"},
	}},
	{"attribute", []string{"active_value=x", "inactive_value=x"}, []step{{"validate-all", 6, ""}}},
	{"ping", []string{"host_list=one unreachable other", "attempts=1", "timeout=1", "multiplier=100", "use_fping=0"}, []step{
		{"monitor", 7, ""}, {"start", 0, "attrd_updater -n pingd -B 200 -d 5s"}, {"monitor", 0, "attrd_updater -n pingd -B 200 -d 5s"},
		{"stop", 0, "attrd_updater -D -n pingd"}, {"monitor", 7, ""}, {"validate-all", 0, ""}, {"reload-agent", 0, ""},
	}},
	{"ping", nil, []step{{"validate-all", 6, ""}}},
	{"HealthCPU", []string{"red_limit=0", "yellow_limit=0"}, []step{
		{"monitor", 7, ""}, {"start", 0, ""}, {"monitor", 0, "attrd_updater -n #health-cpu -B green -d 30s"}, {"stop", 0, ""},
	}},
	{"HealthCPU", []string{"red_limit=101"}, []step{{"validate-all", 6, ""}}},
	{"HealthIOWait", []string{"red_limit=100", "yellow_limit=100", "dampening=1s"}, []step{
		{"start", 0, ""}, {"monitor", 0, "attrd_updater -n #health-iowait -B green -d 1s"}, {"stop", 0, ""}, {"monitor", 7, ""},
	}},
	{"HealthSMART", []string{"drives=sda"}, []step{{"validate-all", 2, ""}}},
	{"HealthSMART", []string{"drives=/dev/x", "smartctl=/nowhere"}, []step{{"start", 5, ""}}},
	{"ClusterMon", []string{"update=never"}, []step{{"validate-all", 2, ""}, {"monitor", 7, ""}, {"stop", 0, ""}}},
	{"remote", nil, []step{{"start", 1, ""}, {"frobnicate", 3, ""}}},
	{"controld", []string{"CRM_meta_globally_unique=true"}, []step{{"start", 6, ""}}},
	{"o2cb", nil, []step{{"start", 5, ""}}},
	{"ifspeed", nil, []step{{"validate-all", 6, ""}}},
	{"ifspeed", []string{"iface=lo"}, []step{
		{"monitor", 7, ""}, {"start", 0, "attrd_updater -n ifspeed -B 0 -d 5"}, {"monitor", 0, "attrd_updater -n ifspeed -B 0 -d 5"},
		{"stop", 0, "attrd_updater -D -n ifspeed"}, {"monitor", 7, ""},
	}},
}

func TestLivesOfAgents(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		t.Run(fmt.Sprintf("resource-agents %v", foreign), func(t *testing.T) {
			s := install(t, foreign)
			for _, life := range lives {
				for _, step := range life.steps {
					r := s.do("pacemaker", life.name, step.action, life.params...)
					calls := s.called()
					if r.Status != crm.OpDone || r.Code != step.code || calls != step.calls {
						t.Errorf("%s %v %s: got %v (%v), calls %q; want %v, calls %q\n%s", life.name, life.params, step.action,
							r.Code, r.Status, calls, step.code, step.calls, r.Stderr)
					}
					if silent := r.ExitReason == "" && r.Code != 0 && r.Code != 7 && r.Code != 8 && r.Code != 3; silent && life.name != "Dummy" {
						t.Errorf("%s %s fails without a reason", life.name, step.action)
					}
				}
			}
		})
	}
}

// SysInfo publishes facts of the machine, of which some are known everywhere.
func TestSysInfo(t *testing.T) {
	s := install(t, false)
	if r := s.do("pacemaker", "SysInfo", "start", "disks=/tmp", "min_disk_free=1K", "disk_unit=M"); !r.OK() {
		t.Fatalf("start: %v\n%s", r.Code, r.Stderr)
	}
	calls := s.called()
	for _, want := range []string{"-n arch -B", "-n os -B Linux-", "-n ram_total -B", "-n root_free -B", "-n tmp_free -B", "-n #health_disk -B green"} {
		if !strings.Contains(calls, "attrd_updater -d 0 -S status "+want) {
			t.Errorf("missing %s in %s", want, calls)
		}
	}
	if r := s.do("pacemaker", "SysInfo", "monitor", "min_disk_free=900000T"); !r.OK() || !strings.Contains(s.called(), "-n #health_disk -v red") {
		t.Errorf("a full disk is not red: %v", r.Code)
	}
	if r := s.do("pacemaker", "SysInfo", "validate-all", "min_disk_free=much"); r.Code != crm.OCFNotConfigured {
		t.Errorf("validate: %v", r.Code)
	}
	s.do("pacemaker", "SysInfo", "stop")
	if r := s.do("pacemaker", "SysInfo", "monitor"); r.Code != crm.OCFNotRunning {
		t.Errorf("after stop: %v", r.Code)
	}
}

// The state of an anonymous clone's instances is one; those of a unique clone have their own.
func TestStateOfClones(t *testing.T) {
	s := install(t, false)
	s.do("pacemaker", "Dummy", "start")
	s.do("pacemaker", "Dummy", "start", "CRM_meta_globally_unique=true")
	found, _ := filepath.Glob(filepath.Join(s.dir, "Dummy-*"))
	if len(found) != 2 || filepath.Base(found[0]) != "Dummy-rsc.state" || filepath.Base(found[1]) != "Dummy-rsc:0.state" {
		t.Errorf("state files: %v", found)
	}
}

// Every agent describes itself, and its actions and parameters are what users of the
// reference's agent of the same name configure.
func TestMetadata(t *testing.T) {
	s := install(t, false)
	reference := agent.New(agent.Options{RunDir: filepath.Join(s.dir, "refrun")})
	defer reference.Close()
	for _, provider := range []string{"pacemaker", "holdfast"} {
		for _, name := range Names(provider) {
			m, err := s.host.Metadata(agent.OCF, provider, name)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if m.Name != name || m.Short == "" || m.Long == "" || m.Version == "" {
				t.Errorf("%s says too little: %+v", name, m)
			}
			for _, action := range []string{"start", "stop", "monitor", "meta-data"} {
				if a, ok := m.Action(action); !ok || a.Timeout == "" {
					t.Errorf("%s has no %s, or no timeout for it", name, action)
				}
			}
			if !reference.Exists(agent.OCF, provider, name) {
				continue
			}
			want, err := reference.Metadata(agent.OCF, provider, name)
			if err != nil {
				t.Errorf("reference %s: %v", name, err)
				continue
			}
			compare(t, m, want)
		}
	}
}

// compare checks that all of an older release's parameters and actions are there, with the
// same defaults as far as they are not paths made at run time.
func compare(t *testing.T, got, want *metadata.Agent) {
	t.Helper()
	for _, p := range want.Parameters {
		g, ok := got.Parameter(p.Name)
		if !ok {
			t.Errorf("%s: parameter %s is missing", want.Name, p.Name)
		} else if g.Default != p.Default && !strings.Contains(p.Default, "/run") && !strings.Contains(p.Default, "opa-") && !strings.Contains(p.Default, "RESOURCENAME") && !strings.Contains(p.Default, "/tmp") {
			t.Errorf("%s: default of %s is %q, in the reference %q", want.Name, p.Name, g.Default, p.Default)
		}
	}
	for _, a := range want.Actions {
		if _, ok := got.Action(a.Name); !ok && a.Name != "reload" {
			t.Errorf("%s: action %s is missing", want.Name, a.Name)
		}
	}
}
