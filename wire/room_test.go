package wire

import (
	"slices"
	"testing"
	"testing/synctest"
)

// Large bodies wait for their room in the order of arrival; small ones never do.
func TestRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		held := 0
		r := newRoom(func(change int) { held += change })
		var in []int // the sizes that have room, in order
		ask := func(n int) {
			go func() { // ends when it has room
				r.take(n)
				in = append(in, n)
			}()
			synctest.Wait()
		}
		const most, half = maxBody, maxBody / 2
		want := func(sizes ...int) {
			t.Helper()
			if !slices.Equal(in, sizes) {
				t.Errorf("%v have room, want %v", in, sizes)
			}
			in = nil
		}
		ask(half)
		ask(most)
		ask(half - 1) // would fit, but came later
		ask(smallBody)
		want(half, smallBody)
		if taken := r.take(smallBody); taken != 0 {
			t.Errorf("a small body took %d bytes", taken)
		}
		r.give(half)
		synctest.Wait()
		want(most)
		r.give(0)
		synctest.Wait()
		want()
		r.give(most)
		synctest.Wait()
		want(half - 1)
		if held != half-1 {
			t.Errorf("%d bytes are held, want %d", held, half-1)
		}
	})
}

// A small request is answered while large ones fill the room.
func TestSmallRequestsPassLargeOnes(t *testing.T) {
	s := New(Services{}, Options{})
	taken := s.large.take(maxBody)
	defer s.large.give(taken)
	c := signedPost("DynamoDB_20120810.ListTables", "{}")
	s.handle(c)
	if status := c.Response.StatusCode(); status != 400 {
		t.Errorf("%d %s", status, c.Response.Body())
	}
}
