// Package crm holds the words that every other package speaks: node names and
// ids, scores, roles, operation keys, outcomes, exit codes, intervals and dates. It has
// types, their spellings and nothing that decides.
package crm

// NodeID identifies a cluster node as the membership layer numbers it
// (corosync.conf: nodelist.node.nodeid). Zero means unknown.
type NodeID uint32

// NodeName is a node's name as the CIB and users spell it (its uname).
type NodeName string
