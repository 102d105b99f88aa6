// Package pacemakerd is the daemon's customary name: it tells version and
// features as scripts read them, runs a node, or ends the one that runs.
package pacemakerd

import (
	"strings"
	"time"

	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
	"holdfast/tool/daemon"
)

type options struct {
	features, shutdown, standby, foreground bool
	pidFile                                 string
}

// stopLimit bounds how long --shutdown waits for the request to be taken.
const stopLimit = 30 * time.Second

// stopper is what --shutdown needs of a cluster.
type stopper interface{ Stop(time.Duration) error }

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{}
	return &tool.Tool{
		Name:    "pacemakerd",
		Summary: "primary Pacemaker daemon that launches and monitors all subsidiary Pacemaker daemons",
		Formats: []output.Format{output.Text, output.XML},
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "foreground", Short: "f", Set: tool.Switch(&o.foreground), Help: "(Ignored) Pacemaker always runs in the foreground"},
			{Long: "pid-file", Short: "p", Arg: "FILE", Set: tool.String(&o.pidFile), Help: "(Ignored) Daemon pid file location"},
			{Long: "standby", Short: "s", Set: tool.Switch(&o.standby), Help: "Start node in standby state"},
			{Long: "shutdown", Short: "S", Set: tool.Switch(&o.shutdown), Help: "Instruct Pacemaker to shutdown on this machine"},
			{Long: "features", Short: "F", Set: tool.Switch(&o.features), Help: "Display full version and list of features Pacemaker was built with"},
		}}},
		Do: o.run,
	}
}

func (o *options) run(c *tool.Call) error {
	switch {
	case o.features:
		c.Out.Show(features{})
		return nil
	case o.shutdown:
		return stop(c)
	}
	var args []string
	if o.standby {
		args = append(args, "--standby")
	}
	if code := daemon.Supervisor().Run(c.Env, args); code != crm.ExitOK {
		return tool.Fail(code, "")
	}
	return nil
}

func stop(c *tool.Call) error {
	conn, err := c.Env.Speak()
	if err != nil {
		return nil // nothing runs: it is what was asked for
	}
	defer conn.Close()
	if s, ok := conn.(stopper); ok {
		if err := s.Stop(stopLimit); err != nil {
			return tool.Fail(crm.ExitError, "Could not end the cluster on this machine: %v", err)
		}
	}
	return nil
}

// features is what the reference's programs list; scripts look for words in it.
type features struct{}

var words = []string{"agent-manpages", "cibsecrets", "corosync-ge-2", "default-concurrent-fencing", "generated-manpages",
	"monotonic", "nagios", "ncurses", "remote", "systemd"}

// Text writes the version line, then the features.
func (features) Text(l *output.Lines) {
	l.Line("Pacemaker " + output.Version + " (Build: " + output.Product + ")")
	l.Line(" Supporting v" + crm.FeatureSet + ": " + strings.Join(words, " "))
}

// XML adds a pacemakerd element.
func (features) XML(t *output.Tree) {
	t.Open("pacemakerd", "version", output.Version, "build", output.Product, "feature_set", crm.FeatureSet)
	t.Open("features")
	for _, w := range words {
		t.Text("feature", w)
	}
	t.Close()
	t.Close()
}
