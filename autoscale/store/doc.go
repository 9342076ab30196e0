// Package store runs Application Auto Scaling live: it keeps targets, policies,
// scheduled actions and activities on disk, serves their API, and carries out what the
// model wants (package autoscale): it replaces alarms, and changes the units of tables.
//
// Each change is on disk before anything follows from it. A crash in between leaves
// alarms that no policy has, or policies without alarms, or an activity under way:
// [New] mends the alarms, and [Engine.Run] carries on with the activity.
//
// Operations are methods of [Engine]; they are safe for concurrent use. The package is
// internal to the program; its interface may change with any commit.
package store
