package crmshadow

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"holdfast/cib"
	"holdfast/cib/patch"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/tool"
	"holdfast/tool/access"
)

func (o *options) run(c *tool.Call) error {
	switch {
	case len(c.Args) > 0:
		return tool.Fail(crm.ExitUsage, "non-option ARGV-elements: %s", strings.Join(c.Args, " "))
	case o.do == nil:
		return tool.Fail(crm.ExitUsage, "Must specify a query or command option")
	}
	return o.do(o, c)
}

// useActive makes the instance that CIB_shadow names the one to work on.
func (o *options) useActive(c *tool.Call) error {
	o.instance = c.Env.Getenv("CIB_shadow")
	if o.instance == "" {
		return tool.Fail(crm.ExitNoSuch, "No active shadow configuration defined")
	}
	return nil
}

// path returns the instance's file.
func (o *options) path(c *tool.Call) string { return c.Env.ShadowFile(o.instance) }

// existing returns the instance's file, which must be there.
func (o *options) existing(c *tool.Call) (string, error) {
	path := o.path(c)
	_, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", tool.Fail(crm.ExitNoSuch, "Could not access shadow instance '%s': No such file or directory", o.instance)
	case errors.Is(err, fs.ErrPermission):
		return "", tool.Fail(crm.ExitInsufficientPriv, "Could not access shadow instance '%s': Permission denied", o.instance)
	case err != nil:
		return "", tool.Fail(crm.ExitIOErr, "Could not access shadow instance '%s': %v", o.instance, err)
	}
	return path, nil
}

// read returns the instance's document.
func (o *options) read(c *tool.Call) (*xml.Node, error) {
	path, err := o.existing(c)
	if err != nil {
		return nil, err
	}
	root, err := c.Env.ReadFile(path)
	if err != nil {
		return nil, tool.Fail(crm.ExitNoInput, "Could not parse XML from input file '%s'", path)
	}
	return root, nil
}

// danger is the refusal of what needs --force. With compare, it also says so if
// the instance is not the active one.
func (o *options) danger(c *tool.Call, code crm.ExitCode, reason, of string, compare bool) error {
	if active := c.Env.Getenv("CIB_shadow"); compare && active != "" && active != o.instance {
		reason += ".\nAdditionally, the supplied shadow instance (" + o.instance + ") is not the same as the active one (" + active + ")"
	}
	return tool.Fail(code, "%s.\nTo prevent accidental destruction of the %s, the --force flag is required in order to proceed.", reason, of)
}

// real opens what is behind the shadow: the file that CIB_file names, or the cluster.
func real(c *tool.Call) (access.CIB, error) {
	env := *c.Env
	getenv := env.Getenv
	env.Getenv = func(name string) string {
		if name == "CIB_shadow" {
			return ""
		}
		return getenv(name)
	}
	at, err := access.Open(&env)
	if err != nil {
		text, code := access.Reason(err)
		return nil, tool.Fail(code, "Could not connect to CIB: %s", text)
	}
	return at, nil
}

func queryReal(c *tool.Call) (*xml.Node, error) {
	at, err := real(c)
	if err != nil {
		return nil, err
	}
	defer at.Close()
	root, err := at.Do(cib.Request{Op: cib.Query})
	if err != nil {
		text, code := access.Reason(err)
		return nil, tool.Fail(code, "Could not query the non-shadow CIB: %s", text)
	}
	return root, nil
}

func (o *options) which(c *tool.Call) error {
	if err := o.useActive(c); err != nil {
		return err
	}
	c.Out.Show(shadow{instance: o.instance, lines: []string{o.instance}})
	return nil
}

func (o *options) file(c *tool.Call) error {
	if err := o.useActive(c); err != nil {
		return err
	}
	path := o.path(c)
	c.Out.Show(shadow{instance: o.instance, file: path, lines: []string{path}})
	return nil
}

func (o *options) display(c *tool.Call) error {
	if err := o.useActive(c); err != nil {
		return err
	}
	root, err := o.read(c)
	if err != nil {
		return err
	}
	text := root.Indented()
	c.Out.Show(shadow{instance: o.instance, content: text, lines: []string{strings.TrimSuffix(text, "\n")}})
	return nil
}

