package wire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/valyala/fasthttp"

	"lullaby/dynamo"
	"lullaby/internal/arn"
	"lullaby/internal/sigv4"
	"lullaby/lambda"
	"lullaby/watch"
)

// Services are what the endpoint stands in front of. A nil one is not there:
// its requests are answered as those for an unknown operation of DynamoDB's.
type Services struct {
	DynamoDB *dynamo.Engine
	Lambda   lambda.Invoker
}

// Options for New.
type Options struct {
	Scope arn.Scope    // in the answers that name it, and of signatures
	Keys  sigv4.Keys   // that a request must be signed with; nil: any will do
	Log   *slog.Logger // nil: discarded

	// Metrics takes the samples of DynamoDB's requests, from many goroutines at
	// once; nil: watch.Discard.
	Metrics watch.Sink
}

// A Server is the AWS endpoint.
type Server struct {
	opts      Options
	fast      *fasthttp.Server
	dialects  []dialect
	unclaimed *service // answers what no protocol claims, in awsJSON

	ctx    context.Context // of every request; ended by Shutdown
	cancel context.CancelFunc
}

// Bounds of a request. A body is DynamoDB's 16 MB at most; a header must hold a
// SigV4 signature and its session token, and one that never ends must not take
// memory.
const (
	maxBody   = 16 << 20
	maxRead   = maxBody + 4<<20 // what is read of a body that is too large, so that its sender hears of it
	maxHeader = 32 << 10
	readTime  = time.Minute // for a whole request
	idleTime  = 5 * time.Minute
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
	s := &Server{opts: o, unclaimed: tables(services.DynamoDB, &o)}
	if services.Lambda != nil {
		f := functions(services.Lambda)
		s.speak(newREST(f), f)
	}
	s.speak(awsJSON{}, s.unclaimed, streams(services.DynamoDB, &o))
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.fast = &fasthttp.Server{
		Handler:                      s.handle,
		ErrorHandler:                 refuseUnread,
		MaxRequestBodySize:           maxRead,
		ReadBufferSize:               maxHeader,
		ReadTimeout:                  readTime,
		IdleTimeout:                  idleTime,
		NoDefaultServerHeader:        true,
		DisablePreParseMultipartForm: true,
		CloseOnShutdown:              true,
		Logger:                       fastLog{o.Log},
	}
	return s
}

// Serve answers what comes in at ln until Shutdown.
func (s *Server) Serve(ln net.Listener) error {
	if err := s.fast.Serve(ln); err != nil {
		return fmt.Errorf("serve AWS endpoint: %w", err)
	}
	return nil
}

// Shutdown ends the requests that wait, lets the others finish until ctx ends,
// and closes the listener.
func (s *Server) Shutdown(ctx context.Context) error {
	s.cancel()
	return s.fast.ShutdownWithContext(ctx)
}

func (s *Server) handle(c *fasthttp.RequestCtx) {
	resp := s.answer(&request{ctx: s.ctx, fast: c})
	resp.write(c)
}

// refuseUnread answers a request that could not be read.
func refuseUnread(c *fasthttp.RequestCtx, err error) {
	resp := response{status: faultOf(unreadFaults, err).status}
	if errors.Is(err, fasthttp.ErrBodyTooLarge) {
		resp.chunked = true
	}
	resp.set("Connection", "close")
	resp.write(c)
}

// fastLog keeps fasthttp's complaints about clients to debug.
type fastLog struct{ log *slog.Logger }

func (l fastLog) Printf(format string, args ...any) {
	l.log.Debug("http", slog.String("message", fmt.Sprintf(format, args...)))
}
