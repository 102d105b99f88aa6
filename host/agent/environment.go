package agent

import (
	"strings"

	"holdfast/crm"
)

// The release of the OCF resource agent API that we offer, and the mark before
// the words in which an agent explains its failure.
const (
	ocfMajor         = "1"
	ocfMinor         = "1"
	exitReasonPrefix = "ocf-exit-reason:"
	metaPrefix       = "CRM_meta_"
	defaultPath      = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
)

// An environment collects variables, each once; a later value wins and keeps
// the place of the first.
type environment struct {
	vars  []string
	index map[string]int
}

func newEnvironment(base []string) *environment {
	e := &environment{index: make(map[string]int, len(base)+32)}
	for _, v := range base {
		if name, value, ok := strings.Cut(v, "="); ok {
			e.set(name, value)
		}
	}
	return e
}

func (e *environment) set(name, value string) {
	if i, known := e.index[name]; known {
		e.vars[i] = name + "=" + value
		return
	}
	e.index[name] = len(e.vars)
	e.vars = append(e.vars, name+"="+value)
}

// baseEnvironment is what every agent gets: the daemon's own variables without
// those that are meant for the daemon alone or that would pose as an agent's
// parameters, and then the additions.
func baseEnvironment(own, additions []string) []string {
	e := newEnvironment([]string{"PATH=" + defaultPath, "HOME=/root"})
	for _, v := range own {
		if name, value, ok := strings.Cut(v, "="); ok && !daemonOnly(name) {
			e.set(name, value)
		}
	}
	e.set("LC_ALL", "C") // agents read the output of other programs
	e.set("OCF_OUTPUT_FORMAT", "text")
	e.set("PCMK_service", "pacemaker-execd")
	for _, v := range additions {
		if name, value, ok := strings.Cut(v, "="); ok {
			e.set(name, value)
		}
	}
	return e.vars
}

func daemonOnly(name string) bool {
	switch name {
	case "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "WATCHDOG_USEC", "WATCHDOG_PID", "PWD", "OLDPWD", "_":
		return true
	}
	return strings.HasPrefix(name, "OCF_RESKEY_") || strings.HasPrefix(name, "OCF_RESOURCE_")
}

// ocfEnvironment is the environment of an OCF agent (features RAV-01 to RAV-12).
func (h *Host) ocfEnvironment(req *Request, params []Param) []string {
	e := newEnvironment(h.env)
	e.set("OCF_RESKEY_crm_feature_set", crm.FeatureSet)
	for _, p := range params {
		e.set(parameterVariable(p.Name), p.Value)
	}
	for _, p := range req.Meta {
		e.set("OCF_RESKEY_"+metaName(p.Name), p.Value)
	}
	e.set("OCF_RA_VERSION_MAJOR", ocfMajor)
	e.set("OCF_RA_VERSION_MINOR", ocfMinor)
	e.set("OCF_ROOT", h.opt.OCFRoot)
	e.set("OCF_EXIT_REASON_PREFIX", exitReasonPrefix)
	e.set("OCF_RESOURCE_INSTANCE", req.Resource)
	e.set("OCF_RESOURCE_TYPE", req.Type)
	if req.Provider != "" {
		e.set("OCF_RESOURCE_PROVIDER", req.Provider)
	}
	return e.vars
}

// parameterVariable names the variable of a parameter. The check level alone
// has no prefix.
func parameterVariable(name string) string {
	if name == "OCF_CHECK_LEVEL" {
		return name
	}
	return "OCF_RESKEY_" + name
}

// metaName turns a meta-attribute's CIB name, such as clone-max, into the name
// that agents know: CRM_meta_clone_max.
func metaName(name string) string {
	if strings.HasPrefix(name, metaPrefix) {
		return name
	}
	return metaPrefix + strings.ReplaceAll(name, "-", "_")
}

// Logging is what agents may know of the cluster's logs.
type Logging struct {
	Facility string // PCMK_logfacility
	File     string // PCMK_logfile
	Debug    bool   // debug messages go to the file too
	Cluster  string // PCMK_cluster_type, such as corosync
}

// Environment gives the variables through which agents learn of the logs, each
// with the prefix of today and the one of the Heartbeat era (feature RAV-13).
func (l Logging) Environment() []string {
	var vars []string
	both := func(name, value string) {
		vars = append(vars, "PCMK_"+name+"="+value, "HA_"+name+"="+value)
	}
	if l.Facility != "" {
		both("logfacility", l.Facility)
		if l.Facility != "none" && l.Facility != "/dev/null" {
			both("LOGFACILITY", l.Facility)
		}
	}
	if l.File != "" {
		both("logfile", l.File)
		if l.File != "none" {
			both("LOGFILE", l.File)
			if l.Debug {
				both("DEBUGLOG", l.File)
			}
		}
	}
	if l.Debug {
		both("debug", "1")
	} else {
		both("debug", "0")
	}
	if l.Cluster != "" {
		both("cluster_type", l.Cluster)
	}
	return vars
}
