package dynamo

// AwaitCounts waits until no table is being counted. An engine that a test
// drops as a crash would must not read from a store that the test then closes.
func (e *Engine) AwaitCounts() { e.counting.Wait() }

// Crash stops the engine where it stands, without writing anything down. It has
// stopped when wait, for which no other call may be under way, returns.
func (e *Engine) Crash() (wait func()) {
	close(e.closing)
	return func() {
		e.counting.Wait()
		e.working.Wait()
	}
}

// Hold locks the key of an item until it is released.
func (e *Engine) Hold(in *GetItemInput) (release func(), err error) {
	t, err := e.table(*in.TableName)
	if err != nil {
		return nil, err
	}
	key, err := t.schema.primaryKey(t.id, in.Key)
	if err != nil {
		return nil, err
	}
	held, _ := t.locks.lock(key, false)
	return held.unlock, nil
}
