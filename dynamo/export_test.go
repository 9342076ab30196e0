package dynamo

// AwaitCounts waits until no table is being counted. An engine that a test
// drops as a crash would must not read from a store that the test then closes.
func (e *Engine) AwaitCounts() { e.counting.Wait() }
