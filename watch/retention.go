package watch

import (
	"time"

	"lullaby/instant"
)

// A Level is how fine points are kept, and until when (docs/aws/cloudwatch.md#retention).
type Level struct {
	Step time.Duration // of a point
	Span time.Duration // of a Block
	Kept time.Duration
}

const day = 24 * time.Hour

// Levels are CloudWatch's, from the finest to the coarsest. Points of less than a
// minute are in memory alone (FineKept).
var Levels = [...]Level{
	{time.Minute, time.Hour, 15 * day},
	{5 * time.Minute, day, 63 * day},
	{time.Hour, day, 455 * day},
}

// LevelOf returns the index of the finest Level that still has an instant at now,
// len(Levels) if none has. A UTC day becomes coarser as a whole, when it ended that
// long ago.
func LevelOf(now, at instant.Instant) int {
	age := now.Sub(at.Truncate(day).Add(day))
	for i := range Levels {
		if age < Levels[i].Kept {
			return i
		}
	}
	return len(Levels)
}

// Ends returns the end of the last day that a Level no longer has at now.
func (l *Level) Ends(now instant.Instant) instant.Instant { return now.Add(-l.Kept).Truncate(day) }

// points returns how many points a Block of l has.
func (l *Level) points() int { return int(l.Span / l.Step) }

// Block returns when the Block with an instant begins.
func (l *Level) Block(at instant.Instant) instant.Instant { return at.Truncate(l.Span) }

// Coarsen returns the Block of l that begins at an instant, from old, which may have
// some of it, and the finer Blocks in its span, by when they begin. The error is
// ErrCorrupt.
func (l *Level) Coarsen(began instant.Instant, old Block, finer *Level, blocks map[instant.Instant]Block) (Block, error) {
	points := make([]Point, l.points())
	if err := old.each(len(points), true, func(i int, p *Point) { points[i] = p.clone() }); err != nil {
		return nil, err
	}
	for at, b := range blocks {
		offset := at.Sub(began)
		if offset < 0 || offset >= l.Span {
			return nil, ErrCorrupt
		}
		err := b.each(finer.points(), true, func(i int, p *Point) {
			points[(offset+time.Duration(i)*finer.Step)/l.Step].merge(p, true)
		})
		if err != nil {
			return nil, err
		}
	}
	return appendBlock(nil, points), nil
}
