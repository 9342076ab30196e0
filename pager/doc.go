// Package pager decides which changes of alarms are pages, and when each goes to
// which receiver: triggers before their recoveries, again after a failure, and none
// to a person who was never told of what has ended meanwhile.
//
// A page is a change of an alarm whose actions name a topic. A change into ALARM
// triggers, one into OK is the recovery of a trigger before it. An alarm whose actions
// name no topic pages nobody, and neither does a change into INSUFFICIENT_DATA.
//
// The package is a model: it is handed instants and chance, and sends nothing. It is
// internal to this program: any commit may change its interface.
package pager
