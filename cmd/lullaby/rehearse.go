package main

import (
	"context"
	"os"
	"strconv"
	"time"

	"github.com/alecthomas/kong"

	"lullaby/rehearse"
	"lullaby/template"
)

type rehearseCommand struct {
	Template string `arg:"" optional:"" default:"." placeholder:"DIR|TEMPLATE" help:"A SAM or CloudFormation template, or a directory that holds one."`

	Traffic  rehearse.Traffic `placeholder:"constant:R/s|spike:Nx|spike:Nx:R/s|steps:R/s:TIME,...,R/s" help:"What is played, needed unless there is a backlog: R requests a second, or R and for ten minutes in the middle N times R, or one rate after the other, the last one until the end. Without R the base of a spike is half of what the table is provisioned for, on demand 50."`
	Also     []rehearse.Also  `sep:"none" placeholder:"\"METHOD PATH=TRAFFIC\"" help:"Another route that is played at the same time, with traffic of its own; repeatable."`
	For      time.Duration    `default:"1h" help:"How long the traffic lasts: 90s, 24h."`
	Start    rehearse.Clock   `default:"00:00" placeholder:"HH:MM" help:"The time of day, in UTC, at which the traffic begins: pages, schedules and budgets of a day go by it."`
	Arrivals string           `enum:"random,even" default:"random" help:"random: each request is independent of the others (Poisson); even: with equal time between them."`
	Seed     uint64           `default:"1" help:"Of chance: the same seed gives the same report."`
	Route    string           `placeholder:"\"METHOD PATH\"" help:"Where the requests go: a route, or a request to one, as ANY, {proxy+} and $$default take it, $$default itself, or the logical id of a function URL. If not given, the first POST to a function that names a table, or what is nearest to that; a function alone if no route leads to a table. GET and HEAD read an item, other methods write one."`
	Function string           `placeholder:"NAME" help:"Which function is played, by name or logical id; by its route if it has one."`
	Table    string           `placeholder:"NAME" help:"Which table the function calls, by name or logical id; if not given, the first that its environment or its policies name, or the first of all."`

	PageTopic []string `sep:"none" placeholder:"NAME" help:"A topic that wakes somebody, by name, logical id or ARN; repeatable. All do if none is given."`

	RetryMode   string `placeholder:"sdk|legacy|random-exponential|aware" help:"How the function tries again. As its RETRY_MODE says if not given, or else sdk."`
	MaxAttempts int    `placeholder:"N" help:"Attempts of a call, the first included. As MAX_ATTEMPTS says if not given, or AWS_MAX_ATTEMPTS for want of a RETRY_MODE, or else the mode."`

	Backlog  int64          `placeholder:"N" help:"Messages that wait at the start in the queue to which the function sends."`
	GiveBack *time.Duration `placeholder:"TIME" help:"Assumed of consumers of queues: what they cannot do is visible again after 1 s to this, whole seconds; 0s: after the visibility timeout. If not given, ${give_back} for a function that names its queue and may change the visibility of messages, else 0s."`

	ItemBytes   int64         `default:"${item_bytes}" help:"Assumed size of each item, and of each message."`
	Reads       string        `enum:"strong,eventual" default:"strong" help:"Assumed consistency of reads."`
	ServiceTime time.Duration `default:"${service_time}" help:"Assumed time of the function until its table has answered the first attempt."`
	ColdStart   time.Duration `default:"${cold_start}" help:"Assumed time that the first request of a sandbox waits besides."`

	Parameter   map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"A parameter of the template, or the value of a dynamic reference such as ssm:/name; repeatable."`
	Export      map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"An export of another stack, for Fn::ImportValue; repeatable."`
	Limits      string            `enum:"on,off" default:"on" help:"off: nothing is refused for want of capacity."`
	Pessimistic bool              `help:"Take the strict end of what AWS leaves open: a table has no burst saved up at the start."`
	Drained     bool              `help:"The table and its indexes have spent their burst when the traffic begins; of no effect on demand."`
	JSON        bool              `name:"json" help:"The report for programs."`
}

// rehearseDefaults are the defaults in the tags above.
var rehearseDefaults = kong.Vars{
	"item_bytes":   strconv.Itoa(rehearse.ItemBytes),
	"service_time": rehearse.ServiceTime.String(),
	"cold_start":   rehearse.ColdStart.String(),
	"give_back":    rehearse.GiveBack.String(),
}

// Run rehearses the traffic and writes the report. It returns errBadNews if
// requests or messages were lost, or somebody was woken.
func (c *rehearseCommand) Run(ctx context.Context) error {
	r, err := c.rehearsal()
	if err != nil {
		return useError{err}
	}
	rep, err := r.Run(ctx)
	if err == nil && rep.Lost() {
		rep.Remedy, err = r.Remedy(ctx)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		err = rep.WriteJSON(os.Stdout)
	} else {
		err = rep.WriteText(os.Stdout)
	}
	if err == nil && rep.BadNews() {
		err = errBadNews
	}
	return err
}

func (c *rehearseCommand) rehearsal() (*rehearse.Rehearsal, error) {
	t, err := loadTemplate(c.Template, template.Options{Parameters: c.Parameter, Exports: c.Export})
	if err != nil {
		return nil, err
	}
	return rehearse.New(t, rehearse.Options{
		Route: c.Route, Function: c.Function, Table: c.Table,
		RetryMode: c.RetryMode, MaxAttempts: c.MaxAttempts,
		Traffic: c.Traffic, Also: c.Also, For: c.For, Start: c.Start, Even: c.Arrivals == "even", Seed: c.Seed, Backlog: c.Backlog, GiveBack: c.GiveBack,
		ItemBytes: c.ItemBytes, Eventual: c.Reads == "eventual", ServiceTime: c.ServiceTime, ColdStart: c.ColdStart,
		PageTopics: c.PageTopic, Unlimited: c.Limits == "off", Pessimistic: c.Pessimistic, Drained: c.Drained,
	})
}
