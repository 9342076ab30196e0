// Package send sends pages to Splunk On-Call, PagerDuty, Alertmanager, or to any URL as
// JSON of our own.
//
// The key of a receiver is a secret. It leaves the program in requests to that receiver
// alone, and is in no error, no name and no answer that the package returns.
//
// The package is internal to the program; its interface may change with any
// commit. The JSON of a page, [Document], only gains members.
package send