// diff shows what is different in the shadow; exit code 1 says that something is.
func (o *options) diff(c *tool.Call) error {
	if err := o.useActive(c); err != nil {
		return err
	}
	if _, err := o.existing(c); err != nil {
		return err
	}
	old, err := queryReal(c)
	if err != nil {
		return err
	}
	root, err := o.read(c)
	if err != nil {
		return err
	}
	p := patch.Diff(old, root, patch.Options{})
	if p == nil {
		c.Out.Show(shadow{instance: o.instance})
		return nil
	}
	c.Out.Show(shadow{instance: o.instance, patch: p.Indented(), lines: patch.Describe(p)})
	return tool.Fail(crm.ExitError, "")
}

func (o *options) create(c *tool.Call) error {
	if err := o.refuseExisting(c); err != nil {
		return err
	}
	return o.copyReal(c, "create")
}

// refuseExisting keeps an instance from being overwritten without --force.
func (o *options) refuseExisting(c *tool.Call) error {
	if _, err := os.Stat(o.path(c)); err == nil && !o.force {
		return o.danger(c, crm.ExitCantCreate, "A shadow instance '"+o.instance+"' already exists", "shadow file", false)
	}
	return nil
}

func (o *options) reset(c *tool.Call) error {
	if !o.force {
		return o.danger(c, crm.ExitUsage, "The reset command overwrites the active shadow configuration", "shadow file", true)
	}
	return o.copyReal(c, "reset")
}

func (o *options) copyReal(c *tool.Call, verb string) error {
	root, err := queryReal(c)
	if err != nil {
		return err
	}
	if err := o.write(c, root, verb); err != nil {
		return err
	}
	return o.enter(c, "A new shadow instance was created. To begin using it")
}

func (o *options) createEmpty(c *tool.Call) error {
	if err := o.refuseExisting(c); err != nil {
		return err
	}
	root := cib.Empty(o.schema).Root()
	c.Out.Info("Created new %s configuration", root.Attr("validate-with"))
	if err := o.write(c, root, "create"); err != nil {
		return err
	}
	return o.enter(c, "A new shadow instance was created. To begin using it")
}

func (o *options) write(c *tool.Call, root *xml.Node, verb string) error {
	path := o.path(c)
	err := os.MkdirAll(filepath.Dir(path), 0o750)
	if err == nil {
		err = access.WriteFile(path, root)
	}
	if err != nil {
		return tool.Fail(crm.ExitCantCreate, "Could not %s the shadow instance '%s': %v", verb, o.instance, err)
	}
	return nil
}

func (o *options) commit(c *tool.Call) error {
	if !o.force {
		return o.danger(c, crm.ExitUsage, "The commit command overwrites the active cluster configuration", "cluster", true)
	}
	if _, err := o.existing(c); err != nil {
		return err
	}
	at, err := real(c)
	if err != nil {
		return err
	}
	root, err := o.read(c)
	if err == nil {
		err = o.replace(c, at, root)
	}
	if closed := at.Close(); err == nil {
		err = closed
	}
	return err
}

func (o *options) replace(c *tool.Call, at access.CIB, root *xml.Node) error {
	r := cib.Request{Op: cib.Replace, Data: root, Client: "crm_shadow", Time: c.Env.Now()}
	if !o.all {
		r.Section, r.Data = "configuration", root.Child("configuration")
	}
	if _, err := at.Do(r); err != nil {
		text, code := access.Reason(err)
		return tool.Fail(code, "Could not commit shadow instance '%s' to the CIB: %s", o.instance, text)
	}
	return nil
}

func (o *options) delete(c *tool.Call) error {
	if !o.force {
		return o.danger(c, crm.ExitUsage, "The delete command removes the specified shadow file", "shadow file", true)
	}
	if err := os.Remove(o.path(c)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return tool.Fail(crm.ExitIOErr, "Could not remove shadow instance '%s': %v", o.instance, err)
	}
	o.leave(c)
	return nil
}

func (o *options) edit(c *tool.Call) error {
	if err := o.useActive(c); err != nil {
		return err
	}
	path, err := o.existing(c)
	if err != nil {
		return err
	}
	editor := c.Env.Getenv("EDITOR")
	if editor == "" {
		return tool.Fail(crm.ExitNotConfigured, "No value for EDITOR defined")
	}
	command := exec.Command(editor, path)
	command.Stdin, command.Stdout, command.Stderr = c.Env.Stdin, c.Env.Stdout, c.Env.Stderr
	if err := command.Run(); err != nil {
		return tool.Fail(crm.ExitOSFile, "Could not invoke EDITOR (%s %s): %v", editor, path, err)
	}
	return nil
}

func (o *options) switchTo(c *tool.Call) error {
	if _, err := o.existing(c); err != nil {
		return err
	}
	return o.enter(c, "To switch to the named shadow instance")
}
