package config

import (
	"strconv"
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// common sets what every resource has from its meta-attributes.
func (r *reader) common(rsc *model.Resource) {
	rsc.Set(model.Unassigned)
	if isRemoteConnection(rsc.XML) {
		rsc.Set(model.RemoteConnection)
		rsc.RemoteName = rsc.ID
	}
	rsc.Priority = int(r.scoreMeta(rsc, "priority", 0))
	if critical, set := rsc.Meta.Lookup("critical"); !set || isTrue(critical) {
		rsc.Set(model.Critical)
	}
	if rsc.MetaBool("notify") {
		rsc.Set(model.Notify)
	}
	remote := rsc.Is(model.RemoteConnection) && !rsc.Meta.Has("container")
	// The resources on a remote node need not stop for its connection to move.
	if migrate, set := rsc.Meta.Lookup("allow-migrate"); isTrue(migrate) || !set && remote {
		rsc.Set(model.Migratable)
	}
	r.management(rsc)
	r.uniqueness(rsc)
	r.multiplyActive(rsc)
	if rsc.Meta.Get("resource-stickiness") != "default" {
		rsc.Stickiness = r.scoreMeta(rsc, "resource-stickiness", 0)
	}
	r.threshold(rsc)
	if strings.EqualFold(rsc.Class, "stonith") {
		r.c.HaveFencing = true
		rsc.Set(model.FenceDevice)
	}
	value, _ := rsc.Meta.Lookup("requires")
	r.requires(rsc, value)
	r.failureTimeout(rsc, remote)
	rsc.NextRole, _ = TargetRole(r.c, rsc)
}

func isTrue(text string) bool {
	value, _ := crm.ParseBool(text)
	return value
}

// scoreMeta reads a meta-attribute that is a score.
func (r *reader) scoreMeta(rsc *model.Resource, name string, fallback crm.Score) crm.Score {
	text, set := rsc.Meta.Lookup(name)
	if !set {
		return fallback
	}
	value, ok := crm.ParseScore(text)
	if !ok {
		r.c.Note(model.Warning, rsc.ID, "Using default (%s) for resource %s %s because '%s' is not a valid value",
			fallback, rsc.ID, name, text)
		return fallback
	}
	return value
}

// management decides whether the resource is managed, from its own
// meta-attributes and the cluster's maintenance mode.
func (r *reader) management(rsc *model.Resource) {
	rsc.Set(model.Managed)
	if managed, set := rsc.Meta.Lookup("is-managed"); set && managed != "default" && !isTrue(managed) {
		rsc.Clear(model.Managed)
	}
	if rsc.MetaBool("maintenance") || r.c.Options.Maintenance {
		rsc.Clear(model.Managed)
		rsc.Set(model.MaintenanceMode)
	}
}

// uniqueness sets what a clone says about its instances. All that is in no
// clone is unique.
func (r *reader) uniqueness(rsc *model.Resource) {
	if rsc.Top(false).Variant != model.Clone {
		rsc.Set(model.Unique)
		return
	}
	unique, set := rsc.Meta.Lookup("globally-unique")
	if set && isTrue(unique) {
		rsc.Set(model.Unique)
	}
	if max, _ := strconv.Atoi(rsc.Meta.Get("clone-node-max")); !set && max > 1 {
		rsc.Set(model.Unique)
	}
	if rsc.MetaBool("promotable") || rsc.XML.Name == "master" {
		rsc.Set(model.Promotable)
		rsc.Meta.Default("promotable", "true")
	}
}

func (r *reader) multiplyActive(rsc *model.Resource) {
	switch value, _ := rsc.Meta.Lookup("multiple-active"); strings.ToLower(value) {
	case "stop_only":
		rsc.MultiplyActive = model.ActiveStopOnly
	case "block":
		rsc.MultiplyActive = model.ActiveBlock
	case "stop_unexpected":
		rsc.MultiplyActive = model.ActiveStopUnexpected
	case "stop_start", "":
	default:
		r.c.Note(model.Warning, rsc.ID,
			"%s is not a valid value for multiple-active, using default of \"stop_start\"", value)
	}
}

// threshold reads migration-threshold; there is none by default.
func (r *reader) threshold(rsc *model.Resource) {
	rsc.Threshold = int(crm.Infinity)
	if rsc.Meta.Get("migration-threshold") == "default" {
		return
	}
	if value := r.scoreMeta(rsc, "migration-threshold", crm.Infinity); value >= 0 {
		rsc.Threshold = int(value)
	}
}

// requires sets what must be before the resource may be recovered; an unknown or
// missing value stands for the strongest that the cluster can give.
func (r *reader) requires(rsc *model.Resource, value string) {
	device := rsc.Is(model.FenceDevice)
	switch strings.ToLower(value) {
	case "nothing":
	case "quorum":
		rsc.Set(model.NeedsQuorum)
	case "fencing":
		rsc.Set(model.NeedsFencing)
		if !r.c.Options.FencingEnabled {
			r.c.Note(model.Warning, rsc.ID, "%s requires fencing but fencing is disabled", rsc.ID)
		}
	case "unfencing":
		if device || !r.c.Options.FencingEnabled {
			why := "fencing is disabled"
			if device {
				why = "fencing devices cannot require unfencing"
			}
			r.c.Note(model.Warning, rsc.ID, "Resetting \"requires\" for %s to \"quorum\" because %s", rsc.ID, why)
			r.requires(rsc, "quorum")
			return
		}
		rsc.Set(model.NeedsFencing | model.NeedsUnfencing)
	default:
		fallback := r.defaultRequires(rsc)
		if value != "" {
			r.c.Note(model.Error, rsc.ID, "Resetting 'requires' for %s to '%s' because '%s' is not valid",
				rsc.ID, fallback, value)
		}
		r.requires(rsc, fallback)
	}
}

func (r *reader) defaultRequires(rsc *model.Resource) string {
	switch {
	case rsc.Is(model.FenceDevice), rsc.Variant == model.Primitive && rsc.Is(model.RemoteConnection):
		return "quorum"
	case r.c.EnableUnfencing:
		return "unfencing"
	case r.c.Options.FencingEnabled:
		return "fencing"
	case r.c.Options.NoQuorumPolicy == model.QuorumIgnore:
		return "nothing"
	}
	return "quorum"
}

// failureTimeout reads when failures expire. The connection to a remote node
// waits its reconnect interval instead: a start is held back until the failure
// has expired.
func (r *reader) failureTimeout(rsc *model.Resource, remote bool) {
	if value, set := rsc.Meta.Lookup("failure-timeout"); set {
		rsc.FailureTimeout, _ = crm.ParseInterval(value)
	}
	if !remote {
		return
	}
	if value, set := Params(r.c, rsc, nil).Lookup("reconnect_interval"); set {
		rsc.ReconnectEvery, _ = crm.ParseInterval(value)
		rsc.FailureTimeout = rsc.ReconnectEvery
	}
}

// TargetRole returns the role that a resource's target-role asks for; ok is
// false where it asks for nothing that would not happen anyway.
func TargetRole(c *model.Cluster, rsc *model.Resource) (role crm.Role, ok bool) {
	value, set := rsc.Meta.Lookup("target-role")
	if !set || strings.EqualFold(value, "Started") || strings.EqualFold(value, "default") {
		return crm.RoleUnknown, false
	}
	role, _ = crm.ParseRole(value)
	switch {
	case role == crm.RoleUnknown:
		c.Note(model.Error, rsc.ID, "Ignoring 'target-role' for %s because '%s' is not valid", rsc.ID, value)
		return crm.RoleUnknown, false
	case role <= crm.RoleStarted:
		return role, true
	case !rsc.Top(false).Is(model.Promotable):
		c.Note(model.Error, rsc.ID,
			"Ignoring 'target-role' for %s because '%s' only makes sense for promotable clones", rsc.ID, value)
		return crm.RoleUnknown, false
	case role > crm.RoleUnpromoted:
		return crm.RoleUnknown, false // the default; saying it would only disturb placement
	}
	return role, true
}
