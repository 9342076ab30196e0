package mapping

// DefaultBatchSize is the BatchSize of a mapping that has none
// (docs/aws/mapping.md#settings).
const DefaultBatchSize = 10
