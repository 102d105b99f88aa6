package order

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// implicitGroup orders the group's own start and stop, then each member with
// the group and with the member before it.
func implicitGroup(c *model.Cluster, group *model.Resource) {
	action.RelateTasks(c, group, crm.TaskStop, group, model.TaskStopped, model.UnrunnableFirstBlocks)
	action.RelateTasks(c, group, model.TaskStopped, group, crm.TaskStart, model.Ordered)
	action.RelateTasks(c, group, crm.TaskStart, group, model.TaskRunning, model.UnrunnableFirstBlocks)

	m := memberOrder{
		c:          c,
		ordered:    group.GroupData.Ordered,
		promotable: group.Top(false).Is(model.Promotable),
	}
	for _, member := range group.Children {
		m.add(group, member)
	}
}

// memberOrder walks over the members of a group.
type memberOrder struct {
	c                   *model.Cluster
	ordered, promotable bool
	lastActive          *model.Resource
	previous            *model.Resource
}

func (m *memberOrder) add(group, member *model.Resource) {
	implicit(m.c, member)
	m.withGroup(group, member)
	switch {
	case !m.ordered:
		m.up(group, member, model.FirstImpliesThen|model.UnrunnableFirstBlocks|model.ThenImpliesFirstGraphed)
	case m.previous != nil:
		m.withPrevious(member)
	}
	if len(member.Active) > 0 {
		m.afterLastActive(member)
		m.lastActive = member
	}
	m.previous = member
}

// withGroup puts a member's actions between the group's: stop group, stop
// member, group is stopped; and so for the other tasks.
func (m *memberOrder) withGroup(group, member *model.Resource) {
	const started = model.UnrunnableFirstBlocks | model.FirstImpliesThen | model.FirstImpliesThenGraphed
	down, downDone := model.ThenImpliesFirstGraphed, model.FirstImpliesThenGraphed
	if m.ordered && m.previous == nil {
		down |= model.Ordered
		downDone = model.FirstImpliesThen
	}
	if m.promotable {
		action.RelateTasks(m.c, group, crm.TaskDemote, member, crm.TaskDemote, down)
		action.RelateTasks(m.c, member, crm.TaskDemote, group, model.TaskDemoted, downDone)
		action.RelateTasks(m.c, member, crm.TaskPromote, group, model.TaskPromoted, started)
		action.RelateTasks(m.c, group, crm.TaskPromote, member, crm.TaskPromote, model.ThenImpliesFirstGraphed)
	}
	action.RelateStops(m.c, group, member, down)
	action.RelateTasks(m.c, member, crm.TaskStop, group, model.TaskStopped, downDone)
	action.RelateStarts(m.c, group, member, model.ThenImpliesFirstGraphed)
	action.RelateTasks(m.c, member, crm.TaskStart, group, model.TaskRunning, started)
}

// up orders start, and promote where that exists, of one before the other.
func (m *memberOrder) up(first, then *model.Resource, t model.OrderType) {
	action.RelateStarts(m.c, first, then, t)
	if m.promotable {
		action.RelateTasks(m.c, first, crm.TaskPromote, then, crm.TaskPromote, t)
	}
}

func (m *memberOrder) withPrevious(member *model.Resource) {
	action.RelateStarts(m.c, m.previous, member, model.FirstImpliesThen|model.UnrunnableFirstBlocks)
	action.RelateStops(m.c, member, m.previous, model.Ordered|model.IntermediateStop)
	// A member inserted before an active one: what is active stops first, since
	// the usual restart does not apply to it.
	if len(member.Active) > 0 && len(m.previous.Active) == 0 {
		action.RelateTasks(m.c, member, crm.TaskStop, m.previous, crm.TaskStart,
			model.ThenImpliesFirst|model.UnrunnableFirstBlocks)
	}
	if m.promotable {
		action.RelateTasks(m.c, m.previous, crm.TaskPromote, member, crm.TaskPromote,
			model.FirstImpliesThen|model.UnrunnableFirstBlocks)
		action.RelateTasks(m.c, member, crm.TaskDemote, m.previous, crm.TaskDemote, model.Ordered)
	}
}

// afterLastActive keeps the stops of a partly active group in sequence.
func (m *memberOrder) afterLastActive(member *model.Resource) {
	if m.ordered && m.previous != nil && len(m.previous.Active) == 0 && m.lastActive != nil {
		action.RelateStops(m.c, member, m.lastActive, model.Ordered)
	}
}
