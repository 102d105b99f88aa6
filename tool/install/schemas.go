package install

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"holdfast/cib/schema"
)

// schemas lays out the schemas that clients read from files: crmsh those of
// the CIB, pcs that of the tools' answers. Files that are there already belong to
// somebody else and stay.
func (o *options) schemas() error {
	dir := o.path("share/pacemaker")
	for _, name := range schema.Names() {
		text, err := schema.RelaxNG(name)
		if err != nil {
			return err
		}
		if err := writeNew(filepath.Join(dir, name+".rng"), text); err != nil {
			return err
		}
	}
	if err := writeNew(filepath.Join(dir, "crm_mon.rng"), schema.OldStatusRelaxNG()); err != nil {
		return err
	}
	return writeNew(filepath.Join(dir, "api", "api-result.rng"), schema.ResultRelaxNG())
}

func writeNew(path string, data []byte) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return writeFile(path, data, 0o644)
}
