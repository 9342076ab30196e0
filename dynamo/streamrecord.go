package dynamo

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"lullaby/attribute"
	"lullaby/dynamo/stream"
	"lullaby/instant"
	"lullaby/storage"
)

// A record of a stream is stored under the ID of the stream and its sequence
// number.

func streamRecordKey(id uint64, n stream.Sequence) []byte {
	key := binary.BigEndian.AppendUint64([]byte{storage.Streams}, id)
	return binary.BigEndian.AppendUint64(key, uint64(n))
}

// sequenceOf returns the sequence number in the key of a record.
func sequenceOf(key []byte) stream.Sequence {
	return stream.Sequence(binary.BigEndian.Uint64(key[len(key)-8:]))
}

func deleteStreamRecords(b *storage.Batch, id uint64) {
	b.DeleteRange(streamRecordKey(id, 0), streamRecordKey(id+1, 0))
}

// lastSequence returns the number of the newest record of a stream, or 0 if it
// has none.
func lastSequence(db storage.Reader, id uint64) (last stream.Sequence, err error) {
	err = db.ScanBackward(streamRecordKey(id, 0), streamRecordKey(id+1, 0), func(key, _ []byte) (bool, error) {
		last = sequenceOf(key)
		return false, nil
	})
	return last, err
}

// A streamHead begins a stored record: its length, its JSON, and then the binary
// forms of the items.
type streamHead struct {
	Event   stream.Event
	Time    int64  // Unix seconds
	Expired bool   // removed by time to live
	Sizes   [3]int // bytes of the keys, the old and the new item; 0: not there
}

// appendStreamRecord appends the stored form of a record.
func appendStreamRecord(dst []byte, r *stream.Record) ([]byte, error) {
	head := streamHead{Event: r.Event, Time: r.At.Time().Unix(), Expired: r.ByService}
	var items []byte
	for i, it := range [...]attribute.Encoded{r.Keys, r.Old, r.New} {
		if it != nil {
			items = append(items, it...)
			head.Sizes[i] = len(it)
		}
	}
	text, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	dst = binary.AppendUvarint(dst, uint64(len(text)))
	return append(append(dst, text...), items...), nil
}

// readStreamRecord reads the form of appendStreamRecord, whose memory it shares. key
// has the sequence number.
func readStreamRecord(key, value []byte) (r stream.Record, err error) {
	n, used := binary.Uvarint(value)
	if used <= 0 || n > uint64(len(value)-used) {
		return r, fmt.Errorf("%w: stream record", attribute.ErrCorrupt)
	}
	var head streamHead
	if err := json.Unmarshal(value[used:used+int(n)], &head); err != nil {
		return r, err
	}
	r = stream.Record{Sequence: sequenceOf(key), Event: head.Event, At: instant.Of(time.Unix(head.Time, 0)), ByService: head.Expired}
	items := value[used+int(n):]
	for i, it := range [...]*attribute.Encoded{&r.Keys, &r.Old, &r.New} {
		size := head.Sizes[i]
		if size < 0 || size > len(items) {
			return r, fmt.Errorf("%w: stream record", attribute.ErrCorrupt)
		}
		if size > 0 {
			*it = items[:size:size]
		}
		items = items[size:]
	}
	return r, nil
}
