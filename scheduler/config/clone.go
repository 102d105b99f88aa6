package config

import (
	"strconv"
	"strings"

	"holdfast/scheduler/model"
)

// clone reads a clone and makes its instances.
func (r *reader) clone(rsc *model.Resource) bool {
	data := &model.CloneData{}
	rsc.CloneData = data
	if rsc.Is(model.Promotable) {
		data.PromotedMax = countMeta(rsc, 1, "promoted-max", "master-max")
		data.PromotedNodeMax = countMeta(rsc, 1, "promoted-node-max", "master-node-max")
	}
	data.NodeMax = countMeta(rsc, 1, "clone-node-max")
	data.Max = countMeta(rsc, max(1, r.c.NodeCount()), "clone-max")
	data.Ordered = rsc.MetaBool("ordered")
	data.Interleave = rsc.MetaBool("interleave")
	if !rsc.Is(model.Unique) && data.NodeMax > 1 {
		r.c.Note(model.Error, rsc.ID, "Ignoring clone-node-max of %d for %s because anonymous clones "+
			"support only one instance per node", data.NodeMax, rsc.ID)
		data.NodeMax = 1
	}
	for element := range rsc.XML.Elements() {
		if element.Name == "primitive" || element.Name == "group" {
			data.ChildXML = element
			break
		}
	}
	if data.ChildXML == nil {
		r.c.Note(model.Error, rsc.ID, "%s has nothing to clone", rsc.ID)
		return false
	}
	// A little stickiness keeps instances from being shuffled for nothing.
	rsc.Meta.Default("resource-stickiness", "1")
	rsc.Meta.Set("globally-unique", strconv.FormatBool(rsc.Is(model.Unique)))
	data.Max = r.limit(rsc, "clone-max", data.Max)
	// One instance even if none is wanted, for history to hang removed ones on. The
	// first may show that fewer are possible: see forceAnonymous.
	for data.Total < max(1, data.Max) {
		if r.instance(rsc) == nil {
			return false
		}
	}
	return true
}

// maxInstances is more instances than any cluster runs; a number beyond it is a
// slip of the pen, and should not fill the memory.
const maxInstances = 20000

// limit returns a number of instances, or the largest that is taken seriously.
func (r *reader) limit(rsc *model.Resource, name string, wanted int) int {
	if wanted > maxInstances {
		r.c.Note(model.Error, rsc.ID, "Using %d as %s of %s because more is not supported", maxInstances, name, rsc.ID)
		return maxInstances
	}
	return wanted
}

// instance adds the next instance to a clone. Instances beyond clone-max count
// as removed.
func (r *reader) instance(clone *model.Resource) *model.Resource {
	data := clone.CloneData
	removed := data.Total >= data.Max
	child := r.read(data.ChildXML, clone, strconv.Itoa(data.Total))
	if child == nil {
		return nil
	}
	data.Total++
	clone.Children = append(clone.Children, child)
	if removed {
		child.SetTree(model.Removed)
	}
	child.Meta.Set("clone-max", strconv.Itoa(data.Max))
	return child
}

// countMeta reads a meta-attribute that counts; an invalid value counts nothing.
func countMeta(rsc *model.Resource, fallback int, names ...string) int {
	for _, name := range names {
		if value, set := rsc.Meta.Lookup(name); set {
			return count(value)
		}
	}
	return fallback
}

// count reads a number that is not negative, as far as text goes. One that is too
// large counts as the largest.
func count(text string) int {
	text = strings.TrimPrefix(strings.TrimLeft(text, " \t\n\v\f\r"), "+")
	digits := 0
	for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
		digits++
	}
	n, _ := strconv.ParseInt(text[:digits], 10, 32) // saturates
	return int(n)
}

// forceAnonymous turns a unique clone into an anonymous one: the class of its
// primitive has no agents that could tell instances apart.
func (r *reader) forceAnonymous(clone, primitive *model.Resource) {
	r.c.Note(model.Warning, clone.ID, "Ignoring globally-unique for %s because %s resources such as %s "+
		"can be used only as anonymous clones", clone.ID, primitive.Class, primitive.ID)
	clone.CloneData.NodeMax = 1
	clone.CloneData.Max = min(clone.CloneData.Max, r.c.NodeCount())
	clearUnique(clone)
	clearUnique(primitive)
}

func clearUnique(rsc *model.Resource) {
	rsc.Clear(model.Unique)
	rsc.Meta.Set("globally-unique", "false")
	for _, child := range rsc.Children {
		clearUnique(child)
	}
}
