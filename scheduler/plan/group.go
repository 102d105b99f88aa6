package plan

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// createGroup plans the members' actions and the group's own points of order.
func createGroup(c *model.Cluster, group *model.Resource) {
	for _, member := range group.Children {
		create(c, member)
	}
	tasks := []string{crm.TaskStart, model.TaskRunning, crm.TaskStop, model.TaskStopped}
	if group.MetaBool("promotable") {
		tasks = append(tasks, crm.TaskDemote, model.TaskDemoted, crm.TaskPromote, model.TaskPromoted)
	}
	for _, task := range tasks {
		action.Pseudo(c, group, task, true, true)
	}
}
