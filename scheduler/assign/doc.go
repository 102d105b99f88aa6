// Package assign decides where every resource goes and in which role. It
// creates no actions; it only takes back what earlier stages planned for a
// resource that cannot run.
//
// # Flow
//
//	Criteria  what speaks for and against single nodes: shutdown locks,
//	          locations, stickiness, failures, exclusive discovery
//	Run       connections to remote nodes first, then all resources in their
//	          order, each with what it is colocated with
//
// # How a node is chosen
//
// A resource has a table of nodes with scores (model.Placement). Before a
// primitive gets its node, the primaries of its colocations are assigned and
// their places change its scores; then the wishes of its dependents, weakened
// by the score of the colocation, are added (wishes.go; where chains are many,
// echo.go). Mandatory colocations
// go before optional ones. What would leave no node is taken back if it was
// only a preference. Of the nodes left the best score wins, then, by placement
// strategy, free capacity and the number of resources, then the current node,
// then the name (nodes.go).
//
// A group hands its members through one after the other; implicit colocations
// keep them together. A clone (or the containers of a bundle) sorts its instances,
// leaves as many as it can where they are, and spreads the rest (instances.go).
// Then a promotable clone chooses whom to promote (promotion.go).
//
// # Words
//
// Colocations "this with" are those in which a resource is the dependent,
// "with this" those in which it is the primary. Factor is by how much wishes
// are weakened on their way along a chain of colocations; it is a 32-bit float,
// because rounding decides between nodes.
package assign
