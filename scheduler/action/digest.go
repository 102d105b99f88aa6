package action

import (
	"slices"
	"strconv"
	"strings"

	"holdfast/cib/digest"
	"holdfast/cib/rule"
	"holdfast/cib/xml"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
)

// secureListed is the feature set since which a history entry says itself which
// parameters are private.
const secureListed = "3.16.0"

// metaPrefix marks meta-attributes among the parameters given to an agent.
const metaPrefix = "CRM_meta_"

// unfencingTask is the name under which digests for unfencing are cached.
const unfencingTask = "stonith-on"

// DigestsOf returns the digests of an operation as the configuration has it now,
// in the form to be compared with a history entry (nil if there is none).
// overrides, in the agent's spelling, come before all parameters. secure asks
// for the digest without private parameters.
func DigestsOf(c *model.Cluster, rsc *model.Resource, task string, interval uint32, n *model.Node,
	entry *xml.Node, overrides model.Vars, secure bool) *model.Digest {
	d := &model.Digest{Change: model.DigestMatch}
	params := config.Params(c, rsc, n)
	if text, set := overrides.Lookup(metaPrefix + "interval"); set {
		if ms, err := strconv.ParseUint(text, 10, 32); err == nil {
			interval = uint32(ms)
		}
	}
	mainDigest(c, d, rsc, task, interval, n, params, overrides)
	if secure {
		secureDigest(c, d, rsc, entry, params, overrides)
	}
	restartDigest(c, d, entry)
	return d
}

// mainDigest covers all parameters, and for recurring operations the timeout.
func mainDigest(c *model.Cluster, d *model.Digest, rsc *model.Resource, task string, interval uint32,
	n *model.Node, params, overrides model.Vars) {
	all := make(model.Vars, 0, len(overrides)+len(params)+3)
	if host := BundleHost(c, rsc); host != nil {
		all.Default("addr", host.Name)
	}
	addMissing(&all, overrides)
	addMissing(&all, params)
	op := FindOp(rsc, task, interval, true)
	if op != nil {
		var own model.Vars
		config.Pairs(c, &own, op, "instance_attributes", config.Facts{Node: n})
		if interval == 0 && len(own) > 0 {
			// Parameters of just this operation take effect only when it is
			// executed anew, so a reload would not do.
			d.Change = model.DigestRestart
		}
		addMissing(&all, own)
	}
	if interval > 0 {
		timeout := Meta(c, rsc, n, task, interval, op).Get("timeout")
		all.Default(metaPrefix+"timeout", timeout)
		all.Default(metaPrefix+"interval", strconv.FormatUint(uint64(interval), 10))
	}
	d.ParamsAll = filter(all)
	d.All = sum(d.ParamsAll)
}

func addMissing(to *model.Vars, from model.Vars) {
	if len(*to) == 0 { // no name of a table is there twice
		*to = append(*to, from...)
		return
	}
	for _, v := range from {
		to.Default(v.Name, v.Value)
	}
}

// secureDigest leaves out private parameters, as the history entry names them.
func secureDigest(c *model.Cluster, d *model.Digest, rsc *model.Resource, entry *xml.Node, params, overrides model.Vars) {
	version := entry.Attr("crm_feature_set")
	if version == "" {
		version = c.CIB.Attr("crm_feature_set")
	}
	old := version != "" && rule.CompareVersions(version, secureListed) < 0
	private := " passwd password user "
	if entry != nil {
		private = entry.Attr("op-secure-params")
	}
	list := d.ParamsAll
	if old {
		list = make(model.Vars, 0, len(overrides)+len(params))
		addMissing(&list, overrides)
		addMissing(&list, params)
	}
	names := strings.Fields(private)
	list = without(list, func(v model.Var) bool {
		return slices.Contains(names, v.Name) || old && rsc.Is(model.FenceDevice) && isFencingParam(v.Name)
	})
	list = filter(list)
	if old {
		list = without(list, func(v model.Var) bool { return v.Name == metaPrefix+"timeout" })
	}
	d.ParamsSecure, d.HaveSecure = list, true
	if d.Secure = d.All; !slices.Equal(list, d.ParamsAll) {
		d.Secure = sum(list)
	}
}

// without returns a table without what is to go: itself, if that is nothing.
func without(list model.Vars, goes func(model.Var) bool) model.Vars {
	if !slices.ContainsFunc(list, goes) {
		return list
	}
	return slices.DeleteFunc(list.Clone(), goes)
}

// isFencingParam tells whether a parameter is the cluster's, not the agent's.
func isFencingParam(name string) bool {
	return strings.HasPrefix(name, "pcmk_") || name == "provides" || name == "stonith-timeout"
}

