package rehearse

import (
	"cmp"
	"slices"
	"time"

	"lullaby/capacity"
	"lullaby/gateway"
	"lullaby/instant"
	"lullaby/lambda"
	"lullaby/rehearse/report"
)

// A service is one that refuses.
type service uint8

const (
	apiGateway service = iota
	lambdaService
	dynamoDB
)

// A refusal is why a request was refused.
type refusal struct {
	service service
	reason  lambda.ThrottleReason // of Lambda, and
	by      lambda.Limit          // the limit, which is finer
	verdict capacity.Verdict      // of DynamoDB; without RetryAfter
}

// refusals counts requests by why they were refused. There are a handful of
// reasons.
type refusals []counted

type counted struct {
	refusal

	first time.Duration // since the start
	times int64
}

// count counts a request that was refused now.
func (r *refusals) count(now instant.Instant, why refusal) {
	for i := range *r {
		if c := &(*r)[i]; c.refusal == why {
			c.times++
			return
		}
	}
	*r = append(*r, counted{why, since(now), 1})
}

// report returns the refusals of requests to a function, given by its logical id,
// in AWS's words and the most frequent first.
func (r refusals) report(function string) []report.Refusal {
	all := make([]report.Refusal, 0, len(r))
	for i := range r {
		c := &r[i]
		told := report.Refusal{Count: c.times, First: report.Span(c.first)}
		switch c.service {
		case apiGateway:
			told.Service, told.Reason = report.APIGateway, gateway.Throttled.ResponseType()
		case lambdaService:
			told.Service, told.Reason, told.Resource, told.Limit = "Lambda", string(c.reason), function, string(c.by)
		case dynamoDB:
			told.Service, told.Reason, told.Resource = "DynamoDB", c.verdict.Reason(), c.verdict.Resource.Name
		}
		all = append(all, told)
	}
	slices.SortStableFunc(all, func(a, b report.Refusal) int { return cmp.Compare(b.Count, a.Count) })
	return all
}
