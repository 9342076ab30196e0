package stream_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/attribute"
	"lullaby/dynamo/stream"
)

var id = attribute.Attribute{Name: "id", Value: attribute.String("a")}

func item(v string) attribute.Encoded {
	return attribute.NewItem(id, attribute.Attribute{Name: "v", Value: attribute.String(v)}).Encode()
}

func key() attribute.Encoded { return attribute.NewItem(id).Encode() }

func TestViews(t *testing.T) {
	one, two := item("1"), item("2")
	type images struct{ old, new attribute.Encoded }
	tests := []struct {
		name          string
		before, after attribute.Encoded
		event         stream.Event
		views         map[stream.View]images
	}{
		{"a new item", nil, one, stream.Insert, map[stream.View]images{
			stream.KeysOnly: {}, stream.NewImage: {new: one}, stream.OldImage: {}, stream.NewAndOldImages: {new: one},
		}},
		{"another item", one, two, stream.Modify, map[stream.View]images{
			stream.KeysOnly: {}, stream.NewImage: {new: two}, stream.OldImage: {old: one}, stream.NewAndOldImages: {one, two},
		}},
		{"no item any more", two, nil, stream.Remove, map[stream.View]images{
			stream.KeysOnly: {}, stream.NewImage: {}, stream.OldImage: {old: two}, stream.NewAndOldImages: {old: two},
		}},
	}
	for _, tt := range tests {
		for view, want := range tt.views {
			r, changed := view.Record(start.Add(1), tt.before, tt.after, key())
			wantRecord := stream.Record{Event: tt.event, At: start, Keys: key(), Old: want.old, New: want.new}
			if diff := cmp.Diff(wantRecord, r); diff != "" || !changed {
				t.Errorf("%s, %s: changed %v (-want +got):\n%s", tt.name, view, changed, diff)
			}
			if want := r.Keys.Size() + want.old.Size() + want.new.Size(); r.Size() != want {
				t.Errorf("%s, %s: size %d, want %d", tt.name, view, r.Size(), want)
			}
		}
	}
}

func TestNoChangeIsNoRecord(t *testing.T) {
	for _, it := range []attribute.Encoded{nil, item("1")} {
		if r, changed := stream.NewAndOldImages.Record(start, it, it, key()); changed {
			t.Errorf("%v after itself is %+v", it, r)
		}
	}
}

func TestDescription(t *testing.T) {
	d := stream.Description{ID: 300, Created: start}
	if got, want := d.ShardID(), "shardId-00000001795921920000-0000012c"; got != want {
		t.Errorf("shard %s, want %s", got, want)
	}
	if got, want := d.EventID(5), "000000000000012c0000000000000005"; got != want {
		t.Errorf("event %s, want %s", got, want)
	}
	if first, _, closed := d.Range(); first != stream.SequenceAt(start) || closed {
		t.Errorf("an open shard begins at %v, closed %v", first, closed)
	}
	if !d.Readable(start.Add(1_000 * time.Hour)) {
		t.Error("an enabled stream cannot be read")
	}
	d.Disabled = start.Add(time.Hour)
	if _, last, closed := d.Range(); last != stream.SequenceAt(d.Disabled) || !closed {
		t.Errorf("a closed shard ends at %v, closed %v", last, closed)
	}
	for after, want := range map[time.Duration]bool{25 * time.Hour: true, 25*time.Hour + 1: false} {
		if got := d.Readable(start.Add(after)); got != want {
			t.Errorf("%v after it began, readable is %v, want %v", after, got, want)
		}
	}
}
