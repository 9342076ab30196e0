package web

import (
	"context"
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// A FunctionState is a function as the page shows it. Points are sums of a minute, of
// Concurrent the maximum, and of Ms the average time of an invocation.
type FunctionState struct {
	Function
	Concurrent, Invocations, Errors, Throttles, Ms Points
}

func (s *Server) functions(_ context.Context, now instant.Instant, state *State) error {
	if s.services.Functions == nil {
		return nil
	}
	for _, f := range s.services.Functions() {
		r := reading{s: s, now: now, namespace: "AWS/Lambda", dimensions: []watch.Dimension{{Name: "FunctionName", Value: f.Name}}}
		state.Functions = append(state.Functions, FunctionState{
			f, r.points("ConcurrentExecutions", "Maximum"), r.points("Invocations", "Sum"), r.points("Errors", "Sum"),
			r.points("Throttles", "Sum"), r.points("Duration", "Average"),
		})
		if r.err != nil {
			return r.err
		}
	}
	return nil
}

// A Queue is a queue as the page shows it. Depth and Age are the maximum of a minute, Age
// in seconds; Sent and Deleted are sums.
type Queue struct {
	Name                       string
	Visible, InFlight, Delayed int
	Seconds                    float64 // the age of the oldest message
	Dead                       string  // its dead-letter queue; empty: none
	Depth, Age, Sent, Deleted  Points
}

func (s *Server) queues(_ context.Context, now instant.Instant, state *State) error {
	for _, d := range s.services.Queues.Depths(now) {
		r := reading{s: s, now: now, namespace: "AWS/SQS", dimensions: []watch.Dimension{{Name: "QueueName", Value: d.Name}}}
		state.Queues = append(state.Queues, Queue{
			Name: d.Name, Visible: d.Visible, InFlight: d.InFlight, Delayed: d.Delayed,
			Seconds: d.Oldest.Truncate(time.Second).Seconds(), Dead: d.Dead,
			Depth: r.points("ApproximateNumberOfMessagesVisible", "Maximum"), Age: r.points("ApproximateAgeOfOldestMessage", "Maximum"),
			Sent: r.points("NumberOfMessagesSent", "Sum"), Deleted: r.points("NumberOfMessagesDeleted", "Sum"),
		})
		if r.err != nil {
			return r.err
		}
	}
	return nil
}
