// Package store keeps the metrics and the alarms of a running stack: a [watch.Store]
// and [watch.Alarms] behind locks, with the disk behind them.
//
// Each minute what was measured goes to a journal, and an hour after its end each
// hour of a series becomes a block of its own. A crash loses what was measured since
// the last minute began, and no change of an alarm.
//
// The package is internal to the program; its interface may change with any
// commit.
package store
