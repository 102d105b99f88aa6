package systemd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// DefaultDropInDir is where systemd reads settings that end with the boot.
const DefaultDropInDir = "/run/systemd/system"

// dropInName is the name that administrators know from the reference.
const dropInName = "50-pacemaker.conf"

// Override puts a unit under the cluster's rule until the next boot: at shutdown
// systemd stops the cluster before the unit, not the other way round, and it
// does not restart the service behind the cluster's back.
func (m *Manager) Override(ctx context.Context, dir, name string) error {
	unit := UnitName(name)
	dropIns := filepath.Join(dir, unit+".d")
	if err := os.MkdirAll(dropIns, 0o755); err != nil {
		return fmt.Errorf("make systemd override of %s: %w", unit, err)
	}
	path := filepath.Join(dropIns, dropInName)
	if old, err := os.ReadFile(path); err == nil && string(old) == overrideText(unit) {
		return nil // already in force
	}
	if err := os.WriteFile(path, []byte(overrideText(unit)), 0o644); err != nil {
		return fmt.Errorf("write systemd override of %s: %w", unit, err)
	}
	return m.Reload(ctx)
}

// Release takes the override away again. Having none is no error.
func (m *Manager) Release(ctx context.Context, dir, name string) error {
	unit := UnitName(name)
	err := os.Remove(filepath.Join(dir, unit+".d", dropInName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove systemd override of %s: %w", unit, err)
	}
	return m.Reload(ctx)
}

func overrideText(unit string) string {
	text := "[Unit]\n" +
		"Description=Cluster Controlled " + unit + "\n" +
		"Before=holdfast.service pacemaker.service pacemaker_remote.service\n"
	if strings.HasSuffix(unit, ".service") {
		text += "\n[Service]\nRestart=no\n"
	}
	return text
}
