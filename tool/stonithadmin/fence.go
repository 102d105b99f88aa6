package stonithadmin

import (
	"time"

	"holdfast/cluster/wire"
	"holdfast/crm"
)

// fenceWord is what the command does to a node, in words; "" if it does nothing.
func (o *options) fenceWord() string {
	switch o.command {
	case doFence, doReboot:
		return "fence"
	case doUnfence:
		return "unfence"
	}
	return ""
}

// fence has a node fenced or unfenced and waits until that has ended.
func (o *options) fence(conn fencer) error {
	action := map[command]string{doFence: "off", doReboot: "reboot", doUnfence: "on"}[o.command]
	limit := time.Duration(o.timeout) * time.Second
	request := wire.Fence{
		Target: crm.NodeName(o.arg), Action: action,
		Delay: int64(o.delay) * 1000, Timeout: limit.Milliseconds(),
		Tolerate: int64(o.tolerance / time.Second),
	}
	if o.delay < 0 {
		request.Delay = -1
	} else {
		limit += time.Duration(o.delay) * time.Second
	}
	return failed(conn.Fence(request, limit), "Couldn't %s %s", o.fenceWord(), o.arg)
}
