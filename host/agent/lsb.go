package agent

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"holdfast/crm"
)

// Exit statuses of an init script's status action (LSB 3.1, "Init Script Actions"),
// with the two that Linux-HA added.
const (
	lsbRunning          = 0
	lsbDeadWithPidFile  = 1
	lsbDeadWithLockFile = 2
	lsbNotRunning       = 3
	lsbNotInstalled     = 150
	lsbInsufficientPriv = 151

	lsbLastAction = 7 // the highest that other actions share with OCF
)

// lsbPath finds an init script, by its name or by its full path within the
// directory of init scripts.
func (h *Host) lsbPath(name string) (string, error) {
	if dir, base := filepath.Split(name); dir != "" && filepath.Clean(dir) == filepath.Clean(h.opt.LSBDir) {
		name = base
	}
	path := filepath.Join(h.opt.LSBDir, name)
	if !plainName(name) {
		return path, &fs.PathError{Op: "find script", Path: path, Err: errors.New("not in the directory of init scripts")}
	}
	return path, checkProgram(path)
}

func (h *Host) startLSB(req Request) Running {
	path, err := h.lsbPath(req.Type)
	if err != nil {
		return finished(cannotRun(path, err))
	}
	if req.Action == "meta-data" {
		return finished(scriptMetadata(path, req.Type))
	}
	action := req.Action
	if action == "monitor" {
		action = "status"
	}
	return h.spawn(req, program{
		kind:  "Resource agent",
		path:  path,
		args:  []string{action},
		env:   h.env,
		judge: func(exit int, r *Result) { r.Code = lsbCode(action, exit) },
	})
}

// lsbCode maps the exit status of an init script.
func lsbCode(action string, exit int) crm.OCF {
	if action != "status" {
		if exit < 0 || exit > lsbLastAction {
			return crm.OCFError
		}
		return crm.OCF(exit)
	}
	switch exit {
	case lsbRunning:
		return crm.OCFOK
	case lsbDeadWithPidFile, lsbDeadWithLockFile, lsbNotRunning:
		return crm.OCFNotRunning
	case lsbNotInstalled:
		return crm.OCFNotInstalled
	case lsbInsufficientPriv:
		return crm.OCFInsufficientPriv
	}
	return crm.OCFError
}

// A scriptHeader is the comment block in which an init script describes itself.
type scriptHeader struct {
	fields map[string]string
	long   string
}

// parseScriptHeader reads the lines between BEGIN and END INIT INFO. A description
// may go on over lines that begin with a tab or two blanks after the '#'.
func parseScriptHeader(text string) scriptHeader {
	h := scriptHeader{fields: map[string]string{}}
	inside, describing := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case !inside:
			inside = line == "### BEGIN INIT INFO"
			continue
		case line == "### END INIT INFO" || !strings.HasPrefix(line, "#"):
			return h
		case describing && (strings.HasPrefix(line, "#\t") || strings.HasPrefix(line, "#  ")):
			h.long += "\n" + strings.TrimSpace(line[1:])
			continue
		}
		name, value, ok := strings.Cut(strings.TrimSpace(line[1:]), ":")
		value = strings.TrimSpace(value)
		if describing = ok && name == "Description"; describing {
			h.long = value
		} else if ok {
			h.fields[name] = value
		}
	}
	return h
}
