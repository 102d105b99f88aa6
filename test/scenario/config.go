package scenario

import (
	"fmt"
	"os"
	"strings"

	"holdfast/test/lab"
)

// serviceAddress is the address that moves with the web site.
const serviceAddress = "10.77.0.100"

// configuration is what the administrator wants: fencing, a web site with its
// address, services that are only files, one of them slow and one that migrates, a clone
// and a promotable one. %s are the machines' names.
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
 <primitive id="once" class="ocf" provider="pacemaker" type="Dummy">
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

// writeConfiguration fills the configuration in and returns it.
func writeConfiguration(l *lab.Lab) string {
	delay := ""
	if len(l.Machines) == 2 { // else both of two would switch each other off
		delay = `<nvpair id="power-delay" name="pcmk_delay_base" value="n1:0s;n2:3s"/>`
	}
	return fmt.Sprintf(configuration, strings.Join(l.Names(), " "), delay)
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
	{"address", true, holdsAddress},
	{"page", true, runsServer},
	{"every", false, stateFile("Dummy-every")},
	{"store", false, stateFile("Stateful-store")},
	{promotedStore, true, promoted},
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

func holdsAddress(m *lab.Machine) (bool, error) {
	list, err := m.Addresses()
	for _, a := range list {
		if a == serviceAddress {
			return true, nil
		}
	}
	return false, err
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
