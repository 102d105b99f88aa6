package model

import (
	"iter"
	"slices"
	"time"

	"holdfast/crm"
)

// A Location gives nodes a score for a resource; constraint writes it.
type Location struct {
	ID       string
	Resource *Resource
	Role     crm.Role // only for instances with this role, RoleUnknown for all
	Probe    ProbeMode
	Nodes    []NodeScore
}

// A NodeScore is a node with a score.
type NodeScore struct {
	Node  *Node
	Score crm.Score
}

// A Colocation ties the place (or role) of a dependent to that of a primary;
// constraint writes it.
type Colocation struct {
	ID            string
	NodeAttribute string // compared instead of the node; "" for the node itself
	Dependent     *Resource
	Primary       *Resource
	DependentRole crm.Role // RoleUnknown for any
	PrimaryRole   crm.Role
	Score         crm.Score
	Influence     bool // the dependent's wishes move an active primary too
	Explicit      bool // configured, not implied
}

// An Ordering relates tasks of resources before their actions exist.
// constraint, plan and order write it; order turns it into relations.
type Ordering struct {
	// Either an action, or a resource with a key of its action.
	FirstAction   *Action
	FirstResource *Resource
	FirstKey      string // action key, such as "db_start_0"
	ThenAction    *Action
	ThenResource  *Resource
	ThenKey       string
	Type          OrderType
	// AndReload orders the reload of FirstAction's resource as well: most
	// orderings are those of probes, which come before both.
	AndReload bool
}

// Orderings is a list of orderings in the order of creation. The zero value is
// empty. It grows in blocks: it is long, and copying it would double the peak.
type Orderings struct {
	blocks [][]Ordering
}

const orderingBlock = 256

// Add enters an ordering.
func (l *Orderings) Add(o Ordering) {
	last := len(l.blocks) - 1
	if last < 0 || len(l.blocks[last]) == cap(l.blocks[last]) {
		size := orderingBlock
		if last < 0 {
			size = orderingBlock / 8 // most clusters are small
		}
		l.blocks = append(l.blocks, make([]Ordering, 0, size))
		last++
	}
	l.blocks[last] = append(l.blocks[last], o)
}

// All yields the orderings that were entered before it began.
func (l *Orderings) All() iter.Seq[*Ordering] {
	return func(yield func(*Ordering) bool) {
		blocks := slices.Clone(l.blocks)
		for _, block := range blocks {
			for i := range block {
				if !yield(&block[i]) {
					return
				}
			}
		}
	}
}

// LossPolicy says what happens to a resource whose ticket is lost.
type LossPolicy uint8

// The loss policies.
const (
	LossStop LossPolicy = iota
	LossDemote
	LossFence
	LossFreeze
)

// A TicketConstraint makes a resource (in a role) depend on a ticket;
// constraint writes it.
type TicketConstraint struct {
	ID       string
	Resource *Resource
	Ticket   *Ticket
	Loss     LossPolicy
	Role     crm.Role
}

// A Ticket is the right of a site to run something. constraint creates it for
// configured names, history for those with a state.
type Ticket struct {
	ID          string
	Granted     bool
	Standby     bool
	LastGranted time.Time // zero if unknown
	State       Vars      // attributes of the ticket_state
}

// A Tag names a list of ids; config writes it. Templates are kept the same way:
// the resources made from each template.
type Tag struct {
	ID   string
	Refs []string
}
