package scenario

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/client"
	"holdfast/client/protocol"
	"holdfast/test/lab"
)

// Options say what cluster to boot.
type Options struct {
	Nodes int
	Links int           // between the machines, 1 if zero
	Token time.Duration // of Corosync
	Seed  uint64        // of every choice of the scenarios
	Stage *lab.Stage
	// Classic has IPaddr2 and nginx run as well; see ClassicMissing.
	Classic bool
}

// A Cluster is machines that run one, configured and under watch.
type Cluster struct {
	Lab  *lab.Lab
	opt  Options
	rand *rand.Rand
	logs *logs
	twin *watch

	services []service
}

// clusters counts those of this world, to tell their directories apart.
var clusters int

// Boot switches machines on and configures the cluster that they form. Its end is up
// to Close, or to the world's.
func Boot(o Options) (*Cluster, error) {
	clusters++
	l, err := lab.New(lab.Options{Machines: o.Nodes, Links: o.Links, Token: o.Token, Dir: filepath.Join(lab.Dir(), fmt.Sprint("cluster", clusters)), Stage: o.Stage})
	if err != nil {
		return nil, err
	}
	c := &Cluster{Lab: l, opt: o, rand: rand.New(rand.NewPCG(o.Seed, 0)), logs: newLogs(l.Machines), services: services}
	if o.Classic {
		c.services = slices.Concat(services, classicServices)
		if err := writeNginxConf(l); err != nil {
			return nil, err
		}
	}
	c.twin = newWatch(l.Machines, c.services)
	if err := c.begin(); err != nil {
		return c, err
	}
	return c, nil
}

// Close switches everything off.
func (c *Cluster) Close() error {
	c.twin.close()
	return c.Lab.Close()
}

func (c *Cluster) begin() error {
	for _, m := range c.Lab.Machines {
		if err := m.On(); err != nil {
			return err
		}
	}
	formed := func() error { return c.auditMembers(wish{members: c.Lab.Machines}, &sight{}) }
	if err := await(bound, formed); err != nil {
		return fmt.Errorf("the cluster does not form: %w", err)
	}
	more := ""
	if c.opt.Classic {
		more = classic
	}
	if err := c.configure(writeConfiguration(c.Lab, more)); err != nil {
		return fmt.Errorf("configure the cluster: %w", err)
	}
	if err := await(bound, func() error { return c.audit(c.all()) }); err != nil {
		return fmt.Errorf("the cluster does not start its services: %w", err)
	}
	return nil
}

func (c *Cluster) configure(text string) error {
	wanted, err := xml.Parse([]byte(text))
	if err != nil {
		return err
	}
	conn, err := dial(c.Lab.Machines[0])
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Apply(cib.Request{Op: cib.Modify, Section: "configuration", Data: wanted, AllowCreate: true})
	return err
}

// dial reaches the daemon of a machine from outside.
func dial(m *lab.Machine) (*client.Client, error) {
	root := m.Root()
	if root == "" {
		return nil, fmt.Errorf("%s is switched off", m.Name)
	}
	return client.Dial("soak", func(name string) string {
		if name == protocol.SocketEnv {
			return root + protocol.DefaultSocket
		}
		return os.Getenv(name)
	})
}

// await asks until there is no error any more; it returns the last one when the time is up.
func await(limit time.Duration, ask func() error) error {
	end := time.Now().Add(limit)
	for {
		err := ask()
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("not within %v: %w", limit, err)
		}
		time.Sleep(askPause)
	}
}

// askPause is between two questions of a wait.
const askPause = 50 * time.Millisecond

// bound is how long a cluster may take to come to rest after any fault. It is for a
// machine that is busy with other things: an idle one needs a tenth of it.
const bound = 120 * time.Second
