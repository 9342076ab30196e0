package deliver

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
	queues "lullaby/queue/request"
	queue "lullaby/queue/store"
	"lullaby/topic"
	"lullaby/topic/request"
	"lullaby/topic/store"
)

// Queues take messages. *queue.Engine is the one of a stack.
type Queues interface {
	SendMessage(ctx context.Context, at instant.Instant, in *queues.SendMessageInput) (*queue.SendMessageOutput, error)
}

// Options configure a Deliverer.
type Options struct {
	Queues    Queues
	Functions lambda.Invoker // nil: there are none

	// CertificateBase is the URL under which receivers find the certificate of
	// signatures, without a slash at its end.
	CertificateBase string

	Say func(text string) // shows a text to whoever runs the stack, from many goroutines; nil: nobody
	Log *slog.Logger      // nil: discarded

	// Transport makes the requests by HTTP; nil: NewTransport.
	Transport http.RoundTripper
}

// A Deliverer takes messages to receivers. Make one with New.
type Deliverer struct {
	topics *store.Engine
	opts   Options
	client *http.Client
}

// New returns a Deliverer. It works from Run on.
func New(topics *store.Engine, o Options) *Deliverer {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Say == nil {
		o.Say = func(string) {}
	}
	if o.Transport == nil {
		o.Transport = NewTransport()
	}
	return &Deliverer{topics: topics, opts: o, client: newClient(o.Transport)}
}

// Run delivers until ctx ends. Then it gives up what is under way, which is delivered
// after the next start. Each delivery has a goroutine, of which there are as many as
// store.Options.Most says. When it returns, all of them have ended. Call it once.
func (d *Deliverer) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	due := time.NewTimer(0)
	defer due.Stop()
	for {
		for a, ok := d.topics.Take(instant.Of(time.Now())); ok; a, ok = d.topics.Take(instant.Of(time.Now())) {
			running.Go(func() { d.attempt(ctx, a) })
		}
		at := instant.Of(time.Now())
		if next := d.topics.Next(at); !next.IsZero() {
			due.Reset(min(next.Sub(at), nap))
		}
		select {
		case <-ctx.Done():
			return
		case <-d.topics.Wake():
		case <-due.C:
		}
	}
}

// nap is how long Run waits at most for what is due: the clock may be set, and a machine
// may sleep.
const nap = time.Minute

// errGone is matched by the errors of receivers that do not exist, or do not want the
// message: it is not tried again.
var errGone = errors.New("permanent")

// patience is how long a receiver may take for its answer
// (docs/aws/sns.md#deliveries-by-http).
const patience = 15 * time.Second

// attempt makes one attempt and says what came of it.
func (d *Deliverer) attempt(ctx context.Context, a *store.Attempt) {
	ok, err := a.Read()
	if err != nil {
		d.complain("read a message", a, err)
	}
	if !ok {
		return
	}
	if err := d.sign(a); err != nil {
		d.complain("sign a message", a, err)
	}
	trying, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	failure := d.deliver(trying, a)
	now := instant.Of(time.Now())
	switch {
	case ctx.Err() != nil && failure != nil:
		return // it is still on the disk
	case failure == nil:
		err = a.Delivered(now)
	default:
		d.opts.Log.Debug("notification failed", slog.String("subscription", a.Letter.Subscription), slog.Any("error", failure))
		var again bool
		if again, err = a.Failed(now, errors.Is(failure, errGone)); err == nil && !again {
			err = d.bury(ctx, a, failure)
		}
	}
	if err != nil {
		d.complain("note a delivery", a, err)
	}
}

func (d *Deliverer) complain(what string, a *store.Attempt, err error) {
	d.opts.Log.Error("deliver notifications", slog.String("task", what), slog.Uint64("subscription", a.Subscription.Number), slog.Any("error", err))
}

// sign signs the letter, unless its receiver gets the message alone.
func (d *Deliverer) sign(a *store.Attempt) error {
	switch p := a.Subscription.Protocol; {
	case p == request.Email || p == request.SMS, a.Subscription.Raw() && a.Letter.Kind == topic.Notification:
		return nil
	}
	signer, err := d.topics.Signer()
	if err != nil {
		return err
	}
	a.Letter.Signer = d.opts.CertificateBase + signer.Path()
	a.Letter.Signature, err = signer.Sign(a.Letter.Version, a.Letter.Signed())
	return err
}

// deliver takes a letter to its receiver. The error matches errGone if that is in vain.
func (d *Deliverer) deliver(ctx context.Context, a *store.Attempt) error {
	switch s := &a.Subscription; s.Protocol {
	case request.HTTP, request.HTTPS:
		return d.post(ctx, a)
	case request.SQS:
		return d.enqueue(ctx, s.Endpoint, a)
	case request.Lambda:
		return d.invoke(ctx, a)
	default:
		d.show(a)
		return nil
	}
}

// bury gives a message up: it moves to the dead-letter queue of its subscription, if it
// has one.
func (d *Deliverer) bury(ctx context.Context, a *store.Attempt, failure error) error {
	dead := a.Subscription.DeadLetters()
	if a.Letter.Kind != topic.Notification {
		dead = ""
	}
	moved := false
	if dead != "" {
		err := d.enqueue(ctx, dead, a)
		if moved = err == nil; !moved {
			d.complain("move to "+dead, a, err)
		}
	}
	d.opts.Log.Warn("a notification was given up", slog.String("topic", a.Letter.Topic), slog.String("protocol", string(a.Subscription.Protocol)),
		slog.Bool("dead_letter", moved), slog.Any("error", failure))
	return a.Buried(instant.Of(time.Now()), dead != "", moved)
}
