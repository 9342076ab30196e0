package store_test

import (
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/queue/store"
	"lullaby/storage"
)

// A sizedFS is a file system that says how much of it is free.
type sizedFS struct {
	vfs.FS

	free atomic.Uint64 // bytes
}

// GetDiskUsage implements vfs.FS.
func (fs *sizedFS) GetDiskUsage(string) (vfs.DiskUsage, error) {
	return vfs.DiskUsage{AvailBytes: fs.free.Load(), TotalBytes: math.MaxInt64, UsedBytes: 0}, nil
}

// On a full disk sends are refused and leave nothing, receives, changes of visibility
// and deletes go on, and dead letters are moved. Sends come back with room.
func TestFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, storage.Disk, store.Options{Unlimited: true})
		if err := w.stop(); err != nil {
			t.Fatal(err)
		}
		disk := &sizedFS{FS: w.fs}
		disk.free.Store(1 << 30)
		w.startOn(disk, store.Options{Unlimited: true})
		s := &script{t: t, world: w}
		does := func(line, want string) {
			t.Helper()
			if got := s.do(line); !strings.Contains(got, want) {
				t.Errorf("%s\n= %s\nwant %s", line, got, want)
			}
		}
		const redrive = `"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:dead\",\"maxReceiveCount\":1}"`
		does(`CreateQueue {"QueueName":"dead"}`, "/dead")
		does(`CreateQueue {"QueueName":"q","Attributes":{`+redrive+`}}`, "/q")
		does(`CreateQueue {"QueueName":"q.fifo","Attributes":{"FifoQueue":"true"}}`, "/q.fifo")
		does(`SendMessageBatch {"QueueUrl":"q","Entries":[{"Id":"a","MessageBody":"1"},{"Id":"b","MessageBody":"2"}]}`, `"message 2"`)

		disk.free.Store(0)
		time.Sleep(time.Second)
		for _, line := range []string{
			`SendMessage {"QueueUrl":"q","MessageBody":"3"}`,
			`SendMessage {"QueueUrl":"q.fifo","MessageBody":"3","MessageGroupId":"g","MessageDeduplicationId":"a"}`,
			`CreateQueue {"QueueName":"other"}`,
			`TagQueue {"QueueUrl":"q","Tags":{"a":"b"}}`,
		} {
			does(line, storage.ErrNoRoom.Error())
		}
		does(`ReceiveMessage {"QueueUrl":"q"}`, `"Body":"1"`)
		does(`ChangeMessageVisibility {"QueueUrl":"q","ReceiptHandle":"handle 1","VisibilityTimeout":0}`, "{}")
		does(`ReceiveMessage {"QueueUrl":"q"}`, `"Body":"2"`)
		does(`ReceiveMessage {"QueueUrl":"dead"}`, `"Body":"1"`)
		does(`DeleteMessage {"QueueUrl":"q","ReceiptHandle":"handle 2"}`, "{}")
		does(`PurgeQueue {"QueueUrl":"q"}`, "{}")

		disk.free.Store(1 << 30)
		time.Sleep(time.Second)
		does(`SendMessage {"QueueUrl":"q.fifo","MessageBody":"4","MessageGroupId":"g","MessageDeduplicationId":"a"}`, "18850000000000000001")
		does(`ReceiveMessage {"QueueUrl":"q.fifo","MaxNumberOfMessages":10}`, `"Body":"4"`)
		does(`ReceiveMessage {"QueueUrl":"q","MaxNumberOfMessages":10}`, "{}")
	})
}
