// Package store keeps topics, their subscriptions and the deliveries under way on disk,
// and performs SNS's operations on them. A message is on disk, with a delivery for each
// subscription, when Publish returns. Package topic decides; package topic/deliver does
// the deliveries.
//
// The package is internal to this program: any commit may change its interface.
package store
