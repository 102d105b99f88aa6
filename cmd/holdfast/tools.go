package main

import (
	"maps"
	"slices"

	"holdfast/tool"
)

// tools are the command-line tools by the name that chooses them.
var tools = map[string]func() *tool.Tool{}

func toolNames() []string { return slices.Sorted(maps.Keys(tools)) }
