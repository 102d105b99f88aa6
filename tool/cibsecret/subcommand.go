package cibsecret

import (
	"errors"
	"io/fs"
	"strings"

	"holdfast/admin/parameter"
	"holdfast/crm"
	"holdfast/tool"
)

// check compares the value here with its checksum.
func (j *job) check() error {
	pair, err := j.pair()
	if err != nil {
		return err
	}
	if j.session != nil && (pair == nil || pair.Attr("value") != mark) {
		return tool.Fail(crm.ExitConfig, "Resource %s parameter %s not set as secret, nothing to check", j.resource, j.name)
	}
	_, err = j.read()
	return err
}

// read returns the value here, if it agrees with its checksum.
func (j *job) read() (string, error) {
	value, err := j.store.read(j.resource, j.name)
	switch {
	case errors.Is(err, errNoChecksum):
		return "", tool.Fail(crm.ExitNoSuch, "No checksum for resource %s parameter %s", j.resource, j.name)
	case errors.Is(err, errMismatch), errors.Is(err, fs.ErrNotExist):
		return "", tool.Fail(crm.ExitDigest, "Checksum mismatch for resource %s parameter %s", j.resource, j.name)
	case err != nil:
		return "", err
	}
	return value, nil
}

// get shows the value here.
func (j *job) get() error {
	if err := j.check(); err != nil {
		return err
	}
	value, err := j.read()
	if err == nil {
		j.call.Out.Info("%s", value)
	}
	return err
}

// set keeps a value secret. A value that stands in the CIB must be the same.
func (j *job) set() error {
	pair, err := j.pair()
	if err != nil {
		return err
	}
	if pair != nil {
		if current := pair.Attr("value"); current != mark && current != j.value {
			return tool.Fail(crm.ExitConfig, "CIB value <%s> different for %s rsc parameter %s; please delete it first",
				current, j.resource, j.name)
		}
	}
	if strings.Contains(j.value, "\n") {
		return tool.Fail(crm.ExitDataErr, "The value of resource %s parameter %s has several lines", j.resource, j.name)
	}
	if err := j.store.write(j.resource, j.name, j.value); err != nil {
		return tool.Fail(crm.ExitIOErr, "%v", err)
	}
	if err := j.spread(); err != nil {
		return err
	}
	return j.setCIB(mark)
}

// stash makes a secret of a value in the CIB.
func (j *job) stash() error {
	pair, err := j.pair()
	switch {
	case err != nil:
		return err
	case pair == nil:
		return tool.Fail(crm.ExitNoSuch, "Nothing to stash for resource %s parameter %s", j.resource, j.name)
	case pair.Attr("value") == mark:
		return tool.Fail(crm.ExitExists, "Resource %s parameter %s already set as secret", j.resource, j.name)
	}
	j.value = pair.Attr("value")
	return j.set()
}

// unstash puts a secret value into the CIB.
func (j *job) unstash() error {
	value, err := j.store.value(j.resource, j.name)
	if errors.Is(err, fs.ErrNotExist) {
		return tool.Fail(crm.ExitNoSuch, "Nothing to unstash for resource %s parameter %s", j.resource, j.name)
	}
	if err != nil {
		return err
	}
	pair, err := j.pair()
	if err != nil {
		return err
	}
	if pair == nil || pair.Attr("value") != mark {
		j.call.Out.Info("Resource %s parameter %s is not set as secret, but we have a local value so proceeding anyway",
			j.resource, j.name)
	}
	// The CIB first: should something fail, no value is lost.
	if err := j.setCIB(value); err != nil {
		return err
	}
	return j.forget()
}

// delete forgets a value everywhere.
func (j *job) delete() error {
	pair, err := j.pair()
	if err != nil {
		return err
	}
	if err := j.forget(); err != nil || pair == nil {
		return err
	}
	return j.session.Apply(parameter.Delete(pair, ""))
}

// forget removes the files of a value, here and on the other nodes.
func (j *job) forget() error {
	if err := j.store.remove(j.resource, j.name); err != nil {
		return tool.Fail(crm.ExitIOErr, "%v", err)
	}
	p, err := j.reach()
	if err != nil || p == nil {
		return err
	}
	path := j.store.path(j.resource, j.name)
	j.call.Out.Info("Deleting %s from %s ...", path, p)
	return p.run("rm", "-f", path, path+signSuffix)
}

// spread copies a value to the other nodes.
func (j *job) spread() error {
	p, err := j.reach()
	if err != nil || p == nil {
		return err
	}
	path := j.store.path(j.resource, j.name)
	j.call.Out.Info("Syncing %s to %s ...", path, p)
	if err := p.run("mkdir", "-p", j.store.folder(j.resource)); err != nil {
		return err
	}
	for _, file := range []string{path, path + signSuffix} {
		if err := p.copy(file, j.store.folder(j.resource)); err != nil {
			return err
		}
	}
	return nil
}

// sync makes the secrets of the other nodes those of this one.
func (j *job) sync() error {
	p, err := j.reach()
	if err != nil || p == nil {
		return err
	}
	j.call.Out.Info("Syncing %s to %s ...", j.store.dir, p)
	for _, command := range [][]string{{"rm", "-rf", j.store.dir}, {"mkdir", "-p", j.store.parent()}} {
		if err := p.run(command...); err != nil {
			return err
		}
	}
	return p.copy(j.store.dir, j.store.parent())
}

// reach finds the other nodes that are up, nil if there are none, and tells of those
// that are not.
func (j *job) reach() (peers, error) {
	if j.session == nil {
		return nil, nil
	}
	p := j.options.peers(j.call)
	if p == nil {
		return nil, nil
	}
	down, err := p.find(j.session.Root())
	for _, name := range down {
		j.call.Out.Info("Node %s is down - you'll need to update it with `cibsecret sync` later", name)
	}
	if err != nil || p.String() == "" {
		return nil, err
	}
	return p, nil
}
