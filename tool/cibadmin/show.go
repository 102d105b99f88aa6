package cibadmin

import (
	"slices"

	"holdfast/cib/xml"
	"holdfast/cib/xpath"
	"holdfast/tool"
	"holdfast/tool/access"

	"holdfast/cib"
)

// setAccess reads the argument of --show-access.
func (o *options) setAccess(v string) error {
	if !slices.Contains([]string{"auto", "namespace", "text", "color"}, v) {
		return usage("Invalid value '%s' for option '--show-access'", v)
	}
	o.access = v
	return nil
}

// checkAccessOptions holds the conditions of --show-access, which means
// something only with a query.
func (o *options) checkAccessOptions() error {
	if o.command != query {
		o.access = ""
	}
	if o.access != "" && o.user == "" {
		return usage("-U/--user is required with -S/--show-access")
	}
	return nil
}

// requestUser is for whom the request is made. To show a user's rights the whole
// document is needed, so that is asked for by ourselves.
func (o *options) requestUser() string {
	if o.access != "" {
		return ""
	}
	return o.user
}

// show prints what a query has found.
func (o *options) show(c *tool.Call, found *xml.Node) error {
	switch {
	case o.paths && o.byXPath:
		return o.showPaths(c)
	case o.access != "" && found.Name == "cib":
		c.Out.Show(evaluate(found, o.user, o.accessForm(c)))
		return nil
	}
	c.Out.Show(document{found})
	return nil
}

// showPaths prints where the matches are.
func (o *options) showPaths(c *tool.Call) error {
	at, err := access.Open(c.Env)
	if err != nil {
		return err
	}
	defer at.Close()
	root, err := at.Do(cib.Request{Op: cib.Query, User: o.user})
	if err != nil {
		return err
	}
	matches, err := xpath.Find(root, o.section)
	if err != nil {
		return err
	}
	var paths nodePaths
	for _, m := range matches {
		paths = append(paths, xpath.ElementPath(root, m.Path))
	}
	c.Out.Show(paths)
	return nil
}
