// Package sysconfig reads the options that apply to one machine: from the
// environment, and from the file that the system's service manager puts into it
// (/etc/sysconfig/pacemaker or /etc/default/pacemaker). A daemon started by hand
// finds the same options there as one started as a service.
package sysconfig

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"holdfast/cib/option"
	"holdfast/crm"
)

// Files are the files that are read if they exist, the first with an option
// counts.
var Files = []string{
	"/etc/sysconfig/pacemaker", "/etc/default/pacemaker", "/etc/sysconfig/sbd", "/etc/default/sbd",
}

// Options are the machine's options.
type Options struct {
	getenv func(string) string
	files  map[string]string
}

// Load reads the files. What the environment has counts before them. A file that
// is wrong is still used as far as it can be read; the error tells of it.
func Load(getenv func(string) string, files ...string) (*Options, error) {
	o := &Options{getenv: getenv, files: map[string]string{}}
	var errs []error
	for _, path := range files {
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("read local options: %w", err))
			continue
		}
		settings, err := Parse(f)
		f.Close()
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
		}
		for name, value := range settings {
			if _, known := o.files[name]; !known {
				o.files[name] = value
			}
		}
	}
	return o, errors.Join(errs...)
}

// Get returns an option by its full name. Names that begin with PCMK_ may still
// be spelled with HA_ in front, as they once were.
func (o *Options) Get(name string) (string, bool) {
	names := []string{name}
	if short, ok := strings.CutPrefix(name, "PCMK_"); ok {
		names = append(names, "HA_"+short)
	}
	for _, n := range names {
		if v := o.getenv(n); v != "" {
			return v, true
		}
	}
	for _, n := range names {
		if v, ok := o.files[n]; ok && v != "" {
			return v, true
		}
	}
	return "", false
}

// Settings returns the options of option.Local() with their values in effect.
func (o *Options) Settings() *option.Settings { return option.Resolve(option.Local(), o.Get) }

// Enabled reads an option that is a truth value or a list of the parts of the
// software that it is true for.
func Enabled(value, part string) bool {
	if on, ok := crm.ParseBool(value); ok {
		return on
	}
	return slices.Contains(strings.Split(value, ","), part)
}

// Parse reads lines of the form NAME=VALUE as a service manager does: comments
// begin with # or ;, values may be quoted, a backslash at the end of a line
// continues it, "export" before the name does not matter. The error names the
// first line that makes no sense; the others count.
func Parse(r io.Reader) (map[string]string, error) {
	settings := map[string]string{}
	var first error
	lines := bufio.NewScanner(r)
	number := 0
	for lines.Scan() {
		number++
		start, line := number, lines.Text()
		for strings.HasSuffix(line, `\`) && lines.Scan() {
			number++
			line = strings.TrimSuffix(line, `\`) + lines.Text()
		}
		name, value, ok := parseLine(line)
		if !ok && first == nil {
			first = fmt.Errorf("line %d is not of the form NAME=VALUE", start)
		}
		if ok && name != "" {
			settings[name] = value
		}
	}
	return settings, errors.Join(first, lines.Err())
}

// parseLine returns the name "" for lines without a setting.
func parseLine(line string) (name, value string, ok bool) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' || line[0] == ';' {
		return "", "", true
	}
	line = strings.TrimSpace(strings.TrimPrefix(line, "export "))
	name, value, ok = strings.Cut(line, "=")
	if !ok || name == "" || strings.ContainsAny(name, " \t\"'$") {
		return "", "", false
	}
	value, ok = unquote(strings.TrimSpace(value))
	return name, value, ok
}

// unquote takes quotes and backslashes away. A comment may follow a blank.
func unquote(text string) (string, bool) {
	var b strings.Builder
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && c == '#' && i > 0 && (text[i-1] == ' ' || text[i-1] == '\t'):
			return strings.TrimSpace(b.String()), true
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), quote == 0
}
