package lab

import (
	"fmt"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// Addresses lists the addresses of the machine's network cards, nothing if it is off.
func (m *Machine) Addresses() ([]string, error) {
	pid := m.Init()
	if pid == 0 {
		return nil, nil
	}
	var list []string
	err := inNetwork(fmt.Sprintf("/proc/%d/ns/net", pid), func() error {
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

// inNetwork runs f with another network namespace as the current one.
func inNetwork(path string, f func() error) error {
	runtime.LockOSThread()
	home, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer home.Close()
	there, err := os.Open(path)
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer there.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("enter the network: %w", err)
	}
	err = f()
	if unix.Setns(int(home.Fd()), unix.CLONE_NEWNET) == nil {
		runtime.UnlockOSThread() // else the thread ends with its goroutine
	}
	return err
}
