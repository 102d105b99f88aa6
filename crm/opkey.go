package crm

import (
	"strconv"
	"strings"
	"time"
)

// Task names of operations. A task is what an agent (or the cluster) is asked
// to do; other names are allowed in the configuration.
const (
	TaskMonitor     = "monitor"
	TaskStart       = "start"
	TaskStop        = "stop"
	TaskPromote     = "promote"
	TaskDemote      = "demote"
	TaskNotify      = "notify"
	TaskMigrateTo   = "migrate_to"
	TaskMigrateFrom = "migrate_from"
	TaskReload      = "reload"
	TaskReloadAgent = "reload-agent"
	TaskMetaData    = "meta-data"
	TaskValidateAll = "validate-all"
	TaskCancel      = "cancel"
	TaskDelete      = "delete"
)

// OpKey identifies an operation of a resource: a task and how often it recurs.
// Its text is resource_task_intervalMs, where both names may hold underscores.
type OpKey struct {
	Resource string
	Task     string
	Interval time.Duration // whole milliseconds; 0 for an operation that does not recur
}

// String gives the key's text, such as "db_monitor_10000".
func (k OpKey) String() string {
	return k.Resource + "_" + k.Task + "_" + strconv.FormatInt(k.Interval.Milliseconds(), 10)
}

// NotifyKey is the key of a clone notification: kind is "pre", "post",
// "confirmed-pre" or "confirmed-post", and task what the notification is about.
func NotifyKey(resource, kind, task string) string {
	return resource + "_" + kind + "_notify_" + task + "_0"
}

// tasksWithUnderscore cannot be told from a resource name by the last
// underscore alone.
var tasksWithUnderscore = []string{TaskMigrateFrom, TaskMigrateTo}

// notifyPrefixes stand before the task in the key of a notification.
var notifyPrefixes = []string{"pre_notify", "post_notify", "confirmed-pre_notify", "confirmed-post_notify"}

// ParseOpKey reads an operation key. Of a notification's key the task is all
// between resource and interval, as in "pre_notify_start".
func ParseOpKey(text string) (key OpKey, ok bool) {
	rest, interval, found := cutLast(text, "_")
	ms, err := strconv.ParseUint(interval, 10, 32)
	if !found || err != nil {
		return OpKey{}, false
	}
	at := underscoreBefore(rest, tasksWithUnderscore)
	if at < 0 {
		at = strings.LastIndexByte(rest, '_')
	}
	if at <= 0 || at == len(rest)-1 {
		return OpKey{}, false
	}
	if p := underscoreBefore(rest[:at], notifyPrefixes); p > 0 {
		at = p
	}
	return OpKey{rest[:at], rest[at+1:], time.Duration(ms) * time.Millisecond}, true
}

// underscoreBefore returns the place of the underscore before whichever of
// words ends text, -1 if none does or nothing stands before it.
func underscoreBefore(text string, words []string) int {
	for _, w := range words {
		if at := len(text) - len(w) - 1; at > 0 && text[at] == '_' && text[at+1:] == w {
			return at
		}
	}
	return -1
}

func cutLast(text, sep string) (before, after string, found bool) {
	at := strings.LastIndex(text, sep)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(sep):], true
}
