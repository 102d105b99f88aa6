package crmattribute

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/tool"
)

// start is a cluster of one node and a remote node, without attributes.
const start = `<cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-4.0">
  <configuration>
    <crm_config/>
    <nodes>
      <node id="1" uname="node1"/>
    </nodes>
    <resources>
      <primitive id="far" class="ocf" provider="pacemaker" type="remote"/>
    </resources>
    <constraints/>
  </configuration>
  <status>
    <node_state id="1" uname="node1"/>
  </status>
</cib>
`

var tools = map[string]func() *tool.Tool{
	"crm_attribute": Tool, "crm_master": Master, "crm_standby": Standby, "crm_failcount": Failcount,
}

// runner runs command lines one after the other on one file.
type runner struct {
	t    *testing.T
	file string
	env  map[string]string
}

func newRunner(t *testing.T) *runner {
	r := &runner{t: t, file: filepath.Join(t.TempDir(), "cib.xml"), env: map[string]string{}}
	if err := os.WriteFile(r.file, []byte(start), 0o600); err != nil {
		t.Fatal(err)
	}
	r.env["CIB_file"] = r.file
	return r
}

// run returns what a command line prints, with its exit code if that is not 0.
func (r *runner) run(line string) string {
	var out bytes.Buffer
	words := strings.Fields(line)
	env := &tool.Env{
		Program: words[0], Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
		Getenv: func(name string) string { return r.env[name] }, Now: time.Now,
	}
	code := tools[words[0]]().Run(env, words[1:])
	text := strings.TrimRight(out.String(), "\n")
	if code != 0 {
		text += "\n=> " + code.String()
	}
	return strings.TrimLeft(text, "\n")
}

// transcript runs commands ("$ …") and compares what they print.
func (r *runner) transcript(text string) {
	r.t.Helper()
	for _, block := range strings.Split(strings.TrimSpace(text), "$ ")[1:] {
		line, want, _ := strings.Cut(block, "\n")
		if got := r.run(line); got != strings.TrimSpace(want) {
			r.t.Errorf("$ %s\n%s\nwant:\n%s", line, got, strings.TrimSpace(want))
		}
	}
}

func TestOptionsAndAttributesAreSetShownAndDeleted(t *testing.T) {
	newRunner(t).transcript(`
$ crm_attribute -n cluster-delay -v 40s
$ crm_attribute -n cluster-delay -G
scope=crm_config name=cluster-delay value=40s
$ crm_attribute -n cluster-delay -G -q
40s
$ crm_attribute -n cluster-delay -v 30s -s more
$ crm_attribute -n cluster-delay -v 20s
Multiple attributes match name=cluster-delay
  Value: 40s 	(id=cib-bootstrap-options-cluster-delay)
  Value: 30s 	(id=more-cluster-delay)
crm_attribute: Please choose from one of the matches below and supply the 'id' with --attr-id
=> Multiple items match request
$ crm_attribute -n cluster-delay -D -s more
Deleted crm_config option: id=more-cluster-delay set=more name=cluster-delay
$ crm_attribute --type rsc_defaults --attr-name resource-stickiness --attr-value 100
$ crm_attribute -t rsc_defaults -n resource-stickiness
scope=rsc_defaults name=resource-stickiness value=100
$ crm_attribute --type rsc_defaults --attr-name resource-stickiness --delete-attr resource-stickiness
Deleted rsc_defaults attribute: id=rsc_defaults-options-resource-stickiness name=resource-stickiness
$ crm_attribute -n ram -N node1 -v 16
$ crm_attribute -n ram -N NODE1 -v value++
$ crm_attribute -n ram -N node1 -v value+=4
$ crm_attribute -N node1 -P ^r -G
scope=nodes name=ram value=21
$ crm_attribute -n gone -N node1 -D
$ crm_attribute -n gone -N node1 -G -d nothing
scope=nodes name=gone value=nothing
$ crm_attribute -n gone -N node1 -G
crm_attribute: Error performing operation: No such device or address
=> No such object
$ crm_attribute -n x -N node9 -v 1
crm_attribute: Could not map name=node9 to a UUID
=> No such object
$ crm_attribute -n x -N far -v 1
$ crm_attribute -n x -N far -G
scope=nodes name=x value=1
`)
}

// An agent need not say which node and resource it means.
func TestAgentsAreKnownByTheirEnvironment(t *testing.T) {
	r := newRunner(t)
	r.env["OCF_RESOURCE_INSTANCE"] = "db"
	r.env["OCF_RESKEY_CRM_meta_on_node"] = "node1"
	r.transcript(`
$ crm_attribute -p -v 5
$ crm_attribute -p -G
scope=status name=master-db value=5
$ crm_attribute -t status -N node1 -P ^fail -G
$ crm_attribute -t nodes -N node1 -P ^fail -G
crm_attribute: Error performing operation: No such device or address
=> No such object
$ crm_master -l reboot -v 7
$ crm_master -l reboot -G -Q
7
$ crm_master -l reboot -D
Deleted status attribute: id=status-1-master-db name=master-db
`)
	r.env["OCF_RESOURCE_INSTANCE"] = ""
	r.transcript(`
$ crm_attribute -p -v 5
crm_attribute: -p/--promotion must be called from an OCF resource agent or with a resource ID specified
=> Incorrect usage
`)
}

func TestStandbyAndFailCounts(t *testing.T) {
	newRunner(t).transcript(`
$ crm_standby -N node1
scope=status name=standby value=off
$ crm_standby -N node1 -v on
$ crm_standby -N node1 -q
on
$ crm_standby -N node1 -D
Deleted nodes attribute: id=nodes-1-standby name=standby
$ crm_failcount -G -r db -N node1
scope=status  name=fail-count-db value=0
$ crm_failcount -r db -N node1
crm_failcount: error: must specify a command
=> Incorrect usage
$ crm_failcount -D -r far -N node1
Dry run: skipping clean-up of far on node1 due to CIB_file
`)
	r := newRunner(t)
	text := strings.Replace(start, `<node_state id="1" uname="node1"/>`, `<node_state id="1" uname="node1"><transient_attributes id="1"><instance_attributes id="s">
		<nvpair id="a" name="fail-count-db#monitor_10000" value="3"/><nvpair id="b" name="fail-count-db#start_0" value="INFINITY"/>
		<nvpair id="c" name="fail-count-old" value="2"/></instance_attributes></transient_attributes></node_state>`, 1)
	if err := os.WriteFile(r.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r.transcript(`
$ crm_failcount -G -r db -N node1
scope=status  name=fail-count-db value=INFINITY
$ crm_failcount -G -q -r db -N node1 -n monitor -I 10s
3
$ crm_failcount -G -r old -N node1
scope=status  name=fail-count-old value=2
`)
}
