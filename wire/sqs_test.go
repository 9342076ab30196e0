package wire

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/valyala/fasthttp"

	"lullaby/internal/members"
	"lullaby/internal/scripttest"
	"lullaby/queue/refusal"
)

// TestQueueRefusals shows each kind of refusal in both protocols: the status without
// and with x-amzn-query-mode, the exception and the header of the JSON protocol; the
// status, the code and the message of the query protocol.
func TestQueueRefusals(t *testing.T) {
	var b strings.Builder
	for _, kind := range refusal.All() {
		f := faultOf(sqsFaults, refusal.New(kind, "A text."))
		ask := func(p protocol, mode string) response {
			c := new(fasthttp.RequestCtx)
			c.Request.Header.Set("x-amzn-query-mode", mode)
			resp, err := p.refuse(&request{fast: c, service: queues(nil), id: "ID"}, f)
			if err != nil {
				t.Fatal(err)
			}
			return resp
		}
		inJSON, withMode, inXML := ask(awsJSON{}, ""), ask(awsJSON{}, "true"), ask(awsQuery{}, "")
		var header string
		for _, h := range inJSON.header {
			if h.name == "x-amzn-query-error" {
				header = h.value
			}
		}
		_, xml, _ := strings.Cut(string(inXML.body), "<Error>")
		xml, _, _ = strings.Cut(xml, "<Detail/>")
		fmt.Fprintf(&b, "%d %d %s %s\n    %d %s\n", inJSON.status, withMode.status, inJSON.body, header, inXML.status, xml)
	}
	scripttest.Golden(t, "testdata/queue_refusals.txt", b.String())
}

// Each operation of AWS's client is built, and each member of its input is known.
func TestOperationsOfSQS(t *testing.T) {
	v := queues(nil)
	for method := range reflect.TypeFor[*sqs.Client]().Methods() {
		op, err := v.find(method.Name)
		if method.Name == "Options" {
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
