package agent

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// listPatience bounds how long systemd may take to list its units.
const listPatience = 10 * time.Second

// Standards lists the standards of which agents can be run here, in the
// reference's order.
func (h *Host) Standards() []string {
	list := []string{OCF, Service, LSB}
	if len(h.unitNames()) > 0 {
		list = append(list, Systemd)
	}
	if len(h.FenceAgents()) > 0 {
		list = append(list, Stonith)
	}
	return list
}

// Providers lists the OCF providers that have an agent of the given type, or all
// providers if the type is empty.
func (h *Host) Providers(agentType string) []string {
	var list []string
	for _, dir := range h.opt.OCFPath {
		for _, name := range directories(dir) {
			if agentType == "" || exists(filepath.Join(dir, name, agentType)) {
				list = append(list, name)
			}
		}
	}
	return sortedOnce(list)
}

// Agents lists the agents of a standard; of ocf, those of one provider or, if it is
// empty, of all. An empty standard means all. The order is that of names, standard by standard.
func (h *Host) Agents(class, provider string) []string {
	switch class {
	case "":
		list := h.Agents(OCF, "")
		list = append(list, h.Agents(Service, "")...)
		return append(list, h.FenceAgents()...)
	case OCF:
		return h.ocfAgents(provider)
	case LSB:
		return programs(h.opt.LSBDir)
	case Systemd:
		return h.unitNames()
	case Service:
		return append(programs(h.opt.LSBDir), h.unitNames()...)
	case Stonith:
		return h.FenceAgents()
	}
	return nil
}

func (h *Host) ocfAgents(provider string) []string {
	if provider == "" {
		var list []string
		for _, p := range h.Providers("") {
			list = append(list, h.ocfAgents(p)...)
		}
		return list
	}
	if !plainName(provider) {
		return nil
	}
	var list []string
	for _, dir := range h.opt.OCFPath {
		list = append(list, programs(filepath.Join(dir, provider))...)
	}
	return sortedOnce(list)
}

// FenceAgents lists the fence agents.
func (h *Host) FenceAgents() []string {
	entries, err := os.ReadDir(h.opt.FenceDir)
	if err != nil {
		return nil
	}
	var list []string
	for _, e := range entries {
		if _, err := h.fencePath(e.Name()); err == nil {
			list = append(list, e.Name())
		}
	}
	return list
}

// Exists reports whether there is such an agent here.
func (h *Host) Exists(class, provider, agentType string) bool {
	var err error
	switch class {
	case OCF:
		_, err = h.ocfPath(provider, agentType)
	case LSB:
		_, err = h.lsbPath(agentType)
	case Stonith:
		_, err = h.fencePath(agentType)
	case Systemd:
		ok, err := h.units.Exists(agentType)
		return ok && err == nil
	case Service:
		return h.Exists(LSB, "", agentType) || h.Exists(Systemd, "", agentType)
	default:
		return false
	}
	return err == nil
}

func (h *Host) unitNames() []string {
	ctx, cancel := context.WithTimeout(context.Background(), listPatience)
	defer cancel()
	names, err := h.units.List(ctx)
	if err != nil {
		return nil // a machine without systemd has no units
	}
	return names
}

// directories lists the folders of a directory by name.
func directories(dir string) []string {
	return entries(dir, func(info os.FileInfo) bool { return info.IsDir() })
}

// programs lists the executable files of a directory by name.
func programs(dir string) []string {
	return entries(dir, func(info os.FileInfo) bool {
		return info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
	})
}

// entries lists what a directory has of a kind, following links and leaving
// out hidden names.
func entries(dir string, want func(os.FileInfo) bool) []string {
	all, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range all {
		info, err := os.Stat(filepath.Join(dir, e.Name()))
		if err == nil && plainName(e.Name()) && want(info) {
			names = append(names, e.Name())
		}
	}
	return names
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func sortedOnce(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
