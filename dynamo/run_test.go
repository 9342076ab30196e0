package dynamo_test

import (
	"context"
	"sync"

	"lullaby/dynamo"
	"lullaby/storage"
)

// runs are the engines whose Run is under way, with what ends it and waits.
var runs sync.Map // *dynamo.Engine -> func()

// start returns an engine that runs until stop or abandon.
func start(db *storage.DB, o dynamo.Options) (*dynamo.Engine, error) {
	e, err := dynamo.New(db, o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { e.Run(ctx) })
	runs.Store(e, func() {
		cancel()
		running.Wait()
	})
	return e, nil
}

// halt ends Run.
func halt(e *dynamo.Engine) {
	if end, ok := runs.LoadAndDelete(e); ok {
		end.(func())()
	}
}

// stop ends an engine in good order.
func stop(e *dynamo.Engine) error {
	halt(e)
	return e.Close()
}

// abandon ends an engine like a crash: it saves nothing.
func abandon(e *dynamo.Engine) {
	halt(e)
	e.Drop()
}
