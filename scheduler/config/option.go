package config

import (
	"strings"
	"time"

	"holdfast/cib/nvset"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// readOptions resolves the cluster options and sets what follows from them.
func readOptions(c *model.Cluster, section *xml.Node) {
	o := optionReader{c: c}
	Resolve(c, &c.Options.All, compile(c, section, "cluster_property_set", nvset.Bootstrap), Facts{})
	opt := &c.Options

	opt.ProbeResources = o.flag("enable-startup-probes", true)
	opt.HaveWatchdog = o.flag("have-watchdog", false)
	c.HaveFencing = c.HaveFencing || opt.HaveWatchdog
	c.EnableUnfencing = wantsUnfencing(c)
	opt.FencingTimeout = o.length("fencing-timeout", 60*time.Second, "stonith-timeout")
	opt.FencingEnabled = o.flag("fencing-enabled", true, "stonith-enabled")
	opt.FencingAction = o.fencingAction()
	opt.ConcurrentFencing = o.flag("concurrent-fencing", true)
	opt.PriorityFencingDelay = o.length("priority-fencing-delay", 0)
	opt.StopAll = o.flag("stop-all-resources", false)
	opt.Symmetric = o.flag("symmetric-cluster", true)
	opt.NoQuorumPolicy = o.quorumPolicy()
	opt.StopRemovedResources = o.flag("stop-removed-resources", true, "stop-orphan-resources")
	opt.CancelRemovedActions = o.flag("cancel-removed-actions", true, "stop-orphan-actions")
	opt.Maintenance = o.flag("maintenance-mode", false)
	opt.StartFailureFatal = o.flag("start-failure-is-fatal", true)
	opt.StartupFencing = opt.FencingEnabled && o.flag("startup-fencing", true)
	if !opt.StartupFencing {
		c.Warn("", "Blind faith: not fencing unseen nodes")
	}
	opt.Placement = o.placement()
	opt.ShutdownLock = o.flag("shutdown-lock", false)
	if opt.ShutdownLock {
		opt.ShutdownLockLimit = o.length("shutdown-lock-limit", 0)
	}
	opt.NodePendingTimeout = o.length("node-pending-timeout", 0)
	opt.FenceRemoteNoQuorum = o.flag("fence-remote-without-quorum", false)
	opt.ClusterDelay = o.lengthText("cluster-delay", "60s")
	opt.BatchLimit = o.numberText("batch-limit", "0")
	opt.MigrationLimit = o.text("migration-limit", "-1")
	o.health()
}

// An optionReader reads single options, with their older names and defaults.
type optionReader struct{ c *model.Cluster }

// text returns an option as configured, or its default.
func (o optionReader) text(name, fallback string, older ...string) string {
	for _, n := range append([]string{name}, older...) {
		if value, ok := o.c.Options.All.Lookup(n); ok {
			return value
		}
	}
	return fallback
}

// invalid records that a value is of no use.
func (o optionReader) invalid(name, value string) {
	o.c.Note(model.Error, "", "Using default value for cluster option '%s' because '%s' is invalid", name, value)
}

func (o optionReader) flag(name string, fallback bool, older ...string) bool {
	text := o.text(name, "", older...)
	if text == "" {
		return fallback
	}
	value, ok := crm.ParseBool(text)
	if !ok {
		o.invalid(name, text)
		return fallback
	}
	return value
}

func (o optionReader) length(name string, fallback time.Duration, older ...string) time.Duration {
	text := o.text(name, "", older...)
	if text == "" {
		return fallback
	}
	value, err := crm.ParseInterval(text)
	if err != nil {
		o.invalid(name, text)
		return fallback
	}
	return value
}

// lengthText returns an option that is a length of time, as it was written.
func (o optionReader) lengthText(name, fallback string) string {
	if o.length(name, -1) < 0 {
		return fallback
	}
	return o.text(name, fallback)
}

// numberText returns an option that is a number, as it was written; what comes
// after the number does not count.
func (o optionReader) numberText(name, fallback string) string {
	text := o.text(name, fallback)
	digits := strings.TrimLeft(strings.TrimLeft(text, " "), "+-")
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		o.invalid(name, text)
		return fallback
	}
	return text
}

