package model

import "strings"

// HostTime says which host of a guest node is meant.
type HostTime uint8

// The times.
const (
	HostNow  HostTime = iota // where its launcher is active
	HostNext                 // where its launcher will be
)

// AttrFor returns the value of a node attribute as it counts for a resource: on
// a guest node the host's, if the resource's meta-attribute
// container-attribute-target says "host". It is "" if there is none.
func (n *Node) AttrFor(r *Resource, name string, when HostTime) string {
	target := ""
	if n.IsGuest() && r != nil {
		target = r.Meta.Get("container-attribute-target")
	}
	return n.attrAt(target, name, when)
}

// ColocationAttr returns the value of a node attribute as colocations compare it
// for a resource. What is colocated with a bundle, or with what runs in it, is
// where the container is, so that a bundle's own resource is asked for there.
func (n *Node) ColocationAttr(r *Resource, name string) string {
	if n == nil {
		return ""
	}
	if r != nil && n.IsBundleNode() {
		if top := r.Top(true); top.Variant == Bundle && r.Top(false) == top.BundleData.Child {
			return n.attrAt("host", name, HostNext)
		}
	}
	return n.AttrFor(r, name, HostNext)
}

func (n *Node) attrAt(target, name string, when HostTime) string {
	host := n
	if n.IsGuest() && strings.EqualFold(target, "host") {
		host = n.Remote.Launcher.Assigned
		if when == HostNow {
			host = nil
			if active := n.Remote.Launcher.Active; len(active) > 0 {
				host = active[0]
			}
		}
	}
	if host == nil {
		return ""
	}
	return host.Attrs.Get(name)
}
