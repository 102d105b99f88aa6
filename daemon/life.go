package daemon

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"holdfast/cluster/wire"
)

// life returns the incarnation of this process, and whether it is the first of its
// machine's life. The name of the machine's life is
// drawn once after each boot and kept in the run directory, which does not
// survive one; the kernel's boot id would be the same for all containers of a
// machine.
func life(runDir string) (i wire.Incarnation, first bool, err error) {
	path := filepath.Join(runDir, "life")
	if text, err := os.ReadFile(path); err == nil && len(text) > 0 {
		return wire.Incarnation{Boot: strings.TrimSpace(string(text)), Start: time.Now().UnixNano()}, false, nil
	}
	name := rand.Text()
	tmp := path + ".new"
	if err := os.WriteFile(tmp, []byte(name+"\n"), 0o600); err != nil {
		return wire.Incarnation{}, false, fmt.Errorf("name this life of the node: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return wire.Incarnation{}, false, fmt.Errorf("name this life of the node: %w", err)
	}
	return wire.Incarnation{Boot: name, Start: time.Now().UnixNano()}, true, nil
}
