// Package meter has the metrics of AWS/DynamoDB and the meters of tables and
// global indexes. It names the metrics of requests too, which package wire counts
// since they depend on latency and response.
//
// The package is a model without state or clock, for engines and simulations
// alike. It is internal to this program: any commit may change its interface.
package meter
