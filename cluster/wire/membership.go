package wire

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"holdfast/crm"
)

// Incarnation names one life of a node. Two values with the same Boot are the
// same life of the machine; the same Start as well, the same process.
type Incarnation struct {
	Boot  string `json:"boot"`  // drawn once after each boot of the machine
	Start int64  `json:"start"` // when the process began, Unix nanoseconds
}

// Version is a CIB's admin_epoch, epoch and num_updates.
type Version [3]int

// Less orders versions as Pacemaker_Explained, "CIB Properties" does.
func (v Version) Less(w Version) bool {
	for i := range v {
		if v[i] != w[i] {
			return v[i] < w[i]
		}
	}
	return false
}

// Lineage says how new a history is: the last ring with quorum that it belongs to,
// and the version of the configuration as that quorum left it. A configuration
// that is newer than this version was changed without quorum.
type Lineage struct {
	Ring    uint64 `json:"ring"`
	Version [2]int `json:"version"` // admin_epoch, epoch
	// Members are the ids of those who were in sync then, ascending, with blanks
	// between: a majority of them knows all that was acknowledged.
	Members string `json:"members"`
	// Boot is set if these were no majority of the configured nodes (one of two): the
	// life of the machine that went on alone. The other could go on without it only
	// after ending that life.
	Boot string `json:"boot,omitempty"`
	// Ended are the lives that this half has since seen end, with blanks between: each was
	// fenced. What one of them did alone has ended with it, however new it looks.
	Ended string `json:"ended,omitempty"`
	// Blank is set as long as nobody has configured anything in a history that began
	// with empty disks.
	Blank bool `json:"blank,omitempty"`
}

// End adds a life that was seen to end.
func (l *Lineage) End(boot string) {
	if boot != "" && !slices.Contains(strings.Fields(l.Ended), boot) {
		l.Ended = strings.TrimSpace(l.Ended + " " + boot)
	}
}

// Ends reports whether the history that goes on alone in m was ended by the one in l.
func (l Lineage) Ends(m Lineage) bool {
	return m.Boot != "" && slices.Contains(strings.Fields(l.Ended), m.Boot)
}

// MemberList is the inverse of JoinMembers.
func (l Lineage) MemberList() []crm.NodeID {
	var ids []crm.NodeID
	for _, f := range strings.Fields(l.Members) {
		id, _ := strconv.ParseUint(f, 10, 32)
		ids = append(ids, crm.NodeID(id))
	}
	return ids
}

// JoinMembers makes the Members of a lineage.
func JoinMembers(ids []crm.NodeID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatUint(uint64(id), 10)
	}
	return strings.Join(words, " ")
}

// Less orders lineages.
func (l Lineage) Less(m Lineage) bool {
	if l.Ring != m.Ring {
		return l.Ring < m.Ring
	}
	return Version{l.Version[0], l.Version[1]}.Less(Version{m.Version[0], m.Version[1]})
}

// Config is the part of a version that counts changes of the configuration.
func (v Version) Config() [2]int { return [2]int{v[0], v[1]} }

// Hello is what a member says of itself after a view change.
type Hello struct {
	Members     []crm.NodeID `json:"members"` // the view that it answers to
	Round       int          `json:"round"`   // which exchange of hellos in that view
	Serial      uint64       `json:"serial"`  // counts what its process has said of itself: it knows its newest hello by that
	Name        crm.NodeName `json:"name"`
	Incarnation Incarnation  `json:"incarnation"`
	Software    string       `json:"software"`
	FeatureSet  string       `json:"feature_set"`
	Configured  int          `json:"configured"` // how many nodes the engine is configured with
	Current     bool         `json:"current"`    // it has had quorum without a break, so nobody can have a newer history
	Lineage     Lineage      `json:"lineage"`
	Live        bool         `json:"live"`   // it holds the cluster's status too, not only the stored configuration
	Formed      bool         `json:"formed"` // that status goes back to a time with quorum
	CIB         Version      `json:"cib"`
	Digest      string       `json:"digest"`              // of the configuration
	Epoch       uint64       `json:"epoch,omitempty"`     // of its state: how many views in sync it has counted
	Path        string       `json:"path,omitempty"`      // the views in sync that led to its state
	Own         string       `json:"own,omitempty"`       // its node_state, if it is live
	Updates     uint64       `json:"updates,omitempty"`   // of attributes of its own node: those up to this one are in what it holds
	Held        []Held       `json:"held,omitempty"`      // its own node's attributes, if it is live
	Uncertain   []string     `json:"uncertain,omitempty"` // resources that an earlier process was changing when it died
	Time        int64        `json:"time"`                // the sender's clock, Unix seconds
}

// LeaveOut ends the wait for members that do not say hello. Delivered first, it
// wins over a hello that arrives later, in the same order for all. It is about one
// view only: a member that stood still may say it when the same members have met
// again since, and are all speaking.
type LeaveOut struct {
	Ring    uint64       `json:"ring"` // of the view
	Members []crm.NodeID `json:"members"`
	Round   int          `json:"round"`
	Silent  []crm.NodeID `json:"silent"`
}

// Snapshot carries the state that goes on.
type Snapshot struct {
	Members []crm.NodeID    `json:"members"`
	Round   int             `json:"round"`
	State   json.RawMessage `json:"state"`
}

// Sync names a view in sync, for words that mean something in that view only: by how many
// there were before it, and by the path of them, since two histories may count alike.
type Sync struct {
	Epoch uint64 `json:"epoch"`
	Path  string `json:"path"`
}

// Stored says that its sender has the configuration on disk up to a log index, which means
// something in one history only.
type Stored struct {
	Sync
	Index uint64 `json:"index"`
}

// Standing is the coordinator's word on what the engine says outside the order of
// messages: quorum, and which machines are members whether or not their Holdfast
// process is. Nothing is scheduled in a view before it.
type Standing struct {
	Sync
	Ring     uint64       `json:"ring"`
	Quorate  bool         `json:"quorate"`
	Broken   bool         `json:"broken,omitempty"` // others may have gone on without this side, and nobody is here to say
	Machines []crm.NodeID `json:"machines"`
	Time     int64        `json:"time"` // Unix seconds
}

// Dismiss lets a node go that asked to: all its resources are stopped.
type Dismiss struct {
	Node crm.NodeName `json:"node"`
	Key  string       `json:"key,omitempty"`
}

// Abandon ends the wait for a process that died on a machine that is still a
// member: from here on its node is treated as any that cannot be trusted.
type Abandon struct {
	Node        crm.NodeID  `json:"node"`
	Incarnation Incarnation `json:"incarnation"`
}

func (*Hello) kind() string    { return "hello" }
func (*LeaveOut) kind() string { return "leave-out" }
func (*Snapshot) kind() string { return "snapshot" }
func (*Standing) kind() string { return "standing" }
func (*Dismiss) kind() string  { return "dismiss" }
func (*Stored) kind() string   { return "stored" }
func (*Abandon) kind() string  { return "abandon" }
