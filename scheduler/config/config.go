package config

import (
	"slices"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Read fills the configuration part of the working state from a CIB.
func Read(c *model.Cluster, cib *xml.Node) {
	c.CIB = cib
	conf := cib.Child("configuration")
	c.Quorate, _ = crm.ParseBool(cib.Attr("have-quorum"))
	c.OpDefaults = compile(c, conf.Child("op_defaults"), "meta_attributes", "")
	c.RscDefaults = compile(c, conf.Child("rsc_defaults"), "meta_attributes", "")
	readOptions(c, conf.Child("crm_config"))
	if !c.Quorate && c.Options.NoQuorumPolicy != model.QuorumIgnore && c.Purpose != model.LocationOnly {
		c.Warn("", "Fencing and resource management disabled due to lack of quorum")
	}
	readNodes(c, conf.Child("nodes"))
	readResources(c, conf.Child("resources"))
	checkTopology(c, conf.Child("fencing-topology"))
	readTags(c, conf.Child("tags"))
}

// readResources reads the resources section, then what links resources with
// each other, and puts the most important resources first.
func readResources(c *model.Cluster, section *xml.Node) {
	r := newReader(c, section)
	connections := r.remoteNodes()
	for element := range section.Elements() {
		r.topLevel(element)
	}
	for _, element := range connections {
		r.topLevel(element)
	}
	for _, rsc := range c.Resources {
		r.linkLauncher(rsc)
		r.linkRemoteNode(rsc)
	}
	slices.SortStableFunc(c.Resources, func(a, b *model.Resource) int { return b.Priority - a.Priority })
	if c.Purpose != model.LocationOnly && NoFencing(c) {
		c.Note(model.Error, "", "%s", NoFencingText)
	}
}

// NoFencing tells whether fencing is wanted but there is no device to do it with:
// then nothing is ever started.
func NoFencing(c *model.Cluster) bool { return c.Options.FencingEnabled && !c.HaveFencing }

// NoFencingText is the notice about it; other tools look for these words.
const NoFencingText = "Resource start-up disabled since no fencing resources have been defined. " +
	"Either configure some or disable fencing with the fencing-enabled option. " +
	"NOTE: Clusters with shared data need fencing to ensure data integrity."

// readTags notes which ids each tag refers to.
func readTags(c *model.Cluster, section *xml.Node) {
	for tag := range section.All("tag") {
		for ref := range tag.All("obj_ref") {
			if tag.ID() != "" && ref.ID() != "" {
				c.AddTagRef(tag.ID(), ref.ID())
			}
		}
	}
}
