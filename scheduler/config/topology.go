package config

import (
	"strconv"

	"holdfast/cib/xml"
	"holdfast/scheduler/model"
)

// The levels of a fencing topology.
const (
	minLevel = 1
	maxLevel = 9
)

// checkTopology looks for fencing levels that would never be used. Who fences
// whom is not the scheduler's business beyond that.
func checkTopology(c *model.Cluster, section *xml.Node) {
	for level := range section.All("fencing-level") {
		index, err := strconv.Atoi(level.Attr("index"))
		switch {
		case level.ID() == "":
			c.Note(model.Error, "", "Ignoring fencing level without ID")
		case err != nil:
			c.Note(model.Error, level.ID(), "Ignoring fencing level %s with invalid index", level.ID())
		case index < minLevel || index > maxLevel:
			c.Note(model.Error, level.ID(), "Ignoring fencing level %s with out-of-range index %d", level.ID(), index)
		}
	}
}
