package scenario

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"holdfast/test/lab"
)

// serviceAddress is the address that moves with the web site.
const serviceAddress = "10.77.0.100"

// configuration is what the administrator wants: fencing, a web site with its
// address, services that are only files, one of them slow and one that migrates, a clone
// and a promotable one. Its blanks are for the machines' names, for a delay of two
// nodes, and for what the agents of the field run.
const configuration = `<configuration>
<crm_config><cluster_property_set id="options">
 <nvpair id="options-fencing" name="stonith-enabled" value="true"/>
 <nvpair id="options-timeout" name="stonith-timeout" value="40s"/>
 <nvpair id="options-dead" name="dc-deadtime" value="8s"/>
</cluster_property_set></crm_config>
<resources>
 <primitive id="power" class="stonith" type="` + lab.FenceAgent + `">
  <instance_attributes id="power-ia"><nvpair id="power-hosts" name="pcmk_host_list" value="%[1]s"/>%[2]s</instance_attributes>
  <operations><op id="power-monitor" name="monitor" interval="20s" timeout="20s"/></operations>
 </primitive>
 <group id="site">
  <primitive id="address" class="ocf" provider="holdfast" type="address">
   <instance_attributes id="address-ia"><nvpair id="address-ip" name="ip" value="` + serviceAddress + `"/></instance_attributes>
   <operations><op id="address-monitor" name="monitor" interval="2s" timeout="20s"/></operations>
  </primitive>
  <primitive id="page" class="ocf" provider="holdfast" type="web">
   <instance_attributes id="page-ia"><nvpair id="page-address" name="address" value="` + serviceAddress + `"/><nvpair id="page-port" name="port" value="80"/></instance_attributes>
   <operations><op id="page-monitor" name="monitor" interval="3s" timeout="20s"/></operations>
  </primitive>
 </group>
%[3]s <primitive id="once" class="ocf" provider="pacemaker" type="Dummy">
  <operations><op id="once-monitor" name="monitor" interval="2s" timeout="20s"/></operations>
 </primitive>
 <primitive id="slow" class="ocf" provider="pacemaker" type="Dummy">
  <instance_attributes id="slow-ia"><nvpair id="slow-sleep" name="op_sleep" value="1"/></instance_attributes>
  <operations><op id="slow-monitor" name="monitor" interval="5s" timeout="20s"/></operations>
 </primitive>
 <primitive id="roam" class="ocf" provider="pacemaker" type="Dummy">
  <meta_attributes id="roam-meta"><nvpair id="roam-migrate" name="allow-migrate" value="true"/></meta_attributes>
  <operations><op id="roam-monitor" name="monitor" interval="4s" timeout="20s"/></operations>
 </primitive>
 <clone id="everywhere">
  <primitive id="every" class="ocf" provider="pacemaker" type="Dummy">
   <operations><op id="every-monitor" name="monitor" interval="4s" timeout="20s"/></operations>
  </primitive>
 </clone>
 <clone id="database">
  <meta_attributes id="database-meta"><nvpair id="database-promotable" name="promotable" value="true"/></meta_attributes>
  <primitive id="store" class="ocf" provider="pacemaker" type="Stateful">
   <operations>
    <op id="store-monitor" name="monitor" interval="4s" timeout="20s" role="Unpromoted"/>
    <op id="store-monitor-p" name="monitor" interval="3s" timeout="20s" role="Promoted"/>
   </operations>
  </primitive>
 </clone>
</resources>
<constraints>
 <rsc_order id="slow-after-once" first="once" then="slow" kind="Optional"/>
 <rsc_colocation id="roam-apart" rsc="roam" with-rsc="once" score="-100"/>
</constraints>
<rsc_defaults><meta_attributes id="defaults"><nvpair id="defaults-stickiness" name="resource-stickiness" value="100"/></meta_attributes></rsc_defaults>
</configuration>`

