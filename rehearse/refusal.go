package rehearse

import (
	"cmp"
	"slices"

	"lullaby/capacity"
	"lullaby/gateway"
	"lullaby/instant"
	"lullaby/lambda"
	"lullaby/rehearse/report"
)

// A service is a service that refuses requests.
type service uint8

const (
	apiGateway service = iota
	lambdaService
	dynamoDB
	simpleQueue
)

// A refusal is the reason of a refused request.
type refusal struct {
	service service
	route   string                // of API Gateway, if the limit is the route's own
	reason  lambda.ThrottleReason // of Lambda
	by      lambda.Limit          // of Lambda, more precise than reason
	verdict capacity.Verdict      // of DynamoDB, without RetryAfter
	queue   string                // of SQS: its logical id
}

// refusals counts refused requests by reason. There are only a handful of
// reasons, so it is a list.
type refusals []counted

type counted struct {
	refusal

	first instant.Instant
	times int64
}

// count counts a request refused at now.
func (r *refusals) count(now instant.Instant, why refusal) {
	for i := range *r {
		if c := &(*r)[i]; c.refusal == why {
			c.times++
			return
		}
	}
	*r = append(*r, counted{why, now, 1})
}

// report returns the refusals of requests to a function, by its logical id:
// with AWS's names, the most frequent first.
func (r refusals) report(w *world, function string) []report.Refusal {
	all := make([]report.Refusal, 0, len(r))
	for i := range r {
		c := &r[i]
		told := report.Refusal{Count: c.times, First: w.since(c.first)}
		switch c.service {
		case apiGateway:
			told.Service, told.Reason, told.Resource = report.APIGateway, gateway.Throttled.ResponseType(), c.route
		case lambdaService:
			told.Service, told.Reason, told.Resource, told.Limit = "Lambda", string(c.reason), function, string(c.by)
		case dynamoDB:
			told.Service, told.Reason, told.Resource = "DynamoDB", c.verdict.Reason(), c.verdict.Resource.Name
		case simpleQueue:
			told.Service, told.Reason, told.Resource = "SQS", "RequestThrottled", c.queue
		}
		all = append(all, told)
	}
	slices.SortStableFunc(all, func(a, b report.Refusal) int { return cmp.Compare(b.Count, a.Count) })
	return all
}
