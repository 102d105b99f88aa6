package cib

import (
	"strconv"
	"strings"

	"holdfast/cib/acl"
	"holdfast/cib/patch"
	"holdfast/cib/schema"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// Apply performs one request and returns the new version. On an error, which is
// an *Error, the CIB is as it was.
func (c CIB) Apply(r Request) (Result, error) {
	r.Data = withoutText(r.Data)
	if !r.Op.Changes() {
		out := (*xml.Node)(nil)
		var err error
		if r.Op == Query {
			out, err = c.Query(r)
		}
		return Result{CIB: c, Output: out}, err
	}
	r.rights = acl.For(c.root, r.User, r.Groups, r.Time)
	root, err := c.perform(r)
	if err != nil {
		return Result{CIB: c}, err
	}
	return c.finish(r, root)
}

// perform makes the new document, without counting it as a version.
func (c CIB) perform(r Request) (*xml.Node, error) {
	switch r.Op {
	case Create:
		return c.create(r)
	case Modify:
		return c.modify(r)
	case Replace:
		return c.replace(r)
	case Delete:
		return c.delete(r)
	case Erase:
		return c.erase(), nil
	case Bump:
		return counted(c.root, "epoch", c.Version().Epoch+1), nil
	case Patch:
		root, err := patch.Apply(c.root, r.Data, !r.Keep)
		return root, fromPatch(err)
	case Upgrade:
		return c.upgrade(r)
	case Transaction:
		return c.transact(r)
	}
	return nil, refuse(Unsupported, "%v", r.Op)
}

// transact performs several requests as one change.
func (c CIB) transact(r Request) (*xml.Node, error) {
	next := c
	for i, part := range r.Requests {
		if part.Op == Transaction || !part.Op.Changes() {
			return nil, refuse(Unsupported, "%v cannot be part of a transaction", part.Op)
		}
		part.Data, part.rights = withoutText(part.Data), r.rights
		root, err := next.perform(part)
		if err != nil {
			return nil, &Error{Kind: KindOf(err), Detail: "request " + strconv.Itoa(i+1) + " of the transaction: " + err.Error()}
		}
		next = CIB{root}
	}
	return next.root, nil
}

// finish checks the new document, counts its version up and makes the patch.
func (c CIB) finish(r Request, root *xml.Node) (Result, error) {
	next := CIB{root}
	if r.rights != nil {
		if err := r.rights.Check(c.root, next.root, r.Trace); err != nil {
			return Result{CIB: c}, refuse(Denied, "%v", err)
		}
	}
	if err := c.checkProgress(next, r); err != nil {
		return Result{CIB: c}, err
	}
	result := Result{CIB: c}
	put, isPut := c.putInPlace(r)
	if !isPut && xml.Equal(c.root, next.root) {
		return result, nil
	}
	result.ConfigChanged = isPut && c.belowConfiguration(put) || !xml.Equal(c.Configuration(), next.Configuration())
	if !r.Keep {
		next = next.countedUp(result.ConfigChanged)
	}
	if result.ConfigChanged && !r.NoStamp && !r.Keep {
		next = next.stamped(r)
	}
	if err := next.check(r); err != nil {
		return Result{CIB: c}, err
	}
	result.CIB = next
	result.Patch = patch.Diff(c.root, next.root, patch.Options{})
	return result, nil
}

// putInPlace returns where a request puts an object in the place of one, which
// counts as a change even if the two are equal. Somebody whose rights have to be
// asked for may count nothing up in that way.
func (c CIB) putInPlace(r Request) (xml.Path, bool) {
	if r.Op != Replace || r.Keep || r.rights != nil {
		return nil, false
	}
	if r.XPath != "" {
		matches, err := c.elements(r)
		if err != nil {
			return nil, false
		}
		return matches[0].Path, true
	}
	data, err := input(r)
	if err != nil || data.Name == "cib" {
		return nil, err == nil
	}
	path, _, found := c.findReplaced(r, data)
	return path, found
}

// belowConfiguration reports whether a path leads to something in the configuration.
// The configuration as a whole, put in the place of an equal one, is no change of it:
// clients write it back as they read it.
func (c CIB) belowConfiguration(path xml.Path) bool {
	return len(path) > 1 && c.root.Children[path[0]].Name == "configuration"
}

// checkProgress refuses a document that is older than the one it follows.
func (c CIB) checkProgress(next CIB, r Request) error {
	was, is := c.Version(), next.Version()
	switch {
	case is.AdminEpoch != was.AdminEpoch:
		if is.AdminEpoch < was.AdminEpoch {
			return refuse(OldData, "admin_epoch went back from %d to %d", was.AdminEpoch, is.AdminEpoch)
		}
	case is.Epoch < was.Epoch:
		return refuse(OldData, "epoch went back from %d to %d", was.Epoch, is.Epoch)
	}
	if newer(next.root.Attr("crm_feature_set"), crm.FeatureSet) && !r.NoStamp {
		return refuse(TooNew, "feature set %s is newer than ours, %s", next.root.Attr("crm_feature_set"), crm.FeatureSet)
	}
	return nil
}

// check holds the new document against its schema. Status may be anything.
func (c CIB) check(r Request) error {
	if r.NoSchema || strings.EqualFold(r.Section, "status") {
		return nil
	}
	return c.Validate()
}

// Validate holds the document against its schema. The error is an *Error whose
// notes are the violations.
func (c CIB) Validate() error {
	violations := schema.Validate(c.root)
	if len(violations) == 0 {
		return nil
	}
	e := &Error{Kind: SchemaInvalid}
	for _, v := range violations {
		e.Notes = append(e.Notes, v.String())
	}
	return e
}

// countedUp gives a changed document its number: a change of the configuration
// counts in epoch, any other in num_updates.
func (c CIB) countedUp(config bool) CIB {
	v := c.Version()
	if config {
		return CIB{counted(counted(c.root, "num_updates", 0), "epoch", v.Epoch+1)}
	}
	return CIB{counted(c.root, "num_updates", v.NumUpdates+1)}
}

// counted returns the document with one number of its version set.
func counted(root *xml.Node, name string, n int) *xml.Node {
	return withAttr(root, name, strconv.Itoa(n))
}

func withAttr(root *xml.Node, name, value string) *xml.Node {
	root = root.Copy()
	root.SetAttr(name, value)
	return root
}

// stamped records who changed the configuration, and when.
func (c CIB) stamped(r Request) CIB {
	root := c.root.Copy()
	root.SetAttr("cib-last-written", r.Time.Format("Mon Jan _2 15:04:05 2006"))
	if schema.Before(c.Schema(), "pacemaker-1.2") {
		return CIB{root} // which did not know these attributes yet
	}
	for i, value := range []string{r.Origin, r.Client, r.User} {
		name := [...]string{"update-origin", "update-client", "update-user"}[i]
		if value == "" {
			root.DelAttr(name)
			continue
		}
		root.SetAttr(name, value)
	}
	return CIB{root}
}

// newer compares versions such as 3.20.5 number by number.
func newer(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		var x, y int
		if i < len(as) {
			x, _ = strconv.Atoi(as[i])
		}
		if i < len(bs) {
			y, _ = strconv.Atoi(bs[i])
		}
		if x != y {
			return x > y
		}
	}
	return false
}
