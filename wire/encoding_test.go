package wire_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// zip compresses a text as an encoding of HTTP's: gzip, or deflate, which is zlib.
func zip(t *testing.T, encoding, plain string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if encoding == "deflate" {
		w = zlib.NewWriter(&b)
	}
	if _, err := io.WriteString(w, plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func unzip(t *testing.T, encoding, zipped string) string {
	t.Helper()
	var r io.Reader = strings.NewReader(zipped)
	var err error
	switch encoding {
	case "gzip":
		r, err = gzip.NewReader(r)
	case "deflate":
		r, err = zlib.NewReader(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// chunks encodes a body in chunks of n bytes.
func chunks(body string, n int) string {
	var b strings.Builder
	for part := range slices.Chunk([]byte(body), n) {
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(part), part)
	}
	return b.String() + "0\r\n\r\n"
}

func TestCompressedRequests(t *testing.T) {
	addr := serve(t, nil)
	const (
		serialization = `{"__type":"com.amazon.coral.service#SerializationException"}`
		failure       = `{"__type":"com.amazon.coral.service#InternalFailure"}`
	)
	full := strings.Repeat(" ", 16<<20-2) + "{}"
	tests := []struct {
		name, encoding, body string
		status               int
		want                 string
	}{
		{"gzip", "gzip", zip(t, "gzip", "{}"), 200, `{"TableNames":[]}`},
		{"deflate", "deflate", zip(t, "deflate", "{}"), 200, `{"TableNames":[]}`},
		{"in any case", "GZIP", zip(t, "gzip", "{}"), 200, `{"TableNames":[]}`},
		{"identity", "identity", "{}", 200, `{"TableNames":[]}`},
		{"not gzip at all", "gzip", "{}", 500, failure},
		{"not deflate at all", "deflate", "{}", 500, failure},
		{"the other encoding", "deflate", zip(t, "gzip", "{}"), 500, failure},
		{"cut off", "gzip", zip(t, "gzip", "{}")[:15], 500, failure},
		{"deflate cut off", "deflate", zip(t, "deflate", "{}")[:5], 500, failure},
		{"syntax", "gzip", zip(t, "gzip", "{"), 400, serialization},
		{"no body", "gzip", "", 400, serialization},
		{"not declared", "identity", zip(t, "gzip", "{}"), 400, serialization},
		{"an encoding that is none of ours", "br", zip(t, "gzip", "{}"), 400, serialization},
		{"as large as may be", "gzip", zip(t, "gzip", full), 200, `{"TableNames":[]}`},
		{"deflate as large as may be", "deflate", zip(t, "deflate", full), 200, `{"TableNames":[]}`},
		{"too large", "gzip", zip(t, "gzip", " "+full), 413, ""},
		{"deflate too large", "deflate", zip(t, "deflate", " "+full), 413, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := dynamoDB(t, addr, "ListTables", tt.body, "Content-Encoding: "+tt.encoding)
			if a.status != tt.status || a.body != tt.want {
				t.Errorf("%d %s, want %d %s", a.status, a.body, tt.status, tt.want)
			}
			a = dynamoDB(t, addr, "ListTables", chunks(tt.body, 4_096), "Content-Encoding: "+tt.encoding, "Transfer-Encoding: chunked")
			if a.status != tt.status || a.body != tt.want {
				t.Errorf("chunked: %d %s, want %d %s", a.status, a.body, tt.status, tt.want)
			}
		})
	}
}

// A body that decompresses to 512 MB takes no more memory than one of 16 MB.
func TestCompressedBomb(t *testing.T) {
	addr := serve(t, nil)
	bomb := bytes.NewBuffer(nil)
	w := gzip.NewWriter(bomb)
	for range 32 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat(bomb.String(), 16) // members follow one another
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a := dynamoDB(t, addr, "ListTables", body, "Content-Encoding: gzip")
	runtime.ReadMemStats(&after)
	if a.status != 413 {
		t.Errorf("%d %s, want 413", a.status, a.body)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 256<<20 {
		t.Errorf("took %d MB", took>>20)
	}
}

func TestCompressedAnswers(t *testing.T) {
	addr := serve(t, nil)
	dynamoDB(t, addr, "CreateTable", table)
	for _, size := range []int{100, 4 << 10, 290 << 10} {
		in := fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"%d"},"b":{"S":"%s"}}}`, size, strings.Repeat("x", size))
		if a := dynamoDB(t, addr, "PutItem", in); a.status != 200 {
			t.Fatal(a)
		}
	}
	tests := []struct {
		name   string
		size   int
		accept string // values of the headers, separated by |
		want   string
	}{
		{"large", 4 << 10, "gzip", "gzip"},
		{"deflate", 4 << 10, "deflate", "deflate"},
		{"either", 4 << 10, "deflate, gzip", "gzip"},
		{"rather deflate", 4 << 10, "gzip;q=0.5, deflate", "deflate"},
		{"several headers", 4 << 10, "identity|br, GZIP ; q=0.2", "gzip"},
		{"several headers, one each", 4 << 10, "gzip;q=0|deflate", "deflate"},
		{"very large", 290 << 10, "gzip", "gzip"},
		{"very large, deflate", 290 << 10, "deflate", "deflate"},
		{"small", 100, "gzip", ""},
		{"not asked for", 4 << 10, "identity", ""},
		{"anything", 4 << 10, "*", ""},
		{"asked not to", 4 << 10, "gzip;q=0, deflate;q=0.0", ""},
		{"a weight that is none", 4 << 10, "gzip;q=much", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var header []string
			for accept := range strings.SplitSeq(tt.accept, "|") {
				header = append(header, "Accept-Encoding: "+accept)
			}
			a := dynamoDB(t, addr, "GetItem", fmt.Sprintf(`{"TableName":"tab","Key":{"id":{"S":"%d"}}}`, tt.size), header...)
			if got := a.header["Content-Encoding"]; got != tt.want || a.status != 200 {
				t.Fatalf("%d, Content-Encoding %q, want %q", a.status, got, tt.want)
			}
			if got, want := a.header["x-amz-crc32"], strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(a.body))), 10); got != want {
				t.Errorf("x-amz-crc32 %s, want %s, which is that of the bytes sent", got, want)
			}
			if !strings.Contains(unzip(t, tt.want, a.body), `{"S":"`+strings.Repeat("x", tt.size)+`"}`) {
				t.Errorf("body %.100s", a.body)
			}
		})
	}
}

// AWS's own client reads a compressed answer.
func TestClientAcceptsGzip(t *testing.T) {
	addr := serve(t, nil)
	dynamoDB(t, addr, "CreateTable", table)
	c := dynamodb.New(dynamodb.Options{
		BaseEndpoint:             aws.String("http://" + addr),
		Region:                   "us-east-1",
		Credentials:              credentials.NewStaticCredentialsProvider("x", "y", ""),
		EnableAcceptEncodingGzip: true,
	})
	item := map[string]types.AttributeValue{
		"id": &types.AttributeValueMemberS{Value: "a"},
		"b":  &types.AttributeValueMemberS{Value: strings.Repeat("x", 10_000)},
	}
	if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("tab"), Item: item}); err != nil {
		t.Fatal(err)
	}
	out, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("tab"), Key: map[string]types.AttributeValue{"id": item["id"]}})
	if err != nil {
		t.Fatal(err)
	}
	if b, ok := out.Item["b"].(*types.AttributeValueMemberS); !ok || len(b.Value) != 10_000 {
		t.Errorf("read %v", out.Item)
	}
}

// A signature covers the bytes sent.
func TestCompressedAndSigned(t *testing.T) {
	addr := serveKeys(t)
	zipped := zip(t, "gzip", "{}")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr, strings.NewReader(zipped))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.ListTables")
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("Content-Encoding", "gzip")
	err = v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}, r,
		fmt.Sprintf("%x", sha256.Sum256([]byte(zipped))), "dynamodb", "us-east-1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(resp.Body)
		t.Errorf("%d %s", resp.StatusCode, text)
	}
}
