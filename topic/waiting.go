package topic

import "container/heap"

// waitingLines implements heap.Interface, the earliest line first.
type waitingLines []*line

// put adds a line, or moves it to its new place.
func (w *waitingLines) put(l *line) {
	if l.place >= 0 {
		heap.Fix(w, l.place)
		return
	}
	heap.Push(w, l)
}

func (w *waitingLines) remove(l *line) {
	if l.place >= 0 {
		heap.Remove(w, l.place)
	}
}

func (w waitingLines) Len() int { return len(w) }

func (w waitingLines) Less(i, j int) bool {
	if w[i].at != w[j].at {
		return w[i].at < w[j].at
	}
	return w[i].number < w[j].number
}

func (w waitingLines) Swap(i, j int) {
	w[i], w[j] = w[j], w[i]
	w[i].place, w[j].place = i, j
}

// Push implements heap.Interface.
func (w *waitingLines) Push(x any) {
	l := x.(*line) //nolint:forcetypeassert // put pushes
	l.place = len(*w)
	*w = append(*w, l)
}

// Pop implements heap.Interface.
func (w *waitingLines) Pop() any {
	last := len(*w) - 1
	l := (*w)[last]
	(*w)[last] = nil
	*w = (*w)[:last]
	l.place = -1
	return l
}
