package lab

import (
	"fmt"
	"os"

	"holdfast/host/netns"
)

// nic is a network card of a machine, one for each link between the machines.
func nic(link int) string { return fmt.Sprint("ring", link) }

// ClientAddress is this world's own address: that of the users of the cluster. They
// are at the first link.
const ClientAddress = "10.77.0.254"

// bridge is the part of a link's switch with a number. All machines are at part 0,
// with the clients, unless the switches are split.
func bridge(link, part int) string { return fmt.Sprintf("link%dpart%d", link, part) }

// buildSwitches makes a switch for each link, with as many parts as there may be
// machines.
func (l *Lab) buildSwitches() error {
	var lines []string
	for _, name := range l.bridges() {
		lines = append(lines, "link add "+name+" type bridge forward_delay 0 mcast_snooping 0", "link set "+name+" up")
	}
	users := bridge(0, 0)
	if err := netns.IP(append(lines, "addr add "+ClientAddress+"/24 dev "+users)...); err != nil {
		return err
	}
	// A client must notice an address that moved at once, not at the pace of ARP timers.
	for key, value := range map[string]string{"neigh/" + users + "/retrans_time_ms": "50", "neigh/" + users + "/locktime": "0", "conf/" + users + "/arp_accept": "1"} {
		if err := os.WriteFile("/proc/sys/net/ipv4/"+key, []byte(value), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// bridges are the parts of all switches.
func (l *Lab) bridges() (names []string) {
	for link := range l.links {
		for part := range len(l.Machines) + 1 {
			names = append(names, bridge(link, part))
		}
	}
	return names
}

// unplugged is the port of a cable that leads nowhere.
const unplugged = ""

func (m *Machine) cable(link int) string { return fmt.Sprintf("link%d-%s", link, m.Name) }

// plugIn lays the cables between the machine and its parts of the switches.
func (m *Machine) plugIn(pid int) error {
	var lines []string
	for link := range m.ports {
		lines = append(lines, fmt.Sprintf("link add %s type veth peer name %s netns %d", m.cable(link), nic(link), pid), m.led(link), "link set "+m.cable(link)+" up")
	}
	return netns.IP(lines...)
}

// led is how ip(8) has a cable lead to its port.
func (m *Machine) led(link int) string {
	if m.ports[link] == unplugged {
		return "link set " + m.cable(link) + " nomaster"
	}
	return "link set " + m.cable(link) + " master " + m.ports[link]
}

// pullOut takes the cables away: nothing that the machine says is heard any more.
func (m *Machine) pullOut() {
	for link := range m.ports {
		netns.IP("link del " + m.cable(link)) // it may be gone already
	}
}

// lead notes to which port a cable leads, and returns what ip(8) must be told now:
// nothing if the machine is off.
func (m *Machine) lead(link int, port string) []string {
	m.ports[link] = port
	if !m.running() {
		return nil
	}
	return []string{m.led(link)}
}

// Unplug pulls the machine's cable out of the switch of a link. Heal plugs it in.
func (m *Machine) Unplug(link int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return netns.IP(m.lead(link, unplugged)...)
}

// Split divides the switches of all links, at once: machines of different groups do
// not hear one another any more. Clients stay with the first group, and so does who
// is in none.
func (l *Lab) Split(groups ...[]*Machine) error {
	var lines []string
	for part, group := range groups {
		for _, m := range group {
			m.mu.Lock() // nobody switches it on or off meanwhile
			defer m.mu.Unlock()
			for link := range m.ports {
				lines = append(lines, m.lead(link, bridge(link, part))...)
			}
		}
	}
	return netns.IP(lines...)
}

// Heal makes one switch of all parts again, and replaces bad cables.
func (l *Lab) Heal() error {
	if err := l.Split(l.Machines); err != nil {
		return err
	}
	for _, r := range l.repeaters {
		if err := r.close(); err != nil {
			return err
		}
	}
	l.repeaters = nil
	return nil
}
