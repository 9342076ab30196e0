package wire

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	scaling "lullaby/autoscale/store"
	"lullaby/dynamo"
	"lullaby/internal/arn"
	"lullaby/internal/sigv4"
	"lullaby/internal/webpage"
	"lullaby/lambda"
	"lullaby/lambda/mapping"
	"lullaby/queue/store"
	topics "lullaby/topic/store"
	"lullaby/watch"
	watched "lullaby/watch/store"
)

// Services are the services of the endpoint. Requests to a nil one are answered
// like those for an unknown operation of DynamoDB's.
type Services struct {
	DynamoDB *dynamo.Engine
	SQS      *store.Engine
	Lambda   lambda.Streamer
	Mappings mapping.API // of functions; needs Lambda

	CloudWatch *watched.Store
	SNS        *topics.Engine // the endpoint has TLS too then, with its certificate

	AutoScaling *scaling.Engine // Application Auto Scaling
}

// Options are optional settings of the endpoint.
type Options struct {
	Scope arn.Scope    // of signatures, and in answers
	Keys  sigv4.Keys   // accepted keys; nil: any
	Log   *slog.Logger // nil: discarded

	// Origins are those of the web pages that may use the endpoint, and Hosts the
	// names that it has beside localhost and its addresses. Browsers' requests from
	// other pages or to other names are refused: see barred.
	Origins []webpage.Origin
	Hosts   []webpage.Host

	// Forwards are where calls go to services that the endpoint lacks. A service that it
	// can have is forwarded only if it is not among the Services.
	Forwards []Forward

	// Held is told by how many bytes the large bodies change that are being answered
	// or wait for their turn, and the values of long answers that are being sent, from
	// many goroutines at once. A limit of memory must change alike: nothing of these can
	// be collected. Nil: nobody is told.
	Held func(change int)

	// Metrics gets the samples of DynamoDB's requests, from many goroutines at
	// once. Nil: watch.Discard.
	Metrics watch.Sink

	// Refused is told of each request that was refused, from many goroutines at
	// once. Nil: nobody is told.
	Refused func(Refusal)
}

// A Server is the AWS endpoint. Make one with New. Safe for concurrent use.
type Server struct {
	opts      Options
	fast      *fasthttp.Server
	dialects  []dialect
	unclaimed *service // for requests that no protocol claims; in awsJSON
	large     *room
	topics    *topics.Engine // nil: no SNS

	own      map[string]bool     // the services that are not forwarded, by their names in signatures
	forwards map[string]*url.URL // by service; of all others under ""
	targets  *http.Transport     // the connections to them
	away     sync.WaitGroup      // of connections that fasthttp does not count: those of exchanges, and behind them

	ctx    context.Context // parent of all requests' contexts; ended by Shutdown
	cancel context.CancelFunc
}

// Limits of a request (docs/aws/messages.md#large-requests). A header has room for
// a SigV4 signature and its session token, and its limit bounds memory.
const (
	maxBody   = 16 << 20
	maxRead   = maxBody + 4<<20 // of a larger body, so that its sender gets an answer
	maxHeader = 32 << 10        // the request line included
	readTime  = time.Minute     // for the whole request
	idleTime  = 5 * time.Minute
	sendTime  = time.Minute // for the whole answer, and a second more for each sendRate bytes of a large one
	sendRate  = 256 << 10
)

// New returns the endpoint of services.
func New(services Services, o Options) *Server {
	o.Scope = o.Scope.WithDefaults()
	if o.Metrics == nil {
		o.Metrics = watch.Discard
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		opts: o, unclaimed: tables(services.DynamoDB, &o), large: newRoom(o.Held), topics: services.SNS,
		own: map[string]bool{}, forwards: map[string]*url.URL{}, targets: newForwards(),
	}
	for _, f := range o.Forwards {
		s.forwards[f.Service] = f.URL
	}
	if services.Lambda != nil {
		f := functions(services.Lambda, services.Mappings)
		s.speak(newREST(f), f)
	}
	inJSON := []*service{s.unclaimed, streams(services.DynamoDB, &o)}
	var inForms []*service
	if services.SQS != nil {
		q := queues(services.SQS)
		inJSON, inForms = append(inJSON, q), append(inForms, q)
	}
	if services.CloudWatch != nil {
		m := metrics(services.CloudWatch)
		s.speak(awsCBOR{}, m)
		inJSON, inForms = append(inJSON, m), append(inForms, m)
	}
	if services.SNS != nil {
		inForms = append(inForms, notifications(services.SNS))
	}
	if services.AutoScaling != nil {
		inJSON = append(inJSON, targets(services.AutoScaling))
	}
	s.speak(awsJSON{}, inJSON...)
	s.speak(awsQuery{inForms}, inForms...)
	for _, name := range ownServices {
		s.own[name] = s.own[name] || s.targetOf(name) == nil
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.fast = &fasthttp.Server{
		Handler:                      s.handle,
		ErrorHandler:                 s.refuseUnread,
		HeaderReceived:               s.received,
		KeepHijackedConns:            true, // forward closes them
		MaxRequestBodySize:           maxRead,
		ReadBufferSize:               maxHeader,
		ReduceMemoryUsage:            true, // see frugal
		ReadTimeout:                  readTime,
		IdleTimeout:                  idleTime,
		WriteTimeout:                 sendTime,
		NoDefaultServerHeader:        true,
		DisablePreParseMultipartForm: true,
		CloseOnShutdown:              true,
		Logger:                       fastLog{o.Log},
	}
	return s
}

// Serve serves ln until Shutdown, and then returns nil. It returns other errors
// of ln.
func (s *Server) Serve(ln net.Listener) error {
	ln = frugal{ln}
	if s.topics != nil {
		ln = withTLS(ln, s.topics)
	}
	if err := s.fast.Serve(ln); err != nil {
		return fmt.Errorf("serve AWS endpoint: %w", err)
	}
	return nil
}

// Shutdown ends the contexts of all requests and closes the listener. It waits
// until the requests are answered or ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	s.cancel()
	err := s.fast.ShutdownWithContext(ctx)
	if err == nil {
		err = s.awaitExchanges(ctx)
	}
	s.targets.CloseIdleConnections()
	return err
}

// awaitExchanges waits until no connection is left that fasthttp does not count, or ctx
// ends.
func (s *Server) awaitExchanges(ctx context.Context) error {
	ended := make(chan struct{}) // closed when none is left; nothing is sent
	go func() { s.away.Wait(); close(ended) }()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Server) handle(c *fasthttp.RequestCtx) {
	r := &request{ctx: s.ctx, fast: c, at: time.Now()}
	if service := cmp.Or(marked(&c.Request.Header), s.foreignForm(c)); service != "" {
		s.forward(r, service)
		return
	}
	resp := s.answer(r)
	if resp.stream != nil {
		resp.stream = endedBy(s.ctx, resp.stream)
	}
	resp.write(c, s.large.held)
}

// fastLog logs fasthttp's complaints about clients at debug level.
type fastLog struct{ log *slog.Logger }

func (l fastLog) Printf(format string, args ...any) {
	l.log.Debug("http", slog.String("message", fmt.Sprintf(format, args...)))
}
