// Package cib is the cluster information base as a value: a document with a
// version, and the operations that make a new version of it.
//
// A CIB is never changed. Apply returns another one that shares with the old
// all that stayed the same, so that keeping a snapshot costs nothing, and
// comparing two versions (package patch) costs what changed between them:
//
//	c, err := cib.Parse(data)
//	...
//	result, err := c.Apply(cib.Request{
//		Op:      cib.Modify,
//		Section: "resources",
//		Data:    xml.New("primitive", "id", "db", "description", "the database"),
//	})
//	...
//	next, diff := result.CIB, result.Patch
//
// The operations and their quirks are those of Pacemaker's CIB manager, because
// its clients depend on them: what each finds, what it refuses with which
// Kind of error, and how it counts the version up.
//
// The package reads no clock and no file, and it does not know who asks: the
// request says when and who. What the document means is for others.
package cib
