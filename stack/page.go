package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	"lullaby/gateway/edge"
	"lullaby/lambda/host"
	"lullaby/web"
	"lullaby/wire"
)

// listenWeb opens the listener of the live page.
func (s *Stack) listenWeb(ctx context.Context) error {
	addr := s.opts.WebAddr
	if addr == "" {
		return nil
	}
	ln, err := s.listenAt(ctx, webSocket, addr, "--web-addr")
	if s.opts.WebAnywhere && errors.Is(err, syscall.EADDRINUSE) {
		s.say("the live page takes a free port: %s is in use (--web-addr)", addr)
		name, _, _ := net.SplitHostPort(addr)
		ln, err = s.listenAt(ctx, webSocket, net.JoinHostPort(name, "0"), "--web-addr")
	}
	s.web = ln
	return err
}

// openPage makes the live page, if there is one, before the alarms and the endpoints that
// tell it of pages and of what they refuse.
func (s *Stack) openPage(context.Context) error {
	if s.web == nil {
		return nil
	}
	services := web.Services{Tables: s.tables, Queues: s.queues, Metrics: s.metrics, Scaling: s.scaling, Waiting: s.pages.Waiting}
	if s.host != nil {
		services.Functions = func() []web.Function { return functionsOf(s.host.Usage()) }
	}
	for _, d := range s.doors {
		switch {
		case d.API != nil:
			services.APIs = append(services.APIs, web.RESTAPI(d.API, d.URL))
		case d.HTTPAPI != nil:
			services.APIs = append(services.APIs, web.HTTPAPI(d.HTTPAPI, d.URL))
		default:
			services.APIs = append(services.APIs, web.FunctionURL(d.FunctionURL, d.URL))
		}
	}
	s.page = web.New(services, web.Options{Scope: s.opts.Scope, Hosts: s.hosts(s.opts.WebAddr), Log: s.opts.Log})
	return nil
}

// servePage serves the live page.
func (s *Stack) servePage() {
	if s.page == nil {
		return
	}
	s.goServe(func() error { return s.page.Serve(s.web) })
	s.onClose(func() error { return within(s.page.Shutdown) })
}

func functionsOf(usage []host.Usage) []web.Function {
	functions := make([]web.Function, len(usage))
	for i, u := range usage {
		functions[i] = web.Function(u)
	}
	return functions
}

// refusedByService returns what is told of the refusals of the AWS endpoint; nil: nobody
// is.
func (s *Stack) refusedByService() func(wire.Refusal) {
	if s.page == nil {
		return nil
	}
	return func(r wire.Refusal) { s.page.Refused(web.Refusal(r)) }
}

// refusedByDoor is as refusedByService, of a door.
func (s *Stack) refusedByDoor(d *Door) func(edge.Refusal) {
	if s.page == nil {
		return nil
	}
	service := "API Gateway"
	if d.FunctionURL != nil {
		service = "Lambda"
	}
	return func(r edge.Refusal) {
		s.page.Refused(web.Refusal{
			At: r.At, Service: service, Operation: fmt.Sprintf("%s %s", r.Method, r.Path), Status: r.Status,
			Code: r.Response, Message: r.Cause, Resource: r.Function, Request: r.Request,
		})
	}
}

// WebURL returns the URL of the live page, empty if there is none.
func (s *Stack) WebURL() string {
	if s.web == nil {
		return ""
	}
	return "http://" + s.web.Addr().String()
}
