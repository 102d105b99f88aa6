package plan

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// canMigrate tells whether a resource may move live from its node to the one
// assigned. Others may still forbid it: see order.
func canMigrate(r *model.Resource, from *model.Node) bool {
	return r.Is(model.Migratable|model.Managed) &&
		!r.Is(model.Failed) && !r.Is(model.StartPending) &&
		from != nil && !from.Unclean &&
		r.Assigned != nil && !r.Assigned.Unclean
}

// createMigration plans migrate_to and migrate_from around the stop and start
// that are already there. The start becomes a pseudo action; should migration
// turn out to be impossible, order makes it real again. Of a migration that is
// half done only the second step is left.
func createMigration(c *model.Cluster, r *model.Resource, from *model.Node) {
	start := action.New(c, r, crm.TaskStart, 0, r.Assigned, true)
	stop := action.New(c, r, crm.TaskStop, 0, from, true)
	var to *model.Action
	if r.PartialTarget == nil {
		to = action.New(c, r, crm.TaskMigrateTo, 0, from, true)
	}
	then := action.New(c, r, crm.TaskMigrateFrom, 0, r.Assigned, true)
	start.Set(model.MigratableStep | model.Pseudo)
	stop.Set(model.MigratableStep)
	then.Set(model.MigratableStep)

	if to != nil {
		to.Set(model.MigratableStep)
		to.Needs = start.Needs
		action.RelateTasks(c, r, crm.TaskMonitor, r, crm.TaskMigrateTo, model.Ordered)
		action.RelateTasks(c, r, crm.TaskMigrateTo, r, crm.TaskMigrateFrom, model.Ordered|model.UnmigratableThenBlocks)
	} else {
		then.Needs = start.Needs
		action.RelateTasks(c, r, crm.TaskMonitor, r, crm.TaskMigrateFrom, model.Ordered)
	}
	action.RelateTasks(c, r, crm.TaskMigrateFrom, r, crm.TaskStop, model.Ordered|model.UnmigratableThenBlocks)
	action.RelateTasks(c, r, crm.TaskMigrateFrom, r, crm.TaskStart,
		model.Ordered|model.UnmigratableThenBlocks|model.FirstElseThen)

	if to != nil {
		migrationMeta(to, from, r.Assigned)
		if !r.Is(model.RemoteConnection) {
			// The source may be lost while it acts on the target: the
			// action must be in the history from its beginning.
			to.SetMeta("record-pending", "true")
		}
	}
	migrationMeta(then, from, r.Assigned)
}

func migrationMeta(a *model.Action, from, to *model.Node) {
	a.SetMeta("migrate_source", from.Name)
	a.SetMeta("migrate_target", to.Name)
}
