package scenario

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/client/protocol"
	"holdfast/crm"
	"holdfast/scheduler"
	"holdfast/scheduler/model"
	"holdfast/test/lab"
)

// A wish is how the cluster should look.
type wish struct {
	members  []*lab.Machine
	resting  []*lab.Machine // members that should run nothing, being in standby
	failures bool           // fail counts may be there
}

// all is how the cluster looks between scenarios.
func (c *Cluster) all() wish { return wish{members: c.Lab.Machines} }

// quorate tells whether the members of a wish have quorum.
func (c *Cluster) quorate(w wish) bool {
	return 2*len(w.members) > len(c.Lab.Machines) || len(c.Lab.Machines) == 2 && len(w.members) == 1
}

// sight is what an audit has seen, for its further parts.
type sight struct {
	dc  crm.NodeName
	cib *xml.Node
}

// audit tells what is not as it should be, nil if all is.
func (c *Cluster) audit(w wish) error {
	var s sight
	if err := c.auditMembers(w, &s); err != nil {
		return err
	}
	picture, err := decide(s.cib)
	if err != nil {
		return err
	}
	if err := c.auditNodes(w, picture); err != nil {
		return err
	}
	if err := c.auditServices(w, picture); err != nil {
		return err
	}
	if !w.failures {
		return auditFailures(s.cib)
	}
	return nil
}

// decide has the scheduler look at a CIB. There should be nothing to do; markers that
// begin and end nothing do not count, as of groups on nodes that nobody may fence.
func decide(document *xml.Node) (*model.Cluster, error) {
	result, err := scheduler.Run(scheduler.Input{CIB: document, Now: time.Now()})
	if err != nil {
		return nil, err
	}
	for _, s := range result.Cluster.Graph.Synapses {
		if !s.Action.Is(model.Pseudo) {
			return nil, fmt.Errorf("the scheduler still has actions to do, such as %s", s.Action.Key)
		}
	}
	return result.Cluster, nil
}

// auditMembers asks every member how it sees the cluster. All must agree, to the
// letter of the CIB with its status.
func (c *Cluster) auditMembers(w wish, s *sight) error {
	var first []byte
	for i, m := range w.members {
		n, document, err := look(m)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		if err := c.auditMember(w, n); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		text := xml.AppendCompact(nil, document)
		if i == 0 {
			first, s.dc, s.cib = text, n.DC, document
			continue
		}
		if n.DC != s.dc {
			return fmt.Errorf("%s sees %s as DC, %s sees %s", m.Name, n.DC, w.members[0].Name, s.dc)
		}
		if !bytes.Equal(first, text) {
			return fmt.Errorf("the CIBs of %s and %s differ: %s", w.members[0].Name, m.Name, difference(first, text))
		}
	}
	return nil
}

func look(m *lab.Machine) (protocol.Node, *xml.Node, error) {
	conn, err := dial(m)
	if err != nil {
		return protocol.Node{}, nil, err
	}
	defer conn.Close()
	n, err := conn.Status()
	if err != nil {
		return n, nil, err
	}
	document, err := conn.CIB()
	return n, document, err
}

func (c *Cluster) auditMember(w wish, n protocol.Node) error {
	var members []string
	for _, p := range n.Peers {
		if p.Member {
			members = append(members, string(p.Name))
		}
	}
	switch {
	case !n.InSync:
		return fmt.Errorf("not in sync (%s)", n.Unavailable)
	case strings.Join(members, " ") != names(w.members):
		return fmt.Errorf("its members are %v, not %s", members, names(w.members))
	case n.Quorate != c.quorate(w):
		return fmt.Errorf("quorate is %v", n.Quorate)
	case len(n.Holds) > 0:
		return fmt.Errorf("it waits for %s", strings.Join(n.Holds, ", "))
	case n.State != "S_IDLE" && n.State != "S_NOT_DC":
		return fmt.Errorf("its state is %s", n.State)
	}
	return nil
}

