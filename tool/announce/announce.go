// Package announce is the command that tells the neighbours on a network where an
// IPv4 address is now: "holdfast announce". The agent of a moving address runs it,
// so that nobody goes on sending to the node that had the address before.
// IPv6 needs no such thing: the kernel announces its new addresses itself.
package announce

import (
	"bytes"
	"encoding/binary"
	"net"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/crm"
	"holdfast/tool"
)

// pause is between announcements: longer than a neighbour refuses to learn anew
// after it has just learned (locktime, arp(7)).
const pause = 700 * time.Millisecond

// Tool returns the command.
func Tool() *tool.Tool {
	var address, nic string
	count := 3
	return &tool.Tool{
		Name:    "holdfast announce",
		Summary: "Tell the neighbours which machine has an IPv4 address now",
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "address", Arg: "ADDRESS", Set: tool.String(&address), Help: "The address"},
			{Long: "interface", Arg: "NAME", Set: tool.String(&nic), Help: "The network interface that has it"},
			{Long: "count", Arg: "NUMBER", Set: tool.Int(&count), Help: "How often to tell (default 3)"},
		}}},
		Do: func(*tool.Call) error {
			ip, err := netip.ParseAddr(address)
			if err != nil || !ip.Is4() {
				return tool.Fail(crm.ExitUsage, "--address needs an IPv4 address, not %q", address)
			}
			card, err := net.InterfaceByName(nic)
			if err != nil {
				return tool.Fail(crm.ExitNoSuch, "interface %q: %v", nic, err)
			}
			if err := send(card, ip, count); err != nil {
				return tool.Fail(crm.ExitOSErr, "announce %s on %s: %v", ip, nic, err)
			}
			return nil
		},
	}
}

// send says it count times, as a request and as an answer: some neighbours learn
// from the one, some from the other (RFC 5227, section 3).
func send(card *net.Interface, ip netip.Addr, count int) error {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	to := &unix.SockaddrLinklayer{Protocol: network(unix.ETH_P_ARP), Ifindex: card.Index, Halen: 6}
	for i := range to.Addr[:6] {
		to.Addr[i] = 0xff
	}
	for n := range count {
		if n > 0 {
			time.Sleep(pause)
		}
		for _, operation := range []uint16{request, reply} {
			if err := unix.Sendto(fd, packet(operation, card.HardwareAddr, ip), 0, to); err != nil {
				return err
			}
		}
	}
	return nil
}

// The operations of ARP (RFC 826).
const (
	request uint16 = 1
	reply   uint16 = 2
)

// packet is an ARP packet about our own address: sender and target are the same.
func packet(operation uint16, hardware net.HardwareAddr, ip netip.Addr) []byte {
	var b bytes.Buffer
	for _, v := range []uint16{1 /* Ethernet */, unix.ETH_P_IP, 6<<8 | 4 /* lengths */, operation} {
		binary.Write(&b, binary.BigEndian, v)
	}
	target := make([]byte, 6)
	if operation == reply {
		target = hardware
	}
	b.Write(hardware)
	b.Write(ip.AsSlice())
	b.Write(target)
	b.Write(ip.AsSlice())
	return b.Bytes()
}

// network turns a number into network byte order.
func network(v uint16) uint16 {
	return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, v))
}
