package plan

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// createBundle plans the actions of every replica's parts, of the bundle itself
// and of the bundled resource.
func createBundle(c *model.Cluster, bundle *model.Resource) {
	data := bundle.BundleData
	for _, replica := range data.Replicas {
		for _, part := range []*model.Resource{replica.IP, replica.Container, replica.Remote} {
			if part != nil {
				create(c, part)
			}
		}
	}
	createInstances(c, bundle, data.Containers())
	if data.Child == nil {
		return
	}
	create(c, data.Child)
	if data.Child.Is(model.Promotable) {
		action.Pseudo(c, bundle, crm.TaskPromote, true, true)
		action.Pseudo(c, bundle, model.TaskPromoted, true, true).Priority = crm.Infinity
		action.Pseudo(c, bundle, crm.TaskDemote, true, true)
		action.Pseudo(c, bundle, model.TaskDemoted, true, true).Priority = crm.Infinity
	}
}
