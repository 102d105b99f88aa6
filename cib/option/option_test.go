package option

import (
	"testing"
	"time"

	"holdfast/crm"
)

// Every default must be a value that the option takes, and every choice one of
// its values.
func TestDefaultsAreValid(t *testing.T) {
	for _, table := range []Table{Cluster(), Primitive, Fencing(), Operation, Node, Local()} {
		for i := range table {
			if o := &table[i]; o.Default != "" && !o.Valid(o.Default) {
				t.Errorf("%s: default %q is not valid", o.Name, o.Default)
			}
		}
	}
	if len(Cluster()) != 48 || len(Fencing()) != 25 {
		t.Errorf("there are %d cluster options and %d fencing parameters", len(Cluster()), len(Fencing()))
	}
}

// A wrong value gives way to the default, an older name is read; both are told.
func TestSettings(t *testing.T) {
	config := map[string]string{
		"stonith-enabled":    "off",
		"cluster-delay":      "soon",
		"no-quorum-policy":   "FREEZE",
		"batch-limit":        "30",
		"node-health-red":    "-INFINITY",
		"load-threshold":     "75%",
		"fencing-action":     "Off",
		"fencing-timeout":    "2min",
		"stop-all-resources": "y",
	}
	s := Resolve(Cluster(), func(name string) (string, bool) { v, ok := config[name]; return v, ok })
	if s.Bool("fencing-enabled") || !s.Bool("stop-all-resources") || s.Choice("no-quorum-policy") != "freeze" ||
		s.Duration("cluster-delay") != time.Minute || s.Duration("fencing-timeout") != 2*time.Minute ||
		s.Int("batch-limit") != 30 || s.Score("node-health-red") != -crm.Infinity ||
		s.Fraction("load-threshold") != 0.75 || s.Text("fencing-action") != "reboot" {
		t.Errorf("settings: %q", s.values)
	}
	want := []string{
		"Support for legacy name 'stonith-enabled' for cluster option 'fencing-enabled' is deprecated and will be removed in a future release",
		"Using default value for cluster option 'fencing-action' because 'Off' is invalid",
		"Using default value for cluster option 'cluster-delay' because 'soon' is invalid",
	}
	for i, n := range s.Notices {
		if i >= len(want) || n.Text != want[i] {
			t.Errorf("notice %d: %s", i, n.Text)
		}
	}
	if len(s.Notices) != len(want) || !s.Notices[0].Warning || s.Notices[1].Warning {
		t.Errorf("notices: %v", s.Notices)
	}
}
