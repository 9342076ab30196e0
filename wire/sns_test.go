package wire

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sns"

	"lullaby/internal/members"
	"lullaby/storage"
	"lullaby/topic/refusal"
	topics "lullaby/topic/store"
)

// Every kind of refusal has a row, under its code.
func TestEveryKindOfTopics(t *testing.T) {
	for _, kind := range refusal.All() {
		f := faultOf(snsFaults, refusal.Newf(kind, "A text."))
		if f.exception != kind.Code() || f.message != "A text." || f.internal {
			t.Errorf("%v is %+v", kind, f)
		}
	}
}

// Each operation of AWS's client is built or refused by name, and each member of the
// inputs of those that are built is known.
func TestOperationsOfSNS(t *testing.T) {
	v := notifications(new(topics.Engine))
	for method := range reflect.TypeFor[*sns.Client]().Methods() {
		op, err := v.find(method.Name)
		if _, unbuilt := err.(*unbuiltError); method.Name == "Options" || unbuilt { //nolint:errorlint // find returns it as it is
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", method.Name, err)
			continue
		}
		members.Each(method.Name, method.Type.In(2), reflect.TypeOf(op.in()), func(m members.Member) bool {
			if m.Ours == nil {
				t.Errorf("there is no %s", m.Path)
			}
			return m.Ours != nil
		})
	}
}

// An endpoint with SNS speaks HTTP and HTTPS at one address, with one certificate, which
// it hands out.
func TestBothSchemes(t *testing.T) {
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e, err := topics.New(db, topics.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, ended := New(Services{SNS: e}, Options{}), make(chan error, 1)
	go func() { ended <- s.Serve(ln) }()
	defer func() {
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	signer, err := e.Signer()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(signer.TLS().Leaf)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	defer client.CloseIdleConnections()
	for _, tt := range []struct {
		path   string
		status int
		want   string
	}{
		{signer.Path(), http.StatusOK, string(signer.PEM())},
		{"/SimpleNotificationService-0.pem", http.StatusNotFound, ""},
		{"/?Action=ListTopics&Version=2010-03-31", http.StatusOK, "<Topics></Topics>"},
		{"/?Action=ConfirmSubscription&Token=a&TopicArn=arn:aws:sns:us-east-1:123456789012:t", http.StatusNotFound, "Topic does not exist"},
	} {
		for _, scheme := range []string{"http://", "https://"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, scheme+ln.Addr().String()+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("User-Agent", "Mozilla/5.0") // a browser in which somebody has pasted the URL
			r.Header.Set("Sec-Fetch-Site", "none")
			resp, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != tt.status || !strings.Contains(string(text), tt.want) {
				t.Errorf("%s%s: %d %s, %v", scheme, tt.path, resp.StatusCode, text, err)
			}
		}
	}
}
