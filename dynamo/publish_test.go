package dynamo_test

import (
	"errors"
	"path"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
)

// A stallingDisk holds the next sync of the log, once it is armed, until the
// test says what becomes of it.
type stallingDisk struct {
	armed atomic.Bool
	held  chan struct{} // unbuffered; sent to by the disk when it holds a sync
	let   chan error    // unbuffered; the test sends the result of the sync
}

func newStallingDisk() *stallingDisk {
	return &stallingDisk{held: make(chan struct{}), let: make(chan error)}
}

func (d *stallingDisk) fs() vfs.FS { return errorfs.Wrap(vfs.NewMem(), d) }

func (d *stallingDisk) String() string { return "stalling disk" }

// MaybeError implements errorfs.Injector.
func (d *stallingDisk) MaybeError(op errorfs.Op) error {
	sync := op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData || op.Kind == errorfs.OpFileSyncTo
	if !sync || path.Ext(op.Path) != ".log" || !d.armed.CompareAndSwap(true, false) {
		return nil
	}
	d.held <- struct{}{}
	return <-d.let
}

// tableChanges are the kinds of changes of tables.
var tableChanges = []struct {
	name   string
	change func(*testing.T, *dynamo.Engine) error
}{
	{"CreateTable", func(t *testing.T, e *dynamo.Engine) error {
		_, err := e.CreateTable(t.Context(), instant.Of(time.Now()), input[request.CreateTableInput](t, strings.Replace(streamTable("KEYS_ONLY"), `"tab"`, `"other"`, 1)))
		return err
	}},
	{"UpdateTable", func(t *testing.T, e *dynamo.Engine) error {
		_, err := e.UpdateTable(t.Context(), instant.Of(time.Now()), input[request.UpdateTableInput](t, `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST"}`))
		return err
	}},
	{"Declare another stream", func(t *testing.T, e *dynamo.Engine) error {
		return e.Declare(t.Context(), instant.Of(time.Now()), dynamo.Declaration{Table: input[request.CreateTableInput](t, streamTable("NEW_IMAGE"))})
	}},
	{"UpdateTable, no stream", func(t *testing.T, e *dynamo.Engine) error {
		_, err := e.UpdateTable(t.Context(), instant.Of(time.Now()), input[request.UpdateTableInput](t, `{"TableName":"tab","StreamSpecification":{"StreamEnabled":false}}`))
		return err
	}},
	{"UpdateTimeToLive", func(t *testing.T, e *dynamo.Engine) error {
		_, err := e.UpdateTimeToLive(t.Context(), instant.Of(time.Now()), input[request.UpdateTimeToLiveInput](t,
			`{"TableName":"tab","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}`))
		return err
	}},
	{"TagResource", func(t *testing.T, e *dynamo.Engine) error {
		_, err := e.TagResource(t.Context(), instant.Of(time.Now()), input[request.TagResourceInput](t, `{"ResourceArn":"arn:aws:dynamodb:us-east-1:123456789012:table/tab","Tags":[{"Key":"k","Value":"v"}]}`))
		return err
	}},
	{"DeleteTable", func(t *testing.T, e *dynamo.Engine) error {
		_, err := e.DeleteTable(t.Context(), instant.Of(time.Now()), input[request.DeleteTableInput](t, `{"TableName":"tab"}`))
		return err
	}},
}

// A change of a table is seen once it is durable: neither while its commit is
// under way nor after it has failed. A log that cannot be written ends the
// process, unless, as here, Fatal does not: then the change is never answered.
func TestChangesAreSeenWhenDurable(t *testing.T) {
	for _, tt := range tableChanges {
		t.Run(tt.name, func(t *testing.T) {
			disk := newStallingDisk()
			// Neither is closed: they are of no use after a fatal fault.
			failed := make(chan error, 2) // what ends the store, or the answer that must not be
			db, err := storage.Open("data", storage.Options{FS: disk.fs(), Fatal: func(err error) { failed <- err }})
			if err != nil {
				t.Fatal(err)
			}
			e := engine(t, db, dynamo.Options{Instant: true})
			defer halt(e)
			create(t, e, streamTable("KEYS_ONLY"))
			before := visibleState(t, e)
			disk.armed.Store(true)
			go func() { failed <- tt.change(t, e) }()
			<-disk.held
			if diff := cmp.Diff(before, visibleState(t, e)); diff != "" {
				t.Errorf("while the commit is under way (-before +now):\n%s", diff)
			}
			disk.let <- errors.New("disk full")
			if err := <-failed; err == nil {
				t.Error("a change that could not be written was answered as made")
			}
			if diff := cmp.Diff(before, visibleState(t, e)); diff != "" {
				t.Errorf("after the commit has failed (-before +now):\n%s", diff)
			}
		})
	}
}

// visibleState returns every answer of an engine about its tables and streams.
func visibleState(t *testing.T, e *dynamo.Engine) []string {
	t.Helper()
	var state []string
	tell := func(out any, err error) {
		if err != nil {
			state = append(state, err.Error())
			return
		}
		state = append(state, output(t, out))
	}
	ctx := t.Context()
	tell(e.ListTables(ctx, instant.Of(time.Now()), &request.ListTablesInput{}))
	for _, name := range []string{"tab", "other"} {
		arn := "arn:aws:dynamodb:us-east-1:123456789012:table/" + name
		tell(e.DescribeTable(ctx, instant.Of(time.Now()), &request.DescribeTableInput{TableName: &name}))
		tell(e.DescribeTimeToLive(ctx, instant.Of(time.Now()), &request.DescribeTimeToLiveInput{TableName: &name}))
		tell(e.ListTagsOfResource(ctx, instant.Of(time.Now()), &request.ListTagsOfResourceInput{ResourceArn: &arn}))
	}
	streams, err := e.ListStreams(ctx, instant.Of(time.Now()), &request.ListStreamsInput{})
	tell(streams, err)
	for _, s := range streams.Streams {
		tell(e.DescribeStream(ctx, instant.Of(time.Now()), &request.DescribeStreamInput{StreamArn: &s.StreamArn}))
	}
	return state
}
