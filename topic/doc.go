// Package topic models SNS: topics and their subscriptions with the tokens that confirm
// them ([Topics]), what receivers get ([Message]), when a delivery that failed is tried
// again ([Topics.Again]), and which deliveries may begin now ([Lines]). It also has the
// message of an alarm ([OfAlarm]), and the metrics of a topic ([Meter]).
//
// Whoever owns a model hands it the instant, locks, keeps what it says on a disk, and
// does the deliveries.
//
// The package is internal to this program: any commit may change its interface.
package topic
