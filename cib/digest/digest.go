// Package digest computes the checksums that Pacemaker computes over documents:
// of the CIB on disk, of a CIB as it goes over the wire, and of the parameters
// of an operation. They detect change and damage; they protect against nobody.
package digest

import (
	"cmp"
	"crypto/md5"
	"encoding/hex"
	"slices"

	"holdfast/cib/xml"
)

// OnDisk is the digest that stands in cib.xml.sig ("version 1"). It covers all
// of the document except text.
func OnDisk(n *xml.Node) string {
	b := xml.Form{DropText: true}.Append([]byte{' '}, n)
	return sum(append(b, '\n'))
}

// OnWire is the digest that goes with patchsets and replacements ("version 2").
// It leaves out the attributes that only say where a change came from.
func OnWire(n *xml.Node) string {
	return sum(xml.Form{DropText: true, DropAttr: Volatile}.Append(nil, n))
}

// Params is the digest of an operation's parameters, which are the attributes
// of n in any order.
func Params(n *xml.Node) string {
	sorted := &xml.Node{Name: n.Name, Attrs: slices.Clone(n.Attrs)}
	slices.SortFunc(sorted.Attrs, func(a, b xml.Attr) int { return cmp.Compare(a.Name, b.Name) })
	return OnDisk(sorted)
}

// Volatile reports whether an attribute is left out of OnWire.
func Volatile(name string) bool {
	switch name {
	case "crm-debug-origin", "cib-last-written", "update-origin", "update-client", "update-user":
		return true
	}
	return false
}

func sum(b []byte) string {
	s := md5.Sum(b)
	return hex.EncodeToString(s[:])
}
