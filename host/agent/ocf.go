package agent

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"holdfast/crm"
)

// ocfPath finds an agent in the first directory that has it.
func (h *Host) ocfPath(provider, agentType string) (string, error) {
	first := ""
	for _, dir := range h.opt.OCFPath {
		path := filepath.Join(dir, provider, agentType)
		if first == "" {
			first = path
		}
		if !plainName(provider) || !plainName(agentType) {
			break
		}
		err := checkProgram(path)
		if !errors.Is(err, fs.ErrNotExist) {
			return path, err
		}
	}
	return first, &fs.PathError{Op: "find agent", Path: first, Err: errors.New("no such file or directory")}
}

func (h *Host) startOCF(req Request) Running {
	path, err := h.ocfPath(req.Provider, req.Type)
	if err != nil {
		return finished(cannotRun(path, err))
	}
	params, err := h.withSecrets(req.Resource, req.Params)
	if err != nil && req.Action != "stop" {
		r := failed(crm.OpNoSecrets, crm.OCFInvalidParam, fmt.Sprintf("Unable to load CIB secrets: %v", err))
		return finished(r)
	}
	return h.spawn(req, program{
		kind:  "Resource agent",
		path:  path,
		args:  []string{req.Action},
		env:   h.ocfEnvironment(&req, params),
		judge: judgeOCF,
	})
}

// judgeOCF reads an OCF agent's exit status and its words.
func judgeOCF(exit int, r *Result) {
	r.Code = ocfCode(exit)
	r.ExitReason = exitReason(r.Stderr)
}

// ocfCode maps an exit status to one that the API defines.
func ocfCode(exit int) crm.OCF {
	code := crm.OCF(exit)
	switch {
	case code >= crm.OCFOK && code <= crm.OCFFailedPromoted:
		return code
	case code == crm.OCFDegraded || code == crm.OCFDegradedPromoted:
		return code
	}
	return crm.OCFError
}

// exitReason finds what the agent gave last as the cause of its failure.
func exitReason(stderr string) string {
	i := strings.LastIndex(stderr, exitReasonPrefix)
	if i < 0 {
		return ""
	}
	reason, _, _ := strings.Cut(stderr[i+len(exitReasonPrefix):], "\n")
	return reason
}