// classic is what most clusters of the field run.
const classic = ` <group id="classic">
  <primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2">
   <instance_attributes id="ip-ia"><nvpair id="ip-ip" name="ip" value="` + classicAddress + `"/><nvpair id="ip-mask" name="cidr_netmask" value="24"/></instance_attributes>
   <operations><op id="ip-monitor" name="monitor" interval="10s" timeout="20s"/></operations>
  </primitive>
  <primitive id="nginx" class="ocf" provider="heartbeat" type="nginx">
   <instance_attributes id="nginx-ia"><nvpair id="nginx-conf" name="configfile" value="/etc/corosync/nginx.conf"/></instance_attributes>
   <operations><op id="nginx-monitor" name="monitor" interval="10s" timeout="30s"/></operations>
  </primitive>
 </group>
`

// classicAddress is the address of the classic group.
const classicAddress = "10.77.0.101"

// nginxConf is nginx's configuration, on a place of the disk that is there anyway.
const nginxConf = `pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
worker_processes 1;
events {}
http { access_log off; server { listen ` + classicAddress + `:80; location / { return 200 "$hostname\n"; } } }
`

// ClassicMissing says why the classic group cannot run here, or nothing.
func ClassicMissing() string {
	if !lab.HasAgent("IPaddr2", "ip") || !lab.HasAgent("nginx", "nginx") {
		return "not installed: nginx, or its agent or IPaddr2 of resource-agents"
	}
	return ""
}

// writeNginxConf puts nginx's configuration on the disks.
func writeNginxConf(l *lab.Lab) error {
	for _, m := range l.Machines {
		if err := os.WriteFile(m.Path("etc/corosync/nginx.conf"), []byte(nginxConf), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// writeConfiguration fills the configuration in and returns it.
func writeConfiguration(l *lab.Lab, more string) string {
	delay := ""
	if len(l.Machines) == 2 { // else both of two would switch each other off
		delay = `<nvpair id="power-delay" name="pcmk_delay_base" value="n1:0s;n2:3s"/>`
	}
	return fmt.Sprintf(configuration, strings.Join(l.Names(), " "), delay, more)
}

// A service is something that the configuration has the cluster run, and how the
// operating system shows that it runs.
type service struct {
	id        string
	exclusive bool
	active    func(m *lab.Machine) (bool, error)
}

// services are those that leave a trace which can be looked at in no time.
var services = []service{
	{"once", true, stateFile("Dummy-once")},
	{"slow", true, stateFile("Dummy-slow")},
	{"roam", true, stateFile("Dummy-roam")},
	{"address", true, holds(serviceAddress)},
	{"page", true, runsServer},
	{"every", false, stateFile("Dummy-every")},
	{"store", false, stateFile("Stateful-store")},
	{promotedStore, true, promoted},
}

// classicServices are those of the classic group.
var classicServices = []service{
	{"ip", true, holds(classicAddress)},
	{"nginx", true, runsNginx},
}

// promotedStore is the promoted role of the database.
const promotedStore = "store (promoted)"

// statePath is where an agent notes that it runs, "" if the machine is off.
func statePath(m *lab.Machine, name string) string {
	if root := m.Root(); root != "" {
		return root + "/run/" + name + ".state"
	}
	return ""
}

func stateFile(name string) func(*lab.Machine) (bool, error) {
	return func(m *lab.Machine) (bool, error) {
		_, err := os.Stat(statePath(m, name))
		return err == nil, nil
	}
}

func promoted(m *lab.Machine) (bool, error) {
	text, err := os.ReadFile(statePath(m, "Stateful-store"))
	return err == nil && strings.TrimSpace(string(text)) == "Promoted", nil
}

func holds(address string) func(*lab.Machine) (bool, error) {
	return func(m *lab.Machine) (bool, error) {
		list, err := m.Addresses()
		return slices.Contains(list, address), err
	}
}

func runsNginx(m *lab.Machine) (bool, error) {
	return slices.ContainsFunc(m.Processes(), func(p lab.Process) bool { return p.Name == "nginx" && p.State != 'Z' }), nil
}

func runsServer(m *lab.Machine) (bool, error) {
	_, ok := webServer(m)
	return ok, nil
}

// webServer finds the process of the web site on a machine.
func webServer(m *lab.Machine) (lab.Process, bool) {
	for _, p := range m.Processes() {
		if p.State != 'Z' && len(p.Args) > 2 && p.Args[1] == "demo-web" && p.Args[2] == "--serve" {
			return p, true
		}
	}
	return lab.Process{}, false
}
