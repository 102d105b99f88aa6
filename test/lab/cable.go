package lab

import (
	"fmt"
	"os"
)

// nic is the network card of a machine.
const nic = "ring0"

// ClientAddress is this world's own address: that of the users of the cluster.
const ClientAddress = "10.77.0.254"

// bridge is the part of the switch with a number. All machines are at part 0,
// together with the clients, unless the switch is split.
func bridge(part int) string { return fmt.Sprint("part", part) }

// buildSwitch makes the switch with as many parts as there may be machines.
func (l *Lab) buildSwitch() error {
	var lines []string
	for part := range len(l.Machines) + 1 {
		lines = append(lines, "link add "+bridge(part)+" type bridge forward_delay 0 mcast_snooping 0", "link set "+bridge(part)+" up")
	}
	if err := ip(append(lines, "addr add "+ClientAddress+"/24 dev "+bridge(0))...); err != nil {
		return err
	}
	// A client must notice an address that moved at once, not at the pace of ARP timers.
	for key, value := range map[string]string{"neigh/part0/retrans_time_ms": "50", "neigh/part0/locktime": "0", "conf/part0/arp_accept": "1"} {
		if err := os.WriteFile("/proc/sys/net/ipv4/"+key, []byte(value), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// plugIn lays a cable between the machine and its part of the switch.
func (m *Machine) plugIn(pid int) error {
	return ip(fmt.Sprintf("link add %s type veth peer name %s netns %d", m.cable(), nic, pid), "link set "+m.cable()+" master "+m.port+" up")
}

// pullOut takes the cable away: nothing that the machine says is heard any more.
func (m *Machine) pullOut() { ip("link del " + m.cable()) } // it may be gone already

// connectTo notes to which part of the switch the machine's cable leads, and returns
// how ip(8) does that; "" if the machine is off.
func (m *Machine) connectTo(part int) string {
	m.port = bridge(part)
	if !m.running() {
		return ""
	}
	return "link set " + m.cable() + " master " + m.port
}

// Split divides the switch, at once: machines of different groups do not hear one
// another any more. Clients stay with the first group, and so does who is in none.
func (l *Lab) Split(groups ...[]*Machine) error {
	var lines []string
	for part, group := range groups {
		for _, m := range group {
			m.mu.Lock() // nobody switches it on or off meanwhile
			defer m.mu.Unlock()
			if line := m.connectTo(part); line != "" {
				lines = append(lines, line)
			}
		}
	}
	return ip(lines...)
}

// Heal makes one switch of all parts again.
func (l *Lab) Heal() error { return l.Split(l.Machines) }
