package lab

import (
	"net"

	"holdfast/host/netns"
)

// Addresses lists the addresses of the machine's network cards, nothing if it is off.
func (m *Machine) Addresses() ([]string, error) {
	pid := m.Init()
	if pid == 0 {
		return nil, nil
	}
	var list []string
	err := netns.Inside(pid, func() error {
		addrs, err := net.InterfaceAddrs()
		for _, a := range addrs {
			if n, ok := a.(*net.IPNet); ok {
				list = append(list, n.IP.String())
			}
		}
		return err
	})
	if !m.IsOn() {
		return nil, nil // it was switched off while we looked
	}
	return list, err
}
