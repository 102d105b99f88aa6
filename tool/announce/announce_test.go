package announce

import (
	"encoding/hex"
	"net"
	"net/netip"
	"testing"
)

// The packet is the one of RFC 826, with our address as sender and as target.
func TestPacket(t *testing.T) {
	hardware := net.HardwareAddr{2, 0, 0, 0, 0, 7}
	got := hex.EncodeToString(packet(reply, hardware, netip.MustParseAddr("192.0.2.100")))
	want := "0001" + "0800" + "06" + "04" + "0002" + "020000000007" + "c0000264" + "020000000007" + "c0000264"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
