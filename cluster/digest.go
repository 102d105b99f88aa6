package cluster

import (
	"strconv"
	"strings"

	"holdfast/cib/digest"
	"holdfast/cib/xml"
	"holdfast/cluster/wire"
)

// OperationDigest is the op-digest of an operation: over all parameters of the
// agent, and for recurring operations the timeout, so that a change of either is
// noticed by the scheduler (which computes the same from the configuration).
func OperationDigest(op wire.Operation) string {
	n := xml.New("parameters")
	for _, p := range op.Params {
		switch p.Name {
		case "id", "crm_feature_set", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip":
			continue
		}
		if !strings.HasPrefix(p.Name, "CRM_meta_") {
			n.SetAttr(p.Name, p.Value)
		}
	}
	if op.Interval > 0 {
		n.SetAttr("CRM_meta_timeout", strconv.FormatInt(op.Timeout, 10))
	}
	return digest.Params(n)
}
