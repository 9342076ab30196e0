package deliver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"lullaby/topic"
	"lullaby/topic/store"
)

// NewTransport returns what makes the requests: bounded, without a proxy, and without
// cookies.
func NewTransport() *http.Transport {
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: patience}).DialContext,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    patience,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
	}
}

// newClient returns a client that follows no redirects: a receiver may not say where else
// a message goes.
func newClient(t http.RoundTripper) *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// How much of an answer is read, so that its connection can be used again, and for how
// long. Nothing of it matters.
const (
	maxAnswer  = 64 << 10 // bytes
	answerTime = time.Second
)

// post sends a letter by HTTP (docs/aws/sns.md#deliveries-by-http).
func (d *Deliverer) post(ctx context.Context, a *store.Attempt) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l := a.Letter
	raw := a.Subscription.Raw() && l.Kind == topic.Notification
	body := l.JSON()
	if raw {
		body = []byte(l.Text)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.Subscription.Endpoint, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	h := r.Header
	h["x-amz-sns-message-type"] = []string{string(l.Kind)} // AWS's spelling
	h["x-amz-sns-message-id"] = []string{l.ID}
	h["x-amz-sns-topic-arn"] = []string{l.Topic}
	if l.Kind != topic.SubscriptionConfirmation {
		h["x-amz-sns-subscription-arn"] = []string{l.Subscription}
	}
	if raw {
		h["x-amz-sns-rawdelivery"] = []string{"true"}
	}
	h.Set("Content-Type", a.ContentType)
	h.Set("User-Agent", "Amazon Simple Notification Service Agent")
	resp, err := d.client.Do(r)
	if err != nil {
		return withoutURL(err)
	}
	defer func() { _ = resp.Body.Close() }() // nothing of it matters
	late := time.AfterFunc(answerTime, cancel)
	defer late.Stop()
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer) // the status has said all
	return verdict(resp.StatusCode)
}

// verdict returns what a status means: 200 to 299 is a delivery; 300 to 499 is in vain,
// also a redirect, and is not tried again.
func verdict(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 500:
		return fmt.Errorf("%w: status %d", errGone, status)
	}
	return fmt.Errorf("status %d", status)
}

// withoutURL drops the URL of an error of a request: it may have a secret in it.
func withoutURL(err error) error {
	if of, ok := errors.AsType[*url.Error](err); ok {
		return of.Err
	}
	return err
}

// reachTime bounds Reach.
const reachTime = 3 * time.Second

// Reach says why nobody is behind a URL: its name is not known, or nothing takes
// connections there. Nothing is sent. Assumed: that is all that AWS asks for before it
// subscribes a URL.
func Reach(ctx context.Context, endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil {
		return err
	}
	port := u.Port()
	if port == "" {
		port = u.Scheme // net knows the ports of http and https
	}
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return err
	}
	return conn.Close()
}
