// Package plan has the control plane of a table: what the table and its global
// indexes are provisioned with, how far and how often that may be changed, and
// how long each change takes.
//
// A [Plan] refuses a request in AWS's words, as an error of package refusal, or
// puts it under way; [Plan.Settle] carries out what is due. A plan is a value:
// it reads no clock, has no lock and knows nothing of items. Who runs it live
// locks it, stores it and gives tables the [capacity.Setting] that it has for
// them.
//
// A package of this program alone: it may change with any commit. The names of
// members in JSON are those of data folders and stay.
package plan