// difference shows the place where two texts part.
func difference(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	cut := func(t []byte) string { return string(t[max(0, i-60):min(len(t), i+60)]) }
	return fmt.Sprintf("…%s… and …%s…", cut(a), cut(b))
}

// auditNodes holds the picture that the CIB gives of the nodes against the wish.
// Without quorum nobody can be fenced, so those who are away may well be unclean.
func (c *Cluster) auditNodes(w wish, picture *model.Cluster) error {
	for _, n := range picture.Nodes {
		member := slices.ContainsFunc(w.members, func(m *lab.Machine) bool { return m.Name == n.Name })
		resting := slices.ContainsFunc(w.resting, func(m *lab.Machine) bool { return m.Name == n.Name })
		switch {
		case n.Unclean && (member || c.quorate(w)):
			return fmt.Errorf("%s is unclean", n.Name)
		case n.Online != member:
			return fmt.Errorf("%s: online is %v in the CIB", n.Name, n.Online)
		case member && n.Standby != resting:
			return fmt.Errorf("%s: standby is %v in the CIB", n.Name, n.Standby)
		}
	}
	return nil
}

// auditServices compares what should run where, what the CIB says, and what the
// operating systems of all machines say.
func (c *Cluster) auditServices(w wish, picture *model.Cluster) error {
	homes := len(w.members) - len(w.resting)
	if !c.quorate(w) {
		homes = 0
	}
	for _, s := range c.services {
		want := homes
		if s.exclusive {
			want = min(1, homes)
		}
		var really []string
		for _, m := range c.Lab.Machines {
			yes, err := s.active(m)
			if err != nil {
				return fmt.Errorf("%s on %s: %w", s.id, m.Name, err)
			}
			if yes {
				really = append(really, m.Name)
			}
		}
		said := activeOn(picture, s.id)
		if !c.quorate(w) { // of those who are away nobody knows, and nobody can make sure
			said = slices.DeleteFunc(said, func(name string) bool { return !contains(w.members, c.Lab.Machine(name)) })
		}
		if !slices.Equal(really, said) {
			return fmt.Errorf("%s runs on %v, and on %v according to the CIB", s.id, really, said)
		}
		if len(really) != want {
			return fmt.Errorf("%s runs on %v: %d times, not %d", s.id, really, len(really), want)
		}
	}
	if homes > 0 {
		return askForPage()
	}
	return nil
}

// activeOn lists the nodes where a resource, or all instances of one, are active as
// the CIB says.
func activeOn(picture *model.Cluster, id string) []string {
	id, onlyPromoted := strings.CutSuffix(id, " (promoted)")
	var list []string
	var walk func(r *model.Resource)
	walk = func(r *model.Resource) {
		for _, child := range r.Children {
			walk(child)
		}
		name, _, _ := strings.Cut(r.ID, ":")
		if len(r.Children) > 0 || name != id || onlyPromoted && r.Role != crm.RolePromoted {
			return
		}
		for _, n := range r.Active {
			list = append(list, n.Name)
		}
	}
	for _, r := range picture.Resources {
		walk(r)
	}
	slices.Sort(list)
	return list
}

// pagePatience is how long a user of the web site waits for the page.
const pagePatience = 2 * time.Second

// askForPage gets the page as a user would.
func askForPage() error {
	dialer := net.Dialer{Timeout: pagePatience}
	user := http.Client{Timeout: pagePatience, Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "tcp", serviceAddress+":80")
	}}}
	resp, err := user.Get("http://" + serviceAddress + "/")
	if err != nil {
		return fmt.Errorf("a client does not get the page: %w", err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("a client gets %s for a page", resp.Status)
	}
	return nil
}

// auditFailures finds fail counts.
func auditFailures(document *xml.Node) error {
	if document.Name == "nvpair" && strings.HasPrefix(document.Attr("name"), "fail-count-") {
		return fmt.Errorf("%s is %s", document.Attr("name"), document.Attr("value"))
	}
	for child := range document.Elements() {
		if err := auditFailures(child); err != nil {
			return err
		}
	}
	return nil
}