// word returns one of the allowed words, the first being the default.
func (o optionReader) word(name string, allowed []string) string {
	text := o.text(name, "")
	for _, w := range allowed {
		if strings.EqualFold(w, text) {
			return w
		}
	}
	if text != "" {
		o.invalid(name, text)
	}
	return allowed[0]
}

// fencingAction is what fences a node. Unlike other words it is taken only as it is
// usually written.
func (o optionReader) fencingAction() string {
	const usual = "reboot"
	switch text := o.text("fencing-action", "", "stonith-action"); text {
	case usual, "off":
		return text
	case "":
		return usual
	default:
		o.invalid("fencing-action", text)
		return usual
	}
}

func (o optionReader) score(name string, fallback crm.Score) crm.Score {
	text := o.text(name, "")
	if text == "" {
		return fallback
	}
	value, ok := crm.ParseScore(text)
	if !ok {
		o.invalid(name, text)
		return fallback
	}
	return value
}

// quorumPolicy reads no-quorum-policy. Fencing all nodes needs fencing at all,
// and a cluster that once had quorum: a node that boots alone must not shoot.
func (o optionReader) quorumPolicy() model.QuorumPolicy {
	switch o.word("no-quorum-policy", []string{"stop", "freeze", "ignore", "demote", "fence", "suicide"}) {
	case "freeze":
		return model.QuorumFreeze
	case "ignore":
		return model.QuorumIgnore
	case "demote":
		return model.QuorumDemote
	case "fence", "suicide":
		if !o.c.Options.FencingEnabled {
			o.c.Note(model.Error, "", "Resetting no-quorum-policy to 'stop' because fencing is disabled")
			return model.QuorumStop
		}
		if o.c.Quorate || o.c.CIB.Attr("no-quorum-panic") == "1" {
			return model.QuorumFence
		}
	}
	return model.QuorumStop
}

func (o optionReader) placement() model.PlacementStrategy {
	switch o.word("placement-strategy", []string{"default", "utilization", "minimal", "balanced"}) {
	case "utilization":
		return model.PlaceUtilization
	case "minimal":
		return model.PlaceMinimal
	case "balanced":
		return model.PlaceBalanced
	}
	return model.PlaceDefault
}

// health reads what the health attributes of nodes count for.
func (o optionReader) health() {
	opt := &o.c.Options
	opt.HealthStrategy = o.word("node-health-strategy",
		[]string{"none", "migrate-on-red", "only-green", "progressive", "custom"})
	switch opt.HealthStrategy {
	case "none":
	case "migrate-on-red":
		opt.HealthRed = -crm.Infinity
	case "only-green":
		opt.HealthRed, opt.HealthYellow = -crm.Infinity, -crm.Infinity
	default:
		opt.HealthRed = o.score("node-health-red", -crm.Infinity)
		opt.HealthGreen = o.score("node-health-green", 0)
		opt.HealthYellow = o.score("node-health-yellow", 0)
		opt.HealthBase = o.score("node-health-base", 0)
	}
}

// wantsUnfencing tells whether a resource, or the defaults, mention unfencing in
// their meta-attributes. It must be known before the resources are read.
func wantsUnfencing(c *model.Cluster) bool {
	conf := c.CIB.Child("configuration")
	return anyUnfencing(conf.Child("rsc_defaults")) || anyUnfencing(conf.Child("resources"))
}

func anyUnfencing(parent *xml.Node) bool {
	for child := range parent.Elements() {
		if child.Name == "meta_attributes" {
			if mentionsUnfencing(child) {
				return true
			}
			continue
		}
		if anyUnfencing(child) {
			return true
		}
	}
	return false
}

func mentionsUnfencing(block *xml.Node) bool {
	for pair := range block.All("nvpair") {
		name := pair.Attr("name")
		if (name == "provides" || name == "requires") && pair.Attr("value") == "unfencing" {
			return true
		}
	}
	return false
}
