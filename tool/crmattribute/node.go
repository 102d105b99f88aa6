package crmattribute

import (
	"os"
	"strings"

	"holdfast/tool"
	"holdfast/tool/access"
)

// nodeName is the node meant: the one given, else the one that the agent runs
// for, else this one.
func nodeName(env *tool.Env, session *access.Session, given string) (string, error) {
	if given != "" && !strings.EqualFold(given, "auto") && !strings.EqualFold(given, "localhost") {
		return given, nil
	}
	if name := agentNode(env.Getenv); name != "" {
		return name, nil
	}
	if given == "" && session.Where == tool.File {
		return os.Hostname()
	}
	name, err := localNode(env)
	if err != nil && given != "" {
		return given, nil
	}
	return name, err
}

// localNode asks the running cluster for the name of this node in it.
func localNode(env *tool.Env) (string, error) {
	cluster, err := env.Speak()
	if err != nil {
		_, code := access.Reason(err)
		return "", tool.Fail(code, "Could not find out the name of the local node (%v); give it with --node", err)
	}
	defer cluster.Close()
	status, err := cluster.Status()
	return string(status.Name), err
}

// agentNode is the node whose attributes an agent means, which for a container
// may be the machine below it; "" outside of agents.
func agentNode(getenv func(string) string) string {
	host := getenv("OCF_RESKEY_CRM_meta_physical_host")
	if host != "" && strings.EqualFold(getenv("OCF_RESKEY_CRM_meta_container_attribute_target"), "host") {
		return host
	}
	return getenv("OCF_RESKEY_CRM_meta_on_node")
}
