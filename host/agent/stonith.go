package agent

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"holdfast/crm"
)

// fencePrefix begins the name of every fence agent.
const fencePrefix = "fence_"

func (h *Host) fencePath(name string) (string, error) {
	path := filepath.Join(h.opt.FenceDir, name)
	if !plainName(name) || !strings.HasPrefix(name, fencePrefix) {
		return path, &fs.PathError{Op: "find agent", Path: path, Err: errors.New("not the name of a fence agent")}
	}
	return path, checkProgram(path)
}

// startFence runs a fence agent once. Its parameters, the action among them,
// arrive on its standard input, where other users cannot see them. What to give
// and how often to try is decided by package fence.
func (h *Host) startFence(req Request) Running {
	path, err := h.fencePath(req.Type)
	if err != nil {
		return finished(cannotRun(path, err))
	}
	params, err := h.withSecrets(req.Resource, req.Params)
	if err != nil {
		return finished(failed(crm.OpNoSecrets, crm.OCFInvalidParam, "Unable to load CIB secrets: "+err.Error()))
	}
	// The action comes first, so that an agent that waits at its gate knows it: should
	// this process end now, the agent finds the end of its input, and without an
	// action it might do what it does by default, which is to reboot.
	var first, rest []byte
	for _, p := range params {
		if strings.Contains(p.Name+p.Value, "\n") {
			return finished(failed(crm.OpErrorHard, crm.OCFInvalidParam,
				"Parameter "+p.Name+" of fence agent "+req.Type+" contains a line break"))
		}
		line := p.Name + "=" + p.Value + "\n"
		if p.Name == "action" {
			first = append(first, line...)
		} else {
			rest = append(rest, line...)
		}
	}
	e := newEnvironment(h.env)
	e.set("PCMK_service", "pacemaker-fenced")
	return h.spawn(req, program{kind: "Fence agent", path: path, env: e.vars, stdin: [][]byte{first, rest}, gate: req.Gate, judge: judgeFence})
}

// judgeFence gives a fence agent's exit status as it is: for status 0 means on
// and 2 off, for other actions 0 means success.
func judgeFence(exit int, r *Result) {
	r.Code = crm.OCF(exit)
	if exit != 0 {
		r.ExitReason = lastLine(r.Stderr)
	}
}

// judgePlain takes an exit status as it is.
func judgePlain(exit int, r *Result) { r.Code = crm.OCF(exit) }

// lastLine is the last line with something on it.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}
