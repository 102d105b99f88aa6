package main

import (
	"regexp"
	"slices"
	"strings"
)

// masks take out what differs from run to run and from build to build.
var masks = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(` api-version="[^"]*"`), ""},
	{regexp.MustCompile(` request="[^"]*"`), ""},
	{regexp.MustCompile(` cib-last-written="[^"]*"`), ""},
	{regexp.MustCompile(` crm_feature_set="[^"]*"`), ""},
	{regexp.MustCompile(` (update-origin|update-client|update-user|execution-date)="[^"]*"`), ""},
	{regexp.MustCompile(`(Last (updated|change|Change|Updated)):.*`), "$1"},
	{regexp.MustCompile(`(<last_update|<last_change) [^>]*`), "$1"},
	{regexp.MustCompile(` digest="[^"]*"`), ""},
	{regexp.MustCompile(`(Pacemaker|version) [0-9][-.0-9a-zA-Z~+]*( \([^)]*\))?`), "$1"},
	{regexp.MustCompile(` (version|default)="[^"]*"`), ""},
	{regexp.MustCompile(`\((default|version)[^)]*\)`), "($1)"},
}

func masked(text, dir string) string {
	text = strings.ReplaceAll(text, dir, "DIR")
	for _, m := range masks {
		text = m.pattern.ReplaceAllString(text, m.by)
	}
	return text
}

// lineDiff shows the lines that only one side has, without those they share at
// the beginning and at the end; "-" are theirs, "+" ours.
func lineDiff(theirs, ours string) string {
	a, b := strings.Split(theirs, "\n"), strings.Split(ours, "\n")
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return marked("    - ", a, b) + marked("    + ", b, a)
}

// marked shows the first lines that the other side does not have.
func marked(mark string, lines, others []string) string {
	const most = 8
	text, shown := "", 0
	for _, l := range lines {
		if slices.Contains(others, l) {
			continue
		}
		if shown++; shown > most {
			return text + mark + "...\n"
		}
		text += mark + l + "\n"
	}
	if text == "" && len(lines) > 0 {
		return mark + "(the same lines in another order, or more often)\n"
	}
	return text
}
