package model

import (
	"holdfast/cib/nvset"
	"holdfast/cib/xml"
)

// blockKey names the blocks of a kind below an element.
type blockKey struct {
	parent *xml.Node
	kind   string
}

// Blocks returns what KeepBlocks kept for the blocks of a kind below an element,
// nil if nothing: what instances of a clone have in common is compiled once.
func (c *Cluster) Blocks(parent *xml.Node, kind string) *nvset.Sets {
	return c.index.blocks[blockKey{parent, kind}]
}

// KeepBlocks keeps compiled blocks. The element must not be changed any more.
func (c *Cluster) KeepBlocks(parent *xml.Node, kind string, sets *nvset.Sets) {
	c.index.blocks[blockKey{parent, kind}] = sets
}
