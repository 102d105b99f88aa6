// Package digest computes the checksums that Pacemaker computes over documents:
// of the CIB on disk, of a CIB as it goes over the wire, and of the parameters
// of an operation. They detect change and damage; they protect against nobody.
package digest

import (
	"cmp"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"slices"
	"sync"

	"holdfast/cib/xml"
)

// OnDisk is the digest that stands in cib.xml.sig ("version 1"). It covers all
// of the document except text.
func OnDisk(n *xml.Node) string {
	return sum(" ", xml.Form{DropText: true}, n, "\n")
}

// OnWire is the digest that goes with patchsets and replacements ("version 2").
// It leaves out the attributes that only say where a change came from.
func OnWire(n *xml.Node) string {
	return sum("", xml.Form{DropText: true, DropAttr: Volatile}, n, "")
}

// Matches reports whether sum is the digest of a document on disk, as this or an
// older Pacemaker computed it.
func Matches(n *xml.Node, sum string) bool {
	return sum == OnDisk(n) || sum == onDiskBefore3(n)
}

// onDiskBefore3 is OnDisk as it was before Pacemaker 3, which spelled unusual
// characters differently.
func onDiskBefore3(n *xml.Node) string {
	return sum(" ", xml.Form{DropText: true, Escape: escapeBefore3}, n, "\n")
}

var before3 = map[byte]string{
	'<': "&lt;", '>': "&gt;", '&': "&amp;", '"': "&quot;", '\'': "&apos;",
	'\t': "    ", '\n': `\n`, '\r': `\r`,
}

// escapeBefore3 stops escaping at the first character outside ASCII.
func escapeBefore3(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= 0x80 {
			return append(b, s[i:]...)
		}
		if e, ok := before3[c]; ok {
			b = append(b, e...)
		} else if c < ' ' || c > '~' {
			b = fmt.Appendf(b, `\%03o`, c)
		} else {
			b = append(b, c)
		}
	}
	return b
}

// Params is the digest of an operation's parameters, which are the attributes
// of n in any order.
func Params(n *xml.Node) string {
	byName := func(a, b xml.Attr) int { return cmp.Compare(a.Name, b.Name) }
	sorted := &xml.Node{Name: n.Name, Attrs: n.Attrs}
	if !slices.IsSortedFunc(n.Attrs, byName) {
		sorted.Attrs = slices.Clone(n.Attrs)
		slices.SortFunc(sorted.Attrs, byName)
	}
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

// hashes are used again: there is a digest for every operation.
var hashes = sync.Pool{New: func() any { return md5.New() }}

// sum is the digest of a document in a form, with what stands around it. A hash
// never fails to take what is written.
func sum(before string, form xml.Form, n *xml.Node, after string) string {
	h := hashes.Get().(hash.Hash)
	defer hashes.Put(h)
	h.Reset()
	_, _ = io.WriteString(h, before)
	_ = form.Write(h, n)
	_, _ = io.WriteString(h, after)
	return hex.EncodeToString(h.Sum(nil))
}
