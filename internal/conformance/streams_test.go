package conformance

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"lullaby/internal/uprun"
)

// startStreams starts a function of Node.js that streams, with a URL.
func startStreams(t *testing.T) *uprun.Process {
	t.Helper()
	_, err := exec.LookPath("node")
	need(t, "Node", err)
	path := filepath.Join(t.TempDir(), "template.yaml")
	const text = `Transform: AWS::Serverless-2016-10-31
Resources:
  Streams:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: streams
      Runtime: nodejs22.x
      Handler: index.handler
      FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM}
      InlineCode: |
        exports.handler = awslambda.streamifyResponse(async (event, stream) => {
          if (event.rawPath) stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'X-Kind': 'stream' } });
          stream.write('one');
          await new Promise((resolve) => setTimeout(resolve, 200));
          stream.write('two');
          stream.end();
        });
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, path)
}

func TestStreams(t *testing.T) {
	t.Parallel()
	p := startStreams(t)
	t.Run("the Go SDK", func(t *testing.T) {
		c := lambda.New(lambda.Options{BaseEndpoint: &p.AWS, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("x", "y", "")})
		out, err := c.InvokeWithResponseStream(t.Context(), &lambda.InvokeWithResponseStreamInput{FunctionName: aws.String("streams"), LogType: types.LogTypeTail})
		if err != nil {
			t.Fatal(err)
		}
		var pieces []string
		complete := false
		for event := range out.GetStream().Events() {
			switch e := event.(type) {
			case *types.InvokeWithResponseStreamResponseEventMemberPayloadChunk:
				pieces = append(pieces, string(e.Value.Payload))
			case *types.InvokeWithResponseStreamResponseEventMemberInvokeComplete:
				complete = e.Value.ErrorCode == nil && e.Value.LogResult != nil
			}
		}
		if got := strings.Join(pieces, ","); got != "one,two" || !complete {
			t.Errorf("pieces %s, complete %v, %v", got, complete, out.GetStream().Err())
		}
	})
	t.Run("a URL", func(t *testing.T) {
		resp, err := http.Get(p.HTTP + "/path")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if string(text) != "onetwo" || err != nil || resp.StatusCode != http.StatusCreated || resp.Header.Get("X-Kind") != "stream" {
			t.Errorf("%s %v %q, %v", resp.Status, resp.Header, text, err)
		}
	})
	t.Run("the SDK for JavaScript", func(t *testing.T) {
		cmd := node(t, "streams.js")
		cmd.Env = append(cmd.Env, "ENDPOINT="+p.AWS)
		got, err := cmd.CombinedOutput()
		if want := "one\ntwo\nLogResult\n"; string(got) != want || err != nil {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	})
}