// restartDigest covers the parameters whose change needs a restart, if the
// history entry says which those are, or if the operation is to be executed anew.
func restartDigest(c *model.Cluster, d *model.Digest, entry *xml.Node) {
	if _, recorded := entry.Lookup("op-restart-digest"); !recorded && !slices.Contains(c.Rescheduled, entry) {
		return
	}
	list := d.ParamsAll.Clone()
	if text, set := entry.Lookup("op-force-restart"); set {
		names := strings.Fields(text)
		list = slices.DeleteFunc(list, func(v model.Var) bool { return !slices.Contains(names, v.Name) })
	}
	d.ParamsRestart, d.Restart, d.HaveRestart = list, sum(list), true
}

// filter drops what is no parameter of the agent. The timeout of a recurring
// operation counts, since changing it means scheduling the operation anew.
func filter(list model.Vars) model.Vars {
	recurring := list.Has(metaPrefix+"interval") && list.Get(metaPrefix+"interval") != "0"
	return without(list, func(v model.Var) bool {
		if v.Name == metaPrefix+"timeout" && recurring {
			return false
		}
		switch v.Name {
		case "id", "crm_feature_set", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip":
			return true
		}
		return strings.HasPrefix(v.Name, metaPrefix)
	})
}

func sum(list model.Vars) string {
	n := &xml.Node{Name: "parameters", Attrs: make([]xml.Attr, len(list))}
	for i, v := range list {
		n.Attrs[i] = xml.Attr{Name: v.Name, Value: v.Value}
	}
	return digest.Params(n)
}

// cached returns the digests for an operation on a node, computing them once.
func cached(c *model.Cluster, rsc *model.Resource, task string, interval uint32, n *model.Node, entry *xml.Node, secure bool) *model.Digest {
	key := model.DigestKey{Resource: rsc, Task: task, IntervalMS: interval}
	d := n.Digests[key]
	if d == nil {
		d = DigestsOf(c, rsc, task, interval, n, entry, nil, secure)
		if n.Digests == nil {
			n.Digests = map[model.DigestKey]*model.Digest{}
		}
		n.Digests[key] = d
	}
	return d
}

// CompareDigest tells whether the parameters of a recorded operation have
// changed since.
func CompareDigest(c *model.Cluster, rsc *model.Resource, entry *xml.Node, n *model.Node) *model.Digest {
	interval, _ := strconv.ParseUint(entry.Attr("interval"), 10, 32)
	d := cached(c, rsc, entry.Attr("operation"), uint32(interval), n, entry, c.Sanitized)
	recorded, known := entry.Lookup("op-digest")
	switch {
	// A failure that expired lets its operation be executed anew, unless there is an
	// older record of the operation: then it has been since.
	case d.HaveRestart && slices.Contains(c.Rescheduled, entry), differs(d.Restart, entry.Attr("op-restart-digest")):
		d.Change = model.DigestRestart
	case !known:
		d.Change = model.DigestUnknown
	case recorded == d.All:
		d.Change = model.DigestMatch
	case interval == 0 && d.Change == model.DigestRestart:
		// Parameters of the operation itself: see mainDigest.
	default:
		d.Change = model.DigestMismatch
	}
	return d
}

// differs tells whether two digests are known and not the same.
func differs(a, b string) bool { return a != "" && b != "" && a != b }

// FencingDigest tells whether a device's definition has changed since a node was
// last unfenced.
func FencingDigest(c *model.Cluster, device *model.Resource, n *model.Node) *model.Digest {
	d := cached(c, device, unfencingTask, 0, n, nil, true)
	recorded, known := n.Attrs.Lookup("#digests-all")
	switch {
	case !known:
		d.Change = model.DigestUnknown
	case strings.Contains(recorded, device.ID+":"+device.Type+":"+d.All):
		d.Change = model.DigestMatch
	case strings.Contains(n.Attrs.Get("#digests-secure"), device.ID+":"+device.Type+":"+d.Secure):
		d.Change = model.DigestMatch
		c.Inform("Only 'private' parameters to %s for unfencing %s changed", device.ID, n.Name)
	default:
		d.Change = model.DigestMismatch
		if c.Sanitized {
			c.Inform("Parameters to %s for unfencing %s changed, try '%s:%s:%s'", device.ID, n.Name, device.ID, device.Type, d.Secure)
		}
	}
	return d
}

// BundleHost is the node whose name stands for the address of the connection to
// a replica without an address of its own: where its container will be, else
// where it is. nil for all other resources.
func BundleHost(c *model.Cluster, rsc *model.Resource) *model.Node {
	if !rsc.Is(model.RemoteConnection) || !strings.EqualFold(config.Params(c, rsc, nil).Get("addr"), "#uname") {
		return nil
	}
	replica := rsc.ReplicaOf()
	if replica == nil {
		return nil
	}
	if n := replica.Container.Assigned; n != nil {
		return n
	}
	return replica.Container.CurrentNode()
}
