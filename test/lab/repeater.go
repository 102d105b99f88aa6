package lab

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/host/netns"
)

// Trouble is what is wrong with a machine's cables.
type Trouble struct {
	Loss   float64       // part of the frames that get lost, in each direction
	Delay  time.Duration // of every frame
	Jitter time.Duration // at most so much more of it; frames overtake one another
	NotTo  []*Machine    // what the machine sends to these gets lost
	NotOf  []*Machine    // what these send to the machine gets lost
}

// Disturb gives a machine bad cables, on all links, until Heal. Clients are affected
// as well, unless only machines are named.
func (l *Lab) Disturb(m *Machine, t Trouble) error {
	for link := range m.ports {
		r := &repeater{trouble: t, name: fmt.Sprintf("bad%d-%s", link, m.Name)}
		l.repeaters = append(l.repeaters, r)
		if err := r.build(bridge(link, 0)); err != nil {
			return err
		}
		m.mu.Lock()
		err := netns.IP(m.lead(link, r.name)...)
		m.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// A repeater stands between a machine's cable and the switch. It is a bridge that the
// cable leads to, a tap on it and one on the switch, and this program, which carries
// frames from tap to tap: the kernel need not know how to lose or delay them.
type repeater struct {
	trouble Trouble
	name    string // of the bridge
	taps    []*os.File
}

func (r *repeater) build(port string) error {
	lines := []string{"link add " + r.name + " type bridge forward_delay 0 mcast_snooping 0", "link set " + r.name + " up"}
	for side, master := range []string{r.name, port} {
		name := fmt.Sprintf("%s-%d", r.name, side)
		tap, err := openTap(name)
		if err != nil {
			return err
		}
		r.taps = append(r.taps, tap)
		lines = append(lines, "link set "+name+" master "+master+" up")
	}
	if err := netns.IP(lines...); err != nil {
		return err
	}
	go r.carry(r.taps[0], r.taps[1], frame.to, r.trouble.NotTo)
	go r.carry(r.taps[1], r.taps[0], frame.from, r.trouble.NotOf)
	return nil
}

// openTap makes a network card whose cable ends in this program. It is gone when the
// file is closed.
func openTap(name string) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	request, err := unix.NewIfreq(name)
	if err == nil {
		request.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	}
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("make the tap %s: %w", name, err)
	}
	return os.NewFile(uintptr(fd), name), nil
}

// longestFrame is more than a tap ever gives at once.
const longestFrame = 1 << 16

// carry takes frames from one tap to the other, until one of them is closed; not those
// that come from, or go to, some machines.
func (r *repeater) carry(from, to io.ReadWriter, end func(frame) int, not []*Machine) {
	buffer := make([]byte, longestFrame)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		number := end(buffer[:n])
		lost := slices.ContainsFunc(not, func(m *Machine) bool { return m.Number == number })
		if lost || rand.Float64() < r.trouble.Loss {
			continue
		}
		if r.trouble.Delay == 0 && r.trouble.Jitter == 0 {
			to.Write(buffer[:n])
			continue
		}
		later := append([]byte(nil), buffer[:n]...)
		time.AfterFunc(r.trouble.Delay+time.Duration(rand.Int64N(int64(r.trouble.Jitter)+1)), func() { to.Write(later) })
	}
}

func (r *repeater) close() error {
	for _, tap := range r.taps {
		tap.Close()
	}
	return netns.IP("link del " + r.name)
}

// frame is one of Ethernet.
type frame []byte

// from and to are the numbers of machines between which the frame goes, 0 if it is not
// of IPv4: the last bytes of the addresses.
func (f frame) from() int { return f.last(29) }
func (f frame) to() int   { return f.last(33) }

func (f frame) last(at int) int {
	if ipv4 := len(f) > at && f[12] == 8 && f[13] == 0; !ipv4 {
		return 0
	}
	return int(f[at])
}
